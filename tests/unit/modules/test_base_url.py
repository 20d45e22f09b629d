# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""base_url: five runs, what is looked at afterwards, and what each refusal tells the user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.configuration import Configuration
from ansible_collections.hybrid.jfrog.plugins.modules import base_url as module
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.modules.play import run_playbook
from unit.modules.rest_cases import FastClock, assert_no_secret, edge_options, jpd_options, platform_options
from unit.modules.run_module import run_module

PUT = "/artifactory/api/system/configuration/baseUrl"
CONFIGURATION = "/artifactory/api/system/configuration"


@pytest.fixture
def lyon(simulator: Simulator) -> Edge:
    return simulator.add_edge("lyon")


def options(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    return {**edge_options(simulator, "lyon"), "base_url": simulator.edge("lyon").url, **changes}


def test_base_url_five_runs(simulator: Simulator, lyon: Edge) -> None:
    wanted = options(simulator)

    predicted = run_module("base_url", wanted, check=True)
    assert (predicted["changed"], predicted["drift"], predicted["base_url"]) == (True, ["base_url"], lyon.url)
    assert simulator.calls.writes == []

    real = run_module("base_url", wanted)
    assert (real["changed"], real["drift"], real["diff"]) == (True, ["base_url"], predicted["diff"])
    assert lyon.custom_base_url == lyon.url

    again = run_module("base_url", wanted)
    assert (again["changed"], again["drift"]) == (False, [])
    assert again["diff"]["before"] == again["diff"]["after"] == {"base_url": lyon.url}
    assert len(simulator.calls.writes) == 1

    lyon.custom_base_url = "https://10.1.2.3"
    found = run_module("base_url", wanted, check=True)
    assert (found["changed"], found["drift"]) == (True, ["base_url"])
    assert len(simulator.calls.writes) == 1

    repaired = run_module("base_url", wanted)
    assert (repaired["changed"], repaired["diff"]) == (True, found["diff"])
    assert lyon.custom_base_url == lyon.url
    assert run_module("base_url", wanted)["changed"] is False
    for result in (predicted, real, again, found, repaired):
        assert result["warnings"] == []
        assert_no_secret(result, simulator, wanted["edge_access_token"])


def test_url_with_the_context_of_artifactory_is_left_as_it_is(simulator: Simulator, lyon: Edge) -> None:
    lyon.custom_base_url = f"{lyon.url}/artifactory"

    result = run_module("base_url", options(simulator))

    assert (result["changed"], result["base_url"]) == (False, f"{lyon.url}/artifactory")


def test_registered_edge_loses_its_pairing_and_is_paired_again(simulator: Simulator, lyon: Edge) -> None:
    run_module("jpd", jpd_options(simulator))
    changed = lyon.url.replace("127.0.0.1", "localhost")

    run_module("base_url", options(simulator, base_url=changed))
    broken = run_module("jpd_info", platform_options(simulator))["jpds"][1]["status"]["code"]
    paired = run_module("jpd", jpd_options(simulator, url=changed, adopt_by_name=True))

    assert broken == "UNAUTHORIZED"
    assert paired["jpd"]["status"]["code"] == "ONLINE"


def test_answer_that_is_lost_is_settled_by_sending_the_same_again(simulator: Simulator, lyon: Edge) -> None:
    simulator.faults.add(site="lyon", method="PUT", kind="drop_answer")

    result = run_module("base_url", options(simulator))

    assert (result["changed"], lyon.custom_base_url) == (True, lyon.url)


def test_url_that_is_taken_and_not_shown_is_a_failure(
    simulator: Simulator, lyon: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Configuration, "set_base_url", lambda *_arguments: None)
    monkeypatch.setattr(module, "Clock", FastClock)

    result = run_module("base_url", options(simulator))

    assert result["msg"] == (
        f"Cannot set the custom base URL of {lyon.url}/ to {lyon.url}: it took it, and shows none 10 seconds later. "
        "See whether somebody else manages it, and artifactory-service.log."
    )


@pytest.mark.parametrize("status", [400, 403, 501])
def test_saas_deployment_is_told_apart_whatever_its_code(simulator: Simulator, lyon: Edge, status: int) -> None:
    simulator.switches.saas_refusal_status = status
    url = simulator.platform.url

    result = run_module("base_url", {**platform_options(simulator), "of": "platform", "base_url": url})

    assert result["msg"] == (
        f'Cannot set the custom base URL of {url}/: it answered {status} ("This operation is not supported in this '
        "environment\"). Only self-hosted deployments take one; on JFrog SaaS it is JFrog's. Leave edge_base_url out "
        "for it, and use the URL under which JFrog serves it."
    )
    assert result["http_status"] == status


@pytest.mark.parametrize(
    ("method", "kind", "says"),
    [
        pytest.param("GET", "401", "Cannot read the custom base URL at the Edge {url}: it answered 401", id="get-401"),
        pytest.param("GET", "403", "Use edge_access_token with admin rights", id="get-403"),
        pytest.param("PUT", "401", "Use a valid edge_access_token", id="put-401"),
        pytest.param("PUT", "403", "Use edge_access_token with admin rights", id="put-403"),
        pytest.param("PUT", "404", "Check that edge_url is the deployment's base URL", id="put-404"),
        pytest.param(
            "PUT", "503", "Cannot set the custom base URL to {url} at the Edge {url}: it answered 503", id="503"
        ),
    ],
)
def test_refusal_is_told(simulator: Simulator, lyon: Edge, method: str, kind: str, says: str) -> None:
    simulator.faults.add(site="lyon", method=method, path=CONFIGURATION, kind=kind, times=None)

    result = run_module("base_url", options(simulator))

    assert result["failed"] is True
    assert says.format(url=lyon.url) in result["msg"]
    assert lyon.custom_base_url is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"base_url": "edge-lyon"}, "Cannot use base_url: it is not a URL", id="no-url"),
        pytest.param({"base_url": "https://e.example.net/access"}, "has /access in it", id="of-one-service"),
        pytest.param({"edge_access_token": None}, "edge_access_token", id="no-token"),
    ],
)
def test_bad_options_are_refused_before_anything_is_asked(
    simulator: Simulator, lyon: Edge, changes: dict[str, Any], says: str
) -> None:
    given = {key: value for key, value in options(simulator, **changes).items() if value is not None}

    result = run_module("base_url", given)

    assert says in result["msg"]
    assert list(simulator.calls) == []


def test_illegal_url_is_refused_in_the_words_of_the_edge(
    simulator: Simulator, lyon: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.base_urls, "check_base_url", lambda text, _what: text)

    result = run_module("base_url", options(simulator, base_url="no url"))

    assert (
        "it answered 400 Bad Request (\"Illegal base URL: 'no url'\"). Correct what the answer names." in result["msg"]
    )


def test_role_takes_the_inventory_s_variables(simulator: Simulator, lyon: Edge, tmp_path: Path) -> None:
    variables = {**edge_options(simulator, "lyon"), "edge_base_url": lyon.url}

    ended = run_playbook(tmp_path, {"roles": ["hybrid.jfrog.base_url"], "vars": variables}, "-vvvv")

    assert ended.returncode == 0, ended.stdout
    assert lyon.custom_base_url == lyon.url
    assert variables["edge_access_token"] not in ended.stdout + ended.stderr
