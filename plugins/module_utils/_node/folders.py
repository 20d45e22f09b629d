# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Folders of a node by their descriptors: what takes their place in the tree later is not meant by them.

The folders belong to the service user, and this code often runs as root. Links on the way to one are followed where
they are right: var of an rpm is a link of root's. A link of somebody else may lead to a folder of their own, and not
where they cannot write themselves.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path, PurePosixPath
from typing import Iterator

from .account import Account

# As many as Linux follows: path_resolution(7).
MOST_LINKS = 40


class Detour(OSError):
    """A link of somebody into a folder that is not theirs."""

    def __init__(self, link: Path, of: Account, to: Account) -> None:
        self.link = link
        super().__init__(errno.EPERM, f"{link} is a symbolic link of {of.user}, and leads to a folder of {to.user}")


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[int]:
    """A descriptor of a folder, for calls that take a ``dir_fd``.

    Raises Detour for a link on the way, or in its place, that leads root where its owner may not go; and OSError.
    """
    with contextlib.ExitStack() as stack:
        yield _Walk(stack).follow(str(folder), None, Path())


@contextlib.contextmanager
def readable(folder: int) -> Iterator[int]:
    """A descriptor of an open folder with which it can be listed and synchronised, too."""
    descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class _Walk:
    """The way to a folder, a name at a time. What it opens is closed with the stack."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._links = 0

    def follow(self, way: str, start: int | None, shown: Path) -> int:
        """What a path leads to. ``shown`` is the folder that it starts from, as people know it."""
        here = self._open("/" if way.startswith("/") else ".", start, os.O_DIRECTORY)
        for name in PurePosixPath(way).parts:
            if name == "/":
                shown = Path(name)
            else:
                here, shown = self._enter(here, name, shown / name), shown / name
        return here

    def _enter(self, folder: int, name: str, shown: Path) -> int:
        # As a folder at first: what is mounted on demand is not mounted for less.
        with contextlib.suppress(NotADirectoryError):
            return self._open(name, folder, os.O_DIRECTORY)
        there = self._open(name, folder, 0)
        link = os.fstat(there)
        if not stat.S_ISLNK(link.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(shown))
        self._links += 1
        if self._links > MOST_LINKS:
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK), str(shown))
        target = self.follow(os.readlink("", dir_fd=there), folder, shown.parent)
        owner = os.fstat(target)
        # Others than root are led nowhere where they may not go themselves.
        if os.geteuid() == 0 and link.st_uid not in (0, owner.st_uid):
            raise Detour(shown, Account.of(link), Account.of(owner))
        return target

    def _open(self, name: str, folder: int | None, demand: int) -> int:
        descriptor = os.open(name, os.O_PATH | os.O_NOFOLLOW | demand, dir_fd=folder)
        self._stack.callback(os.close, descriptor)
        return descriptor
