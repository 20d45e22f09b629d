# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the benchmark: tables in Markdown between markers, the same as JSON, and a plot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from benchmark import plot
from benchmark.replication import report as replication
from benchmark.results import Run
from benchmark.summary import summarise
from benchmark.tables import put_between, table

FLEET, REPLICATION = "benchmark", "benchmark of the replication"
DATA, PAGE, PICTURE = "benchmark.json", "benchmark.md", "images/benchmark.png"
REPLICATION_PAGE = "replication.md"
# Of the replication's numbers among those of the fleet.
KEY = "replication"


def write(runs: Sequence[Run], folder: Path, *, readme: Optional[Path] = None) -> str:
    """Write everything of the fleet into the folder, and the table into the README. Returns what to see at once."""
    summary = summarise(runs)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    _keep(folder / DATA, {**summary, **{key: one for key, one in _known(folder / DATA).items() if key == KEY}})
    plot.draw(summary, folder / PICTURE)
    put_between(folder / PAGE, FLEET, page(summary))
    if readme is not None:
        put_between(readme, FLEET, short(summary))
    return f"{goals(summary)}\nWritten to {folder.name}/{PAGE}."


def write_replication(runs: Sequence[Run], folder: Path, *, readme: Optional[Path] = None) -> str:
    """The same of the replication, which is measured for itself: what is there of the fleet stays."""
    summary = replication.summarise(runs)
    folder.mkdir(parents=True, exist_ok=True)
    _keep(folder / DATA, {**_known(folder / DATA), KEY: summary})
    put_between(folder / PAGE if readme else folder / REPLICATION_PAGE, REPLICATION, replication.page(summary))
    if readme is not None:
        put_between(readme, REPLICATION, replication.short(summary))
    return f"{replication.page(summary)}\nWritten to {folder.name}."


def _known(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _keep(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


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
    return table(
        ("Goal", "Measured", "Met"),
        ((goal["goal"], goal["measured"], "yes" if goal["met"] else "**no**") for goal in summary["goals"]),
    )


def _ratios(summary: dict[str, Any]) -> str:
    medians = {(row["transport"], row["edges"], row["playbook"]): row["seconds"]["median"] for row in summary["rows"]}

    def seconds(ratio: dict[str, Any], playbook: str) -> str:
        found = medians.get((ratio["transport"], ratio["edges"], playbook))
        return "-" if found is None else f"{found:.1f} s"

    return table(
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

    return table(
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
    return table(
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
