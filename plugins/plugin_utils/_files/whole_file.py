# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A file on the controller: whole or not there, and what would keep it from being written."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Optional

from ...module_utils._adapter.drafts import Draft
from ...module_utils._domain.errors import EdgeError

# What a report says of a fleet is not for everybody.
PRIVATE = 0o600
# For a file that another user's process reads.
PUBLIC = 0o644

REMEDY = "Choose a file on the controller that you may write, with room on its disk"


def target_of(path: str) -> str:
    """The file that the path leads to; a link stays a link."""
    return os.path.realpath(os.path.expanduser(path))


def obstacle(path: str) -> Optional[str]:
    """What keeps the file from being written, as far as that can be told without writing; None when nothing does."""
    target = target_of(path)
    try:
        found = os.stat(target)
    except (FileNotFoundError, NotADirectoryError):
        return _obstacle_in(os.path.dirname(target))
    except (OSError, ValueError) as exc:
        return reason(exc)
    if stat.S_ISDIR(found.st_mode):
        return "it is a folder"
    if not stat.S_ISREG(found.st_mode):
        return "it is no plain file"
    return _obstacle_in(os.path.dirname(target))


def write_whole(path: str, text: str, *, mode: int = PRIVATE, what: str = "the report") -> None:
    """Write the file. It has the mode at least; one that its owner gave it is kept. Raises EdgeError."""
    target = target_of(path)
    try:
        before = _check_plain(target)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        put_whole(target, text, mode=mode | before)
    except (OSError, ValueError) as exc:
        raise EdgeError(f"Cannot write {what} to {target}: {reason(exc)}. {REMEDY}.", path=target) from exc


def put_whole(path: str, text: str, *, mode: int) -> None:
    """Put a file with this text and mode into a folder that is there. Raises OSError."""
    draft = Draft(Path(path), mode)
    try:
        draft.reserve()
        draft.replace(text.encode("utf-8"))
    finally:
        draft.release()


def reason(error: Exception) -> str:
    """What happened, in words."""
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()


def _check_plain(target: str) -> int:
    """The permissions of the file that is there; a device or a pipe must not be replaced. Raises OSError."""
    try:
        found = os.stat(target).st_mode
    except FileNotFoundError:
        return 0
    if not stat.S_ISREG(found):
        raise OSError("it is a folder" if stat.S_ISDIR(found) else "it is no plain file")
    return stat.S_IMODE(found) & 0o666


def _obstacle_in(folder: str) -> Optional[str]:
    """The nearest folder that is there is where the others are made."""
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    if not os.path.isdir(folder):
        return f"{folder} is no folder"
    effective = os.access in os.supports_effective_ids
    allowed = os.access(folder, os.W_OK | os.X_OK, effective_ids=effective)
    return None if allowed else f"you may not write in {folder}"
