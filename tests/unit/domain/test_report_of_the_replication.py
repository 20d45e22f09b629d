# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security that is replicated between instances, in the report on a fleet and in each of its formats."""

from __future__ import annotations

from typing import Any

import pytest
from junitparser import JUnitXml
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.standing import not_looked_at
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.html import page
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.junit import junit
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.metrics import metrics
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.page import todo
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.text import text
from unit.domain.replication.mesh import security, user
from unit.domain.replication.stands import LAST, in_step, stand
from unit.domain.report_shapes import DRIFTED, IN_ORDER, document, fleet_plan, named, replicated

BRING_BACK = "Bring it back, or correct its entry: it takes no part until then, and catches up afterwards"


def report_of(replication: Any = None, *, edge: Any = IN_ORDER) -> dict[str, Any]:
    return document(fleet_plan(named(edge, "lyon")), replication=replication)


def in_order() -> dict[str, Any]:
    same = security({"alice": user()})
    return stand(in_step(acme=same, osaka=same))


def drifted() -> dict[str, Any]:
    same = security({"alice": user()})
    mesh = in_step(acme=same, osaka=same)
    mesh.acme["users"]["bob"] = user()
    return stand(mesh)


@pytest.mark.parametrize(
    ("edge", "replication", "outcome"),
    [
        pytest.param(IN_ORDER, None, "in_order", id="not-looked-at"),
        pytest.param(IN_ORDER, in_order(), "in_order", id="in-step"),
        pytest.param(IN_ORDER, drifted(), "drift", id="drifted"),
        pytest.param(DRIFTED, in_order(), "drift", id="the-edge-drifted"),
        pytest.param(IN_ORDER, replicated(), "unreachable", id="an-instance-takes-no-part"),
        pytest.param(IN_ORDER, not_looked_at("security", "It is damaged."), "needs_person", id="could-not-look"),
    ],
)
def test_run_ends_as_the_worst_of_its_edges_and_of_the_replication(edge: Any, replication: Any, outcome: str) -> None:
    assert report_of(replication, edge=edge)["outcome"] == outcome


def test_headline_says_how_the_edges_and_the_instances_are() -> None:
    told = report_of(replicated())["headline"]

    assert told == "The Edge is in order. Security on 3 instances: 1 unreachable, 1 drifted, 1 in order."


def test_terminal_lists_the_instances_before_the_headline() -> None:
    lines = text(report_of(replicated())).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("security of"))

    assert lines[first : first + 5] == [
        f"security of acme: in order; last success: {LAST}",
        f"security of osaka: drifted; last success: {LAST}",
        "    to write: users: alice",
        "    to write: permissions: readers of libs",
        f"security of museum: unreachable; last success: {LAST}",
    ]


def test_junit_has_a_case_for_each_instance_and_for_what_needs_a_person() -> None:
    suites = {suite.name: suite for suite in JUnitXml.fromstring(junit(report_of(replicated())).encode())}

    told = {
        case.name: [(each._tag, each.type, each.message) for each in case.result]
        for case in suites["security replication"]
    }
    assert told == {
        "acme": [],
        "osaka": [("failure", "drifted", "to write: users: alice; to write: permissions: readers of libs")],
        "museum": [("error", "unreachable", "Cannot reach it: timed out.")],
        "needs a person: museum": [
            (
                "failure",
                "needs_person",
                f"Cannot reach it: timed out. {BRING_BACK}.",
            )
        ],
    }
    assert "security replication" not in junit(report_of())


def test_metrics_tell_state_drift_and_last_success_of_each_instance() -> None:
    rendered = metrics(report_of(replicated()), earlier="", last_success=0.0, labels={})
    found = {}
    for sample in [one for family in text_string_to_metric_families(rendered) for one in family.samples]:
        labels = [value for key, value in sorted(sample.labels.items()) if key != "platform"]
        found[(sample.name.removeprefix("hybrid_jfrog_replication_"), *labels)] = sample.value

    assert {key[1:] for key, value in found.items() if key[0] == "instance_state" and value} == {
        ("acme", "in_order"),
        ("osaka", "drifted"),
        ("museum", "unreachable"),
    }
    assert {key[1:]: value for key, value in found.items() if key[0] == "drifted_objects" and value} == {
        ("osaka", "users"): 1,
        ("osaka", "permissions"): 1,
    }
    assert found["pending_objects", "acme"] == 0
    assert found["last_success_timestamp_seconds", "museum"] == moment(LAST).timestamp()


def test_page_has_a_table_of_the_instances_and_what_is_to_do() -> None:
    report = report_of(replicated())

    shown = page(report, [])

    assert "1 users, 1 permissions" in shown
    assert [(task.title, [(item.name, item.text) for item in task.items]) for task in todo.tasks(report)] == [
        (
            f"Security: {BRING_BACK}",
            [("museum", "Cannot reach it: timed out.")],
        ),
        ("Security: let replicate_security.yml run", [("osaka", "users: alice; permissions: readers of libs")]),
    ]
    assert 'id="security"' not in page(report_of(), [])
