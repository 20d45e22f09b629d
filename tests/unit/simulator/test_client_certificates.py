# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site behind something that demands client certificates."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from simulator.simulator import Simulator
from unit.client.client_certificates import Company

PING = "/access/api/v1/system/ping"


def ping(simulator: Simulator, url: str, client: tuple[Path, Path] | None) -> str:
    with requests.Session() as session:
        session.trust_env = False
        cert = tuple(map(str, client)) if client else None
        return session.get(url + PING, verify=str(simulator.ca_path), cert=cert, timeout=20).text  # type: ignore[arg-type]


def test_site_that_demands_client_certificates_lets_only_those_of_its_authority_in(
    simulator: Simulator, tmp_path: Path
) -> None:
    lyon = simulator.add_edge("lyon")
    company, other = Company(tmp_path), Company(tmp_path, "Other CA")
    simulator.demand_client_certificates(simulator.platform, company.ca_path)

    assert ping(simulator, simulator.platform.url, company.client("anna")) == "OK"
    for refused in (None, other.client("anna")):
        with pytest.raises(requests.exceptions.RequestException):
            ping(simulator, simulator.platform.url, refused)
    assert ping(simulator, lyon.url, None) == "OK"
