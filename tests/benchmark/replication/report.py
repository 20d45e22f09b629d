# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report says of the replication: how long a run takes that changes nothing, compared with bare reading."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from benchmark.replication.comparison import BARE, MERGE, REPLICATE
from benchmark.replication.simulated import NAMES, TENTH
from benchmark.results import Run
from benchmark.summary import machine, spread
from benchmark.tables import table

MOST_OF_BARE = 1.3
MOST_MERGE_SECONDS = 1.0


def summarise(runs: Sequence[Run]) -> dict[str, Any]:
    """Plain data, of which everything that is written is made. Of several sizes, the largest."""
    size = max(run.size for run in runs)
    of = {(run.playbook, run.number): run for run in runs if run.size == size}
    pairs = [(of[REPLICATE, n], of[BARE, n]) for name, n in sorted(of) if name == REPLICATE and (BARE, n) in of]
    counts = [run.counts for run, _bare in pairs]
    return {
        "machine": machine(),
        "measured": {"first": min(run.at for run in runs), "last": max(run.at for run in runs)},
        "load": [float(run.load) for pair in pairs for run in pair],
        "instances": len(NAMES),
        "users": size,
        "groups": size // TENTH,
        "permissions": size // TENTH,
        "pairs": len(pairs),
        "run": _row([run for run, _bare in pairs]),
        "bare": _row([bare for _run, bare in pairs]),
        "run_to_bare": round(_median_of(pairs, "seconds"), 2),
        "run_to_bare_cpu": round(_median_of(pairs, "cpu_seconds"), 2),
        "merge_seconds": min((of[key].measured["seconds"] for key in of if key[0] == MERGE), default=None),
        "lines_of_progress": min(one["lines_of_progress"] for one in counts),
        "writes": max(one["writes"] for one in counts),
        "most_reads_of_an_object": max(one["most_reads_of_an_object"] for one in counts),
    }


def page(summary: dict[str, Any]) -> str:
    """For the page: the goals, and both with their spread."""
    rows = [(name, summary[key]) for name, key in (("run", "run"), ("bare client", "bare"))]
    machine_ = summary["machine"]
    loads = summary["load"]
    told = (
        f"{summary['users']} users, {summary['groups']} groups and {summary['permissions']} permissions on each of "
        f"{summary['instances']} instances, {summary['pairs']} pairs; {machine_['cores']} cores "
        f"({machine_['processor']}), load {min(loads):.1f} to {max(loads):.1f}; {summary['measured']['first'][:10]}."
    )
    return "\n\n".join(
        [
            told,
            table(("Goal", "Measured", "Met"), _goals(summary)),
            table(
                ("", "Seconds (min / median / max)", "CPU seconds", "Memory, MiB", "Requests", "Connections"),
                (
                    (
                        name,
                        " / ".join(f"{row['seconds'][key]:.1f}" for key in ("min", "median", "max")),
                        " / ".join(f"{row['cpu_seconds'][key]:.1f}" for key in ("min", "median", "max")),
                        f"{row['memory_mib']:.0f}",
                        row["requests"],
                        row["connections"],
                    )
                    for name, row in rows
                ),
            ),
        ]
    )


def short(summary: dict[str, Any]) -> str:
    """For the README."""
    return table(
        ("Replication between", "of", "bare client", "run", "run to bare client", "merge"),
        [
            (
                f"{summary['instances']} instances",
                f"{summary['users']} users, {summary['groups']} groups, {summary['permissions']} permissions",
                f"{summary['bare']['seconds']['median']:.1f} s",
                f"{summary['run']['seconds']['median']:.1f} s",
                f"{summary['run_to_bare']:.2f}",
                f"{summary['merge_seconds']:.2f} s",
            )
        ],
    )


def _goals(summary: dict[str, Any]) -> list[tuple[str, str, str]]:
    ratio, merge = summary["run_to_bare"], summary["merge_seconds"]
    reads, writes, said = (summary[key] for key in ("most_reads_of_an_object", "writes", "lines_of_progress"))
    return [
        (f"a run takes at most {MOST_OF_BARE} of bare reading", f"{ratio:.2f}", _met(ratio <= MOST_OF_BARE)),
        ("a run without changes writes nothing", f"{writes} writes", _met(writes == 0)),
        ("it reads each object at most once", f"{reads} at most", _met(reads <= 1)),
        ("a run of this size says how far it is", f"{said} lines", _met(said > 0)),
        (f"the merge takes less than {MOST_MERGE_SECONDS} s", f"{merge:.2f} s", _met(merge < MOST_MERGE_SECONDS)),
    ]


def _met(met: bool) -> str:
    return "yes" if met else "**no**"


def _row(runs: Sequence[Run]) -> dict[str, Any]:
    return {
        "seconds": spread(run.measured["seconds"] for run in runs),
        "cpu_seconds": spread(run.measured["cpu_seconds"] for run in runs),
        "memory_mib": max(run.measured["memory_mib"] for run in runs),
        "requests": runs[-1].counts["requests"],
        "connections": runs[-1].counts["connections"],
    }


def _median_of(pairs: Sequence[tuple[Run, Run]], key: str) -> float:
    """Of the pairs, so that what else the machine did cancels out."""
    return statistics.median(run.measured[key] / bare.measured[key] for run, bare in pairs)
