# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether TLS may be switched now: who trusts whom, and who is well."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls.tls_switch import judge_tls_switch
from simulator.certificates import self_signed, server_certificate, sha256, to_pem
from unit.domain.node_shapes import node_shape

NOW = "2026-11-22T10:00:00.000Z"
CA_KEY, OTHER_KEY, ACCESS_KEY, NODE_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(4))
CA, OTHER_CA = self_signed("lyon CA", CA_KEY), self_signed("lyon CA", OTHER_KEY)  # one name, two keys
ACCESS_CA = self_signed("Access CA", ACCESS_KEY)


def issued(name: str, ca: x509.Certificate = CA, key: Any = CA_KEY) -> x509.Certificate:
    return server_certificate([name], NODE_KEY, issuer=ca, issuer_key=key)


def file(name: str, certificate: x509.Certificate) -> dict[str, Any]:
    der = certificate.public_bytes(serialization.Encoding.DER)
    return {"file": name, "sha256": sha256(certificate), "der": base64.b64encode(der).decode()}


def node(
    *,
    trusts: tuple[x509.Certificate, ...] = (),
    has: x509.Certificate | None = None,
    health: str | None = "HEALTHY",
    due: str | None = None,
    **changes: Any,
) -> Any:
    """A started node. ``has`` is its own server certificate, which a start has taken."""
    seen = {**node_shape(), **changes}
    seen["tls_ca_certificates"] = [file(f"{number}.crt", each) for number, each in enumerate(trusts)]
    seen["access_keys"] = {**seen["access_keys"], "ca": file("ca.crt", ACCESS_CA)}
    if health:
        error = None if health == "HEALTHY" else "connection refused"
        seen["health"] = {"url": "http://127.0.0.1:8082", "state": health, "error": error, "services": []}
    recorded = seen["ledger"]
    if has is not None:
        recorded = model.record_supplied(recorded, "server_certificate", sha256(has), moment(NOW))
        recorded = model.confirm_supplied(recorded, "server_certificate", moment(NOW))
    if due:
        recorded = model.due(recorded, due, moment(NOW))
    return {**seen, "ledger": recorded}


ONE, TWO = issued("10.0.0.1"), issued("10.0.0.2")
OWN = {"osaka-1": to_pem(ONE), "osaka-2": to_pem(TWO)}
READY = {"osaka-1": node(trusts=(CA,), has=ONE), "osaka-2": node(trusts=(CA,), has=TWO)}


def refused() -> Any:
    """A node whose router shows another certificate than the one that was supplied before its start."""
    seen = node(trusts=(CA,))
    seen["server_certificate"] = {**seen["server_certificate"], "served": file("tls", TWO)}
    ledger = model.record_supplied(seen["ledger"], "server_certificate", sha256(ONE), moment(NOW))
    return {**seen, "ledger": ledger}


@pytest.mark.parametrize(
    ("nodes", "own"),
    [
        pytest.param({"osaka-1": node(), "osaka-2": node()}, {}, id="accesss-own-ca"),
        pytest.param(READY, OWN, id="own-certificates-trusted-everywhere"),
        pytest.param(
            {
                "osaka-1": node(has=issued("10.0.0.1", ACCESS_CA, ACCESS_KEY)),
                "osaka-2": node(),
            },
            {},
            id="signed-by-access",
        ),
        pytest.param(
            {"osaka-1": node(health=None, service={**node_shape()["service"], "ever_started": False})},
            {},
            id="never-started",
        ),
    ],
)
def test_switch_is_allowed_and_says_where(nodes: Any, own: Any) -> None:
    switch = judge_tls_switch(nodes, own, on=True)
    assert switch.obstacles == ()
    assert (switch.allowed, switch.host, switch.restart) == (True, "osaka-1", tuple(nodes))


