# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The record of an offboarding on a node, beside the ledger, and the keys that are put aside at its end."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

from .._domain.errors import LedgerError
from .._domain.offboarding import record as model
from .._domain.offboarding.record import Record
from . import backups, files
from .layout import Layout

FACT = "offboarding"
FILE_MODE = 0o600
FOLDER_MODE = 0o700


def path(layout: Layout) -> Path:
    return layout.ledger.parent / "offboarding.json"


def read(layout: Layout) -> Optional[Record]:
    """The last offboarding of this node; None when there was none. Raises LedgerError for a damaged record."""
    text = files.read_text(path(layout))
    if text is None:
        return None
    try:
        return model.parse(text)
    except LedgerError as exc:
        raise LedgerError(
            exc.msg.replace("the record", f"{path(layout)}, the record", 1), path=str(path(layout))
        ) from exc


def write(layout: Layout, record: Record) -> None:
    account = layout.account()
    files.make_folder(layout.ledger.parent, account, FOLDER_MODE)
    files.write_atomically(path(layout), model.serialise(record), account=account, mode=FILE_MODE)


def keys(layout: Layout) -> List[Path]:
    """The key files that lie on the node, those that wait for a start among them."""
    places = (layout.master_key, layout.live_join_key, layout.bootstrap_join_key)
    return [place for place in dict.fromkeys(places) if files.exists(place)]


def put_aside(layout: Layout, key: Path) -> Path:
    """Take a key file away and keep it in our folder of backups; the copy. Without it the database stays closed."""
    kept = backups.keep(layout, FACT, key)
    files.remove(key)
    return kept
