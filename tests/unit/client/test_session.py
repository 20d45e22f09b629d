# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session against the simulator, over TLS; and against prepared answers that no JFrog service gives."""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import body as bodies
from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client import tls
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import EDGE
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, EdgeError, TransportError
from simulator.simulator import Simulator
from unit.client.stub_server import Stub, serve
from unit.free_ports import free_ports

JPDS = "/mc/api/v1/jpds"
SECRET = "marked-secret-token-0123456789"


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_FACTOR", 0.01)


def platform(simulator: Simulator, **options: object) -> JFrogSession:
    arguments: dict[str, object] = {"verify": str(simulator.ca_path), **options}
    token = arguments.pop("token", simulator.platform.admin_token())
    return JFrogSession(simulator.platform.url, token, **arguments)  # type: ignore[arg-type]


def stubbed(stub: Stub, **options: object) -> JFrogSession:
    return JFrogSession(stub.url, SECRET, **options)  # type: ignore[arg-type]


def refused_port() -> int:
    """A port where nobody listens."""
    return free_ports(1)


def test_call_sends_the_token_although_netrc_knows_the_host(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    assert [jpd["name"] for jpd in platform(simulator).call("GET", JPDS, purpose="list").array()] == ["HOME"]


def test_call_without_token_sends_no_credentials_although_netrc_knows_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serve(Stub(body=b"{}")) as stub:
        JFrogSession(stub.url, None).call("GET", "/x", purpose="look")

    assert "Authorization" not in stub.requests[0][2]


def test_ca_path_wins_over_the_environment(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "other-ca.pem"
    elsewhere.write_text("")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(elsewhere))

    assert platform(simulator).call("GET", JPDS, purpose="list").status == 200


def test_switched_off_verification_wins_over_the_environment(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    elsewhere = tmp_path / "other-ca.pem"
    elsewhere.write_text("")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(elsewhere))

    assert platform(simulator, verify=False).call("GET", JPDS, purpose="list").status == 200
    assert [str(warning.message) for warning in recwarn if "Unverified" in str(warning.message)] == []


@pytest.mark.parametrize(
    ("method", "kind", "status"),
    [
        pytest.param("GET", "503", 200, id="get-busy"),
        pytest.param("GET", "502_html", 200, id="get-bad-gateway"),
        pytest.param("GET", "429", 200, id="get-too-many"),
        pytest.param("GET", "hang_up", 200, id="get-connection-lost"),
        pytest.param("DELETE", "503", 404, id="delete-busy"),
        pytest.param("PUT", "503", 404, id="put-busy"),
    ],
)
def test_call_that_can_be_repeated_is_tried_again(simulator: Simulator, method: str, kind: str, status: int) -> None:
    path = JPDS if method == "GET" else f"{JPDS}/JPD-99"
    simulator.faults.add(path=JPDS, kind=kind, times=2)
    body = {"name": "x", "url": "https://192.0.2.1/", "location": {}} if method == "PUT" else None

    answer = platform(simulator).call(method, path, purpose="try", json=body, ok=(200, 404))

    assert answer.status == status
    assert [call.fault for call in simulator.calls] == [kind, kind, None]


@pytest.mark.parametrize("kind", ["503", "502_html", "hang_up", "drop_answer"])
def test_post_that_may_have_been_done_is_never_repeated(simulator: Simulator, kind: str) -> None:
    path = "/access/api/v1/service_trust/pairing/mission-control"
    simulator.faults.add(path=path, kind=kind, times=5)

    with pytest.raises((ApiError, TransportError)):
        platform(simulator).call("POST", path, purpose="create a pairing token")

    assert [call.fault for call in simulator.calls] == [kind]


def test_call_marked_once_is_not_repeated_and_the_next_one_is(simulator: Simulator) -> None:
    session = platform(simulator)
    simulator.faults.add(path=JPDS, kind="503", times=2)
    with pytest.raises(ApiError):
        session.call("GET", JPDS, purpose="list", once=True)

    assert session.call("GET", JPDS, purpose="list").status == 200
    assert [call.fault for call in simulator.calls] == ["503", "503", None]


def test_busy_server_is_given_up_after_three_more_attempts(simulator: Simulator) -> None:
    simulator.faults.add(path=JPDS, kind="503", times=None)

    with pytest.raises(ApiError) as caught:
        platform(simulator).call("GET", JPDS, purpose="list the JPDs")

    assert caught.value.details["http_status"] == 503
    assert [call.fault for call in simulator.calls] == ["503"] * 4


def test_retry_after_is_honoured(simulator: Simulator) -> None:
    simulator.faults.add(path=JPDS, kind="429_retry_after", seconds=1)
    started = time.monotonic()

    platform(simulator).call("GET", JPDS, purpose="list")

    assert 0.9 <= time.monotonic() - started < 5


def test_retry_after_has_a_ceiling(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.1)
    simulator.faults.add(path=JPDS, kind="429_retry_after", seconds=3600)
    started = time.monotonic()

    platform(simulator).call("GET", JPDS, purpose="list")

    assert time.monotonic() - started < 5


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_read_only_session_refuses_to_write(simulator: Simulator, method: str) -> None:
    with pytest.raises(AssertionError, match="check mode"):
        platform(simulator, read_only=True).call(method, JPDS, purpose="write")

    assert list(simulator.calls) == []


def test_read_only_session_sends_a_post_that_only_reads(simulator: Simulator) -> None:
    answer = platform(simulator, read_only=True).call(
        "POST",
        "/access/api/v1/system/federation/validate_server",
        json={"url": simulator.platform.url + "/access"},
        ok=(204, 412),
        safe=True,
        purpose="test",
    )

    assert answer.status in (204, 412)


@pytest.mark.parametrize("name", ["..", ".", "%2e%2e", "%2E.", "a/../.."], ids=lambda name: str(name).replace("/", "|"))
def test_name_that_leads_to_another_path_is_refused_and_nothing_is_sent(name: str) -> None:
    with serve(Stub()) as stub, pytest.raises(EdgeError, match="leads to another address") as caught:
        stubbed(stub).call("DELETE", f"/access/api/v2/users/{name}", purpose="delete the user")

    assert caught.value.msg.startswith(f"Cannot delete the user at the platform {stub.url}: ")
    assert stub.requests == []


@pytest.mark.parametrize("name", ["...", ".hidden", "a..b", "v1.2", "..%2Fx"])
def test_name_with_dots_that_leads_nowhere_else_is_sent(name: str) -> None:
    with serve(Stub()) as stub:
        stubbed(stub).call("DELETE", f"/access/api/v2/users/{name}", purpose="delete the user")

    assert [path for _method, path, _headers in stub.requests] == [f"/access/api/v2/users/{name}"]


def test_redirect_is_an_error_and_is_not_followed() -> None:
    location = "https://login.example.com/sso?session=abc"
    with serve(Stub(status=302, headers={"Location": location})) as stub, pytest.raises(ApiError) as caught:
        stubbed(stub).call("GET", "/x", purpose="look")

    assert caught.value.msg == (
        f"Cannot look at the platform {stub.url}: it answered 302 Found and redirects to "
        "https://login.example.com/sso. Use the base URL that the redirect names."
    )
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param(b"<html><title>Sign in</title></html>", 'with a web page ("Sign in")', id="login-page"),
        pytest.param(b"<html></html>", "with a web page", id="empty-page"),
        pytest.param(b"", "with an empty body", id="empty"),
        pytest.param(b"OK", "with a body of an unknown shape", id="text"),
        pytest.param(b"[]", "with a body of an unknown shape", id="array"),
        pytest.param(b'{"other":1}', "with a body of an unknown shape", id="object-without-the-key"),
    ],
)
def test_body_that_is_not_the_documented_one_is_an_error(body: bytes, what: str) -> None:
    with serve(Stub(body=body)) as stub, pytest.raises(ApiError) as caught:
        stubbed(stub).call("GET", "/x", purpose="look").object("key")

    assert f"it answered 200 {what}. Check that platform_url is the deployment's base URL" in caught.value.msg
    assert caught.value.details["http_status"] == 200


