# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each endpoint method against the simulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.artifactory import Artifactory
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.health import read_health
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.router import Router
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from simulator.simulator import Simulator
from unit.client.stub_server import Stub, serve

LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}


def session(simulator: Simulator, site: Any, **options: Any) -> JFrogSession:
    return JFrogSession(site.url, site.admin_token(), verify=str(simulator.ca_path), **options)


def test_jpds_are_created_listed_read_updated_and_deleted(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    control = MissionControl(session(simulator, simulator.platform))
    body = {"name": "lyon", "url": edge.url + "/", "location": LYON, "tags": ["a"]}

    token = Access(session(simulator, edge)).create_pairing_token()
    created = control.create_jpd({**body, "token": token})
    control.update_jpd(created["id"], {**body, "tags": ["b"]})

    assert control.get_jpd(created["id"])["tags"] == ["b"]
    assert [jpd["name"] for jpd in control.list_jpds()] == ["HOME", "lyon"]
    assert control.delete_jpd(created["id"]) is True
    assert control.delete_jpd(created["id"]) is False
    assert control.ping() == "OK"


def test_pairing_token_that_the_answer_echoes_is_hidden(simulator: Simulator) -> None:
    control = MissionControl(session(simulator, simulator.platform))
    body = {"name": "lyon", "url": "no url", "location": LYON, "tags": [], "token": "no url"}

    with pytest.raises(ApiError) as caught:
        control.create_jpd(body)

    assert "Validation constraint violation" in caught.value.msg
    assert "'********'" in caught.value.msg


@pytest.mark.parametrize(("formatted", "starts"), [(True, "-----BEGIN CERTIFICATE-----"), (False, "MII")])
def test_root_certificate_comes_in_both_forms(simulator: Simulator, formatted: bool, starts: str) -> None:
    text = Access(session(simulator, simulator.platform)).root_certificate(formatted=formatted)

    assert text.startswith(starts)


def test_validate_server_tells_trust_from_its_absence(simulator: Simulator) -> None:
    edge = simulator.add_edge("quito", version="7.25.7")
    access = Access(session(simulator, simulator.platform, read_only=True))

    before = access.validate_server(edge.url + "/access")
    edge.database.trust(simulator.platform.database.root_certificate)

    assert (before, access.validate_server(edge.url + "/access")) == (False, True)


def test_access_knows_its_tokens(simulator: Simulator) -> None:
    access = Access(session(simulator, simulator.platform))

    assert access.own_token()["subject"].endswith("/users/admin")
    assert isinstance(access.list_tokens(), list)
    assert access.ping() == "OK"


def test_artifactory_tells_version_licence_and_id(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon", version="7.104.2")
    artifactory = Artifactory(session(simulator, edge))

    assert artifactory.version()["version"] == "7.104.2"
    assert artifactory.license()["type"].startswith("Edge")
    assert artifactory.service_id() == edge.database.service("jfrt")
    assert artifactory.ping() == "OK"


def test_health_of_a_running_edge_is_read(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")

    with session(simulator, edge) as opened:
        health = read_health(opened)

    assert (health["url"], health["state"], health["error"]) == (edge.url + "/", "HEALTHY", None)
    assert {service["state"] for service in health["services"]} == {"HEALTHY"}


def test_health_of_a_stopped_edge_is_an_answer(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    edge.nodes[0].stop()

    with session(simulator, edge) as opened:
        health = read_health(opened)

    assert (health["state"], health["services"]) == ("UNREACHABLE", [])
    assert health["error"]


def test_health_page_with_503_is_an_answer_that_is_not_asked_for_again(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = simulator.add_edge("lyon")
    page = {"router": {"node_id": "lyon-1", "state": "HEALTHY", "message": "OK"}, "services": []}
    service = {"service_id": "jfac@1", "node_id": "lyon-1", "state": "UNHEALTHY", "message": "starting"}
    monkeypatch.setattr(type(edge), "health", lambda *_: (503, {**page, "services": [service]}))

    with session(simulator, edge) as opened:
        page_read, health = Router(opened).health(), read_health(opened)

    assert page_read["services"] == [service]
    assert (health["state"], health["error"]) == ("UNHEALTHY", 'jfac@1 is UNHEALTHY ("starting")')
    assert len(simulator.calls.find(site="lyon", path="/router")) == 2


def test_503_of_a_load_balancer_is_no_health_page(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", path="/router", kind="502_html")

    with session(simulator, edge) as opened:
        health = read_health(opened)

    assert (health["state"], health["error"]) == ("UNREACHABLE", "HTTP status 502 without a health page")


@pytest.mark.parametrize("jpd_id", ["", "..", "JPD-1/../JPD-2", "JPD-2?x=1"])
def test_id_that_leads_elsewhere_is_not_used(simulator: Simulator, jpd_id: str) -> None:
    control = MissionControl(session(simulator, simulator.platform))

    for call in (control.delete_jpd, control.get_jpd, lambda given: control.update_jpd(given, {})):
        with pytest.raises(ApiError, match="Cannot work on the JPD with the id"):
            call(jpd_id)

    assert simulator.calls.find(path="/mc") == []


@pytest.mark.parametrize("value", [b"null", b'""', b"{}"])
def test_answer_without_a_pairing_token_is_an_error(value: bytes) -> None:
    with serve(Stub(body=b'{"pairing_token": ' + value + b"}")) as stub, pytest.raises(ApiError, match="unknown shape"):
        Access(JFrogSession(stub.url, "token")).create_pairing_token()


@pytest.mark.parametrize("read", [Access.root_certificate, Access.ca_certificate], ids=["root", "ca"])
def test_certificate_of_a_server_with_windows_line_ends_and_a_byte_order_mark_is_taken(
    read: Callable[[Access], str],
) -> None:
    with serve(Stub(body="\ufeff-----BEGIN\r\nAAAA\r\n".encode())) as stub:
        assert read(Access(JFrogSession(stub.url, "token"))) == "-----BEGIN\nAAAA\n"
