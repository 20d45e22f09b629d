# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module api: any endpoint, with our connection, retries, masking and check mode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hybrid.jfrog.plugins.modules import api
from simulator.simulator import Simulator
from unit.modules.play import play
from unit.modules.rest_cases import LYON, assert_no_secret, edge_options, jpd_options, platform_options
from unit.modules.run_module import run_module

EXPIRY = "/access/api/v1/config/token/default_expiry"
NOT_SENT = {"sent": False, "status": None, "json": None, "text": None, "headers": {}}


def call(simulator: Simulator, path: str, *, edge: str | None = None, check: bool = False, **options: Any) -> Any:
    """The result of the module for the platform, or for an Edge."""
    side = {"side": "edge", **edge_options(simulator, edge)} if edge else platform_options(simulator)
    return run_module("api", {**side, "path": path, **options}, check=check)


def sent(simulator: Simulator) -> list[tuple[str, str, str | None]]:
    return [(call.method, call.path, call.fault) for call in simulator.calls if call.by_client]


def shown(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result.get(name) for name in ("changed", "sent", "status", "json", "text")}


@pytest.mark.parametrize("check", [False, True], ids=["for-real", "check-mode"])
def test_json_and_text_are_read_also_in_check_mode(simulator: Simulator, check: bool) -> None:
    simulator.add_edge("lyon", version="7.104.2")

    version = call(simulator, "/artifactory/api/system/version", edge="lyon", check=check)
    ping = call(simulator, "/artifactory/api/system/ping", check=check)

    assert (version["json"]["version"], version["text"], version["status"]) == ("7.104.2", None, 200)
    assert version["headers"]["content-type"].startswith("application/json")
    assert shown(ping) == {"changed": False, "sent": True, "status": 200, "json": None, "text": "OK"}
    assert "set-cookie" not in version["headers"]


def test_query_selects_and_lists_repeat(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))

    found = call(simulator, "/mc/api/v1/jpds", query={"name": "lyon", "tag": None})

    assert [jpd["name"] for jpd in found["json"]] == ["lyon"]
    assert simulator.calls[-1].query == "name=lyon"


def test_five_runs_of_a_call_that_changes(simulator: Simulator) -> None:
    """Nothing is compared, so what the module reports is the method's rule; the caller decides with statuses."""
    simulator.add_edge("lyon")
    put = {"method": "PUT", "body": {"default_token_expiration": 7200}}

    predicted = call(simulator, EXPIRY, edge="lyon", check=True, **put)
    assert {**NOT_SENT, "changed": True}.items() <= predicted.items()
    assert simulator.calls.writes == []

    for _run in range(2):
        real = call(simulator, EXPIRY, edge="lyon", **put)
        assert (real["changed"], real["sent"]) == (True, True)
    assert call(simulator, EXPIRY, edge="lyon", check=True, **put)["changed"] is True
    never = call(simulator, EXPIRY, edge="lyon", changed_status_code=[], **put)
    assert never["changed"] is False
    assert call(simulator, EXPIRY, edge="lyon")["json"]["default_token_expiration"] == 7200
    assert len(simulator.calls.writes) == 3


@pytest.mark.parametrize("check", [False, True], ids=["for-real", "check-mode"])
def test_safe_post_is_made_in_check_mode_and_changes_nothing(simulator: Simulator, check: bool) -> None:
    lyon = simulator.add_edge("lyon")
    validate = {"method": "POST", "body": {"url": f"{lyon.url}/access"}, "status_code": [204, 412], "safe": True}

    result = call(simulator, "/access/api/v1/system/federation/validate_server", check=check, **validate)

    assert (result["status"], result["changed"], result["sent"]) == (412, False, True)


