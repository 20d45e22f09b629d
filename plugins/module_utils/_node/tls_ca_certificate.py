# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The CA certificates that a node accepts as a TLS client: files in one folder that stay as they are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final, Mapping

from .._domain import ledger as model
from .._domain.change import Change
from . import backups, files, ledger, rights
from .layout import Layout

FACT: Final = "tls_ca_certificate"
FILE_MODE = 0o644  # public


def supply(layout: Layout, change: Change, texts: Mapping[str, str], now: datetime) -> list[Path]:
    """Make the folder what the change wants, and record that a restart is due; where the backups are.

    ``texts`` are the certificates by SHA-256. What is written comes before what is removed, so none is missing in
    between. The restart is recorded first: the files themselves are the truth, so a run that was interrupted after them
    would not come back to it.
    """
    account = layout.account()
    files.make_folder(layout.tls_trusted, account)
    rights.demand_readable(layout.tls_trusted, account)
    kept: list[Path] = []

    def before() -> None:
        kept.extend(
            backups.keep(layout, FACT, layout.tls_trusted / name) for name, held in change.before.items() if held
        )
        ledger.write(layout, model.due(ledger.read(layout), FACT, now))

    wanted = [
        files.Content(layout.tls_trusted / name, texts[held[0]], FILE_MODE)
        for name, held in change.after.items()
        if held
    ]
    files.write_together(wanted, account=account, before=before)
    for name, held in change.after.items():
        if held is None:
            files.remove(layout.tls_trusted / name)
    return kept
