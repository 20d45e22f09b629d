# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of runs, and how long they took."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import history
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.times import spent
from unit.domain.report_shapes import DRIFTED, IN_ORDER, STUCK, document, fleet_plan, named, sample

ENTRY = history.entry(document(fleet_plan(named(DRIFTED, "lyon"), named(IN_ORDER, "osaka"), named(STUCK, "quito"))))


def test_entry_is_what_a_person_wants_to_know_of_a_run_later() -> None:
    assert ENTRY == {
        "at": "2026-11-22T12:30:00Z",
        "mode": "report",
        "outcome": "drift",
        "duration_seconds": 84.0,
        "edges": {
            "lyon": {"state": "drifted", "drifted": ["jpd"]},
            "osaka": {"state": "in_order", "drifted": []},
            "quito": {"state": "needs_person", "drifted": []},
        },
    }


def test_history_is_read_back_as_it_was_written() -> None:
    _report, runs = sample(20)

    assert history.parse(history.render(runs)) == runs
    assert len(history.render(runs).splitlines()) == len(runs) + 2
    assert history.parse(history.render([])) == []


def test_history_of_a_thousand_edges_stays_small() -> None:
    report, _runs = sample(1000, runs=0)

    assert len(history.render([history.entry(report)])) < 64 * 1024


def history_of(**changed: Any) -> str:
    return json.dumps({"version": 1, "runs": [{**ENTRY, **changed}]})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"version": 1, "runs": [', id="cut-off"),
        pytest.param("[]", id="no-object"),
        pytest.param('{"version": 2, "runs": []}', id="newer"),
        pytest.param('{"version": 1, "runs": {}}', id="runs-are-no-list"),
        pytest.param('{"version": 1, "runs": ["x"]}', id="run-is-no-object"),
        pytest.param('{"version": 1, "runs": [{"at": "2026-11-22T12:30:00Z"}]}', id="keys-missing"),
        pytest.param(history_of(edges=[]), id="edges-are-no-object"),
        pytest.param(history_of(at="yesterday"), id="no-time"),
        pytest.param(history_of(edges={"lyon": "drifted"}), id="edge-is-a-word"),
        pytest.param(history_of(edges={"lyon": {"state": "drifted"}}), id="edge-in-parts"),
    ],
)
def test_history_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own and ours
        history.parse(text)


def test_last_success_is_the_last_run_that_left_nothing_to_do() -> None:
    outcomes = {"01": "corrected", "02": "in_order", "03": "drift", "04": "unreachable", "05": "needs_person"}
    runs = [{**ENTRY, "at": f"2026-11-{day}T00:00:00Z", "outcome": outcome} for day, outcome in outcomes.items()]

    assert history.last_success(runs) == moment("2026-11-02T00:00:00Z").timestamp()
    assert history.last_success(runs[2:]) == 0


def mark(phase: str, at: str) -> dict[str, str]:
    return {"phase": phase, "at": f"2026-11-22T12:00:{at}Z"}


WAVES = (("converge", "10.000"), ("verify", "20.000"), ("converge", "25.000"), ("verify", "55.000"))


@pytest.mark.parametrize(
    ("marks", "seconds", "phases"),
    [
        pytest.param([], None, {}, id="begin-not-known"),
        pytest.param([("nodes", "10.000")], 50.0, {"nodes": 50.0}, id="one-phase"),
        pytest.param(
            [("plan", "30.500"), ("nodes", "10.250")], 49.75, {"nodes": 20.25, "plan": 29.5}, id="in-any-order"
        ),
        pytest.param(WAVES, 50.0, {"converge": 40.0, "verify": 10.0}, id="waves-are-added-up"),
        pytest.param([("a", "10.000"), ("b", "59.999")], 50.0, {"a": 49.999, "b": 0.001}, id="milliseconds"),
    ],
)
def test_phase_lasts_until_the_next_one_begins(
    marks: list[tuple[str, str]], seconds: float | None, phases: dict[str, float]
) -> None:
    found = spent([mark(*each) for each in marks], ended=datetime(2026, 11, 22, 12, 1, tzinfo=timezone.utc))

    assert (found["duration_seconds"], found["phases"]) == (seconds, phases)
    assert found["finished_at"] == "2026-11-22T12:01:00Z"


def test_clock_that_was_set_back_during_the_run_gives_no_negative_times() -> None:
    found: dict[str, Any] = spent([mark("nodes", "30.000")], ended=datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc))

    assert (found["duration_seconds"], found["phases"]) == (0.0, {"nodes": 0.0})
