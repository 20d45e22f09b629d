# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metrics of a run, read back by Prometheus' own parser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.labels import OWN, label_problems
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.metrics import metrics
from unit.domain.report_shapes import (
    DRIFTED,
    ENDING,
    IN_ORDER,
    SILENT,
    document,
    fleet_plan,
    named,
    sample,
)

Labels = tuple[tuple[str, str], ...]
ENDED = moment("2026-11-22T12:30:00Z").timestamp()


def render(report: dict[str, Any], **arguments: Any) -> str:
    return metrics(report, **{"earlier": "", "last_success": 0.0, "labels": {}, **arguments})


def families(report: dict[str, Any], **arguments: Any) -> dict[str, Metric]:
    found = text_string_to_metric_families(render(report, **arguments))
    return {family.name.removeprefix("hybrid_jfrog_"): family for family in found}


def values(report: dict[str, Any], name: str, *labels: str, **arguments: Any) -> dict[Any, float]:
    """The values of a metric by these of its labels."""
    told = families(report, **arguments)[name].samples
    by_labels = {tuple(each.labels[label] for label in labels): each.value for each in told}
    return {key[0] if len(key) == 1 else key: found for key, found in by_labels.items()}


def value(report: dict[str, Any], name: str, **arguments: Any) -> float:
    return values(report, name, **arguments)[()]


def report_of(**plans: dict[str, Any]) -> dict[str, Any]:
    return document(fleet_plan(*(named(plan, name) for name, plan in plans.items())))


def test_metrics_tell_drift_by_edge_and_fact() -> None:
    drift = values(report_of(lyon=DRIFTED, osaka=IN_ORDER), "edge_fact_drifted", "edge", "fact")

    assert {key for key, drifted in drift.items() if drifted} == {("lyon", "jpd")}
    assert drift["osaka", "jpd"] == 0
    assert drift["lyon", "join_key"] == 0


def test_metrics_tell_the_one_state_of_each_edge_and_count_the_edges_by_state() -> None:
    report = report_of(lyon=DRIFTED, osaka=IN_ORDER, quito=SILENT, oslo=IN_ORDER)

    states = values(report, "edge_state", "edge", "state")

    assert {edge: state for (edge, state), is_so in states.items() if is_so} == {
        "lyon": "drifted",
        "osaka": "in_order",
        "quito": "unreachable",
        "oslo": "in_order",
    }
    assert len(states) == 4 * 6
    assert values(report, "edges", "state") == {
        "unreachable": 1,
        "drifted": 1,
        "needs_person": 0,
        "unknown": 0,
        "corrected": 0,
        "in_order": 2,
    }


def test_metrics_tell_when_certificates_tokens_and_licences_end() -> None:
    ends = values(report_of(lyon=ENDING), "expiry_timestamp_seconds", "edge", "where", "kind")

    assert ends == {
        ("", "https://acme.jfrog.io/", "token_signing_certificate"): moment("2027-01-01T00:00:00Z").timestamp(),
        ("lyon", "lyon", "access_token"): moment("2026-11-25T12:00:00Z").timestamp(),
        ("lyon", "lyon", "license"): moment("2026-12-10T23:59:59Z").timestamp(),
    }


def test_metrics_of_several_certificates_of_one_kind_tell_the_first_that_ends() -> None:
    report = report_of(lyon=IN_ORDER)
    row = {**report["platform"]["certificates"][0], "where": "lyon-1", "kind": "tls_ca_certificate"}
    ends = ["2030-01-01T00:00:00Z", "2027-06-01T00:00:00Z"]
    report["edges"][0]["certificates"] = [{**row, "not_after": end} for end in ends]

    found = values(report, "expiry_timestamp_seconds", "where")

    assert found["lyon-1"] == moment(ends[1]).timestamp()


def test_metrics_tell_how_long_the_run_and_its_phases_took() -> None:
    report = report_of(lyon=IN_ORDER)

    assert value(report, "run_duration_seconds") == 84.0
    assert values(report, "run_phase_duration_seconds", "phase") == {"nodes": 64.5, "fleet": 17.75, "plan": 1.75}
    assert value(report, "last_run_timestamp_seconds") == ENDED


def test_metrics_count_failures_by_step() -> None:
    failures = [{"host": "lyon-1", "step": "jpd", "message": "refused"}]
    report = document(fleet_plan(named(DRIFTED, "lyon")), failures=failures, mode="converge")

    failed = values(report, "run_failed_steps", "step")

    assert {step for step, count in failed.items() if count} == {"jpd"}
    assert failed["join_key"] == 0
    assert values(report, "edge_changes", "kind") == {"planned": 1, "corrected": 0, "held": 0, "failed": 1}


