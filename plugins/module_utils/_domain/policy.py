# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How far a run may go with an Edge, fact by fact: correct what drifted, ask first, or only report it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional

CORRECT = "correct"
REPORT = "report"
ASK = "ask"
WORDS = (CORRECT, REPORT, ASK)

# In the dictionary of an Edge: what holds for all facts that it does not name.
DEFAULT = "default"
# Among the approvals of a run: whatever policy asks for.
ALL = "all"


@dataclass(frozen=True)
class Policy:
    """What the inventory says of one Edge. A fact of which it says nothing is corrected, unless that is final."""

    default: Optional[str] = None
    words: Mapping[str, str] = field(default_factory=dict)

    def word(self, name: str, *, step: str, final: bool) -> str:
        """The word for a fact, or for a part of a step that has a name of its own.

        ``final``: it could not be taken back, and no variable of the inventory asks for just that.
        """
        said = self.words.get(name) or self.words.get(step) or self.default
        return said or (REPORT if final else CORRECT)
