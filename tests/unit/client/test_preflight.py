# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the preflight reads, and what the checks make of it, against the simulator."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as session_module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import EDGE, PLATFORM, Peer
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.preflight import NOTHING, Source, read_preflight
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.preflight.belongings import Needed
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.preflight.checks import check_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.preflight.shapes import Intended
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.proxy import UNSET, Proxy
from simulator import pgp, tokens
from simulator.license_buckets import opened
from simulator.signing_keys import KeyPair
from simulator.simulator import Simulator
from simulator.sites import Edge, Site
from unit.client.client_certificates import LONG_AGO, Company
from unit.client.connect_proxy import ConnectProxy, proxying
from unit.client.stub_server import Stub, serve
from unit.free_ports import free_ports

LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}
VERIFY = "/artifactory/api/system/verifyconnection"


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "PAUSE_FACTOR", 0.01)


@pytest.fixture
def lyon(simulator: Simulator) -> Edge:
    return simulator.add_edge("lyon")


@pytest.fixture
def self_hosted(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "self-hosted") as running:
        running.add_platform("acme", saas=False)
        running.add_edge("lyon")
        yield running


def source(
    simulator: Simulator,
    site: Site,
    *,
    url: str | None = None,
    token: str | None = None,
    ca_path: Path | bool | None = None,
    proxy: Proxy = UNSET,
) -> Source:
    peer: Peer = PLATFORM if site is simulator.platform else EDGE
    where, used = url or site.url, token or site.admin_token()
    verify = ca_path if isinstance(ca_path, bool) else str(ca_path or simulator.ca_path)

    def open_session() -> JFrogSession:
        return JFrogSession(where, used, peer=peer, verify=verify, read_only=True, proxy=proxy, timeout=10)

    return Source(site.name, where, open_session, used, proxy, verify is not False)


def read(simulator: Simulator, *edges: Source, platform: Source | None = None, needed: Needed = NOTHING) -> Any:
    center = platform or source(simulator, simulator.platform)
    return read_preflight(center, edges, now=lambda: datetime.now(timezone.utc), needed=needed)


def checks(simulator: Simulator, *edges: Source, platform: Source | None = None, **intended: Any) -> Any:
    """State, cause and remedy of each check: of the platform under "", of Edges under their names."""
    seen = read(simulator, *edges, platform=platform)
    json.dumps(seen)
    wanted = {edge.name: replace(Intended(edge.name, edge.url), **intended) for edge in edges}
    found = check_fleet(seen, wanted, now=datetime.now(timezone.utc))
    sites = {"": found["platform"], **found["edges"]}
    return {
        name: {one["id"]: (one["state"], one["cause"], one["remedy"]) for one in site["checks"]}
        for name, site in sites.items()
    }


def states(found: Any) -> dict[str, str]:
    return {identifier: state for identifier, (state, _cause, _remedy) in found.items()}


def test_fleet_in_good_order_passes_and_says_what_cannot_be_known(simulator: Simulator, lyon: Edge) -> None:
    found = checks(simulator, source(simulator, lyon))

    assert set(states(found[""]).values()) == {"passed"}
    assert {name: state for name, state in states(found["lyon"]).items() if state != "passed"} == {
        "base_url": "unknown",
        "platform_to_edge": "unknown",
    }
    assert simulator.calls.writes == []


def test_what_the_inventory_names_is_looked_for_once_whatever_the_number_of_edges(simulator: Simulator) -> None:
    public, private = pgp.sample("canary")
    simulator.platform.key_pairs["release-key"] = KeyPair("release-key", "release-key", "GPG", public, private)
    file = simulator.platform.make_license_bucket(1)
    simulator.platform.buckets["edges"] = opened(file.content, file.key, name="edges", url=file.url)
    edges = [source(simulator, simulator.add_edge(name)) for name in ("lyon", "osaka")]
    needed = Needed(signing_keys=True, license_buckets=True, repository="canary-local")

    seen = read(simulator, *edges, needed=needed)

    wanted = {
        "lyon": Intended("lyon", edges[0].url, signing_key="release-key", license_bucket="edges"),
        "osaka": Intended("osaka", edges[1].url, signing_key="other", license_bucket="other", canary=True),
    }
    found = check_fleet(seen, wanted, now=datetime.now(timezone.utc))["edges"]
    asked = ("signing_key", "license_bucket", "canary_repository")
    assert {
        name: {one["id"]: one["state"] for one in edge["checks"] if one["id"] in asked} for name, edge in found.items()
    } == {"lyon": dict.fromkeys(asked[:2], "passed"), "osaka": dict.fromkeys(asked, "failed")}
    paths = ("/artifactory/api/security/keypair", "/mc/api/v1/buckets", "/artifactory/api/repositories/canary-local")
    assert [len(simulator.calls.find(path=path, by_client=True)) for path in paths] == [1, 1, 1]


