# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS between services, in the plan: trust first, then the switch, then a start of every node."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import (
    CertificateAndKey,
    DesiredNode,
    NamedCertificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from unit.domain.fleet_shapes import FRESH, MASTER, SICK, T1, T2, edge, facts_of, findings_of, node, plan_one
from unit.domain.issuing import Issued, issue, server

CORPORATE = issue("Example Corporate CA")
OWN = server(CORPORATE)
WANTED = {"lyon-1": DesiredNode(server_certificate=CertificateAndKey(OWN.pem, OWN.key_pem, OWN.sha256))}
TRUST = (NamedCertificate("corporate", CORPORATE.pem, CORPORATE.sha256),)
CONNECTOR = {"artifactory.tomcat.httpsConnector.enabled": "true"}
ON = {"security.tls": "true"}


def seen(issued: Issued) -> dict[str, Any]:
    return {"file": "x.crt", "sha256": issued.sha256, "der": base64.b64encode(issued.der).decode()}


def prepared(*, settings: Any = None, trusts: bool = False, has_read: bool = False, **changed: Any) -> Any:
    shape = node(written_at=T2, **changed)
    shape["access_config"] = {**shape["access_config"], "settings": settings or {}}
    shape["system_yaml"]["settings"].update(CONNECTOR if has_read else {})
    shape["tls_ca_certificates"] = [seen(CORPORATE)] if trusts else []
    if has_read:
        shape["ledger"] = model.record_supplied(shape["ledger"], "server_certificate", OWN.sha256, moment(T1))
    return shape


def steps(plan: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(change["pass"], change["step"], change["host"]) for change in plan["edges"][0]["changes"]]


@pytest.mark.parametrize(
    ("wanted", "settings", "state"),
    [
        pytest.param(True, ON, "in_order", id="on-as-wanted"),
        pytest.param(False, {}, "in_order", id="off-as-wanted"),
        pytest.param(True, {}, "drifted", id="to-be-switched-on"),
        pytest.param(False, ON, "drifted", id="to-be-switched-off"),
    ],
)
def test_tls_is_judged_by_what_access_shows(wanted: bool, settings: dict[str, str], state: str) -> None:
    plan = plan_one(edge(tls=wanted), {"lyon-1": prepared(settings=settings)})

    assert facts_of(plan, "tls")[None][:2] == (state, ["security.tls"] if state == "drifted" else [])


def test_tls_of_an_edge_that_has_started_is_left_to_the_playbook_for_it() -> None:
    plan = plan_one(edge(tls=True), {"lyon-1": prepared()})

    assert (steps(plan), findings_of(plan)) == ([], ["!TLS between services"])
    remedy = plan["edges"][0]["findings"][0]["remedy"]
    assert "who speak http" in remedy or "speak http to the nodes are refused" in remedy
    assert remedy.endswith("Then run enable_tls.yml")


def test_tls_with_access_s_own_authority_is_switched_on_one_node_and_all_are_started_again() -> None:
    nodes = {host: prepared(entry=None) for host in ("lyon-1", "lyon-2")}
    plan = plan_one(edge(nodes=("lyon-1", "lyon-2"), join_key=None, tls=True), nodes, allowed=["tls"])

    assert steps(plan) == [(1, "tls", "lyon-1"), (1, "restart", "lyon-1"), (1, "restart", "lyon-2")]


def test_tls_waits_for_the_trust_and_the_certificate_that_the_same_run_supplies() -> None:
    wanted = edge(tls=True, of_nodes=WANTED, tls_ca_certificates=TRUST)
    plan = plan_one(wanted, {"lyon-1": prepared()}, allowed=["tls"])

    assert steps(plan) == [
        (1, "tls_ca_certificate", "lyon-1"),
        (1, "server_certificate", "lyon-1"),
        (1, "restart", "lyon-1"),
        (2, "system_yaml", "lyon-1"),
        (2, "tls", "lyon-1"),
        (2, "restart", "lyon-1"),
    ]


def test_tls_of_an_edge_that_is_prepared_is_switched_at_once() -> None:
    wanted = edge(tls=True, of_nodes=WANTED, tls_ca_certificates=TRUST)
    plan = plan_one(wanted, {"lyon-1": prepared(trusts=True, has_read=True)}, allowed=["tls"])

    assert steps(plan) == [(1, "tls", "lyon-1"), (1, "restart", "lyon-1")]


def test_tls_without_the_trust_that_nobody_supplies_is_not_switched() -> None:
    wanted = edge(tls=True, of_nodes=WANTED)
    plan = plan_one(wanted, {"lyon-1": prepared(has_read=True)}, allowed=["tls"])

    assert (steps(plan), findings_of(plan)) == ([], ["!TLS between services"])
    assert "does not trust the server certificate of lyon-1" in plan["edges"][0]["findings"][0]["reason"]


@pytest.mark.parametrize(
    "nodes",
    [
        pytest.param({"lyon-1": prepared(), "lyon-2": prepared(health=SICK)}, id="a-node-is-sick"),
        pytest.param({"lyon-1": prepared()}, id="a-node-cannot-be-reached"),
    ],
)
def test_tls_of_an_ha_edge_is_not_switched_while_a_node_is_away(nodes: dict[str, Any]) -> None:
    unreachable = {} if "lyon-2" in nodes else {"lyon-2": "no route to host"}
    wanted = edge(nodes=("lyon-1", "lyon-2"), tls=True)
    plan = plan_one(wanted, nodes, allowed=["tls"], unreachable=unreachable)

    assert "tls" not in [step for _pass, step, _host in steps(plan)]
    assert "!TLS between services" in findings_of(plan)


def test_tls_of_a_new_edge_is_on_from_its_first_start() -> None:
    plan = plan_one(edge(tls=True), {"lyon-1": prepared(**FRESH)})

    assert [step for _pass, step, _host in steps(plan)] == ["join_key", "tls", "restart"]


def test_new_edge_gets_trust_own_certificates_and_tls_together_before_its_first_start() -> None:
    hosts = ("lyon-1", "lyon-2")
    own = dict.fromkeys(hosts, WANTED["lyon-1"])
    wanted = edge(nodes=hosts, tls=True, of_nodes=own, tls_ca_certificates=TRUST, master_key=MASTER)
    plan = plan_one(wanted, {host: prepared(**FRESH) for host in hosts})

    first = [(step, host) for turn, step, host in steps(plan) if turn == 1]
    assert [host for step, host in first if step == "tls_ca_certificate"] == ["lyon-1", "lyon-2"]
    assert [host for step, host in first if step == "server_certificate"] == ["lyon-1", "lyon-2"]
    assert [host for step, host in first if step == "tls"] == ["lyon-1"]
    assert {step for turn, step, _host in steps(plan) if turn == 2} == {"system_yaml", "restart"}
