# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Onboarding from a controller that reaches the platform and the Edges through a proxy."""

from __future__ import annotations

from integration.fleet import Fleet
from unit.client.connect_proxy import ConnectProxy, proxying

PASSWORD = "marked-proxy-word"


def test_onboarding_through_a_proxy_works_and_shows_no_credentials(fleet: Fleet) -> None:
    # An Edge of a circle of trust, because it takes every role that calls REST.
    quito = fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
    credentials = f"anna:{PASSWORD}"
    with proxying(ConnectProxy(credentials)) as proxy:
        fleet.common["platform_proxy_url"] = fleet.common["edge_proxy_url"] = proxy.url_with(credentials)
        run = fleet.run("onboard_edge.yml", "--diff", verbosity=4, no_proxy="", NO_PROXY="")

    assert run.code == 0, run.output[-3000:]
    assert run.edge("quito")["jpd"]["status"] == "ONLINE"
    assert PASSWORD not in run.output
    called = {asked.removeprefix("CONNECT https://").rpartition(":")[2] for asked in proxy.asked}
    assert called == {url.rpartition(":")[2] for url in (fleet.simulator.platform.url, quito.url)}