def test_load_balancer_without_a_node_behind_it_is_no_answer_of_the_edge(simulator: Simulator) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)
    for node in osaka.nodes:
        node.stop()

    found = checks(simulator, source(simulator, osaka))["osaka"]

    assert found["answer"][:2] == ("failed", 'it answered 502 ("502 Bad Gateway")')
    assert [name for name, state in states(found).items() if state == "failed"] == ["answer"]
    assert len(simulator.calls.find(site="osaka")) == 1


def test_platform_is_asked_the_same_whatever_the_number_of_edges(simulator: Simulator) -> None:
    asked = []
    for number in (1, 4):
        while len(simulator.edges) < number:
            simulator.add_edge(f"edge{len(simulator.edges)}")
        simulator.calls.clear()
        read(simulator, *(source(simulator, site) for site in simulator.edges))
        asked.append([call.path for call in simulator.calls.find(site="acme") if call.by_client])

    assert (
        asked
        == [
            [
                "/mc/api/v1/system/ping",
                "/mc/api/v1/jpds",
                "/artifactory/api/system/version",
                "/artifactory/api/system/license",
                "/access/api/v1/cert/ca",
            ]
        ]
        * 2
    )


def test_self_hosted_platform_calls_each_edge_itself(self_hosted: Simulator) -> None:
    osaka = self_hosted.add_edge("osaka")
    sources = [source(self_hosted, self_hosted.edge("lyon")), source(self_hosted, osaka)]
    self_hosted.faults.add(site="osaka", path="/artifactory/api/system/ping", kind="503", times=None)

    found = checks(self_hosted, *sources)

    assert found["lyon"]["platform_to_edge"][0] == "passed"
    state, cause, _remedy = found["osaka"]["platform_to_edge"]
    assert (state, "HTTP 503" in cause) == ("failed", True)
    assert len(self_hosted.calls.find(site="acme", path=VERIFY)) == 2


def test_edge_that_refuses_connections_is_told_once(simulator: Simulator, lyon: Edge) -> None:
    url = f"https://127.0.0.1:{free_ports(1)}"
    found = checks(simulator, source(simulator, lyon, url=url))["lyon"]

    assert states(found) == {
        "dns": "passed",
        "proxy": "passed",
        "port": "failed",
        "tls": "unknown",
        "answer": "unknown",
        "clock": "unknown",
        "version": "unknown",
        "license": "unknown",
        "token": "unknown",
        "base_url": "unknown",
        "edge_to_platform": "unknown",
        "platform_to_edge": "unknown",
        "join_key_registration": "unknown",
        "default_keys": "passed",
    }
    assert found["port"][1] == "127.0.0.1: connection refused"


def test_name_that_nobody_knows_is_told(simulator: Simulator, lyon: Edge) -> None:
    found = checks(simulator, source(simulator, lyon, url="https://edge.invalid"))["lyon"]

    assert (found["dns"][0], found["dns"][1]) == ("failed", "edge.invalid: the host name cannot be resolved")
    assert found["port"] == ("unknown", "not reached, because of dns", "Settle dns first")


def test_untrusted_issuer_is_named(simulator: Simulator, lyon: Edge, tmp_path: Path) -> None:
    found = checks(simulator, source(simulator, lyon, ca_path=Company(tmp_path).ca_path))["lyon"]

    state, cause, remedy = found["tls"]
    assert (state, "issued by CN=Simulator CA" in cause) == ("failed", True)
    assert remedy == "Name the file of the CA CN=Simulator CA in edge_ca_path"
    assert [call for call in simulator.calls if call.site == "lyon"] == []


def test_untrusted_issuer_is_named_through_a_proxy_with_credentials(
    simulator: Simulator, lyon: Edge, tmp_path: Path
) -> None:
    with proxying(ConnectProxy("anna:marked-proxy-word")) as proxy:
        way = Proxy(proxy.url_with("anna:marked-proxy-word"))
        found = checks(simulator, source(simulator, lyon, ca_path=Company(tmp_path).ca_path, proxy=way))["lyon"]

    assert (found["dns"][1], found["proxy"][0]) == ("the proxy resolves 127.0.0.1", "passed")
    assert "CN=Simulator CA" in found["tls"][1]
    assert "marked-proxy-word" not in json.dumps(found)


