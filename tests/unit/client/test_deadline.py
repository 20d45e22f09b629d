# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the other end does, a call ends in time: hanging servers, too many requests, all calls of a session."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from urllib3.response import HTTPResponse

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import deadline as deadlines
from ansible_collections.hybrid.jfrog.plugins.module_utils._client import patience
from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.patience import Limits, Patience
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, TransportError
from simulator.simulator import Simulator
from unit.client.hanging_server import BEHAVIOURS, hanging
from unit.client.stub_server import Stub, serve

JPDS = "/mc/api/v1/jpds"
LIMITS = Limits(3, 7, 0.5, 30.0, 120.0)
VALIDATE = "/access/api/v1/system/federation/validate_server"


def platform(simulator: Simulator, **options: Any) -> JFrogSession:
    token = simulator.platform.admin_token()
    return JFrogSession(simulator.platform.url, token, verify=str(simulator.ca_path), **options)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_server_that_sends_a_byte_now_and_then_ends_at_the_time_limit(behaviour: str) -> None:
    begun = time.monotonic()

    with hanging(behaviour) as url, pytest.raises(TransportError) as caught:
        JFrogSession(url, "t" * 20, timeout=0.5).call("GET", "/x", purpose="look", once=True)

    assert caught.value.details["reason"] == "no answer within the time limit"
    assert time.monotonic() - begun < 5


def test_server_that_does_not_answer_in_time_is_asked_once_more_only(simulator: Simulator) -> None:
    simulator.faults.add(path=JPDS, kind="slow", seconds=30, times=None)

    with pytest.raises(TransportError), platform(simulator, timeout=0.3) as session:
        session.call("GET", JPDS, purpose="list the JPDs")

    assert len(simulator.faults.active) == 1
    assert simulator.calls.find(path=JPDS) == []


def test_all_calls_of_a_session_end_when_their_time_is_over(simulator: Simulator) -> None:
    simulator.faults.add(path=JPDS, kind="slow", seconds=30, times=None)
    begun = time.monotonic()
    with platform(simulator, timeout=20, seconds=0.5) as session:
        with pytest.raises(TransportError) as caught:
            session.call("GET", JPDS, purpose="list the JPDs")
        simulator.faults.clear()
        with pytest.raises(TransportError) as again:
            session.call("GET", JPDS, purpose="list the JPDs")

    assert caught.value.details["reason"] == again.value.details["reason"] == "the time for all calls to it is over"
    assert time.monotonic() - begun < 5


def test_time_that_is_over_ends_the_pause_that_a_server_asks_for(simulator: Simulator) -> None:
    simulator.faults.add(path=JPDS, kind="429_retry_after", seconds=20, times=None)
    begun = time.monotonic()

    with pytest.raises(ApiError, match="it answered 429"), platform(simulator, seconds=5) as session:
        session.call("GET", JPDS, purpose="list the JPDs")

    assert time.monotonic() - begun < 4


def test_body_that_ends_before_its_length_is_an_error() -> None:
    stub = Stub(body=b"{}", headers={"Content-Length": "10", "Connection": "close"})

    with serve(stub), pytest.raises(TransportError) as caught:
        JFrogSession(stub.url, "t" * 20, timeout=2).call("GET", "/x", purpose="look", once=True)

    assert caught.value.details["reason"] == "the connection was closed before an answer came"


