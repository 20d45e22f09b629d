# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a start ends before its time."""

from __future__ import annotations


class StartFailed(Exception):
    """Access gives up: its log gets the reason, and the others wait for the key named in ``waiting_for``."""

    def __init__(self, reason: str, *, waiting_for: str = "join key") -> None:
        super().__init__(reason)
        self.reason = reason
        self.waiting_for = waiting_for


class Crashed(Exception):
    """The process died in the middle of a start, as a test asked."""

    def __init__(self, step: str) -> None:
        super().__init__(f"the process died during the start, before step {step!r}")
        self.step = step
