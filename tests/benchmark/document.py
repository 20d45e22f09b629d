# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the benchmark: tables in Markdown between markers, the same as JSON, and a plot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Optional

from benchmark import plot
from benchmark.results import Run
from benchmark.summary import summarise

BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"
DATA, PAGE, PICTURE = "benchmark.json", "benchmark.md", "images/benchmark.png"


def write(runs: Sequence[Run], folder: Path, *, readme: Optional[Path] = None) -> str:
    """Write everything into the folder, and the table into the README. Returns what a person wants to see at once."""
    summary = summarise(runs)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / DATA).write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    plot.draw(summary, folder / PICTURE)
    _between(folder / PAGE, page(summary))
    if readme is not None:
        _between(readme, short(summary))
    return f"{goals(summary)}\nWritten to {folder.name}/{PAGE}."


def page(summary: dict[str, Any]) -> str:
    """All tables."""
    machine = summary["machine"]
    told = (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB; Python {machine['python']}, "
        f"ansible-core {machine['ansible_core']}; {summary['measured']['first'][:10]}."
    )
    picture = f"![Seconds for the whole fleet, and a check compared with a ping]({PICTURE})"
    return "\n\n".join([told, picture, goals(summary), _ratios(summary), _rows(summary), _growth(summary)])


def short(summary: dict[str, Any]) -> str:
    """What the README tells."""
    return _ratios(summary)


def goals(summary: dict[str, Any]) -> str:
    return _table(
        ("Goal", "Measured", "Met"),
        ((goal["goal"], goal["measured"], "yes" if goal["met"] else "**no**") for goal in summary["goals"]),
    )


def _ratios(summary: dict[str, Any]) -> str:
    medians = {(row["transport"], row["edges"], row["playbook"]): row["seconds"]["median"] for row in summary["rows"]}

    def seconds(ratio: dict[str, Any], playbook: str) -> str:
        found = medians.get((ratio["transport"], ratio["edges"], playbook))
        return "-" if found is None else f"{found:.1f} s"

    return _table(
        ("Connection", "Edges", "ping", "check", "baseline", "check to ping", "baseline to check", "MiB per Edge"),
        (
            (
                ratio["transport"],
                ratio["edges"],
                seconds(ratio, "ping"),
                seconds(ratio, "check"),
                seconds(ratio, "baseline check"),
                f"{ratio['check_to_ping']:.2f}",
                "-" if ratio["baseline_to_check"] is None else f"{ratio['baseline_to_check']:.1f}",
                f"{ratio['mib_per_edge_beyond_ping']:.2f}",
            )
            for ratio in summary["ratios"]
        ),
    )


def _rows(summary: dict[str, Any]) -> str:
    def spread(values: dict[str, float]) -> str:
        return f"{values['min']:.1f} / {values['median']:.1f} / {values['max']:.1f}"

    return _table(
        (
            *("Connection", "Edges", "Playbook", "Runs", "Seconds (min / median / max)", "CPU seconds", "Memory, MiB"),
            *("Requests to the platform", "to the Edges", "Connections"),
        ),
        (
            (
                row["transport"],
                row["edges"],
                row["playbook"],
                row["runs"],
                spread(row["seconds"]),
                spread(row["cpu_seconds"]),
                f"{row['memory_mib']:.0f}",
                row["platform_requests"],
                row["edge_requests"],
                row["connections"],
            )
            for row in summary["rows"]
        ),
    )


def _growth(summary: dict[str, Any]) -> str:
    return _table(
        ("Connection", "Playbook", "Seconds", "MiB", "Requests to the platform", "Requests per Edge"),
        (
            (
                line["transport"],
                line["playbook"],
                f"{line['seconds_at_all']:.1f} + {line['seconds_per_edge']:.3f} per Edge",
                f"{line['mib_at_all']:.0f} + {line['mib_per_edge']:.2f} per Edge",
                ", ".join(map(str, line["platform_requests"])),
                ", ".join(f"{number:g}" for number in line["requests_per_edge"]),
            )
            for line in summary["growth"]
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _between(path: Path, text: str) -> None:
    """Replace what stands between the markers; a file that is not there yet gets nothing else."""
    known = path.read_text(encoding="utf-8") if path.exists() else f"{BEGIN}\n{END}\n"
    before, begin, rest = known.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path} has no place for the benchmark: {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