@pytest.mark.parametrize(
    ("name", "now", "says", "remedy"),
    [
        pytest.param(
            "127.0.0.1", LONG_AGO, "certificate has expired", "Replace the server's certificate", id="expired"
        ),
        pytest.param("edge.example.net", None, "mismatch", "Use a name of the certificate in edge_url", id="mismatch"),
    ],
)
def test_certificate_that_does_not_fit_is_told(
    simulator: Simulator, lyon: Edge, tmp_path: Path, name: str, now: datetime | None, says: str, remedy: str
) -> None:
    company = Company(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*company.client(name, now=now))
    with serve(Stub(tls=context)) as stub:
        found = checks(simulator, source(simulator, lyon, url=stub.url, ca_path=company.ca_path))["lyon"]

    state, cause, told = found["tls"]
    assert (state, says in cause, told.startswith(remedy)) == ("failed", True, True)
    assert "issued by CN=Example CA" in cause


def test_server_that_speaks_no_tls_is_told(simulator: Simulator, lyon: Edge) -> None:
    with serve(Stub()) as stub:
        found = checks(simulator, source(simulator, lyon, url=stub.url.replace("http:", "https:")))["lyon"]

    assert found["tls"] == (
        "failed",
        "it does not speak TLS on this port",
        "Use http or another port in edge_url, or switch TLS on at the server",
    )


def test_page_of_something_else_is_told_and_asked_nothing_more(simulator: Simulator, lyon: Edge) -> None:
    with serve(Stub(body=b"<html><title>Welcome</title></html>")) as stub:
        found = checks(simulator, source(simulator, lyon, url=stub.url))["lyon"]

    assert (found["answer"][0], "such as a page of a proxy" in found["answer"][1]) == ("failed", True)
    assert [path for _method, path, _headers in stub.requests] == ["/router/api/v1/system/health"]


def test_service_that_is_not_up_yet_is_told_by_what_needs_it(simulator: Simulator, lyon: Edge) -> None:
    simulator.faults.add(site="lyon", path="/access", kind="503", times=None)

    found = checks(simulator, source(simulator, lyon))["lyon"]

    assert (found["answer"][0], found["version"][0]) == ("passed", "passed")
    state, cause, _remedy = found["token"]
    assert (state, "what Access thinks of the access token could not be asked: it answered 503" in cause) == (
        "unknown",
        True,
    )


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("401", "was not asked to call the platform", id="401"),
        pytest.param("403", "was not asked to call the platform", id="403"),
        pytest.param("404", "it answered 404", id="404"),
        pytest.param("hang_up", "the connection was closed before an answer came", id="no-answer"),
    ],
)
def test_edge_that_does_not_call_the_platform_for_us_leaves_it_unknown(
    simulator: Simulator, lyon: Edge, kind: str, says: str
) -> None:
    simulator.faults.add(site="lyon", path=VERIFY, kind=kind, times=None)

    state, cause, _remedy = checks(simulator, source(simulator, lyon))["lyon"]["edge_to_platform"]

    assert (state, says in cause) == ("unknown", True)


@pytest.mark.parametrize(
    ("words", "expected", "says"),
    [
        pytest.param(None, "failed", '"Received error from endpoint url: Connection refused"', id="likely-words"),
        pytest.param("{reason}", "warning", 'it answered 400 ("Connection refused")', id="other-words"),
    ],
)
def test_edge_that_does_not_reach_the_platform_is_told(
    simulator: Simulator, lyon: Edge, words: str | None, expected: str, says: str
) -> None:
    simulator.switches.endpoint_without_answer_message = words or simulator.switches.endpoint_without_answer_message
    platform = replace(source(simulator, simulator.platform), url=f"https://127.0.0.1:{free_ports(1)}")

    state, cause, remedy = checks(simulator, source(simulator, lyon), platform=platform)["lyon"]["edge_to_platform"]

    assert (state, says in cause) == (expected, True)
    assert remedy.startswith("Let the Edge's nodes resolve and reach 127.0.0.1")


def test_reference_token_tells_its_scope_and_end_by_asking(simulator: Simulator, lyon: Edge) -> None:
    _issued, record = tokens.issue(
        lyon.database,
        subject=f"{lyon.database.service_id}/users/admin",
        scope="applied-permissions/admin",
        audience="*@*",
        lifetime=600,
        now=lyon.now(),
        reference=True,
    )

    found = checks(simulator, source(simulator, lyon, token=str(record.reference_token)))["lyon"]["token"]

    assert (found[0], "perhaps before the run" in found[1]) == ("warning", True)
    assert str(record.reference_token) not in json.dumps(found)


