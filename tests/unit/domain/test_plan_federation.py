# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access Federation from the platform to an Edge, as the plan judges it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import Federation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation import source as sources
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.federation import judge_federation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView
from unit.domain.fleet_shapes import HOME, NOW, edge, jpd, node, platform, seen

URL = "https://lyon.example.net/access"
WANTED = Federation(("users", "groups"))
OFF = Federation()
MC_TARGET = {"id": "JPD-7", "name": "lyon", "code": "jfac@1", "url": URL, "entities": ["USERS", "GROUPS"]}
OWN_TARGET = {"name": "jfac@1", "url": URL, "entities": ["users", "groups"], "active": True}
CIRCLE = {"trusts_platform": True, "trusted_by_platform": True}


def listed(*targets: dict[str, Any], source: str = "JPD-1", error: str | None = None) -> Any:
    return sources.listed({"source": source, "error": error, "entities": ["USERS"], "targets": list(targets)})


def judge(
    federation: Federation | None = WANTED,
    *,
    found: Any = (),
    rest: Any = None,
    jpds: Any = None,
    of_platform: Any = None,
    **changed: Any,
) -> Any:
    wanted = edge(federation=federation, **{"acknowledged": True, **changed})
    said = [jpd(), HOME] if jpds is None else jpds
    view = EdgeView(
        edge=wanted,
        platform=platform(**{"jpds": said, "federation": list(found), **(of_platform or {})}),
        registered=Registered(said),
        seen=seen(**{**CIRCLE, **(rest or {})}),
        nodes={"lyon-1": node()},
        now=NOW,
    )
    return judge_federation(view)


def told(judged: Any) -> list[tuple[str, list[str], str]]:
    return [(fact["state"], fact["drift"], fact["reason"]) for fact in judged.facts]


def needs(judged: Any) -> list[tuple[str, str | None, bool]]:
    return [(need.step, need.host, need.blocked) for need in judged.needs]


STEP = [("access_federation", "lyon-1", False)]
BLOCKED = [("access_federation", "lyon-1", True)]
AS_WANTED = ("in_order", [], "the platform federates to the Edge as wanted")


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([listed(MC_TARGET)], id="by-id"),
        pytest.param([listed(MC_TARGET, source="HOME")], id="by-name"),
        pytest.param([listed(), sources.own([OWN_TARGET])], id="told-by-access"),
        pytest.param([listed({**MC_TARGET, "entities": ["TOKENS"]}), sources.own([OWN_TARGET])], id="access-wins"),
        pytest.param([listed({"url": URL + "/", "entities": ["GROUPS", "USERS", "users"]})], id="by-url-other-form"),
    ],
)
def test_federation_as_wanted_is_in_order(found: Any) -> None:
    judged = judge(found=found)
    assert (told(judged), judged.needs, judged.findings) == ([AS_WANTED], [], [])


def test_unset_is_not_managed() -> None:
    judged = judge(None, found=[listed(MC_TARGET)])
    assert (judged.facts, judged.needs, judged.findings) == ([], [], [])


@pytest.mark.parametrize(
    ("federation", "found", "drift", "reason"),
    [
        pytest.param(WANTED, [], ["access_federation"], "lyon is no target", id="no-target"),
        pytest.param(WANTED, [listed(MC_TARGET, source="JPD-7")], ["access_federation"], "lyon is", id="other-source"),
        pytest.param(
            WANTED,
            [listed({**MC_TARGET, "entities": ["USERS"]})],
            ["entities"],
            "lyon: entities is [users] instead of [groups, users]",
            id="entities",
        ),
        pytest.param(
            Federation(("users", "groups"), permission_filters={"include_patterns": ("prod-.*",)}),
            [listed({**MC_TARGET, "permission_filters": {"include_patterns": []}})],
            ["permission_filters"],
            "include_patterns [prod-.*]",
            id="permission-filters",
        ),
        pytest.param(
            Federation(("users", "groups"), group_filters={"exclude_patterns": ("tmp",)}),
            [listed(MC_TARGET), sources.own([{**OWN_TARGET, "groupFilters": {"excludePatterns": []}}])],
            ["group_filters"],
            "exclude_patterns [tmp]",
            id="group-filters",
        ),
        pytest.param(
            WANTED,
            [listed({**MC_TARGET, "url": "https://192.0.2.7/access"})],
            ["url"],
            "url is https://192.0.2.7/ instead of https://lyon.example.net/",
            id="another-url",
        ),
        pytest.param(OFF, [listed(MC_TARGET)], ["access_federation"], "lyon is a target and shall be none", id="off"),
    ],
)
def test_what_differs_is_drift_and_planned(federation: Federation, found: Any, drift: list[str], reason: str) -> None:
    judged = judge(federation, found=found)
    [(state, named, why)] = told(judged)
    assert (state, named, needs(judged), judged.findings) == ("drifted", drift, STEP, [])
    assert reason in why


