# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The trend of the last runs, drawn by pygal and stripped to what the page's own style and policy allow.

Needs the Python package pygal, which is imported only where there is something to draw.
"""

from __future__ import annotations

import re
from typing import Any, List, Sequence

from .runs import Run
from .wording import named

# In the order in which they are stacked, the worst at the bottom. What is in order would hide the rest.
STACKED = ("unreachable", "needs_person", "unknown", "drifted", "corrected")
WIDTH, HEIGHT = 600, 170
LABELS = 6
_LONG = re.compile(r"(\d+\.\d)\d+")
# What pygal's own style and script are for, and parts of the drawing in which only these would put something.
_NAMES = {"defs", "style", "script", "title", "desc"}
_CLASSES = {"background", "titles", "overlay", "text-overlay", "tooltip-overlay"}


def trend(runs: Sequence[Run]) -> str | None:
    """How many Edges were not in order in each run, as SVG; None for a single run, which is no trend."""
    if len(runs) < 2:
        return None
    import pygal

    most = max([1, *(sum(run.count(state) for state in STACKED) for run in runs)])
    chart = pygal.StackedBar(
        width=WIDTH,
        height=HEIGHT,
        margin=2,
        spacing=4,
        show_legend=False,
        x_labels=_labels(runs),
        truncate_label=-1,
        y_labels=sorted({0, -(-most // 2), most}),
        js=(),
        css=(),
        no_prefix=True,
        disable_xml_declaration=True,
    )
    for state in STACKED:
        chart.add(state, [run.count(state) for run in runs])
    chart.add_xml_filter(lambda root: _stripped(root, runs))
    return _LONG.sub(r"\1", str(chart.render(is_unicode=True)))


def _labels(runs: Sequence[Run]) -> List[str]:
    """Days, or for runs of one day hours; a few of them, so that they do not run into each other."""
    hours = runs[0].at[:10] == runs[-1].at[:10]
    every = -(-len(runs) // LABELS)
    return ["" if number % every else run.at[11:16] if hours else run.at[5:10] for number, run in enumerate(runs)]


def _stripped(root: Any, runs: Sequence[Run]) -> Any:
    """Without style, script and comments, which holds the date as well; each bar says what it stands for."""
    _prune(root)
    root.attrib.clear()
    root.set("viewBox", f"0 0 {WIDTH} {HEIGHT}")
    for state, series in zip(STACKED, _by_class(root, "series")):
        series.set("class", state)
        for run, drawn in zip(runs, _by_class(series, "bar")):
            if run.count(state):
                title = drawn.makeelement("title", {})
                title.text = f"{run.at[:10]} {run.at[11:16]} UTC: {run.count(state)} {named(state)}"
                drawn.append(title)
            else:
                drawn.clear()
    return root


def _prune(element: Any) -> None:
    for child in list(element):
        # A comment has a function in the place of its name.
        name = child.tag.split("}")[-1] if isinstance(child.tag, str) else "style"
        if name in _NAMES or _CLASSES & set((child.get("class") or "").split()):
            element.remove(child)
        else:
            _prune(child)


def _by_class(root: Any, name: str) -> List[Any]:
    return [element for element in root.iter() if name in (element.get("class") or "").split()]
