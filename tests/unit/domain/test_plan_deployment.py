# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST side, JPD and pairing of an Edge, as the plan judges them."""

from __future__ import annotations

from typing import Any

import pytest

from unit.domain.fleet_shapes import (
    CIRCLE,
    DOWN,
    HOME,
    LYON,
    OTHER_KEY,
    STOPPED,
    edge,
    facts_of,
    findings_of,
    jpd,
    node,
    plan_one,
    platform,
    seen,
    steps_of,
)

REGISTER = [("jpd", "lyon-1")]


@pytest.mark.parametrize(
    ("found", "state", "drift", "reason"),
    [
        pytest.param(jpd(), "in_order", [], "registered as wanted", id="in-order"),
        pytest.param(
            None, "drifted", ["location", "name", "tags", "url"], "not registered at the platform", id="missing"
        ),
        pytest.param(
            jpd("old", url="https://lyon.example.net"),
            "drifted",
            ["name"],
            'name is "old" instead of "lyon"',
            id="renamed",
        ),
        pytest.param(
            jpd(location={**LYON, "latitude": 1, "country_code": "DE"}),
            "drifted",
            ["location"],
            'country_code is "DE" instead of "FR", latitude is 1.0 instead of 45.764',
            id="moved",
        ),
        pytest.param(jpd(tags=["x"]), "drifted", ["tags"], 'tags is ["x"] instead of ["hybrid"]', id="tags"),
        pytest.param(
            jpd("old", url="https://lyon.example.net", tags=[]),
            "drifted",
            ["name", "tags"],
            'name is "old" instead of "lyon", tags is [] instead of ["hybrid"]',
            id="two",
        ),
    ],
)
def test_jpd_that_differs_is_drift_and_changed_on_one_node(
    found: Any, state: str, drift: list[str], reason: str
) -> None:
    plan = plan_one(of_platform=platform(jpds=[HOME, *([found] if found else [])]))

    assert facts_of(plan, "jpd") == {None: (state, drift, reason)}
    assert steps_of(plan) == ([] if state == "in_order" else REGISTER)
    assert findings_of(plan) == []


def test_jpd_with_the_name_only_is_taken_over_when_the_user_says_so() -> None:
    plan = plan_one(edge(adopt_by_name=True), of_platform=platform(jpds=[jpd(url="https://old.example.net")]))
    assert facts_of(plan, "jpd")[None][:2] == ("drifted", ["url"])


@pytest.mark.parametrize(
    ("wanted", "jpds"),
    [
        pytest.param(edge(), [jpd(url="https://old.example.net")], id="name-of-another"),
        pytest.param(edge(url="https://acme.jfrog.io/"), [HOME], id="the-platform-itself"),
    ],
)
def test_jpd_conflict_stops_the_edge(wanted: Any, jpds: list[Any]) -> None:
    plan = plan_one(wanted, {"lyon-1": node(**STOPPED)}, of_platform=platform(jpds=jpds))

    assert facts_of(plan, "jpd")[None][0] == "unknown"
    assert findings_of(plan) == ["!jpd"]
    assert (steps_of(plan), plan["edges"][0]["state"]) == ([], "needs_person")
    assert plan["edges"][0]["jpd"] is None


@pytest.mark.parametrize(
    ("status", "repair", "state", "steps", "findings"),
    [
        pytest.param("ONLINE", "when_broken", "in_order", [], [], id="online"),
        pytest.param("ONLINE", "always", "drifted", REGISTER, [], id="online-always"),
        pytest.param("UNAUTHORIZED", "when_broken", "drifted", REGISTER, [], id="unauthorized"),
        pytest.param("UNAUTHORIZED", "never", "unknown", [], ["!pairing"], id="unauthorized-never"),
        pytest.param("OFFLINE", "when_broken", "unknown", [], ["!JPD status"], id="offline"),
        pytest.param("PARTIAL", "when_broken", "in_order", [], ["!JPD status"], id="partial"),
        pytest.param(None, "when_broken", "unknown", [], [], id="no-status"),
    ],
)
def test_pairing_is_told_by_the_status(
    status: str | None, repair: str, state: str, steps: list[Any], findings: list[str]
) -> None:
    registered = jpd(status={"code": status, "message": "so it is"})
    plan = plan_one(edge(repair=repair), of_platform=platform(jpds=[registered]))

    found_state, drift, reason = facts_of(plan, "pairing")[None]
    assert (found_state, drift) == (state, ["pairing"] if state == "drifted" else [])
    assert f'the JPD is {status or "UNKNOWN"} ("so it is")' in reason
    assert steps_of(plan) == steps
    assert findings_of(plan) == findings
    assert plan["edges"][0]["jpd"] == {"id": "JPD-7", "status": status or "UNKNOWN"}