def test_group_filters_that_nobody_tells_are_no_drift() -> None:
    wanted = Federation(("users", "groups"), group_filters={"exclude_patterns": ("tmp",)})
    assert told(judge(wanted, found=[listed(MC_TARGET)])) == [AS_WANTED]


def test_off_and_no_target_is_in_order() -> None:
    assert told(judge(OFF)) == [("in_order", [], "the platform does not federate to the Edge")]


HALF = {"trusts_platform": True, "trusted_by_platform": False}


@pytest.mark.parametrize("jpds", [pytest.param([HOME], id="new"), pytest.param(None, id="registered")])
def test_edge_whose_circle_of_trust_waits_for_the_platform_waits_as_well_and_says_so(jpds: Any) -> None:
    judged = judge(jpds=jpds, rest=HALF, trust_method="circle_of_trust")

    assert (judged.facts, judged.needs) == ([], [])
    assert [(finding["what"], finding["needs_person"]) for finding in judged.findings] == [("federation", False)]
    assert "which the circle of trust still waits for" in judged.findings[0]["reason"]


def test_edge_that_is_federated_already_waits_for_nothing() -> None:
    judged = judge(found=[listed(MC_TARGET)], rest=HALF, trust_method="circle_of_trust")

    assert told(judged) == [AS_WANTED]


def test_edge_that_is_not_registered_is_federated_after_that() -> None:
    judged = judge(jpds=[HOME])
    assert told(judged) == [("drifted", ["access_federation"], "the Edge is federated when it is registered")]
    assert needs(judged) == STEP


@pytest.mark.parametrize(
    ("changed", "rest", "finding", "planned"),
    [
        pytest.param(
            {"acknowledged": False},
            {},
            ("nobody has agreed to the circle of trust that Access Federation needs", True),
            BLOCKED,
            id="not-acknowledged",
        ),
        pytest.param(
            {},
            {"trusts_platform": False},
            ("the Edge does not accept the platform's tokens, so nothing can be federated to it", True),
            BLOCKED,
            id="edge-does-not-trust",
        ),
        pytest.param(
            {},
            {"trusted_by_platform": False},
            (
                "the platform does not accept the Edge's tokens; the Mission Control of some versions asks for that",
                False,
            ),
            STEP,
            id="platform-does-not-trust",
        ),
        pytest.param(
            {},
            {"base_url": None},
            ("the Edge has no base URL, which Access Federation needs", True),
            STEP,
            id="no-base-url",
        ),
        pytest.param({"base_url": "https://lyon.example.net/"}, {"base_url": None}, None, STEP, id="base-url-wanted"),
        pytest.param({}, {"trusts_platform": None, "trusted_by_platform": None}, None, STEP, id="trust-not-asked"),
        pytest.param(
            {"trust_method": "circle_of_trust"}, {"trusts_platform": False}, None, STEP, id="circle-comes-before"
        ),
        pytest.param({}, {"trusts_platform": False, "version": "7.25.7"}, None, STEP, id="circle-of-an-old-edge"),
    ],
)
def test_what_is_missing_is_told(
    changed: dict[str, Any], rest: dict[str, Any], finding: tuple[str, bool] | None, planned: Any
) -> None:
    judged = judge(rest=rest, **changed)
    assert [(one["reason"], one["needs_person"]) for one in judged.findings] == ([finding] if finding else [])
    assert all(one["remedy"] for one in judged.findings)
    assert needs(judged) == planned


def test_removal_needs_no_circle_of_trust() -> None:
    judged = judge(OFF, found=[listed(MC_TARGET)], rest={"trusts_platform": False}, acknowledged=False)
    assert (needs(judged), judged.findings) == (STEP, [])


def test_broken_circle_of_a_federated_edge_is_told() -> None:
    judged = judge(found=[listed(MC_TARGET)], rest={"trusts_platform": False})
    assert told(judged) == [AS_WANTED]
    assert [one["needs_person"] for one in judged.findings] == [True]


@pytest.mark.parametrize(
    ("of_platform", "reason"),
    [
        pytest.param({"reachable": False, "error": "connection refused"}, "connection refused", id="unreachable"),
        pytest.param({"unread": {"federation": "it answered 403"}}, "it answered 403", id="refused"),
        pytest.param({}, "what the platform federates was not asked", id="not-asked"),
    ],
)
def test_federation_that_was_not_read_is_unknown(of_platform: dict[str, Any], reason: str) -> None:
    wanted = edge(federation=WANTED, acknowledged=True)
    view = EdgeView(
        edge=wanted,
        platform=platform(**of_platform),
        registered=Registered([HOME]),
        seen=seen(),
        nodes={"lyon-1": node()},
        now=NOW,
    )
    judged = judge_federation(view)
    assert (told(judged), judged.needs) == ([("unknown", [], reason)], [])
