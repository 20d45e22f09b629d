# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where a report goes, in which formats: each on its own, so that one that cannot be written loses no other."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from typing import Any, Callable, List, Mapping, Optional, Sequence

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.errors import EdgeError
from ...module_utils._domain.library import installation
from ...module_utils._domain.report import history
from ...module_utils._domain.report.labels import label_problems
from .._files.whole_file import PRIVATE, PUBLIC, REMEDY, obstacle, target_of, write_whole
from .history import remember


@dataclass(frozen=True)
class Format:
    """A format by the option that names its file; ``package`` is what the controller needs for it."""

    option: str
    what: str
    package: Optional[str] = None
    mode: int = PRIVATE


_LARGEST = 64 << 20
JSON = Format("path", "the report as JSON")
HTML = Format("html_path", "the report as HTML", "pygal")
JUNIT = Format("junit_path", "the report as JUnit XML", "junitparser")
# Read by node_exporter, which is another user. No secret is in it, as in none of them.
METRICS = Format("metrics_path", "the metrics", "prometheus-client", PUBLIC)
HISTORY = Format("history_path", "the history")
FORMATS = (JSON, HTML, JUNIT, METRICS, HISTORY)


@dataclass(frozen=True)
class Destinations:
    """The files by their options, without those that nobody asked for, and what is said with them."""

    paths: Mapping[str, str]
    history_keep: int
    metrics_labels: Mapping[str, str]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Destinations:
        """From the options of the module."""
        paths = {each.option: str(options[each.option]) for each in FORMATS if options[each.option]}
        labels = {str(name): str(value) for name, value in (options["metrics_labels"] or {}).items()}
        return cls(paths, options["history_keep"], labels)

    def problems(self) -> List[str]:
        """Why what is asked for could not be written, as far as that can be told before there is a report."""
        found = [_problem(each, self.paths[each.option]) for each in FORMATS if each.option in self.paths]
        problems = [problem for problem in found if problem is not None]
        if self.history_keep < 1:
            problems.append(f"Cannot keep a history of {self.history_keep} runs. Keep at least one.")
        for problem in label_problems(self.metrics_labels):
            problems.append(f"Cannot label the metrics: {problem}. Choose another name.")
        return [*problems, *self._same()]

    def _same(self) -> List[str]:
        """Two formats in one file, of which the later would take the place of the earlier."""
        by_target: dict[str, List[str]] = {}
        for each in FORMATS:
            if each.option in self.paths:
                by_target.setdefault(target_of(self.paths[each.option]), []).append(each.what)
        return [
            f"Cannot write {' and '.join(what)} to one file, {target}. Give each a file of its own."
            for target, what in by_target.items()
            if len(what) > 1
        ]


def write_reports(
    report: Mapping[str, Any], destinations: Destinations, *, warn: Callable[[str], None], clock: Clock
) -> List[str]:
    """Write every format that is asked for, and return what went wrong, with causes and remedies."""
    paths, problems = destinations.paths, []
    earlier: List[dict[str, Any]] = []
    if HISTORY.option in paths:
        try:
            run, keep = history.entry(report), destinations.history_keep
            earlier = remember(paths[HISTORY.option], run, keep=keep, warn=warn, clock=clock)
        except EdgeError as exc:
            problems.append(exc.msg)
    makers: Sequence[tuple[Format, Callable[[], str]]] = (
        (JSON, lambda: _json(report)),
        (HTML, lambda: _html(report, earlier)),
        (JUNIT, lambda: _junit(report)),
        (METRICS, lambda: _metrics(report, destinations, earlier)),
    )
    for each, make in makers:
        if each.option in paths:
            problem = _written(each, paths[each.option], make)
            problems += [] if problem is None else [problem]
    return problems


def write_document(document: Mapping[str, Any], path: str) -> None:
    """Write a report as JSON, readable by its owner only. Raises EdgeError when the file cannot be written."""
    write_whole(path, _json(document))


def _problem(wanted: Format, path: str) -> Optional[str]:
    found = obstacle(path)
    if found is not None:
        return f"Cannot write {wanted.what} to {target_of(path)}: {found}. {REMEDY}."
    return _missing(wanted)


def _missing(wanted: Format) -> Optional[str]:
    """That the package is not there; it is looked for, and not loaded."""
    package = wanted.package
    if package is None or importlib.util.find_spec(package.replace("-", "_")) is not None:
        return None
    return (
        f"Cannot write {wanted.what}: the Python package {package} is not installed on the controller. "
        f"Run {installation(package)} and try again."
    )


def _written(wanted: Format, path: str, make: Callable[[], str]) -> Optional[str]:
    """Why the format could not be written; None when it was."""
    missing = _missing(wanted)
    if missing is not None:
        return missing
    try:
        write_whole(path, make(), mode=wanted.mode, what=wanted.what)
    except EdgeError as exc:
        return exc.msg
    except Exception as exc:  # whatever a library does must not lose the other formats
        told = f"{type(exc).__name__}: {exc}"
        version = f"Update the Python package {wanted.package}, or report" if wanted.package else "Report"
        return f"Cannot make {wanted.what}: {told}. {version} this as a bug of the collection."
    return None


def _json(report: Mapping[str, Any]) -> str:
    return json.dumps(report, indent=2) + "\n"


# What needs a package is imported when it is asked for.


def _html(report: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> str:
    from ...module_utils._domain.report.html import page

    return page(report, earlier)


def _junit(report: Mapping[str, Any]) -> str:
    from ...module_utils._domain.report.junit import junit

    return junit(report)


def _metrics(report: Mapping[str, Any], to: Destinations, earlier: Sequence[Mapping[str, Any]]) -> str:
    from ...module_utils._domain.report.metrics import metrics

    try:
        before = read_plain(target_of(to.paths[METRICS.option]), limit=_LARGEST)[0].decode("utf-8")
    except (OSError, ValueError):  # the first one, or damaged: nothing that this run found is lost
        before = ""
    return metrics(report, earlier=before, last_success=history.last_success(earlier), labels=to.metrics_labels)