def test_refusal_names_what_where_why_and_what_to_do(simulator: Simulator) -> None:
    token = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")

    with pytest.raises(ApiError) as caught:
        platform(simulator, token=token).call("GET", JPDS, purpose="list the JPDs")

    said = caught.value.details.pop("api_errors")
    assert caught.value.msg == (
        f'Cannot list the JPDs at the platform {simulator.platform.url}: it answered 403 Forbidden ("{said[0]}"). '
        "Use platform_access_token with admin rights; if the answer is a web page, check the platform's IP allowlist."
    )
    assert caught.value.details == {
        "http_method": "GET",
        "http_url": simulator.platform.url + JPDS,
        "http_status": 403,
    }


def test_error_never_shows_what_the_server_echoes() -> None:
    echo = f'{{"errors":[{{"message":"bad {SECRET} and marked-join-key and eyJhbGci.eyJzdWIi.c2ln"}}]}}'.encode()
    with serve(Stub(status=400, body=echo)) as stub, pytest.raises(ApiError) as caught:
        stubbed(stub).call("POST", "/x", purpose="send", secrets=["marked-join-key"])

    assert 'it answered 400 Bad Request ("bad ******** and ******** and ********")' in caught.value.msg
    assert SECRET not in repr(caught.value.to_fail_json())


