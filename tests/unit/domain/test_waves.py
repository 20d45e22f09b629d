# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which waves a run goes over the fleet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.waves import Rollout, read_rollout

EDGES = ["berlin", "lyon", "osaka", "quito", "tunis"]


def read(waves: Any = None, first: Any = None, limit: Any = 0) -> Rollout:
    return read_rollout(waves, first, limit, known=EDGES)


@pytest.mark.parametrize(
    ("waves", "first", "expected"),
    [
        pytest.param(None, None, ["berlin lyon osaka quito tunis"], id="not-asked-for"),
        pytest.param([], [], ["berlin lyon osaka quito tunis"], id="asked-for-and-taken-back"),
        pytest.param([1, 2], None, ["berlin", "lyon osaka", "quito tunis"], id="numbers-and-the-last-repeats"),
        pytest.param(2, None, ["berlin lyon", "osaka quito", "tunis"], id="one-number"),
        pytest.param("2", None, ["berlin lyon", "osaka quito", "tunis"], id="one-number-of-the-command-line"),
        pytest.param("1, 2,100%", None, ["berlin", "lyon osaka", "quito tunis"], id="list-of-the-command-line"),
        pytest.param("[1, 2, '100%']", None, ["berlin", "lyon osaka", "quito tunis"], id="list-as-a-text-in-brackets"),
        pytest.param("[]", "[]", ["berlin lyon osaka quito tunis"], id="list-of-nothing-in-brackets"),
        pytest.param(["40%"], None, ["berlin lyon", "osaka quito", "tunis"], id="percentage"),
        pytest.param(["1%"], None, EDGES, id="percentage-is-at-least-one"),
        pytest.param(["59.9%"], None, ["berlin lyon", "osaka quito", "tunis"], id="percentage-is-rounded-down"),
        pytest.param([99], None, ["berlin lyon osaka quito tunis"], id="more-than-there-are"),
        pytest.param(None, ["quito"], ["quito", "berlin lyon osaka tunis"], id="first-alone-is-a-wave-of-its-own"),
        pytest.param([1, 9], ["quito"], ["quito", "berlin lyon osaka tunis"], id="canary-and-the-rest"),
        pytest.param([1, 2], ["quito", "berlin"], ["quito", "berlin lyon", "osaka tunis"], id="first-in-their-order"),
        pytest.param([2], "tunis,lyon", ["tunis lyon", "berlin osaka", "quito"], id="first-on-the-command-line"),
        pytest.param([2], '["tunis", lyon]', ["tunis lyon", "berlin osaka", "quito"], id="first-as-a-text-in-brackets"),
    ],
)
def test_edges_are_divided_into_waves(waves: Any, first: Any, expected: list[str]) -> None:
    assert [" ".join(wave) for wave in read(waves, first).divide(EDGES)] == expected


def test_edges_that_come_first_and_have_no_work_leave_their_place_to_the_others() -> None:
    rollout = read([1, 2], ["quito", "osaka"])

    assert rollout.divide(["berlin", "lyon", "osaka"]) == [["osaka"], ["berlin", "lyon"]]
    assert rollout.divide(["berlin", "lyon"]) == [["berlin"], ["lyon"]]
    assert rollout.divide([]) == []


def test_percentages_are_of_the_edges_that_have_work() -> None:
    assert [len(wave) for wave in read([1, "50%"]).divide(EDGES[:4])] == [1, 2, 1]


@pytest.mark.parametrize(
    ("waves", "first", "limit", "problem"),
    [
        pytest.param([0], None, 0, "edge_waves has 0. Write", id="none-at-all"),
        pytest.param([1, -2], None, 0, "edge_waves has -2. Write", id="negative"),
        pytest.param(["all"], None, 0, "edge_waves has 'all'. Write", id="text"),
        pytest.param("", None, 0, "edge_waves has ''. Write", id="empty-text"),
        pytest.param([True], None, 0, "edge_waves has True. Write", id="boolean"),
        pytest.param([1.5], None, 0, "edge_waves has 1.5. Write", id="half-an-edge"),
        pytest.param(["0%"], None, 0, "edge_waves has '0%'. Write", id="no-percent"),
        pytest.param(["101%"], None, 0, "edge_waves has '101%'. Write", id="more-than-all"),
        pytest.param(["nan"], None, 0, "edge_waves has 'nan'. Write", id="not-a-number"),
        pytest.param(["inf%"], None, 0, "edge_waves has 'inf%'. Write", id="without-end"),
        pytest.param([10**400], None, 0, f"edge_waves has {10**400}. Write", id="larger-than-a-float"),
        pytest.param([[1]], None, 0, "edge_waves has [1]. Write", id="list-in-a-list"),
        pytest.param({"a": 1}, None, 0, "edge_waves has {'a': 1}. Write", id="dictionary"),
        pytest.param(
            None, ["rome"], 0, "edge_waves_first has 'rome', and the inventory has no such Edge", id="unknown"
        ),
        pytest.param(None, ["lyon", "lyon"], 0, "edge_waves_first has an Edge twice", id="twice"),
        pytest.param(None, None, -1, "edge_waves_max_fail_percentage is -1. Write", id="negative-limit"),
        pytest.param(None, None, 101, "edge_waves_max_fail_percentage is 101. Write", id="limit-above-all"),
        pytest.param(None, None, "few", "edge_waves_max_fail_percentage is 'few'. Write", id="limit-in-words"),
    ],
)
def test_wave_that_cannot_be_meant_is_refused(waves: Any, first: Any, limit: Any, problem: str) -> None:
    with pytest.raises(InventoryError, match=r"^Cannot divide the run into waves: ") as caught:
        read(waves, first, limit)

    assert problem in caught.value.msg


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InventoryError) as caught:
        read([0, "x"], ["rome"], 200)

    assert [problem.split(".")[0] for problem in caught.value.details["problems"]] == [
        "edge_waves has 0",
        "edge_waves has 'x'",
        "edge_waves_first has 'rome', and the inventory has no such Edge",
        "edge_waves_max_fail_percentage is 200",
    ]


@pytest.mark.parametrize(
    ("rollout", "expected"),
    [
        pytest.param(read(), None, id="nothing-stops-a-run-without-waves"),
        pytest.param(read(limit=20), None, id="nor-does-a-limit-alone"),
        pytest.param(read([1]), 0, id="any-failure-stops-by-default"),
        pytest.param(read(None, ["lyon"], "20%"), 20, id="limit-with-first-alone"),
    ],
)
def test_failures_stop_only_a_run_in_waves(rollout: Rollout, expected: float | None) -> None:
    assert rollout.stops_above == expected


NAMES = st.lists(st.text("abcdef", min_size=1, max_size=4), unique=True, max_size=40)
SIZES = st.lists(
    st.one_of(st.integers(1, 50), st.integers(1, 100).map(lambda number: f"{number}%")), min_size=1, max_size=5
)


@given(names=NAMES, sizes=SIZES, data=st.data())
def test_every_edge_is_in_exactly_one_wave_and_the_order_is_kept(names: list[str], sizes: Any, data: Any) -> None:
    first = data.draw(st.lists(st.sampled_from(names), unique=True) if names else st.just([]))

    waves = read_rollout(sizes, first, 0, known=names).divide(names)

    flat = [name for wave in waves for name in wave]
    assert flat == first + [name for name in names if name not in first]
    assert all(waves)