def test_pairing_of_an_edge_that_is_not_registered_is_not_judged() -> None:
    assert facts_of(plan_one(of_platform=platform(jpds=[HOME])), "pairing") == {}


@pytest.mark.parametrize(
    ("version", "method", "status", "findings"),
    [
        pytest.param("7.61.0", "auto", "UNAUTHORIZED", ["registration"], id="moved-to-a-pairing-token"),
        pytest.param("7.61.0", "join_key", "UNAUTHORIZED", ["!registration"], id="would-be-lost-again"),
        pytest.param("7.61.0", "auto", "OFFLINE", ["!JPD status", "!registration"], id="offline"),
        pytest.param("7.61.0", "auto", "ONLINE", [], id="online"),
        pytest.param("7.63.8", "auto", "UNAUTHORIZED", [], id="another-version"),
    ],
)
def test_registration_with_a_join_key_is_found_in_the_versions_that_lose_it(
    version: str, method: str, status: str, findings: list[str]
) -> None:
    plan = plan_one(
        edge(trust_method=method), rest=seen(version=version), of_platform=platform(jpds=[jpd(status=status)])
    )
    assert findings_of(plan) == findings


@pytest.mark.parametrize(
    ("rest", "of_node", "state", "findings", "edge_state"),
    [
        pytest.param({}, {}, "in_order", [], "in_order", id="answers"),
        pytest.param(DOWN, {}, "unknown", ["REST side of the Edge"], "unreachable", id="silent"),
        pytest.param(False, {}, "unknown", ["REST side of the Edge"], "unreachable", id="not-asked"),
        pytest.param(
            {"admin": None, "error": "the Edge answered 503"},
            {},
            "unknown",
            ["REST side of the Edge"],
            "unknown",
            id="answers-with-an-error",
        ),
        pytest.param({"admin": None}, {}, "unknown", ["REST side of the Edge"], "unknown", id="answers-oddly"),
        pytest.param(
            {"admin": False, "error": "403"},
            {},
            "unknown",
            ["!access token of the Edge"],
            "needs_person",
            id="no-admin",
        ),
        pytest.param(
            {"admin": False}, {}, "unknown", ["!access token of the Edge"], "needs_person", id="no-admin-no-text"
        ),
        pytest.param(DOWN, STOPPED, "unknown", [], "drifted", id="silent-because-it-is-stopped"),
        pytest.param(
            DOWN, {**STOPPED, "control": "none"}, "unknown", ["!node lyon-1"], "needs_person", id="stopped-by-hand"
        ),
    ],
)
def test_rest_side_that_does_not_answer_is_unknown(
    rest: Any, of_node: dict[str, Any], state: str, findings: list[str], edge_state: str
) -> None:
    plan = plan_one(nodes={"lyon-1": node(**of_node)}, rest=rest and seen(**rest))

    assert facts_of(plan, "rest")[None][0] == state
    assert findings_of(plan) == findings
    assert plan["edges"][0]["state"] == edge_state


@pytest.mark.parametrize("admin", [None, False], ids=["silent", "no-admin"])
def test_rest_side_with_a_designed_error_says_its_remedy_once(admin: bool | None) -> None:
    designed = "Cannot read the version at the Edge https://lyon: connection refused. Check edge_url."
    finding = plan_one(rest=seen(reachable=admin is not None, admin=admin, error=designed))["edges"][0]["findings"][0]

    assert finding["reason"] == "Cannot read the version at the Edge https://lyon: connection refused"
    assert finding["remedy"] == "Check edge_url"


def test_token_without_admin_rights_stops_the_edge() -> None:
    plan = plan_one(
        nodes={"lyon-1": node(**STOPPED)}, rest=seen(admin=False, error="403"), of_platform=platform(jpds=[HOME])
    )
    assert (steps_of(plan), findings_of(plan)) == ([], ["!access token of the Edge"])


@pytest.mark.parametrize(
    ("changed", "rest", "jpds", "steps", "findings"),
    [
        pytest.param({}, DOWN, [HOME], [], ["REST side of the Edge", "!pairing"], id="no-pairing-token-to-be-had"),
        pytest.param({}, DOWN, [jpd(status="UNAUTHORIZED")], [], ["REST side of the Edge", "!pairing"], id="nor-again"),
        pytest.param({}, DOWN, [jpd(tags=[])], REGISTER, ["REST side of the Edge"], id="no-token-needed"),
        pytest.param(
            {"trust_method": "join_key"}, DOWN, [HOME], REGISTER, ["REST side of the Edge"], id="join-key-is-enough"
        ),
        pytest.param(
            {"trust_method": "join_key", "join_key": None}, {}, [HOME], [], ["!registration"], id="no-join-key"
        ),
        pytest.param(
            {"acknowledged": True, "join_key": None},
            CIRCLE,
            [HOME],
            [],
            ["!registration"],
            id="circle-without-join-key",
        ),
        pytest.param({"acknowledged": True}, CIRCLE, [HOME], REGISTER, [], id="circle-with-join-key"),
    ],
)
def test_registration_waits_for_what_it_needs(
    changed: dict[str, Any], rest: dict[str, Any], jpds: list[Any], steps: list[Any], findings: list[str]
) -> None:
    plan = plan_one(edge(**changed), rest=seen(**rest), of_platform=platform(jpds=jpds))
    assert (steps_of(plan), findings_of(plan)) == (steps, findings)


