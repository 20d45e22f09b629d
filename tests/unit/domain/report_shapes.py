# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports for tests, made by the real planner from one Edge in every state; and a fleet of any size to look at."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import document as reports
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import history as histories
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.times import spent
from simulator.licences import make_key
from unit.domain.fleet_shapes import (
    CIRCLE,
    DOWN,
    HOME,
    NOW,
    STOPPED,
    edge,
    jpd,
    node,
    plan_one,
    platform,
    seen,
)
from unit.domain.replication.mesh import permission, security, user
from unit.domain.replication.stands import in_step, stand
from unit.domain.report_schema import problems

NOT_REGISTERED = platform(jpds=[HOME])
TOKEN = {
    "token_id": "t1",
    "subject": "jfac@01/users/admin",
    "scope": "applied-permissions/admin",
    "issued_at": "2026-01-01T00:00:00Z",
    "expires_at": "2026-11-25T12:00:00Z",
}
LICENSE = {
    "type": "Edge",
    "valid_through": "2026-12-10",
    "licensed_to": "Example",
    "license_hash": "0a",
    "expired": False,
}
IN_ORDER = plan_one()
DRIFTED = plan_one(of_platform=NOT_REGISTERED)
STUCK = plan_one(of_platform=platform(jpds=[jpd(status="OFFLINE")]))
UNKNOWN = plan_one(nodes={"lyon-1": node(entry=None)})
SILENT = plan_one(nodes={}, unreachable={"lyon-1": "no route to host"}, rest=seen(**DOWN))
WAITING = plan_one(edge(acknowledged=True), rest=seen(**{**CIRCLE, "trusted_by_platform": False}))
ENDING = plan_one(rest=seen(token=TOKEN), of_platform=platform(jpds=[HOME, jpd(licenses=[LICENSE])]))
WITHOUT_KEYS = plan_one(
    edge(base_url="https://lyon.example.net", license_keys=(make_key("Edge"),)), rest=seen(licenses=[], base_url=None)
)
DOWN_NODE = plan_one(nodes={"lyon-1": node(**STOPPED)}, of_platform=NOT_REGISTERED)

# A run of 84 s that looked only.
MARKS = [
    {"phase": "nodes", "at": "2026-11-22T12:28:36.000Z"},
    {"phase": "fleet", "at": "2026-11-22T12:29:40.500Z"},
    {"phase": "plan", "at": "2026-11-22T12:29:58.250Z"},
]
TIMES = spent(MARKS, ended=NOW)

PLACES = (
    ("Lyon", "FR", 45.764, 4.8357),
    ("Osaka", "JP", 34.6937, 135.5023),
    ("Quito", "EC", -0.1807, -78.4678),
    ("Nairobi", "KE", -1.2864, 36.8172),
    ("Oslo", "NO", 59.9139, 10.7522),
    ("Austin", "US", 30.2672, -97.7431),
    ("Perth", "AU", -31.9523, 115.8613),
    ("São Paulo", "BR", -23.5505, -46.6333),
)


def named(plan: dict[str, Any], name: str, *, place: int = 0, tags: list[str] | None = None) -> dict[str, Any]:
    """The Edge of a plan of one, under another name and in another place."""
    city, country, latitude, longitude = PLACES[place % len(PLACES)]
    own = plan["edges"][0]
    nodes = {host: f"{name}-{number}" for number, host in enumerate(own["nodes"], 1)}
    rename = {**nodes, own["name"]: name}

    def of_edge(row: dict[str, Any], key: str) -> dict[str, Any]:
        return {**row, key: rename.get(row[key], row[key])}

    return {
        **own,
        "name": name,
        "url": f"https://edge-{name}.example.com/",
        "location": {"city_name": city, "country_code": country, "latitude": latitude, "longitude": longitude},
        "tags": tags,
        "nodes": list(nodes.values()),
        "facts": [of_edge(fact, "node") for fact in own["facts"]],
        "changes": [of_edge(change, "host") for change in own["changes"]],
        "certificates": [of_edge(row, "where") for row in own["certificates"]],
        "expiries": [of_edge(row, "where") for row in own["expiries"]],
    }


