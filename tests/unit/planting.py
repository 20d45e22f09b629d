# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What others plant beside our files, and an eye on those between any two calls of the system."""

from __future__ import annotations

import os
import resource
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Look = Callable[[str], None]


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def an_endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


_looks: list[Look] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    # A step of the way to a folder leads to what was there before it or to what is there after it.
    on_the_way = event == "open" and arguments[2] & os.O_PATH
    if _looks and not on_the_way:
        look = _looks.pop()  # while it calls the system itself
        look(event)
        _looks.append(look)


@contextmanager
def between_calls(look: Look) -> Iterator[None]:
    """``look`` is called before each call of the system by Python, with its name."""
    if not hasattr(sys, "_planting_hook"):
        sys.addaudithook(_audit)
        sys._planting_hook = True  # type: ignore[attr-defined] # a hook cannot be removed
    _looks.append(look)
    try:
        yield
    finally:
        _looks.clear()


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """Files in the folder that others may read, at every moment at which Python calls the system."""
    seen: list[str] = []

    def look(event: str) -> None:
        for path in folder.iterdir():
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_mode & 0o077:
                seen.append(f"{path.name} has mode {stat.S_IMODE(status.st_mode):04o} before {event}")

    with between_calls(look):
        yield seen


@contextmanager
def full_disk(left: int) -> Iterator[None]:
    """The kernel refuses what goes beyond so many bytes of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
