# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers with ports of their own, on the wire (node-files.md 4, 8, Traps 31)."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Optional
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509

from simulator import certificates
from simulator.node.testing import authority, put, supply_server_pair, switch_tls
from simulator.service import edge_options
from simulator.simulator import Simulator
from simulator.sites import Edge, ServedNode
from unit.free_ports import free_ports
from unit.simulator.calling import Client, message

HEALTH = "/router/api/v1/system/health"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path) as running:
        running.add_platform("acme")
        yield running


@pytest.fixture
def osaka(simulator: Simulator) -> Edge:
    return simulator.add_edge("osaka", nodes=2, routers=True)


def get(url: str, ca: Optional[Path] = None, path: str = HEALTH) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url + path, verify=str(ca) if ca else True, timeout=5)


def access_ca(node: ServedNode) -> Path:
    return node.layout.access_keys / "ca.crt"


def shown_certificate(node: ServedNode) -> x509.Certificate:
    parts = urlsplit(node.url)
    pem = ssl.get_server_certificate((str(parts.hostname), int(parts.port or 0)))
    return x509.load_pem_x509_certificate(pem.encode())


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def refuses(url: str) -> bool:
    try:
        get(url)
    except requests.exceptions.ConnectionError as error:
        return "Connection refused" in str(error)
    return False


def test_ports_stay_as_they_are_without_routers(simulator: Simulator) -> None:
    lyon, tokyo = simulator.add_edge("lyon"), simulator.add_edge("tokyo", nodes=2)
    assert lyon.nodes[0].url == lyon.url
    assert [node.url.partition(":")[0] for node in tokyo.nodes] == ["https", "https"]
    assert [get(node.url, simulator.ca_path).status_code for node in tokyo.nodes] == [200, 200]


@pytest.mark.parametrize("nodes", [1, 2])
def test_routers_speak_http_behind_a_load_balancer_with_https(simulator: Simulator, nodes: int) -> None:
    edge = simulator.add_edge("lyon", nodes=nodes, routers=True)
    assert edge.url.startswith("https://")
    assert get(edge.url, simulator.ca_path).status_code == 200
    for node in edge.nodes:
        assert node.url.startswith("http://")
        assert get(node.url).status_code == 200
    assert len({urlsplit(url).port for url in (edge.url, *(node.url for node in edge.nodes))}) == nodes + 1


def test_ports_are_consecutive(tmp_path: Path) -> None:
    base = free_ports(4)
    with Simulator(tmp_path, port_base=base) as simulator:
        simulator.add_platform("acme")
        osaka = simulator.add_edge("osaka", nodes=2, routers=True)
        assert [urlsplit(url).port for url in (osaka.url, *(node.url for node in osaka.nodes))] == [
            base + 1,
            base + 2,
            base + 3,
        ]


def test_6x_cannot_have_routers(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="has no router"):
        simulator.add_edge("quito", generation="6", routers=True)


def test_option_of_the_command_line() -> None:
    assert edge_options("osaka:nodes=2,routers=yes") == ("osaka", {"nodes": 2, "routers": True})


def test_port_refuses_while_the_node_is_down_and_the_load_balancer_answers(simulator: Simulator, osaka: Edge) -> None:
    url = osaka.nodes[0].url
    osaka.nodes[0].stop()
    assert refuses(url)
    assert get(osaka.url, simulator.ca_path).status_code == 200
    osaka.nodes[1].stop()
    answer = get(osaka.url, simulator.ca_path)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (502, "text/html")
    osaka.nodes[0].start(at_once=True)
    assert get(url).status_code == 200


def test_registration_works_through_the_load_balancer(simulator: Simulator, osaka: Edge) -> None:
    call = Client(simulator)
    assert call.register(osaka).status_code == 201
    assert call.jpd("osaka")["status"]["code"] == "ONLINE"


def test_tls_turns_http_off_at_each_node_after_its_own_restart(simulator: Simulator, osaka: Edge) -> None:
    first, second = osaka.nodes
    before = first.url
    switch_tls(first, True)
    assert get(before).status_code == 200
    first.restart(at_once=True)
    assert first.url == before.replace("http:", "https:")
    assert get(first.url, access_ca(first)).status_code == 200
    assert get(before).status_code == 400
    assert get(second.url).status_code == 200
    assert get(osaka.url, simulator.ca_path).status_code == 200
    second.restart(at_once=True)
    assert get(second.url, access_ca(second)).status_code == 200


def test_certificate_of_access_is_not_the_simulators(simulator: Simulator, osaka: Edge) -> None:
    node = osaka.nodes[0]
    switch_tls(node, True)
    node.restart(at_once=True)
    with pytest.raises(requests.exceptions.SSLError):
        get(node.url, simulator.ca_path)
    shown_certificate(node).verify_directly_issued_by(osaka.database.ca_certificate)


def test_tls_to_a_port_that_speaks_http_fails(simulator: Simulator, osaka: Edge) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        get(osaka.nodes[0].url.replace("http:", "https:"), access_ca(osaka.nodes[0]))


@pytest.mark.parametrize(
    ("position", "status", "text"),
    [
        pytest.param("bad_request", 400, "Client sent an HTTP request to an HTTPS server.", id="bad-request"),
        pytest.param("not_found", 404, "404 page not found", id="not-found"),
    ],
)
def test_plain_http_to_a_tls_port_is_refused_in_words(
    simulator: Simulator, osaka: Edge, position: str, status: int, text: str
) -> None:
    node = osaka.nodes[0]
    url = node.url
    switch_tls(node, True)
    node.restart(at_once=True)
    simulator.switches.plain_http_to_tls_port = position  # type: ignore[assignment]
    answer = get(url)
    assert (answer.status_code, answer.text.strip()) == (status, text)


