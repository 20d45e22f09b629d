# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The ledger: what this collection supplied to a node, as text and as the shape that the plan reads.

It holds salted hashes and fingerprints, never a secret. A ledger that cannot be understood is an error, because
to overwrite it would turn "unknown" into a guess (design.md, section 4).
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, cast

from .errors import LedgerError
from .foreign_json import parsed
from .moment import moment, stamp
from .observed import CertificateEntry, KeyEntry, Ledger

VERSION = 1
KEYS = ("join_key", "master_key")

_HEX64 = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"(?:[0-9a-f]{2}){8,64}")


def empty() -> Ledger:
    """The ledger of a node that has none."""
    return {
        "present": False,
        "join_key": None,
        "master_key": None,
        "trusted_certificates": {},
        "certificates": {},
        "restart_due": {},
        "started_at": None,
    }


def parse(text: str) -> Ledger:
    """The ledger in a file's text. Raises LedgerError for damage and for a version of the future."""
    try:
        raw = parsed(text)
        if not isinstance(raw, dict):
            raise ValueError("it is no JSON object")
        version = raw["version"]
    except (ValueError, KeyError) as exc:
        raise _damaged("it is not the JSON that this collection writes") from exc
    if version != VERSION or isinstance(version, bool):
        raise LedgerError(
            f"Cannot read the ledger: it has version {version!r}, this collection knows version {VERSION}. "
            "Use the release of the collection that wrote it, or a newer one."
        )
    try:
        return _shape(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise _damaged("an entry in it is incomplete or malformed") from exc


def serialise(ledger: Ledger) -> str:
    """The file's text. Raises LedgerError rather than write what ``parse`` would refuse."""
    raw = {"version": VERSION, **{name: value for name, value in ledger.items() if name != "present"}}
    try:
        _shape(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise _damaged("an entry that is to be written is incomplete or malformed") from exc
    return json.dumps(raw, indent=2, sort_keys=True) + "\n"


def record_key(ledger: Ledger, fact: str, entry: KeyEntry) -> Ledger:
    """The ledger with a key that was just supplied, not yet confirmed."""
    if fact not in KEYS:
        raise ValueError(fact)
    return _changed(ledger, **{fact: entry})


def confirm_key(ledger: Ledger, fact: str, now: datetime) -> Ledger:
    """The ledger with the proof noted that the supplied key is in use."""
    entry = ledger.get(fact)
    if not isinstance(entry, dict):
        raise ValueError(fact)
    return _changed(ledger, **{fact: {**entry, "confirmed_at": stamp(now)}})


def record_certificate(ledger: Ledger, name: str, sha256: str, now: datetime) -> Ledger:
    """The ledger with a peer's certificate that was just supplied, not yet confirmed."""
    return _changed(ledger, trusted_certificates={**ledger["trusted_certificates"], name: _supplied(sha256, now)})


def confirm_certificate(ledger: Ledger, name: str, now: datetime) -> Ledger:
    """The ledger with the proof noted that the supplied certificate is trusted."""
    entry = {**ledger["trusted_certificates"][name], "confirmed_at": stamp(now)}
    return _changed(ledger, trusted_certificates={**ledger["trusted_certificates"], name: entry})


def forget_certificate(ledger: Ledger, name: str) -> Ledger:
    """The ledger without a peer's certificate, which the product may trust all the same."""
    left = {known: entry for known, entry in ledger["trusted_certificates"].items() if known != name}
    return _changed(ledger, trusted_certificates=left)


def record_supplied(ledger: Ledger, fact: str, sha256: str, now: datetime) -> Ledger:
    """The ledger with a certificate of the node's own that was just supplied, not yet confirmed."""
    return _changed(ledger, certificates={**ledger["certificates"], fact: _supplied(sha256, now)})


def confirm_supplied(ledger: Ledger, fact: str, now: datetime) -> Ledger:
    """The ledger with the proof noted that the supplied certificate is in use."""
    entry = {**ledger["certificates"][fact], "confirmed_at": stamp(now)}
    return _changed(ledger, certificates={**ledger["certificates"], fact: entry})


def due(ledger: Ledger, reason: str, now: datetime) -> Ledger:
    """The ledger with a restart that is due; the first time of a reason counts."""
    return _changed(ledger, restart_due={reason: stamp(now), **ledger["restart_due"]})


def settled(ledger: Ledger, *reasons: str) -> Ledger:
    """The ledger after a start: it is not due any more for these reasons, or for any when none is given."""
    left = {reason: since for reason, since in ledger["restart_due"].items() if reasons and reason not in reasons}
    return _changed(ledger, restart_due=left)


def started(ledger: Ledger, now: datetime) -> Ledger:
    """The ledger with a start noted that this collection made."""
    return _changed(ledger, started_at=stamp(now))


def _supplied(sha256: str, now: datetime) -> CertificateEntry:
    return {"sha256": sha256, "supplied_at": stamp(now), "confirmed_at": None}


def _changed(ledger: Ledger, **parts: Any) -> Ledger:
    return cast(Ledger, {**ledger, **parts, "present": True})


def _shape(raw: dict[str, Any]) -> Ledger:
    trusted = {str(name): _certificate(entry) for name, entry in raw["trusted_certificates"].items()}
    restart_due = {str(reason): _time(since) for reason, since in raw["restart_due"].items()}
    return {
        "present": True,
        "join_key": _key(raw["join_key"]),
        "master_key": _key(raw["master_key"]),
        "trusted_certificates": trusted,
        # Older ledgers have neither this nor the time of a start.
        "certificates": {str(fact): _certificate(entry) for fact, entry in raw.get("certificates", {}).items()},
        "restart_due": restart_due,
        "started_at": _optional_time(raw.get("started_at")),
    }


def _key(raw: Any) -> KeyEntry | None:
    if raw is None:
        return None
    return {
        "salt": _matching(_SALT, raw["salt"]),
        "hash": _matching(_HEX64, raw["hash"]),
        "supplied_at": _time(raw["supplied_at"]),
        "confirmed_at": _optional_time(raw["confirmed_at"]),
    }


def _certificate(raw: Any) -> CertificateEntry:
    return {
        "sha256": _matching(_HEX64, raw["sha256"]),
        "supplied_at": _time(raw["supplied_at"]),
        "confirmed_at": _optional_time(raw["confirmed_at"]),
    }


def _matching(pattern: re.Pattern[str], text: Any) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError("malformed")
    return str(text)


def _time(text: Any) -> str:
    moment(text)
    return str(text)


def _optional_time(text: Any) -> str | None:
    return None if text is None else _time(text)


def _damaged(what: str) -> LedgerError:
    return LedgerError(
        f"Cannot read the ledger: {what}. Nothing was written. Restore it from a backup, or move it away: what it "
        "recorded then counts as unknown, and is settled by the policy that the inventory chose."
    )
