# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a session's calls: through a proxy, around it, and with a client certificate."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import EDGE
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, TransportError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.proxy import Proxy
from simulator.simulator import Simulator
from unit.client.client_certificates import PASSWORD, Company
from unit.client.connect_proxy import ConnectProxy, proxying
from unit.client.stub_server import Stub, serve
from unit.free_ports import free_ports

PING = "/access/api/v1/system/ping"
TOKEN = "marked-secret-token-0123456789"
USER, WORD = "anna", "marked%40proxy%3Aword"
CREDENTIALS = f"{USER}:{WORD}"


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_FACTOR", 0.01)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def ping(simulator: Simulator, proxy: Proxy, **options: object) -> str:
    arguments: dict[str, object] = {"verify": str(simulator.ca_path), "proxy": proxy, **options}
    with JFrogSession(simulator.platform.url, TOKEN, **arguments) as session:  # type: ignore[arg-type]
        return session.call("GET", PING, purpose="ping").text


def host_of(simulator: Simulator) -> str:
    return simulator.platform.url.removeprefix("https://")


def refused_port() -> int:
    return free_ports(1)


@pytest.mark.parametrize("verified", [True, False], ids=["verified", "not-verified"])
def test_call_goes_through_the_named_proxy(simulator: Simulator, verified: bool) -> None:
    with proxying(ConnectProxy()) as proxy:
        options = {} if verified else {"verify": False}

        assert ping(simulator, Proxy(proxy.url), **options) == "OK"

    assert proxy.asked == [f"CONNECT {host_of(simulator)}"]


def test_call_without_tls_goes_through_the_named_proxy() -> None:
    with serve(Stub(body=b"OK")) as stub, proxying(ConnectProxy(credentials=CREDENTIALS)) as proxy:
        session = JFrogSession(stub.url, TOKEN, proxy=Proxy(proxy.url_with(CREDENTIALS)))

        assert session.call("GET", "/x", purpose="look").text == "OK"

    assert proxy.asked == [f"GET {stub.url}/x"]
    assert [name for name in stub.requests[0][2] if name.lower().startswith("proxy-auth")] == []


def test_proxy_gets_its_credentials_and_not_the_token(simulator: Simulator) -> None:
    with proxying(ConnectProxy(credentials=CREDENTIALS)) as proxy:
        assert ping(simulator, Proxy(proxy.url_with(CREDENTIALS))) == "OK"


