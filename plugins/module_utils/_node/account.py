# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The user and group that a node's files belong to."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """A user and a group by number; in a container they often have no name (1030:1030)."""

    uid: int
    gid: int

    @classmethod
    def of(cls, status: os.stat_result) -> Account:
        """The owner of a file or folder."""
        return cls(status.st_uid, status.st_gid)

    @classmethod
    def named(cls, user: str | None, group: str | None, *, default: Account) -> Account:
        """The account with these names. What has no name, or a name that only a container knows, is the default's."""
        uid, gid = default.uid, default.gid
        if user:
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(user)
                uid, gid = entry.pw_uid, entry.pw_gid
        if group:
            with contextlib.suppress(KeyError):
                gid = grp.getgrnam(group).gr_gid
        return cls(uid, gid)

    @property
    def user(self) -> str:
        """The user's name, or its number when it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    @property
    def group(self) -> str:
        """The group's name, or its number when it has none."""
        try:
            return grp.getgrgid(self.gid).gr_name
        except KeyError:
            return str(self.gid)

    def groups(self) -> list[int]:
        """All groups of the user, as a login would give them."""
        return os.getgrouplist(self.user, self.gid)
