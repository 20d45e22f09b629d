# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The ledger's file: outside the folders that the product watches, for the service user alone."""

from __future__ import annotations

from .._domain import ledger as model
from .._domain.errors import LayoutError, LedgerError
from .._domain.observed import Ledger
from . import files
from .layout import Layout

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def read(layout: Layout) -> Ledger:
    """What this collection supplied to the node. Raises LedgerError for a ledger that cannot be understood."""
    try:
        text = files.read_text(layout.ledger)
    except LayoutError as exc:
        raise LedgerError(exc.msg, path=str(layout.ledger)) from exc
    if text is None:
        return model.empty()
    try:
        return model.parse(text)
    except LedgerError as exc:
        raise LedgerError(
            exc.msg.replace("the ledger", f"the ledger {layout.ledger}", 1), path=str(layout.ledger)
        ) from exc


def write(layout: Layout, ledger: Ledger) -> None:
    """Write the ledger. One that is there and cannot be understood is never replaced."""
    read(layout)
    account = layout.account()
    files.make_folder(layout.ledger.parent, account, FOLDER_MODE)
    files.write_atomically(layout.ledger, model.serialise(ledger), account=account, mode=FILE_MODE)
