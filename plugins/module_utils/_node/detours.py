# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Links on the way to a file, which lead root where somebody else wants it to write.

Some are right: var of an rpm is a link of root's. So what counts is who made the link, and whose folder it leads to.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .._domain.errors import LayoutError
from .account import Account


def refuse(path: Path, verb: str, *, itself: bool = False) -> None:
    """Raises LayoutError where a folder above the path is a link from somebody into a folder that is not theirs.

    ``itself``: the path is a folder, and may not be such a link either.

    For root only: others are led nowhere where they may not go themselves. It finds a link that was there before; one
    that takes a folder's place while the file is written is found by the next run.
    """
    if os.geteuid() != 0:
        return
    for folder in (path, *path.parents) if itself else path.parents:
        try:
            link = os.lstat(folder)
            if not stat.S_ISLNK(link.st_mode) or link.st_uid == 0:
                continue
            target = os.stat(folder)
        except OSError:
            continue  # who uses it says so
        if target.st_uid != link.st_uid:
            raise LayoutError(
                f"Cannot {verb} {path}: {folder} is a symbolic link of {Account.of(link).user}, and leads to a folder "
                f"of {Account.of(target).user}. Put a plain folder in its place; if the link is right, say so with "
                f"'chown -h root {folder}'.",
                path=str(path),
            )
