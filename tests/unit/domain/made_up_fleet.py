# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A made-up fleet over the world with a bit of everything in it, of any size, and its last runs: for the HTML page."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredEdge, DesiredFleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.fleet import plan_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.document import document
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.history import entry
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.times import spent
from unit.domain.fleet_shapes import DOWN, HOME, NOW, PLATFORM_URL, edge, jpd, node, platform, seen
from unit.domain.issuing import issue

CITIES = (
    ("Lyon", "FR", 45.76, 4.84),
    ("Osaka", "JP", 34.69, 135.5),
    ("Quito", "EC", -0.18, -78.47),
    ("Berlin", "DE", 52.52, 13.4),
    ("Porto", "PT", 41.15, -8.61),
    ("Gdansk", "PL", 54.35, 18.65),
    ("Turin", "IT", 45.07, 7.69),
    ("Bilbao", "ES", 43.26, -2.93),
    ("Ghent", "BE", 51.05, 3.72),
    ("Malmo", "SE", 55.6, 13.0),
    ("Tampere", "FI", 61.5, 23.79),
    ("Bergen", "NO", 60.39, 5.32),
    ("Graz", "AT", 47.07, 15.44),
    ("Brno", "CZ", 49.2, 16.61),
    ("Cork", "IE", 51.9, -8.47),
    ("Leeds", "GB", 53.8, -1.55),
    ("Izmir", "TR", 38.42, 27.14),
    ("Haifa", "IL", 32.79, 34.99),
    ("Pune", "IN", 18.52, 73.86),
    ("Chennai", "IN", 13.08, 80.27),
    ("Penang", "MY", 5.41, 100.33),
    ("Cebu", "PH", 10.32, 123.89),
    ("Busan", "KR", 35.18, 129.08),
    ("Nagoya", "JP", 35.18, 136.91),
    ("Perth", "AU", -31.95, 115.86),
    ("Brisbane", "AU", -27.47, 153.03),
    ("Hamilton", "NZ", -37.79, 175.28),
    ("Durban", "ZA", -29.86, 31.02),
    ("Mombasa", "KE", -4.04, 39.67),
    ("Accra", "GH", 5.6, -0.19),
    ("Recife", "BR", -8.05, -34.88),
    ("Curitiba", "BR", -25.43, -49.27),
    ("Rosario", "AR", -32.95, -60.64),
    ("Medellin", "CO", 6.24, -75.58),
    ("Merida", "MX", 20.97, -89.62),
    ("Austin", "US", 30.27, -97.74),
    ("Boise", "US", 43.62, -116.2),
    ("Toledo", "US", 41.65, -83.54),
    ("Halifax", "CA", 44.65, -63.58),
    ("Calgary", "CA", 51.05, -114.07),
)
REGIONS = {
    "EU": "FR DE PT PL IT ES BE SE FI NO AT CZ IE GB",
    "APAC": "JP IN MY PH KR AU NZ",
    "AMER": "EC BR AR CO MX US CA",
}
MARKS = [("nodes", 41), ("fleet", 9), ("plan", 2)]


