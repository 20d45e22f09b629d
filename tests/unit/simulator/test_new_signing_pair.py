# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new signing pair does to tokens, peers and the nodes of an HA Edge (node-files.md 6, Traps 30)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from simulator import certificates
from simulator.key_pool import POOL
from simulator.node.testing import put
from simulator.simulator import Simulator
from simulator.sites import Edge, ServedNode, Site
from simulator.switches import Switches
from unit.simulator.calling import TOKENS, Client, message

VERSION = "/artifactory/api/system/version"
VALIDATE = "/access/api/v1/system/federation/validate_server"
ROOT = "/access/api/v1/cert/root"
Pair = tuple[rsa.RSAPrivateKey, x509.Certificate]


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path, switches=Switches(trusted_import_delay=0.0)) as running:
        running.add_platform("acme")
        yield running


def new_pair() -> Pair:
    key = POOL.take()
    return key, certificates.self_signed("Lyon Token Issuer", key)


def load(node: ServedNode, pair: Pair) -> None:
    """Put a pair into the bootstrap folder and restart the node."""
    folder = node.layout.bootstrap_keys
    assert folder is not None
    put(folder / "private.key", certificates.key_to_pem(pair[0]), mode=0o600)
    put(folder / "root.crt", certificates.to_pem(pair[1]))
    node.restart(at_once=True)
    assert node.state == "running", node.reason


def trust(node: ServedNode, certificate: x509.Certificate) -> None:
    """Drop a root certificate into the folder of token issuers, and wait for its import."""
    put(node.layout.trusted / "former.crt", certificates.to_pem(certificate))
    while (node.layout.trusted / "former.crt").exists():
        node.tick()


def status(call: Client, edge: Edge, token: str, path: str = VERSION) -> int:
    return call(edge, "GET", path, token=token).status_code


def test_every_token_of_the_former_pair_ends(call: Client, lyon: Edge) -> None:
    made = call(
        lyon,
        "POST",
        TOKENS,
        json={"scope": "applied-permissions/admin", "include_reference_token": True, "refreshable": True},
    ).json()
    load(lyon.nodes[0], new_pair())
    refused = call(lyon, "GET", TOKENS, token=made["access_token"])
    assert (refused.status_code, message(refused)) == (401, "Invalid token, signature")
    assert message(call(lyon, "GET", VERSION, token=made["access_token"])) == "Token failed verification: signature"
    assert status(call, lyon, made["reference_token"]) == 401
    content = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"]}
    assert call(lyon, "POST", TOKENS, json=content).status_code == 400
    assert status(call, lyon, lyon.admin_token()) == 200


def test_tokens_live_on_when_the_former_certificate_is_trusted_before(call: Client, lyon: Edge) -> None:
    made = call(
        lyon, "POST", TOKENS, json={"scope": "applied-permissions/admin", "include_reference_token": True}
    ).json()
    trust(lyon.nodes[0], lyon.database.root_certificate)
    load(lyon.nodes[0], new_pair())
    assert status(call, lyon, made["access_token"]) == 200
    assert status(call, lyon, made["reference_token"]) == 200
    assert call(lyon, "DELETE", f"{TOKENS}/{made['token_id']}").status_code == 200
    assert status(call, lyon, made["access_token"]) == 401


def test_tokens_come_back_when_the_former_certificate_is_trusted_later(call: Client, lyon: Edge) -> None:
    token, former = lyon.admin_token(), lyon.database.root_certificate
    load(lyon.nodes[0], new_pair())
    assert status(call, lyon, token) == 401
    trust(lyon.nodes[0], former)
    assert status(call, lyon, token) == 200


def test_client_of_an_ha_edge_never_fails_when_the_former_certificate_is_trusted(
    simulator: Simulator, call: Client
) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)
    token = osaka.admin_token()
    trust(osaka.nodes[0], osaka.database.root_certificate)
    load(osaka.nodes[0], new_pair())
    seen = [status(call, osaka, token)]
    osaka.nodes[0].stop()
    seen.append(status(call, osaka, token))
    osaka.nodes[0].start(at_once=True)
    osaka.nodes[1].restart(at_once=True)
    seen.append(status(call, osaka, token))
    assert seen == [200, 200, 200]


