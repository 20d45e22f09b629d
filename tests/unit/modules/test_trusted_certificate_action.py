# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action around trusted_certificate: the check before, and the proof after."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import TRUSTED_CERTIFICATE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    CertificateError,
    TransportError,
    TrustError,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.trust import supply_certificate
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.simulator import Simulator
from simulator.switches import Switches
from unit.modules.node_cases import observed
from unit.modules.play import play
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One for all tests of this file; each adds an Edge of its own."""
    switches = Switches(start_duration=0.0, trusted_import_delay=0.1)
    with Simulator(tmp_path_factory.mktemp("simulator"), switches=switches) as running:
        running.add_platform("acme")
        yield running


@pytest.fixture
def edge(simulator: Simulator) -> Any:
    return simulator.add_edge(f"edge{len(simulator.edges)}")


@pytest.fixture(autouse=True)
def fresh_log(simulator: Simulator) -> None:
    simulator.calls.clear()
    simulator.faults.clear()


def root_of(simulator: Simulator) -> str:
    return to_pem(simulator.platform.database.root_certificate)


def params(simulator: Simulator, edge: Any, **changes: Any) -> dict[str, Any]:
    return {
        **{name: option.get("default") for name, option in TRUSTED_CERTIFICATE_OPTIONS.items()},
        "artifactory_home": str(edge.nodes[0].home),
        "name": "acme",
        "content": root_of(simulator),
        "platform_url": simulator.platform.url,
        "platform_access_token": simulator.platform.admin_token(),
        "platform_ca_path": str(simulator.ca_path),
        "edge_url": edge.url,
        **changes,
    }


def supply(options: Mapping[str, Any], *, check: bool = False, **injected: Any) -> dict[str, Any]:
    def execute(arguments: Mapping[str, Any]) -> dict[str, Any]:
        assert "platform_access_token" not in arguments
        return run_module("trusted_certificate", arguments, check=check)

    warnings: list[str] = []
    result = supply_certificate(options, execute, warn=warnings.append, check_mode=check, **injected)
    return {**result, "warned": warnings}


def test_certificate_is_supplied_and_proven_and_a_second_run_changes_nothing(simulator: Simulator, edge: Any) -> None:
    options = params(simulator, edge)
    before = snapshot(edge.nodes[0].home)
    predicted = supply(options, check=True)
    assert predicted["changed"]
    assert snapshot(edge.nodes[0].home) == before

    real = supply(options)
    assert (real["changed"], real["diff"]) == (True, predicted["diff"])
    assert real["evidence"]["probe"] is True
    assert real["certificate"]["subject"].startswith("CN=JFrog Token Issuer")
    assert list(edge.database.trusted) == [sha256(simulator.platform.database.root_certificate)]
    entry = observed(edge.nodes[0])["ledger"]["trusted_certificates"]["acme"]
    assert entry["confirmed_at"] is not None

    again = supply(options)
    assert (again["changed"], again["drift"], again["verdict"]["state"]) == (False, [], "in_order")
    assert simulator.calls.writes == []


def test_certificate_lost_in_the_edges_database_is_supplied_again(simulator: Simulator, edge: Any) -> None:
    options = params(simulator, edge)
    supply(options)
    edge.forget_trusted()
    found = supply(options, check=True)

    assert (found["changed"], found["drift"]) == (True, ["accepted"])
    repaired = supply(options)
    assert repaired["diff"] == found["diff"]
    assert not supply(options)["changed"]


def test_certificate_as_bare_base64_is_written_in_pem_form(simulator: Simulator, edge: Any) -> None:
    bare = "".join(root_of(simulator).splitlines()[1:-1])
    base64.b64decode(bare, validate=True)
    assert supply(params(simulator, edge, content=bare))["evidence"]["probe"] is True


def test_certificate_without_a_way_to_ask_is_recorded_unproven(simulator: Simulator, edge: Any) -> None:
    options = params(simulator, edge, edge_url=None)
    result = supply(options)

    assert (result["changed"], result["evidence"]["probe"]) == (True, None)
    assert observed(edge.nodes[0])["ledger"]["trusted_certificates"]["acme"]["confirmed_at"] is None
    assert not supply(options)["changed"]
    assert simulator.calls.find(site="acme") == []


def test_certificate_that_is_not_imported_in_time_says_where_to_look(simulator: Simulator, edge: Any) -> None:
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    simulator.switches.trusted_import_delay = 60.0
    try:
        with pytest.raises(TrustError) as caught:
            supply(params(simulator, edge, wait_timeout=5), clock=lambda: passed[0], sleep=sleep)
        # What is on its way already is not supplied again.
        again = supply(params(simulator, edge, wait=False))
    finally:
        simulator.switches.trusted_import_delay = 0.1
    assert f"after 5 seconds the tokens of {simulator.platform.url}/ are still not accepted" in caught.value.msg
    assert "access/keys/trusted/acme.crt" in caught.value.msg
    assert (again["changed"], again["verdict"]["state"]) == (False, "in_order")
    assert supply(params(simulator, edge, wait_timeout=30))["evidence"]["probe"] is True


def test_certificate_peer_that_stumbles_while_we_wait_is_asked_again(simulator: Simulator, edge: Any) -> None:
    def stumble(_seconds: float) -> None:
        if not stumbled:
            stumbled.append(True)
            simulator.faults.add(site="acme", kind="502_html", times=1)
        else:
            time.sleep(0.05)

    stumbled: list[bool] = []
    assert supply(params(simulator, edge), sleep=stumble)["evidence"]["probe"] is True
    assert stumbled
    assert 502 in [call.status for call in simulator.calls.find(site="acme")]


def test_certificate_unproven_may_be_left_unwaited_for(simulator: Simulator, edge: Any) -> None:
    def never(_seconds: float) -> None:
        raise AssertionError("it must not wait")

    assert supply(params(simulator, edge, wait=False), sleep=never)["evidence"]["probe"] is False


def test_certificate_of_an_edge_is_supplied_to_a_self_hosted_platform_and_the_edge_is_asked(tmp_path: Path) -> None:
    switches = Switches(start_duration=0.0, trusted_import_delay=0.1)
    with Simulator(tmp_path / "own", switches=switches) as own:
        platform, lyon = own.add_platform("acme", saas=False), own.add_edge("lyon")
        options = params(
            own,
            lyon,
            artifactory_home=str(platform.nodes[0].home),
            name="lyon",
            content=to_pem(lyon.database.root_certificate),
            issuer="edge",
            edge_access_token=lyon.admin_token(),
            edge_ca_path=str(own.ca_path),
        )
        predicted = supply(options, check=True)
        real = supply(options)
        again = supply(options)

        assert (predicted["changed"], real["changed"], again["changed"]) == (True, True, False)
        assert real["evidence"]["probe"] is True
        assert again["verdict"]["reason"] == "this deployment accepts 'lyon'"
        assert list(platform.database.trusted) == [sha256(lyon.database.root_certificate)]
        assert {call.site for call in own.calls.find(by_client=True)} == {"lyon"}


def test_certificate_that_the_peer_does_not_use_yet_is_proven_by_its_import(simulator: Simulator, edge: Any) -> None:
    new = to_pem(self_signed("JFrog Token Issuer", POOL.take()))
    options = params(simulator, edge, name="acme.next", content=new, proof="import")
    result = supply(options)

    assert (result["changed"], result["evidence"]["probe"]) == (True, None)
    assert list(edge.nodes[0].layout.trusted.iterdir()) == []
    assert result["certificate"]["sha256"] in edge.database.trusted
    assert not supply(options)["changed"]
    assert simulator.calls.find(site="acme") == []


def test_certificate_that_waits_is_taken_away_again(simulator: Simulator, edge: Any) -> None:
    simulator.switches.trusted_import_delay = 60.0
    try:
        supply(params(simulator, edge, wait=False))
        gone = params(simulator, edge, state="absent", content=None)
        predicted = supply(gone, check=True)
        real = supply(gone)
    finally:
        simulator.switches.trusted_import_delay = 0.1

    assert (real["changed"], real["diff"], real["still_trusted"]) == (True, predicted["diff"], False)
    assert real["certificate"] is None
    assert not supply(gone)["changed"]
    assert edge.database.trusted == {}


def test_certificate_that_is_accepted_is_not_said_to_be_absent(simulator: Simulator, edge: Any) -> None:
    supply(params(simulator, edge))
    result = supply(params(simulator, edge, state="absent", content=None))

    assert result["failed"]
    assert "it was imported, and once imported it cannot be withdrawn" in result["msg"]


def expired(_simulator: Simulator) -> str:
    long_ago = datetime.now(timezone.utc) - timedelta(days=20 * 365)
    return to_pem(self_signed("old", POOL.take(), now=long_ago))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(expired, "it expired on", id="expired"),
        pytest.param(lambda _s: key_to_pem(POOL.take()), "it holds a private key", id="private-key"),
        pytest.param(
            lambda s: root_of(s) + key_to_pem(POOL.take()), "it holds a private key", id="with-its-private-key"
        ),
        pytest.param(lambda s: root_of(s) + root_of(s), "2 certificates", id="two-certificates"),
        pytest.param(lambda _s: "rubbish", "no certificate", id="rubbish"),
    ],
)
def test_certificate_that_cannot_be_used_is_refused_before_anything_is_asked_or_written(
    simulator: Simulator, edge: Any, content: Callable[[Simulator], str], words: str
) -> None:
    before = snapshot(edge.nodes[0].home)
    with pytest.raises(CertificateError) as caught:
        supply(params(simulator, edge, content=content(simulator)))
    assert words in caught.value.msg
    assert simulator.calls.find(site="acme") == []
    assert snapshot(edge.nodes[0].home) == before


@pytest.mark.parametrize("name", ["../x", "a/b", "a\0b", ".."], ids=repr)
def test_certificate_name_is_checked_before_anything_is_asked(simulator: Simulator, edge: Any, name: str) -> None:
    with pytest.raises(CertificateError):
        supply(params(simulator, edge, name=name))
    assert simulator.calls.find(site="acme") == []


def test_certificate_peer_that_cannot_be_asked_is_an_error_and_nothing_is_written(
    simulator: Simulator, edge: Any
) -> None:
    before = snapshot(edge.nodes[0].home)
    with pytest.raises(TransportError):
        supply(params(simulator, edge, platform_url="https://127.0.0.1:9"))
    user = simulator.platform.admin_token(username="anna", scope="applied-permissions/user")
    with pytest.raises(ApiError):
        supply(params(simulator, edge, platform_access_token=user))
    assert snapshot(edge.nodes[0].home) == before


def test_certificate_unverified_connection_is_warned_about(simulator: Simulator, edge: Any) -> None:
    result = supply(params(simulator, edge, platform_validate_certs=False))
    assert ["not verified" in warning for warning in result["warned"]] == [True]


def test_certificate_by_a_playbook(simulator: Simulator, edge: Any, tmp_path: Path) -> None:
    token = simulator.platform.admin_token()
    options = {
        "artifactory_home": str(edge.nodes[0].home),
        "name": "acme",
        "content": root_of(simulator),
        "platform_url": simulator.platform.url,
        "platform_access_token": token,
        "platform_ca_path": str(simulator.ca_path),
        "edge_url": edge.url,
    }
    played = play(
        tmp_path,
        {
            "supplied": {"hybrid.jfrog.trusted_certificate": options},
            "again": {"hybrid.jfrog.trusted_certificate": options},
        },
        "-vvvv",
        "--diff",
    )
    results = played.results

    assert (results["supplied"]["changed"], results["supplied"]["evidence"]["probe"]) == (True, True)
    assert (results["again"]["changed"], results["again"]["verdict"]["state"]) == (False, "in_order")
    assert token not in played.output
