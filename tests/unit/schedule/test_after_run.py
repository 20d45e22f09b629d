# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes after a scheduled run, run as systemd and cron do: a program of its own, with a command that notes what it
was told."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).resolve().parents[3] / "roles/schedule/files/after_run.py"

# Notes its words, its input and what is in its environment, one JSON object a line.
NOTE = """
import json, os, sys
with open(sys.argv[1], "a") as notes:
    told = {name: value for name, value in os.environ.items() if name.startswith("SCHEDULE_")}
    notes.write(json.dumps({"words": sys.argv[2:], "input": sys.stdin.read(), "environment": told}) + "\\n")
"""

IN_ORDER = {"outcome": "in_order", "headline": "All 2 Edges are in order.", "edges": []}


def drifted(*edges: str, headline: str = "2 Edges: 1 drifted.", days: int = 30) -> dict[str, Any]:
    facts = [{"fact": "jpd", "node": "", "state": "drifted", "reason": f"it changed {days} days ago"}]
    rows = [{"name": name, "state": "drifted", "facts": facts, "findings": [], "failed": []} for name in edges]
    return {"outcome": "drift", "headline": headline, "edges": rows}


@dataclass
class Ended:
    code: int
    output: str


class Schedule:
    """One schedule's files, and runs that end in this way or that."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.report = folder / "report.json"
        self.log = folder / "run.log"
        self.notes = folder / "notes"
        note = folder / "note.py"
        note.write_text(NOTE)
        self.settings = {
            "name": "report-drift",
            "lock": "/var/lib/hybrid-jfrog/fleet.lock",
            "timeout": 3600,
            "report": str(self.report),
            "state": str(folder / "notified.json"),
            "log": "",
            "log_max_bytes": 100,
            "log_keep": 2,
            "command": [sys.executable, str(note), str(self.notes), "{name}: {headline}", "{exit_code} {report}"],
            "when": "changed",
            "input": "text",
            "command_timeout": 20,
            **settings,
        }

    def end(self, code: int | None, report: dict[str, Any] | None = None, **environment: str) -> Ended:
        """A run that made this report, or none, and ended so. ``code`` None: as the environment says."""
        if report is not None:
            made = self.folder / "made"
            made.write_text(json.dumps(report))
            made.replace(self.report)
        (self.folder / "after_run.json").write_text(json.dumps(self.settings))
        told = ["--exit-code", str(code)] if code is not None else []
        ended = subprocess.run(
            [sys.executable, str(PROGRAM), *told, str(self.folder / "after_run.json")],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout + ended.stderr)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.notes.read_text().splitlines()] if self.notes.exists() else []

    @property
    def headlines(self) -> list[str]:
        return [note["words"][0].removeprefix("report-drift: ") for note in self.told]


@pytest.fixture
def schedule(tmp_path: Path) -> Schedule:
    return Schedule(tmp_path)


def test_drift_is_told_with_name_code_headline_and_report(schedule: Schedule) -> None:
    ended = schedule.end(2, drifted("lyon"))

    assert (ended.code, ended.output) == (0, "report-drift: 2 Edges: 1 drifted.\n")
    (note,) = schedule.told
    assert note["words"] == ["report-drift: 2 Edges: 1 drifted.", f"2 {schedule.report}"]
    assert note["input"].splitlines() == [
        "2 Edges: 1 drifted.",
        "",
        "lyon: drifted",
        "",
        f"Schedule report-drift on {socket.gethostname()}, exit code 2.",
        f"The report is {schedule.report}.",
    ]
    assert note["environment"] == {
        "SCHEDULE_NAME": "report-drift",
        "SCHEDULE_HOST": socket.gethostname(),
        "SCHEDULE_EXIT_CODE": "2",
        "SCHEDULE_OUTCOME": "drift",
        "SCHEDULE_HEADLINE": "2 Edges: 1 drifted.",
        "SCHEDULE_REPORT": str(schedule.report),
    }


def test_input_as_json_is_what_a_webhook_wants(tmp_path: Path) -> None:
    schedule = Schedule(tmp_path, input="json")

    schedule.end(2, drifted("lyon"))

    told = json.loads(schedule.told[0]["input"])
    assert (told["name"], told["exit_code"], told["outcome"]) == ("report-drift", 2, "drift")
    assert told["text"].startswith("2 Edges: 1 drifted.\n")


def test_first_run_in_order_tells_nobody(schedule: Schedule) -> None:
    schedule.end(0, IN_ORDER)

    assert schedule.told == []


def test_same_drift_is_told_once_also_when_only_its_words_differ(schedule: Schedule) -> None:
    schedule.end(2, drifted("lyon", days=30))
    schedule.end(2, drifted("lyon", days=31))

    assert schedule.headlines == ["2 Edges: 1 drifted."]


def test_other_drift_is_told_and_so_is_its_end(schedule: Schedule) -> None:
    schedule.end(2, drifted("lyon"))
    schedule.end(2, drifted("lyon", "osaka", headline="2 Edges: 2 drifted."))
    schedule.end(0, IN_ORDER)
    schedule.end(0, IN_ORDER)

    assert schedule.headlines == ["2 Edges: 1 drifted.", "2 Edges: 2 drifted.", "All 2 Edges are in order."]


def test_each_run_is_told_when_that_is_wanted_as_long_as_something_is_wrong(tmp_path: Path) -> None:
    schedule = Schedule(tmp_path, when="always")
    for report, code in ((IN_ORDER, 0), (drifted("lyon"), 2), (drifted("lyon"), 2), (IN_ORDER, 0), (IN_ORDER, 0)):
        schedule.end(code, report)

    assert schedule.headlines == ["2 Edges: 1 drifted."] * 2 + ["All 2 Edges are in order."]


def test_correction_is_told_each_time_and_being_in_order_after_it_is_not(schedule: Schedule) -> None:
    corrected = {**IN_ORDER, "outcome": "corrected", "headline": "2 Edges: 1 corrected."}
    for report in (corrected, IN_ORDER, corrected, corrected):
        schedule.end(0, report)

    assert schedule.headlines == ["2 Edges: 1 corrected."] * 3


def test_run_without_a_report_of_its_own_is_told_by_its_code_and_not_by_the_report_before(schedule: Schedule) -> None:
    schedule.end(0, IN_ORDER)

    ended = schedule.end(4)

    assert ended.output == "report-drift: The run ended with code 4, and left no report of it. See its log.\n"
    assert schedule.told[0]["environment"]["SCHEDULE_OUTCOME"] == "failed"


def test_run_that_fails_after_a_report_in_order_is_no_success(schedule: Schedule) -> None:
    schedule.end(2, IN_ORDER)

    assert schedule.headlines == ["The run ended with code 2, and left no report of it. See its log."]


@pytest.mark.parametrize(
    ("code", "environment"),
    [(124, {}), (None, {"SERVICE_RESULT": "timeout", "EXIT_CODE": "killed", "EXIT_STATUS": "TERM"})],
    ids=["cron", "systemd"],
)
def test_run_that_took_too_long_is_told(schedule: Schedule, code: int | None, environment: dict[str, str]) -> None:
    schedule.end(code, **environment)

    assert schedule.headlines == ["The run was ended because it took longer than 3600 seconds. The next one goes on."]


@pytest.mark.parametrize(
    ("environment", "headline"),
    [
        ({"SERVICE_RESULT": "exit-code", "EXIT_CODE": "exited", "EXIT_STATUS": "250"}, "with code 250"),
        ({"SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL"}, "by KILL"),
        ({}, "by an unknown signal"),
    ],
)
def test_ending_is_what_systemd_says(schedule: Schedule, environment: dict[str, str], headline: str) -> None:
    schedule.end(None, **environment)

    assert schedule.headlines == [f"The run ended {headline}, and left no report of it. See its log."]


@pytest.mark.parametrize(
    ("code", "environment"), [(75, {}), (None, {"SERVICE_RESULT": "success", "EXIT_STATUS": "75"})]
)
def test_run_that_found_the_lock_held_is_said_in_the_log_and_forgotten(
    schedule: Schedule, code: int | None, environment: dict[str, str]
) -> None:
    schedule.end(2, drifted("lyon"))

    ended = schedule.end(code, **environment)
    schedule.end(2, drifted("lyon"))

    assert ended.output == (
        "Another run holds the lock /var/lib/hybrid-jfrog/fleet.lock: nothing was done. "
        "The next one comes as scheduled.\n"
    )
    assert len(schedule.told) == 1


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/nowhere/mail"], "/nowhere/mail cannot be run: No such file or directory."),
        (["false"], "false ended with code 1."),
        (["sleep", "30"], "sleep did not end within 1 seconds."),
    ],
)
def test_notification_that_fails_is_said_fails_the_unit_and_is_tried_again(
    tmp_path: Path, command: list[str], reason: str
) -> None:
    schedule = Schedule(tmp_path)
    working, schedule.settings["command"] = schedule.settings["command"], command
    schedule.settings["command_timeout"] = 1

    failed = schedule.end(2, drifted("lyon"))
    schedule.settings.update(command=working, command_timeout=20)
    schedule.end(2, drifted("lyon"))

    assert failed.code == 1
    assert f"Nobody could be told: {reason} It is tried again after the next run." in failed.output
    assert schedule.headlines == ["2 Edges: 1 drifted."]


def test_schedule_without_a_command_says_it_in_the_log_only(tmp_path: Path) -> None:
    ended = Schedule(tmp_path, command=[]).end(2, drifted("lyon"))

    assert (ended.code, ended.output) == (0, "report-drift: 2 Edges: 1 drifted.\n")


def test_words_of_an_edge_are_data_in_the_command(schedule: Schedule) -> None:
    schedule.end(2, drifted("lyon", headline="$(reboot) {name} `id`"))

    assert schedule.headlines == ["$(reboot) {name} `id`"]


def test_broken_memory_and_report_are_no_reason_to_tell_nobody(schedule: Schedule) -> None:
    Path(schedule.settings["state"]).write_text("{")
    schedule.report.write_text("<html>")

    assert schedule.end(2).code == 0
    assert schedule.headlines == ["The run ended with code 2, and left no report of it. See its log."]


def test_memory_is_for_its_owner_only(schedule: Schedule) -> None:
    schedule.end(0, IN_ORDER)

    assert Path(schedule.settings["state"]).stat().st_mode & 0o777 == 0o600


def test_large_log_is_put_away_after_the_run_and_the_oldest_goes(tmp_path: Path) -> None:
    schedule = Schedule(tmp_path, log=str(tmp_path / "run.log"))
    for number in range(4):
        schedule.log.write_text(f"{number}" * 101)
        schedule.end(0, IN_ORDER)
    schedule.log.write_text("small")
    schedule.end(0, IN_ORDER)

    kept = {path.name: path.read_text()[0] for path in tmp_path.glob("run.log*")}
    assert kept == {"run.log": "s", "run.log.1": "3", "run.log.2": "2"}


def test_log_of_which_none_is_kept_is_emptied_when_it_is_large(tmp_path: Path) -> None:
    schedule = Schedule(tmp_path, log=str(tmp_path / "run.log"), log_keep=0)
    schedule.log.write_text("0" * 101)
    schedule.end(0, IN_ORDER)

    assert [(path.name, path.read_text()) for path in tmp_path.glob("run.log*")] == [("run.log", "")]
