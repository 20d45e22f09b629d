# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of an account with its password: what is sent, to whom, and what is never shown (RFC 7617)."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.credentials import Account
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import EDGE, Peer
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, EdgeError
from simulator.simulator import Simulator
from unit.client.stub_server import Stub, serve

VERSION = "/artifactory/api/system/version"
PASSWORD = "marked pässword:0123"
ANNA = Account("anna", PASSWORD)
INSTANCE = Peer("instance", "")


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_FACTOR", 0.01)


def sent(stub: Stub) -> list[str | None]:
    return [headers.get("Authorization") for _method, _path, headers in stub.requests]


def test_name_and_password_are_sent_in_utf8_although_netrc_knows_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serve(Stub(body=b"{}")) as stub, JFrogSession(stub.url, ANNA) as session:
        session.call("GET", "/x", purpose="look")

    assert sent(stub) == ["Basic " + base64.b64encode(f"anna:{PASSWORD}".encode()).decode()]


def test_password_and_api_key_of_an_account_are_taken_by_an_old_instance(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon", version="6.5.9")
    edge.database.users["admin"].api_key = "AKCp-marked"
    for secret in ("password", "AKCp-marked"):
        with JFrogSession(edge.url, Account("admin", secret), verify=str(simulator.ca_path)) as session:
            assert session.call("GET", VERSION, purpose="look").object("version")["version"] == "6.5.9"


def test_redirect_to_another_host_gets_no_password() -> None:
    with serve(Stub(body=b"{}")) as other:
        redirecting = Stub(status=302, headers={"Location": other.url + "/y"})
        with serve(redirecting), JFrogSession(redirecting.url, ANNA) as session, pytest.raises(ApiError):
            session.call("GET", "/x", purpose="look")

    assert (len(redirecting.requests), other.requests) == (1, [])


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        pytest.param(401, "Correct username and password: one may be wrong, ", id="wrong"),
        pytest.param(403, "Use an account with admin rights in username.", id="no-rights"),
    ],
)
def test_refusal_names_the_options_of_an_account_and_shows_no_password(status: int, remedy: str) -> None:
    echo = f'{{"errors": [{{"message": "not {PASSWORD}, nor {ANNA.basic}"}}]}}'.encode()
    with serve(Stub(status=status, body=echo)) as stub, pytest.raises(ApiError) as caught:
        JFrogSession(stub.url, ANNA, peer=INSTANCE).call("GET", "/x", purpose="look")

    assert remedy in caught.value.msg
    told = f"{caught.value.msg} {caught.value.details}"
    assert [word for word in (PASSWORD, ANNA.basic, "access_token") if word in told] == []


def test_nothing_that_is_printed_shows_the_password(simulator: Simulator) -> None:
    session = JFrogSession(simulator.platform.url, ANNA)

    for shown in (repr(ANNA), repr(session), repr(vars(session)["_http"].auth)):
        assert "marked" not in shown
        assert ANNA.basic not in shown


@pytest.mark.parametrize(
    ("account", "says"),
    [
        pytest.param(Account("", PASSWORD), "edge_username: it is empty", id="no-name"),
        pytest.param(Account("an:na", PASSWORD), "edge_username: it has a colon in it", id="colon"),
        pytest.param(Account("anna", " "), "edge_password: it is empty", id="blank"),
        pytest.param(Account("anna", f"{PASSWORD}\n"), "edge_password: it has a line end or another", id="line-end"),
    ],
)
def test_account_that_no_server_takes_is_refused_without_showing_it(account: Account, says: str) -> None:
    with pytest.raises(EdgeError) as caught:
        JFrogSession("https://edge.example.com", account, peer=EDGE)

    assert caught.value.msg.startswith(f"Cannot use {says}")
    assert "marked" not in caught.value.msg
