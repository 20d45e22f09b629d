# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The report as one HTML page: everything in it, nothing fetched, readable without its script.

The whole text is in the HTML once. The script only hides, sorts and moves what is there, so what a person reads without
it, on paper or with a screen reader is the same.

Needs the Python packages Jinja2, which Ansible brings, and pygal: it is imported only when the page is asked for.
"""

from __future__ import annotations

import contextlib
from typing import Any, Mapping, Sequence

from .page.assets import hashed, text
from .page.chart import trend
from .page.edges import STATES, choices, views
from .page.ends import calendar
from .page.places import world
from .page.runs import SHOWN, of_fleet
from .page.todo import tasks
from .page.wording import bare, day, lasted, named, of_host, shown, time, until

with contextlib.suppress(ImportError):  # without it there is no Ansible that could make a page
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

TEMPLATE = "page.html.j2"


def page(document: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> str:
    """The page. ``history`` are earlier runs, the oldest first; this one is added unless it is the last of them."""
    report = shown(document)
    runs = of_fleet(report, shown(history[-SHOWN:]))
    edges = views(report, runs)
    style, early, script, chart = text("page.css"), text("early.js"), text("page.js"), trend(runs)
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            report=report,
            states=STATES,
            tasks=tasks(report),
            edges=edges,
            choices=choices(edges),
            runs=runs,
            calendar=calendar(report),
            world=world(edges),
            # From pygal, which escapes, and from files of this collection, which have to be what the hashes are of.
            trend=None if chart is None else Markup(chart),  # noqa: S704
            style=Markup(style),  # noqa: S704
            early=Markup(early),  # noqa: S704
            script=Markup(script),  # noqa: S704
            style_hash=hashed(style),
            early_hash=hashed(early),
            script_hash=hashed(script),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(bare=bare, day=day, lasted=lasted, named=named, of_host=of_host, time=time, until=until)
    return environment
