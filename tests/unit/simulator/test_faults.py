# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on request, and what the log of calls says about it."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from simulator.call_log import Call
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import JPDS, PAIRING, Client

PING = "/router/api/v1/system/ping"


def test_503_some_times_and_then_fine(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.faults.add(site="lyon", kind="503", times=2)
    assert [call(lyon, "GET", PING).status_code for _ in range(3)] == [503, 503, 200]


@pytest.mark.parametrize(
    ("kind", "seconds", "status", "retry_after", "content_type"),
    [
        pytest.param("429", None, 429, None, "application/json", id="429"),
        pytest.param("429_retry_after", None, 429, "1", "application/json", id="429-retry-after"),
        pytest.param("429_retry_after", 7, 429, "7", "application/json", id="429-retry-after-7"),
        pytest.param("502_html", None, 502, None, "text/html", id="502-html"),
        pytest.param("503", None, 503, None, "application/json", id="503"),
        pytest.param("409", None, 409, None, "application/json", id="409"),
        pytest.param("login_page", None, 200, None, "text/html", id="login-page"),
    ],
)
def test_answer_in_place_of_the_service(
    simulator: Simulator,
    call: Client,
    kind: str,
    seconds: float | None,
    status: int,
    retry_after: str | None,
    content_type: str,
) -> None:
    simulator.faults.add(kind=kind, seconds=seconds)
    response = call(simulator.platform, "GET", JPDS)
    assert (response.status_code, response.headers.get("Retry-After")) == (status, retry_after)
    assert response.headers["content-type"].partition(";")[0] == content_type
    assert call(simulator.platform, "GET", JPDS).status_code == 200


@pytest.mark.parametrize(
    ("where", "hit"),
    [
        pytest.param({}, True, id="everywhere"),
        pytest.param({"site": "lyon"}, True, id="site"),
        pytest.param({"site": "acme"}, False, id="another-site"),
        pytest.param({"method": "POST"}, True, id="method"),
        pytest.param({"method": "GET"}, False, id="another-method"),
        pytest.param({"path": "/access/api/v1/service_trust"}, True, id="path-prefix"),
        pytest.param({"path": "/access/api/v1/tokens"}, False, id="another-path"),
    ],
)
def test_fault_hits_what_it_names(
    simulator: Simulator, call: Client, lyon: Edge, where: dict[str, str], hit: bool
) -> None:
    simulator.faults.add(kind="503", times=None, **where)
    assert call(lyon, "POST", PAIRING).status_code == (503 if hit else 200)
    simulator.faults.clear()
    assert call(lyon, "POST", PAIRING).status_code == 200


def test_fault_may_name_one_node(simulator: Simulator, call: Client) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)
    simulator.faults.add(site="osaka-2", kind="503", times=None)
    statuses = [
        call(osaka, "GET", PING, url=url).status_code for url in (osaka.url, *(node.url for node in osaka.nodes))
    ]
    assert statuses == [200, 200, 503]


