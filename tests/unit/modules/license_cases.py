# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the licence modules share."""

from __future__ import annotations

from typing import Any

from simulator.license_buckets import BucketFile
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.modules.rest_cases import jpd_options, platform_options
from unit.modules.run_module import run_module

BUCKETS = "/mc/api/v1/buckets"


def add_bucket(simulator: Simulator, name: str = "edges", **made: Any) -> BucketFile:
    """A bucket at the platform, added as a user would."""
    file = simulator.platform.make_license_bucket(**made)
    options = {**platform_options(simulator), "name": name, "url": file.url, "key": file.key}
    assert run_module("license_bucket", options)["changed"]
    return file


def registered(simulator: Simulator, name: str = "lyon", **made: Any) -> Edge:
    """An Edge at the platform, without a licence unless it is asked for."""
    edge = simulator.add_edge(name, **{"licensed": False, **made})
    assert run_module("jpd", jpd_options(simulator, name))["changed"]
    return edge


def stop(simulator: Simulator, edge: Edge) -> None:
    for node in edge.nodes:
        node.stop()
    simulator.refresh()
