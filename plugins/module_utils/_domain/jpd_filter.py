# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which of the registered deployments are asked for.

The platform has filters of its own, whose comparisons are not documented (control-plane-api.md 1.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import FrozenSet, Optional

from .observed import Jpd
from .url import same


@dataclass(frozen=True)
class Filter:
    """What is given counts, and all of it. An asterisk in the name stands for anything; ``tags`` are all needed."""

    name: Optional[str] = None
    url: Optional[str] = None
    tags: FrozenSet[str] = frozenset()
    status: FrozenSet[str] = frozenset()
    city_name: Optional[str] = None
    country_code: Optional[str] = None
    local: Optional[bool] = None

    def takes(self, jpd: Jpd) -> bool:
        """Whether the deployment is asked for."""
        location = jpd["location"]
        return (
            (self.name is None or _like(jpd["name"], self.name))
            and (self.url is None or same(jpd["url"], self.url))
            and self.tags <= set(jpd["tags"])
            and (not self.status or jpd["status"]["code"] in self.status)
            and (self.city_name is None or location.get("city_name") == self.city_name)
            and (self.country_code is None or location.get("country_code") == self.country_code.upper())
            and self.local in (None, jpd["local"])
        )


def _like(text: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), text, re.DOTALL) is not None
