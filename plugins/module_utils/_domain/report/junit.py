# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The report as JUnit XML, for a pipeline: a test suite for each Edge, a test case for each fact.

What drifted or needs a person is a failure, what could not be reached and what failed in this run an error, and what
is unknown is skipped. Needs the Python package junitparser, so this file is imported only when the format is asked for.
"""

from __future__ import annotations

import io
from typing import Any, Iterable, List, Mapping, Optional, Sequence

from ..finding import finding_line, sentence
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from ..wording import printable
from .document import UNREACHABLE
from .lines import held, to_do
from .words import step, subject

_PROBLEM: Optional[ImportError] = None
try:
    # The package itself does not hand out SystemOut before version 4.
    from junitparser.junitparser import Error, Failure, JUnitXml, Skipped, SystemOut, TestCase, TestSuite
except ImportError as exc:
    _PROBLEM = exc

NAME = "hybrid.jfrog"
# The case that is there for each Edge and the platform, whatever else could be judged.
REACHABLE = "reachable"


def junit(report: Mapping[str, Any]) -> str:
    """The XML as text, in UTF-8 by its declaration. Raises ImportError where the package is missing or too old."""
    if _PROBLEM is not None:
        raise _PROBLEM
    root = JUnitXml(NAME)
    for suite in [_platform(report), *_replication(report), *(_edge(edge, report) for edge in report["edges"])]:
        root.append(suite)  # add_testsuite compares each one with all others
    root.update_statistics()
    root.time = float(report["duration_seconds"] or 0)
    stream = io.BytesIO()
    root.write(stream)
    return stream.getvalue().decode("utf-8")


def _platform(report: Mapping[str, Any]) -> TestSuite:
    """What concerns no single Edge."""
    platform, stopped = report["platform"], report["stopped"]
    suite = _suite(platform["url"], report, {"mode": report["mode"], "outcome": report["outcome"]})
    cases = [_case(suite, REACHABLE)]
    if not platform["reachable"]:
        cases[0].result = [_result(Error, UNREACHABLE, platform["error"] or "the platform does not answer")]
    cases += [_finding(suite, "platform", platform["findings"])] if platform["findings"] else []
    if stopped is not None:
        case = _case(suite, "waves")
        reason = f"stopped after wave {stopped['wave']} of {stopped['of']}"
        left = [f"failed: {', '.join(stopped['failed'])}", f"not begun: {', '.join(stopped['not_begun'])}"]
        _explain(case, _result(Failure, "stopped", reason), [report["headline"], *left])
        cases.append(case)
    suite.add_testcases(cases)
    return suite


def _replication(report: Mapping[str, Any]) -> List[TestSuite]:
    """What is replicated between instances: a case for each of them, and for what somebody has to settle."""
    standing = report["replication"]
    if standing is None:
        return []
    suite = _suite("security replication", report, {"mesh": standing["mesh"], "state": standing["state"]})
    cases = []
    for row in standing["instances"]:
        cases.append(_case(suite, row["name"]))
        told = [f"to write: {kind}: {', '.join(names)}" for kind, names in row["drift"].items()]
        if row["state"] == UNREACHABLE:
            _explain(cases[-1], _result(Error, UNREACHABLE, row["reason"]), [row["reason"]])
        elif told:
            _explain(cases[-1], _result(Failure, DRIFTED, "; ".join(told)), told)
    needs = [one for one in standing["findings"] if one["needs_person"]]
    for what in dict.fromkeys(one["what"] for one in needs):
        cases.append(_finding(suite, what, [sentence(one) for one in needs if one["what"] == what]))
    suite.add_testcases(cases)
    return [suite]


def _edge(edge: Mapping[str, Any], report: Mapping[str, Any]) -> TestSuite:
    suite = _suite(edge["name"], report, _properties(edge))
    needs = [finding for finding in edge["findings"] if finding["needs_person"]]
    cases = [_reachable(suite, edge, report), *_facts(suite, edge)]
    for what in dict.fromkeys(finding["what"] for finding in needs):
        cases.append(_finding(suite, what, [sentence(finding) for finding in needs if finding["what"] == what]))
    cases += [_failed(suite, failure) for failure in edge["failed"]]
    suite.add_testcases(cases)
    notes = [finding_line(finding) for finding in edge["findings"] if not finding["needs_person"]]
    said = [*(f"corrected: {step(change)}" for change in edge["corrected"]), *to_do(edge), *held(edge), *notes]
    if said:
        suite.append(SystemOut(_text(said)))
    return suite


def _suite(name: str, report: Mapping[str, Any], properties: Mapping[str, Any]) -> TestSuite:
    suite = TestSuite(printable(name))
    # Without a zone, as the schema has it, and always UTC.
    suite.timestamp = (report["started_at"] or report["finished_at"]).rstrip("Z")
    for key, value in properties.items():
        if value is not None:
            suite.add_property(key, printable(str(value)))
    return suite


def _properties(edge: Mapping[str, Any]) -> dict[str, Any]:
    jpd = edge["jpd"] or {"id": None, "status": None}
    return {
        "state": edge["state"],
        "url": edge["url"],
        "version": edge["version"],
        "nodes": ", ".join(edge["nodes"]),
        "city": edge["location"].get("city_name"),
        "country": edge["location"].get("country_code"),
        "tags": None if edge["tags"] is None else ", ".join(edge["tags"]),
        "jpd": jpd["id"],
        "jpd_status": jpd["status"],
        "trust": edge["trust_state"],
        "wave": edge["wave"],
    }


def _case(suite: TestSuite, name: str) -> TestCase:
    return TestCase(printable(name), printable(suite.name), 0.0)


def _reachable(suite: TestSuite, edge: Mapping[str, Any], report: Mapping[str, Any]) -> TestCase:
    case = _case(suite, REACHABLE)
    if edge["state"] == UNREACHABLE:
        silent = [fact["reason"] for fact in edge["facts"] if fact["state"] == UNREACHABLE]
        unknown = [fact["reason"] for fact in edge["facts"] if fact["state"] == UNKNOWN]
        causes = [*silent, *([report["platform"]["error"]] if report["platform"]["error"] else []), *unknown]
        notes = [finding_line(finding) for finding in edge["findings"]]
        reason = causes[0] if causes else "it could not be read"
        _explain(case, _result(Error, UNREACHABLE, reason), [*dict.fromkeys(causes), *notes])
    return case


def _facts(suite: TestSuite, edge: Mapping[str, Any]) -> List[TestCase]:
    """A case for each fact, and for each node where it is one of a node. No two have the same name."""
    cases: dict[str, TestCase] = {}
    for fact in edge["facts"]:
        name = _free(subject(fact), cases)
        cases[name] = _case(suite, name)
        if fact["state"] != IN_ORDER:
            _explain(cases[name], _of_state(fact), _explanation(fact, edge))
    return list(cases.values())


def _free(name: str, taken: Iterable[str]) -> str:
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _of_state(fact: Mapping[str, Any]) -> Any:
    kinds = {DRIFTED: Failure, UNREACHABLE: Error}
    return _result(kinds.get(fact["state"], Skipped), fact["state"], fact["reason"])


def _explanation(fact: Mapping[str, Any], edge: Mapping[str, Any]) -> List[str]:
    """The reason, what differs, and the remedy: of the finding that is about it, else what a run would do."""
    differs = [f"differs: {', '.join(fact['drift'])}"] if fact["drift"] else []
    said = fact["reason"]
    about = [finding_line(one) for one in edge["findings"] if one["reason"] in said or said in one["reason"]]
    return [said, *differs, *(about or [*to_do(edge), *held(edge)])]


def _finding(suite: TestSuite, what: str, sentences: Sequence[str]) -> TestCase:
    case = _case(suite, f"needs a person: {what}")
    _explain(case, _result(Failure, "needs_person", " ".join(sentences)), sentences)
    return case


def _failed(suite: TestSuite, failure: Mapping[str, Any]) -> TestCase:
    case = _case(suite, f"step: {step(failure)}")
    _explain(case, _result(Error, "failed_step", failure["message"]), [failure["message"]])
    return case


def _result(kind: Any, type_: str, message: str) -> Any:
    return kind(printable(message), type_)


def _explain(case: TestCase, result: Any, lines: Sequence[str]) -> None:
    """Twice, because some systems show the text of the failure and others the output of the case."""
    result.text = _text(lines)
    case.result = [result]
    case.append(SystemOut(_text(lines)))


def _text(lines: Sequence[str]) -> str:
    return "\n".join(printable(line) for line in lines)
