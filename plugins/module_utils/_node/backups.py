# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is taken away from a folder of the product is kept in one of ours, which no service reads."""

from __future__ import annotations

import os
from pathlib import Path

from . import files
from .layout import Layout

FOLDER_MODE = 0o700


def keep(layout: Layout, fact: str, path: Path) -> Path:
    """A second name for a file in the folder of backups, with its owner and mode; the new name."""
    folder = _folder(layout, fact)
    files.make_folder(folder, layout.account(), FOLDER_MODE)
    return files.keep_backup(path, folder)


def keep_last(layout: Layout, fact: str, name: str) -> None:
    """Remove all backups of a file but the last one: private keys that served long ago must not pile up, and the last
    one is what a rolling back needs."""
    made = [path for path in files.plain_files(_folder(layout, fact)) if path.name.startswith(f"{name}.")]
    for path in sorted(made, key=_written_at)[:-1]:
        files.remove(path)


def _folder(layout: Layout, fact: str) -> Path:
    return layout.ledger.parent / "backups" / fact


def _written_at(path: Path) -> int:
    """A backup is a second name of the file itself, and so as old as that."""
    try:
        return os.lstat(path).st_mtime_ns
    except OSError as exc:
        raise files.refused("look at", path, exc) from exc
