# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``report``: what is printed and written, and how the run ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unit.domain.report_schema import problems
from unit.modules.play import Played, play

REMEDY = "Choose a file on the controller that you may write, with room on its disk."


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
    assert problems(result["report"]) == []
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["report.json"]


def test_report_writes_all_formats_and_none_that_was_not_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    asked = {"path": "a.json", "html_path": "a.html", "junit_path": "a.xml", "history_path": "a.history"}
    paths = {option: str(folder / name) for option, name in asked.items()}

    result, _played = report(
        tmp_path, plan=plan("in_order"), **paths, metrics_path=str(folder / "a.prom"), metrics_labels={"slice": 1}
    )

    assert not result.get("failed"), result
    assert {path.name for path in folder.iterdir()} == {*asked.values(), "a.prom", ".a.history.lock"}
    assert 'platform="acme.jfrog.io",slice="1"' in (folder / "a.prom").read_text()


def test_report_path_that_cannot_be_written_is_an_error_after_the_text_and_the_other_formats(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result, played = report(
        tmp_path,
        plan=plan("in_order"),
        path=str(tmp_path / "file" / "report.json"),
        junit_path=str(tmp_path),
        metrics_path=str(tmp_path / "fleet.prom"),
    )

    assert result["failed"]
    assert [problem.split(". ")[0] for problem in result["problems"]] == [
        f"Cannot write the report as JSON to {tmp_path}/file/report.json: not a directory",
        f"Cannot write the report as JUnit XML to {tmp_path}: it is a folder",
    ]
    assert result["msg"] == " ".join([*result["problems"], "The Edge is in order."])
    assert "lyon  JPD-2" in played.output
    assert "hybrid_jfrog_run_outcome" in (tmp_path / "fleet.prom").read_text()


def test_report_path_that_cannot_be_written_does_not_hide_that_an_edge_was_unreachable(tmp_path: Path) -> None:
    result, _played = report(tmp_path, plan=plan("unreachable"), path=str(tmp_path))

    assert result["unreachable"]
    assert result["msg"].startswith(f"Cannot write the report as JSON to {tmp_path}: it is a folder.")
    assert result["msg"].endswith("1 Edge: 1 unreachable.")


def test_begin_says_beforehand_what_could_not_be_written_and_writes_nothing(tmp_path: Path) -> None:
    paths = {"path": str(tmp_path / "new" / "report.json"), "junit_path": str(tmp_path), "metrics_path": "/dev/null"}

    result, _played = report(tmp_path, phase="begin", **paths)

    assert result["failed"]
    assert result["problems"] == [
        f"Cannot write the report as JUnit XML to {tmp_path}: it is a folder. {REMEDY}",
        f"Cannot write the metrics to /dev/null: it is no plain file. {REMEDY}",
    ]
    assert result["msg"] == " ".join(result["problems"])
    assert not (tmp_path / "new").exists()


def test_begin_starts_the_clock(tmp_path: Path) -> None:
    tasks = {
        "Begin": {"hybrid.jfrog.report": {"phase": "begin"}, "run_once": True},
        "Wait": {"ansible.builtin.command": {"cmd": "sleep 0.2"}, "changed_when": False},
        "Report": {
            "hybrid.jfrog.report": {
                "plan": plan("in_order"),
                "times": [{"phase": "nodes", "at": "{{ result_0.began_at }}"}],
            },
            "run_once": True,
        },
    }

    found = play(tmp_path, tasks).results["Report"]["report"]

    assert 0.2 <= found["duration_seconds"] < 60
    assert found["phases"] == {"nodes": found["duration_seconds"]}
    assert problems(found) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, "plan", id="without-a-plan"),
        pytest.param({"plan": plan("in_order"), "edges": "some"}, "value of edges must be one of", id="edges"),
        pytest.param({"plan": plan("in_order"), "history_keep": "many"}, "history_keep", id="history"),
        pytest.param(
            {"plan": plan("in_order"), "times": [{"phase": "nodes", "at": "noon"}]},
            "Cannot tell how long the run took: Invalid isoformat string: 'noon'.",
            id="time",
        ),
    ],
)
def test_report_names_the_option_that_is_wrong(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    result, _played = report(tmp_path, **options)

    assert result["failed"]
    assert message in result["msg"]


def test_report_of_a_large_fleet_shows_what_is_asked_for(tmp_path: Path) -> None:
    whole = plan("in_order")
    whole["edges"] = [{**whole["edges"][0], "name": f"edge-{number:02d}"} for number in range(31)]

    short = report(tmp_path, plan=whole)[1].output
    long = report(tmp_path, plan=whole, edges="all")[1].output

    assert "31 Edges are in order and not listed; -e edge_report_edges=all lists all." in short
    assert ("edge-00" in short, "edge-00" in long) == (False, True)


def test_history_that_is_damaged_is_a_warning_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "history.json").write_text("{")

    result, played = report(tmp_path, plan=plan("in_order"), history_path=str(tmp_path / "history.json"))

    assert not result.get("failed")
    assert "history.json.damaged" in played.output
    assert json.loads((tmp_path / "history.json").read_text())["runs"][0]["outcome"] == "in_order"


def test_report_in_check_mode_writes_its_files_and_says_it_is_a_preview(tmp_path: Path) -> None:
    report(tmp_path, "--check", plan=plan("drifted"), mode="converge", path=str(tmp_path / "report.json"))

    assert json.loads((tmp_path / "report.json").read_text())["mode"] == "preview"
