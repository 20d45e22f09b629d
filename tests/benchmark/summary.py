# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the runs to what the report says: medians, ratios, what grows how, and whether the goals are met."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Optional

from benchmark.results import Run
from benchmark.scenarios import BASELINE_CHECK, BASELINE_ONBOARD, CHECK, LOCAL, ONBOARD, PING, SSH

MOST_OF_PING = 1.2
LEAST_OF_BASELINE_CHECK = 10.0
LEAST_OF_BASELINE_ONBOARD = 3.0
MOST_MIB_PER_EDGE = 1.0
GOAL_SIZE = 200
LARGEST = 1000


def summarise(runs: Sequence[Run]) -> dict[str, Any]:
    """Plain data, of which everything that is written is made."""
    rows = [_row(transport, size, playbook, found) for (transport, size, playbook), found in _grouped(runs).items()]
    ratios = [_ratio(transport, size, runs) for transport, size in _checked(runs)]
    return {
        "machine": machine(),
        "measured": {"first": min(run.at for run in runs), "last": max(run.at for run in runs)},
        "rows": rows,
        "ratios": ratios,
        "growth": [_growth(transport, playbook, rows) for transport, playbook in _growing(rows)],
        "goals": [goal for goal in _goals(rows, ratios) if goal is not None],
    }


def _grouped(runs: Sequence[Run]) -> dict[tuple[str, int, str], list[Run]]:
    order = [PING, CHECK, BASELINE_CHECK, ONBOARD, BASELINE_ONBOARD]
    found: dict[tuple[str, int, str], list[Run]] = {}
    for run in sorted(runs, key=lambda run: (run.transport, run.size, order.index(run.playbook), run.number)):
        found.setdefault((run.transport, run.size, run.playbook), []).append(run)
    return found


def _row(transport: str, size: int, playbook: str, runs: Sequence[Run]) -> dict[str, Any]:
    return {
        "transport": transport,
        "edges": size,
        "playbook": playbook,
        "runs": len(runs),
        "seconds": spread(run.measured["seconds"] for run in runs),
        "cpu_seconds": spread(run.measured["cpu_seconds"] for run in runs),
        "memory_mib": max(run.measured["memory_mib"] for run in runs),
        "platform_requests": runs[-1].counts["platform_requests"],
        "edge_requests": runs[-1].counts["edge_requests"],
        "connections": runs[-1].counts["connections"],
    }


def spread(values: Iterable[float]) -> dict[str, float]:
    """Smallest, median and largest."""
    found = sorted(values)
    return {"min": found[0], "median": round(statistics.median(found), 2), "max": found[-1]}


def _checked(runs: Sequence[Run]) -> list[tuple[str, int]]:
    return sorted({(run.transport, run.size) for run in runs if run.playbook == CHECK})


def _ratio(transport: str, size: int, runs: Sequence[Run]) -> dict[str, Any]:
    """The check to the ping that ran right before it, so that what else the machine did cancels out."""
    of = {(run.playbook, run.number): run.measured for run in runs if (run.transport, run.size) == (transport, size)}
    pairs = [(of[PING, n], of[CHECK, n]) for (playbook, n) in of if playbook == CHECK and (PING, n) in of]
    baselines = [measured for (playbook, _n), measured in of.items() if playbook == BASELINE_CHECK]
    check = statistics.median(check["seconds"] for _ping, check in pairs)
    memory = [check["memory_mib"] - ping["memory_mib"] for ping, check in pairs]
    return {
        "transport": transport,
        "edges": size,
        "check_to_ping": round(statistics.median(check["seconds"] / ping["seconds"] for ping, check in pairs), 2),
        "check_to_ping_cpu": round(
            statistics.median(check["cpu_seconds"] / ping["cpu_seconds"] for ping, check in pairs), 2
        ),
        "baseline_to_check": _times([run["seconds"] for run in baselines], check),
        "mib_per_edge_beyond_ping": round(max(memory) / size, 3),
    }


def _times(slower: Sequence[float], faster: float) -> Optional[float]:
    return round(statistics.median(slower) / faster, 1) if slower else None