def test_connection_refused_is_one_clause() -> None:
    url = f"https://127.0.0.1:{refused_port()}"

    with pytest.raises(TransportError) as caught:
        JFrogSession(url, SECRET).call("GET", "/x", purpose="look")

    assert caught.value.msg == (
        f"Cannot look at the platform {url}: connection refused. "
        "Check platform_url, and that it can be reached from the host that runs this module."
    )


def test_unknown_issuer_is_one_clause_that_names_the_option(simulator: Simulator) -> None:
    with pytest.raises(TransportError) as caught:
        JFrogSession(simulator.platform.url, SECRET, peer=EDGE).call("GET", "/x", purpose="look")

    assert caught.value.details["reason"].startswith("its TLS certificate is not trusted: ")
    assert caught.value.msg.endswith(". Name the file of the CA that issued it in edge_ca_path.")
    assert "HTTPSConnectionPool" not in caught.value.msg


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "the CA file holds no usable certificate", id="missing"),
        pytest.param("no certificate", "the CA file holds no usable certificate", id="rubbish"),
    ],
)
def test_bad_ca_file_is_named(simulator: Simulator, tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)

    with pytest.raises(TransportError) as caught:
        platform(simulator, verify=str(path)).call("GET", JPDS, purpose="look")

    assert caught.value.details["reason"] == reason
    assert caught.value.msg.endswith("Check the file that platform_ca_path names.")


def test_plain_http_port_is_told_apart() -> None:
    with serve(Stub()) as stub, pytest.raises(TransportError) as caught:
        JFrogSession(stub.url.replace("http:", "https:"), SECRET).call("GET", "/x", purpose="look")

    assert caught.value.details["reason"] == "it does not speak TLS on this port"


def test_name_that_nobody_knows_is_told_apart() -> None:
    with pytest.raises(TransportError) as caught:
        JFrogSession("https://edge.invalid", SECRET).call("GET", "/x", purpose="look", once=True)

    assert caught.value.details["reason"] == "the host name cannot be resolved"


def test_slow_answer_ends_at_the_time_limit(simulator: Simulator) -> None:
    simulator.faults.add(path=JPDS, kind="slow", seconds=3, times=1)

    with pytest.raises(TransportError) as caught:
        platform(simulator, timeout=0.3).call("GET", JPDS, purpose="look", once=True)

    assert caught.value.details["reason"] == "no answer within the time limit"


def test_answer_that_never_came_is_told_apart(simulator: Simulator) -> None:
    simulator.faults.add(path=JPDS, kind="hang_up")

    with pytest.raises(TransportError) as caught:
        platform(simulator).call("GET", JPDS, purpose="look", once=True)

    assert "before an answer came" in caught.value.details["reason"]


def test_server_time_is_that_of_the_last_answer(simulator: Simulator) -> None:
    simulator.clock.skew["acme"] = 3600
    session = platform(simulator)
    session.call("GET", "/mc/api/v1/system/ping", purpose="ping")

    assert session.server_time is not None
    ahead = session.server_time - datetime.now(timezone.utc)
    assert timedelta(minutes=59) < ahead < timedelta(minutes=61)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Sun, 99 Foo 2026 00:00:00 GMT",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999",
    ],
)
def test_date_header_that_is_none_is_no_time(date: str) -> None:
    assert module._http_date(date) is None


