# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reading of a whole fleet against the simulator."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as session_module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.fleet import EdgeSource, PlatformSource, read_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from simulator.simulator import Simulator
from unit.client.client_certificates import Company

CERTIFICATES = "/artifactory/api/system/security/certificates"
LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "PAUSE_FACTOR", 0.01)


def opener(simulator: Simulator, url: str, token: str, **options: Any) -> Callable[[], JFrogSession]:
    verify = str(simulator.ca_path)
    return lambda: JFrogSession(url, token, verify=verify, read_only=True, **options)


def platform(simulator: Simulator, **changes: Any) -> PlatformSource:
    site = simulator.platform
    url = changes.get("url", site.url)
    return PlatformSource(url, opener(simulator, url, changes.get("token") or site.admin_token()))


def edge(simulator: Simulator, name: str, *, method: str = "auto", **changes: Any) -> EdgeSource:
    site = simulator.edge(name)
    url = changes.get("url", site.url)
    return EdgeSource(name, url, opener(simulator, url, changes.get("token") or site.admin_token()), method)


def read(simulator: Simulator, edges: Sequence[EdgeSource], **changes: Any) -> Any:
    return read_fleet(platform(simulator, **changes), edges, now=datetime.now(timezone.utc))


def test_fleet_in_good_order_is_read(simulator: Simulator) -> None:
    site = simulator.add_edge("lyon", version="7.104.2")

    fleet = read(simulator, [edge(simulator, "lyon")])

    root = fleet["platform"].pop("root_certificate")
    health = fleet["edges"]["lyon"].pop("health")
    jpds = fleet["platform"].pop("jpds")
    assert fleet["platform"] == {
        "url": simulator.platform.url + "/",
        "reachable": True,
        "error": None,
        "remote_certificates": [],
        "remote_certificates_error": None,
    }
    assert set(root) == {"subject", "issuer", "serial", "not_before", "not_after", "sha256"}
    assert [jpd["name"] for jpd in jpds] == ["HOME"]
    assert (health["state"], health["error"]) == ("HEALTHY", None)
    assert fleet["edges"]["lyon"] == {
        "url": site.url + "/",
        "reachable": True,
        "error": None,
        "version": "7.104.2",
        "license_type": "Edge Trial",
        "admin": True,
        "trusts_platform": None,
        "trusted_by_platform": None,
        "remote_certificates": [],
        "remote_certificates_error": None,
    }
    assert simulator.calls.writes == []
    json.dumps(fleet)


def test_requests_to_the_platform_do_not_grow_with_the_edges(simulator: Simulator) -> None:
    counts = []
    for wanted in (1, 4):
        while len(simulator.edges) < wanted:
            simulator.add_edge(f"edge{len(simulator.edges)}")
        simulator.calls.clear()
        read(simulator, [edge(simulator, site.name) for site in simulator.edges])
        counts.append([call.path for call in simulator.calls.find(site="acme")])

    assert counts == [["/mc/api/v1/jpds", CERTIFICATES, "/access/api/v1/cert/root"]] * 2


def test_root_certificate_is_not_read_when_nobody_needs_it(simulator: Simulator) -> None:
    simulator.add_edge("lyon")

    fleet = read(simulator, [edge(simulator, "lyon", method="pairing_token")])

    assert fleet["platform"]["root_certificate"] is None
    assert [call.path for call in simulator.calls.find(site="acme")] == ["/mc/api/v1/jpds", CERTIFICATES]


def test_edge_is_asked_four_times(simulator: Simulator) -> None:
    simulator.add_edge("lyon")

    read(simulator, [edge(simulator, "lyon", method="pairing_token")])

    assert [call.path for call in simulator.calls.find(site="lyon")] == [
        "/router/api/v1/system/health",
        "/artifactory/api/system/version",
        "/artifactory/api/system/license",
        CERTIFICATES,
    ]


def test_client_certificates_of_remote_repositories_are_read_without_their_keys(
    simulator: Simulator, tmp_path: Path
) -> None:
    certificate, key = Company(tmp_path).client("anna")
    for site in (simulator.add_edge("lyon"), simulator.platform):
        site.client_certificates["remote"] = key.read_text() + certificate.read_text()

    fleet = read(simulator, [edge(simulator, "lyon")])

    for seen in (fleet["platform"], fleet["edges"]["lyon"]):
        told = [(one["alias"], one["issued_to"], one["issued_by"]) for one in seen["remote_certificates"]]
        assert told == [("remote", "anna", "Example CA")]
    assert "PRIVATE" not in json.dumps(fleet)


@pytest.mark.parametrize("kind", ["401", "403", "404", "501", "503", "502_html", "hang_up"])
def test_server_that_does_not_list_its_client_certificates_is_read_all_the_same(
    simulator: Simulator, kind: str
) -> None:
    simulator.add_edge("lyon", version="7.104.2")
    for site in ("lyon", "acme"):
        simulator.faults.add(site=site, path=CERTIFICATES, kind=kind, times=None)

    fleet = read(simulator, [edge(simulator, "lyon")])

    for seen in (fleet["platform"], fleet["edges"]["lyon"]):
        assert (seen["reachable"], seen["error"], seen["remote_certificates"]) == (True, None, None)
        assert seen["remote_certificates_error"].startswith("Cannot list the client certificates of remote reposito")
    assert (fleet["edges"]["lyon"]["admin"], fleet["edges"]["lyon"]["license_type"]) == (True, "Edge Trial")