def test_too_many_requests_is_tried_until_it_gets_through_whatever_the_method(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 says that nothing was done (control-plane-api.md 8), so a POST may be sent again, too."""
    monkeypatch.setattr(module, "PAUSE_FACTOR", 0.01)
    path = "/access/api/v1/tokens"
    simulator.faults.add(path=path, method="POST", kind="429", times=6)

    with platform(simulator) as session:
        session.call("POST", path, content=("application/x-www-form-urlencoded", "expires_in=60"), purpose="create")

    assert [call.fault for call in simulator.calls.find(path=path)] == ["429"] * 6 + [None]


def test_server_that_is_always_busy_is_given_up(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_FACTOR", 0.01)
    simulator.faults.add(path=JPDS, kind="429", times=None)

    with pytest.raises(ApiError, match="it answered 429"), platform(simulator) as session:
        session.call("GET", JPDS, purpose="list")

    assert len(simulator.calls.find(path=JPDS)) == 1 + module.ATTEMPTS_WHEN_BUSY


def test_server_that_puts_us_off_again_and_again_is_given_up_when_that_has_taken_long_enough(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_BUSY", 2.5)
    simulator.faults.add(path=JPDS, kind="429_retry_after", seconds=1, times=None)
    begun = time.monotonic()

    with pytest.raises(ApiError, match="it answered 429"), platform(simulator) as session:
        session.call("GET", JPDS, purpose="list")

    assert time.monotonic() - begun < 4
    assert 2 <= len(simulator.calls.find(path=JPDS)) <= 3


def test_server_that_had_all_its_time_gets_one_attempt_a_call_until_it_answers_something_else(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_BUSY", 1.5)
    simulator.faults.add(path=JPDS, kind="429_retry_after", seconds=1, times=None)

    with platform(simulator) as session:
        attempts = []
        for _ in range(3):
            simulator.calls.clear()
            with pytest.raises(ApiError, match="it answered 429"):
                session.call("GET", JPDS, purpose="list")
            attempts.append(len(simulator.calls.find(path=JPDS)))
        simulator.faults.clear()
        session.call("GET", JPDS, purpose="list")
        simulator.faults.add(path=JPDS, kind="429_retry_after", seconds=1, times=1)
        session.call("GET", JPDS, purpose="list")

    assert attempts == [2, 1, 1]


def test_those_who_were_put_off_do_not_come_back_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", pauses.append)
    answer = HTTPResponse(status=429, headers={"Retry-After": "2"})

    for _ in range(20):
        Patience.of(LIMITS, repeatable=True, since=time.monotonic()).sleep(answer)

    assert len(set(pauses)) > 10
    assert all(2.0 <= pause <= 2.5 for pause in pauses)


def test_pauses_of_a_busy_server_that_names_none_grow_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", pauses.append)
    tried = Patience.of(LIMITS, repeatable=False, since=time.monotonic())

    for _ in range(4):
        tried = tried.increment("POST", "/x", HTTPResponse(status=429))
        tried.sleep()

    assert [0.5 * longest <= pause <= longest for pause, longest in zip(pauses, (0.5, 1, 2, 4))] == [True] * 4


@pytest.mark.parametrize("kind", ["503", "502_html", "hang_up", "drop_answer"])
def test_post_that_only_reads_is_tried_again_as_reads_are(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(module, "PAUSE_FACTOR", 0.01)
    edge = simulator.add_edge("lyon")
    simulator.faults.add(path=VALIDATE, kind=kind, times=2)

    with platform(simulator, read_only=True) as session:
        answer = session.call(
            "POST", VALIDATE, json={"url": f"{edge.url}/access"}, ok=(204, 412), safe=True, purpose="test the trust"
        )

    assert answer.status == 412
    assert [call.fault for call in simulator.calls.find(path=VALIDATE)] == [kind, kind, None]


def test_deadlines_hold_in_a_process_that_was_forked() -> None:
    """Ansible forks a worker for each task, and a child has none of its parent's threads."""
    with hanging("silent") as url:
        with pytest.raises(TransportError):
            JFrogSession(url, "t" * 20, timeout=0.2).call("GET", "/x", purpose="look", once=True)
        assert deadlines._alarms._thread is not None

        child = os.fork()
        if child == 0:
            try:
                JFrogSession(url, "t" * 20, timeout=20, seconds=0.3).call("GET", "/x", purpose="look", once=True)
            except TransportError as exc:
                os._exit(0 if "the time for all calls to it is over" in exc.msg else 1)
            os._exit(2)
        ends = time.monotonic() + 10
        while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < ends:
            time.sleep(0.05)
        if ended == (0, 0):
            os.kill(child, 9)
            os.waitpid(child, 0)
    assert ended == (child, 0)
