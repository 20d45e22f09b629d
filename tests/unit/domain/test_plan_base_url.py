# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The custom base URL in the plan: set before an Edge is paired, and paired again after it has changed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.base_url import PAIR_AGAIN, judge_base_url
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView, Judged
from unit.domain.fleet_shapes import DOWN, FRESH, HOME, NOW, STOPPED, edge, jpd, node, platform, seen

URL = "https://lyon.example.net/"
OTHER = "https://10.1.2.3"
BRIDGE = "http://localhost:8046/bridge-lyon/"
NOT_ASKED: Any = object()


def judge(told: Any, /, *, registered: bool = True, of_node: Any = None, rest: Any = None, **wanted: Any) -> Judged:
    """What the judge says of an Edge that answers with this custom base URL."""
    of_platform = platform(jpds=[HOME, jpd()] if registered else [HOME])
    answer = seen(**(rest or {}))
    if told is not NOT_ASKED:
        answer["base_url"] = told
    return judge_base_url(
        EdgeView(
            edge=edge(**wanted),
            platform=of_platform,
            registered=Registered(of_platform["jpds"]),
            seen=answer,
            nodes={"lyon-1": node(**(of_node or {}))},
            now=NOW,
        )
    )


def steps(judged: Judged) -> list[str]:
    """The needed steps; those that cannot be done in brackets."""
    return [f"({need.step})" if need.blocked else need.step for need in judged.needs]


@pytest.mark.parametrize(
    ("current", "registered", "state", "needed"),
    [
        pytest.param(URL, True, "in_order", [], id="as-wanted"),
        pytest.param(f"{URL}artifactory", True, "in_order", [], id="with-the-context"),
        pytest.param(None, False, "drifted", ["base_url"], id="none-before-the-registration"),
        pytest.param(OTHER, False, "drifted", ["base_url"], id="another-one-before-the-registration"),
        pytest.param(OTHER, True, "drifted", ["base_url", "jpd"], id="another-one-so-pair-again"),
        pytest.param(None, True, "drifted", ["base_url", "jpd"], id="none-so-pair-again"),
    ],
)
def test_managed_base_url_is_compared(current: Any, registered: bool, state: str, needed: list[str]) -> None:
    judged = judge(current, registered=registered, base_url=URL)

    assert [(fact["fact"], fact["state"]) for fact in judged.facts] == [("base_url", state)]
    assert steps(judged) == needed
    assert judged.findings == []


def test_change_names_both_urls_and_why_it_pairs_again() -> None:
    judged = judge(OTHER, base_url=URL)

    assert [need.reason for need in judged.needs] == [
        f"the Edge calls itself {OTHER} instead of {URL}",
        PAIR_AGAIN,
    ]


def test_pairing_that_a_person_keeps_is_not_renewed_and_said_so() -> None:
    judged = judge(OTHER, base_url=URL, repair="never")

    assert steps(judged) == ["base_url"]
    assert judged.findings == [
        {
            "what": "pairing",
            "reason": "its base URL changes, and a pairing does not outlive that, and edge_repair is never",
            "remedy": "Set edge_repair to when_broken, or pair the Edge again by hand",
            "needs_person": True,
        }
    ]


@pytest.mark.parametrize(
    ("rest", "wanted"),
    [
        pytest.param({}, {"trust_method": "circle_of_trust"}, id="circle-of-trust"),
        pytest.param({"version": "7.25.7"}, {}, id="older-than-pairing-tokens"),
    ],
)
def test_base_url_of_an_edge_without_a_pairing_token_asks_for_no_new_pairing(rest: Any, wanted: Any) -> None:
    assert steps(judge(OTHER, base_url=URL, rest=rest, **wanted)) == ["base_url"]


@pytest.mark.parametrize(
    ("current", "changed", "found"),
    [
        pytest.param(OTHER, {}, True, id="leads-elsewhere"),
        pytest.param(None, {}, False, id="none-is-set"),
        pytest.param("https://lyon.example.net:8443/artifactory", {}, False, id="same-host"),
        pytest.param(OTHER, {"url": BRIDGE}, False, id="behind-a-bridge"),
        pytest.param(OTHER, {"trust_method": "join_key"}, False, id="no-pairing-token"),
        pytest.param(OTHER, {"registered": True}, False, id="paired-already"),
        pytest.param(OTHER, {"rest": {"preflight": {}}}, False, id="told-by-the-preflight"),
    ],
)
def test_base_url_that_nobody_manages_is_told_when_it_would_spoil_the_pairing(
    current: Any, changed: dict[str, Any], found: bool
) -> None:
    judged = judge(current, **{"registered": False, **changed})

    assert judged.facts == []
    assert steps(judged) == (["(base_url)"] if found else [])
    assert [(one["what"], one["remedy"]) for one in judged.findings] == (
        [("base URL", f"Set edge_base_url to {URL}, or correct edge_url")] if found else []
    )


@pytest.mark.parametrize(
    ("rest", "of_node", "registered", "needed"),
    [
        pytest.param(DOWN, FRESH, False, ["base_url"], id="before-the-first-start"),
        pytest.param(DOWN, STOPPED, False, ["base_url"], id="while-the-node-is-stopped"),
        pytest.param(DOWN, {}, False, ["(base_url)"], id="node-is-well-but-the-edge-is-silent"),
        pytest.param(DOWN, STOPPED, True, [], id="registered-and-down"),
        pytest.param({"unread": {"base_url": "it says no"}}, {}, False, ["(base_url)"], id="refused"),
        pytest.param(
            {"unread": {"base_url": "it says no"}}, STOPPED, False, ["(base_url)"], id="refused-whatever-is-started"
        ),
        pytest.param({"unread": {"base_url": "it says no"}}, {}, True, [], id="refused-and-registered"),
    ],
)
def test_base_url_that_could_not_be_read_is_unknown(
    rest: Any, of_node: Any, registered: bool, needed: list[str]
) -> None:
    judged = judge(NOT_ASKED, registered=registered, rest=rest, of_node=of_node, base_url=URL)

    assert [(fact["fact"], fact["state"]) for fact in judged.facts] == [("base_url", "unknown")]
    assert steps(judged) == needed
    assert [one["what"] for one in judged.findings] == (["base URL"] if "unread" in rest else [])
