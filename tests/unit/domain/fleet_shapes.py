# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A converged Edge as the plan sees it, changed by keyword for tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import deployment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredEdge, DesiredFleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.fleet import plan_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.policy import CORRECT, Policy
from unit.domain.node_shapes import key_entry, key_file, node_shape

KEY = "0123456789abcdef0123456789abcdef"
OTHER_KEY = "fedcba9876543210fedcba9876543210"
MASTER = "00112233445566778899aabbccddeeff" * 2
OTHER_MASTER = "ffeeddccbbaa99887766554433221100" * 2
T0 = "2026-11-22T09:00:00.000Z"
T1, T2, T3 = "2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z", "2026-11-22T12:00:00.000Z"

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=timezone.utc)
PLATFORM_URL = "https://acme.jfrog.io/"
LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}
ROOT = "a" * 64
OLD_ROOT = "b" * 64
PLATFORM_ROOT = {
    "subject": "CN=acme",
    "issuer": "CN=acme",
    "serial": "1f",
    "not_before": "2026-01-01T00:00:00Z",
    "not_after": "2027-01-01T00:00:00Z",
    "sha256": ROOT,
}

CONFIRMED = key_entry(KEY, T1, T2)
SUPPLIED = key_entry(KEY, T1)


def health(state: str = "HEALTHY", error: str | None = None) -> Any:
    return {"url": "http://127.0.0.1:8082/", "state": state, "error": error, "services": []}


SICK = health("UNHEALTHY", 'jfrt@1 is UNHEALTHY ("no database")')
SILENT = health("UNREACHABLE", "connection refused")


def node(**changed: Any) -> Any:
    """A node that runs with the wanted join key. Keywords as for ``node_shape``, and those of the pops below."""
    own = {
        "health": changed.pop("health", health()),
        "version": changed.pop("version", "7.104.2"),
        "trusted_certificates": changed.pop("trusted", []),
    }
    control = changed.pop("control", "artifactoryctl")
    recorded = changed.pop("recorded", {})
    installed = changed.pop("installed", True)
    shape: Any = {**node_shape(**{"entry": CONFIRMED, **changed}), **own}
    shape["layout"]["installed"] = installed
    shape["service"]["control"] = control
    shape["ledger"]["trusted_certificates"] = {
        name: {"sha256": digest, "supplied_at": T1, "confirmed_at": None} for name, digest in recorded.items()
    }
    return shape


STOPPED = {"running": False, "health": SILENT}
FRESH = {"started": False, "running": False, "health": SILENT, "entry": None, "master_key": key_file(MASTER)}


def edge(name: str = "lyon", **changed: Any) -> DesiredEdge:
    wanted = DesiredEdge(
        name=name,
        url=f"https://{name}.example.net/",
        location=LYON,
        nodes=(f"{name}-1",),
        tags=("hybrid",),
        join_key=KEY,
        policy=Policy(CORRECT),  # what the defaults leave is the matter of test_plan_policy.py
    )
    return replace(wanted, **changed)


def jpd(name: str = "lyon", *, identifier: str = "JPD-7", status: Any = "ONLINE", **changed: Any) -> Any:
    answer = {"id": identifier, "name": name, "url": f"https://{name}.example.net/", "location": LYON}
    return deployment.from_api({**answer, "tags": ["hybrid"], "status": status, **changed})


HOME = jpd("HOME", identifier="JPD-1", url=PLATFORM_URL)


def seen(**changed: Any) -> Any:
    """The REST side of an Edge that answers."""
    answer = {
        "url": "https://lyon.example.net/",
        "reachable": True,
        "error": None,
        "version": "7.104.2",
        "license_type": "Edge",
        "admin": True,
        "health": health(),
        "trusts_platform": None,
        "trusted_by_platform": None,
        "remote_certificates": [],
        "remote_certificates_error": None,
    }
    return {**answer, **changed}


DOWN = {"reachable": False, "error": "connection refused", "version": None, "admin": None, "health": SILENT}
CIRCLE = {"version": "7.25.7", "trusts_platform": True, "trusted_by_platform": True}


def platform(**changed: Any) -> Any:
    answer = {"url": PLATFORM_URL, "reachable": True, "error": None, "jpds": [HOME, jpd()]}
    certificates = {"root_certificate": PLATFORM_ROOT, "remote_certificates": [], "remote_certificates_error": None}
    return {**answer, **certificates, **changed}


def plan_one(
    wanted: DesiredEdge | None = None,
    nodes: Any = None,
    *,
    rest: Any = None,
    of_platform: Any = None,
    **arguments: Any,
) -> dict[str, Any]:
    """The plan of a fleet of one Edge; the default is a converged Edge of one node."""
    wanted = wanted or edge()
    observed = {host: node() for host in wanted.nodes} if nodes is None else nodes
    fleet: Any = {"platform": platform() if of_platform is None else of_platform}
    fleet["edges"] = {} if rest is False else {wanted.name: rest or seen()}
    options = {"unreachable": {}, "onboarding": False, "now": NOW, **arguments}
    return plan_fleet(DesiredFleet(PLATFORM_URL, (wanted,)), observed, fleet, **options)


def facts_of(plan: dict[str, Any], name: str) -> dict[str | None, tuple[str, list[str], str]]:
    """State, drift and reason of a fact, by node."""
    return {
        fact["node"]: (fact["state"], fact["drift"], fact["reason"])
        for fact in plan["edges"][0]["facts"]
        if fact["fact"] == name
    }


def steps_of(plan: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["step"], change["host"]) for change in plan["edges"][0]["changes"]]


def findings_of(plan: dict[str, Any]) -> list[str]:
    """The findings in short: an exclamation mark for those that need a person."""
    return [("!" if found["needs_person"] else "") + found["what"] for found in plan["edges"][0]["findings"]]
