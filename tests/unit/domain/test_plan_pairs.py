# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates with private keys, in the plan: Access's two pairs, and the server certificates of routers."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import (
    CertificateAndKey,
    DesiredNode,
    NamedCertificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from unit.domain.fleet_shapes import FRESH, T0, T1, T2, edge, facts_of, findings_of, node, plan_one, steps_of
from unit.domain.issuing import Issued, issue, server

CA = issue("lyon CA")
OTHER = issue("another CA")
ROOT = issue("lyon root", usages=("digital_signature", "key_cert_sign"))
SERVED = server(CA)


def pair(issued: Issued) -> CertificateAndKey:
    return CertificateAndKey(issued.pem, issued.key_pem, issued.sha256)


def seen(issued: Issued) -> dict[str, Any]:
    return {"file": "x.crt", "sha256": issued.sha256, "der": base64.b64encode(issued.der).decode()}


def with_keys(*, supplied: tuple[str, Issued] | None = None, **changed: Any) -> Any:
    keys = {name: changed.pop(name) for name in ("root", "ca", "pending_root", "pending_ca") if name in changed}
    trusted = changed.pop("tls", None)
    shape = node(**changed)
    shape["tls_ca_certificates"] = [seen(trusted)] if trusted else []
    found = {name: seen(issued) for name, issued in keys.items()}
    waits = {f"{name}_key": True for name in found if name.startswith("pending")}
    shape["access_keys"] = {**shape["access_keys"], **found, **waits}
    if supplied:
        fact, issued = supplied
        shape["ledger"] = model.record_supplied(shape["ledger"], fact, issued.sha256, moment(T1))
    return shape


AUTHORITY = {"access_ca": pair(CA)}
SIGNING = {"token_signing": pair(ROOT)}


@pytest.mark.parametrize(
    ("wanted", "shape", "fact", "state"),
    [
        pytest.param(AUTHORITY, with_keys(ca=CA), "access_ca_certificate", "in_order", id="ca-in-use"),
        pytest.param(AUTHORITY, with_keys(ca=OTHER), "access_ca_certificate", "drifted", id="another-ca"),
        pytest.param(SIGNING, with_keys(root=ROOT), "token_signing_certificate", "in_order", id="root-in-use"),
        pytest.param(SIGNING, with_keys(root=OTHER), "token_signing_certificate", "drifted", id="another-root"),
        pytest.param(
            SIGNING,
            with_keys(root=OTHER, pending_root=OTHER),
            "token_signing_certificate",
            "unknown",
            id="a-pair-of-somebody-else-s-waits",
        ),
    ],
)
def test_pair_of_access_is_judged_by_the_copy_that_a_start_wrote(
    wanted: dict[str, Any], shape: Any, fact: str, state: str
) -> None:
    assert facts_of(plan_one(edge(**wanted), {"lyon-1": shape}), fact)[None][0] == state


@pytest.mark.parametrize(
    ("wanted", "fact", "playbook"),
    [
        pytest.param(AUTHORITY, "access_ca_certificate", "rotate_access_ca.yml", id="ca"),
        pytest.param(SIGNING, "token_signing_certificate", "rotate_root_certificate.yml", id="root"),
    ],
)
def test_change_that_others_feel_is_left_to_its_playbook(wanted: dict[str, Any], fact: str, playbook: str) -> None:
    nodes = {"lyon-1": with_keys(root=OTHER, ca=OTHER)}
    left = plan_one(edge(**wanted), nodes)
    allowed = plan_one(edge(**wanted), nodes, allowed=[fact])
    new = plan_one(edge(**wanted), {"lyon-1": with_keys(**FRESH)})

    assert (steps_of(left), left["edges"][0]["state"]) == ([], "needs_person")
    assert left["edges"][0]["findings"][0]["remedy"].endswith(f"Then run {playbook}")
    assert [step for step, _host in steps_of(allowed)] == [fact, "restart"]
    assert [step for step, _host in steps_of(new)] == ["join_key", fact, "restart"]