def test_post_without_safe_is_not_sent_in_check_mode(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    mint = "/access/api/v1/service_trust/pairing/mission-control"

    result = call(simulator, mint, edge="lyon", method="POST", check=True)

    assert (result["sent"], result["changed"], list(simulator.calls)) == (False, True, [])


def test_delete_carries_a_json_body_and_tells_whether_there_was_something(simulator: Simulator) -> None:
    """control-plane-api.md, Traps 30."""
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    revoke = {
        "method": "DELETE",
        "path": "/access/api/v1/service_trust/pairings/*",
        "body": {"base_url": simulator.platform.url},
        "status_code": [200, 404],
    }

    first = call(simulator, edge="lyon", **revoke)
    second = call(simulator, edge="lyon", **revoke)

    assert [(one["status"], one["changed"]) for one in (first, second)] == [(200, True), (404, False)]


def test_health_that_is_answered_with_503_is_read_when_that_is_expected(simulator: Simulator) -> None:
    """control-plane-api.md, Traps 25."""
    simulator.add_edge("lyon").unhealthy["jfrt"] = "no licence"
    simulator.calls.clear()
    path = "/router/api/v1/system/health"

    result = call(simulator, path, edge="lyon", status_code=[200, 503])

    assert (result["status"], result["json"]["router"]["state"]) == (503, "UNHEALTHY")
    assert sent(simulator) == [("GET", path, None)]


@pytest.mark.parametrize(
    ("method", "attempts"),
    [("GET", 2), ("PUT", 2), ("DELETE", 2), ("POST", 1)],
)
def test_reads_and_what_can_be_repeated_are_retried_and_a_post_is_sent_once(
    simulator: Simulator, method: str, attempts: int
) -> None:
    simulator.faults.add(site="acme", kind="503", times=1)

    result = call(simulator, "/mc/api/v1/jpds/JPD-9", method=method, status_code=[404, 405, 415])

    assert len(sent(simulator)) == attempts
    assert result.get("failed", False) is (method == "POST")


def test_post_whose_answer_is_lost_is_not_sent_again(simulator: Simulator) -> None:
    lyon = simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", method="POST", kind="drop_answer")
    mint = "/access/api/v1/service_trust/pairing/mission-control"

    result = call(simulator, mint, edge="lyon", method="POST")

    assert result["failed"] is True
    assert result["msg"] == (
        f"Cannot call POST {mint} at the Edge {lyon.url}: the connection was closed before an answer came. "
        "Check edge_url, and that it can be reached from the host that runs this module."
    )
    assert len(simulator.calls.writes) == 1


def test_form_is_sent_as_one(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    form = {"body_format": "form-urlencoded", "body": {"grant_type": "client_credentials", "expires_in": 60}}

    result = call(simulator, "/access/api/v1/tokens", edge="lyon", method="POST", **form)

    assert (result["status"], result["json"]["access_token"]) == (200, "********")


def test_text_is_sent_with_its_content_type(simulator: Simulator) -> None:
    lyon = simulator.add_edge("lyon")
    path = "/artifactory/api/system/configuration/baseUrl"

    result = call(simulator, path, edge="lyon", method="PUT", body=lyon.url, body_format="raw")

    assert result["status"] == 200, result
    assert lyon.custom_base_url == lyon.url


def test_file_is_sent_as_it_is(simulator: Simulator, tmp_path: Path) -> None:
    lyon = simulator.add_edge("lyon")
    (tmp_path / "url").write_bytes(lyon.url.encode())
    path = "/artifactory/api/system/configuration/baseUrl"

    result = call(simulator, path, edge="lyon", method="PUT", src=str(tmp_path / "url"), content_type="text/plain")

    assert result["status"] == 200, result
    assert lyon.custom_base_url == lyon.url


def test_tokens_of_an_answer_are_masked_unless_they_are_wanted(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    mint = {"path": "/access/api/v1/service_trust/pairing/mission-control", "method": "POST"}

    masked = call(simulator, edge="lyon", **mint)
    wanted = call(simulator, edge="lyon", mask_secrets=False, **mint)

    assert masked["json"] == {"pairing_token": "********"}
    assert wanted["json"]["pairing_token"].startswith("eyJ")


@pytest.mark.parametrize(
    ("mask", "name", "status"),
    [
        pytest.param([], "HOME", "ONLINE", id="nothing"),
        pytest.param(["code"], "HOME", "********", id="key"),
        pytest.param(["$[*].name", "$[0].status.code"], "********", "********", id="paths"),
    ],
)
def test_masked_values_are_not_shown(simulator: Simulator, mask: list[str], name: str, status: str) -> None:
    (home,) = call(simulator, "/mc/api/v1/jpds", mask=mask)["json"]

    assert (home["name"], home["status"]["code"], home["id"]) == (name, status, "JPD-1")


def test_answer_that_is_no_json_is_hidden_whole_when_something_of_it_is_to_be_masked(simulator: Simulator) -> None:
    assert call(simulator, "/artifactory/api/system/ping", mask=["signature"])["text"] == "********"


def test_secrets_never_show_up(simulator: Simulator) -> None:
    """The Edge echoes nothing here, so the result holds its invocation only; the error page echoes the path."""
    simulator.add_edge("lyon")
    options = edge_options(simulator, "lyon")
    body = {"name": "x", "remote": {"password": "marked-by-its-key"}, "other": "marked-by-the-option"}

    for more in ({}, {"check": True}):
        result = call(
            simulator,
            "/mc/api/v1/nothing",
            edge="lyon",
            method="POST",
            body=body,
            secrets=["marked-by-the-option"],
            **more,
        )
        assert_no_secret(result, simulator, options["edge_access_token"], "marked-by-its-key", "marked-by-the-option")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(
            {"path": "https://evil.example.com/"}, "Cannot use path: it does not start with one '/'", id="url"
        ),
        pytest.param({"path": "/a/../b"}, "Cannot use path: it has a step '.' or '..' in it.", id="upwards"),
        pytest.param(
            {"headers": {"Authorization": "Basic marked-secret"}},
            "Cannot use headers: Authorization is set by the connection.",
            id="authorization",
        ),
        pytest.param({"mask": ["a", "b["]}, "Cannot use mask: 'b[' is no key and no path.", id="mask"),
        pytest.param(
            {"method": "POST", "body": "marked-secret"}, "Cannot send body: it is a text that is no JSON.", id="body"
        ),
        pytest.param(
            {"method": "POST", "src": "/nowhere/file"},
            "Cannot send the file /nowhere/file: No such file or directory. Name a file that can be read on the host",
            id="file",
        ),
        pytest.param({"src": "/x", "body": {}}, "parameters are mutually exclusive: body|src", id="two-bodies"),
        pytest.param({"side": "edge"}, "side is edge but all of the following are missing: edge_url", id="no-edge"),
        pytest.param({"method": "TRACE"}, "value of method must be one of", id="method"),
    ],
)
@pytest.mark.parametrize("check", [False, True], ids=["for-real", "check-mode"])
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(
    simulator: Simulator, options: dict[str, Any], says: str, check: bool
) -> None:
    result = run_module("api", {**platform_options(simulator), "path": "/x", **options}, check=check)

    assert result["failed"] is True
    assert says in result["msg"]
    assert "marked-secret" not in result["msg"]
    assert list(simulator.calls) == []


@pytest.mark.parametrize(
    ("path", "options", "says", "status"),
    [
        pytest.param(
            "/mc/api/v1/jpds/JPD-9",
            {},
            'it answered 404 Not Found ("HTTP 404 Not Found"). Check that platform_url is the deployment\'s base URL',
            404,
            id="mission-control-404",
        ),
        pytest.param(
            "/mc/api/v1/jpds",
            {"query": {"status": "ASLEEP"}},
            "it answered 400 Bad Request (\"Invalid status 'ASLEEP'.",
            400,
            id="mission-control-400",
        ),
        pytest.param(
            "/mc/api/v1/jpds",
            {"platform_access_token": "marked-secret"},
            "it answered 401 Unauthorized",
            401,
            id="401",
        ),
        pytest.param("/mc/api/v1/jpds", {"status_code": [204]}, "it answered 200 OK", 200, id="success-not-expected"),
    ],
)
def test_status_that_is_not_expected_is_an_error(
    simulator: Simulator, path: str, options: dict[str, Any], says: str, status: int
) -> None:
    result = call(simulator, path, **options)

    assert (result["failed"], result["http_status"]) == (True, status)
    assert result["msg"].startswith(f"Cannot call GET {path} at the platform {simulator.platform.url}: ")
    assert says in result["msg"]
    assert "marked-secret" not in json.dumps(result)


def test_page_of_something_in_front_is_text(simulator: Simulator) -> None:
    simulator.faults.add(site="acme", kind="502_html", times=None)

    result = call(simulator, "/artifactory/api/system/ping", status_code=[502])

    assert (result["status"], result["json"]) == (502, None)
    assert "<html" in result["text"]


def test_call_without_a_token_has_no_credentials(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    options = {**edge_options(simulator, "lyon"), "side": "edge", "path": "/router/api/v1/system/health"}
    del options["edge_access_token"]

    assert run_module("api", options)["status"] == 200
    assert simulator.calls[-1].who == "-"


def test_examples_run_as_they_stand(simulator: Simulator, tmp_path: Path) -> None:
    """With ansible-playbook, but for the addresses and tokens of the simulator."""
    simulator.add_edge("lyon")
    here = {**platform_options(simulator), **edge_options(simulator, "lyon")}
    tasks = {}
    for example in yaml.safe_load(api.EXAMPLES):
        options = example["hybrid.jfrog.api"]
        options.update({name: value for name, value in here.items() if name in options or name.endswith("ca_path")})
        if "verifyconnection" in options["path"]:
            options["body"] = {"endpoint": f"{simulator.platform.url}/artifactory/api/system/ping"}
        example.pop("register", None)
        tasks[example.pop("name")] = example

    played = play(tmp_path, tasks, "-vvv")

    results = list(played.results.values())
    assert [result.get("status") for result in results] == [200, 200, 200, 200, 404], played.output
    assert [result["changed"] for result in results] == [False, False, False, True, False]
    assert results[0]["json"]["version"] == simulator.platform.version
    assert [
        token for token in (here["platform_access_token"], here["edge_access_token"]) if token in played.output
    ] == []
    assert "config file = " in played.output


def test_location_of_a_jpd_is_shown_as_the_platform_has_it(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))

    jpds = call(simulator, "/mc/api/v1/jpds")["json"]

    assert jpds[1]["location"] == LYON