def test_connection_that_is_not_verified_is_a_warning(simulator: Simulator, lyon: Edge) -> None:
    found = checks(simulator, source(simulator, lyon, ca_path=False))["lyon"]

    assert found["tls"][:2] == ("warning", "the certificate is not verified, because edge_validate_certs is false")


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        pytest.param(ConnectProxy("anna:word"), "demands a user and a password", id="407"),
        pytest.param(ConnectProxy(refuse=403), "answered 403", id="403"),
    ],
)
def test_proxy_that_does_not_connect_is_told(simulator: Simulator, lyon: Edge, proxy: ConnectProxy, says: str) -> None:
    with proxying(proxy):
        found = checks(simulator, source(simulator, lyon, proxy=Proxy(proxy.url)))["lyon"]

    assert (found["proxy"][0], says in found["proxy"][1]) == ("failed", True)
    assert found["tls"][0] == "unknown"


def test_proxy_of_the_environment_is_seen(simulator: Simulator, lyon: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxying(ConnectProxy()) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "")
        found = checks(simulator, source(simulator, lyon))["lyon"]

    assert found["proxy"][1] == f"the proxy 127.0.0.1:{proxy.port} connects us"


def test_session_that_cannot_be_made_is_data(simulator: Simulator, lyon: Edge) -> None:
    def refuse() -> JFrogSession:
        raise EdgeError("Cannot verify: the file /nowhere cannot be read. Name another.")

    found = checks(simulator, replace(source(simulator, lyon), open=refuse))["lyon"]

    assert found["tls"][:2] == ("failed", "Cannot verify: the file /nowhere cannot be read. Name another")


@pytest.mark.parametrize(
    ("skew", "state", "says"),
    [
        pytest.param({"lyon": -400}, "failed", "400 seconds behind", id="token-is-expired-when-it-arrives"),
        pytest.param({"lyon": 400}, "failed", "400 seconds ahead of", id="ahead"),
        pytest.param({"lyon": 60}, "warning", "60 seconds ahead of", id="notable"),
        pytest.param({"lyon": 5}, "passed", "at most 30 seconds", id="small"),
        pytest.param({"acme": 200, "lyon": -200}, "failed", "behind the platform's", id="edge-against-platform"),
    ],
)
def test_clocks_are_compared(simulator: Simulator, lyon: Edge, skew: dict[str, float], state: str, says: str) -> None:
    simulator.clock.skew.update(skew)

    found = checks(simulator, source(simulator, lyon))["lyon"]["clock"]

    assert (found[0], says in found[1].replace("399", "400").replace("401", "400").replace("59 ", "60 ")) == (
        state,
        True,
    )


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("404", "it answered 404", id="not-switched-on"),
        pytest.param("503", "it answered 503", id="not-in-the-topology"),
        pytest.param("502_html", 'it answered 502 ("502 Bad Gateway")', id="page-of-a-load-balancer"),
    ],
)
def test_mission_control_that_is_missing_is_told_with_its_cause(simulator: Simulator, kind: str, says: str) -> None:
    simulator.faults.add(site="acme", path="/mc/api/v1/system/ping", kind=kind, times=None)

    state, cause, remedy = checks(simulator)[""]["mission_control"]

    assert (state, says in cause) == ("failed", True)
    assert ["mc.enabled" in remedy, "one more restart" in remedy, "Enterprise+" in remedy] == [True] * 3


@pytest.mark.parametrize(
    ("changes", "states_of", "says"),
    [
        pytest.param(
            {"scope": "applied-permissions/user"}, "failed", "its scope is applied-permissions/user", id="user"
        ),
        pytest.param({"audience": "jfac@*"}, "failed", "its audience is jfac@*", id="for-access-only"),
        pytest.param(
            {"audience": "jfrt@*"},
            "failed",
            'Access refuses the access token: it answered 401 ("Invalid token, audience',
            id="for-artifactory-only",
        ),
    ],
)
def test_token_of_the_edge_that_will_not_do_is_told(
    simulator: Simulator, lyon: Edge, changes: dict[str, str], states_of: str, says: str
) -> None:
    issued, _record = tokens.issue(
        lyon.database,
        subject=f"{lyon.database.service_id}/users/admin",
        scope=changes.get("scope", "applied-permissions/admin"),
        audience=changes.get("audience", "*@*"),
        lifetime=3600,
        now=lyon.now(),
    )

    state, cause, _remedy = checks(simulator, source(simulator, lyon, token=issued))["lyon"]["token"]

    assert (state, says in cause, issued in cause) == (states_of, True, False)