@pytest.mark.parametrize(
    ("plan", "arguments", "success"),
    [
        pytest.param(IN_ORDER, {"last_success": 5.0}, ENDED, id="in-order"),
        pytest.param(DRIFTED, {}, 0.0, id="never"),
        pytest.param(DRIFTED, {"last_success": 5.0}, 5.0, id="by-the-history"),
        pytest.param(SILENT, {"earlier": "the text of a run before"}, ENDED, id="by-the-file-that-it-replaces"),
        pytest.param(DRIFTED, {"earlier": "x{ no metrics", "last_success": 5.0}, 5.0, id="damaged-file"),
        pytest.param(DRIFTED, {"earlier": "}{", "last_success": 5.0}, 5.0, id="damaged-otherwise"),
    ],
)
def test_metrics_of_a_run_that_did_not_end_well_tell_the_last_that_did(
    plan: dict[str, Any], arguments: dict[str, Any], success: float
) -> None:
    if "text of" in arguments.get("earlier", ""):
        arguments = {"earlier": render(report_of(lyon=IN_ORDER))}

    assert value(report_of(lyon=plan), "last_success_timestamp_seconds", **arguments) == success


@pytest.mark.parametrize("labels", [{"slice": "2"}, {}], ids=["another-slice", "without-the-label"])
def test_metrics_take_no_success_from_the_file_of_another_run(labels: dict[str, str]) -> None:
    earlier = render(report_of(lyon=IN_ORDER), labels=labels)
    mine = {"slice": "1"}

    assert value(report_of(lyon=DRIFTED), "last_success_timestamp_seconds", earlier=earlier, labels=mine) == 0


def test_metrics_keep_the_conventions_of_prometheus() -> None:
    report, _earlier = sample(60)
    text = render(report)

    told = list(text_string_to_metric_families(text))
    assert len({family.name for family in told}) == len(told)
    for family in told:
        assert re.fullmatch(r"hybrid_jfrog_[a-z_]+", family.name)
        assert (family.type, bool(family.documentation)) == ("gauge", True)
        assert not re.search(r"days|minutes|millis|_ms$", family.name), "base units"
        assert {"duration", "timestamp"}.isdisjoint(family.name.split("_")) or family.name.endswith("_seconds")
    assert text.endswith("\n")
    assert all(len(line.split()) >= 2 and not line.endswith("NaN") for line in text.splitlines())


def test_metrics_are_told_apart_by_platform_and_by_the_labels_of_the_user() -> None:
    report, _earlier = sample(20)

    told = [each for family in families(report, labels={"slice": "1"}).values() for each in family.samples]

    assert {(each.labels["platform"], each.labels["slice"]) for each in told} == {("acme.jfrog.io", "1")}
    assert len({(each.name, *sorted(each.labels.items())) for each in told}) == len(told)
    assert {label for each in told for label in each.labels} == {*OWN, "slice"} - {"instance", "job"}


def test_number_of_series_is_bounded_by_edges_nodes_and_facts() -> None:
    """No text that a server or a person wrote makes a series of its own."""
    small, _earlier = sample(100, seed=1)
    large, _earlier = sample(200, seed=1)

    def lines(report: dict[str, Any]) -> int:
        return sum(not line.startswith("#") for line in render(report).splitlines())

    per_edge = (lines(large) - lines(small)) / 100
    assert per_edge < 30
    labels = {label for family in families(large).values() for each in family.samples for label in each.labels}
    assert labels.isdisjoint({"reason", "message", "subject", "url", "error", "name"})


@pytest.mark.parametrize("name", ['a"b', "back\\slash", "two\nlines", "\x1b[2J", "日本", "{}", "é,=\u2028"])
def test_metrics_of_a_hostile_name_are_read_back_as_one_edge(name: str) -> None:
    shown = "".join(character if character.isprintable() else " " for character in name)

    states = values(report_of(**{name: DRIFTED}), "edge_state", "edge", "state")

    assert {edge for edge, _state in states} == {shown}


def test_metrics_of_two_names_that_look_alike_are_not_told_twice() -> None:
    """The collector refuses a whole file in which something is said twice."""
    report = report_of(**{"ly on": DRIFTED, "ly\ton": DRIFTED})

    told = families(report)["edge_state"].samples

    assert len(told) == 6


@pytest.mark.parametrize(
    ("labels", "problems"),
    [
        pytest.param({"slice": "1", "team_2": "x"}, [], id="fine"),
        pytest.param({"1st": "x"}, ["'1st' is no name of a label"], id="begins-with-a-digit"),
        pytest.param({"a-b": "x"}, ["'a-b' is no name of a label"], id="dash"),
        pytest.param({"__x": "x"}, ["'__x' is no name of a label"], id="of-prometheus"),
        pytest.param({"edge": "x"}, ["the metrics have a label 'edge' of their own"], id="ours"),
        pytest.param({"job": "x"}, ["the metrics have a label 'job' of their own"], id="of-the-collection"),
    ],
)
def test_labels_of_the_user_are_names_that_are_free(labels: dict[str, str], problems: list[str]) -> None:
    assert label_problems(labels) == problems
