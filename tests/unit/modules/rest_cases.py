# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the REST modules share: options, a clock without waiting, and a look for secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from simulator.simulator import Simulator

LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}


def platform_options(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    return {
        "platform_url": simulator.platform.url,
        "platform_access_token": simulator.platform.admin_token(),
        "platform_ca_path": str(simulator.ca_path),
        **changes,
    }


def edge_options(simulator: Simulator, name: str, **changes: Any) -> dict[str, Any]:
    edge = simulator.edge(name)
    return {
        "edge_url": edge.url,
        "edge_access_token": edge.admin_token(),
        "edge_ca_path": str(simulator.ca_path),
        **changes,
    }


def jpd_options(simulator: Simulator, edge: str = "lyon", **changes: Any) -> dict[str, Any]:
    """The options of ``jpd`` for an Edge of the simulator; a value of None leaves the option out."""
    options = {
        **platform_options(simulator),
        **edge_options(simulator, edge),
        "name": edge,
        "url": simulator.edge(edge).url,
        "location": LYON,
        "tags": ["hybrid", "prod"],
        **changes,
    }
    return {key: value for key, value in options.items() if value is not None}


@dataclass
class FastClock:
    """Time that passes by sleeping only, and then at once."""

    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def assert_no_secret(result: Any, simulator: Simulator, *secrets: str) -> None:
    """None of the secrets is in the result or in a URL that was called."""
    shown = json.dumps(result) + "\n".join(f"{call.path}?{call.query}" for call in simulator.calls)

    assert [secret for secret in secrets if secret in shown] == []
