# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A certificate and its key that go through the bootstrap folder to Access, which reads them at a start.

At every moment the folder holds no certificate or a whole pair: an older certificate goes first, then the key comes,
then the certificate. So a start in between finds a key at most, which is nothing to import; a certificate without its
key, or with another one, would be a broken pair, which may stop the start (node-files.md 6). To take a pair away, the
certificate goes first for the same reason.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Optional

from .._domain import ledger as model
from .._domain.access.bootstrap_pair import ACCESS_CA, TOKEN_SIGNING, Witnesses, witnesses
from .._domain.errors import LayoutError
from .._domain.observed import CertificateFile, Ledger
from . import backups, certificate_files, files, join_key, ledger
from .layout import Layout

CERTIFICATE_MODE = 0o644
KEY_MODE = 0o600  # no mode is documented; nobody but the service user needs it (node-files.md 10)


@dataclass(frozen=True)
class Names:
    """The two files of a kind of pair, here as in etc/access/keys (node-files.md 3.3, 3.4)."""

    fact: str
    certificate: str
    key: str


SIGNING = Names(TOKEN_SIGNING, "root.crt", "private.key")
AUTHORITY = Names(ACCESS_CA, "ca.crt", "ca.private.key")
ALL = (SIGNING, AUTHORITY)


@dataclass(frozen=True)
class Place:
    """Where a pair waits on one node."""

    layout: Layout
    names: Names

    @property
    def folder(self) -> Path:
        if self.layout.bootstrap_access_keys is None:
            raise LayoutError(f"Cannot look for pairs that wait in {self.layout.home}: 6.x has no bootstrap folder.")
        return self.layout.bootstrap_access_keys

    @property
    def certificate(self) -> Path:
        return self.folder / self.names.certificate

    @property
    def key(self) -> Path:
        return self.folder / self.names.key

    @property
    def copy(self) -> Path:
        return self.layout.access_keys / self.names.certificate


def look(place: Place, recorded: Ledger, *, served: Optional[str] = None, key: Optional[str] = None) -> Witnesses:
    """What each witness says. ``key`` is the private key that has to lie there for the pair to be whole."""
    there = _key_in(place)
    return witnesses(
        recorded,
        place.names.fact,
        served=served,
        copy=_sha256(certificate_files.first_of(place.copy)),
        pending=_sha256(certificate_files.first_of(place.certificate)),
        waits=os.path.lexists(place.certificate) or os.path.lexists(place.key),
        complete=there is not None and (key is None or there.split() == key.split()),
        started_at=join_key.written_at(place.layout),
    )


def supply(
    place: Place, certificate: str, key: str, sha256: str, now: datetime, *, replaced: bool = False
) -> Optional[Path]:
    """Write the pair, then the record: a crash between them repeats the supply and does not skip it.

    ``replaced``: a pair of somebody else's waits there, and is kept in the folder of our backups; its path then.
    """
    account = place.layout.account()
    files.make_folder(place.folder, account)
    kept = _kept(place) if replaced else None
    files.write_together(
        [
            files.Content(place.key, key, KEY_MODE),
            files.Content(place.certificate, certificate, CERTIFICATE_MODE),
        ],
        account=account,
        before=lambda: _remove_certificate(place),
    )
    recorded = model.record_supplied(ledger.read(place.layout), place.names.fact, sha256, now)
    ledger.write(place.layout, model.due(recorded, place.names.fact, now))
    return kept


def withdraw(place: Place) -> None:
    """Take away a pair that no start has taken, and its record."""
    _remove(place)
    recorded = ledger.read(place.layout)
    left = {fact: entry for fact, entry in recorded["certificates"].items() if fact != place.names.fact}
    ledger.write(place.layout, model.settled({**recorded, "certificates": left}, place.names.fact))


def confirm(place: Place, recorded: Ledger, now: datetime) -> Ledger:
    """The ledger with the proof noted. The pair goes if the product left it: a private key must lie nowhere in vain,
    and it would undo a change made elsewhere with the next start (as the join key does, trap 4)."""
    entry = recorded["certificates"].get(place.names.fact)
    waiting = _sha256(certificate_files.first_of(place.certificate))
    if entry is not None and (waiting == entry["sha256"] or not os.path.lexists(place.certificate)):
        _remove(place)
    return model.settled(model.confirm_supplied(recorded, place.names.fact, now), place.names.fact)


def settle(layout: Layout, recorded: Ledger, now: datetime) -> Ledger:
    """The ledger after a start that went well: pairs that it has taken, by the node's copies, are proven."""
    if layout.bootstrap_access_keys is None:
        return recorded
    for names in ALL:
        place = Place(layout, names)
        if look(place, recorded).is_proven:
            recorded = confirm(place, recorded, now)
    return recorded


def _remove(place: Place) -> None:
    _remove_certificate(place)
    files.remove(place.key)
    files.sweep(place.folder)


def _remove_certificate(place: Place) -> None:
    files.remove(place.certificate)


def _kept(place: Place) -> Path:
    """Second names for what waits, in a folder of ours; that folder."""
    kept = [
        backups.keep(place.layout, place.names.fact, path)
        for path in (place.certificate, place.key)
        if os.path.lexists(path)
    ]
    return kept[0].parent


def _key_in(place: Place) -> Optional[str]:
    try:
        return files.read_text(place.key)
    except LayoutError:
        return None


def _sha256(seen: Optional[CertificateFile]) -> Optional[str]:
    return seen["sha256"] if seen else None
