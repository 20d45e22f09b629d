# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plot of the benchmark: how long the playbooks take, and how a check compares with a ping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from benchmark.scenarios import BASELINE_CHECK, CHECK, LOCAL, PING, SSH
from benchmark.summary import MOST_OF_PING

# Colours of Okabe and Ito, which everybody can tell apart; shapes tell the same.
STYLES = {PING: ("#56B4E9", "o"), CHECK: ("#009E73", "s"), BASELINE_CHECK: ("#D55E00", "^")}
WORDS = {PING: "ping", CHECK: "check (report_drift.yml)", BASELINE_CHECK: "baseline"}
LINES = {LOCAL: "-", SSH: "--"}
CONNECTIONS = {LOCAL: "local", SSH: "SSH"}


def draw(summary: dict[str, Any], path: Path) -> None:
    """Write the picture."""
    figure, (times, ratios) = plt.subplots(1, 2, figsize=(11, 4.4), dpi=120, width_ratios=(3, 2))
    _times(times, summary)
    _ratios(ratios, summary)
    for axes in (times, ratios):
        axes.set_xscale("log")
        axes.set_xlabel("Edges")
        sizes = sorted({row["edges"] for row in summary["rows"]})
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Without the time and the versions, so that the same numbers give the same file.
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)


def _times(axes: Axes, summary: dict[str, Any]) -> None:
    for transport in (LOCAL, SSH):
        for playbook, (colour, marker) in STYLES.items():
            rows = [row for row in summary["rows"] if (row["transport"], row["playbook"]) == (transport, playbook)]
            if rows:
                axes.plot(
                    [row["edges"] for row in rows],
                    [row["seconds"]["median"] for row in rows],
                    LINES[transport],
                    color=colour,
                    marker=marker,
                    label=f"{WORDS[playbook]}, {CONNECTIONS[transport]}",
                )
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
    axes.set_title("Seconds for the whole fleet", loc="left")
    axes.legend(frameon=False, fontsize=8)


def _ratios(axes: Axes, summary: dict[str, Any]) -> None:
    colour, marker = STYLES[CHECK]
    for transport in (LOCAL, SSH):
        found = [one for one in summary["ratios"] if one["transport"] == transport]
        if found:
            axes.plot(
                [one["edges"] for one in found],
                [one["check_to_ping"] for one in found],
                LINES[transport],
                color=colour,
                marker=marker,
                label=CONNECTIONS[transport],
            )
    axes.axhline(MOST_OF_PING, color="#555555", linewidth=1, linestyle=":")
    axes.annotate(
        f"goal: {MOST_OF_PING}", (0.01, MOST_OF_PING), xycoords=("axes fraction", "data"), va="bottom", fontsize=8
    )
    axes.set_ylim(bottom=0)
    axes.set_title("A check, in pings", loc="left")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
