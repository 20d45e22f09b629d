# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The keys with which an Edge checks release bundles: the one that the platform propagates, and those put on it."""

from __future__ import annotations

from typing import List, Optional, Sequence

from ..desired.shapes import SUPPLY, NamedKey
from ..distribution import openpgp, trusted_key
from ..distribution.propagation import lacks
from ..errors import ConflictError, KeyFormatError
from ..observed import SigningKeySeen
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .shapes import SIGNING_KEY, TRUSTED_SIGNING_KEY, EdgeView, Judged

SEEN = "trusted_signing_keys"
UNREADABLE = "Give edge_access_token admin rights, or do not set edge_trusted_signing_keys"


def judge_signing_keys(view: EdgeView) -> Judged:
    """Both facts, as far as the inventory manages them."""
    judged = Judged()
    if view.edge.signing_key is not None:
        _judge_propagated(view, judged, view.edge.signing_key)
    if view.edge.trusted_signing_keys:
        _judge_put(view, judged, view.edge.trusted_signing_keys)
    return judged


def _judge_propagated(view: EdgeView, judged: Judged, key: str) -> None:
    """The platform's own key. Who does not know the Edge cannot propagate it there, so that comes after the JPD."""
    if not view.platform["reachable"]:
        judged.fact(SIGNING_KEY, UNKNOWN, view.platform["error"] or "the platform does not answer")
        return
    keys = _keys(view)
    missing = lacks(key, keys, _of_platform(view))
    if missing is None:
        judged.fact(SIGNING_KEY, IN_ORDER, f"it trusts the signing key '{key}'")
    elif view.is_registered is None:
        judged.fact(SIGNING_KEY, UNKNOWN, "it is not clear which JPD this Edge is")
    elif not view.is_registered:
        reason = f"the signing key '{key}' is propagated when the Edge is registered"
        judged.fact(SIGNING_KEY, DRIFTED, reason, drift=[SIGNING_KEY])
        judged.need(SIGNING_KEY, view.first, reason)
    elif keys is None and view.edge.on_unknown != SUPPLY:
        judged.fact(SIGNING_KEY, UNKNOWN, _why_unread(view))
    else:
        judged.fact(SIGNING_KEY, DRIFTED, missing, drift=[SIGNING_KEY])
        judged.need(SIGNING_KEY, view.first, f"{missing}; the platform propagates it")


def _judge_put(view: EdgeView, judged: Judged, wanted: Sequence[NamedKey]) -> None:
    keys = _keys(view)
    refused = view.unread(SEEN)
    if refused is not None:
        # Whether they are there cannot be seen after the step either, so to put them there again would never end.
        judged.fact(TRUSTED_SIGNING_KEY, UNKNOWN, refused)
        judged.finding("trusted signing key", refused.rstrip("."), UNREADABLE)
        return
    if keys is None and view.is_registered is not False and view.edge.on_unknown != SUPPLY:
        judged.fact(TRUSTED_SIGNING_KEY, UNKNOWN, _why_unread(view))
        return
    missing = _missing(judged, wanted, keys)
    if missing is None:
        return
    if missing:
        judged.fact(TRUSTED_SIGNING_KEY, DRIFTED, "; ".join(missing), drift=[TRUSTED_SIGNING_KEY])
        judged.need(TRUSTED_SIGNING_KEY, view.first, "; ".join(missing))
    else:
        aliases = ", ".join(f"'{key.alias}'" for key in wanted)
        judged.fact(TRUSTED_SIGNING_KEY, IN_ORDER, f"it trusts {aliases}")


def _missing(
    judged: Judged, wanted: Sequence[NamedKey], keys: Optional[Sequence[SigningKeySeen]]
) -> Optional[List[str]]:
    """Why keys have to be put on the Edge; None when one of them is a person's to settle."""
    found: List[str] = []
    for key in wanted:
        try:
            fingerprint = openpgp.fingerprint(key.public_key, what=f"the public key '{key.alias}'")
            changes = trusted_key.change(keys or (), key.alias, fingerprint, present=True)
        except (KeyFormatError, ConflictError) as exc:
            judged.fact(TRUSTED_SIGNING_KEY, UNKNOWN, str(exc.details["happened"]))
            judged.finding_of("trusted signing key", exc)
            return None
        if changes.changed:
            reason = trusted_key.difference(key.alias, fingerprint, keys or ())
            found.append(reason if keys is not None and reason else f"the key '{key.alias}' is put on it")
    return found


def _keys(view: EdgeView) -> Optional[Sequence[SigningKeySeen]]:
    return None if view.seen is None else view.seen.get("trusted_signing_keys")


def _of_platform(view: EdgeView) -> Sequence[SigningKeySeen]:
    """What the platform itself trusts, where that was read: it tells the fingerprint of the key that it propagates."""
    return view.platform.get("trusted_signing_keys", ())


def _why_unread(view: EdgeView) -> str:
    if view.seen is None:
        return "the Edge was not asked"
    return view.unread(SEEN) or view.seen["error"] or "which keys it trusts was not read"
