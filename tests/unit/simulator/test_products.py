# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other products join an Edge with its join key, and a reset of the master key takes what the old one encrypted."""

from __future__ import annotations

import subprocess
import time

import pytest

from simulator.commands import COMMANDS
from simulator.simulator import Simulator

OTHER = "0badc0de" * 8


def until_joined(product: object) -> None:
    deadline = time.monotonic() + 5
    while not product.joined and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.02)


@pytest.mark.parametrize("in_settings", [False, True], ids=["file", "settings"])
def test_product_joins_with_the_edges_key_wherever_it_lies(simulator: Simulator, in_settings: bool) -> None:
    osaka = simulator.add_edge("osaka")
    xray = simulator.add_product("osaka-xray", edge="osaka", in_settings=in_settings)

    assert xray.joined
    assert "Cluster join: Successfully joined the cluster" in xray.log.read_text()
    assert (osaka.database.join_key in xray.system_yaml.read_text()) is False


def test_product_whose_edge_got_another_key_is_refused_until_it_has_it(simulator: Simulator) -> None:
    osaka = simulator.add_edge("osaka")
    xray = simulator.add_product("osaka-xray", edge="osaka")
    osaka.replace_join_key_in_database(OTHER)

    assert not xray.joined
    xray.restart()
    assert "Service registry join failed, will retry" in xray.log.read_text()

    xray.join_key_file.write_text(OTHER + "\n")
    xray.restart()
    until_joined(xray)
    assert xray.joined


def test_product_without_a_key_does_not_start(simulator: Simulator) -> None:
    simulator.add_edge("osaka")
    xray = simulator.add_product("osaka-xray", edge="osaka")
    xray.join_key_file.unlink()
    xray.restart()

    assert xray.status()["state"] == "failed"
    assert "Failed resolving join key" in xray.log.read_text()


def test_product_encrypts_its_file_only_where_the_switch_says_so(simulator: Simulator) -> None:
    osaka = simulator.add_edge("osaka")
    xray = simulator.add_product("osaka-xray", edge="osaka")
    assert xray.join_key_file.read_text() == f"{osaka.database.join_key}\n"

    simulator.switches.product_join_key_encrypted = True
    xray.restart()
    assert xray.join_key_file.read_text().startswith("JE")
    xray.restart()
    assert xray.joined


def test_product_has_a_control_script(simulator: Simulator) -> None:
    simulator.add_edge("osaka")
    xray = simulator.add_product("osaka-xray", edge="osaka")

    stopped = subprocess.run([str(xray.control_script), "stop"], capture_output=True, text=True, check=True)

    assert "xray stopped" in stopped.stdout
    assert subprocess.run([str(xray.control_script), "status"], check=False).returncode == 3


@pytest.mark.parametrize("renews_ca", [True, False])
def test_reset_of_the_master_key_takes_what_it_encrypted(simulator: Simulator, renews_ca: bool) -> None:
    simulator.switches.master_key_reset_renews_ca = renews_ca
    osaka = simulator.add_edge("osaka")
    node, database = osaka.nodes[0], osaka.database
    before = (database.join_key, database.root_certificate, database.ca_certificate)
    node.stop()

    COMMANDS["reset-master-key"](simulator, edge="osaka")
    node.layout.master_key.write_text(OTHER)
    node.start(at_once=True)

    assert node.state == "running", node.reason
    after = (database.join_key, database.root_certificate, database.ca_certificate)
    assert [old == new for old, new in zip(before, after)] == [False, False, not renews_ca]
