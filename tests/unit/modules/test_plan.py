# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``plan`` with an inventory that cannot be planned for; what it plans is tested with the playbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unit.modules.play import play

FLEET = {
    "platform": {
        "url": "https://acme.jfrog.io/",
        "reachable": True,
        "error": None,
        "jpds": [],
        "root_certificate": None,
        "remote_certificates": [],
        "remote_certificates_error": None,
    },
    "edges": {},
}


def plan(folder: Path, **options: Any) -> dict[str, Any]:
    task = {"hybrid.jfrog.plan": {"fleet": FLEET, **options}, "run_once": True}
    return play(folder, {"Plan": task}).results["Plan"]


def test_plan_of_an_inventory_without_variables_names_all_that_is_missing_at_once(tmp_path: Path) -> None:
    result = plan(tmp_path)

    assert result["failed"]
    problems = " ".join(result["problems"])
    assert [name for name in ("platform_url", "edge_name", "edge_url", "edge_location") if name not in problems] == []


def test_plan_for_a_host_that_is_not_in_the_inventory_names_it(tmp_path: Path) -> None:
    result = plan(tmp_path, hosts=["nowhere"])

    assert result["failed"]
    assert "'nowhere'" in result["msg"]


def test_plan_without_a_fleet_is_refused(tmp_path: Path) -> None:
    result = play(tmp_path, {"Plan": {"hybrid.jfrog.plan": {}, "run_once": True}}).results["Plan"]

    assert result["failed"]
    assert "fleet" in result["msg"]
