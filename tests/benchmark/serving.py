# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator in a process of its own, and how to speak to it: a word there, a line of JSON back."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
COLLECTIONS = TESTS.parent / ".venv/collections"


class Served:
    """The other end of the process's pipes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, word: str) -> Any:
        """One line there, one line back."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        """The next line; the first one comes unasked, when everything is there."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the simulator ended; its messages are above")
        return json.loads(line)


@contextlib.contextmanager
def serving(module: str, folder: Path, *arguments: str) -> Iterator[Served]:
    """``python -m module folder arguments``, until the block ends."""
    folder.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-m", module, str(folder), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": f"{COLLECTIONS}:{TESTS}", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
    ) as process:
        try:
            served = Served(process)
            served.answer()
            yield served
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """The simulator ends with its standard input."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
