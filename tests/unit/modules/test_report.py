# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``report``: what is printed and written, and how the run ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unit.modules.play import Played, play


def plan(state: str) -> dict[str, Any]:
    """A plan with one Edge in this state."""
    to_do = {"step": "jpd", "host": "lyon-1", "reason": "not registered", "pass": 1}
    edge = {
        "name": "lyon",
        "url": "https://edge-lyon.example.com/",
        "location": {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357},
        "tags": ["hybrid"],
        "nodes": ["lyon-1"],
        "version": "7.104.2",
        "state": state,
        "trust_method": "pairing_token",
        "trust_reason": "Artifactory 7.104.2 has pairing tokens (since 7.29.7)",
        "trust_state": "paired",
        "jpd": {"id": "JPD-2", "status": "ONLINE"},
        "facts": [],
        "changes": [to_do] if state == "drifted" else [],
        "findings": [],
        "held": [],
        "certificates": [],
        "expiries": [],
    }
    platform = {
        "url": "https://acme.jfrog.io/",
        "reachable": True,
        "error": None,
        "certificates": [],
        "expiries": [],
        "findings": [],
    }
    return {"platform": platform, "edges": [edge], "work": [], "summary": {}}


def report(folder: Path, *arguments: str, **options: Any) -> tuple[dict[str, Any], Played]:
    played = play(folder, {"Report": {"hybrid.jfrog.report": options, "run_once": True}}, *arguments)
    return played.results["Report"], played


@pytest.mark.parametrize(
    ("state", "mode", "arguments", "ending"),
    [
        pytest.param("in_order", "report", (), (False, False), id="in-order"),
        pytest.param("drifted", "report", (), (True, False), id="drift-in-a-report"),
        pytest.param("drifted", "converge", (), (True, False), id="drift-that-is-left"),
        pytest.param("drifted", "report", ("--check",), (True, False), id="drift-in-a-report-in-check-mode"),
        pytest.param("drifted", "converge", ("--check",), (False, False), id="drift-that-a-real-run-would-correct"),
        pytest.param("needs_person", "converge", ("--check",), (True, False), id="needs-a-person-in-check-mode"),
        pytest.param("unknown", "report", (), (True, False), id="unknown"),
        pytest.param("unreachable", "report", (), (False, True), id="unreachable"),
    ],
)
def test_report_ends_the_run_as_the_worst_edge(
    tmp_path: Path, state: str, mode: str, arguments: tuple[str, ...], ending: tuple[bool, bool]
) -> None:
    result, played = report(tmp_path, *arguments, plan=plan(state), mode=mode)

    assert (result.get("failed", False), result.get("unreachable", False)) == ending
    assert result["changed"] is False
    assert "lyon  JPD-2  ONLINE  paired (pairing token)" in played.output


def test_report_after_corrections_tells_them_and_succeeds(tmp_path: Path) -> None:
    result, played = report(tmp_path, plan=plan("drifted"), verified=plan("in_order"), mode="converge")

    assert result["report"]["outcome"] == "corrected"
    assert "corrected: jpd on lyon-1" in played.output


def test_report_path_gets_the_whole_report_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "report.json"

    result, _played = report(tmp_path, plan=plan("in_order"), path=str(path))

    assert json.loads(path.read_text()) == result["report"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["report.json"]


def test_report_path_that_cannot_be_written_is_an_error_after_the_text(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result, played = report(tmp_path, plan=plan("in_order"), path=str(tmp_path / "file" / "report.json"))

    assert result["failed"]
    assert result["msg"].startswith(f"Cannot write the report to {tmp_path}/file/report.json: ")
    assert "lyon  JPD-2" in played.output
