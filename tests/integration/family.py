# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All processes that a command starts, whatever they are children of and whatever sessions they make.

Since ansible-core 2.19 each worker has a session of its own, and goes on when the playbook's process is killed. So they
are known by a mark in the environment, which each of them inherits.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path

NAME = "TESTED_RUN"


class Family:
    """The processes that were started with ``environment``, and those that they start."""

    def __init__(self) -> None:
        self.environment = {NAME: secrets.token_hex(8)}
        self._mark = f"{NAME}={self.environment[NAME]}".encode()
        self._others: set[str] = set()  # who has no mark gets none: that is not read again

    def members(self) -> Iterator[Path]:
        """The folder in /proc of each that is alive."""
        processes = {name for name in os.listdir("/proc") if name.isdigit()}
        self._others &= processes
        for name in processes - self._others:
            process = Path("/proc", name)
            try:
                environment = (process / "environ").read_bytes()
                if self._mark in environment.split(b"\0"):
                    yield process
                elif environment:  # one that is just becoming another program has none for a moment
                    self._others.add(name)
            except OSError:
                continue  # It has ended meanwhile, or is another user's.

    def kill(self) -> None:
        """All of them, as when the machine goes down: until two looks in a row find nobody."""
        looks = 0
        while looks < 2:
            living = [int(process.name) for process in self.members()]
            looks = 0 if living else looks + 1
            for pid in living:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.002)
