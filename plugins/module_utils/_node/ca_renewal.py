# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The marker that makes Access renew its CA at a start: written on one node, and taken back after one start."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Optional

from .._domain import ledger as model
from .._domain.access.bootstrap_pair import ACCESS_CA
from .._domain.access.ca_renewal import FACT, Renewal, renewal
from .._domain.observed import Ledger
from . import certificate_files, files, join_key, ledger
from .bootstrap_pair import AUTHORITY, Place
from .layout import Layout

FILE_MODE = 0o644  # it is empty


def marker_of(layout: Layout) -> Path:
    """The marker's path. Raises LayoutError for 6.x, which has no such folder."""
    return Place(layout, AUTHORITY).folder / certificate_files.RESET_CA


def look(layout: Layout, recorded: Ledger, *, served: Optional[str] = None) -> Renewal:
    """What each witness says. ``served`` is the CA's SHA-256 by REST; else the node's copy counts."""
    copy = certificate_files.first_of(Place(layout, AUTHORITY).copy)
    return renewal(
        recorded,
        in_use=served or (copy["sha256"] if copy else None),
        marker=os.path.lexists(marker_of(layout)),
        started_at=join_key.written_at(layout),
    )


def order(layout: Layout, replaced: str, now: datetime) -> None:
    """Write the record, then the marker: after a crash between them the next run finds an open order without a marker,
    and writes it. The other way round, a start in between would leave a new CA that nobody knows to be new."""
    account = layout.account()
    recorded = ledger.read(layout)
    ledger.write(layout, model.due(model.record_supplied(recorded, FACT, replaced, now), ACCESS_CA, now))
    files.make_folder(marker_of(layout).parent, account)
    files.write_atomically(marker_of(layout), "", account=account, mode=FILE_MODE)


def confirm(layout: Layout, recorded: Ledger, now: datetime) -> Ledger:
    """The ledger with the proof noted. The marker goes first: the next start would make another CA."""
    files.remove(marker_of(layout))
    return model.settled(model.confirm_supplied(recorded, FACT, now), ACCESS_CA)


def withdraw(layout: Layout) -> None:
    """Take back an order that no start has carried out, and its record; or a marker of somebody else's."""
    files.remove(marker_of(layout))
    recorded = ledger.read(layout)
    left = {fact: entry for fact, entry in recorded["certificates"].items() if fact != FACT}
    withdrawn: Ledger = {**recorded, "certificates": left}
    # A pair of our own that waits needs the same start.
    waits = recorded["certificates"].get(ACCESS_CA)
    is_due = waits is not None and waits["confirmed_at"] is None
    ledger.write(layout, withdrawn if is_due else model.settled(withdrawn, ACCESS_CA))


def settle(layout: Layout, recorded: Ledger, now: datetime) -> Ledger:
    """The ledger after a start that went well: a renewal that it made, by the node's copy, is done."""
    if layout.bootstrap_access_keys is None or not look(layout, recorded).is_done:
        return recorded
    return confirm(layout, recorded, now)
