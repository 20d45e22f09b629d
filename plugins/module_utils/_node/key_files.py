# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Keys as they lie on a node: what can be told about such a file without showing the key."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .._domain.errors import LayoutError
from .._domain.keys import keys
from .._domain.observed import KeyFile
from . import files
from .account import Account


def look(path: Path, account: Account) -> KeyFile:
    """The facts of one key file. A line end at its end counts as no part of the key: the product's own charts
    disagree about it, and all of them work (node-files.md 1.1). It is told as a problem all the same."""
    try:
        text = files.read_text(path, limit=4096)
    except LayoutError as exc:
        return {"path": str(path), "present": True, "fingerprint": None, "problem": exc.msg}
    if text is None:
        return {"path": str(path), "present": False, "fingerprint": None, "problem": None}
    key = text[:-1] if text.endswith("\n") else text
    problem = keys.key_problem(key)
    has_form = problem is None or keys.has_form(key)
    return {
        "path": str(path),
        "present": True,
        "fingerprint": keys.fingerprint(key) if has_form else None,
        "problem": problem or _exposure(path, account) or (keys.LINE_END if key != text else None),
    }


def _exposure(path: Path, account: Account) -> str | None:
    """Whether the wrong people can read the file, or the right one cannot."""
    try:
        status = os.lstat(path)
    except OSError:  # gone since it was read, as the product does with such files
        return None
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o007:
        return f"its mode {mode:04o} opens it to everybody on the host"
    by_owner = status.st_uid == account.uid and mode & 0o400
    by_group = status.st_gid == account.gid and mode & 0o040
    if account.uid != 0 and not (by_owner or by_group):
        return f"the service user {account.user} cannot read it"
    return None
