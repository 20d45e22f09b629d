# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes after a scheduled run: one line on how it ended, the notification of what is news, the log put away.

It needs nothing but Python 3.9. systemd tells it by the environment how the run ended (ExecStopPost), cron's script by
--exit-code.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional

IN_ORDER = "in_order"
CORRECTED = "corrected"
FAILED = "failed"
TIMED_OUT = "timed_out"
BUSY = "busy"

# How flock and timeout end.
LOCK_IS_HELD = 75
TIMED_OUT_CODE = 124


@dataclass(frozen=True)
class Ending:
    """How a run ended. ``code`` None: a signal ended it. ``state`` tells two endings apart, and is no text to read."""

    code: Optional[int]
    outcome: str
    headline: str
    state: str = ""

    @property
    def in_order(self) -> bool:
        return self.outcome in (IN_ORDER, CORRECTED)


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exit-code", type=int, help="how the run ended; as systemd says when it is not given")
    parser.add_argument("settings", type=Path)
    given = parser.parse_args(arguments)
    settings = json.loads(given.settings.read_text(encoding="utf-8"))
    result = result_of(given.exit_code, environment)
    if result == BUSY:
        print(
            f"Another run holds the lock {settings['lock']}: nothing was done. The next one comes as scheduled.",
            flush=True,
        )
        return 0
    memory = read_json(Path(settings["state"])) or {}
    report, mark = fresh_report(settings, memory)
    ending = ending_of(result, report, settings)
    print(f"{settings['name']}: {ending.headline}", flush=True)
    problem = None
    if is_news(ending, memory, settings["when"]):
        problem = notify(ending, report, settings)
    if problem:
        print(f"Nobody could be told: {problem} It is tried again after the next run.", file=sys.stderr, flush=True)
        # What was told last stays as it was, so that this is still news.
        write_json(Path(settings["state"]), {**memory, "report": mark})
    else:
        told = {"state": ending.state, "in_order": ending.in_order}
        write_json(Path(settings["state"]), {"report": mark, **told})
    put_away(settings)
    return 1 if problem else 0


def result_of(exit_code: Optional[int], environment: Mapping[str, str]) -> Any:
    """The exit code of the run, or BUSY, TIMED_OUT or the name of the signal that ended it."""
    code: Any = exit_code
    if code is None:
        # systemd.exec(5): SERVICE_RESULT, EXIT_CODE and EXIT_STATUS.
        if environment.get("SERVICE_RESULT") == "timeout":
            return TIMED_OUT
        status = environment.get("EXIT_STATUS", "")
        code = int(status) if status.isdigit() else status or "an unknown signal"
    return {LOCK_IS_HELD: BUSY, TIMED_OUT_CODE: TIMED_OUT}.get(code, code)


def fresh_report(settings: Mapping[str, Any], memory: Mapping[str, Any]) -> tuple[Optional[dict[str, Any]], Any]:
    """The report of this run, if it made one, and what tells it from that of the run before."""
    path = Path(settings["report"]) if settings["report"] else None
    try:
        found = path.stat() if path else None
    except OSError:
        found = None
    mark = [found.st_mtime_ns, found.st_ino, found.st_size] if found else None
    if path is None or mark is None or mark == memory.get("report"):
        return None, mark
    return read_json(path), mark


def ending_of(result: Any, report: Optional[Mapping[str, Any]], settings: Mapping[str, Any]) -> Ending:
    """How the run ended: as its report says, and otherwise as its exit code does."""
    if result == TIMED_OUT:
        text = f"The run was ended because it took longer than {settings['timeout']} seconds. The next one goes on."
        return Ending(TIMED_OUT_CODE, TIMED_OUT, text, TIMED_OUT)
    code = result if isinstance(result, int) else None
    if report is not None and report.get("outcome") and report.get("headline"):
        outcome = str(report["outcome"])
        # A task after the report may fail, and then what the report says is not all.
        if code == 0 or outcome not in (IN_ORDER, CORRECTED):
            return Ending(code, outcome, str(report["headline"]), _digest(report))
    if code == 0:
        return Ending(0, IN_ORDER, "The run ended in order, and left no report.", IN_ORDER)
    how = f"with code {code}" if code is not None else f"by {result}"
    return Ending(code, FAILED, f"The run ended {how}, and left no report of it. See its log.", f"{FAILED} {how}")