def test_pair_of_access_is_given_to_one_node_and_all_nodes_are_started_again() -> None:
    nodes = {host: with_keys(ca=OTHER, entry=None) for host in ("lyon-1", "lyon-2")}
    wanted = edge(nodes=("lyon-1", "lyon-2"), join_key=None, **AUTHORITY)

    assert steps_of(plan_one(wanted, nodes, allowed=["access_ca_certificate"])) == [
        ("access_ca_certificate", "lyon-1"),
        ("restart", "lyon-1"),
        ("restart", "lyon-2"),
    ]


def test_pair_that_a_killed_run_left_half_written_is_finished_on_the_same_node() -> None:
    nodes = {
        "lyon-1": with_keys(ca=OTHER, written_at=T0, entry=None),
        "lyon-2": with_keys(ca=OTHER, written_at=T0, entry=None, pending_ca=CA, supplied=("access_ca_certificate", CA)),
    }
    wanted = edge(nodes=("lyon-1", "lyon-2"), join_key=None, **AUTHORITY)
    plan = plan_one(wanted, nodes, allowed=["access_ca_certificate"])

    assert steps_of(plan)[0] == ("access_ca_certificate", "lyon-2")


def test_pair_whose_start_is_due_although_its_record_is_gone_is_finished_on_the_same_node() -> None:
    nodes = {host: with_keys(ca=OTHER, written_at=T0, entry=None) for host in ("lyon-1", "lyon-2")}
    nodes["lyon-2"]["ledger"] = model.due(nodes["lyon-2"]["ledger"], "access_ca_certificate", moment(T1))
    wanted = edge(nodes=("lyon-1", "lyon-2"), join_key=None, **AUTHORITY)
    plan = plan_one(wanted, nodes, allowed=["access_ca_certificate"])

    assert steps_of(plan)[0] == ("access_ca_certificate", "lyon-2")


def test_pair_that_cannot_be_used_starts_no_node() -> None:
    given = replace(pair(CA), private_key=OTHER.key_pem)
    shape = with_keys(ca=OTHER, control="none")  # so that a person would be asked to start it
    plan = plan_one(edge(access_ca=given), {"lyon-1": shape}, allowed=["access_ca_certificate"])

    assert (steps_of(plan), plan["work"]) == ([], [])
    assert findings_of(plan) == ["!access ca certificate for lyon-1"]


@pytest.mark.parametrize(
    ("written_at", "state"),
    [
        pytest.param(T0, "in_order", id="its-start-is-to-come"),
        pytest.param(T2, "unknown", id="started-since-so-it-was-refused"),
    ],
)
def test_server_certificate_that_the_router_does_not_show_is_judged_by_whether_it_has_started(
    written_at: str, state: str
) -> None:
    shape = with_keys(written_at=written_at, supplied=("server_certificate", SERVED))
    shape["ledger"] = model.due(shape["ledger"], "server_certificate", moment(T1))
    shape["server_certificate"] = {"served": seen(CA), "error": None, "pending": None}
    plan = plan_one(edge(of_nodes={"lyon-1": DesiredNode(server_certificate=pair(SERVED))}), {"lyon-1": shape})

    assert facts_of(plan, "server_certificate")["lyon-1"][0] == state


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param(replace(pair(CA), private_key=OTHER.key_pem), "belongs to another certificate", id="wrong-pair"),
        pytest.param(pair(SERVED), "no CA", id="leaf-in-place-of-the-ca"),
    ],
)
def test_pair_that_cannot_be_used_is_told_before_anything_is_written(given: CertificateAndKey, words: str) -> None:
    shape = with_keys(ca=OTHER, running=False)
    plan = plan_one(edge(access_ca=given), {"lyon-1": shape}, allowed=["access_ca_certificate"])

    assert steps_of(plan) == []
    assert findings_of(plan)[0] == "!access ca certificate for lyon-1"
    assert words in plan["edges"][0]["findings"][0]["reason"]


SUPPLY = [(1, "server_certificate"), (1, "restart"), (2, "system_yaml"), (2, "restart")]
CONNECT = [(1, "system_yaml"), (1, "restart")]