def test_user_agent_is_sent(simulator: Simulator) -> None:
    platform(simulator, agent="hybrid.jfrog/9.9.9").call("GET", JPDS, purpose="list")

    assert [call.user_agent for call in simulator.calls] == ["hybrid.jfrog/9.9.9"]


def test_repr_shows_the_url_only(simulator: Simulator) -> None:
    session = platform(simulator, token=SECRET)

    assert repr(session) == f"JFrogSession({simulator.platform.url!r})"
    assert SECRET not in repr(vars(session)["_http"].auth)


def test_connection_is_kept_between_calls() -> None:
    with serve(Stub(body=b"{}")) as stub, stubbed(stub) as session:
        for once in (False, True, False):
            session.call("GET", "/x", purpose="look", once=once)

    assert len(stub.requests) == 3
    assert len(stub.connections) == 1


@pytest.mark.parametrize(
    ("token", "says"),
    [
        pytest.param(f"{SECRET}\n", "has blanks, line ends or other characters", id="line-end"),
        pytest.param(f"{SECRET}\u2019", "has blanks, line ends or other characters", id="not-ascii"),
        pytest.param(" ", "is empty", id="blank"),
    ],
)
def test_token_that_no_header_takes_is_refused_without_showing_it(token: str, says: str) -> None:
    with pytest.raises(EdgeError) as caught:
        JFrogSession("https://edge.example.com", token, peer=EDGE)

    assert caught.value.msg == (
        f"Cannot use edge_access_token: it {says}"
        + (" in it that no access token has" if "blanks" in says else "")
        + ". Give the token alone, without a line end."
    )


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf])
def test_time_limit_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(EdgeError, match=f"Cannot wait {seconds:g} seconds for an answer"):
        JFrogSession("https://edge.example.com", SECRET, timeout=seconds)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"key":' * 200_000], ids=["array", "object"])
@pytest.mark.parametrize("status", [200, 400])
def test_body_that_is_nested_too_deep_is_an_error(body: bytes, status: int) -> None:
    with serve(Stub(status=status, body=body)) as stub, pytest.raises(ApiError) as caught:
        stubbed(stub).call("GET", "/x", purpose="look").object("key")

    assert caught.value.details["http_status"] == status


def test_body_that_is_too_large_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 1000)
    with serve(Stub(body=b" " * 1001)) as stub, pytest.raises(TransportError) as caught:
        stubbed(stub).call("GET", "/x", purpose="look")

    assert caught.value.details["reason"] == "its answer is larger than any that is documented"


@pytest.mark.parametrize("old_urllib3", [False, True])
def test_body_that_comes_in_drops_ends_at_the_time_limit(monkeypatch: pytest.MonkeyPatch, old_urllib3: bool) -> None:
    if old_urllib3:
        monkeypatch.setattr(bodies, "_PIECE", 1)
        monkeypatch.setattr("urllib3.response.HTTPResponse.read1", None)
    begun = time.monotonic()

    with serve(Stub(body=b"x" * 400, pause=0.01)) as stub, pytest.raises(TransportError) as caught:
        stubbed(stub, timeout=0.2).call("GET", "/x", purpose="look", once=True)

    assert caught.value.details["reason"] == "no answer within the time limit"
    assert time.monotonic() - begun < 2


def test_sessions_share_what_they_read_of_one_ca_file(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    tls._loaded.cache_clear()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))

    for verify in (True, str(simulator.ca_path), True):
        with platform(simulator, verify=verify) as session:
            session.call("GET", JPDS, purpose="look")

    assert (tls._loaded.cache_info().misses, tls._loaded.cache_info().hits) == (1, 2)


def test_authorities_of_one_session_are_not_those_of_another(simulator: Simulator) -> None:
    """The environment's authorities must not get into the context of those that were named."""
    with platform(simulator) as session:
        session.call("GET", JPDS, purpose="look")

    with pytest.raises(TransportError) as caught, platform(simulator, verify=True) as session:
        session.call("GET", JPDS, purpose="look")

    assert caught.value.details["reason"].startswith("its TLS certificate is not trusted")