@pytest.mark.parametrize(
    ("nodes", "own", "host", "words", "settles"),
    [
        pytest.param(
            {**READY, "osaka-2": node(has=TWO)}, OWN, "osaka-2", "does not trust the server certificate", False, id="ca"
        ),
        pytest.param(
            {**READY, "osaka-2": node(trusts=(OTHER_CA,), has=TWO)},
            OWN,
            "osaka-2",
            "does not trust the server certificate",
            False,
            id="ca-of-the-same-name",
        ),
        pytest.param(
            {**READY, "osaka-2": node(trusts=(CA,), health="UNREACHABLE", has=TWO)},
            OWN,
            "osaka-2",
            "is not healthy (connection refused)",
            False,
            id="unhealthy",
        ),
        pytest.param(
            {**READY, "osaka-1": node(trusts=(CA,), has=ONE, health=None)},
            OWN,
            "osaka-1",
            "edge_node_url",
            False,
            id="health-not-read",
        ),
        pytest.param(
            {**READY, "osaka-1": node(trusts=(CA,), has=ONE, due="tls_ca_certificate")},
            OWN,
            "osaka-1",
            "tls ca certificate is not in use before its next start",
            True,
            id="restart-due",
        ),
        pytest.param(
            {**READY, "osaka-1": node(trusts=(CA,))}, OWN, "osaka-1", "is not in place", True, id="not-supplied"
        ),
        pytest.param(
            READY, {**OWN, "osaka-2": "rubbish"}, "osaka-2", "cannot be read", False, id="unreadable-certificate"
        ),
        pytest.param(
            {"osaka-1": node(layout={**node_shape()["layout"], "generation": "6"})}, {}, "osaka-1", "6.x", False, id="6"
        ),
        pytest.param(
            {"osaka-1": node(access_config={**node_shape()["access_config"], "pending": ["access.config.import.yml"]})},
            {},
            "osaka-1",
            "an access.config.import.yml waits",
            False,
            id="an-import-would-replace-the-setting",
        ),
        pytest.param(
            {**READY, "osaka-1": refused()},
            OWN,
            "osaka-1",
            "is not in place: it was supplied, and the router has started since",
            False,
            id="own-certificate-refused",
        ),
        pytest.param({}, {}, None, "no node", False, id="no-node"),
    ],
)
def test_switch_is_held_up_by_one_thing(nodes: Any, own: Any, host: Any, words: str, settles: bool) -> None:
    switch = judge_tls_switch(nodes, own, on=True)
    assert not switch.allowed
    assert {obstacle.host for obstacle in switch.obstacles} == {host}
    assert all(words in obstacle.reason for obstacle in switch.obstacles)
    assert switch.settles == settles


def test_node_that_is_down_and_waits_for_a_start_gets_that_before_the_switch() -> None:
    """As after a start that died: the run that finishes it starts the node, and switches in its second pass."""
    nodes = {**READY, "osaka-2": node(trusts=(CA,), health="UNREACHABLE", has=TWO, due="server_certificate")}
    switch = judge_tls_switch(nodes, OWN, on=True)
    assert (switch.allowed, switch.settles) == (False, True)
    assert "osaka-2: it is not healthy" in {f"{one.host}: {one.reason.partition(' (')[0]}" for one in switch.obstacles}


def test_switch_waits_for_a_ca_that_the_same_run_supplies() -> None:
    nodes = {**READY, "osaka-2": node(has=TWO)}
    switch = judge_tls_switch(nodes, OWN, on=True, supplied_trust={"lyon": to_pem(CA)})
    assert (switch.allowed, switch.settles) == (False, True)


def test_switch_waits_for_nodes_that_were_not_read() -> None:
    switch = judge_tls_switch(READY, OWN, on=True, unseen={"osaka-3": "unreachable"})
    assert [(obstacle.host, obstacle.settles) for obstacle in switch.obstacles] == [("osaka-3", False)]


def test_switch_names_who_needs_the_ca_of_access() -> None:
    notes = judge_tls_switch({"osaka-1": node(), "osaka-2": node(has=TWO)}, {"osaka-2": to_pem(TWO)}, on=True).notes
    assert "osaka-1 will show certificates of Access's own CA" in notes[1]
    assert "load balancers have to import it" in notes[1]


def test_switch_off_asks_for_no_trust_and_says_what_it_means() -> None:
    switch = judge_tls_switch({"osaka-1": node()}, OWN, on=False)
    assert switch.allowed
    assert "can be read" in switch.notes[0]


BALANCED = "http://osaka.example.net/"
AT_A_NODE = "http://10.0.0.1:8082/"


@pytest.mark.parametrize(
    ("url", "on", "allowed"),
    [
        pytest.param(AT_A_NODE, True, False, id="plain-http-at-a-node-s-port"),
        pytest.param(AT_A_NODE.replace("http:", "https:"), True, True, id="https-already"),
        pytest.param(AT_A_NODE.replace("10.0.0.1", "[::1]"), True, False, id="at-a-node-s-port-by-another-name"),
        pytest.param(BALANCED, True, True, id="plain-http-at-a-load-balancer"),
        pytest.param(AT_A_NODE, False, True, id="plain-http-stays-when-it-is-switched-off"),
        pytest.param(AT_A_NODE.replace("http:", "https:"), False, False, id="https-when-it-is-switched-off"),
    ],
)
def test_switch_that_would_cut_off_everybody_who_calls_the_edge_by_its_url_is_held_up(
    url: str, on: bool, allowed: bool
) -> None:
    switch = judge_tls_switch({"osaka-1": node()}, {}, on=on, url=url)

    assert switch.allowed == allowed
    assert [(one.host, one.settles) for one in switch.obstacles] == ([] if allowed else [(None, False)])
    assert all(url in one.reason for one in switch.obstacles)
