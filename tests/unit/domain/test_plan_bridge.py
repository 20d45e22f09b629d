# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge of an Edge in the plan: it has to be there before the Edge is registered, and only a person makes it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.bridge import judge_bridge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView, Judged
from unit.domain.fleet_shapes import DOWN, HOME, NOW, PLATFORM_URL, edge, jpd, node, platform, seen

NEW = "7.146.0"
LYON = {"id": "lyon", "remote_url": PLATFORM_URL, "local_url": "https://lyon.example.net/"}
ELSEWHERE = {**LYON, "remote_url": "https://other.jfrog.io/"}
NOT_THERE = "the Edge has no bridge 'lyon'"


def judge(
    *, bridges: Any = None, registered: bool = False, rest: Any = None, jpds: Any = None, **wanted: Any
) -> Judged:
    answer = seen(**{"version": NEW, **(rest or {})})
    if bridges is not None:
        answer["bridges"] = bridges
    known = [jpd(url="http://localhost:8046/bridge-lyon/")] if registered else jpds or []
    of_platform = platform(jpds=[HOME, *known])
    return judge_bridge(
        EdgeView(
            edge=edge(**{"connection": "bridge", "bridge_id": "lyon", **wanted}),
            platform=of_platform,
            registered=Registered(of_platform["jpds"]),
            seen=answer,
            nodes={"lyon-1": node(version=NEW)},
            now=NOW,
        )
    )


@pytest.mark.parametrize(
    ("case", "state", "reason", "finding", "blocked"),
    [
        pytest.param(
            {"bridges": [LYON]}, "in_order", "the Edge has the bridge 'lyon' to the platform", None, False, id="there"
        ),
        pytest.param({"bridges": []}, "unknown", NOT_THERE, "Make the bridge", True, id="not-there"),
        pytest.param(
            {"bridges": [], "registered": True}, "unknown", NOT_THERE, "Make the bridge", False, id="gone-afterwards"
        ),
        pytest.param(
            {"bridges": [ELSEWHERE]},
            "unknown",
            f"the bridge 'lyon' leads to https://other.jfrog.io/ instead of {PLATFORM_URL}",
            "Correct the Bridge Server URL",
            True,
            id="to-another-platform",
        ),
        pytest.param(
            {"bridges": [LYON], "rest": {"version": "7.125.3"}},
            "unknown",
            "the Edge has 7.125.3, and a bridge needs 7.125.4",
            "Upgrade the Edge to 7.125.4, or set edge_connection to direct",
            True,
            id="too-old",
        ),
        pytest.param(
            {"rest": {"unread": {"bridges": "it answered 404"}}},
            "unknown",
            "it answered 404",
            "the Bridge Client has to be installed",
            False,
            id="no-bridge-client",
        ),
        pytest.param({"rest": DOWN}, "unknown", "connection refused", None, False, id="edge-is-down"),
        pytest.param({}, "unknown", "the bridges of the Edge were not asked for", None, False, id="not-asked"),
    ],
)
def test_bridge_is_judged(case: dict[str, Any], state: str, reason: str, finding: str | None, blocked: bool) -> None:
    judged = judge(**case)

    assert [(fact["fact"], fact["state"], fact["reason"]) for fact in judged.facts] == [("bridge", state, reason)]
    assert [(need.step, need.blocked) for need in judged.needs] == ([("jpd", True)] if blocked else [])
    assert [(found["reason"], found["needs_person"]) for found in judged.findings] == (
        [(reason, True)] if finding else []
    )
    assert all(str(finding) in found["remedy"] for found in judged.findings)


def test_jpd_that_is_somebody_else_s_is_left_to_the_judge_of_jpds() -> None:
    judged = judge(bridges=[], jpds=[jpd(url="https://other.example.net/")], url="http://localhost:8046/bridge-lyon/")

    assert (judged.needs, [one["reason"] for one in judged.findings]) == ([], [NOT_THERE])


def test_edge_that_is_reached_directly_has_no_fact_about_bridges() -> None:
    assert judge(connection="direct", bridges=[]) == Judged()