@pytest.mark.parametrize(
    ("version", "method", "asked"),
    [
        pytest.param("7.25.7", "auto", True, id="older-by-itself"),
        pytest.param("7.104.2", "auto", False, id="newer-by-itself"),
        pytest.param("7.104.2", "circle_of_trust", True, id="newer-on-request"),
        pytest.param("7.25.7", "join_key", False, id="older-with-join-key"),
    ],
)
def test_circle_of_trust_is_tested_where_it_is_the_method(
    simulator: Simulator, version: str, method: str, asked: bool
) -> None:
    site = simulator.add_edge("quito", version=version)
    site.database.trust(simulator.platform.database.root_certificate)

    seen = read(simulator, [edge(simulator, "quito", method=method)])["edges"]["quito"]

    directions = (seen["trusts_platform"], seen["trusted_by_platform"])
    assert directions == ((True, False) if asked else (None, None))
    assert seen["error"] is None


def test_both_directions_of_a_circle_of_trust_are_told_apart(simulator: Simulator) -> None:
    site = simulator.add_edge("quito", version="7.25.7")
    simulator.platform.database.trust(site.database.root_certificate)

    seen = read(simulator, [edge(simulator, "quito")])["edges"]["quito"]

    assert (seen["trusts_platform"], seen["trusted_by_platform"]) == (False, True)


def test_edge_that_is_gone_stops_no_other_and_costs_one_attempt(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    simulator.add_edge("osaka")
    simulator.faults.add(site="osaka", kind="hang_up", times=None)

    fleet = read(simulator, [edge(simulator, "osaka"), edge(simulator, "lyon")])

    gone, fine = fleet["edges"]["osaka"], fleet["edges"]["lyon"]
    assert (gone["reachable"], gone["version"], gone["admin"]) == (False, None, None)
    assert gone["error"].startswith("Cannot read the health at the platform") is True
    assert gone["health"]["state"] == "UNREACHABLE"
    assert (fine["reachable"], fine["error"]) == (True, None)
    assert list(fleet["edges"]) == ["osaka", "lyon"]
    assert len(simulator.calls.find(site="osaka")) == 1


def test_edge_that_is_lost_after_its_health_is_not_reachable(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", path="/artifactory", kind="hang_up", times=None)

    seen = read(simulator, [edge(simulator, "lyon")])["edges"]["lyon"]

    assert (seen["reachable"], seen["health"]["state"]) == (False, "HEALTHY")
    assert "before an answer came" in seen["error"]


@pytest.mark.parametrize(
    ("scope", "expires_in", "status"),
    [
        pytest.param("applied-permissions/user", 3600, "403", id="no-admin"),
        pytest.param("applied-permissions/admin", -10, "401", id="expired"),
    ],
)
def test_refused_edge_token_is_told_apart(simulator: Simulator, scope: str, expires_in: int, status: str) -> None:
    site = simulator.add_edge("lyon")
    token = site.admin_token(username="reader", scope=scope, expires_in=expires_in)

    seen = read(simulator, [edge(simulator, "lyon", token=token)])["edges"]["lyon"]

    assert (seen["reachable"], seen["admin"], seen["license_type"]) == (True, False, None)
    assert f"it answered {status}" in seen["error"]


def test_unhealthy_edge_is_reachable(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", path="/artifactory", kind="503", times=None)

    seen = read(simulator, [edge(simulator, "lyon")])["edges"]["lyon"]

    assert (seen["reachable"], seen["admin"], seen["version"]) == (True, None, None)
    assert "it answered 503" in seen["error"]


@pytest.mark.parametrize(
    ("prepare", "reachable", "says"),
    [
        pytest.param(lambda sim: {"url": "https://127.0.0.1:1"}, False, "connection refused", id="not-there"),
        pytest.param(
            lambda sim: {"token": sim.platform.admin_token(scope="applied-permissions/user")},
            False,
            "it answered 403",
            id="no-admin",
        ),
        pytest.param(
            lambda sim: sim.faults.add(site="acme", path="/access", kind="502_html", times=None) or {},
            True,
            "Cannot read the root certificate",
            id="no-root-certificate",
        ),
        pytest.param(
            lambda sim: sim.clock.advance(0) or sim.faults.add(site="acme", kind="hang_up", times=None) or {},
            False,
            "before an answer came",
            id="hangs-up",
        ),
    ],
)
def test_platform_failure_is_data(
    simulator: Simulator, prepare: Callable[[Simulator], dict[str, Any]], reachable: bool, says: str
) -> None:
    simulator.add_edge("lyon")

    fleet = read(simulator, [edge(simulator, "lyon")], **prepare(simulator))

    seen = fleet["platform"]
    assert (seen["reachable"], seen["root_certificate"], bool(seen["jpds"])) == (reachable, None, reachable)
    assert says in seen["error"]
    assert fleet["edges"]["lyon"]["reachable"] is True


def test_session_that_cannot_be_opened_is_data_of_its_edge(simulator: Simulator) -> None:
    def fail() -> JFrogSession:
        raise EdgeError("Cannot verify the certificate of the Edge: the file /ca.pem cannot be read. Name one.")

    seen = read(simulator, [EdgeSource("lyon", "https://192.0.2.1", fail)])["edges"]["lyon"]

    assert (seen["reachable"], seen["error"][:13]) == (False, "Cannot verify")


def test_edges_are_read_side_by_side_within_the_limit() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def wait() -> JFrogSession:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        raise EdgeError("enough")

    def no_platform() -> JFrogSession:
        return JFrogSession("http://127.0.0.1:1", "token", timeout=1)

    edges = [EdgeSource(str(number), "https://192.0.2.1", wait) for number in range(12)]
    moment = datetime.now(timezone.utc)
    fleet = read_fleet(PlatformSource("http://127.0.0.1:1", no_platform), edges, now=moment, max_parallel=4)

    assert 2 <= most[0] <= 4
    assert len(fleet["edges"]) == 12
