# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told about a distribution, or a deletion from Edges: control-plane-api.md 6.4."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

from simulator.release_bundles import ReleaseBundle

# The sentence-case words of one tracker; lists have them in capitals.
IN_QUEUE, IN_PROGRESS, DONE, NOT_DONE = "In queue", "In progress", "Completed", "Failed"
DISTRIBUTE, DELETE = "distribute", "delete_release_bundle_version"


@dataclass
class SiteDelivery:
    """What becomes of one bundle at one Edge."""

    jpd_id: str
    name: str
    service_id: str
    status: str = IN_QUEUE
    general_error: str = ""
    files: int = 0
    size: int = 0
    file_errors: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.status in (DONE, NOT_DONE)


@dataclass
class Tracker:
    """One call to distribute a bundle, or to delete it from Edges. ``targets`` may name the platform itself, too."""

    distribution_id: int
    friendly_id: int
    kind: str
    bundle: ReleaseBundle
    by: str
    started: datetime
    rules: list[dict[str, Any]]
    sites: list[SiteDelivery]
    targets: list[str]
    auto_create: bool = False
    mappings: list[tuple[str, str]] = field(default_factory=list)
    # Only of a deletion: whether the bundle goes from the platform, too, when it is gone from the Edges.
    delete_bundle: bool = False
    finished: Optional[datetime] = None

    @property
    def status(self) -> str:
        """Of the whole: at work while one site is, and failed when one has."""
        states = [site.status for site in self.sites]
        if all(site.over for site in self.sites):
            return NOT_DONE if NOT_DONE in states else DONE
        return IN_QUEUE if set(states) == {IN_QUEUE} else IN_PROGRESS
