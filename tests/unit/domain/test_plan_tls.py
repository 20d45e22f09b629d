# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TLS certificates that nodes trust, in the plan."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import NamedCertificate
from unit.domain.fleet_shapes import FRESH, NOW, STOPPED, edge, facts_of, findings_of, node, plan_one, steps_of
from unit.domain.issuing import DAY, issue

ISSUED, ENDED = issue("corporate CA"), issue("old CA", end=NOW - DAY)
CORPORATE, OTHER = ISSUED.sha256, "d" * 64
WANTED = (NamedCertificate("corporate", ISSUED.pem, CORPORATE),)
WITH_ENDED = (*WANTED, NamedCertificate("old", ENDED.pem, ENDED.sha256))


def holding(*digests: str, **changed: Any) -> Any:
    shape = node(**changed)
    shape["tls_ca_certificates"] = [
        {"file": f"{number}.crt", "sha256": digest, "der": None} for number, digest in enumerate(digests)
    ]
    return shape


@pytest.mark.parametrize(
    ("changed", "there", "state", "drift", "steps"),
    [
        pytest.param({"tls_ca_certificates": None}, (), None, None, [], id="not-managed"),
        pytest.param({}, (CORPORATE,), "in_order", [], [], id="there-under-another-name"),
        pytest.param({}, (CORPORATE, OTHER), "in_order", [], [], id="another-one-beside-it"),
        pytest.param(
            {}, (), "drifted", ["corporate.crt"], ["tls_ca_certificate", "restart"], id="missing-so-start-again"
        ),
        pytest.param(
            {"tls_ca_prune": True},
            (CORPORATE, OTHER),
            "drifted",
            ["1.crt"],
            ["tls_ca_certificate", "restart"],
            id="another-one-to-be-pruned",
        ),
        pytest.param(
            {"tls_ca_certificates": (), "tls_ca_prune": True},
            (OTHER,),
            "drifted",
            ["0.crt"],
            ["tls_ca_certificate", "restart"],
            id="none-wanted",
        ),
    ],
)
def test_tls_trust_of_a_node_is_judged_by_what_its_folder_holds(
    changed: dict[str, Any], there: tuple[str, ...], state: str | None, drift: Any, steps: list[str]
) -> None:
    plan = plan_one(edge(**{"tls_ca_certificates": WANTED, **changed}), {"lyon-1": holding(*there)})

    found = facts_of(plan, "tls_ca_certificate")
    assert {host: fact[:2] for host, fact in found.items()} == ({} if state is None else {"lyon-1": (state, drift)})
    assert [step for step, _host in steps_of(plan)] == steps


def test_tls_trust_of_ha_nodes_only_the_ones_that_lack_it_are_started_again() -> None:
    nodes = {"lyon-1": holding(CORPORATE), "lyon-2": holding()}
    plan = plan_one(edge(nodes=("lyon-1", "lyon-2"), tls_ca_certificates=WANTED), nodes)

    assert steps_of(plan) == [("tls_ca_certificate", "lyon-2"), ("restart", "lyon-2")]
    (work,) = plan["work"]
    assert work["edge_plan"]["restart_for"] == ["tls_ca_certificate"]
    assert work["groups"] == ["edge_plan_tls_ca_certificate", "edge_plan_restart", "edge_plan_work"]


def test_tls_trust_of_a_new_node_is_there_before_its_first_start() -> None:
    plan = plan_one(edge(tls_ca_certificates=WANTED), {"lyon-1": holding(**FRESH)})

    assert [step for step, _host in steps_of(plan)] == ["join_key", "tls_ca_certificate", "restart"]


def test_tls_trust_of_a_node_that_a_person_restarts_is_supplied_and_the_restart_is_told() -> None:
    plan = plan_one(edge(tls_ca_certificates=WANTED), {"lyon-1": holding(control="none")})

    assert steps_of(plan) == [("tls_ca_certificate", "lyon-1")]
    assert findings_of(plan) == ["!node lyon-1"]


def test_token_issuer_wanted_for_tls_is_a_mistake_that_stops_the_edge() -> None:
    shape = holding(**STOPPED)
    shape["access_keys"] = {**shape["access_keys"], "root": {"file": "root.crt", "sha256": CORPORATE, "der": None}}
    plan = plan_one(edge(tls_ca_certificates=WANTED), {"lyon-1": shape})

    assert (steps_of(plan), plan["edges"][0]["state"]) == ([], "needs_person")
    assert "signs access tokens" in plan["edges"][0]["findings"][0]["reason"]


@pytest.mark.parametrize(
    ("there", "state", "findings"),
    [
        pytest.param((CORPORATE, ENDED.sha256), "in_order", [], id="there-already"),
        pytest.param((ENDED.sha256,), "drifted", ["!TLS CA certificate"], id="the-list-is-to-be-supplied"),
    ],
)
def test_certificate_that_has_ended_is_refused_before_anything_is_written_and_only_when_the_list_is_to_be_supplied(
    there: tuple[str, ...], state: str, findings: list[str]
) -> None:
    plan = plan_one(edge(tls_ca_certificates=WITH_ENDED), {"lyon-1": holding(*there)})

    assert facts_of(plan, "tls_ca_certificate")["lyon-1"][0] == state
    assert (steps_of(plan), findings_of(plan)) == ([], findings)
    for found in plan["edges"][0]["findings"]:
        assert "'old'" in found["reason"]
        assert "it expired on" in found["reason"]
        assert found["remedy"] == "Give its successor, or take 'old' out of edge_tls_ca_certificates"


def test_certificate_that_cannot_be_supplied_asks_nobody_for_a_start() -> None:
    plan = plan_one(edge(tls_ca_certificates=WANTED), {"lyon-1": holding(control="none")})
    unusable = (NamedCertificate("corporate", "no certificate", CORPORATE),)
    refused = plan_one(edge(tls_ca_certificates=unusable), {"lyon-1": holding(control="none")})

    assert "!node lyon-1" in findings_of(plan)
    assert (steps_of(refused), "!node lyon-1" in findings_of(refused)) == ([], False)
    assert len(findings_of(refused)) == 1