@pytest.mark.parametrize(
    ("served", "connector", "state", "steps"),
    [
        pytest.param(SERVED, "true", "in_order", [], id="shown-by-both-ports"),
        pytest.param(SERVED, "false", "in_order", CONNECT, id="shown-by-the-router-alone"),
        pytest.param(CA, "true", "drifted", SUPPLY[:2], id="another-one-shown"),
        pytest.param(None, "false", "drifted", SUPPLY, id="never-supplied"),
    ],
)
def test_server_certificate_is_read_at_a_start_before_the_connector_of_tomcat_may_show_it(
    served: Issued | None, connector: str, state: str, steps: list[tuple[int, str]]
) -> None:
    shape = with_keys(ca=CA, written_at=T2)
    shape["server_certificate"] = {"served": seen(served) if served else None, "error": None, "pending": None}
    shape["system_yaml"]["settings"]["artifactory.tomcat.httpsConnector.enabled"] = connector
    plan = plan_one(edge(of_nodes={"lyon-1": DesiredNode(server_certificate=pair(SERVED))}), {"lyon-1": shape})

    assert facts_of(plan, "server_certificate")["lyon-1"][0] == state
    assert [(change["pass"], change["step"]) for change in plan["edges"][0]["changes"]] == steps


def test_server_certificate_that_was_read_while_tls_is_off_is_known_by_the_ledger() -> None:
    shape = with_keys(written_at=T2, supplied=("server_certificate", SERVED))
    plan = plan_one(edge(of_nodes={"lyon-1": DesiredNode(server_certificate=pair(SERVED))}), {"lyon-1": shape})

    assert steps_of(plan) == [("system_yaml", "lyon-1"), ("restart", "lyon-1")]
    assert plan["work"][0]["edge_plan"]["system_yaml"] == {"artifactory.tomcat.httpsConnector.enabled": True}


def test_edge_with_a_second_pass_puts_all_its_nodes_into_the_group_for_it() -> None:
    wanted = {"lyon-2": DesiredNode(server_certificate=pair(SERVED))}
    nodes = {"lyon-1": with_keys(ca=CA), "lyon-2": with_keys(ca=CA)}
    plan = plan_one(edge(nodes=("lyon-1", "lyon-2"), of_nodes=wanted), nodes)

    assert {item["host"]: item["groups"] for item in plan["work"]} == {
        "lyon-1": ["edge_plan_work", "edge_plan_again"],
        "lyon-2": [
            "edge_plan_server_certificate",
            "edge_plan_restart",
            "edge_plan_work",
            "edge_plan_again",
        ],
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"address": "10.9.9.9"}, "10.9.9.9", id="another-address-in-system-yaml"),
        pytest.param({"generation": "6"}, "6.x has no router", id="generation-without-a-router"),
    ],
)
def test_server_certificate_that_the_node_cannot_use_needs_a_person_before_anything_is_written(
    changed: dict[str, str], words: str
) -> None:
    shape = with_keys(ca=CA)
    if changed.get("generation") == "6":
        shape["layout"]["generation"] = "6"
        shape["system_yaml"]["path"] = None
    shape["system_yaml"]["settings"]["shared.node.ip"] = changed.get("address", "10.20.0.5")
    plan = plan_one(edge(of_nodes={"lyon-1": DesiredNode(server_certificate=pair(SERVED))}), {"lyon-1": shape})

    assert steps_of(plan) == []
    assert words in plan["edges"][0]["findings"][0]["reason"]


@pytest.mark.parametrize(
    ("wanted", "findings"),
    [
        pytest.param({}, ["CA of Access on lyon-1"], id="not-managed-so-it-is-told"),
        pytest.param({"access_ca": pair(OTHER)}, ["!access ca certificate"], id="managed-so-a-person-decides"),
    ],
)
def test_pair_of_somebody_else_s_that_waits_is_told_once(wanted: dict[str, Any], findings: list[str]) -> None:
    plan = plan_one(edge(**wanted), {"lyon-1": with_keys(ca=ROOT, pending_ca=CA)})

    assert (steps_of(plan), findings_of(plan)) == ([], findings)


MANAGED_SETTINGS = {"access_config": {"token.max-expiry": 3600}}


def lying(*, marker: bool = False, imports: bool = False, **changed: Any) -> Any:
    shape = with_keys(**changed)
    shape["access_keys"]["reset_ca"] = marker
    shape["access_config"]["pending"] = ["access.config.import.yml"] if imports else []
    return shape


