# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

KINDS = (("faults", "fault schedules"), ("crash", "crashes"), ("concurrent", "concurrent runs"))


def line(result: dict[str, Any]) -> str:
    """One schedule on one line, and a line for each thing that was not true."""
    well = not result["found"] and not result["error"]
    codes = ", ".join("killed" if code is None else str(code) for code in result["codes"])
    first = f"{'ok  ' if well else 'LOST'} {result['seed']:>5} {result['playbook']:<24} {result['kind']:<10}"
    told = [f"{first} {result['seconds']:>6.1f} s  exit codes {codes}"]
    told += [f"      {found}" for found in result["found"]]
    if result["error"]:
        told.append(f"      {result['error'].strip().splitlines()[-1]}")
    if not well:
        told.append(f"      make chaos SEED={result['seed']} PLAYBOOK={result['playbook']}")
    return "\n".join(told)


def of(results: Sequence[dict[str, Any]]) -> str:
    """The table at the end."""
    rows = [("Playbook", *(title for _, title in KINDS), "in order", "lost")]
    playbooks = list(dict.fromkeys(result["playbook"] for result in results))
    for playbook in playbooks:
        rows.append(_row(playbook, [result for result in results if result["playbook"] == playbook]))
    rows.append(_row("all", results))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    seconds = sum(result["seconds"] for result in results)
    if results:
        seeds = sorted(result["seed"] for result in results)
        met = sum(result["met"] for result in results)
        told.append(
            f"Seeds {seeds[0]} to {seeds[-1]}; {seconds / len(results):.1f} s for a schedule; {met} requests spoilt."
        )
    failed = [result for result in results if result["found"] or result["error"]]
    told.append(
        f"schedules run: {len(results)}, crashes: {_count(results, 'crash')}, "
        f"concurrent runs: {_count(results, 'concurrent')}; lost: {len(failed)}"
    )
    return "\n".join(told)


def of_counted(found: Mapping[str, int]) -> str:
    """What was looked for besides, and did not come up: a test fails for what does."""
    told = []
    if searches := found.get("searches"):
        average = found["secrets"] / searches
        told.append(
            f"leaks looked for: {searches} times, of {average:.0f} secrets and shapes of secrets, "
            f"in {found['places']} outputs, files and processes"
        )
    if inputs := found.get("bad_inputs"):
        told.append(f"bad inputs tried: {inputs}")
    return "\n".join(told)


def _row(name: str, results: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    failed = sum(1 for result in results if result["found"] or result["error"])
    counts = [str(_count(results, kind)) for kind, _ in KINDS]
    return (name, *counts, str(len(results) - failed), str(failed))


def _count(results: Sequence[dict[str, Any]], kind: str) -> int:
    return sum(1 for result in results if kind_of(result) == kind)


def kind_of(result: dict[str, Any]) -> str:
    """What it counts as. A kill at a task that the run did not have is none."""
    killed = None in result["codes"]
    return "faults" if result["kind"] == "crash" and not killed else str(result["kind"])
