# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes on disk as Artifactory keeps them: one file per content, named by its SHA-1 below two of its digits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Checksums:
    """The three that Artifactory computes of everything."""

    sha1: str
    md5: str
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> Checksums:
        return cls(
            hashlib.sha1(content).hexdigest(),  # noqa: S324
            hashlib.md5(content).hexdigest(),  # noqa: S324
            hashlib.sha256(content).hexdigest(),
        )

    def shown(self) -> dict[str, str]:
        return asdict(self)


class Filestore:
    """One folder, which all nodes of an HA site share. It is asked for each time: a node may not be installed yet."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def path(self, checksums: Checksums) -> Path:
        return self._folder() / checksums.sha1[:2] / checksums.sha1

    def put(self, content: bytes) -> Checksums:
        checksums = Checksums.of(content)
        path = self.path(checksums)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".tmp")
            draft.write_bytes(content)
            draft.replace(path)
        return checksums

    def read(self, checksums: Checksums) -> bytes:
        return self.path(checksums).read_bytes()

    def drop(self, checksums: Checksums) -> None:
        """What the product's garbage collection does some time after the last file with this content is gone."""
        self.path(checksums).unlink(missing_ok=True)
