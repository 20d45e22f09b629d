# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from simulator.simulator import Simulator
from unit.client.client_certificates import Company
from unit.modules.rest_cases import assert_no_secret, edge_options
from unit.modules.run_module import run_module


@pytest.mark.parametrize(
    ("alias", "expected"), [(None, ["one", "two"]), ("two", ["two"]), ("three", [])], ids=["all", "one", "none"]
)
def test_certificates_are_listed_without_their_keys(
    simulator: Simulator, tmp_path: Path, alias: str | None, expected: list[str]
) -> None:
    lyon = simulator.add_edge("lyon")
    keys = []
    for name in ("one", "two"):
        certificate, key = Company(tmp_path).client(name)
        keys.append(key.read_text())
        lyon.client_certificates[name] = key.read_text() + certificate.read_text()

    options = {**edge_options(simulator, "lyon"), **({"alias": alias} if alias else {})}
    result = run_module("artifactory_certificate_info", options, check=True)

    assert [found["alias"] for found in result["certificates"]] == expected
    assert all(len(found["sha256"]) == 64 and found["issued_to"] == found["alias"] for found in result["certificates"])
    assert_no_secret(result, simulator, *keys)


def test_certificates_of_a_page_that_is_no_list_are_an_error(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", path="/artifactory/api/system/security", kind="502_html", times=None)

    result = run_module("artifactory_certificate_info", edge_options(simulator, "lyon"))

    assert result["failed"]
    assert "Cannot list the client certificates of remote repositories" in result["msg"]
