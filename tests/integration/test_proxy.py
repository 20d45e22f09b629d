# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Onboarding from a controller whose calls need a proxy or a client certificate."""

from __future__ import annotations

from pathlib import Path

from integration.fleet import Fleet
from unit.client.client_certificates import Company
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


def test_onboarding_at_a_platform_that_demands_client_certificates_shows_one_with_every_call(
    fleet: Fleet, tmp_path: Path
) -> None:
    fleet.add("lyon")
    company = Company(tmp_path)
    certificate, key = company.client("controller")
    fleet.simulator.demand_client_certificates(fleet.simulator.platform, company.ca_path)
    fleet.common["platform_client_certificate_path"] = str(certificate)
    fleet.common["platform_client_key_path"] = str(key)

    run = fleet.run("onboard_edge.yml", "--diff", verbosity=4)

    assert run.code == 0, run.output[-3000:]
    assert run.edge("lyon")["jpd"]["status"] == "ONLINE"
    assert "client_certificate" in {row["kind"] for row in run.report["platform"]["certificates"]}
    assert [line for line in key.read_text().splitlines()[1:-1] if line in run.output] == []


def test_platform_that_demands_client_certificates_is_told_with_what_to_do(fleet: Fleet, tmp_path: Path) -> None:
    fleet.add("lyon")
    fleet.simulator.demand_client_certificates(fleet.simulator.platform, Company(tmp_path).ca_path)

    run = fleet.run("report_drift.yml")

    assert run.code != 0
    told = " ".join(run.output.split())
    # Whether the refusal arrives before the connection is cut is a matter of time.
    assert "platform_client_certificate_path" in told or "before an answer came" in told
