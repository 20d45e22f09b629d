# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The preflight of an Edge that is not registered yet, as the plan needs it: what failed stops all changes."""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Optional, cast

from ..desired.shapes import BRIDGE
from ..keys.keys import PUBLISHED
from ..preflight.checks import check_edge, check_platform
from ..preflight.shapes import (
    ANSWER,
    EDGE_TO_PLATFORM,
    FAILED,
    LICENSE,
    LICENSE_BUCKET,
    PASSED,
    PLATFORM_TO_EDGE,
    PORT,
    TLS,
    TOKEN,
    UNKNOWN,
    VERSION,
    WARNING,
    WAY,
    Check,
    Intended,
    PlatformPreflight,
    PreflightSeen,
)
from ..url import is_bridge
from ..verdict import IN_ORDER
from ..verdict import UNKNOWN as NOT_KNOWN
from .shapes import EdgeView, Judged, names

FACT = "preflight"
# The judge of licences tells it of Edges that are registered, too.
TOLD_ELSEWHERE = (LICENSE_BUCKET,)


def judge_preflight(view: EdgeView) -> Judged:
    """Named findings before the first change. An Edge that was not looked at, being registered, has none."""
    judged = Judged()
    seen = cast(Optional[PreflightSeen], view.seen.get(FACT)) if view.seen is not None else None
    if seen is None:
        return judged
    platform = cast(Optional[PlatformPreflight], cast(Mapping[str, Any], view.platform).get(FACT))
    if platform is not None:
        for one in check_platform(platform, now=view.now):
            if one["state"] == FAILED:
                _find(judged, one, "of the platform", stops=True)
    checks = check_edge(seen, platform, intended_of(view), now=view.now)
    for one in checks:
        if one["state"] == FAILED and one["id"] in TOLD_ELSEWHERE:
            judged.stop = True
        elif one["state"] == FAILED:
            _find(judged, one, "of the Edge", stops=not _may_be_mended(view, one["id"]))
        elif one["state"] == WARNING:
            judged.finding(f"preflight: {one['id']}", one["cause"], one["remedy"], needs_person=False)
    judged.fact(FACT, NOT_KNOWN if judged.stop else IN_ORDER, _summary(checks))
    return judged


def names_cause(view: EdgeView) -> bool:
    """Whether the preflight says why the REST side of the Edge cannot be read: then nobody else needs to."""
    seen = cast(Optional[PreflightSeen], view.seen.get(FACT)) if view.seen is not None else None
    if seen is None:
        return False
    checks = check_edge(seen, None, intended_of(view), now=view.now)
    return any(one["state"] == FAILED and one["id"] in (*WAY, TOKEN) for one in checks)


def intended_of(view: EdgeView) -> Intended:
    """What the preflight has to know of the inventory and of what was seen on the nodes."""
    edge = view.edge
    return Intended(
        name=edge.name,
        url=edge.url,
        trust_method=edge.trust_method,
        base_url=edge.base_url,
        bridge=edge.connection == BRIDGE or is_bridge(edge.url),
        licensed=bool(edge.license_bucket or edge.license_keys),
        signing_key=edge.signing_key,
        license_bucket=edge.license_bucket,
        canary=edge.canary,
        client_at_platform="client_certificate" in view.platform,
        client_at_edge=view.seen is not None and "client_certificate" in view.seen,
        published_keys=tuple(
            f"{what} of {host}"
            for host, node in view.nodes.items()
            for what, file in (("master.key", node["master_key"]), ("join.key", node["join_key"]["pending"]))
            if file["problem"] == PUBLISHED
        ),
    )


def _find(judged: Judged, one: Check, whose: str, *, stops: bool) -> None:
    what = f"preflight: {one['id']} {whose}"
    judged.finding(what, one["cause"], one["remedy"], needs_person=stops)
    judged.stop = judged.stop or stops


def _summary(checks: List[Check]) -> str:
    found = {
        state: [one["id"] for one in checks if one["state"] == state] for state in (PASSED, WARNING, FAILED, UNKNOWN)
    }
    parts = [f"{len(found[PASSED])} checks passed"]
    parts += [f"{state}: {names(found[state])}" for state in (FAILED, WARNING) if found[state]]
    parts += [f"not to be known now: {names(found[UNKNOWN])}"] if found[UNKNOWN] else []
    return "; ".join(parts)


def _may_be_mended(view: EdgeView, identifier: str) -> bool:
    """Whether this run changes what the check is about: then it is no reason to stop before that."""
    mended = _MENDED.get(identifier)
    return mended is not None and mended(view)


def _is_started(view: EdgeView) -> bool:
    """A node that does not serve is started in this run, or told by the judge of its service."""
    return view.waits_for_start


def _gets_tls(view: EdgeView) -> bool:
    edge = view.edge
    own = any(node.server_certificate is not None for node in edge.of_nodes.values())
    return _is_started(view) or own or edge.tls is not None or edge.access_ca is not None


def _gets_trust_or_proxy(view: EdgeView) -> bool:
    return _is_started(view) or bool(view.edge.tls_ca_certificates or view.edge.router_proxy)


# No start mends a name, a proxy, a clock or an inventory.
_MENDED: Mapping[str, Callable[[EdgeView], bool]] = {
    **dict.fromkeys((PORT, ANSWER, VERSION, LICENSE, TOKEN), _is_started),
    TLS: _gets_tls,
    PLATFORM_TO_EDGE: _gets_tls,
    EDGE_TO_PLATFORM: _gets_trust_or_proxy,
}
