# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The offboarding of an Edge whose nodes nobody works on: all that REST can do, and who does the rest."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding.plan import plan_edge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding.shapes import REFUSED, Leaving, Wishes
from unit.domain.fleet_shapes import HOME, jpd
from unit.domain.test_offboarding import GONE_THERE, LICENSED, SILENT, bucket, centre, leaving, steps, token

WAITS = "its licences and its registration"


def alone(**changed: Any) -> Leaving:
    return leaving(**{"seen": {}, "rest_only": True, **changed})


OFFLINE = centre(license_buckets=[bucket(lyon=1)], jpds=[HOME, jpd(status="OFFLINE")])
DEAD = {"wishes": Wishes(dead=True), "rest": SILENT}


@pytest.mark.parametrize(
    ("edge", "platform", "expected"),
    [
        pytest.param(alone(), centre(), ["pairing", "jpd"], id="no-licence"),
        pytest.param(
            alone(tokens=[token("hybrid.jfrog run_token")]), centre(), ["tokens", "pairing", "jpd"], id="our-token"
        ),
        pytest.param(alone(), LICENSED, ["pairing"], id="licences-wait-for-a-stop"),
        pytest.param(alone(), OFFLINE, ["pairing", "license", "jpd"], id="licences-of-an-offline-jpd"),
        pytest.param(alone(**DEAD), LICENSED, ["pairing", "license", "jpd"], id="stopped-by-somebody"),
        # No node remembers that it was revoked, and no call tells.
        pytest.param(alone(), GONE_THERE, ["pairing"], id="unregistered"),
    ],
)
def test_offboarding_without_access_to_nodes_has_only_steps_over_rest(
    edge: Leaving, platform: Any, expected: list[str]
) -> None:
    assert steps(edge, platform) == expected
    assert plan_edge(edge, platform).work["dead"] is True


def test_offboarding_without_access_to_nodes_names_who_has_to_stop_the_edge() -> None:
    told = {left.what: left for left in plan_edge(alone(), LICENSED).left}

    assert told[WAITS].needs_person
    assert "scaling it to no pod, and run again with its name in edge_offboard_host_is_dead" in told[WAITS].remedy


@pytest.mark.parametrize("platform", [centre(), OFFLINE], ids=["no-licence", "offline"])
def test_offboarding_without_access_to_nodes_that_waits_for_nobody_asks_nobody(platform: Any) -> None:
    assert WAITS not in {left.what for left in plan_edge(alone(), platform).left}


@pytest.mark.parametrize("wish", ["remove_keys", "restart"])
def test_offboarding_that_wants_something_of_nodes_nobody_works_on_is_refused(wish: str) -> None:
    plan = plan_edge(alone(wishes=Wishes(**{wish: True})), centre())

    assert plan.state == REFUSED
    assert plan.reason == f"edge_offboard_{wish} asks for work on its nodes, and edge_node_access is none"
