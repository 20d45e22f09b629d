# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Word of an action that reads all Edges at once: Ansible itself says nothing until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

from ...module_utils._client.side_by_side import Progress
from ...module_utils._domain.progress import line


@dataclass(frozen=True)
class Speaker:
    """Says a line every so many seconds; never when that is 0."""

    every: float
    say: Callable[[str], None]

    def about(self, what: str, total: int | None, noun: str = "Edges") -> Progress:
        """How far something is for all these Edges, or others."""

        def tell(done: int, seconds: float, waiting: Sequence[str]) -> None:
            self.say(line(what, done, seconds, waiting, total=total, noun=noun))

        return Progress(self.every, tell)


SILENT = Speaker(0.0, lambda _line: None)
