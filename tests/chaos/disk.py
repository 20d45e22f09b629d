# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a disk does to those who write there: that of a node, or the controller's.

``python disk.py FAULT`` reads what is to happen from a JSON file, and then runs the script on its standard input: the
node's Python, before a module. On the controller, Python reads ``controller/sitecustomize.py`` before it does anything.
On a read-only disk an audit hook refuses what would write below its home. A full disk is a limit of the kernel on the
size of files, set when a file is opened there to write: it begins, and does not go on.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import sys
from typing import Any

WRITES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.utime")


def count(path: str) -> int:
    """One more, over all processes of the run. Returns how many there were."""
    with open(path, "a+b") as file:
        file.seek(0)
        before = len(file.read())
        # A child of a process for which the disk is full cannot write here either.
        with contextlib.suppress(OSError):
            os.write(file.fileno(), b".")
    return before


def hook(fault: dict[str, Any], counter: str) -> Any:
    """The audit hook that plays the disk."""
    busy, but_for = False, tuple(fault.get("but_for", ()))

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy or not writes(event, arguments, fault["home"], but_for):
            return
        busy = True
        due = count(counter) >= fault["after"]
        busy = False
        if not due:
            return
        if fault["kind"] == "read_only":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(arguments[0]))
        # From here on no more is counted, because nothing can be written.
        busy = True
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault["left"], hard))

    return audit


def writes(event: str, arguments: tuple[Any, ...], home: str, but_for: tuple[str, ...] = ()) -> bool:
    """Whether it would write below that home, but for some paths that begin so."""
    if event == "open":
        path, _, flags = arguments
        if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return False
    elif event in WRITES:
        path = arguments[0]
    else:
        return False
    if not isinstance(path, (str, bytes, os.PathLike)):
        return False
    return os.fsdecode(path).startswith(home) and not os.fsdecode(path).startswith(but_for)


def meddle(fault: dict[str, Any]) -> None:
    """What somebody else does to the node's files."""
    if fault["kind"] == "comment":
        with open(fault["settings"], "a", encoding="utf-8") as file:
            file.write(fault["text"])
    elif os.path.exists(fault["ledger"]):
        os.unlink(fault["ledger"])


def play(path: str) -> None:
    """Let happen what the file says: now, or from its moment on."""
    with open(path, encoding="utf-8") as file:
        faults = json.load(file)
    for number, fault in enumerate(faults):
        counter = f"{path}.{number}"
        if fault["kind"] in ("read_only", "disk_full"):
            sys.addaudithook(hook(fault, counter))
        elif count(counter) == fault["after"]:
            meddle(fault)


def main() -> None:
    path = sys.argv[1]
    # Ansible's own wrapper of a module takes arguments for a wish to debug it.
    sys.argv[:] = ["-"]
    play(path)
    exec(compile(sys.stdin.read(), "<stdin>", "exec", dont_inherit=True), {"__name__": "__main__"})  # noqa: S102


if __name__ == "__main__":
    main()
