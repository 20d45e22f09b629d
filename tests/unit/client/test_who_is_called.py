# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token goes to the server that the user means and to nobody else, and what answers is what was asked for.

That no redirect is followed, and that neither netrc nor a proxy gets or replaces a token, is in test_session.py,
test_session_way.py and test_credentials.py; that a pairing token of another Edge is not sent, in test_jpd_failures.py.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, TransportError
from unit.client.client_certificates import Company
from unit.client.stub_server import Stub, serve

TOKEN = "marked-token"
NOW = datetime.now(timezone.utc)


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_FACTOR", 0.01)


def showing(company: Company, name: str = "127.0.0.1", now: datetime | None = None) -> ssl.SSLContext:
    """A server with a certificate for this name that was made then, for a year."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*company.client(name, now=now))
    return context


def outdated(company: Company) -> ssl.SSLContext:
    """A server, or somebody in between, that speaks nothing newer than TLS 1.1."""
    context = showing(company)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(
    ("tls", "why", "remedy"),
    [
        pytest.param(
            lambda company: showing(Company(company.folder / "other", "Other CA")),
            "certificate is not trusted",
            "in platform_ca_path",
            id="of-another-authority",
        ),
        pytest.param(
            lambda company: showing(company, "platform.example.net"), "mismatch", "platform_url", id="of-another-host"
        ),
        pytest.param(
            lambda company: showing(company, now=NOW - timedelta(days=9000)), "expired", "certificate", id="expired"
        ),
        pytest.param(
            lambda company: showing(company, now=NOW + timedelta(days=300)),
            "not yet valid",
            "clock",
            id="not-yet-valid",
        ),
        pytest.param(outdated, "TLS", "1.2", id="tls-downgraded"),
    ],
)
def test_server_that_does_not_prove_who_it_is_gets_no_token(
    tmp_path: Path, tls: Callable[[Company], ssl.SSLContext], why: str, remedy: str
) -> None:
    company = Company(tmp_path)
    (tmp_path / "other").mkdir()
    with serve(Stub(body=b"[]", tls=tls(company))) as stub, pytest.raises(TransportError) as caught:
        JFrogSession(stub.url, TOKEN, verify=str(company.ca_path)).call("GET", "/x", purpose="look")

    assert stub.requests == []
    assert caught.value.msg.startswith(f"Cannot look at the platform {stub.url}: ")
    assert why in caught.value.msg
    assert remedy in caught.value.msg.partition(why)[2]
    assert TOKEN not in caught.value.msg


SOMEBODY_ELSE = {"id": "JPD-9", "name": "rome", "url": "https://rome.example.net/"}
WANTED = {"name": "lyon", "url": "https://lyon.example.net/"}


def control(stub: Stub) -> MissionControl:
    return MissionControl(JFrogSession(stub.url, TOKEN))


@pytest.mark.parametrize(
    ("call", "status"),
    [
        pytest.param(lambda one: one.create_jpd(WANTED), 201, id="registered"),
        pytest.param(lambda one: one.get_jpd("JPD-1"), 200, id="read"),
    ],
)
def test_answer_about_somebody_elses_jpd_is_refused(call: Callable[[MissionControl], Any], status: int) -> None:
    """What follows, such as a licence or the end of the Edge, would be done to that one."""
    with (
        serve(Stub(status=status, body=json.dumps(SOMEBODY_ELSE).encode())) as stub,
        pytest.raises(ApiError, match=r"^Cannot .* it answered with that of 'rome'\. See whether a proxy"),
    ):
        call(control(stub))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"id": "JPD-1", **WANTED}, id="as-sent"),
        pytest.param({"id": "JPD-1", "name": "lyon", "url": "https://LYON.example.net"}, id="url-in-another-form"),
        pytest.param({"id": "JPD-1", "name": "Lyon", "url": WANTED["url"]}, id="name-in-another-form"),
    ],
)
def test_answer_about_our_jpd_is_taken_in_the_platforms_own_form(answer: dict[str, Any]) -> None:
    with serve(Stub(status=201, body=json.dumps(answer).encode())) as stub:
        assert control(stub).create_jpd(WANTED) == answer