@pytest.mark.parametrize(
    ("wanted", "second", "findings"),
    [
        pytest.param({}, lying(ca=CA, marker=True), ["CA of Access on lyon-2"], id="marker-not-managed"),
        pytest.param(AUTHORITY, lying(ca=CA, marker=True), ["!CA of Access on lyon-2"], id="marker-beside-our-own-ca"),
        pytest.param(AUTHORITY, lying(ca=CA, pending_ca=OTHER), ["!CA of Access on lyon-2"], id="foreign-ca"),
        pytest.param(
            SIGNING, lying(root=ROOT, pending_root=OTHER), ["!token signing pair on lyon-2"], id="foreign-root"
        ),
        pytest.param(MANAGED_SETTINGS, lying(imports=True), ["!settings of Access on lyon-2"], id="import"),
        pytest.param({"tls": False}, lying(imports=True), ["!settings of Access on lyon-2"], id="import-beside-tls"),
    ],
)
def test_what_waits_on_another_node_than_the_judged_one_is_told_although_the_fact_is_managed(
    wanted: dict[str, Any], second: Any, findings: list[str]
) -> None:
    first = lying(ca=CA, root=ROOT)
    first["access_config"]["settings"] = {"token.max-expiry": "3600"}
    plan = plan_one(edge(nodes=("lyon-1", "lyon-2"), **wanted), {"lyon-1": first, "lyon-2": second})

    assert (steps_of(plan), findings_of(plan)) == ([], findings)


@pytest.mark.parametrize(
    ("wanted", "shape", "findings"),
    [
        pytest.param(AUTHORITY, lying(ca=CA, marker=True), ["!CA of Access on lyon-1"], id="marker-is-always-told"),
        pytest.param(MANAGED_SETTINGS, lying(imports=True), ["!settings of Access"], id="import-is-told-once"),
    ],
)
def test_what_waits_on_the_judged_node_is_told_once(wanted: dict[str, Any], shape: Any, findings: list[str]) -> None:
    plan = plan_one(edge(**wanted), {"lyon-1": shape})

    assert (steps_of(plan), findings_of(plan)) == ([], findings)


def test_pair_with_several_mistakes_is_told_with_all_of_them() -> None:
    plan = plan_one(edge(access_ca=pair(SERVED)), {"lyon-1": with_keys(ca=OTHER)}, allowed=["access_ca_certificate"])
    [found] = plan["edges"][0]["findings"]

    assert found["reason"].startswith("Cannot use edge_access_ca_certificate as ")
    assert "Besides" not in found["reason"]


def test_pair_whose_key_was_written_before_the_run_was_killed_is_supplied_again() -> None:
    shape = with_keys(ca=OTHER, supplied=("access_ca_certificate", OTHER), written_at=T2)
    shape["access_keys"]["pending_ca_key"] = True
    plan = plan_one(edge(**AUTHORITY), {"lyon-1": shape}, allowed=["access_ca_certificate"])

    assert [step for step, _host in steps_of(plan)] == ["access_ca_certificate", "restart"]


@pytest.mark.parametrize(
    ("shape", "wanted", "planned"),
    [
        pytest.param(with_keys(ca=OTHER), {}, False, id="signed-by-nobody-that-the-node-knows"),
        pytest.param(with_keys(ca=CA), {}, True, id="signed-by-the-ca-of-access"),
        pytest.param(with_keys(tls=CA), {}, True, id="signed-by-a-ca-in-the-folder"),
        pytest.param(
            with_keys(),
            {"tls_ca_certificates": (NamedCertificate("corporate", CA.pem, CA.sha256),)},
            True,
            id="signed-by-a-ca-that-comes-with-it",
        ),
    ],
)
def test_server_certificate_whose_ca_the_node_does_not_trust_is_not_supplied(
    shape: Any, wanted: dict[str, Any], planned: bool
) -> None:
    nodes = {"lyon-1": DesiredNode(server_certificate=pair(SERVED))}
    plan = plan_one(edge(of_nodes=nodes, **wanted), {"lyon-1": shape})

    assert (("server_certificate", "lyon-1") in steps_of(plan)) is planned
    assert findings_of(plan) == ([] if planned else ["!server certificate for lyon-1"])
