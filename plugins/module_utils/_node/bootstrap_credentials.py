# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""``bootstrap.creds`` on a node.

Any other mode than 0600, or another owner than the service user, stops Access, and then all other services complain
about the join key (node-files.md 9 "First admin", trap 13).
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Final

from .._domain import ledger as model
from .._domain.errors import LayoutError
from .._domain.moment import moment
from . import files, folders, join_key, ledger, logs
from .account import Account
from .layout import Layout

FACT: Final = "bootstrap_credentials"
FILE_MODE = 0o600
# What Access logs when it ends because of the file (node-files.md 9 "First admin").
_REFUSALS = ("Expected permissions are: OWNER_READ OWNER_WRITE", "Illegal credentials file")


@dataclass(frozen=True)
class CredentialsFile:
    """The file as it lies there."""

    text: str = field(repr=False)
    mode: str
    owner: str


def look(layout: Layout) -> CredentialsFile | None:
    """The file; None when there is none. Raises LayoutError."""
    path = layout.bootstrap_credentials
    text = files.read_text(path, limit=1 << 16)
    if text is None:
        return None
    status = os.lstat(path)
    return CredentialsFile(text, f"{stat.S_IMODE(status.st_mode):04o}", Account.of(status).user)


def write(layout: Layout, text: str) -> None:
    """Put the file in place, as Access demands it."""
    account = layout.account()
    files.make_folder(layout.bootstrap_credentials.parent, account)
    files.write_atomically(layout.bootstrap_credentials, text, account=account, mode=FILE_MODE)


def repair(layout: Layout) -> None:
    """Give the file the mode and the owner that Access demands, whatever is in it. Raises LayoutError."""
    path, account = layout.bootstrap_credentials, layout.account()
    try:
        with folders.opened(path.parent) as folder:
            descriptor = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            status = os.fstat(descriptor)
            # A second name may be that of a file of root's, which would be given away.
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
                raise LayoutError(
                    f"Cannot repair {path}: it is no plain file with this name only, so it may be somebody else's. "
                    "Remove it, then run again.",
                    path=str(path),
                )
            if status.st_uid != account.uid:
                os.fchown(descriptor, account.uid, account.gid)
            os.fchmod(descriptor, FILE_MODE)
        finally:
            os.close(descriptor)
    except OSError as exc:
        raise files.refused("repair", path, exc) from exc


def stopped_access(layout: Layout) -> bool:
    """Whether Access ended because of the file at the last start, by its logs, so that the node needs another one."""
    written_at = join_key.written_at(layout)  # each start that gets as far as this writes that file
    since = datetime.fromtimestamp(0, timezone.utc) if written_at is None else moment(written_at)
    reasons = logs.start_failure(layout.logs, since).reasons
    return any(refusal in reason for reason in reasons for refusal in _REFUSALS)


def note_restart(layout: Layout, now: datetime) -> None:
    """Note in the ledger that the node has to be started again; a control may take it for running all the same."""
    ledger.write(layout, model.due(ledger.read(layout), FACT, now))


def remove(layout: Layout) -> None:
    """Take the file away."""
    files.remove(layout.bootstrap_credentials)
