# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.node.testing import put
from simulator.products import Product
from simulator.simulator import Simulator
from unit.modules.node_cases import KEY, OTHER
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One for all tests of this file; each adds an Edge and a product of its own."""
    with (
        pytest.MonkeyPatch.context() as patch,
        Simulator(tmp_path_factory.mktemp("simulator")) as running,
    ):
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        yield running


@pytest.fixture(params=[False, True], ids=["file", "setting"])
def xray(simulator: Simulator, request: pytest.FixtureRequest) -> Product:
    """Xray beside an Edge whose join key is KEY by now."""
    return new_product(simulator, in_settings=request.param)


def new_product(simulator: Simulator, *, in_settings: bool = False) -> Product:
    name = f"edge{len(simulator.edges)}"
    edge = simulator.add_edge(name)
    product = simulator.add_product(f"{name}-xray", edge=name, in_settings=in_settings)
    edge.replace_join_key_in_database(KEY)
    return product


def supply(product: Product, *, check: bool = False, **params: Any) -> dict[str, Any]:
    home = {"product": "xray", "product_home": str(product.home), "control": "artifactoryctl"}
    return run_module("product_join_key", {**home, "key": KEY, **params}, check=check)


def test_product_gets_the_key_where_it_reads_it_and_joins(xray: Product) -> None:
    result = supply(xray)

    assert (result["changed"], result["key"]["state"]) == (True, "in_use")
    assert xray.joined
    assert KEY not in json.dumps(result)
    if result["key"]["door"] == "file":
        assert xray.join_key_file.read_bytes() == f"{KEY}\n".encode()  # with a line end, as JFrog's charts do
    else:
        text = xray.system_yaml.read_text()
        assert "joinKey: JE" in text
        assert text.startswith("## Settings of this product.")
        assert not xray.join_key_file.exists()
    starts = xray.starts
    assert (supply(xray)["changed"], xray.starts) == (False, starts)


def test_product_keeps_what_it_had(xray: Product) -> None:
    path = xray.join_key_file if xray.join_key_file.exists() else xray.system_yaml
    before = path.read_bytes()
    result = supply(xray)

    backup = Path(result["backup_file"])
    assert (backup.parent, backup.read_bytes()) == (path.parent, before)
    assert stat.S_IMODE(backup.stat().st_mode) == stat.S_IMODE(path.stat().st_mode)


def test_product_in_check_mode_is_left_as_it_is(xray: Product) -> None:
    before, starts = snapshot(xray.home), xray.starts
    predicted = supply(xray, check=True)

    assert predicted["changed"]
    assert (snapshot(xray.home), xray.starts) == (before, starts)


def test_product_that_encrypts_its_file_is_told_by_the_ledger(simulator: Simulator) -> None:
    xray = new_product(simulator)
    simulator.switches.product_join_key_encrypted = True
    try:
        assert supply(xray)["changed"]
        assert xray.join_key_file.read_text().startswith("JE")
        assert not supply(xray)["changed"]
        assert supply(xray, check=True, key=OTHER)["changed"]
    finally:
        simulator.switches.product_join_key_encrypted = False


def test_product_whose_edge_has_another_key_is_an_error_with_its_logs(simulator: Simulator) -> None:
    xray = new_product(simulator)
    result = supply(xray, key=OTHER, wait_timeout=1)

    assert result["failed"]
    assert "Service registry join failed" in result["msg"]
    assert OTHER not in json.dumps(result)
    xray.edge.replace_join_key_in_database(OTHER)
    assert supply(xray, key=OTHER)["changed"]
    assert not supply(xray, key=OTHER)["changed"]


def test_product_that_was_interrupted_before_its_start_is_started_by_the_next_run(simulator: Simulator) -> None:
    xray = new_product(simulator)
    script = xray.control_script.read_text()
    put(xray.control_script, "#!/bin/sh\nexit 1\n", mode=0o755)
    assert supply(xray)["failed"]
    assert not xray.joined

    put(xray.control_script, script, mode=0o700)
    again = supply(xray)
    assert (again["changed"], again["drift"], "backup_file" in again) == (True, ["state"], False)
    assert xray.joined


def test_product_without_control_is_told_until_others_have_started_it(simulator: Simulator) -> None:
    xray = new_product(simulator)
    first, second = supply(xray, control="none"), supply(xray, control="none")

    assert (first["changed"], second["changed"]) == (True, False)
    assert second["key"]["state"] == "waiting"
    assert "has to be started again by hand" in second["warnings"][0]

    xray.restart()
    noted = supply(xray, control="none")
    assert (noted["changed"], noted["warnings"]) == (True, [])
    assert not supply(xray, control="none")["changed"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("shared: {security: {joinKey: abc}}\n", "line 1: it has settings in braces", id="flow-style"),
        pytest.param("shared:\n  security:\n    'joinKey': abc\n", "no line of its own", id="quoted-name"),
    ],
)
def test_product_setting_in_another_form_is_refused_and_nothing_is_written(
    simulator: Simulator, text: str, says: str
) -> None:
    xray = new_product(simulator)
    xray.system_yaml.write_text(text)
    before = snapshot(xray.home)
    result = supply(xray)

    assert result["failed"]
    assert says in result["msg"]
    assert snapshot(xray.home) == before


def test_product_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run_module("product_join_key", {"product": "xray", "product_home": str(tmp_path), "key": KEY})

    assert result["failed"]
    assert f"Cannot find xray in {tmp_path}" in result["msg"]
