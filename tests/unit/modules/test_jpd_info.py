# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from simulator.simulator import Simulator
from unit.modules.rest_cases import assert_no_secret, jpd_options, platform_options
from unit.modules.run_module import run_module


def test_list_is_read_with_one_request_and_filtered_here(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    registered = run_module("jpd", jpd_options(simulator))["jpd"]
    simulator.calls.clear()
    options = platform_options(simulator)

    everything = run_module("jpd_info", options)
    by_name = run_module("jpd_info", {**options, "name": "lyon"}, check=True)
    by_url = run_module("jpd_info", {**options, "url": registered["url"].rstrip("/").replace("https", "HTTPS")})
    nothing = run_module("jpd_info", {**options, "name": "LYON"})

    listed = {**registered, "licenses": by_name["jpds"][0]["licenses"]}
    assert [jpd["name"] for jpd in everything["jpds"]] == ["HOME", "lyon"]
    assert (by_name["jpds"], by_url["jpds"], nothing["jpds"]) == ([listed], [listed], [])
    assert [call.query for call in simulator.calls.find(path="/mc/api/v1/jpds", by_client=True)] == [""] * 4
    assert (everything["changed"], "diff" in everything) == (False, False)
    assert_no_secret(everything, simulator, options["platform_access_token"])


def test_deployment_is_shown_as_jpd_returns_it(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    simulator.switches.licence_refresh_reads = 0
    run_module("jpd", jpd_options(simulator))

    listed = run_module("jpd_info", platform_options(simulator, name="lyon"))["jpds"]

    assert listed == [run_module("jpd", jpd_options(simulator))["jpd"]]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("502_html", "it answered 502 Bad Gateway", id="proxy-page"),
        pytest.param("hang_up", "before an answer came", id="hang-up"),
    ],
)
def test_platform_that_does_not_answer_is_an_error(simulator: Simulator, kind: str, says: str) -> None:
    simulator.faults.add(site="acme", kind=kind, times=None)

    result = run_module("jpd_info", platform_options(simulator))

    assert result["failed"] is True
    assert result["msg"].startswith("Cannot list the JPDs at the platform")
    assert says in result["msg"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        pytest.param({"name": "*o*"}, ["lyon", "osaka"], id="name"),
        pytest.param({"tags": ["hybrid", "prod"]}, ["lyon"], id="tags"),
        pytest.param({"status": ["OFFLINE"]}, ["osaka"], id="status"),
        pytest.param({"status": ["ONLINE", "OFFLINE"], "local": False}, ["lyon", "osaka"], id="several"),
        pytest.param({"city_name": "Lyon", "country_code": "fr"}, ["lyon"], id="place"),
        pytest.param({"local": True}, ["HOME"], id="the-platform"),
    ],
)
def test_filters(simulator: Simulator, filters: dict[str, object], names: list[str]) -> None:
    for name in ("lyon", "osaka"):
        simulator.add_edge(name)
        run_module("jpd", jpd_options(simulator, name))
    simulator.platform.edit_jpd("osaka", tags=["hybrid"], city_name="Osaka", country_code="JP")
    simulator.faults.add(site="osaka", kind="refuse")

    result = run_module("jpd_info", platform_options(simulator, **filters))

    assert [jpd["name"] for jpd in result["jpds"]] == names
