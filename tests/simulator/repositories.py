# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's local repositories: what the product has in its database is in memory, the bytes are in a filestore."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from simulator.filestore import Checksums, Filestore

# "Uploading is only supported to the artifactory-edge-uploads generic repository" of an Edge (jfrog.com/help, "JFrog
# Artifactory Edge").
EDGE_UPLOADS = "artifactory-edge-uploads"


class NoSuchItem(KeyError):
    """There is no repository, or no file or folder, of that name."""


@dataclass(frozen=True)
class Item:
    """A folder, or with checksums a file. ``path`` has no slash at either end; empty is the repository itself."""

    repo: str
    path: str
    created: datetime
    created_by: str
    size: int = 0
    checksums: Optional[Checksums] = None
    # What the client said that the checksums are.
    original: dict[str, str] = field(default_factory=dict)

    @property
    def is_file(self) -> bool:
        return self.checksums is not None

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass
class Repository:
    """``hidden`` is what the product makes for itself, such as that of release bundles: lists do not show it."""

    key: str
    configuration: dict[str, Any]
    created: datetime
    created_by: str
    hidden: bool = False
    items: dict[str, Item] = field(default_factory=dict)


class Repositories:
    """All repositories of one site. Take ``lock`` to do more than one thing."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self.filestore = Filestore(folder)
        self.lock = threading.RLock()
        self._by_key: dict[str, Repository] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[Repository]:
        with self.lock:
            return iter(sorted(self._by_key.values(), key=lambda one: one.key))

    def repository(self, key: str) -> Repository:
        try:
            return self._by_key[key]
        except KeyError as error:
            raise NoSuchItem(key) from error

    def create(
        self,
        key: str,
        now: datetime,
        who: str,
        configuration: Optional[dict[str, Any]] = None,
        *,
        hidden: bool = False,
    ) -> Repository:
        """A generic local repository unless the configuration says something else. An existing one stays as it is."""
        defaults = {"key": key, "rclass": "local", "packageType": "generic", "description": ""}
        with self.lock:
            if key not in self._by_key:
                self._by_key[key] = Repository(key, {**defaults, **(configuration or {})}, now, who, hidden)
            return self._by_key[key]

    def remove(self, key: str) -> None:
        """A repository and all that is in it."""
        with self.lock:
            self.repository(key)
            self.delete(key, "")
            del self._by_key[key]

    def store(
        self,
        key: str,
        path: str,
        content: bytes,
        now: datetime,
        who: str,
        original: Optional[dict[str, str]] = None,
    ) -> Item:
        """Put a file where it belongs, with the folders above it. What was there before is replaced."""
        with self.lock:
            repository = self.repository(key)
            before = repository.items.get(path)
            checksums = self.filestore.put(content)
            self._add_folders(repository, path.rpartition("/")[0], now, who)
            item = Item(key, path, now, who, len(content), checksums, dict(original or {}))
            repository.items[path] = item
            self._collect_garbage([before] if before is not None else [])
            return item

    def make_folder(self, key: str, path: str, now: datetime, who: str) -> Item:
        with self.lock:
            self._add_folders(self.repository(key), path, now, who)
            return self.item(key, path)

    def item(self, key: str, path: str) -> Item:
        """A file or a folder. Raises NoSuchItem."""
        repository = self.repository(key)
        if not path:
            return Item(key, "", repository.created, repository.created_by)
        try:
            return repository.items[path]
        except KeyError as error:
            raise NoSuchItem(f"{key}/{path}") from error

    def children(self, folder: Item) -> list[Item]:
        """What lies directly in a folder."""
        return [one for one in self.below(folder) if "/" not in one.path[len(folder.path) :].strip("/")]

    def below(self, folder: Item) -> list[Item]:
        """Everything in a folder, however deep."""
        start = f"{folder.path}/" if folder.path else ""
        with self.lock:
            items = self.repository(folder.repo).items
            return [items[path] for path in sorted(items) if path.startswith(start)]

    def files(self) -> list[Item]:
        """All files of all repositories that are not hidden."""
        with self.lock:
            return [
                one for repository in self if not repository.hidden for one in repository.items.values() if one.is_file
            ]

    def content(self, item: Item) -> bytes:
        assert item.checksums is not None
        return self.filestore.read(item.checksums)

    def with_checksum(self, digest: str) -> Optional[Item]:
        """A file with this content, for a deployment that sends nothing but the checksum."""
        return next(
            (one for one in self.files() if one.checksums is not None and digest in one.checksums.shown().values()),
            None,
        )

    def delete(self, key: str, path: str) -> None:
        """A file, or a folder and all that is in it. The folders above it stay, as they do at the product."""
        with self.lock:
            item = self.item(key, path)
            gone = [item, *(self.below(item) if not item.is_file else [])]
            items = self.repository(key).items
            for one in gone:
                items.pop(one.path, None)
            self._collect_garbage(gone)

    def _add_folders(self, repository: Repository, path: str, now: datetime, who: str) -> None:
        parts = path.split("/") if path else []
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            repository.items.setdefault(folder, Item(repository.key, folder, now, who))

    def _collect_garbage(self, gone: list[Item]) -> None:
        used = {one.checksums for repository in self._by_key.values() for one in repository.items.values()}
        for checksums in {one.checksums for one in gone} - used:
            if checksums is not None:
                self.filestore.drop(checksums)
