# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""jpd: what the user reads when it does not work, and what is left behind when an answer is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.modules import jpd as module
from simulator.simulator import Simulator
from unit.modules.rest_cases import LYON, FastClock, assert_no_secret, jpd_options
from unit.modules.run_module import run_module

JPDS = "/mc/api/v1/jpds"
PAIRING = "/access/api/v1/service_trust/pairing"
EXCHANGE = "/access/api/v1/service_trust/exchange"
Prepare = Callable[[Simulator], dict[str, Any]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    fast = FastClock()
    monkeypatch.setattr(module, "Clock", lambda: fast)
    return fast


def user_token(site: Any, **changes: Any) -> str:
    return str(site.admin_token(**{"username": "reader", "scope": "applied-permissions/user", **changes}))


def fault(kind: str, **where: Any) -> Prepare:
    def prepare(simulator: Simulator) -> dict[str, Any]:
        simulator.faults.add(kind=kind, **where)
        return {}

    return prepare


def skewed(simulator: Simulator) -> dict[str, Any]:
    simulator.clock.skew["lyon"] = -600
    return {}


def older_edge(simulator: Simulator) -> dict[str, Any]:
    edge = simulator.add_edge("quito", version="7.25.7")
    return {"name": "quito", "url": edge.url, "edge_url": edge.url, "edge_access_token": edge.admin_token()}


def other_edge(simulator: Simulator) -> dict[str, Any]:
    """The token comes from one Edge and is for another."""
    other = simulator.add_edge("osaka")
    return {"edge_url": other.url, "edge_access_token": other.admin_token()}


def join_key_refused(simulator: Simulator) -> dict[str, Any]:
    simulator.switches.join_key_registration = "refused"
    return {"trust_method": "join_key", "join_key": "0123456789abcdef" * 4}


@pytest.mark.parametrize(
    ("prepare", "says", "status"),
    [
        pytest.param(
            lambda sim: {"platform_access_token": user_token(sim.platform)},
            [
                "Cannot list the JPDs at the platform {platform}: it answered 403",
                "platform_access_token with admin rights",
            ],
            403,
            id="platform-token-without-admin-rights",
        ),
        pytest.param(
            lambda sim: {"platform_access_token": sim.platform.admin_token(expires_in=-10)},
            ["it answered 401", "expired", "Use a valid platform_access_token"],
            401,
            id="platform-token-expired",
        ),
        pytest.param(
            lambda sim: {"edge_access_token": user_token(sim.edge("lyon"))},
            [
                "Cannot create a pairing token at the Edge {edge}: it answered 403",
                "edge_access_token with admin rights",
            ],
            403,
            id="edge-token-without-admin-rights",
        ),
        pytest.param(
            lambda sim: {"edge_access_token": sim.platform.admin_token()},
            ["Cannot create a pairing token at the Edge {edge}: it answered 401", "made by another deployment"],
            401,
            id="edge-token-of-another-deployment",
        ),
        pytest.param(
            older_edge,
            ["Cannot create a pairing token at the Edge", "it answered 404", "that its version has this call"],
            404,
            id="edge-older-than-pairing-tokens",
        ),
        pytest.param(
            fault("hang_up", site="lyon", path="/router", times=None),
            [
                "Cannot register the Edge 'lyon' ({edge}/) at the platform {platform}: the platform answered 400 "
                '("Failed to connect to the JPD.',
                "The platform itself must reach {edge}/: check DNS, firewall and the Edge's TLS certificate",
            ],
            400,
            id="platform-cannot-reach-the-edge",
        ),
        pytest.param(
            fault("429", site="lyon", path=EXCHANGE, times=None),
            ['"Failed to join the JPD. Are the credentials correct?"', "It refused the pairing token", "300 seconds"],
            400,
            id="token-refused",
        ),
        pytest.param(
            join_key_refused,
            ['"Failed to join the JPD. Are the credentials correct?"', "It refused the join key", "pairing_token"],
            400,
            id="join-key-refused",
        ),
        pytest.param(
            lambda sim: {"trust_method": "circle_of_trust"},
            ['"Provide either a token or a username/password pair."', "give the Edge's join key in join_key"],
            400,
            id="no-credential",
        ),
        pytest.param(
            skewed,
            ["Cannot pair {edge}/: the pairing token expired", "clocks of the Edge and"],
            None,
            id="edge-clock-behind",
        ),
        pytest.param(
            lambda sim: {"platform_url": "https://127.0.0.1:1"},
            ["Cannot list the JPDs at the platform https://127.0.0.1:1: connection refused. Check platform_url"],
            None,
            id="platform-unreachable",
        ),
        pytest.param(
            lambda sim: {"edge_url": "https://127.0.0.1:1"},
            ["Cannot create a pairing token at the Edge https://127.0.0.1:1: connection refused. Check edge_url"],
            None,
            id="edge-unreachable",
        ),
        pytest.param(
            lambda sim: {"platform_url": sim.platform.url + "/artifactory"},
            ["Cannot use platform_url: '{platform}/artifactory' has /artifactory in it"],
            None,
            id="platform-url-of-one-service",
        ),
        pytest.param(
            lambda sim: {"edge_url": None, "url": sim.edge("lyon").url + "/artifactory"},
            ["Cannot use url: '{edge}/artifactory' has /artifactory in it"],
            None,
            id="url-of-one-service",
        ),
        pytest.param(
            lambda sim: {"location": {**LYON, "country_code": "FRA"}},
            ["Cannot use location: it has a wrong country_code"],
            None,
            id="location",
        ),
        pytest.param(
            lambda sim: {"edge_access_token": None},
            ["Cannot register the Edge 'lyon' with trust_method=pairing_token: edge_access_token is missing."],
            None,
            id="no-edge-token",
        ),
        pytest.param(
            lambda sim: {"platform_ca_path": "/nowhere/ca.pem"},
            ["the file /nowhere/ca.pem cannot be read. Name a file with CA certificates", "platform_ca_path"],
            None,
            id="ca-file-missing",
        ),
        pytest.param(
            lambda sim: {"platform_ca_path": None},
            ["its TLS certificate is not trusted", "Name the file of the CA that issued it in platform_ca_path"],
            None,
            id="ca-not-given",
        ),
        pytest.param(
            fault("502_html", site="acme", path=JPDS, times=None),
            ["it answered 502 Bad Gateway", "See whether the service is starting or down behind its proxy"],
            502,
            id="platform-behind-a-broken-proxy",
        ),
    ],
)
def test_failure_says_what_happened_and_what_to_do(
    simulator: Simulator, clock: FastClock, prepare: Prepare, says: list[str], status: int | None
) -> None:
    edge = simulator.add_edge("lyon")
    options = jpd_options(simulator, **prepare(simulator))

    result = run_module("jpd", options)

    assert result["failed"] is True
    expected = [text.format(platform=simulator.platform.url, edge=edge.url) for text in says]
    assert [text for text in expected if text not in result["msg"]] == []
    assert result.get("http_status") == status
    assert [jpd["name"] for jpd in simulator.platform.jpds] == ["HOME"]
    assert len(simulator.calls.find(method="POST", path=PAIRING)) <= 1
    secrets = [options[name] for name in ("platform_access_token", "edge_access_token", "join_key") if name in options]
    assert_no_secret(result, simulator, *secrets)


def test_token_for_another_edge_is_not_sent_to_the_platform(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")

    result = run_module("jpd", jpd_options(simulator, url=edge.url.replace("127.0.0.1", "localhost")))

    assert result["failed"] is True
    assert f"the Edge calls itself {edge.url} in its pairing token" in result["msg"]
    assert simulator.calls.find(site="acme", method="POST") == []


@pytest.mark.parametrize("duplicate_status", [409, 400])
@pytest.mark.parametrize("after_the_token", [False, True], ids=["noticed-first", "token-spent"])
def test_registration_that_somebody_else_won_is_adopted(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, duplicate_status: int, after_the_token: bool
) -> None:
    simulator.add_edge("lyon")
    simulator.switches.duplicate_jpd_status = duplicate_status
    simulator.switches.duplicate_check_before_token = not after_the_token
    create = Access.create_pairing_token

    def overtaken(access: Access) -> str:
        monkeypatch.setattr(Access, "create_pairing_token", create)
        other = run_module("jpd", jpd_options(simulator, tags=["theirs"]))
        assert other["changed"] is True
        return create(access)

    monkeypatch.setattr(Access, "create_pairing_token", overtaken)

    result = run_module("jpd", jpd_options(simulator))

    assert result.get("msg") is None
    assert result["jpd"]["tags"] == ["hybrid", "prod"]
    assert [jpd["name"] for jpd in simulator.platform.jpds] == ["HOME", "lyon"]


@pytest.mark.parametrize(
    ("where", "options"),
    [
        pytest.param({"site": "acme", "method": "POST", "path": JPDS, "kind": "drop_answer"}, {}, id="answer-dropped"),
        pytest.param(
            {"site": "lyon", "path": EXCHANGE, "kind": "slow", "seconds": 1.5}, {"timeout": 0.5}, id="answer-too-late"
        ),
    ],
)
def test_lost_answer_leads_to_one_registration_with_one_token(
    simulator: Simulator, where: dict[str, Any], options: dict[str, Any]
) -> None:
    simulator.add_edge("lyon")
    simulator.faults.add(**where)

    result = run_module("jpd", jpd_options(simulator, **options))

    assert result.get("msg") is None
    assert (result["changed"], result["jpd"]["id"]) == (True, "JPD-2")
    assert [jpd["name"] for jpd in simulator.platform.jpds] == ["HOME", "lyon"]
    assert len(simulator.calls.find(method="POST", path=PAIRING)) == 1
    assert run_module("jpd", jpd_options(simulator))["changed"] is False


@pytest.mark.parametrize(
    ("kind", "says", "looks_again"),
    [
        pytest.param("hang_up", "before an answer came", True, id="hang-up"),
        pytest.param("503", "it answered 503", True, id="503"),
        pytest.param("502_html", "it answered 502", True, id="502-page"),
        pytest.param("429", "it answered 429", False, id="429"),
    ],
)
def test_registration_that_did_not_happen_is_an_error_and_the_next_run_finishes(
    simulator: Simulator, clock: FastClock, kind: str, says: str, looks_again: bool
) -> None:
    simulator.add_edge("lyon")
    # 429 says that nothing was done, so it is tried again, but not for ever.
    simulator.faults.add(site="acme", method="POST", path=JPDS, kind=kind, times=None if kind == "429" else 1)

    result = run_module("jpd", jpd_options(simulator))

    simulator.faults.clear()
    assert result["failed"] is True
    assert result["msg"].startswith("Cannot register the JPD 'lyon' with the URL")
    assert says in result["msg"]
    assert len(simulator.calls.find(method="POST", path=PAIRING)) == 1
    assert (len(simulator.calls.find(method="GET", path=JPDS)) > 1) is looks_again
    assert sum(clock.slept) <= 15
    assert run_module("jpd", jpd_options(simulator))["changed"] is True
    assert [jpd["name"] for jpd in simulator.platform.jpds] == ["HOME", "lyon"]


def test_platform_that_stays_silent_after_the_post_gives_the_first_error(
    simulator: Simulator, clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.add_edge("lyon")
    create = Access.create_pairing_token

    def last_word(access: Access) -> str:
        simulator.faults.add(site="acme", path=JPDS, kind="hang_up", times=None)
        return create(access)

    monkeypatch.setattr(Access, "create_pairing_token", last_word)

    result = run_module("jpd", jpd_options(simulator))

    assert result["failed"] is True
    assert result["http_method"] == "POST"
    assert len(simulator.calls.find(method="POST", path=PAIRING)) == 1


def test_update_whose_answer_was_lost_is_done(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.faults.add(site="acme", method="PUT", path=JPDS, kind="drop_answer", times=10)

    result = run_module("jpd", jpd_options(simulator, tags=["new"]))

    assert (result.get("msg"), result["changed"], result["jpd"]["tags"]) == (None, True, ["new"])


def test_update_that_the_platform_refuses_quotes_its_answer(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.platform.edit_jpd("lyon", url="https://127.0.0.1:1/")
    simulator.faults.add(site="lyon", path="/router", kind="hang_up", times=None)

    result = run_module("jpd", jpd_options(simulator, adopt_by_name=True))

    assert result["failed"] is True
    assert result["msg"].startswith("Cannot update the Edge 'lyon'")
    assert '("Failed to connect to the JPD.' in result["msg"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"platform_validate_certs": False}, "platform_validate_certs is false", id="platform"),
        pytest.param({"validate_certs": False}, "platform_validate_certs is false", id="platform-by-alias"),
        pytest.param({"edge_validate_certs": False}, "edge_validate_certs is false", id="edge"),
    ],
)
def test_unverified_certificate_gives_one_warning(simulator: Simulator, changes: dict[str, Any], says: str) -> None:
    simulator.add_edge("lyon")

    result = run_module("jpd", jpd_options(simulator, **changes))

    assert result["changed"] is True
    assert len(result["warnings"]) == 1
    assert says in result["warnings"][0]


def test_plain_http_gives_a_warning_though_the_module_fails(simulator: Simulator) -> None:
    simulator.add_edge("lyon")

    result = run_module(
        "jpd", jpd_options(simulator, platform_url="http://acme.invalid", edge_url="http://127.0.0.1:1")
    )

    assert result["failed"] is True
    assert [warning.split(":")[0] for warning in result["warnings"]] == ["The connection to the platform http"]


def test_wait_ends_with_what_the_platform_shows(simulator: Simulator, clock: FastClock) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.faults.add(site="lyon", kind="refuse")

    without = run_module("jpd", jpd_options(simulator, tags=["one"], wait=False))
    result = run_module("jpd", jpd_options(simulator, tags=["two"], wait_timeout=10))

    assert (without["changed"], without["jpd"]["status"]["code"]) == (True, "OFFLINE")
    assert result["failed"] is True
    assert "it is OFFLINE" in result["msg"]
    assert "after 10 seconds; asked from here, " in result["msg"]
    assert sum(clock.slept) == 10


def test_wait_goes_on_until_the_edge_is_online(
    simulator: Simulator, clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.faults.add(site="lyon", kind="refuse")

    def sleep(seconds: float) -> None:
        clock.slept.append(seconds)
        if len(clock.slept) == 3:
            simulator.faults.clear()

    monkeypatch.setattr(clock, "sleep", sleep)

    result = run_module("jpd", jpd_options(simulator, tags=["one"]))

    assert (result.get("msg"), result["jpd"]["status"]["code"]) == (None, "ONLINE")
    assert len(clock.slept) >= 3
