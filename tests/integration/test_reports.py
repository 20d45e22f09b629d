# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks that write their report in every format: what a pipeline, a monitoring and a person find in it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from integration.fleet import Fleet, fleet_at

# One worker runs all tests of this file, so that the fleet is joined once.
pytestmark = pytest.mark.xdist_group("reports")

FILES = {
    "edge_report_html_path": "report.html",
    "edge_report_junit_path": "report.xml",
    "edge_report_metrics_path": "fleet.prom",
    "edge_report_history_path": "history.json",
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """A fleet that was joined by a run with all formats."""
    folder = tmp_path_factory.mktemp("reports")
    with fleet_at(folder) as fleet:
        fleet.add("lyon")
        fleet.add("osaka", nodes=2)
        fleet.common.update({name: str(folder / "reports" / file) for name, file in FILES.items()})
        fleet.onboard()
        yield fleet


def path(fleet: Fleet, name: str) -> Path:
    return Path(fleet.common[name])


def metrics(fleet: Fleet) -> dict[tuple[str, ...], float]:
    """The values by the name of the metric and its labels but the platform's."""
    found = {}
    for family in text_string_to_metric_families(path(fleet, "edge_report_metrics_path").read_text()):
        for sample in family.samples:
            labels = [value for key, value in sorted(sample.labels.items()) if key != "platform"]
            found[(sample.name.removeprefix("hybrid_jfrog_"), *labels)] = sample.value
    return found


def failed_cases(fleet: Fleet) -> list[tuple[str, str]]:
    suites = JUnitXml.fromfile(str(path(fleet, "edge_report_junit_path")))
    return [(suite.name, case.name) for suite in suites for case in suite if case.is_failure or case.is_error]


def runs(fleet: Fleet) -> list[dict[str, Any]]:
    return list(json.loads(path(fleet, "edge_report_history_path").read_text())["runs"])


def test_files_of_a_run_are_private_but_the_metrics(fleet: Fleet) -> None:
    modes = {name: stat.S_IMODE(path(fleet, name).stat().st_mode) for name in FILES}

    assert modes == {**dict.fromkeys(FILES, 0o600), "edge_report_metrics_path": 0o644}
    assert stat.S_IMODE(fleet.report.stat().st_mode) == 0o600


def test_drift_is_in_every_format_and_the_last_success_is_kept(fleet: Fleet) -> None:
    joined = runs(fleet)[-1]
    assert (joined["mode"], joined["outcome"]) == ("converge", "corrected")
    fleet.simulator.platform.delete_jpd("lyon")

    found = fleet.run("report_drift.yml")

    assert found.code == 2, found.output
    assert failed_cases(fleet) == [("lyon", "jpd")]
    told = metrics(fleet)
    assert {key for key, value in told.items() if key[0] == "edge_fact_drifted" and value} == {
        ("edge_fact_drifted", "lyon", "jpd")
    }
    assert told["edge_state", "lyon", "drifted"] == told["edge_state", "osaka", "in_order"] == 1
    assert told["edges", "drifted"] == told["edges", "in_order"] == 1
    assert told["last_success_timestamp_seconds",] == moment(joined["at"]).timestamp()
    assert told["last_run_timestamp_seconds",] == moment(found.report["finished_at"]).timestamp()
    assert runs(fleet)[-1]["edges"] == {
        "lyon": {"state": "drifted", "drifted": ["jpd"]},
        "osaka": {"state": "in_order", "drifted": []},
    }
    page = path(fleet, "edge_report_html_path").read_text()
    assert "lyon" in page
    assert found.report["headline"] in page

    repaired = fleet.run("correct_drift.yml")

    assert repaired.code == 0, repaired.output
    assert failed_cases(fleet) == []
    told = metrics(fleet)
    assert told["edge_changes", "lyon", "corrected"] == 1
    assert told["last_success_timestamp_seconds",] == told["last_run_timestamp_seconds",]
    assert [run["outcome"] for run in runs(fleet)] == ["corrected", "drift", "corrected"]


def test_report_tells_how_long_each_phase_took(fleet: Fleet) -> None:
    looked = fleet.run("report_drift.yml").report
    changed = fleet.run("correct_drift.yml", "--check").report

    assert list(looked["phases"]) == ["nodes", "fleet", "plan"]
    assert list(changed["phases"]) == ["nodes", "fleet", "plan", "converge"]
    assert changed["mode"] == "preview"
    for report in (looked, changed):
        assert all(seconds > 0 for seconds in report["phases"].values())
        assert sum(report["phases"].values()) == pytest.approx(report["duration_seconds"], abs=0.01)


@pytest.mark.parametrize("playbook", ["report_drift.yml", "onboard_edge.yml"])
def test_destination_that_cannot_be_written_ends_the_run_before_it_begins(fleet: Fleet, playbook: str) -> None:
    before = {name: path(fleet, name).read_text() for name in FILES}
    fleet.simulator.calls.clear()

    refused = fleet.run(playbook, "-e", f"edge_report_junit_path={fleet.folder}")

    assert refused.code == 2
    assert f"Cannot write the report as JUnit XML to {fleet.folder}: it is a folder." in refused.output
    assert (refused.executions, list(fleet.simulator.calls), refused.report) == ({}, [], {})
    assert {name: path(fleet, name).read_text() for name in FILES} == before


def test_node_that_cannot_be_reached_is_an_error_for_a_pipeline_and_no_failure(fleet: Fleet) -> None:
    fleet.node_variables["osaka-2"] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
    try:
        found = fleet.run("report_drift.yml")
    finally:
        fleet.node_variables.clear()

    assert found.code == 4, found.output
    suites = {suite.name: suite for suite in JUnitXml.fromfile(str(path(fleet, "edge_report_junit_path")))}
    errors = [case.name for case in suites["osaka"] if case.is_error]
    assert errors == ["reachable", "node of osaka-2"]
    assert (suites["osaka"].failures, suites["lyon"].failures, suites["lyon"].errors) == (0, 0, 0)
    assert metrics(fleet)["edge_state", "osaka", "unreachable"] == 1