def test_excepted_host_is_called_directly(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxying(ConnectProxy()) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        assert ping(simulator, Proxy(proxy.url, ("127.0.0.0/8",))) == "OK"
        assert ping(simulator, Proxy(None, ("127.0.0.0/8",))) == "OK"

    assert proxy.asked == []


def test_proxy_of_the_environment_counts_when_none_is_named(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxying(ConnectProxy()) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        assert ping(simulator, Proxy()) == "OK"

    assert proxy.asked == [f"CONNECT {host_of(simulator)}"]


def test_named_proxy_wins_over_the_environment(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{refused_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with proxying(ConnectProxy()) as proxy:
        assert ping(simulator, Proxy(proxy.url)) == "OK"

    assert proxy.asked == [f"CONNECT {host_of(simulator)}"]


@pytest.mark.parametrize(
    ("proxy", "sent", "says", "remedy"),
    [
        pytest.param(
            ConnectProxy(refuse=403),
            "",
            "does not connect us to it, and answered 403",
            "Correct platform_proxy_url, let the proxy allow the connection, or name the host in platform_no_proxy.",
            id="refused",
        ),
        pytest.param(
            ConnectProxy(credentials=CREDENTIALS),
            "",
            "demands a user and a password, or refuses those that it got (407)",
            "Put its user and password into platform_proxy_url, as http://user:password@127.0.0.1:",
            id="credentials-missing",
        ),
        pytest.param(
            ConnectProxy(credentials=CREDENTIALS),
            f"{USER}:other-{WORD}",
            "demands a user and a password, or refuses those that it got (407)",
            "Put its user and password into platform_proxy_url, as http://user:password@127.0.0.1:",
            id="credentials-wrong",
        ),
    ],
)
def test_refusal_of_the_proxy_names_it_and_the_option_and_no_credentials(
    simulator: Simulator, proxy: ConnectProxy, sent: str, says: str, remedy: str
) -> None:
    with proxying(proxy):
        url = proxy.url_with(sent) if sent else proxy.url
        with pytest.raises(TransportError) as caught:
            ping(simulator, Proxy(url))

    assert caught.value.msg.startswith(
        f"Cannot ping at the platform {simulator.platform.url}: the proxy 127.0.0.1:{proxy.port} {says}. {remedy}"
    )
    shown = repr(caught.value.to_fail_json())
    assert [secret for secret in (WORD, "marked@proxy:word", USER + ":", TOKEN) if secret in shown] == []


def test_proxy_without_tls_that_refuses_the_credentials_is_told() -> None:
    proxy = ConnectProxy(credentials=CREDENTIALS)
    with serve(Stub()) as stub, proxying(proxy), pytest.raises(ApiError) as caught:
        JFrogSession(stub.url, TOKEN, peer=EDGE, proxy=Proxy(proxy.url)).call("GET", "/x", purpose="look")

    assert caught.value.msg.endswith("Put the user and password of the proxy into edge_proxy_url.")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param(f"http://{CREDENTIALS}@127.0.0.1:{refused_port()}", "refuses connections", id="nobody-there"),
        pytest.param(
            f"http://{CREDENTIALS}@proxy.invalid:3128", "has a host name that cannot be resolved", id="unknown-name"
        ),
    ],
)
def test_proxy_that_cannot_be_reached_is_at_fault_and_not_the_platform(
    simulator: Simulator, url: str, says: str
) -> None:
    with pytest.raises(TransportError) as caught:
        ping(simulator, Proxy(url))

    name = Proxy(url).name
    assert f"the proxy {name} {says}. Correct platform_proxy_url" in caught.value.msg
    assert WORD not in caught.value.msg


def test_proxy_of_the_environment_that_fails_is_named_as_such(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{CREDENTIALS}@127.0.0.1:{refused_port()}")

    with pytest.raises(TransportError) as caught:
        ping(simulator, Proxy())

    assert caught.value.msg.endswith(
        "the proxy of the environment refuses connections. Correct HTTPS_PROXY or HTTP_PROXY, set platform_proxy_url "
        "instead, or name the host in platform_no_proxy."
    )


def test_proxy_that_does_not_speak_tls_is_told(simulator: Simulator) -> None:
    with proxying(ConnectProxy()) as proxy, pytest.raises(TransportError) as caught:
        ping(simulator, Proxy(proxy.url.replace("http:", "https:")))

    assert f"the proxy 127.0.0.1:{proxy.port} does not speak TLS on its port" in caught.value.msg


def test_server_that_demands_a_client_certificate_gets_it(tmp_path: Path) -> None:
    company = Company(tmp_path)
    client = tuple(map(str, company.client("anna")))
    with serve(Stub(body=b"OK", tls=company.server_context(demands_client=True))) as stub:
        for verify in (str(company.ca_path), False):
            with JFrogSession(stub.url, TOKEN, verify=verify, client=client) as session:
                assert session.call("GET", "/x", purpose="look").text == "OK"

    assert stub.clients == ["anna", "anna"]


def test_client_certificate_is_shown_behind_a_proxy_too(tmp_path: Path) -> None:
    company = Company(tmp_path)
    client = tuple(map(str, company.client("anna")))
    with serve(Stub(tls=company.server_context(demands_client=True))) as stub, proxying(ConnectProxy()) as proxy:
        session = JFrogSession(stub.url, TOKEN, verify=str(company.ca_path), client=client, proxy=Proxy(proxy.url))
        session.call("GET", "/x", purpose="look")

    assert stub.clients == ["anna"]
    assert len(proxy.asked) == 1


def test_session_without_a_client_certificate_shows_none_after_one_that_has_it(tmp_path: Path) -> None:
    company = Company(tmp_path)
    client = tuple(map(str, company.client("anna")))
    context = company.server_context()
    context.verify_mode = 1  # CERT_OPTIONAL
    context.load_verify_locations(company.ca_path)
    with serve(Stub(tls=context)) as stub:
        for shown in (client, None, client):
            with JFrogSession(stub.url, TOKEN, verify=str(company.ca_path), client=shown) as session:
                session.call("GET", "/x", purpose="look")

    assert stub.clients == ["anna", "", "anna"]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        pytest.param(False, "it demands a TLS client certificate", id="none"),
        pytest.param(True, "it refused our TLS client certificate", id="of-another-authority"),
    ],
)
def test_server_that_wants_another_client_certificate_is_told(tmp_path: Path, other: bool, says: str) -> None:
    company = Company(tmp_path)
    client = tuple(map(str, Company(tmp_path, "Other CA").client("anna"))) if other else None
    with serve(Stub(tls=company.server_context(demands_client=True))) as stub, pytest.raises(TransportError) as caught:
        JFrogSession(stub.url, TOKEN, peer=EDGE, verify=str(company.ca_path), client=client).call(
            "GET", "/x", purpose="look", once=True
        )

    assert caught.value.msg.endswith(
        f"{says}. Name a certificate that it accepts in edge_client_certificate_path, and its private key in "
        "edge_client_key_path."
    )


@pytest.mark.parametrize("broken", ["missing", "encrypted", "wrong-pair"])
def test_client_certificate_that_openssl_does_not_take_is_told_without_a_prompt(tmp_path: Path, broken: str) -> None:
    company = Company(tmp_path)
    certificate, key = map(str, company.client("anna", password=PASSWORD if broken == "encrypted" else ""))
    if broken == "missing":
        key = str(tmp_path / "nowhere.key")
    if broken == "wrong-pair":
        key = str(company.client("otto")[1])

    with serve(Stub(tls=company.server_context())) as stub, pytest.raises(TransportError) as caught:
        JFrogSession(stub.url, TOKEN, verify=str(company.ca_path), client=(certificate, key)).call(
            "GET", "/x", purpose="look"
        )

    assert caught.value.details["reason"] == "our TLS client certificate cannot be loaded"
