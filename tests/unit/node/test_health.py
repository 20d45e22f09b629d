# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import health, tls_client
from simulator.node.testing import authority, put, supply_server_pair, switch_tls
from simulator.simulator import Simulator
from simulator.sites import ServedNode
from simulator.switches import Switches
from unit.domain.issuing import DAY, YEAR, issue, server


def page(**states: str) -> str:
    services = [
        {"service_id": f"{name}@1", "node_id": "n", "state": state, "message": "m"} for name, state in states.items()
    ]
    return json.dumps({"router": {"node_id": "n", "state": "HEALTHY", "message": "OK"}, "services": services})


class Server:
    """A server with one answer, for answers that no simulated product gives."""

    def __init__(self) -> None:
        server = self
        self.status, self.body, self.headers = 200, "", {}
        self.pause = 0.0  # seconds between two bytes

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if not server.pause:
                    self.wfile.write(server.body.encode())
                    return
                with contextlib.suppress(OSError):  # the client may have gone
                    for byte in server.body.encode():
                        self.wfile.write(bytes([byte]))
                        time.sleep(server.pause)

            def log_message(self, *_args: Any) -> None:
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def stub() -> Iterator[Server]:
    one = Server()
    thread = threading.Thread(target=one.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield one
    one.http.shutdown()
    thread.join()
    one.http.server_close()


@pytest.mark.parametrize(
    ("status", "body", "state", "error"),
    [
        pytest.param(200, page(jfrt="HEALTHY", jfac="HEALTHY"), "HEALTHY", None, id="all-well"),
        pytest.param(
            503, page(jfrt="UNHEALTHY"), "UNHEALTHY", 'jfrt@1 is UNHEALTHY ("m")', id="503-with-page-is-an-answer"
        ),
        pytest.param(200, page(jfrt="UNHEALTHY_PEER"), "HEALTHY", None, id="a-neighbour-is-ill"),
        pytest.param(
            503, "<html>Bad gateway</html>", "UNREACHABLE", "HTTP status 503 without a health page", id="html"
        ),
        pytest.param(404, "{}", "UNREACHABLE", "HTTP status 404 without a health page", id="no-router"),
        pytest.param(200, "[]", "UNREACHABLE", "HTTP status 200 without a health page", id="no-object"),
        pytest.param(200, "[" * 100_000, "UNREACHABLE", "HTTP status 200 without a health page", id="nested"),
    ],
)
def test_read_answer_is_told(stub: Server, status: int, body: str, state: str, error: str | None) -> None:
    stub.status, stub.body = status, body
    seen = health.read(stub.url + "/")

    assert (seen["url"], seen["state"], seen["error"]) == (stub.url, state, error)


def test_read_redirect_to_a_login_page_is_not_followed(stub: Server) -> None:
    stub.status, stub.headers = 302, {"Location": stub.url + "/ui/login"}
    assert health.read(stub.url)["error"] == "HTTP status 302 without a health page"


def test_read_proxy_of_the_environment_is_ignored(stub: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    stub.body = page(jfrt="HEALTHY")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert health.read(stub.url)["state"] == "HEALTHY"


def test_read_nobody_listens_is_unreachable() -> None:
    seen = health.read("http://127.0.0.1:9")
    assert (seen["state"], seen["error"]) == ("UNREACHABLE", "connection refused")


@pytest.mark.parametrize("url", ["", "no url", "ftp://127.0.0.1", "http://127.0.0.1:no"])
def test_read_unusable_url_is_unreachable_and_no_crash(url: str) -> None:
    assert health.read(url)["state"] == "UNREACHABLE"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("sim"), switches=Switches(start_duration=0.0)) as running:
        running.add_platform("acme")
        yield running


def test_read_over_tls_needs_the_ca(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")

    assert health.read(edge.url, str(simulator.ca_path))["state"] == "HEALTHY"
    untrusted = health.read(edge.url)
    assert untrusted["state"] == "UNREACHABLE"
    assert (untrusted["error"] or "").startswith("its certificate is not trusted: ")
    assert "no such file" in (health.read(edge.url, "/nowhere/ca.pem")["error"] or "")


def test_read_stopped_node_is_unreachable(simulator: Simulator) -> None:
    edge = simulator.add_edge("rome", started=False)
    assert health.read(edge.url, str(simulator.ca_path))["state"] == "UNREACHABLE"


def test_read_pings_tell_the_health_of_six(simulator: Simulator) -> None:
    edge = simulator.add_edge("bern", version="6.23.1", generation="6")

    assert health.read(edge.url, str(simulator.ca_path))["state"] == "UNREACHABLE"
    seen = health.read_pings(edge.url, str(simulator.ca_path))
    assert seen["state"] == "HEALTHY"
    assert [service["service_id"] for service in seen["services"]] == ["jfac", "jfrt"]


def test_read_pings_service_that_is_not_up_is_named(stub: Server) -> None:
    stub.status = 502
    seen = health.read_pings(stub.url)

    assert (seen["state"], seen["error"]) == ("UNHEALTHY", "jfac: HTTP status 502, jfrt: HTTP status 502")


@pytest.mark.parametrize("read", [health.read, health.read_pings])
@pytest.mark.parametrize("url", ["file:///etc", "http://admin:hunter2@127.0.0.1:9"])
def test_read_url_of_something_else_is_neither_opened_nor_shown(read: Any, url: str) -> None:
    assert read(url) == {
        "url": "",
        "state": "UNREACHABLE",
        "error": "node_url is no http or https URL without credentials",
        "services": [],
    }


@pytest.mark.parametrize("services", ["5", "{}", '"text"', "[1, null]"])
def test_read_page_with_services_of_another_type_is_no_crash(stub: Server, services: str) -> None:
    stub.body = f'{{"router": {{"state": "HEALTHY"}}, "services": {services}}}'

    seen = health.read(stub.url)

    assert (seen["state"], seen["services"]) == ("HEALTHY", [])


def test_read_answer_in_drops_ends_in_time(stub: Server) -> None:
    stub.body, stub.pause = page(jfac="HEALTHY"), 0.02
    begun = time.monotonic()

    assert health.read(stub.url, timeout=0.2)["error"] == "no answer in time"
    assert time.monotonic() - begun < 2


@pytest.fixture
def osaka(simulator: Simulator) -> Iterator[ServedNode]:
    """A node whose router has a port of its own."""
    name = f"osaka{len(simulator.sites)}"
    node = simulator.add_edge(name, routers=True).nodes[0]
    yield node
    node.stop()


def speak_tls(node: ServedNode, on: bool = True) -> None:
    switch_tls(node, on)
    node.restart(at_once=True)


def trusted_by(node: ServedNode) -> tuple[Path, ...]:
    return node.layout.tls_trusted, node.layout.access_keys / "ca.crt"


@pytest.mark.parametrize("refusal", ["bad_request", "not_found", "hang_up"])
def test_read_router_that_speaks_tls_by_now_is_asked_over_tls(
    simulator: Simulator, osaka: ServedNode, refusal: str
) -> None:
    before = osaka.url
    assert health.read(before)["url"] == before
    speak_tls(osaka)
    simulator.switches.plain_http_to_tls_port = refusal  # type: ignore[assignment]
    seen = health.read(before, str(osaka.layout.access_keys / "ca.crt"))

    assert (seen["url"], seen["state"]) == (before.replace("http:", "https:"), "HEALTHY")


def test_read_router_that_speaks_plain_http_by_now_is_asked_over_http(osaka: ServedNode) -> None:
    plain = osaka.url
    seen = health.read(plain.replace("http:", "https:"), str(osaka.layout.access_keys / "ca.crt"))

    assert (seen["url"], seen["state"]) == (plain, "HEALTHY")


def test_read_router_that_speaks_tls_by_now_and_is_not_trusted_is_told_with_its_new_url(osaka: ServedNode) -> None:
    before = osaka.url
    speak_tls(osaka)
    seen = health.read(before)

    assert (seen["url"], seen["state"]) == (before.replace("http:", "https:"), "UNREACHABLE")
    assert (seen["error"] or "").startswith("its certificate is not trusted: ")


def test_read_answer_of_something_else_stays_that_of_the_given_url(stub: Server) -> None:
    stub.status, stub.body = 404, "404 page not found"
    seen = health.read(stub.url)

    assert (seen["url"], seen["error"]) == (stub.url, "HTTP status 404 without a health page")


def test_read_loopback_router_is_trusted_as_its_own_services_trust_it(osaka: ServedNode) -> None:
    speak_tls(osaka)

    assert health.read(osaka.url, anchors=trusted_by(osaka))["state"] == "HEALTHY"


def test_read_loopback_router_with_its_own_certificate_needs_only_its_own_ca_on_the_node(osaka: ServedNode) -> None:
    ca = authority()
    supply_server_pair(osaka, *ca.server_pair())
    put(osaka.layout.tls_trusted / "acme.crt", ca.pem)
    put(osaka.layout.tls_trusted / "README", "no certificate")
    speak_tls(osaka)

    assert health.read(osaka.url, anchors=trusted_by(osaka))["state"] == "HEALTHY"
    (osaka.layout.tls_trusted / "acme.crt").unlink()
    assert "not trusted" in (health.read(osaka.url, anchors=trusted_by(osaka))["error"] or "")


def test_read_loopback_router_whose_ca_is_no_root_is_trusted_by_that_ca(osaka: ServedNode) -> None:
    now = datetime.now(timezone.utc)
    times = {"start": now - DAY, "end": now + YEAR}
    between = issue("acme issuing CA", issuer=issue("acme root", **times), **times)
    pair = server(between, "127.0.0.1", **times)
    supply_server_pair(osaka, pair.pem, pair.key_pem)
    put(osaka.layout.tls_trusted / "between.crt", between.pem)
    speak_tls(osaka)

    assert health.read(osaka.url, anchors=trusted_by(osaka))["state"] == "HEALTHY"


def test_read_given_ca_file_counts_alone(osaka: ServedNode) -> None:
    speak_tls(osaka)
    other = put(osaka.home / "other.pem", authority().pem)

    assert "not trusted" in (health.read(osaka.url, str(other), anchors=trusted_by(osaka))["error"] or "")


@pytest.mark.parametrize("read", [health.read, health.read_pings])
@pytest.mark.parametrize(
    ("content", "cause"),
    [
        pytest.param(None, "no such file or directory", id="missing"),
        pytest.param("no certificate\n", "no certificate in PEM format", id="something-else"),
        pytest.param("", "no certificate in PEM format", id="empty"),
    ],
)
def test_read_ca_file_that_cannot_be_used_is_named_with_the_cause_and_the_way_out(
    tmp_path: Path, read: Any, content: str | None, cause: str
) -> None:
    ca_path = tmp_path / "ca.pem"
    if content is not None:
        ca_path.write_text(content)
    assert read("https://192.0.2.1:9", str(ca_path), timeout=0.2) == {
        "url": "https://192.0.2.1:9",
        "state": "UNREACHABLE",
        "error": f"the CA file {ca_path} cannot be used ({cause}); name a file that lies on the node",
        "services": [],
    }


def test_read_ca_file_that_cannot_be_used_counts_for_a_router_that_speaks_tls_by_now(osaka: ServedNode) -> None:
    before = osaka.url
    speak_tls(osaka)
    assert "the CA file /nothing cannot be used" in (health.read(before, "/nothing")["error"] or "")


def test_read_name_counts_except_on_loopback(tmp_path: Path) -> None:
    ca = put(tmp_path / "ca.pem", authority().pem)
    for url, compared in (("https://127.0.0.1:8082", False), ("https://localhost", False), ("https://[::1]", False)):
        assert tls_client.verifying(url, str(ca)).check_hostname is compared
    for url in ("https://10.0.0.5:8082", "https://lyon-1.example.com"):
        context = tls_client.verifying(url, None, (ca,))
        assert context.check_hostname
        assert "Acme CA" not in str(context.get_ca_certs())


def test_read_router_that_turns_us_down_in_tls_is_not_asked_in_plain_text(tmp_path: Path) -> None:
    asked: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.5)

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection = listening.accept()[0]
                    asked.append(connection.recv(1, socket.MSG_PEEK))
                    with connection, contextlib.suppress(OSError):
                        context.wrap_socket(connection, server_side=True)  # it has no certificate to show

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        seen = health.read(url)
        thread.join()

    assert asked == [b"\x16"]
    assert (seen["url"], (seen["error"] or "").partition(":")[0]) == (url, "TLS failed")
