# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is taken away from a folder of the product is kept in one of ours, which no service reads."""

from __future__ import annotations

from pathlib import Path

from . import files
from .layout import Layout

FOLDER_MODE = 0o700


def keep(layout: Layout, fact: str, path: Path) -> Path:
    """A second name for a file in the folder of backups, with its owner and mode; the new name."""
    folder = layout.ledger.parent / "backups" / fact
    files.make_folder(folder, layout.account(), FOLDER_MODE)
    return files.keep_backup(path, folder)
