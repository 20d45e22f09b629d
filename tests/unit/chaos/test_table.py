# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make chaos` says at its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import counted
from chaos import table
from integration import leaks


def result(**changes: Any) -> dict[str, Any]:
    usual = {"seed": 3, "playbook": "trust_edges", "kind": "faults", "codes": [2, 0], "met": 2, "seconds": 4.0}
    return {**usual, "found": [], "error": None, **changes}


@pytest.mark.parametrize(
    ("results", "last"),
    [
        pytest.param([result()], "schedules run: 1, crashes: 0, concurrent runs: 0; lost: 0", id="faults"),
        pytest.param(
            [result(kind="crash", codes=[None, 0]), result(kind="crash", codes=[0, 0])],
            "schedules run: 2, crashes: 1, concurrent runs: 0; lost: 0",
            id="kill-that-came-too-late-is-none",
        ),
        pytest.param(
            [result(kind="concurrent", found=["two JPDs"]), result(error="KeyError")],
            "schedules run: 2, crashes: 0, concurrent runs: 1; lost: 2",
            id="lost",
        ),
    ],
)
def test_table_ends_with_what_was_run_and_lost(results: list[dict[str, Any]], last: str) -> None:
    assert table.of(results).splitlines()[-1] == last


def test_schedule_that_lost_something_is_shown_with_the_command_that_replays_it() -> None:
    told = table.line(result(found=["at the end: two JPDs with the name lyon"]))

    assert told.splitlines()[1:] == [
        "      at the end: two JPDs with the name lyon",
        "      make chaos SEED=3 PLAYBOOK=trust_edges",
    ]


def test_what_was_looked_for_is_counted_over_all_who_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTED", str(tmp_path / "counted"))
    for places in ({"the terminal": "", "a log": ""}, {"the terminal": ""}):
        leaks.search({"a token": "s3cret"}, places)
    counted.add(bad_inputs=7)

    assert table.of_counted(counted.total(tmp_path / "counted")).splitlines() == [
        f"leaks looked for: 2 times, of {1 + len(leaks.SHAPES)} secrets and shapes of secrets, "
        "in 3 outputs, files and processes",
        "bad inputs tried: 7",
    ]


def test_nothing_is_counted_where_nobody_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNTED", raising=False)

    counted.add(bad_inputs=7)

    assert counted.total(tmp_path / "counted") == {}
