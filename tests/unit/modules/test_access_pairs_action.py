# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions around token_signing_certificate and access_ca_certificate: the checks before, what the Edge shows, and
the start by artifactory_service that proves them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import (
    ACCESS_CA_CERTIFICATE_OPTIONS,
    TOKEN_SIGNING_CERTIFICATE_OPTIONS,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError, TransportError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.pair import (
    Controller,
    supply_access_ca,
    supply_signing_pair,
)
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.simulator import Simulator
from simulator.switches import Switches
from unit.modules.node_cases import observed
from unit.modules.play import play, run_playbook
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

KEY, OTHER_KEY = POOL.take(), POOL.take()
CERTIFICATE = self_signed("lyon issuer", KEY)
PAIR = {"certificate": to_pem(CERTIFICATE), "private_key": key_to_pem(KEY)}
ACTIONS = {
    "token_signing_certificate": (supply_signing_pair, TOKEN_SIGNING_CERTIFICATE_OPTIONS),
    "access_ca_certificate": (supply_access_ca, ACCESS_CA_CERTIFICATE_OPTIONS),
}
both = pytest.mark.parametrize("module", ACTIONS)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One for all tests of this file; each adds an Edge of its own."""
    # The control script asks env for its Python; this one starts faster than a version manager's.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    switches = Switches(start_duration=0.05, trusted_import_delay=0.1)
    with (
        mock.patch.dict(os.environ, PATH=path),
        Simulator(tmp_path_factory.mktemp("simulator"), switches=switches) as running,
    ):
        yield running


@pytest.fixture
def edge(simulator: Simulator) -> Any:
    return simulator.add_edge(f"edge{len(simulator.edges)}")


@pytest.fixture(autouse=True)
def fresh_log(simulator: Simulator) -> None:
    simulator.calls.clear()
    simulator.faults.clear()


def rest(simulator: Simulator, edge: Any) -> dict[str, Any]:
    return {
        "edge_url": edge.url,
        "edge_access_token": edge.admin_token(),
        "edge_ca_path": str(simulator.ca_path),
    }


def run(module: str, edge: Any, *, check: bool = False, **options: Any) -> dict[str, Any]:
    """What the action does around the module, with this module in this process."""
    action, spec = ACTIONS[module]
    warned: list[str] = []

    def execute(arguments: Mapping[str, Any]) -> dict[str, Any]:
        assert not {name for name in arguments if name.startswith("edge_") or name.endswith("_path")}
        return run_module(module, arguments, check=check)

    params = {
        **{name: option.get("default") for name, option in spec.items()},
        "artifactory_home": str(edge.nodes[0].home),
        **options,
    }
    result = action(params, execute, Controller(warn=warned.append))
    assert "PRIVATE KEY" not in str(result)
    return {**result, "warned": warned}


def start_again(simulator: Simulator, edge: Any) -> dict[str, Any]:
    node = edge.nodes[0]
    options = {"artifactory_home": str(node.home), "node_url": node.url, "node_ca_path": str(simulator.ca_path)}
    return run_module("artifactory_service", options)


@both
def test_pair_is_proven_by_the_start_and_a_second_run_changes_nothing(
    simulator: Simulator, edge: Any, module: str
) -> None:
    before = snapshot(edge.nodes[0].home)
    predicted = run(module, edge, check=True, **PAIR, **rest(simulator, edge))
    assert predicted["changed"]
    assert snapshot(edge.nodes[0].home) == before

    real = run(module, edge, **PAIR, **rest(simulator, edge))
    assert (real["diff"], real["evidence"], real["state"]) == (predicted["diff"], "rest", "waiting")
    assert real["certificate"]["subject"] == "CN=lyon issuer"
    assert start_again(simulator, edge)["service"]["reasons"] == [module]

    again = run(module, edge, **PAIR, **rest(simulator, edge))
    assert (again["changed"], again["state"], again["verdict"]["state"]) == (False, "in_use", "in_order")
    entry = observed(edge.nodes[0])["ledger"]["certificates"][module]
    assert (entry["sha256"], entry["confirmed_at"] is not None) == (sha256(CERTIFICATE), True)
    assert simulator.calls.writes == []


def test_tokens_of_the_previous_root_stay_valid_through_the_switch(simulator: Simulator, edge: Any) -> None:
    old = rest(simulator, edge)
    result = run("token_signing_certificate", edge, **PAIR, **old)
    assert sha256(edge.database.root_certificate) in edge.database.trusted  # imported before the pair was written
    assert result["previous"]["kept"]
    start_again(simulator, edge)
    after = run("token_signing_certificate", edge, **PAIR, **old)
    assert (after["evidence"], after["warned"]) == ("rest", [])


def test_tokens_that_ended_leave_the_copy_as_weaker_evidence(simulator: Simulator, edge: Any) -> None:
    old = rest(simulator, edge)
    options = {"keep_previous": False, "acknowledge_tokens_end": True}
    run("token_signing_certificate", edge, **PAIR, **old, **options)
    start_again(simulator, edge)
    after = run("token_signing_certificate", edge, **PAIR, **old, **options)
    assert (after["changed"], after["evidence"]) == (False, "copy")
    assert "weaker evidence" in after["warned"][0]


def test_previous_root_that_is_not_imported_in_time_leaves_the_pair_unswitched(simulator: Simulator, edge: Any) -> None:
    simulator.switches.trusted_import_delay = 60.0
    try:
        result = run("token_signing_certificate", edge, **PAIR, **rest(simulator, edge), wait_timeout=1)
    finally:
        simulator.switches.trusted_import_delay = 0.1
    assert "was still not imported" in result["msg"]
    assert observed(edge.nodes[0])["access_keys"]["pending_root"] is None
    assert run("token_signing_certificate", edge, **PAIR, **rest(simulator, edge))["state"] == "waiting"


@pytest.mark.parametrize("asked", [True, False], ids=["by-rest", "by-copy"])
def test_ca_is_renewed_by_its_validity_once(simulator: Simulator, edge: Any, asked: bool) -> None:
    how = rest(simulator, edge) if asked else {}
    old = sha256(edge.database.ca_certificate)
    renewed = {"state": "renewed", **how}
    assert not run("access_ca_certificate", edge, **renewed)["changed"]
    assert not run("access_ca_certificate", edge, **renewed, renew_when_days_left=3000)["changed"]

    ordered = run("access_ca_certificate", edge, **renewed, renew_when_days_left=4000)
    assert (ordered["changed"], ordered["state"]) == (True, "waiting")
    assert not run("access_ca_certificate", edge, **renewed, renew_when_days_left=4000)["changed"]
    start_again(simulator, edge)
    new = sha256(edge.database.ca_certificate)
    assert new != old
    assert not (edge.nodes[0].home / "var/bootstrap/etc/access/keys/reset_ca_keys").exists()

    after = run("access_ca_certificate", edge, **renewed)
    assert (after["changed"], after["certificate"]["sha256"]) == (False, new)
    assert after["certificate"]["pem"] == to_pem(edge.database.ca_certificate)


def test_ca_is_renewed_by_force_once_per_start(simulator: Simulator, edge: Any) -> None:
    assert run("access_ca_certificate", edge, state="renewed", force=True)["changed"]
    assert not run("access_ca_certificate", edge, state="renewed", force=True)["changed"]
    start_again(simulator, edge)
    assert run("access_ca_certificate", edge, state="renewed", force=True)["changed"]


def test_settings_of_access_are_proven_by_the_start(simulator: Simulator, edge: Any) -> None:
    options = {"artifactory_home": str(edge.nodes[0].home), "settings": {"token": {"max-expiry": 3600}}}
    assert run_module("access_config", options)["changed"]
    assert start_again(simulator, edge)["service"]["reasons"] == ["access_config"]
    after = run_module("access_config", options)
    assert (after["changed"], after["state"]) == (False, "in_use")


def soon_over() -> str:
    return to_pem(self_signed("soon", KEY, now=datetime.now(timezone.utc) - timedelta(days=3650 - 4)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({**PAIR, "private_key": key_to_pem(OTHER_KEY)}, "belongs to another certificate", id="no-match"),
        pytest.param({**PAIR, "certificate": soon_over()}, "must stay valid for 7 days", id="six-days-left"),
        pytest.param({**PAIR, "certificate": PAIR["private_key"]}, "it holds a private key", id="key-as-certificate"),
        pytest.param({**PAIR, "private_key": PAIR["certificate"]}, "it holds a certificate", id="certificate-as-key"),
        pytest.param({**PAIR, "certificate_path": "x"}, "exactly one of certificate and", id="text-and-path"),
        pytest.param({"certificate": PAIR["certificate"]}, "exactly one of private_key and", id="no-key"),
    ],
)
def test_bad_pair_is_refused_before_anything_is_asked_or_written(
    simulator: Simulator, edge: Any, options: dict[str, Any], words: str
) -> None:
    before = snapshot(edge.nodes[0].home)
    with pytest.raises(CertificateError) as caught:
        run("token_signing_certificate", edge, **options, **rest(simulator, edge))
    assert words in caught.value.msg
    assert simulator.calls.find() == []
    assert snapshot(edge.nodes[0].home) == before


def test_renewal_with_a_pair_is_refused(edge: Any) -> None:
    with pytest.raises(CertificateError, match="is for another CA"):
        run("access_ca_certificate", edge, state="renewed", **PAIR)


@both
def test_edge_that_does_not_answer_is_an_error_and_nothing_is_written(edge: Any, module: str) -> None:
    before = snapshot(edge.nodes[0].home)
    with pytest.raises(TransportError):
        run(module, edge, **PAIR, edge_url="https://127.0.0.1:9", edge_access_token="token")
    assert snapshot(edge.nodes[0].home) == before


@both
def test_pair_by_a_playbook_from_files(simulator: Simulator, edge: Any, tmp_path: Path, module: str) -> None:
    (tmp_path / "root.crt").write_text(PAIR["certificate"])
    (tmp_path / "root.key").write_text(PAIR["private_key"])
    (tmp_path / "root.key").chmod(0o644)
    options = {
        "artifactory_home": str(edge.nodes[0].home),
        "certificate_path": "root.crt",
        "private_key_path": "root.key",
        **rest(simulator, edge),
    }
    task = {f"hybrid.jfrog.{module}": options}
    played = play(tmp_path, {"supplied": task, "again": task}, "-vvvv", "--diff")

    supplied = played.results["supplied"]
    assert (supplied["changed"], supplied["evidence"]) == (True, "rest")
    assert not played.results["again"]["changed"]
    assert "chmod 0600" in played.output
    for secret in (options["edge_access_token"], PAIR["private_key"].splitlines()[1]):
        assert secret not in played.output


def test_tls_is_switched_on_and_off_and_the_start_is_waited_for_over_either_scheme(
    simulator: Simulator, edge: Any
) -> None:
    node = edge.nodes[0]
    home = {"artifactory_home": str(node.home)}
    plain = {"node_url": node.url.replace("https:", "http:"), "node_ca_path": str(simulator.ca_path)}
    for on in (True, False):
        settings = {"settings": {"security": {"tls": on}}}
        assert run_module("access_config", {**home, **settings})["state"] == "waiting"
        started = run_module("artifactory_service", {**home, **plain})
        assert (started["changed"], started["health"]["state"]) == (True, "HEALTHY"), started
        after = run_module("access_config", {**home, **settings})
        assert (after["changed"], after["state"]) == (False, "in_use")


def test_ca_is_renewed_once_although_the_next_start_comes_before_the_marker_was_taken_back(
    simulator: Simulator, edge: Any
) -> None:
    run("access_ca_certificate", edge, state="renewed", force=True)
    edge.nodes[0].stop()
    edge.nodes[0].start(at_once=True)  # by somebody else
    new = sha256(edge.database.ca_certificate)
    assert start_again(simulator, edge)["changed"]
    run_module("artifactory_service", {"artifactory_home": str(edge.nodes[0].home), "due_for": ["something"]})
    assert sha256(edge.database.ca_certificate) == new
    assert not (edge.nodes[0].home / "var/bootstrap/etc/access/keys/reset_ca_keys").exists()


def test_roles_supply_what_the_inventory_wants_and_change_nothing_again(
    simulator: Simulator, edge: Any, tmp_path: Path
) -> None:
    variables = {
        "edge_artifactory_home": str(edge.nodes[0].home),
        "edge_access_ca_certificate": PAIR["certificate"],
        "edge_access_ca_private_key": PAIR["private_key"],
        "edge_token_signing_certificate": PAIR["certificate"],
        "edge_token_signing_private_key": PAIR["private_key"],
        "edge_access_config": {"token": {"max-expiry": 3600}},
        **rest(simulator, edge),
    }
    roles = ("access_config", "access_ca_certificate", "token_signing_certificate")
    work = {"vars": variables, "roles": [f"hybrid.jfrog.{role}" for role in roles]}
    before = snapshot(edge.nodes[0].home)
    predicted = run_playbook(tmp_path, work, "--check", "--diff")
    assert f"changed={len(roles)} " in predicted.stdout, predicted.stdout
    assert snapshot(edge.nodes[0].home) == before

    real, again = (run_playbook(tmp_path, work, "--diff") for _turn in range(2))
    assert f"changed={len(roles)} " in real.stdout, real.stdout
    assert "changed=0 " in again.stdout, again.stdout
    assert sorted(observed(edge.nodes[0])["ledger"]["restart_due"]) == sorted(roles)
    assert PAIR["private_key"].splitlines()[1] not in real.stdout + real.stderr
