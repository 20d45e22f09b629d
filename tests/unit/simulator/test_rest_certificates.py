# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates and the test of a circle of trust: control-plane-api.md 4."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography import x509

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client, World, message

ROOT = "/access/api/v1/cert/root"
CA = "/access/api/v1/cert/ca"
VALIDATE = "/access/api/v1/system/federation/validate_server"
FAILED = "Circle of trust validation failed (response from target server: {})"


def test_root_is_bare_base64_unless_it_is_asked_to_be_formatted(world: World) -> None:
    lyon, path = world.edge("lyon"), ROOT
    bare, pem = world.call(lyon, "GET", path), world.call(lyon, "GET", path, params={"formatted": "true"})
    expected = lyon.database.root_certificate
    assert x509.load_der_x509_certificate(base64.b64decode(bare.text, validate=True)) == expected
    assert pem.text.startswith("-----BEGIN CERTIFICATE-----\n")
    assert x509.load_pem_x509_certificate(pem.content) == expected
    assert {response.headers["content-type"].partition(";")[0] for response in (bare, pem)} == {"text/plain"}
    assert world.call(lyon, "GET", path, params={"formatted": "false"}).text == bare.text


def test_bare_root_may_be_wrapped(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.cert_root_wrapped = True
    lines = call(lyon, "GET", ROOT).text.splitlines()
    assert {len(line) for line in lines[:-1]} == {76}
    assert x509.load_der_x509_certificate(base64.b64decode("".join(lines))) == lyon.database.root_certificate


def test_ca_is_bare_base64_and_has_no_other_form(world: World) -> None:
    lyon = world.edge("lyon")
    bare = world.call(lyon, "GET", CA)
    assert x509.load_der_x509_certificate(base64.b64decode(bare.text, validate=True)) == lyon.database.ca_certificate
    assert world.call(lyon, "GET", CA, params={"formatted": "true"}).status_code == 400


def test_root_and_ca_are_two_certificates_and_every_site_has_its_own(world: World) -> None:
    texts = [world.call(site, "GET", path).text for site in world.simulator.sites for path in (ROOT, CA)]
    assert len(set(texts)) == len(texts)
    keys = {site.database.root_certificate.public_key().public_numbers().n for site in world.simulator.sites}  # type: ignore[union-attr]
    assert len(keys) == len(world.simulator.sites)


def test_odd_value_of_formatted_is_refused(world: World) -> None:
    assert world.call(world.edge("lyon"), "GET", ROOT, params={"formatted": "1"}).status_code == 400


def test_version_that_does_not_know_formatted_ignores_it(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.cert_root_formatted_since = "7.110.0"
    assert not call(lyon, "GET", ROOT, params={"formatted": "true"}).text.startswith("-----")


@pytest.mark.parametrize(
    ("for_everyone", "status"), [pytest.param(False, 401, id="admins-only"), pytest.param(True, 200, id="everyone")]
)
def test_who_may_read_the_root_certificate_is_a_switch(
    simulator: Simulator, call: Client, lyon: Edge, for_everyone: bool, status: int
) -> None:
    simulator.switches.cert_root_for_everyone = for_everyone
    assert call(lyon, "GET", ROOT, token="").status_code == status
    reader = lyon.admin_token(username="reader", scope="applied-permissions/user")
    assert call(lyon, "GET", ROOT, token=reader).status_code == (200 if for_everyone else 403)
    assert call(lyon, "GET", CA, token="").status_code == 401


def test_target_that_trusts_the_caller_validates(simulator: Simulator, call: Client, lyon: Edge) -> None:
    platform = simulator.platform
    content = {"url": lyon.url + "/access"}
    before = call(platform, "POST", VALIDATE, json=content)
    assert (before.status_code, message(before)) == (412, FAILED.format(401))
    lyon.database.trust(platform.database.root_certificate)
    after = call(platform, "POST", VALIDATE, json=content)
    assert (after.status_code, after.content) == (204, b"")
    other_direction = call(lyon, "POST", VALIDATE, json={"url": platform.url + "/access"})
    assert (other_direction.status_code, message(other_direction)) == (412, FAILED.format(401))


def test_validation_is_no_write_and_really_asks_the_target(simulator: Simulator, call: Client, lyon: Edge) -> None:
    call(simulator.platform, "POST", VALIDATE, json={"url": lyon.url + "/access"})
    assert simulator.calls.writes == []
    assert [(seen.method, seen.who, seen.status) for seen in simulator.calls.find(site="lyon")] == [
        ("GET", "acme (server)", 401)
    ]


def test_validation_fails_with_the_status_of_a_target_in_trouble(
    simulator: Simulator, call: Client, lyon: Edge
) -> None:
    lyon.database.trust(simulator.platform.database.root_certificate)
    simulator.faults.add(site="lyon", kind="503")
    response = call(simulator.platform, "POST", VALIDATE, json={"url": lyon.url + "/access"})
    assert (response.status_code, message(response)) == (412, FAILED.format(503))


def test_validation_sees_a_clock_that_is_wrong(simulator: Simulator, call: Client, lyon: Edge) -> None:
    lyon.database.trust(simulator.platform.database.root_certificate)
    simulator.clock.skew["lyon"] = 600
    assert call(simulator.platform, "POST", VALIDATE, json={"url": lyon.url + "/access"}).status_code == 412


@pytest.mark.parametrize("status", [412, 400])
def test_target_that_cannot_be_reached_is_answered_by_switch(
    simulator: Simulator, call: Client, lyon: Edge, status: int
) -> None:
    simulator.switches.validate_server_unreachable_status = status
    lyon.nodes[0].stop()
    simulator.refresh()
    response = call(simulator.platform, "POST", VALIDATE, json={"url": lyon.url + "/access"})
    assert (response.status_code, message(response)) == (status, FAILED.format("Connection refused"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"url": "lyon"}, id="no-url"),
        pytest.param({"url": "https://lyon.example.net"}, id="without-access"),
        pytest.param({"url": "https://lyon.example.net/artifactory"}, id="another-service"),
    ],
)
def test_bad_target_is_refused(world: World, body: dict[str, Any]) -> None:
    response = world.call(world.site("acme"), "POST", VALIDATE, json=body)
    assert (response.status_code, message(response)) == (400, "The target server URL is invalid")


def test_support_makes_the_platform_trust_an_edge(simulator: Simulator, call: Client, lyon: Edge) -> None:
    pem = call(lyon, "GET", ROOT, params={"formatted": "true"}).text
    fingerprint = simulator.platform.support.import_certificate(pem)
    assert set(simulator.platform.database.trusted) == {fingerprint}
    assert call(lyon, "POST", VALIDATE, json={"url": simulator.platform.url + "/access"}).status_code == 204


@pytest.mark.parametrize("which", ["one", "all"])
def test_forgotten_certificate_ends_the_trust(simulator: Simulator, call: Client, lyon: Edge, which: str) -> None:
    fingerprint = lyon.database.trust(simulator.platform.database.root_certificate)
    lyon.forget_trusted(fingerprint if which == "one" else None)
    assert call(simulator.platform, "POST", VALIDATE, json={"url": lyon.url + "/access"}).status_code == 412
