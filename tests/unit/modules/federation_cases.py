# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of Access Federation share."""

from __future__ import annotations

from typing import Any

from simulator.simulator import Simulator
from simulator.sites import Site
from unit.modules.rest_cases import edge_options, platform_options


def star_options(simulator: Simulator, *names: str, **changes: Any) -> dict[str, Any]:
    """The platform federates to these Edges."""
    options = {
        **platform_options(simulator),
        "targets": [{"name": name} for name in names],
        "entities": ["users", "groups"],
        **changes,
    }
    return {key: value for key, value in options.items() if value is not None}


def mesh_options(simulator: Simulator, *names: str, **changes: Any) -> dict[str, Any]:
    return {
        **platform_options(simulator),
        "topology": "mesh",
        "members": list(names),
        "entities": ["users", "groups"],
        **changes,
    }


def at_source(simulator: Simulator, name: str) -> dict[str, Any]:
    """Options that reach an Edge as a source."""
    return {**edge_options(simulator, name), "source": name}


def target_of(source: Site, target: Site) -> Any:
    """The target that leads to a site, as its source keeps it."""
    return next(
        (one for one in source.federation.targets.values() if one.url.removesuffix("/access") == target.url), None
    )
