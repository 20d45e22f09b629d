# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JUnit XML, read back by a library that others wrote and by the parser that pipelines have."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml, TestCase, TestSuite

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.junit import junit
from simulator.licences import make_key
from unit.domain.fleet_shapes import KEY, edge, jpd, plan_one, platform, seen
from unit.domain.report_shapes import (
    DRIFTED,
    ENDING,
    IN_ORDER,
    SILENT,
    STUCK,
    UNKNOWN,
    WAITING,
    document,
    fleet_plan,
    named,
    sample,
)

# Elements and attributes of the schema that Jenkins and GitLab read, in the order in which a suite has them.
IN_SUITE = ["properties", "testcase", "system-out"]


def parsed(text: str | bytes) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def suites(report: dict[str, Any]) -> dict[str, TestSuite]:
    return {suite.name: suite for suite in JUnitXml.fromstring(junit(report).encode())}


def suite_of(plan: dict[str, Any], **arguments: Any) -> TestSuite:
    return suites(document(fleet_plan(named(plan, "lyon")), **arguments))["lyon"]


def outcomes(suite: TestSuite) -> dict[str, str]:
    """What became of each case: passed, or the type of what went wrong."""
    return {case.name: "/".join(f"{each._tag}:{each.type}" for each in case.result) or "passed" for case in suite}


def case(suite: TestSuite, name: str) -> TestCase:
    return next(each for each in suite if each.name == name)


def test_junit_of_an_edge_in_order_is_a_suite_with_a_passed_case_for_each_fact() -> None:
    suite = suite_of(IN_ORDER)

    assert list(outcomes(suite)) == [
        "reachable",
        "node of lyon-1",
        "join key",
        "service of lyon-1",
        "restart of lyon-1",
        "health of lyon-1",
        "rest",
        "jpd",
        "pairing",
    ]
    assert set(outcomes(suite).values()) == {"passed"}
    assert {each.classname for each in suite} == {"lyon"}


@pytest.mark.parametrize(
    ("plan", "wrong"),
    [
        pytest.param(DRIFTED, {"jpd": "failure:drifted"}, id="drift-is-a-failure"),
        pytest.param(
            STUCK,
            {"pairing": "skipped:unknown", "needs a person: JPD status": "failure:needs_person"},
            id="what-needs-a-person-is-a-failure",
        ),
        pytest.param(UNKNOWN, {"join key": "skipped:unknown"}, id="what-is-unknown-is-skipped"),
        pytest.param(
            SILENT,
            {
                "reachable": "error:unreachable",
                "node of lyon-1": "error:unreachable",
                "rest": "skipped:unknown",
                "jpd": "passed",
            },
            id="what-is-unreachable-is-an-error",
        ),
        pytest.param(WAITING, {}, id="waiting-for-the-platform-is-no-failure"),
        pytest.param(
            ENDING,
            {
                "access token": "failure:drifted",
                "needs a person: access token of the Edge": "failure:needs_person",
                "needs a person: licence": "failure:needs_person",
            },
            id="what-ends-soon",
        ),
    ],
)
def test_junit_of_an_edge_says_what_is_wrong(plan: dict[str, Any], wrong: dict[str, str]) -> None:
    found = {name: outcome for name, outcome in outcomes(suite_of(plan)).items() if outcome != "passed"}

    assert {name: found.get(name, "passed") for name in wrong} == wrong
    assert {name for name in found if name not in wrong and not found[name].startswith("skipped")} == set()


def test_junit_failure_has_the_reason_and_what_a_run_would_do() -> None:
    failed = case(suite_of(DRIFTED), "jpd")

    assert failed.result[0].message == "not registered at the platform"
    assert (
        failed.system_out == "not registered at the platform\ndiffers: location, name, tags, url\nto do: jpd on lyon-1"
    )
    assert failed.result[0].text == failed.system_out


def test_junit_of_what_needs_a_person_has_the_remedy() -> None:
    told = "the JPD is OFFLINE. Check the health of the Edge, and that the platform reaches it under edge_url."

    needing = case(suite_of(STUCK), "needs a person: JPD status")

    assert (needing.result[0].message, needing.system_out) == (told, told)


def test_junit_puts_findings_of_one_thing_into_one_case() -> None:
    """Two cases of one name would be one to a pipeline."""
    plan = fleet_plan(named(IN_ORDER, "lyon"))
    finding = {"what": "licence", "remedy": "Get another", "needs_person": True}
    plan["edges"][0].update(findings=[{**finding, "reason": "one ends"}, {**finding, "reason": "another ended"}])

    found = suites(document(plan))["lyon"]

    assert case(found, "needs a person: licence").system_out == "one ends. Get another.\nanother ended. Get another."


def test_junit_names_no_two_cases_of_an_edge_alike() -> None:
    plan = fleet_plan(named(IN_ORDER, "lyon"))
    plan["edges"][0]["facts"] *= 2

    names = [each.name for each in suites(document(plan))["lyon"]]

    assert len(names) == len(set(names))


