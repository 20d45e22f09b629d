# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The master key on a node: a plain file that the product reads at its start."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from .._domain import ledger as model
from .._domain.health import HEALTHY
from .._domain.keys import keys
from .._domain.observed import Node
from . import files, ledger
from .layout import Layout

FACT: Final = "master_key"
FILE_MODE = 0o640  # what the vendor's own role sets (node-files.md 2)


def supply(layout: Layout, node: Node, key: str, now: datetime) -> Path | None:
    """Write the file, then the record. The name of the backup, when another key lay there.

    Only for a node on which this does no harm; ``keys.judge_master_key`` decides that.
    """
    account = layout.account()
    files.make_folder(layout.master_key.parent, account)
    seen = node["master_key"]
    replaced = seen["present"] and seen["fingerprint"] != keys.fingerprint(key)
    backup = files.keep_backup(layout.master_key) if replaced else None
    # Without a line end, as the vendor's role and Artifactory chart do (node-files.md 2, trap 16).
    files.write_atomically(layout.master_key, key, account=account, mode=FILE_MODE)
    recorded = model.record_key(ledger.read(layout), FACT, keys.new_entry(key, now))
    if _waits_for_the_key(node):
        recorded = model.due(recorded, FACT, now)
    ledger.write(layout, recorded)
    return backup


def put_back(layout: Layout, key: str, now: datetime) -> None:
    """Write the file that the node reads at its next start and then removes; what it had is recorded once."""
    account = layout.account()
    files.make_folder(layout.master_key.parent, account)
    files.write_atomically(layout.master_key, key, account=account, mode=FILE_MODE)
    recorded = ledger.read(layout)
    if recorded[FACT] is None:
        ledger.write(layout, model.record_key(recorded, FACT, keys.new_entry(key, now)))


def _waits_for_the_key(node: Node) -> bool:
    """Services that run but are not well gave up on the missing key, and look for it at a start only. One that does
    not run is started anyway; one that is well has the key in memory."""
    if node["service"]["running"] is False:
        return False
    return node["health"] is None or node["health"]["state"] != HEALTHY
