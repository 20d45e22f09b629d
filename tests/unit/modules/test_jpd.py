# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""jpd: the five-run cycle, adoption, conflicts, unregistering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from simulator.simulator import Simulator
from unit.modules.rest_cases import LYON, assert_no_secret, jpd_options, platform_options
from unit.modules.run_module import run_module

ALL = ["location", "name", "tags", "url"]
Tamper = Callable[[Simulator], Any]


@pytest.fixture
def minted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pairing tokens that the module got from an Edge."""
    tokens: list[str] = []
    create = Access.create_pairing_token

    def spy(access: Access, *arguments: Any) -> str:
        tokens.append(create(access, *arguments))
        return tokens[-1]

    monkeypatch.setattr(Access, "create_pairing_token", spy)
    return tokens


def names(simulator: Simulator) -> list[str]:
    return [jpd["name"] for jpd in simulator.platform.jpds]


@pytest.mark.parametrize(
    ("tamper", "drift"),
    [
        pytest.param(lambda sim: sim.platform.delete_jpd("lyon"), ALL, id="deleted"),
        pytest.param(lambda sim: sim.platform.edit_jpd("lyon", name="lyon-old"), ["name"], id="renamed"),
        pytest.param(lambda sim: sim.platform.edit_jpd("lyon", city_name="Paris"), ["location"], id="moved"),
        pytest.param(lambda sim: sim.platform.edit_jpd("lyon", tags=["other"]), ["tags"], id="tags"),
        pytest.param(lambda sim: sim.platform.break_pairing("lyon"), ["pairing"], id="broken-pairing"),
    ],
)
def test_jpd_five_runs(simulator: Simulator, minted: list[str], tamper: Tamper, drift: list[str]) -> None:
    simulator.add_edge("lyon")
    options = jpd_options(simulator)
    secrets = [options["platform_access_token"], options["edge_access_token"]]

    predicted = run_module("jpd", options, check=True)
    assert predicted["changed"] is True
    assert simulator.calls.writes == []

    real = run_module("jpd", options)
    assert (real["changed"], real["drift"], real["diff"]) == (True, predicted["drift"], predicted["diff"])
    assert real["jpd"]["status"]["code"] == "ONLINE"
    assert len(minted) == 1
    sent = len(simulator.calls.writes)

    again = run_module("jpd", options)
    assert (again["changed"], again["drift"]) == (False, [])
    assert again["diff"]["before"] == again["diff"]["after"]
    assert len(simulator.calls.writes) == sent

    tamper(simulator)
    found = run_module("jpd", options, check=True)
    assert (found["changed"], found["drift"]) == (True, drift)
    assert len(simulator.calls.writes) == sent

    repaired = run_module("jpd", options)
    assert (repaired["changed"], repaired["drift"], repaired["diff"]) == (True, drift, found["diff"])
    assert repaired["jpd"]["status"]["code"] == "ONLINE"
    assert run_module("jpd", options)["changed"] is False
    assert names(simulator) == ["HOME", "lyon"]
    for result in (predicted, real, again, found, repaired):
        assert result["warnings"] == []
        assert_no_secret(result, simulator, *secrets, *minted)


def test_check_mode_predicts_the_deployment(simulator: Simulator) -> None:
    simulator.add_edge("lyon")

    result = run_module("jpd", jpd_options(simulator), check=True)

    assert result["jpd"] == {
        "id": "",
        "name": "lyon",
        "url": simulator.edge("lyon").url + "/",
        "status": {"code": "UNKNOWN", "message": ""},
        "local": False,
        "location": LYON,
        "tags": ["hybrid", "prod"],
        "licenses": [],
    }
    assert [call.site for call in simulator.calls] == ["acme"]


def test_diff_holds_the_managed_facts(simulator: Simulator) -> None:
    simulator.add_edge("lyon")

    result = run_module("jpd", jpd_options(simulator))

    assert result["diff"] == {
        "before": {},
        "after": {
            "location": LYON,
            "name": "lyon",
            "tags": ["hybrid", "prod"],
            "url": simulator.edge("lyon").url + "/",
        },
        "before_header": "JPD lyon",
        "after_header": "JPD lyon",
    }


def test_token_is_minted_right_before_it_is_used(simulator: Simulator) -> None:
    simulator.add_edge("lyon")

    run_module("jpd", jpd_options(simulator))

    ours = [(call.site, call.method, call.path) for call in simulator.calls if call.by_client]
    assert ours == [
        ("acme", "GET", "/mc/api/v1/jpds"),
        ("lyon", "POST", "/access/api/v1/service_trust/pairing/mission-control"),
        ("acme", "POST", "/mc/api/v1/jpds"),
    ]


def test_unchanged_edge_costs_one_request(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    options = jpd_options(simulator)
    run_module("jpd", options)
    simulator.calls.clear()

    run_module("jpd", options)

    assert [(call.site, call.method, call.path) for call in simulator.calls if call.by_client] == [
        ("acme", "GET", "/mc/api/v1/jpds")
    ]


def test_tags_that_are_not_managed_are_kept(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator, tags=["by-hand"]))

    result = run_module("jpd", jpd_options(simulator, tags=None, location={**LYON, "city_name": "Villeurbanne"}))

    assert result["drift"] == ["location"]
    assert simulator.platform.jpd("lyon")["tags"] == ["by-hand"]


def test_order_of_tags_and_spelling_of_the_url_are_no_drift(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    url = simulator.edge("lyon").url.replace("https", "HTTPS") + "/"

    result = run_module("jpd", jpd_options(simulator, url=url, tags=["prod", "hybrid", "prod"]))

    assert (result["changed"], result["drift"]) == (False, [])


def test_jpd_with_the_url_and_another_name_is_adopted(simulator: Simulator, minted: list[str]) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator, name="made-by-hand"))

    result = run_module("jpd", jpd_options(simulator))

    assert (result["changed"], result["drift"]) == (True, ["name"])
    assert names(simulator) == ["HOME", "lyon"]
    assert len(minted) == 1


def test_jpd_with_the_name_and_another_url_is_a_conflict(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.platform.edit_jpd("lyon", url="https://192.0.2.7/")
    sent = len(simulator.calls.writes)

    result = run_module("jpd", jpd_options(simulator))

    assert result["failed"] is True
    assert "its name belongs to JPD-2 'lyon' with another URL, https://192.0.2.7/" in result["msg"]
    assert result["jpds"] == [{"id": "JPD-2", "name": "lyon", "url": "https://192.0.2.7/"}]
    assert len(simulator.calls.writes) == sent


def test_jpd_with_the_name_and_another_url_is_adopted_when_allowed(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.platform.edit_jpd("lyon", url="https://192.0.2.7/")

    result = run_module("jpd", jpd_options(simulator, adopt_by_name=True))

    assert (result["changed"], result["drift"]) == (True, ["url"])
    assert simulator.platform.jpd("lyon")["url"] == simulator.edge("lyon").url + "/"
    assert names(simulator) == ["HOME", "lyon"]


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("by", ["name", "url"])
def test_home_deployment_is_never_touched(simulator: Simulator, state: str, by: str) -> None:
    simulator.add_edge("lyon")
    changes = {"name": "HOME"} if by == "name" else {"url": simulator.platform.url}
    if by == "name" and state == "absent":
        changes["url"] = None

    result = run_module("jpd", jpd_options(simulator, state=state, adopt_by_name=True, **changes))

    assert result["failed"] is True
    assert "is the platform itself" in result["msg"]
    assert simulator.calls.writes == []


@pytest.mark.parametrize("with_url", [True, False], ids=["by-url", "by-name"])
def test_absent_unregisters_once(simulator: Simulator, with_url: bool) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    options = platform_options(simulator, name="lyon", state="absent")
    if with_url:
        options["url"] = simulator.edge("lyon").url

    predicted = run_module("jpd", options, check=True)
    assert names(simulator) == ["HOME", "lyon"]
    real = run_module("jpd", options)
    again = run_module("jpd", options)

    assert (predicted["changed"], predicted["drift"], predicted["diff"]) == (True, ALL, real["diff"])
    assert (real["changed"], real["jpd"], real["diff"]["after"]) == (True, None, {})
    assert (again["changed"], again["jpd"], again["drift"]) == (False, None, [])
    assert names(simulator) == ["HOME"]


def test_absent_with_another_url_than_the_names_is_a_conflict(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))

    result = run_module("jpd", platform_options(simulator, name="lyon", url="https://192.0.2.7/", state="absent"))

    assert result["failed"] is True
    assert names(simulator) == ["HOME", "lyon"]


def test_join_key_registers_an_older_edge(simulator: Simulator) -> None:
    key = "0123456789abcdef" * 4
    simulator.add_edge("quito", version="7.25.7", join_key=key)
    options = jpd_options(simulator, "quito", trust_method="join_key", join_key=key, edge_access_token=None)

    result = run_module("jpd", options)
    again = run_module("jpd", options)

    assert (result["changed"], again["changed"]) == (True, False)
    assert result["jpd"]["status"]["code"] == "ONLINE"
    assert_no_secret([result, again], simulator, key)


def test_circle_of_trust_registers_without_a_credential_where_the_platform_allows_it(simulator: Simulator) -> None:
    edge = simulator.add_edge("quito", version="7.25.7")
    simulator.switches.jpd_without_token = "accepted_with_circle_of_trust"
    simulator.platform.database.trust(edge.database.root_certificate)
    edge.database.trust(simulator.platform.database.root_certificate)

    result = run_module("jpd", jpd_options(simulator, "quito", trust_method="circle_of_trust", edge_access_token=None))

    assert result.get("msg") is None
    assert result["changed"] is True
    assert result["jpd"]["status"]["code"] == "ONLINE"


def test_absent_with_the_url_of_another_edge_is_a_conflict(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    options = platform_options(simulator, name="osaka", url=simulator.edge("lyon").url, state="absent")

    for adopt in (False, True):
        result = run_module("jpd", {**options, "adopt_by_name": adopt})

        assert result["failed"] is True
        assert "is JPD-2 'lyon'. Give that name if it is to go" in result["msg"]
    assert names(simulator) == ["HOME", "lyon"]


@pytest.mark.parametrize("method", ["join_key", "circle_of_trust"])
def test_what_is_no_join_key_is_not_sent(simulator: Simulator, method: str) -> None:
    simulator.add_edge("lyon")

    result = run_module("jpd", jpd_options(simulator, trust_method=method, join_key="0a" * 24))

    assert result["failed"] is True
    assert "48 hexadecimal digits" in result["msg"]
    assert simulator.calls.find(site="acme", by_client=True) == []
