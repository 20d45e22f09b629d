# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes of an HA Edge that have not started since its database got what all of them share."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_config import FACT, digest, fact_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from unit.domain.fleet_shapes import T0, T1, T2, T3, edge, findings_of, node, plan_one, steps_of

TAKEN_AT, LATER = "2026-11-22T11:30:00.000Z", "2026-11-22T12:15:00.000Z"
SETTING, VALUE = "security.authentication.mtls.enabled", True
HA = edge(nodes=("lyon-1", "lyon-2"), access_config={SETTING: VALUE}, join_key=None)
BEHIND = [("restart", "lyon-2")]


def started(at: str, *, supplied: str | None = None, confirmed: str | None = None) -> Any:
    shape = node(written_at=at)
    shape["access_config"] = {**shape["access_config"], "settings": {SETTING: "true"}}
    if supplied:
        shape["ledger"] = model.record_supplied(shape["ledger"], fact_of(SETTING), digest(VALUE), moment(supplied))
    if confirmed:
        shape["ledger"] = model.confirm_supplied(shape["ledger"], fact_of(SETTING), moment(confirmed))
    return shape


@pytest.mark.parametrize(
    ("first", "second", "restarts"),
    [
        pytest.param(started(TAKEN_AT, supplied=T1), T0, BEHIND, id="not-started-since-the-supply"),
        pytest.param(started(TAKEN_AT, supplied=T1), T2, BEHIND, id="started-before-a-start-brought-it"),
        pytest.param(started(TAKEN_AT, supplied=T1, confirmed=T3), T2, BEHIND, id="the-same-with-the-proof-noted"),
        pytest.param(started(TAKEN_AT, supplied=T1), T3, [], id="started-after-it"),
        pytest.param(started(LATER, supplied=T1, confirmed=T2), T3, [], id="the-first-one-was-started-again-since"),
    ],
)
def test_node_is_behind_until_it_starts_after_the_start_that_brought_the_settings_into_the_database(
    first: Any, second: str, restarts: list[Any]
) -> None:
    plan = plan_one(HA, {"lyon-1": first, "lyon-2": started(second)})

    assert steps_of(plan) == restarts


@pytest.mark.parametrize("given", ["lyon-1", "lyon-2"])
def test_node_is_started_again_after_the_one_whose_start_is_still_due(given: str) -> None:
    nodes = {"lyon-1": started(T0), "lyon-2": started(T0)}
    nodes[given] = started(T1, supplied=T2)
    nodes[given]["access_config"] = {**nodes[given]["access_config"], "settings": {}, "patch": {SETTING: "true"}}
    nodes[given]["ledger"] = model.due(nodes[given]["ledger"], FACT, moment(T2))
    other = next(host for host in nodes if host != given)

    assert steps_of(plan_one(HA, nodes)) == [("restart", given), ("restart", other)]


@pytest.mark.parametrize(
    ("second", "findings"),
    [
        pytest.param("a", [], id="the-same"),
        pytest.param("b", ["certificate authority of Access"], id="another-one"),
        pytest.param(None, [], id="none-seen"),
    ],
)
def test_copies_of_what_the_nodes_share_that_differ_are_told(second: str | None, findings: list[str]) -> None:
    nodes = {"lyon-1": started(T2), "lyon-2": started(T2)}
    for shape, letter in zip(nodes.values(), ("a", second)):
        copy = letter and {"file": "ca.crt", "sha256": letter * 64, "der": None}
        shape["access_keys"] = {**shape["access_keys"], "ca": copy}

    assert findings_of(plan_one(HA, nodes)) == findings


def test_copies_that_differ_are_not_told_when_a_start_that_is_planned_makes_them_the_same() -> None:
    nodes = {"lyon-1": started(TAKEN_AT, supplied=T1), "lyon-2": started(T0)}
    for shape, letter in zip(nodes.values(), "ab"):
        copy = {"file": "ca.crt", "sha256": letter * 64, "der": None}
        shape["access_keys"] = {**shape["access_keys"], "ca": copy}
    plan = plan_one(HA, nodes)

    assert (steps_of(plan), findings_of(plan)) == (BEHIND, [])
