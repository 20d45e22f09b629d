# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a JPD is not ONLINE, and which JPDs are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import jpd_status
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.health import unreachable
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.jpd_filter import Filter
from unit.domain.fleet_shapes import HOME, health, jpd

URL, ASKED = "https://edge.example.net/", "https://10.0.0.7/"
WELL = health()
SICK = health("UNHEALTHY", 'jfrt@1 is UNHEALTHY ("no database")')
SILENT = unreachable(ASKED, "connection refused")


@pytest.mark.parametrize(
    ("services", "sick"),
    [
        pytest.param([{"type": "ARTIFACTORY", "status": {"code": "ONLINE"}}], [], id="online"),
        pytest.param([{"type": "ARTIFACTORY", "status": {"code": "OFFLINE"}}], ["ARTIFACTORY is OFFLINE"], id="one"),
        pytest.param([{"type": "XRAY", "status": "OFFLINE"}], ["XRAY is OFFLINE"], id="bare-word"),
        pytest.param([{"status": {}}, "odd"], ["a service is unknown"], id="nothing-told"),
        pytest.param(None, [], id="no-list"),
    ],
)
def test_services_that_are_not_online_are_named(services: Any, sick: list[str]) -> None:
    assert jpd_status.sick_services({"services": services}) == sick


@pytest.mark.parametrize(
    ("code", "services", "of_edge", "known", "remedy"),
    [
        pytest.param(
            "OFFLINE",
            [],
            WELL,
            f"asked from here, {ASKED} answers, and all its services are healthy",
            f"The platform itself does not reach {URL}: check DNS, firewall, proxy and the Edge's TLS certificate",
            id="offline-reached-from-here",
        ),
        pytest.param(
            "OFFLINE",
            [],
            SILENT,
            f"asked from here, {ASKED} does not answer either: connection refused",
            "Start the Edge, and check its URL",
            id="offline-everywhere",
        ),
        pytest.param(
            "PARTIAL",
            ["ARTIFACTORY is OFFLINE"],
            SICK,
            "the platform sees that ARTIFACTORY is OFFLINE; asked from here, "
            f'{ASKED} says that jfrt@1 is UNHEALTHY ("no database")',
            "See the logs of the services that are named, on the Edge's nodes",
            id="partial",
        ),
        pytest.param(
            "UNAUTHORIZED",
            [],
            WELL,
            f"asked from here, {ASKED} answers, and all its services are healthy",
            "The pairing is broken: the platform's token for the Edge was revoked, has ended, or was made under",
            id="unauthorized",
        ),
        pytest.param(
            "UNAUTHORIZED", [], SILENT, "does not answer either", "Start the Edge", id="unauthorized-and-gone"
        ),
        pytest.param("PARTIAL", ["XRAY is OFFLINE"], None, "XRAY is OFFLINE", "See the logs", id="partial-not-asked"),
        pytest.param("UNKNOWN", [], None, "", "Check the health of the Edge", id="nothing-known"),
    ],
)
def test_reason_and_remedy(code: str, services: list[str], of_edge: Any, known: str, remedy: str) -> None:
    found = jpd_status.explain(code, services, of_edge, url=URL, asked=ASKED)

    assert known in found[0]
    assert found[1].startswith(remedy)


LYON = jpd("lyon-1", identifier="JPD-7", tags=["prod", "hybrid"])
OSAKA = jpd(
    "osaka",
    identifier="JPD-8",
    tags=["hybrid"],
    status="OFFLINE",
    location={"city_name": "Osaka", "country_code": "jp", "latitude": 34.7, "longitude": 135.5},
)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        pytest.param({}, ["HOME", "lyon-1", "osaka"], id="all"),
        pytest.param({"name": "osaka"}, ["osaka"], id="name"),
        pytest.param({"name": "Osaka"}, [], id="case-of-a-name-counts"),
        pytest.param({"name": "lyon-*"}, ["lyon-1"], id="asterisk"),
        pytest.param({"name": "*o*"}, ["lyon-1", "osaka"], id="asterisks"),
        pytest.param({"name": "lyon.1"}, [], id="a-dot-is-a-dot"),
        pytest.param({"url": "HTTPS://osaka.example.net"}, ["osaka"], id="url"),
        pytest.param({"tags": frozenset({"hybrid"}), "local": False}, ["lyon-1", "osaka"], id="tag"),
        pytest.param({"tags": frozenset({"hybrid", "prod"})}, ["lyon-1"], id="all-tags"),
        pytest.param({"status": frozenset({"OFFLINE", "PARTIAL"})}, ["osaka"], id="status"),
        pytest.param({"city_name": "Osaka"}, ["osaka"], id="city"),
        pytest.param({"country_code": "jp"}, ["osaka"], id="country"),
        pytest.param({"local": True}, ["HOME"], id="the-platform"),
        pytest.param({"name": "lyon-*", "status": frozenset({"OFFLINE"})}, [], id="all-conditions-count"),
    ],
)
def test_filter(wanted: dict[str, Any], names: list[str]) -> None:
    assert [one["name"] for one in (HOME, LYON, OSAKA) if Filter(**wanted).takes(one)] == names
