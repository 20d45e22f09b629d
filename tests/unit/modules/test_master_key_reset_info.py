# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.node.node import Node
from simulator.node.testing import Workbench, put
from unit.modules.run_module import run_module

CIPHER = "JE" + "3x4mpleC1pherText" * 3


def info(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = run_module("master_key_reset_info", {"artifactory_home": str(node.home)})["reset"]
    return found


CIPHERS = {
    "etc/system.yaml": (
        f"shared:\n  database:\n    password: {CIPHER}\n  security:\n    joinKey: '{CIPHER}'\n"
        "  node:\n    id: JERSEY-1\n",
        ["shared.database.password", "shared.security.joinKey"],
    ),
    "etc/artifactory/binarystore.xml": (
        f"<config><provider id='s3' secret='{CIPHER}'/><provider id='fs'><dir>AMSTERDAM</dir></provider></config>",
        ["/config/provider[s3]@secret"],
    ),
}


@pytest.mark.parametrize("file", CIPHERS)
def test_info_names_the_keys_of_cipher_texts_and_shows_none(tmp_path: Path, file: str) -> None:
    node = Workbench(tmp_path).started()
    text, keys = CIPHERS[file]
    path = put(node.layout.var / file, text)
    found = info(node)

    assert found["cipher_texts"] == [{"file": str(path), "key": key} for key in keys]
    assert CIPHER not in json.dumps(found)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("etc/system.yaml", f"shared: {{database: {{password: {CIPHER}}}}}\n", id="flow-style"),
        pytest.param("etc/artifactory/binarystore.xml", f"<config><a>{CIPHER}</a>", id="damaged-xml"),
        pytest.param(
            "etc/artifactory/binarystore.xml", f"<!DOCTYPE config><config><a>{CIPHER}</a></config>", id="doctype"
        ),
    ],
)
def test_info_finds_cipher_text_in_a_file_that_it_cannot_read(tmp_path: Path, file: str, text: str) -> None:
    node = Workbench(tmp_path).started()
    path = put(node.layout.var / file, text)

    assert info(node)["cipher_texts"] == [{"file": str(path), "key": "line 1"}]


def test_info_reads_the_properties_of_generation_6_and_mission_control_of_7(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    six, seven = bench.started("six", "6"), bench.node("seven")
    path = put(six.layout.home / "etc/db.properties", f"# {CIPHER}\nurl=jdbc:x\npassword={CIPHER}\n")
    assert seven.layout.system_yaml is not None
    seven.layout.system_yaml.write_text("mc:\n  enabled: true\n")

    assert info(six)["cipher_texts"] == [{"file": str(path), "key": "password"}]
    assert (info(six)["mission_control"], info(seven)["mission_control"]) == (False, True)
    assert info(six)["reset"] is None