def fleet_plan(*edges: dict[str, Any], waves: int = 1, **of_platform: Any) -> dict[str, Any]:
    """A plan of these Edges, whose work is spread over the waves."""
    busy = [one for one in edges if one["changes"]]
    work = [
        {"host": host, "groups": [], "edge_plan": {"nodes": one["nodes"], "wave": 1 + number * waves // len(busy)}}
        for number, one in enumerate(busy)
        for host in dict.fromkeys(change["host"] for change in one["changes"])
    ]
    return {"platform": {**IN_ORDER["platform"], **of_platform}, "edges": list(edges), "work": work, "summary": {}}


def document(plan: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """The report on the plan, at a time that stands still, and as its schema says."""
    report = reports.document(plan, **{"times": TIMES, **arguments})
    assert problems(report) == []
    return report


def replicated() -> dict[str, Any]:
    """How a mesh stands of which one instance is to be written to and one does not answer."""
    same = security({"alice": user(), "bob": user()})
    mesh = in_step(acme=same, osaka=same, museum=same)
    mesh.acme["users"]["alice"]["email"] = "new@example.com"
    mesh.acme["permissions"]["readers of libs"] = permission()
    mesh.instances["museum"].up = False
    return stand(mesh, away="Cannot reach it: timed out.")


def certificate(where: str, kind: str, days: int) -> dict[str, Any]:
    """A row of the certificate calendar."""
    state = "expired" if days < 0 else "expiring" if days < 30 else "ok"
    return {
        "where": where,
        "kind": kind,
        "subject": f"CN={where}",
        "sha256": f"{sum(map(ord, where + kind)):064x}",
        "not_after": f"{NOW + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}",
        "days_left": days,
        "state": state,
    }


def sample(count: int = 40, *, seed: int = 7, runs: int = 12) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A report on a fleet of so many Edges after a run in waves, and the history of the runs before it.

    The same numbers give the same report. Most Edges are in order, as in life; every state and every kind of row is
    there from about 20 Edges on, with held changes, failures, a run that was stopped and names that test a page.
    """
    dice = random.Random(seed)  # noqa: S311
    kinds = [DRIFTED, STUCK, SILENT, UNKNOWN, WAITING, ENDING, DOWN_NODE, WITHOUT_KEYS]
    edges = []
    for number in range(count):
        plan = (
            kinds[number] if number < len(kinds) else dice.choices([IN_ORDER, *kinds], [60, 6, 2, 2, 1, 1, 1, 3, 1])[0]
        )
        name = {5: "edge <b>5</b> & 'co'"}.get(number, f"edge-{number:04d}")
        row = named(
            plan, name, place=dice.randrange(len(PLACES)), tags=dice.choice([None, ["dmz"], ["factory", "gpu"]])
        )
        row["certificates"] = [
            certificate(name, "token_signing_certificate", dice.choice([3, 20, 45, 200, 900, 3000])),
            certificate(row["nodes"][0], "server_certificate", dice.choice([-2, 12, 60, 90, 365])),
        ]
        edges.append(_held(row) if row["state"] == "in_order" and number % 11 == 6 else row)
    plan = fleet_plan(*edges, waves=3)
    changed = [one for one in edges if one["changes"] and not one["held"]]
    done, failing = changed[: len(changed) // 2], changed[len(changed) // 2 : len(changed) // 2 + 1]
    verified = {"edges": [{**named(IN_ORDER, one["name"]), **_kept(one)} for one in done] + failing}
    failures = [
        {"host": change["host"], "step": change["step"], "message": "Cannot reach the platform: timed out. Try again."}
        for one in failing
        for change in one["changes"][:1]
    ]
    left = [one["name"] for one in changed[len(done) + len(failing) :]]
    stopped = {"wave": 2, "of": 3, "failed": [one["name"] for one in failing], "not_begun": left} if left else None
    marks = [*MARKS, {"phase": "converge", "at": stamp(NOW - timedelta(seconds=1))}]
    report = document(
        plan,
        verified=verified,
        mode=reports.CONVERGE,
        failures=failures,
        stopped=stopped,
        times=spent(marks, ended=NOW),
        replication=replicated(),
    )
    return report, past(report, runs=runs, dice=dice)


def past(report: dict[str, Any], *, runs: int, dice: random.Random) -> list[dict[str, Any]]:
    """Earlier runs of the same fleet, the oldest first, in which Edges came and went out of order."""
    entries: list[dict[str, Any]] = []
    for number in range(runs, 0, -1):
        at = datetime.fromisoformat(report["finished_at"].replace("Z", "+00:00")) - timedelta(hours=number)
        better = {"state": "in_order", "facts": []}
        earlier = {
            **report,
            "finished_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "duration_seconds": round(60 + dice.random() * 30, 3),
            "edges": [one if dice.random() < 0.8 else {**one, **better} for one in report["edges"]],
        }
        earlier["outcome"] = reports.outcome(earlier["edges"], earlier["platform"])
        entries.append(histories.entry(earlier))
    return entries


def _held(row: dict[str, Any]) -> dict[str, Any]:
    """The Edge with a drifted key that policy keeps from being supplied before somebody said yes."""
    host, reason = row["nodes"][0], "another join key was supplied on the controller"
    drifted = {"fact": "join_key", "node": None, "state": "drifted", "drift": ["join_key"], "reason": reason}
    facts = [drifted if fact["fact"] == "join_key" else fact for fact in row["facts"]]
    held = {"host": host, "pass": 1, "policy": "ask"}
    change = {**held, "step": "join_key", "name": "join_key", "reason": reason, "waits_for": None}
    start = {**held, "step": "restart", "name": "restart", "reason": "the join key", "waits_for": "join_key"}
    return {**row, "state": "drifted", "facts": facts, "held": [change, start]}


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("location", "tags", "nodes", "certificates", "expiries")}