def test_fault_comes_after_so_many_calls_that_it_would_match(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.faults.add(site="lyon", kind="503", after=2)
    assert call(simulator.platform, "GET", JPDS).status_code == 200
    assert [call(lyon, "GET", PING).status_code for _ in range(4)] == [200, 200, 503, 200]


@pytest.mark.parametrize("kind", ["truncated", "wrong_type"])
def test_spoilt_answer_is_no_answer_although_the_work_is_done(
    simulator: Simulator, call: Client, lyon: Edge, kind: str
) -> None:
    simulator.faults.add(site="acme", method="POST", path=JPDS, kind=kind)
    answer = call.register(lyon)
    assert call.jpd("lyon")["id"] == "JPD-2"
    assert answer.status_code == 201
    if kind == "truncated":
        with pytest.raises(requests.exceptions.JSONDecodeError):
            answer.json()
    else:
        assert isinstance(answer.json(), list)


def test_array_of_the_wrong_type_is_a_text(simulator: Simulator, call: Client) -> None:
    simulator.faults.add(site="acme", kind="wrong_type")
    assert call(simulator.platform, "GET", JPDS).json() == "unexpected"


def test_connection_ends_in_the_middle_of_the_body_although_the_work_is_done(
    simulator: Simulator, call: Client, lyon: Edge
) -> None:
    simulator.faults.add(site="acme", method="POST", path=JPDS, kind="cut_body")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        call.register(lyon)
    assert call.jpd("lyon")["id"] == "JPD-2"


def test_nodes_start_anew_in_the_middle_of_a_call_and_the_site_comes_back(simulator: Simulator, call: Client) -> None:
    simulator.switches.start_duration = 0.2
    osaka = simulator.add_edge("osaka", nodes=2)
    simulator.faults.add(site="osaka", kind="restart")
    with pytest.raises(requests.ConnectionError):
        call(osaka, "GET", PING)
    assert [node.state for node in osaka.nodes] == ["starting", "starting"]
    for node in osaka.nodes:
        node.wait()
    simulator.refresh()
    assert call(osaka, "GET", PING).status_code == 200


def test_node_that_was_called_starts_anew_alone(simulator: Simulator, call: Client) -> None:
    simulator.switches.start_duration = 5.0
    osaka = simulator.add_edge("osaka", nodes=2)
    simulator.faults.add(site="osaka-2", kind="restart")
    with pytest.raises(requests.ConnectionError):
        call(osaka, "GET", PING, url=osaka.nodes[1].url)
    assert [node.state for node in osaka.nodes] == ["running", "starting"]


def test_platform_in_the_cloud_is_away_for_a_while(simulator: Simulator, call: Client) -> None:
    simulator.faults.add(site="acme", kind="restart", seconds=0.3)
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            call(simulator.platform, "GET", JPDS)
    time.sleep(0.6)
    assert call(simulator.platform, "GET", JPDS).status_code == 200


def test_dropped_answer_comes_after_the_work(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.faults.add(site="acme", method="POST", path=JPDS, kind="drop_answer")
    with pytest.raises(requests.ConnectionError):
        call.register(lyon)
    assert call.jpd("lyon")["id"] == "JPD-2"
    seen = simulator.calls.find(site="acme", method="POST")
    assert [(one.status, one.write, one.fault) for one in seen] == [(201, True, "drop_answer")]


def test_dropped_answer_may_be_the_router_s(simulator: Simulator, call: Client) -> None:
    simulator.faults.add(kind="drop_answer")
    with pytest.raises(requests.ConnectionError):
        call(simulator.platform, "GET", "/nowhere")
    assert [(one.status, one.fault) for one in simulator.calls] == [(404, "drop_answer")]


def test_answers_carry_the_time_of_their_site(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.clock.skew["lyon"] = -3600
    dates = [parsedate_to_datetime(call(site, "GET", PING).headers["Date"]) for site in (simulator.platform, lyon)]
    assert 3598 < (dates[0] - dates[1]).total_seconds() < 3602


def test_hang_up_comes_before_the_work(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.faults.add(site="acme", method="POST", path=JPDS, kind="hang_up")
    with pytest.raises(requests.ConnectionError):
        call.register(lyon)
    assert [entry["name"] for entry in simulator.platform.jpds] == ["HOME"]
    seen = simulator.calls.find(site="acme", method="POST")
    assert [(one.status, one.write, one.fault) for one in seen] == [(None, False, "hang_up")]


def test_slow_answer_is_right_in_the_end(simulator: Simulator, call: Client) -> None:
    simulator.faults.add(kind="slow", seconds=0.3)
    begun = time.monotonic()
    assert call(simulator.platform, "GET", JPDS).status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_refused_connection_cuts_also_those_that_are_open(simulator: Simulator, call: Client, lyon: Edge) -> None:
    assert call(lyon, "GET", PING).status_code == 200
    simulator.faults.add(site="lyon", kind="refuse")
    with pytest.raises(requests.ConnectionError, match="refused"):
        call(lyon, "GET", PING)
    assert call(simulator.platform, "GET", PING).status_code == 200
    simulator.faults.clear()
    assert call(lyon, "GET", PING).status_code == 200


def test_refusal_ends_by_itself(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.faults.add(site="lyon", kind="refuse", seconds=0.2)
    with pytest.raises(requests.ConnectionError):
        call(lyon, "GET", PING)
    time.sleep(0.5)
    assert call(lyon, "GET", PING).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param({"kind": "explode"}, "unknown kind of fault 'explode'", id="kind"),
        pytest.param({"kind": "refuse", "path": "/mc"}, "a refused connection has neither", id="refuse-with-path"),
        pytest.param({"times": 0}, "a fault happens at least once", id="never"),
        pytest.param({"after": -1}, "a fault comes after some calls", id="before-the-first"),
        pytest.param({"kind": "refuse", "after": 1}, "which a refused connection does not know", id="refuse-after"),
    ],
)
def test_fault_that_makes_no_sense_is_an_error(simulator: Simulator, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        simulator.faults.add(**arguments)


def test_log_of_calls_tells_who_did_what(simulator: Simulator, call: Client, lyon: Edge) -> None:
    headers = {"User-Agent": "a-client/1"}
    token = lyon.admin_token(username="ci")
    call(lyon, "POST", PAIRING, token=token, headers=headers, params={"x": "1"})
    call(lyon, "POST", PAIRING, token=token, headers=headers)
    call(lyon, "GET", "/access/api/v1/tokens", params={"description": "a"})
    call(lyon, "GET", PING, token="")
    expected = [
        ("POST", PAIRING, "x=1", 400, "ci", False),
        ("POST", PAIRING, "", 200, "ci", True),
        ("GET", "/access/api/v1/tokens", "description=a", 200, "admin", False),
        ("GET", PING, "", 200, "-", False),
    ]
    assert [(one.method, one.path, one.query, one.status, one.who, one.write) for one in simulator.calls] == expected
    assert simulator.calls[0].user_agent == "a-client/1"
    assert simulator.calls.writes == [simulator.calls[1]]
    assert len(simulator.calls.find(site="lyon", method="POST", path="/access")) == 2
    assert simulator.calls.find(site="acme") == []
    simulator.calls.clear()
    assert list(simulator.calls) == []


def test_mark_of_a_server_cannot_be_guessed(simulator: Simulator, call: Client, lyon: Edge) -> None:
    call(lyon, "GET", PING, token="", headers={"x-simulator-caller": "acme secret"})
    (seen,) = simulator.calls
    assert (seen.who, seen.by_client) == ("-", True)


def test_log_is_a_list(simulator: Simulator, call: Client, lyon: Edge) -> None:
    for _ in range(3):
        call(lyon, "GET", PING)
    assert len(simulator.calls) == 3
    assert isinstance(simulator.calls[-1], Call)
    assert simulator.calls[:2] == list(simulator.calls)[:2]


def test_who_asked_without_valid_credentials_has_no_name(simulator: Simulator, call: Client, lyon: Edge) -> None:
    call(lyon, "POST", PAIRING, token=simulator.platform.admin_token())
    assert [(one.who, one.status, one.write) for one in simulator.calls] == [("-", 401, False)]


@pytest.mark.parametrize("retry_after", [None, 2], ids=["bare", "retry-after"])
def test_platform_lets_so_many_requests_through_and_does_nothing_for_the_others(
    simulator: Simulator, call: Client, lyon: Edge, retry_after: int | None
) -> None:
    simulator.switches.platform_requests_per_second = 3
    simulator.switches.too_many_requests_retry_after = retry_after

    answers = [call(simulator.platform, "GET", JPDS) for _ in range(6)]

    codes = [answer.status_code for answer in answers]
    assert codes[:3] == [200, 200, 200]
    assert 429 in codes
    refused = answers[codes.index(429)]
    assert refused.headers.get("Retry-After") == (None if retry_after is None else str(retry_after))
    assert refused.json()["errors"]
    assert [call(lyon, "GET", PING).status_code for _ in range(6)] == [200] * 6
    time.sleep(0.5)
    assert call(simulator.platform, "GET", JPDS).status_code == 200
