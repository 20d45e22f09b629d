# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.modules.federation_cases import at_source, mesh_options, star_options
from unit.modules.rest_cases import assert_no_secret, platform_options
from unit.modules.run_module import run_module
from unit.simulator.federating import mesh

NONE: dict[str, list[str]] = {"include_patterns": [], "exclude_patterns": []}


@pytest.fixture
def federated(simulator: Simulator) -> Simulator:
    """The platform tells lyon, and lyon and osaka tell each other."""
    mesh(simulator, "lyon", "osaka")
    run_module("access_federation", mesh_options(simulator, "lyon", "osaka"))
    run_module("access_federation", star_options(simulator, "lyon", entities=["tokens"]))
    simulator.calls.clear()
    return simulator


def target(simulator: Simulator, name: str, *entities: str, **changes: Any) -> dict[str, Any]:
    known = {"permission_filters": NONE, "group_filters": NONE, "active": True, **changes}
    return {"name": name, "url": simulator.edge(name).url + "/", "entities": sorted(entities), **known}


@pytest.mark.parametrize("pages", ["new", "old"])
def test_all_sources_are_read_with_one_request_to_mission_control(federated: Simulator, pages: Any) -> None:
    federated.switches.federation_pages = pages
    options = platform_options(federated)

    result = run_module("access_federation_info", options, check=True)

    untold = {"group_filters": None, "active": None, **({"permission_filters": None} if pages == "old" else {})}
    assert result["sources"] == [
        {"source": "HOME", "error": None, "targets": [target(federated, "lyon", "tokens")]},
        {"source": "lyon", "error": None, "targets": [target(federated, "osaka", "users", "groups", **untold)]},
        {"source": "osaka", "error": None, "targets": [target(federated, "lyon", "users", "groups", **untold)]},
    ]
    assert len(federated.calls.find(path="/mc/api/v1/federation", by_client=True)) == 1
    assert (result["changed"], "diff" in result, federated.calls.writes) == (False, False, [])
    assert_no_secret(result, federated, options["platform_access_token"])


@pytest.mark.parametrize(
    ("source", "names"), [("lyon", ["lyon"]), ("JPD-1", ["HOME"]), ("nowhere", [])], ids=["name", "id", "unknown"]
)
def test_one_source_is_chosen_by_name_or_id(federated: Simulator, source: str, names: list[str]) -> None:
    found = run_module("access_federation_info", platform_options(federated, source=source))["sources"]
    assert [one["source"] for one in found] == names


def test_source_itself_can_be_asked(federated: Simulator) -> None:
    found = run_module("access_federation_info", at_source(federated, "lyon"))["sources"]

    told = {**target(federated, "osaka", "users", "groups"), "name": federated.edge("osaka").database.service_id}
    assert found == [{"source": "lyon", "error": None, "targets": [told]}]


def test_source_that_mission_control_cannot_read_is_told(federated: Simulator) -> None:
    federated.platform.break_pairing("lyon")

    found = run_module("access_federation_info", platform_options(federated, source="lyon"))["sources"]

    assert found == [{"source": "lyon", "error": "Failed to connect to lyon: UNAUTHORIZED", "targets": []}]


def test_nobody_to_ask_is_refused() -> None:
    refused = run_module("access_federation_info", {})
    assert refused["msg"] == "Cannot read any federation: set platform_url, or edge_url of a source."