class MadeUpFleet:
    """What is wanted and what was seen of each Edge; change it before ``plan`` is called."""

    def __init__(self, count: int = len(CITIES)) -> None:
        self.edges: dict[str, DesiredEdge] = {}
        self.nodes: dict[str, Any] = {}
        self.unreachable: dict[str, str] = {}
        self.rest: dict[str, Any] = {}
        self.jpds: list[Any] = []
        corporate = certificate("Example Corp Root CA", 2190)
        for number in range(count):
            self._add(number, corporate)

    def _add(self, number: int, corporate: Any) -> None:
        city, country, latitude, longitude = CITIES[number % len(CITIES)]
        name = city.lower() + (f"-{number // len(CITIES) + 1}" if number >= len(CITIES) else "")
        hosts = tuple(f"edge-{name}-{node + 1}.example.com" for node in range(2 if number % 5 == 1 else 1))
        where = {"city_name": city, "country_code": country, "latitude": latitude, "longitude": longitude}
        region = next((region.lower() for region, countries in REGIONS.items() if country in countries), "mea")
        tags = ("hybrid", region, *(("plant",) if number % 3 == 0 else ()))
        url = f"https://edge-{name}.example.com/"
        self.edges[name] = edge(name, url=url, nodes=hosts, location=where, tags=tags)
        self.jpds.append(jpd(name, identifier=f"JPD-{number + 2}", url=url, location=where, tags=list(tags)))
        self.rest[name] = {**seen(token=token(60 + 13 * number % 300)), "url": url}
        root = certificate(f"Access root of {name}", 400 + 31 * number % 900)
        for host in hosts:
            shape = node()
            shape["layout"]["home"] = "/opt/jfrog/artifactory"
            shape["access_keys"]["root"] = root
            shape["tls_ca_certificates"] = [corporate]
            shape["server_certificate"]["served"] = certificate(host, 45 + 37 * number % 370)
            self.nodes[host] = shape

    def break_some(self) -> None:
        """Leave a bit of everything: drift, a certificate that ends, a host that is down, a token without rights."""
        for name in ("pune", "toledo", "ghent"):
            self.jpds = [one for one in self.jpds if one["name"] != name]
        for name in ("cork", "graz"):
            self.edges[name] = replace(self.edges[name], tags=("hybrid", "eu", "audited"))
        for host in ("edge-turin-1.example.com", "edge-merida-1.example.com", "edge-leeds-1.example.com"):
            self.nodes[host]["server_certificate"]["served"] = certificate(host, {"e": 19}.get(host[-13], 12))
        self.nodes["edge-durban-1.example.com"]["server_certificate"]["served"] = certificate("old", -3)
        self.unreachable["edge-recife-1.example.com"] = "Failed to connect to the host via ssh: connection timed out"
        self.rest["recife"] = {**self.rest["recife"], **DOWN}
        self.rest["haifa"] = {**self.rest["haifa"], "admin": False, "error": None}
        self.jpds = [jpd_of(one, "OFFLINE") if one["name"] == "cebu" else one for one in self.jpds]
        self.nodes["edge-boise-1.example.com"]["ledger"]["join_key"] = None

    def break_some_names(self, name: str) -> None:
        """Give the first Edge, its city and one of its tags a name that somebody may have meant badly."""
        first = next(iter(self.edges))
        wanted = self.edges.pop(first)
        where = {**wanted.location, "city_name": name}
        self.edges = {name: replace(wanted, name=name, location=where, tags=(name,)), **self.edges}
        self.rest[name] = self.rest.pop(first)

    def plan(self, now: datetime = NOW) -> dict[str, Any]:
        """The plan as a run would make it."""
        nodes = {host: shape for host, shape in self.nodes.items() if host not in self.unreachable}
        fleet: Any = {
            "platform": platform(jpds=[HOME, *self.jpds], token=token(203)),
            "edges": {name: self.rest[name] for name in self.edges},
        }
        desired = DesiredFleet(PLATFORM_URL, tuple(self.edges.values()))
        return plan_fleet(desired, nodes, fleet, unreachable=self.unreachable, onboarding=False, now=now)

    def report(self, now: datetime = NOW, **arguments: Any) -> dict[str, Any]:
        """The report of a run that ended then."""
        begun, marks = now - timedelta(seconds=sum(seconds for _phase, seconds in MARKS)), []
        for phase, seconds in MARKS:
            marks.append({"phase": phase, "at": stamp(begun)})
            begun += timedelta(seconds=seconds)
        return document(self.plan(now), times=spent(marks, ended=now), **arguments)


def certificate(name: str, days: float) -> dict[str, Any]:
    """One that was seen on a node and ends so many days from now."""
    issued = issue(name, start=NOW - timedelta(days=400), end=NOW + timedelta(days=days, hours=7))
    return {"file": name, "sha256": issued.sha256, "der": base64.b64encode(issued.der).decode()}


def token(days: int) -> dict[str, Any]:
    """An access token that was seen and ends so many days from now."""
    own = {"token_id": "id", "subject": "jfac@01/users/hybrid", "scope": "applied-permissions/admin"}
    return {**own, "issued_at": None, "expires_at": stamp(NOW + timedelta(days=days, hours=5))}


def jpd_of(one: Any, status: str) -> Any:
    """The same JPD in another status."""
    return {**one, "status": {**one["status"], "code": status}}


def history(report: dict[str, Any], runs: int = 24, every: timedelta = timedelta(hours=6)) -> list[dict[str, Any]]:
    """Runs before this one, as the history file has them: what is wrong now came up one after the other."""
    last, names = entry(report), [edge["name"] for edge in report["edges"]]
    entries = []
    for back in range(runs, 0, -1):
        at = NOW - back * every
        edges = {}
        for number, name in enumerate(names):
            begun = 2 + 5 * number % 17
            once = (number * 7 + back) % 61 == 0
            edges[name] = last["edges"][name] if back < begun else {"state": "in_order", "drifted": []}
            if once and edges[name]["state"] == "in_order":
                edges[name] = {"state": "corrected", "drifted": []}
        states = {of["state"] for of in edges.values()}
        outcome = next(
            (word for word in ("unreachable", "drifted", "needs_person", "corrected") if word in states), "in_order"
        )
        run = {
            "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "mode": "report",
            "outcome": {"drifted": "drift"}.get(outcome, outcome),
        }
        entries.append({**run, "duration_seconds": 48.0 + back % 7, "edges": edges})
    return entries


def broken_fleet() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report of forty Edges of which some are not in order, and the runs before it."""
    fleet = MadeUpFleet()
    fleet.break_some()
    report = fleet.report()
    return report, history(report)
