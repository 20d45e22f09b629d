# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release bundles at the platform, and those that an Edge has received: control-plane-api.md 6.2, 6.4 and 6.5."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

from simulator.repositories import Item
from simulator.signing_keys import KeyPair

V1, V2 = "v1", "v2"
STARTED, COMPLETED, FAILED, DELETING = "STARTED", "COMPLETED", "FAILED", "DELETING"
# States of a v1 bundle, as jfrog-client-go's tests of Distribution name them.
OPEN, READY = "OPEN", "READY_FOR_DISTRIBUTION"
# "Create Release Bundle v2 Version": what a name and a version are made of, and how long they are at most.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
VERSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}")


@dataclass(frozen=True)
class BundleFile:
    """``source`` is where the file came from, ``stored`` the copy that the bundle keeps."""

    source: str
    stored: Item


@dataclass
class ReleaseBundle:
    """``kind`` is v1 or v2: they are made by different services, and do not know each other's."""

    kind: str
    repository_key: str
    name: str
    version: str
    created: datetime
    created_by: str
    files: list[BundleFile]
    status: str
    # None: a v1 bundle that is not signed yet.
    signed_with: Optional[KeyPair] = None
    # When a bundle that is made or deleted in the background is done.
    due: Optional[datetime] = None
    failure: str = ""
    # What the v1 request said, for showing it again.
    specification: dict[str, Any] = field(default_factory=dict)
    # Mappings of a v1 bundle go with the bundle, those of a v2 bundle with a distribution.
    mappings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.name}/{self.version}"


class ReleaseBundles:
    """All bundles of one platform. Take ``lock`` to do more than one thing."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._bundles: list[ReleaseBundle] = []

    def __len__(self) -> int:
        return len(self._bundles)

    @property
    def all(self) -> list[ReleaseBundle]:
        with self.lock:
            return list(self._bundles)

    def find(self, kind: str, name: str, version: str, repository_key: Optional[str] = None) -> Optional[ReleaseBundle]:
        """``repository_key`` tells v2 bundles of different projects apart; there may be one of the name in each."""
        return next(
            (
                one
                for one in self.all
                if (one.kind, one.name, one.version) == (kind, name, version)
                and repository_key in (None, one.repository_key)
            ),
            None,
        )

    def add(self, bundle: ReleaseBundle) -> None:
        with self.lock:
            self._bundles.append(bundle)

    def remove(self, bundle: ReleaseBundle) -> None:
        with self.lock:
            if bundle in self._bundles:
                self._bundles.remove(bundle)


@dataclass
class Received:
    """A bundle on an Edge: ``paths`` are the repository and path of each of its files."""

    kind: str
    name: str
    version: str
    project: str
    at: datetime
    status: str
    paths: list[tuple[str, str]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