def test_plain_http_to_a_tls_port_is_cut_off(simulator: Simulator, osaka: Edge) -> None:
    node = osaka.nodes[0]
    url = node.url
    switch_tls(node, True)
    node.restart(at_once=True)
    simulator.switches.plain_http_to_tls_port = "hang_up"
    with pytest.raises(requests.exceptions.ConnectionError):
        get(url)


def test_tls_off_again_brings_http_back(osaka: Edge) -> None:
    node = osaka.nodes[0]
    url = node.url
    for on in (True, False):
        switch_tls(node, on)
        node.restart(at_once=True)
    assert node.url == url
    assert get(url).status_code == 200


def test_calls_over_a_router_port_reach_the_node(simulator: Simulator, osaka: Edge) -> None:
    node = osaka.nodes[1]
    switch_tls(node, True)
    node.restart(at_once=True)
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {osaka.admin_token()}"
        answer = session.get(node.url + "/access/api/v1/cert/ca", verify=str(access_ca(node)), timeout=5)
    assert answer.status_code == 200
    assert simulator.calls[-1].node == "osaka-2"


def test_own_certificate_is_shown_on_the_port(osaka: Edge) -> None:
    node, ca = osaka.nodes[0], authority()
    pem, key = ca.server_pair()
    supply_server_pair(node, pem, key)
    put(node.layout.tls_trusted / "acme.crt", ca.pem)
    switch_tls(node, True)
    node.restart(at_once=True)
    assert shown_certificate(node) == x509.load_pem_x509_certificate(pem.encode())
    path = put(node.home / "acme.pem", ca.pem)
    assert get(node.url, path).status_code == 200


def test_port_answers_many_callers_at_once_and_survives_those_who_say_nothing(osaka: Edge) -> None:
    node = osaka.nodes[0]
    switch_tls(node, True)
    node.restart(at_once=True)
    address = (urlsplit(node.url).hostname, urlsplit(node.url).port)
    silent = [socket.create_connection(address) for _ in range(20)]  # type: ignore[arg-type]
    assert [get(node.url, access_ca(node)).status_code for _ in range(5)] == [200] * 5
    for connection in silent:
        connection.close()
    assert get(node.url, access_ca(node)).status_code == 200
    node.stop()
    assert refuses(node.url)


def test_faults_refuse_a_routers_port(simulator: Simulator, osaka: Edge) -> None:
    simulator.faults.add(site="osaka-1", kind="refuse")
    assert refuses(osaka.nodes[0].url)
    simulator.faults.clear()
    assert eventually(lambda: not refuses(osaka.nodes[0].url))


@pytest.mark.parametrize(
    ("speaks", "before", "after"),
    [
        pytest.param("any", 200, 200, id="any"),
        pytest.param("http", 200, 502, id="http"),
        pytest.param("https", 502, 200, id="https"),
    ],
)
def test_load_balancer_may_have_to_be_told_that_tls_is_on(
    simulator: Simulator, osaka: Edge, speaks: str, before: int, after: int
) -> None:
    osaka.load_balancer = speaks
    seen = [get(osaka.url, simulator.ca_path).status_code]
    switch_tls(osaka.nodes[0], True)
    for node in osaka.nodes:
        node.restart(at_once=True)
    seen.append(get(osaka.url, simulator.ca_path).status_code)
    assert seen == [before, after]


# The authority


def test_new_authority_is_shown_by_each_router_after_its_own_restart(simulator: Simulator, osaka: Edge) -> None:
    first, second = osaka.nodes
    for node in osaka.nodes:
        switch_tls(node, True)
        node.restart(at_once=True)
    former = osaka.database.ca_certificate
    assert first.layout.bootstrap_keys is not None
    marker = put(first.layout.bootstrap_keys / "reset_ca_keys", "")
    first.restart(at_once=True)
    marker.unlink()
    new = osaka.database.ca_certificate
    assert new != former
    shown_certificate(first).verify_directly_issued_by(new)
    shown_certificate(second).verify_directly_issued_by(former)
    assert Client(simulator)(osaka, "GET", "/access/api/v1/cert/ca").text == certificates.to_base64(new)
    assert get(osaka.url, simulator.ca_path).status_code == 200
    second.restart(at_once=True)
    shown_certificate(second).verify_directly_issued_by(new)
    assert access_ca(second).read_text() == certificates.to_pem(new)


def test_own_authority_signs_the_routers_certificates(osaka: Edge) -> None:
    node, ca = osaka.nodes[0], authority()
    assert node.layout.bootstrap_keys is not None
    put(node.layout.bootstrap_keys / "ca.crt", ca.pem)
    put(node.layout.bootstrap_keys / "ca.private.key", certificates.key_to_pem(ca.key), mode=0o600)
    switch_tls(node, True)
    node.restart(at_once=True)
    shown_certificate(node).verify_directly_issued_by(ca.certificate)
    assert get(node.url, access_ca(node)).status_code == 200


def test_servers_verify_others_with_their_tls_trust_folder(simulator: Simulator, osaka: Edge) -> None:
    lyon, call = simulator.add_edge("lyon"), Client(simulator)
    osaka.database.trust(lyon.database.root_certificate)
    switch_tls(osaka.nodes[0], True)
    osaka.nodes[0].restart(at_once=True)

    def validate() -> requests.Response:
        path = "/access/api/v1/system/federation/validate_server"
        return call(lyon, "POST", path, json={"url": osaka.nodes[0].url + "/access"})

    assert "the TLS certificate is not trusted" in message(validate())
    put(lyon.nodes[0].layout.tls_trusted / "osaka.crt", certificates.to_pem(osaka.database.ca_certificate))
    assert validate().status_code == 412
    lyon.nodes[0].restart(at_once=True)
    assert validate().status_code == 204