def test_registration_follows_the_start_of_an_edge_that_is_down() -> None:
    plan = plan_one(nodes={"lyon-1": node(**STOPPED)}, rest=seen(**DOWN), of_platform=platform(jpds=[HOME]))
    assert steps_of(plan) == [("restart", "lyon-1"), ("jpd", "lyon-1")]


def test_registration_of_a_silent_edge_does_not_count_on_the_restart_of_a_node_that_is_well() -> None:
    well = node(restart_due={"tls": "2026-11-22T10:00:00.000Z"})
    plan = plan_one(nodes={"lyon-1": well}, rest=seen(**DOWN), of_platform=platform(jpds=[HOME]))
    assert (steps_of(plan), findings_of(plan)) == ([("restart", "lyon-1")], ["REST side of the Edge", "!pairing"])


@pytest.mark.parametrize(
    ("jpds", "steps"),
    [
        pytest.param([HOME], [], id="never-joined"),
        pytest.param([jpd()], [("join_key", "lyon-1"), ("restart", "lyon-1")], id="joined"),
    ],
)
def test_edge_that_never_joined_and_is_not_at_its_address_is_left_alone(jpds: list[Any], steps: list[Any]) -> None:
    plan = plan_one(edge(join_key=OTHER_KEY), rest=seen(**DOWN), of_platform=platform(jpds=jpds))
    assert (steps_of(plan), plan["edges"][0]["state"]) == (steps, "drifted" if steps else "unreachable")


def test_platform_that_cannot_be_read_leaves_all_its_facts_unknown_and_nothing_is_changed() -> None:
    silent = platform(reachable=False, error="Cannot reach https://acme.jfrog.io/: refused.", jpds=[])
    silent["root_certificate"] = None
    plan = plan_one(edge(acknowledged=True), {"lyon-1": node(**STOPPED)}, rest=seen(**CIRCLE), of_platform=silent)

    for fact in ("jpd", "pairing", "trusted_certificate"):
        assert facts_of(plan, fact) == {None: ("unknown", [], "Cannot reach https://acme.jfrog.io/: refused.")}
    assert (steps_of(plan), plan["work"]) == ([], [])
    assert plan["edges"][0]["state"] == "unreachable"
    assert plan["platform"] == {
        "url": "https://acme.jfrog.io/",
        "reachable": False,
        "error": "Cannot reach https://acme.jfrog.io/: refused.",
        "certificates": [],
        "expiries": [],
        "findings": [],
    }


def test_platform_that_cannot_be_read_without_a_text_is_still_explained() -> None:
    plan = plan_one(of_platform=platform(reachable=False))
    assert facts_of(plan, "jpd")[None][2] == "the platform does not answer"


def test_edge_that_is_gone_is_not_said_to_refuse_the_token() -> None:
    """What was seen of the token before the connection was lost counts no more."""
    plan = plan_one(rest=seen(**{**DOWN, "admin": False}))

    assert "!access token of the Edge" not in findings_of(plan)


@pytest.mark.parametrize(
    ("wanted", "rest", "steps", "findings"),
    [
        pytest.param({}, seen(), REGISTER, [], id="paired-with-the-new-url"),
        pytest.param({}, seen(**DOWN), [], ["REST side of the Edge", "!pairing"], id="edge-makes-no-token"),
        pytest.param({"repair": "never"}, seen(**DOWN), REGISTER, ["REST side of the Edge"], id="not-paired-again"),
    ],
)
def test_edge_with_another_url_needs_a_new_pairing(
    wanted: dict[str, Any], rest: Any, steps: list[Any], findings: list[str]
) -> None:
    moved = platform(jpds=[HOME, jpd(url="https://old.example.net")])

    plan = plan_one(edge(adopt_by_name=True, **wanted), rest=rest, of_platform=moved)

    assert (steps_of(plan), findings_of(plan)) == (steps, findings)
    assert facts_of(plan, "jpd")[None][1] == ["url"]
