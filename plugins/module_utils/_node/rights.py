# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether the service can use what is written for it: root may write where the service user may not even look."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .._domain.errors import LayoutError
from .account import Account

_ENTER_AND_LIST = 0o5
_READ = 0o4


def demand_readable(folder: Path, account: Account) -> None:
    """Raises LayoutError for a folder that the service user cannot look into, with who owns it."""
    try:
        status = os.stat(folder)
    except OSError:
        return  # who writes there says so
    if account.uid == 0 or _bits(status, account) & _ENTER_AND_LIST == _ENTER_AND_LIST:
        return
    owner = Account.of(status)
    raise LayoutError(
        f"Cannot use the folder {folder}: it belongs to {owner.user}:{owner.group} (mode "
        f"{stat.S_IMODE(status.st_mode):04o}), so the service user {account.user} cannot look into it. Give it to that "
        f"user: chown {account.user}:{account.group} {folder}.",
        path=str(folder),
    )


def demand_its_own(path: Path, status: os.stat_result, account: Account) -> None:
    """Raises LayoutError for a file that the service user could not read, of which it is to get a copy.

    The user's own settings say where some files are, and may name any file of root's. ``status`` is that of the file
    as it was opened, so that nobody exchanges it between this and the reading.
    """
    if account.uid == 0 or _bits(status, account) & _READ:
        return
    owner = Account.of(status)
    raise LayoutError(
        f"Cannot copy {path}: it belongs to {owner.user}:{owner.group} (mode {stat.S_IMODE(status.st_mode):04o}), so "
        f"the service user {account.user} cannot read it, and would get it by the copy. Correct its owner, or the "
        "system.yaml that names it.",
        path=str(path),
    )


def _bits(status: os.stat_result, account: Account) -> int:
    if status.st_uid == account.uid:
        return status.st_mode >> 6
    if status.st_gid in {account.gid, *account.groups()}:
        return status.st_mode >> 3
    return status.st_mode
