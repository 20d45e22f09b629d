# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust method and circle of trust, as the plan judges them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.trust import judge_trust
from unit.domain.fleet_shapes import (
    CIRCLE,
    DOWN,
    HOME,
    NOW,
    OLD_ROOT,
    ROOT,
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

ACKNOWLEDGED = edge(acknowledged=True)
NAME = "acme.jfrog.io"
SUPPLY = [("trusted_certificate", "lyon-1")]


@pytest.mark.parametrize(
    ("changed", "rest", "versions", "method", "reason"),
    [
        pytest.param({}, {}, ["7.104.2"], "pairing_token", "Artifactory 7.104.2 has", id="told-by-the-edge"),
        pytest.param({}, DOWN, ["7.104.2"], "pairing_token", "Artifactory 7.104.2 has", id="on-disk"),
        pytest.param(
            {"acknowledged": True},
            DOWN,
            ["7.104.2", None, "7.25.7", "rubbish"],
            "circle_of_trust",
            "Artifactory 7.25.7 is older",
            id="lowest-on-disk",
        ),
        pytest.param({"trust_method": "join_key"}, {}, ["7.104.2"], "join_key", "asks for it", id="asked"),
        pytest.param({}, DOWN, [None], None, "the version of the Edge is not known", id="version-not-known"),
        pytest.param({"trust_method": "join_key"}, DOWN, [None], "join_key", "asks for it", id="asked-not-known"),
    ],
)
def test_trust_method_follows_the_version(
    changed: dict[str, Any], rest: dict[str, Any], versions: list[str | None], method: str | None, reason: str
) -> None:
    wanted = edge(**changed, nodes=tuple(f"lyon-{number}" for number in range(len(versions))))
    nodes = {host: node(version=version, **STOPPED) for host, version in zip(wanted.nodes, versions)}
    planned = plan_one(wanted, nodes, rest=seen(**rest))["edges"][0]

    assert planned["trust_method"] == method
    assert reason in planned["trust_reason"]


@pytest.mark.parametrize(
    ("changed", "version", "words"),
    [
        pytest.param({}, "7.25.7", "nobody has agreed to that", id="circle-not-acknowledged"),
        pytest.param({"trust_method": "circle_of_trust"}, None, "nobody has agreed to that", id="asked-not-known"),
        pytest.param({"trust_method": "pairing_token"}, "7.25.7", "is older than 7.29.7", id="pairing-token-too-old"),
        pytest.param({}, "rubbish", "the version of the Edge is not known", id="version-not-readable"),
    ],
)
def test_trust_method_impossible_stops_the_edge(changed: dict[str, Any], version: str | None, words: str) -> None:
    plan = plan_one(
        edge(**changed),
        {"lyon-1": node(version=None, **STOPPED)},
        rest=seen(version=version),
        of_platform=platform(jpds=[HOME]),
    )
    planned = plan["edges"][0]

    assert findings_of(plan) == ["!trust method"]
    assert words in planned["findings"][0]["reason"]
    assert not planned["findings"][0]["remedy"].endswith(".")
    assert (planned["trust_method"], planned["trust_state"]) == (None, "not decided")
    assert (planned["state"], planned["changes"]) == ("needs_person", [])


def test_trust_method_not_known_stops_the_registration_only() -> None:
    nodes = {"lyon-1": node(version=None, **{**STOPPED, "control": "systemd"})}
    plan = plan_one(nodes=nodes, rest=seen(**DOWN), of_platform=platform(jpds=[HOME]))

    assert steps_of(plan) == [("restart", "lyon-1")]
    assert findings_of(plan) == ["!trust method"]


def test_trust_method_not_known_leaves_what_needs_none() -> None:
    plan = plan_one(nodes={"lyon-1": node(version=None)}, rest=seen(**DOWN), of_platform=platform(jpds=[jpd(tags=[])]))
    assert steps_of(plan) == [("jpd", "lyon-1")]


@pytest.mark.parametrize(
    ("rest", "given", "repair", "state", "steps"),
    [
        pytest.param({}, {}, "when_broken", "in_order", [], id="accepted"),
        pytest.param({"trusts_platform": False}, {}, "when_broken", "drifted", SUPPLY, id="never-supplied"),
        pytest.param(
            {"trusts_platform": False}, {"recorded": {NAME: ROOT}}, "when_broken", "drifted", SUPPLY, id="forgotten"
        ),
        pytest.param({"trusts_platform": False}, {"recorded": {NAME: ROOT}}, "never", "unknown", [], id="told-not-to"),
        pytest.param({}, {"recorded": {NAME: OLD_ROOT}}, "when_broken", "drifted", SUPPLY, id="rotated"),
        pytest.param({}, {"recorded": {"other": OLD_ROOT}}, "when_broken", "in_order", [], id="record-of-another-peer"),
        pytest.param(
            {"trusts_platform": None}, {"recorded": {NAME: ROOT}}, "never", "in_order", [], id="record-counts"
        ),
        pytest.param({"trusts_platform": None}, {}, "when_broken", "drifted", SUPPLY, id="nothing-known"),
        pytest.param(
            {"trusts_platform": False},
            {"trusted": [{"file": f"{NAME}.crt", "sha256": ROOT, "der": None}]},
            "when_broken",
            "in_order",
            [],
            id="waits-for-its-import",
        ),
        pytest.param(
            {"trusts_platform": False},
            {"trusted": [{"file": "other.crt", "sha256": ROOT, "der": None}]},
            "when_broken",
            "drifted",
            SUPPLY,
            id="another-name-waits",
        ),
        pytest.param(
            {},
            {"trusted": [{"file": f"{NAME}.crt", "sha256": None, "der": None}]},
            "when_broken",
            "drifted",
            SUPPLY,
            id="rubbish-waits",
        ),
    ],
)
def test_trusted_certificate_is_judged_for_a_circle_of_trust(
    rest: dict[str, Any], given: dict[str, Any], repair: str, state: str, steps: list[Any]
) -> None:
    plan = plan_one(edge(acknowledged=True, repair=repair), {"lyon-1": node(**given)}, rest=seen(**{**CIRCLE, **rest}))

    assert facts_of(plan, "trusted_certificate")[None][:2] == (
        state,
        ["trusted_certificate"] if state == "drifted" else [],
    )
    assert steps_of(plan) == steps
    assert findings_of(plan) == (["!trusted certificate"] if state == "unknown" else [])


def test_trusted_certificate_recorded_on_any_node_counts() -> None:
    wanted = edge(acknowledged=True, nodes=("lyon-1", "lyon-2"))
    nodes = {"lyon-1": node(recorded={NAME: OLD_ROOT}), "lyon-2": node(recorded={NAME: ROOT})}
    plan = plan_one(wanted, nodes, rest=seen(**CIRCLE))
    assert facts_of(plan, "trusted_certificate")[None][0] == "in_order"


def test_trusted_certificate_is_unknown_when_the_node_with_the_record_may_be_missing() -> None:
    wanted = edge(acknowledged=True, nodes=("lyon-1", "lyon-2"))
    rest = seen(**{**CIRCLE, "trusts_platform": None})
    plan = plan_one(wanted, {"lyon-1": node()}, rest=rest, unreachable={"lyon-2": "no route"})
    assert (facts_of(plan, "trusted_certificate")[None][0], steps_of(plan)) == ("unknown", [])


def test_trusted_certificate_of_a_platform_whose_root_cannot_be_used_holds_up_the_registration() -> None:
    without_root = platform(jpds=[HOME], root_certificate=None, error="Cannot use the root certificate: it expired")
    plan = plan_one(ACKNOWLEDGED, rest=seen(**CIRCLE), of_platform=without_root)

    assert facts_of(plan, "trusted_certificate")[None] == ("unknown", [], "Cannot use the root certificate: it expired")
    assert (steps_of(plan), findings_of(plan)) == ([], ["!trusted certificate"])


def test_trusted_certificate_is_not_judged_for_a_pairing_token() -> None:
    plan = plan_one(rest=seen(trusts_platform=False))
    assert (facts_of(plan, "trusted_certificate"), facts_of(plan, "trusted_by_platform")) == ({}, {})


@pytest.mark.parametrize(
    ("rest", "fact", "findings", "state"),
    [
        pytest.param({}, ("in_order", "the platform accepts the Edge"), [], "in_order", id="trusted"),
        pytest.param({"trusted_by_platform": False}, None, ["trust"], "in_order", id="waiting-is-no-drift"),
        pytest.param(
            {"trusted_by_platform": None, "error": "the platform answered 500"},
            ("unknown", "the platform answered 500"),
            [],
            "unknown",
            id="not-told",
        ),
        pytest.param({"trusted_by_platform": None}, ("unknown", "was not asked"), [], "unknown", id="not-asked"),
    ],
)
def test_trusted_by_platform_is_reported_and_never_changed(
    rest: dict[str, Any], fact: tuple[str, str] | None, findings: list[str], state: str
) -> None:
    plan = plan_one(ACKNOWLEDGED, rest=seen(**{**CIRCLE, **rest}))

    found = facts_of(plan, "trusted_by_platform").get(None)
    assert (found and found[0]) == (fact and fact[0])
    assert fact is None or (found is not None and fact[1] in found[2])
    assert findings_of(plan) == findings
    assert (plan["edges"][0]["state"], steps_of(plan)) == (state, [])


@pytest.mark.parametrize(
    ("wanted", "rest", "of_platform", "state"),
    [
        pytest.param(edge(), {}, {}, "paired", id="paired"),
        pytest.param(edge(), {}, {"jpds": []}, "not registered", id="not-registered"),
        pytest.param(edge(), {}, {"jpds": [jpd(status="UNAUTHORIZED")]}, "pairing broken", id="broken"),
        pytest.param(edge(), {}, {"reachable": False}, "not known", id="platform-silent"),
        pytest.param(edge(trust_method="join_key"), {}, {}, "registered with the join key", id="join-key"),
        pytest.param(ACKNOWLEDGED, CIRCLE, {}, "trusted both ways", id="circle"),
        pytest.param(
            ACKNOWLEDGED, {**CIRCLE, "trusted_by_platform": False}, {}, "waiting for the platform", id="circle-half"
        ),
        pytest.param(
            ACKNOWLEDGED,
            {**CIRCLE, "trusts_platform": False},
            {},
            "the Edge does not trust the platform",
            id="circle-other-half",
        ),
        pytest.param(ACKNOWLEDGED, {**CIRCLE, "trusts_platform": None}, {}, "not known", id="circle-not-asked"),
        pytest.param(ACKNOWLEDGED, None, {}, "not known", id="circle-edge-not-seen"),
    ],
)
def test_trust_state_is_said_in_words(wanted: Any, rest: Any, of_platform: dict[str, Any], state: str) -> None:
    plan = plan_one(
        wanted,
        {"lyon-1": node(version="7.25.7")} if rest is None else None,
        rest=False if rest is None else seen(**rest),
        of_platform=platform(**of_platform),
    )
    assert plan["edges"][0]["trust_state"] == state


@pytest.mark.parametrize(
    ("rest", "unrequested", "steps"),
    [
        pytest.param({"trusted_by_platform": False}, ["lyon"], [("trusted_certificate", "lyon-1")], id="not-written"),
        pytest.param({"trusted_by_platform": False}, ["rome"], [], id="written"),
        pytest.param({}, ["lyon"], [], id="not-needed-any-more"),
        pytest.param(
            {"trusted_by_platform": False, "trusts_platform": False},
            ["lyon"],
            [("trusted_certificate", "lyon-1")],
            id="written-with-the-certificate-anyway",
        ),
    ],
)
def test_support_request_that_an_interrupted_run_did_not_write_is_written(
    rest: dict[str, Any], unrequested: list[str], steps: list[Any]
) -> None:
    plan = plan_one(ACKNOWLEDGED, rest=seen(**{**CIRCLE, **rest}), unrequested=unrequested)
    assert steps_of(plan) == steps


def judged(trusted: bool | None, *, owns_platform: bool = False, **changed: Any) -> Any:
    view = EdgeView(
        edge=ACKNOWLEDGED,
        platform=platform(**changed),
        registered=Registered([]),
        seen=seen(**{**CIRCLE, "trusted_by_platform": trusted}),
        nodes={"lyon-1": node()},
        now=NOW,
        owns_platform=owns_platform,
    )
    return judge_trust(view)


@pytest.mark.parametrize(
    ("trusted", "state", "steps"),
    [
        pytest.param(True, "in_order", [], id="trusted"),
        pytest.param(False, "drifted", ["trusted_certificate"], id="not-trusted"),
        pytest.param(None, "unknown", [], id="not-told"),
    ],
)
def test_trusted_by_a_self_hosted_platform_in_the_inventory_is_ours_to_change(
    trusted: bool | None, state: str, steps: list[str]
) -> None:
    found = judged(trusted, owns_platform=True)

    assert [fact["state"] for fact in found.facts if fact["fact"] == "trusted_by_platform"] == [state]
    assert [need.step for need in found.needs] == steps
    assert all("once imported it cannot be withdrawn" in need.reason for need in found.needs)
    assert found.findings == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("https://acme.jfrog.io/", "Send the support request", id="cloud"),
        pytest.param("https://jfrog.example.com/", "into the group platform_nodes", id="may-be-self-hosted"),
    ],
)
def test_waiting_for_the_platform_says_what_to_do(url: str, words: str) -> None:
    assert words in judged(False, url=url).findings[0]["remedy"]


def test_trust_that_is_to_be_made_is_said_to_be_for_good() -> None:
    plan = plan_one(ACKNOWLEDGED, rest=seen(**{**CIRCLE, "trusts_platform": False}))
    assert "once imported it cannot be withdrawn" in plan["edges"][0]["changes"][0]["reason"]
