# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing public keys to all JPDs: control-plane-api.md 6.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.jpd_view import OFFLINE, UNAUTHORIZED
from simulator.signing_keys import KeyPair

if TYPE_CHECKING:
    from simulator.simulator import Simulator

SUCCESS, PARTIAL_SUCCESS, FAILURE = "SUCCESS", "PARTIAL_SUCCESS", "FAILURE"
NOT_REQUESTED, NOTHING_TO_PROPAGATE = "PROPAGATION_NOT_REQUESTED", "NO_GPG_KEY_TO_PROPAGATE"


def propagate(simulator: Simulator, pairs: list[KeyPair]) -> dict[str, Any]:
    """Put public keys on every JPD, the platform itself among them. The answer has one entry per key and JPD (6.1)."""
    if not pairs:
        return {"status": NOTHING_TO_PROPAGATE, "details": []}
    entries = [(entry, pair) for pair in pairs for entry in list(simulator.platform.jpds)]
    details = [
        {
            "jpd_id": entry["id"],
            "name": entry["name"],
            "key_alias": pair.alias,
            "status": _put(simulator, entry, pair),
        }
        for entry, pair in entries
    ]
    states = {detail["status"] for detail in details}
    return {"status": states.pop() if len(states) == 1 else PARTIAL_SUCCESS, "details": details}


def _put(simulator: Simulator, entry: dict[str, Any], pair: KeyPair) -> str:
    """Mission Control reaches a JPD that is not OFFLINE, and gets in where it is not UNAUTHORIZED."""
    found = simulator.site_at(entry["url"])
    if found is None or simulator.jpd_view.status(entry) in (OFFLINE, UNAUTHORIZED):
        return FAILURE
    site = found[0]
    site.trusted_keys.add(pair.alias, pair.public_key, site.now(), "mission-control")
    return SUCCESS
