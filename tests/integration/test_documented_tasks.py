# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The single tasks that docs show do what their page says, with addresses and tokens of the simulator."""

from __future__ import annotations

import re
import stat

import pytest
import yaml

from integration.fleet import Fleet
from simulator.sites import Edge
from unit.meta.examples import TASKS, tried_by


@pytest.fixture
def lyon(fleet: Fleet) -> Edge:
    """An Edge that lets nobody in but its own people, with the Bridge Client."""
    edge: Edge = fleet.add("lyon", version="7.125.4")
    edge.outbound_only = edge.bridge_client = True
    return edge


def run_tasks(fleet: Fleet, page: str, *beginnings: str) -> str:
    """Run the blocks of a page that begin so, in this order, in one play; what was printed."""
    blocks = {block.text: block for block in tried_by(TASKS) if block.page == page}
    chosen = [next(text for text in blocks if text.startswith(beginning)) for beginning in beginnings]
    text = "".join(chosen)
    for documented, real in {
        r"https://acme\.jfrog\.io": fleet.simulator.platform.url,
        r"https://edge-lyon\.[a-z.]+": fleet.simulator.edge("lyon").url,
        r"(?:/run/user/1000|~)/lyon": str(fleet.folder / "secrets/lyon"),
    }.items():
        text = re.sub(documented, real, text)
    fleet.common |= {
        "vault_platform_access_token": fleet.simulator.platform.admin_token(),
        "vault_lyon_access_token": fleet.simulator.edge("lyon").admin_token(),
    }
    authority = str(fleet.simulator.ca_path)
    play = {
        "hosts": "edge_nodes",
        "gather_facts": False,
        "module_defaults": {"group/hybrid.jfrog.api": {"platform_ca_path": authority, "edge_ca_path": authority}},
        "tasks": yaml.safe_load(text),
    }
    (fleet.folder / "play.yml").write_text(yaml.safe_dump([play]))
    run = fleet.run(str(fleet.folder / "play.yml"))
    assert run.code == 0, run.output
    return run.output


def test_bridge_is_made_and_the_edge_registered_behind_it(fleet: Fleet, lyon: Edge) -> None:
    run_tasks(
        fleet,
        "docs/bridge.md",
        "- name: Create a pairing token for a bridge",
        "- name: Register the Edge behind its bridge",
    )

    assert fleet.simulator.platform.jpd("lyon")["url"] == "http://localhost:8046/bridge-lyon/"


@pytest.mark.parametrize(
    ("page", "beginning", "file"),
    [
        pytest.param("docs/one_side.md", "- name: Make a pairing token", "lyon.pairing-token", id="one-side"),
        pytest.param("docs/tokens.md", "- hybrid.jfrog.pairing_token", "lyon.pairing", id="tokens"),
    ],
)
def test_pairing_token_lies_in_the_file_that_the_user_acknowledged(
    fleet: Fleet, lyon: Edge, page: str, beginning: str, file: str
) -> None:
    output = run_tasks(fleet, page, beginning)

    token = fleet.folder / "secrets" / file
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert token.read_text().strip()
    assert token.read_text().strip() not in output
