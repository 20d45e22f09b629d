# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The pairing of a registered Edge, as the plan needs it, and what stands in the way of a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from ..deployment import OFFLINE, ONLINE, PARTIAL
from ..health import HEALTHY
from ..observed import Jpd
from ..pairing import ALWAYS, UNAUTHORIZED, should_pair
from ..trust.trust import PAIRING_TOKEN
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from ..version import loses_join_key_registrations
from .keys import JudgedKeys
from .nodes import JudgedServices
from .rest import rest_error
from .shapes import BASE_URL, JOIN_KEY, TRUSTED_CERTIFICATE, EdgeView, Judged


@dataclass(frozen=True)
class Before:
    """What was judged before the JPD, so that one cause is told once. ``doubtful``: nothing may be changed anyway."""

    method: Optional[str]
    services: JudgedServices
    keys: JudgedKeys
    doubtful: bool


def judge_pairing(view: EdgeView, judged: Judged, current: Jpd, before: Before) -> str | None:
    """Why the registered JPD is to be paired again; None when it is not."""
    code, said = current["status"]["code"], current["status"]["message"]
    told = f'the JPD is {code} ("{said}")' if said else f"the JPD is {code}"
    pair = should_pair(code, view.edge.repair)
    if pair:
        told += "; edge_repair is always" if view.edge.repair == ALWAYS else ""
        judged.fact("pairing", DRIFTED, told, drift=["pairing"])
    else:
        judged.fact("pairing", IN_ORDER if code in (ONLINE, PARTIAL) else UNKNOWN, told)
    if code == UNAUTHORIZED and not pair:
        judged.finding(
            "pairing",
            f"{told}, and edge_repair is {view.edge.repair}",
            "Set edge_repair to when_broken, or pair the Edge again by hand",
        )
    if code in (OFFLINE, PARTIAL) and not before.services.down:
        judged.finding(
            "JPD status", told, "Check the health of the Edge, and that the platform reaches it under edge_url"
        )
    if code in (OFFLINE, UNAUTHORIZED) and loses_join_key_registrations(view.version):
        _find_join_key_registration(view, judged, healed=pair and before.method == PAIRING_TOKEN)
    return told if pair else None


def pairing_takes(method: Optional[str]) -> Tuple[str, ...]:
    """The steps by which a registration or a new pairing works: a pairing token carries the base URL, an older Edge is
    registered with its join key, and has to trust the platform's root certificate."""
    return (BASE_URL,) if method == PAIRING_TOKEN else (JOIN_KEY, TRUSTED_CERTIFICATE)


def is_pairing_blocked(view: EdgeView, judged: Judged, current: Jpd | None, before: Before) -> bool:
    """Whether what a registration or a new pairing needs is missing; says so unless another judge did."""
    if before.method is None:
        if not before.doubtful:
            judged.finding(
                "trust method",
                "the version of the Edge is not known, so no trust method can be chosen",
                "Make the Edge reachable, or set edge_trust_method",
            )
        return True
    if before.keys.storeless and (current is None or before.method != PAIRING_TOKEN):
        return True
    if before.method == PAIRING_TOKEN:
        blocked = _is_token_blocked(view, judged, before)
        # The address leads elsewhere, so for all we know these nodes are those of another Edge.
        judged.stop = judged.stop or (blocked and current is None and _runs_elsewhere(view))
        return blocked
    if view.edge.join_key is None and view.edge.join_key_file is None:
        judged.finding(
            "registration",
            f"with the trust method {before.method} an Edge is registered with its join key, and none is known",
            "Set edge_join_key or edge_join_key_file",
        )
        return True
    return False


def _runs_elsewhere(view: EdgeView) -> bool:
    """Whether a node is well and its Edge does not answer, while no start is due that could mend that."""
    if view.seen is None or view.seen["reachable"]:
        return False
    well = any(node["health"] is not None and node["health"]["state"] == HEALTHY for node in view.nodes.values())
    return well and not any(node["ledger"]["restart_due"] for node in view.nodes.values())


def _is_token_blocked(view: EdgeView, judged: Judged, before: Before) -> bool:
    error = rest_error(view)
    if error is None or before.services.reviving:
        return False
    if not before.doubtful and not before.services.down:
        judged.finding(
            "pairing",
            f"the Edge makes the pairing token, and cannot be asked for it: {error}",
            "Check edge_url, edge_access_token and the health of the Edge",
        )
    return True


def _find_join_key_registration(view: EdgeView, judged: Judged, *, healed: bool) -> None:
    """JPDs that were registered with a join key go offline in these versions (node-files.md 1.7)."""
    judged.finding(
        "registration",
        f"Artifactory {view.version} forgets a platform that registered it with a join key, and this JPD may be one",
        "Nothing; it is paired with a pairing token now"
        if healed
        else "Set edge_trust_method to pairing_token, and edge_repair to always for one run",
        needs_person=not healed,
    )