def _growing(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    of: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        of.setdefault((row["transport"], row["playbook"]), set()).add(row["edges"])
    return sorted(key for key, sizes in of.items() if len(sizes) > 1)


def _growth(transport: str, playbook: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A straight line through the medians (least squares): what a run costs, and what each Edge adds."""
    mine = [row for row in rows if (row["transport"], row["playbook"]) == (transport, playbook)]
    sizes = [float(row["edges"]) for row in mine]

    def line(value: Callable[[dict[str, Any]], float]) -> tuple[float, float]:
        fitted = statistics.linear_regression(sizes, [value(row) for row in mine])
        return fitted.slope, fitted.intercept

    seconds, memory = line(lambda row: row["seconds"]["median"]), line(lambda row: row["memory_mib"])
    return {
        "transport": transport,
        "playbook": playbook,
        "seconds_per_edge": round(seconds[0], 4),
        "seconds_at_all": round(seconds[1], 2),
        "mib_per_edge": round(memory[0], 3),
        "mib_at_all": round(memory[1], 1),
        "platform_requests": sorted({row["platform_requests"] for row in mine}),
        "requests_per_edge": sorted({round(row["edge_requests"] / row["edges"], 2) for row in mine}),
    }


def _goals(rows: Sequence[dict[str, Any]], ratios: Sequence[dict[str, Any]]) -> list[Optional[dict[str, Any]]]:
    return [
        _of_ratio(ratios, LOCAL, "check_to_ping", "a check takes at most {} of a ping, local connection", MOST_OF_PING),
        _of_ratio(
            ratios, SSH, "check_to_ping", "a check takes at most {} of a ping, SSH with pipelining", MOST_OF_PING
        ),
        _of_ratio(
            ratios,
            LOCAL,
            "baseline_to_check",
            "a check is at least {} times as fast as the baseline",
            LEAST_OF_BASELINE_CHECK,
            least=True,
        ),
        _onboarding(rows),
        _of_ratio(
            ratios,
            LOCAL,
            "mib_per_edge_beyond_ping",
            "a check takes at most {} MiB of memory per Edge beyond what a ping takes",
            MOST_MIB_PER_EDGE,
        ),
        _largest(rows),
    ]


def _of_ratio(
    ratios: Sequence[dict[str, Any]], transport: str, key: str, words: str, limit: float, *, least: bool = False
) -> Optional[dict[str, Any]]:
    """At the size of the goal, or at the largest one that is measured."""
    known = [one for one in ratios if one["transport"] == transport and one[key] is not None]
    known = [one for one in known if one["edges"] <= GOAL_SIZE] or known
    if not known:
        return None
    found = max(known, key=lambda one: int(one["edges"]))
    met = found[key] >= limit if least else found[key] <= limit
    return {"goal": f"{words.format(limit)}, {found['edges']} Edges", "measured": found[key], "met": met}


def _onboarding(rows: Sequence[dict[str, Any]]) -> Optional[dict[str, Any]]:
    of = {row["playbook"]: row for row in rows if row["playbook"] in (ONBOARD, BASELINE_ONBOARD)}
    if len(of) < 2:
        return None
    times = round(of[BASELINE_ONBOARD]["seconds"]["median"] / of[ONBOARD]["seconds"]["median"], 2)
    return {
        "goal": f"onboarding of {of[ONBOARD]['edges']} new Edges is at least {LEAST_OF_BASELINE_ONBOARD} times as fast "
        "as the baseline",
        "measured": times,
        "met": times >= LEAST_OF_BASELINE_ONBOARD,
    }


def _largest(rows: Sequence[dict[str, Any]]) -> Optional[dict[str, Any]]:
    row = next((row for row in rows if row["playbook"] == CHECK and row["edges"] >= LARGEST), None)
    if row is None:
        return None
    seconds = row["seconds"]["median"]
    return {"goal": f"{row['edges']} Edges are checked in one run, in seconds", "measured": seconds, "met": True}


def machine() -> dict[str, Any]:
    """What the numbers depend on, without the name of anything."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "processor": _processor(),
        "python": platform.python_version(),
        "ansible_core": version("ansible-core"),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
