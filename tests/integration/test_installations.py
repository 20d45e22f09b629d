# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/installations.md: its examples are whole, and Edges that were installed in these ways are joined with them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.fleet import parse_fleet
from integration.fleet import Fleet
from simulator.node.node import Node

PAGE = (Path(__file__).resolve().parents[2] / "docs/installations.md").read_text(encoding="utf-8")
HEADINGS = ("Package", "Archive", "Docker Compose", "After jfrog.platform", "REST only")
# The user in the vendor's containers, whom the host has no name for (node-files.md 10).
CONTAINER = 1030


def example(heading: str) -> dict[str, Any]:
    """The variables under a heading of the page."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    [block] = re.findall(r"```yaml\n(.*?)```", section, flags=re.DOTALL)
    found: dict[str, Any] = yaml.safe_load(block)
    return found


@pytest.mark.parametrize("heading", HEADINGS)
def test_example_is_an_inventory_that_is_understood(heading: str) -> None:
    own = {"platform_url": "https://acme.jfrog.io", **example(heading)}

    (edge,) = parse_fleet({"node-1": own}).edges

    assert edge.name == own["edge_name"]
    assert edge.rest_only is (heading == "REST only")


def owners(folder: Path) -> set[tuple[int, int]]:
    return {(path.lstat().st_uid, path.lstat().st_gid) for path in [folder, *folder.rglob("*")]}


def as_archive(node: Node, home: Path) -> dict[str, Any]:
    """The unpacked archive in a folder of its own."""
    home.symlink_to(node.home)
    return {}


def as_compose(node: Node, home: Path) -> dict[str, Any]:
    """The mounted folder alone, owned by the container's user; the script stands for the engine that starts it."""
    home.mkdir()
    (home / "var").symlink_to(node.layout.var)
    if os.geteuid() == 0:
        for path in [node.layout.var, *node.layout.var.rglob("*")]:
            os.chown(path, CONTAINER, CONTAINER, follow_symlinks=False)
    return {"edge_service_restart_command": [str(node.layout.control_script), "restart"]}


def as_jfrog_platform(node: Node, home: Path) -> dict[str, Any]:
    """The folder that the vendor's collection was told to install to."""
    home.symlink_to(node.home)
    return {"jfrog_home_directory": str(home.parent), "edge_service_control": "artifactoryctl"}


@pytest.mark.parametrize(
    ("heading", "lay_out"),
    [
        pytest.param("Archive", as_archive, id="archive"),
        pytest.param("Docker Compose", as_compose, id="docker-compose"),
        pytest.param("After jfrog.platform", as_jfrog_platform, id="jfrog-platform"),
    ],
)
def test_edge_of_this_installation_is_joined_and_stays_in_order(fleet: Fleet, heading: str, lay_out: Any) -> None:
    edge = fleet.add("lyon")
    node, home = edge.nodes[0], fleet.folder / "artifactory"
    told = {name: value for name, value in example(heading).items() if name not in fleet.variables["lyon"]}
    if "edge_artifactory_home" in told:
        told["edge_artifactory_home"] = str(home)
    else:
        fleet.unset = {"edge_artifactory_home"}
    fleet.node_variables[node.name] = {**told, **lay_out(node, home)}
    started = node.layout.live_join_key.stat().st_mtime_ns

    first = fleet.run("onboard_edge.yml")

    assert first.code == 0, first.output
    # A join key was supplied, so its files were written and the node was started again.
    assert {change["step"] for change in first.edge("lyon")["corrected"]} == {"join_key", "restart", "jpd"}
    assert node.layout.live_join_key.stat().st_mtime_ns > started
    if heading == "Docker Compose" and os.geteuid() == 0:
        assert owners(node.layout.var / "hybrid.jfrog") == {(CONTAINER, CONTAINER)}

    fleet.simulator.calls.clear()
    again = fleet.run("onboard_edge.yml")

    assert (again.code, again.changed, fleet.simulator.calls.writes) == (0, 0, []), again.output
    assert fleet.edge_states(again) == {"lyon": "in_order"}


def test_offboarding_of_a_container_ends_at_its_stop_and_goes_on_when_somebody_stopped_it(fleet: Fleet) -> None:
    edge = fleet.add("lyon")
    node, home = edge.nodes[0], fleet.folder / "artifactory"
    own = {**as_compose(node, home), "edge_service_control": "command", "edge_artifactory_home": str(home)}
    fleet.node_variables[node.name] = own
    fleet.onboard()
    asked = ("-e", "edge_hosts=lyon", "-e", "edge_offboard_acknowledged=lyon")

    first = fleet.run("offboard_edge.yml", *asked)

    assert first.code == 2, first.output
    assert "the control command has no way to. Stop it by hand" in first.output

    node.stop()
    second = fleet.run("offboard_edge.yml", *asked)

    assert second.code == 0, second.output
    assert "lyon" not in {jpd["name"] for jpd in fleet.simulator.platform.jpds}