def is_news(ending: Ending, memory: Mapping[str, Any], when: str) -> bool:
    """Whether somebody has to hear of it. What was corrected happened just now, whatever was told before."""
    if ending.outcome == CORRECTED:
        return True
    was_in_order = memory.get("in_order", True)
    if ending.in_order and was_in_order:
        return False
    return when == "always" or ending.state != memory.get("state")


def notify(ending: Ending, report: Optional[Mapping[str, Any]], settings: Mapping[str, Any]) -> Optional[str]:
    """Tell somebody. Returns why that was not possible."""
    if not settings["command"]:
        return None
    facts = {
        "name": settings["name"],
        "host": socket.gethostname(),
        "exit_code": "" if ending.code is None else str(ending.code),
        "outcome": ending.outcome,
        "headline": ending.headline,
        "report": settings["report"],
    }
    command = [_filled(word, facts) for word in settings["command"]]
    text = _text(facts, report)
    told = text if settings["input"] == "text" else json.dumps({**facts, "exit_code": ending.code, "text": text})
    try:
        ended = subprocess.run(
            command,
            input=told,
            text=True,
            check=False,
            timeout=settings["command_timeout"],
            env={**os.environ, **{f"SCHEDULE_{name.upper()}": value for name, value in facts.items()}},
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]} did not end within {settings['command_timeout']} seconds."
    except OSError as exc:
        return f"{command[0]} cannot be run: {exc.strerror}."
    return f"{command[0]} ended with code {ended.returncode}." if ended.returncode else None


def put_away(settings: Mapping[str, Any]) -> None:
    """Rename a log that has become large. No run writes to it now, because this is the end of one."""
    log = Path(settings["log"]) if settings["log"] else None
    try:
        if log is None or log.stat().st_size <= settings["log_max_bytes"]:
            return
        keep = settings["log_keep"]
        for number in range(keep, 0, -1):
            older = log if number == 1 else _numbered(log, number - 1)
            with contextlib.suppress(FileNotFoundError):
                older.replace(_numbered(log, number))
        if not keep:
            log.unlink()
        # systemd, which is root, would make it for itself alone.
        log.touch(mode=0o600)
    except OSError as exc:
        print(f"The log {log} cannot be put away: {exc.strerror}.", file=sys.stderr)


def read_json(path: Path) -> Optional[dict[str, Any]]:
    """What the file holds; None for a file that is missing or broken, which is no reason to tell nobody."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Whole or not at all, for its owner only."""
    descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream)
    os.replace(made, path)


def _digest(report: Mapping[str, Any]) -> str:
    """What of a report is news when it differs: what is wrong, but no numbers that change with each day."""
    edges = []
    for edge in report.get("edges") or ():
        facts = [
            [fact.get("fact"), fact.get("node"), fact.get("state")]
            for fact in edge.get("facts") or ()
            if fact.get("state") != IN_ORDER
        ]
        findings = [finding.get("what") for finding in edge.get("findings") or () if finding.get("needs_person")]
        failed = [[failure.get("host"), failure.get("step")] for failure in edge.get("failed") or ()]
        if edge.get("state") != IN_ORDER:
            edges.append([edge.get("name"), edge.get("state"), facts, findings, failed])
    platform = report.get("platform") or {}
    told = [report.get("outcome"), bool(platform.get("reachable", True)), len(platform.get("findings") or ()), edges]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _text(facts: Mapping[str, str], report: Optional[Mapping[str, Any]]) -> str:
    lines = [facts["headline"], ""]
    lines += [
        f"{edge.get('name')}: {str(edge.get('state')).replace('_', ' ')}"
        for edge in (report or {}).get("edges") or ()
        if edge.get("state") != IN_ORDER
    ]
    lines += ["", f"Schedule {facts['name']} on {facts['host']}, exit code {facts['exit_code'] or 'none'}."]
    lines += [f"The report is {facts['report']}."] if report is not None else []
    return "\n".join(lines) + "\n"


def _filled(word: str, facts: Mapping[str, str]) -> str:
    for name, value in facts.items():
        word = word.replace("{" + name + "}", value)
    return word


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
