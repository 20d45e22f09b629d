# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The three answers to "is this fact as it should be?": in order, drifted, unknown."""

from __future__ import annotations

from dataclasses import dataclass

IN_ORDER = "in_order"
DRIFTED = "drifted"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """One answer and its reason in words that a person can act on. Never holds a secret."""

    state: str
    reason: str = ""

    @property
    def in_order(self) -> bool:
        return self.state == IN_ORDER

    @property
    def drifted(self) -> bool:
        return self.state == DRIFTED

    @property
    def unknown(self) -> bool:
        return self.state == UNKNOWN
