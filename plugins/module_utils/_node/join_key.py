# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The join key on a node: supply it through the bootstrap folder, and notice that a start has taken it."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import Final

from .._domain import ledger as model
from .._domain.health import HEALTHY
from .._domain.keys import keys
from .._domain.moment import is_later, stamp
from .._domain.observed import Ledger, Node
from . import files, ledger
from .layout import Layout

FACT: Final = "join_key"
# No mode is documented (node-files.md 10). The start script and Access run as the owner, so nobody else needs it.
FILE_MODE = 0o600


def supply(layout: Layout, key: str, now: datetime) -> None:
    """Write the bootstrap file, then the record: a crash between them repeats the supply and does not skip it."""
    account = layout.account()
    files.make_folder(layout.bootstrap_join_key.parent, account)
    # Without a line end, as the vendor's Artifactory chart does (node-files.md 1.1, trap 16).
    files.write_atomically(layout.bootstrap_join_key, key, account=account, mode=FILE_MODE)
    recorded = model.record_key(ledger.read(layout), FACT, keys.new_entry(key, now))
    ledger.write(layout, model.due(recorded, FACT, now))


def is_waiting(node: Node, key: str) -> bool:
    """Whether the wanted key is recorded and lies in the bootstrap folder, so that only a start is missing."""
    entry, pending = node["ledger"][FACT], node["join_key"]["pending"]
    if entry is None or not keys.matches(entry, key):
        return False
    return pending["present"] and pending["fingerprint"] == keys.fingerprint(key)


def written_at(layout: Layout) -> str | None:
    """When the live copy was last written; None when there is none."""
    try:
        written = os.lstat(layout.live_join_key).st_mtime
    except OSError:
        return None
    return stamp(datetime.fromtimestamp(written, timezone.utc))


def started_since(layout: Layout, since: str) -> bool:
    """Whether Access has started after that time: each start writes the live copy anew (node-files.md 1.2)."""
    return is_later(written_at(layout), since)


def is_in_use(layout: Layout, node: Node) -> bool:
    """Whether the recorded key, not confirmed yet, is in use for all that can be seen."""
    entry, seen = node["ledger"][FACT], node["join_key"]
    if entry is None or entry["confirmed_at"] is not None or seen["refused_at"]:
        return False
    if node["health"] is not None and node["health"]["state"] != HEALTHY:
        return False
    waiting = files.read_text(layout.bootstrap_join_key, limit=4096)
    if waiting is not None and not keys.matches(entry, waiting):
        return False
    return started_since(layout, entry["supplied_at"]) or is_later(seen["imported_at"], entry["supplied_at"])


def confirm(layout: Layout, recorded: Ledger, now: datetime) -> Ledger:
    """The ledger with the proof noted. Our bootstrap file goes if it is still there: left in place, it would undo a
    rotation made elsewhere with the next start (trap 4)."""
    entry = recorded[FACT]
    if entry is None:
        return recorded
    waiting = files.read_text(layout.bootstrap_join_key, limit=4096)
    if waiting is not None and keys.matches(entry, waiting):
        files.remove(layout.bootstrap_join_key)
    return model.settled(model.confirm_key(recorded, FACT, now), FACT)