def test_peers_refuse_the_new_pair_until_they_trust_it(simulator: Simulator, call: Client, lyon: Edge) -> None:
    platform = simulator.platform
    platform.support.import_certificate(certificates.to_pem(lyon.database.root_certificate))
    lyon.database.trust(platform.database.root_certificate)

    def accepted(one: Site, other: Site) -> bool:
        answer = call(one, "POST", VALIDATE, json={"url": other.url + "/access"})
        assert answer.status_code in (204, 412)
        return answer.status_code == 204

    assert (accepted(lyon, platform), accepted(platform, lyon)) == (True, True)
    load(lyon.nodes[0], new_pair())
    assert (accepted(lyon, platform), accepted(platform, lyon)) == (False, True)
    platform.support.import_certificate(certificates.to_pem(lyon.database.root_certificate))
    assert (accepted(lyon, platform), accepted(platform, lyon)) == (True, True)


def test_platform_loses_its_master_token(call: Client, lyon: Edge) -> None:
    call.register(lyon)
    former = lyon.database.root_certificate
    load(lyon.nodes[0], new_pair())
    assert call.jpd("lyon")["status"]["code"] == "UNAUTHORIZED"
    trust(lyon.nodes[0], former)
    assert call.jpd("lyon")["status"]["code"] == "ONLINE"


class TestNodesThatWereNotRestarted:
    """The two positions of the switch ``signing_pair_of_nodes``."""

    @pytest.fixture
    def osaka(self, simulator: Simulator) -> Edge:
        return simulator.add_edge("osaka", nodes=2)

    @staticmethod
    def call_node(simulator: Simulator, node: ServedNode, token: str, path: str = VERSION) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Authorization"] = f"Bearer {token}"
            return session.get(node.url + path, verify=str(simulator.ca_path), timeout=5)

    @pytest.mark.parametrize(
        ("position", "old", "new"),
        [
            pytest.param("of_the_database", 401, 200, id="database"),
            pytest.param("of_their_start", 200, 401, id="start"),
        ],
    )
    def test_accept_one_of_the_two_pairs(
        self, simulator: Simulator, osaka: Edge, position: str, old: int, new: int
    ) -> None:
        simulator.switches.signing_pair_of_nodes = position  # type: ignore[assignment]
        first, second = osaka.nodes
        before = osaka.admin_token()
        load(first, new_pair())
        after = osaka.admin_token()
        assert self.call_node(simulator, second, before).status_code == old
        assert self.call_node(simulator, second, after).status_code == new
        second.restart(at_once=True)
        assert self.call_node(simulator, second, before).status_code == 401
        assert self.call_node(simulator, second, after).status_code == 200

    def test_show_and_use_the_pair_of_their_start(self, simulator: Simulator, osaka: Edge) -> None:
        simulator.switches.signing_pair_of_nodes = "of_their_start"
        first, second = osaka.nodes
        former = osaka.database.root_certificate
        before = osaka.admin_token()
        pair = new_pair()
        load(first, pair)
        shown = self.call_node(simulator, second, before, ROOT).text
        assert shown == certificates.to_base64(former)
        assert self.call_node(simulator, first, osaka.admin_token(), ROOT).text == certificates.to_base64(pair[1])

    def test_do_no_harm_when_both_certificates_are_trusted_everywhere(self, simulator: Simulator, osaka: Edge) -> None:
        simulator.switches.signing_pair_of_nodes = "of_their_start"
        first = osaka.nodes[0]
        before, pair = osaka.admin_token(), new_pair()
        for certificate in (osaka.database.root_certificate, pair[1]):
            trust(first, certificate)
        load(first, pair)
        tokens = (before, osaka.admin_token())
        for node in osaka.nodes:
            assert [self.call_node(simulator, node, token).status_code for token in tokens] == [200, 200]
