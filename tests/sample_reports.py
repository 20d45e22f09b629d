# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a report on a made-up fleet in every format, as docs/reports.md shows them: make reports."""

from __future__ import annotations

import argparse
from pathlib import Path

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import history
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.text import AUTO, text
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.whole_file import write_whole
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report.reporting import Destinations, write_reports
from unit.domain.report_shapes import sample

FILES = {
    "path": "report.json",
    "html_path": "report.html",
    "junit_path": "report.xml",
    "metrics_path": "hybrid_jfrog.prom",
    "history_path": "history.json",
}


def write(folder: Path, edges: int) -> list[str]:
    """Write the files, and return what could not be written."""
    report, earlier = sample(edges)
    write_whole(str(folder / "report.txt"), text(report, edges=AUTO) + "\n")
    write_whole(str(folder / FILES["history_path"]), history.render(earlier))
    paths = {option: str(folder / name) for option, name in FILES.items()}
    to = Destinations.from_options({**paths, "history_keep": 30, "metrics_labels": {}})
    return write_reports(report, to, warn=print, clock=Clock())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--edges", type=int, default=40)
    given = parser.parse_args()
    for problem in write(given.folder, given.edges):
        print(problem)
    print(f"The reports are in {given.folder}")
