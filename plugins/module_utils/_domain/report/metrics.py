# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The report as a text file for Prometheus, which the textfile collector of node_exporter reads.

How many series there are is bounded by the Edges, their nodes and the facts and steps that this collection knows; no
text that a server wrote is a label, but the version. Needs the Python package prometheus-client, so this file is
imported only when the format is asked for.
"""

from __future__ import annotations

from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from ..moment import moment
from ..plan.shapes import STEPS
from ..replication.snapshot import KINDS
from ..replication.standing import STATES as STATES_OF_INSTANCES
from ..verdict import DRIFTED
from ..wording import printable
from .document import OUTCOMES, STATES
from .history import SUCCESSFUL

_PROBLEM: Optional[ImportError] = None
try:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.parser import text_string_to_metric_families
except ImportError as exc:
    _PROBLEM = exc

PREFIX = "hybrid_jfrog_"
LAST_SUCCESS = f"{PREFIX}last_success_timestamp_seconds"
# What of an Edge's changes is counted, by the name of the list in the report.
_CHANGES = {"planned": "changes", "corrected": "corrected", "held": "held", "failed": "failed"}

Sample = Tuple[Sequence[str], float]


def metrics(report: Mapping[str, Any], *, earlier: str, last_success: float, labels: Mapping[str, str]) -> str:
    """The text. ``labels`` are on each line.

    A run that did not end well tells when the last one did: by ``earlier``, the text that it replaces, or by
    ``last_success``, whichever is later; 0 stands for never.
    Raises ImportError where the package is missing or too old.
    """
    if _PROBLEM is not None:
        raise _PROBLEM
    constant = {"platform": urlsplit(report["platform"]["url"]).netloc, **labels}
    well = report["outcome"] in SUCCESSFUL
    last = _seconds(report["finished_at"]) if well else max(last_success, _last_success_in(earlier, constant))
    registry = CollectorRegistry()
    registry.register(_Report(report, constant, last))
    return generate_latest(registry).decode("utf-8")


def _last_success_in(text: str, labels: Mapping[str, str]) -> float:
    """When a run ended well for the last time, by a text with these labels; 0 where it does not tell."""
    try:
        found = [
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == LAST_SUCCESS and labels.items() <= sample.labels.items()
        ]
    except (ValueError, KeyError, IndexError):  # what the parser raises for a text that is no metrics
        return 0.0
    return max(found, default=0.0)


class _Report:
    """What prometheus_client calls a collector: it hands out the report as families of samples."""

    def __init__(self, report: Mapping[str, Any], constant: Mapping[str, str], last_success: float) -> None:
        self._report = report
        self._constant = constant
        self._last_success = last_success

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._of_run()
        yield from self._of_fleet()
        yield from self._of_edges()
        if self._report["replication"] is not None:
            yield from self._of_replication(self._report["replication"]["instances"])

    def _of_run(self) -> Iterator[GaugeMetricFamily]:
        report = self._report
        ended = _seconds(report["finished_at"])
        yield self._family("last_run_timestamp_seconds", "When the last run ended.", (), [((), ended)])
        yield self._family(
            "last_success_timestamp_seconds",
            "When a run ended with every Edge in order for the last time; 0: never.",
            (),
            [((), self._last_success)],
        )
        if report["duration_seconds"] is not None:
            took = report["duration_seconds"]
            yield self._family("run_duration_seconds", "How long the last run took.", (), [((), took)])
        phases = [((phase,), spent) for phase, spent in report["phases"].items()]
        yield self._family("run_phase_duration_seconds", "How long a phase of the last run took.", ("phase",), phases)
        outcomes = [((outcome,), float(outcome == report["outcome"])) for outcome in OUTCOMES]
        yield self._family("run_outcome", "How the last run ended: 1 for one outcome.", ("outcome",), outcomes)
        failed = [failure["step"] for edge in report["edges"] for failure in edge["failed"]]
        steps = [((step,), float(failed.count(step))) for step in dict.fromkeys([*STEPS, *failed])]
        yield self._family("run_failed_steps", "On how many hosts a step failed in the last run.", ("step",), steps)
        stopped = [((), float(report["stopped"] is not None))]
        yield self._family("run_stopped", "Whether the last run was stopped before its last wave.", (), stopped)

    def _of_fleet(self) -> Iterator[GaugeMetricFamily]:
        platform = self._report["platform"]
        reachable = [((), float(platform["reachable"]))]
        yield self._family("platform_reachable", "Whether the platform could be read.", (), reachable)
        findings = [((), float(len(platform["findings"])))]
        yield self._family("platform_findings", "What of the platform needs a person.", (), findings)
        states = [((state,), float(self._report["summary"][state])) for state in STATES]
        yield self._family("edges", "The number of Edges by their state.", ("state",), states)

    def _of_edges(self) -> Iterator[GaugeMetricFamily]:
        edges = self._report["edges"]
        yield self._family(
            "edge_info",
            "An Edge, its version and place; always 1.",
            ("edge", "version", "city", "country"),
            [((edge["name"], edge["version"] or "", *_place(edge)), 1.0) for edge in edges],
        )
        yield self._family(
            "edge_state",
            "The state of an Edge: 1 for one of the states.",
            ("edge", "state"),
            [((edge["name"], state), float(state == edge["state"])) for edge in edges for state in STATES],
        )
        yield self._family(
            "edge_fact_drifted",
            "Whether a managed fact of an Edge differs from the inventory, on any of its nodes.",
            ("edge", "fact"),
            [sample for edge in edges for sample in _drift(edge)],
        )
        yield self._family(
            "edge_changes",
            "The changes of an Edge that are planned, were corrected or failed in the last run, or are held by policy.",
            ("edge", "kind"),
            [((edge["name"], kind), float(len(edge[name]))) for edge in edges for kind, name in _CHANGES.items()],
        )
        yield self._family(
            "expiry_timestamp_seconds",
            "When a certificate, access token or licence ends; of several of one kind in one place the first.",
            ("edge", "where", "kind"),
            [*_ends("", self._report["platform"]), *(row for edge in edges for row in _ends(edge["name"], edge))],
        )

    def _of_replication(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[GaugeMetricFamily]:
        yield self._family(
            "replication_instance_state",
            "The state of an instance whose security is replicated: 1 for one of the states.",
            ("jfrog_instance", "state"),
            [((row["name"], state), float(state == row["state"])) for row in rows for state in STATES_OF_INSTANCES],
        )
        yield self._family(
            "replication_drifted_objects",
            "How many objects the next run would write on an instance.",
            ("jfrog_instance", "kind"),
            [((row["name"], kind), float(len(row["drift"].get(kind, ())))) for row in rows for kind in KINDS],
        )
        yield self._family(
            "replication_pending_objects",
            "How much an instance cannot be given yet.",
            ("jfrog_instance",),
            [((row["name"],), float(len(row["pending"]))) for row in rows],
        )
        yield self._family(
            "replication_last_success_timestamp_seconds",
            "When the last run that succeeded on an instance ended; 0: never.",
            ("jfrog_instance",),
            [((row["name"],), _seconds(row["last_success"]) if row["last_success"] else 0.0) for row in rows],
        )

    def _family(self, name: str, told: str, labels: Sequence[str], samples: Iterable[Sample]) -> GaugeMetricFamily:
        family = GaugeMetricFamily(PREFIX + name, told, labels=[*self._constant, *labels])
        before = [printable(value) for value in self._constant.values()]
        # Prometheus refuses a file that tells the same twice, as of two names that differ in what cannot be shown.
        for values, value in {tuple(map(printable, values)): value for values, value in samples}.items():
            family.add_metric([*before, *values], value)
        return family


def _place(edge: Mapping[str, Any]) -> Tuple[str, str]:
    return str(edge["location"].get("city_name") or ""), str(edge["location"].get("country_code") or "")


def _drift(edge: Mapping[str, Any]) -> List[Sample]:
    drifted = {fact["fact"]: 0.0 for fact in edge["facts"]}
    drifted.update({fact["fact"]: 1.0 for fact in edge["facts"] if fact["state"] == DRIFTED})
    return [((edge["name"], fact), value) for fact, value in drifted.items()]


def _ends(edge: str, of: Mapping[str, Any]) -> List[Sample]:
    first: dict[Tuple[str, str], float] = {}
    for row in [*of["certificates"], *of["expiries"]]:
        key, end = (row["where"], row["kind"]), _seconds(row["not_after"])
        first[key] = min(end, first.get(key, end))
    return [((edge, where, kind), end) for (where, kind), end in first.items()]


def _seconds(text: str) -> float:
    return moment(text).timestamp()
