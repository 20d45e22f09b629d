# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node's disk does to the modules that run there. It runs in the node's Python, before the module.

``python disk.py FAULT`` reads what is to happen from a JSON file, and then runs the script on its standard input. On a
read-only disk an audit hook refuses what would write below the node's home. A full disk is a limit of the kernel on the
size of files, set when the module opens one there to write: the file begins, and does not go on.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
from typing import Any

WRITES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.utime")


def count(path: str) -> int:
    """One more, over all modules of the run. Returns how many there were."""
    with open(path, "a+b") as file:
        file.seek(0)
        before = len(file.read())
        file.write(b".")
    return before


def hook(fault: dict[str, Any], counter: str) -> Any:
    """The audit hook that plays the disk."""
    busy = False

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy or not writes(event, arguments, fault["home"]):
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


def writes(event: str, arguments: tuple[Any, ...], home: str) -> bool:
    """Whether it would write below the node's home."""
    if event == "open":
        path, _, flags = arguments
        if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return False
    elif event in WRITES:
        path = arguments[0]
    else:
        return False
    return isinstance(path, (str, bytes, os.PathLike)) and os.fsdecode(path).startswith(home)


def meddle(fault: dict[str, Any]) -> None:
    """What somebody else does to the node's files."""
    if fault["kind"] == "comment":
        with open(fault["settings"], "a", encoding="utf-8") as file:
            file.write(fault["text"])
    elif os.path.exists(fault["ledger"]):
        os.unlink(fault["ledger"])


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        faults = json.load(file)
    counters = [f"{sys.argv[1]}.{number}" for number in range(len(faults))]
    # Ansible's own wrapper of a module takes arguments for a wish to debug it.
    sys.argv[:] = ["-"]
    for counter, fault in zip(counters, faults):
        if fault["kind"] in ("read_only", "disk_full"):
            sys.addaudithook(hook(fault, counter))
        elif count(counter) == fault["after"]:
            meddle(fault)
    exec(compile(sys.stdin.read(), "<stdin>", "exec", dont_inherit=True), {"__name__": "__main__"})  # noqa: S102


if __name__ == "__main__":
    main()