def test_junit_step_that_failed_is_an_error_of_its_own() -> None:
    failures = [{"host": "lyon-1", "step": "jpd", "message": "Cannot register lyon: refused. Check the token."}]

    suite = suite_of(DRIFTED, failures=failures, mode="converge")

    assert outcomes(suite)["step: jpd on lyon-1"] == "error:failed_step"
    assert case(suite, "step: jpd on lyon-1").system_out == "Cannot register lyon: refused. Check the token."


def test_junit_of_what_was_corrected_passes_and_says_so_in_the_suite() -> None:
    plan = fleet_plan(named(DRIFTED, "lyon"))

    suite = suites(document(plan, verified=fleet_plan(named(IN_ORDER, "lyon")), mode="converge"))["lyon"]

    assert (suite.failures, suite.errors, suite.skipped) == (0, 0, 0)
    assert parsed(suite.tostring()).findtext("system-out") == "corrected: jpd on lyon-1"


def test_junit_suite_has_properties_a_time_and_counts_that_are_true() -> None:
    suite = suite_of(DRIFTED)

    assert {each.name: each.value for each in suite.properties()} == {
        "state": "drifted",
        "url": "https://edge-lyon.example.com/",
        "version": "7.104.2",
        "nodes": "lyon-1",
        "city": "Lyon",
        "country": "FR",
        "trust": "not registered",
        "wave": "1",
    }
    assert suite.timestamp == "2026-11-22T12:28:36"
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (8, 1, 0, 0)


def test_junit_of_the_platform_has_its_own_suite() -> None:
    error = "Cannot reach https://acme.jfrog.io/: connection refused. Check platform_url."
    report = document(plan_one(of_platform=platform(reachable=False, error=error, jpds=[])))

    found = suites(report)

    assert outcomes(found["https://acme.jfrog.io/"]) == {"reachable": "error:unreachable"}
    assert case(found["lyon"], "reachable").result[0].message == error


def test_junit_of_a_run_that_was_stopped_is_a_failure_of_the_platforms_suite() -> None:
    stopped = {"wave": 1, "of": 2, "failed": ["lyon"], "not_begun": ["osaka"]}
    report = document(fleet_plan(named(DRIFTED, "lyon")), mode="converge", stopped=stopped)

    waves = case(suites(report)["https://acme.jfrog.io/"], "waves")

    assert waves.result[0].message == "stopped after wave 1 of 2"
    assert waves.system_out.splitlines()[1:] == ["failed: lyon", "not begun: osaka"]


def test_junit_of_a_fleet_is_what_pipelines_read() -> None:
    report, _earlier = sample(60)

    root = parsed(junit(report))

    assert root.tag == "testsuites"
    assert float(root.attrib["time"]) == report["duration_seconds"]
    assert [suite.get("name") for suite in root][:2] == [report["platform"]["url"], "security replication"]
    assert [suite.get("name") for suite in root][2:] == [edge["name"] for edge in report["edges"]]
    for suite in root:
        there = [tag for tag in IN_SUITE if suite.find(tag) is not None]
        assert list(dict.fromkeys(part.tag for part in suite)) == there
        cases = suite.findall("testcase")
        for kind in ("failure", "error", "skipped"):
            count = sum(each.find(kind) is not None for each in cases)
            assert count == int(suite.attrib[f"{kind}s" if kind != "skipped" else kind])
        assert len(cases) == int(suite.attrib["tests"])
        assert all(float(each.attrib["time"]) >= 0 and each.attrib["classname"] for each in cases)
    total = sum(int(suite.attrib["tests"]) for suite in root)
    assert total == int(root.attrib["tests"])


@pytest.mark.parametrize(
    "name",
    ["<b>&\"'", "]]>", "a\x00b\x08\x0c\x1b[2J", "two\nlines", "\ud800", "\ufffe\uffff", "日本 🗾", "{{ name }}"],
    ids=["markup", "cdata", "controls", "newline", "surrogate", "no-characters", "unicode", "template"],
)
def test_junit_of_a_hostile_name_is_xml_and_keeps_what_can_be_shown(name: str) -> None:
    odd = plan_one(of_platform=platform(jpds=[jpd(status={"code": "OFFLINE", "message": name})]))
    report = document(fleet_plan({**named(odd, name), "tags": [name]}))

    suite = list(parsed(junit(report).encode("utf-8")))[1]

    shown = "".join(character if character.isprintable() else " " for character in name)
    assert suite.attrib["name"] == shown
    assert suite.find("properties/property[@name='tags']").attrib["value"] == shown  # type: ignore[union-attr]


def test_junit_of_a_message_with_control_characters_is_xml() -> None:
    failures = [{"host": "lyon-1", "step": "jpd", "message": "\x1b[2J\x00gone ]]> \ud800"}]

    found = case(suite_of(DRIFTED, failures=failures, mode="converge"), "step: jpd on lyon-1")

    assert found.system_out == found.result[0].text == found.result[0].message == " [2J gone ]]>  "


def test_junit_holds_no_key() -> None:
    report = document(plan_one(edge(license_keys=(make_key("Edge"),)), rest=seen(licenses=[])))

    assert make_key("Edge")[:40] not in junit(report)
    assert KEY not in junit(report)
