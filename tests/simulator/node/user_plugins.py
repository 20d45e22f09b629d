# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""User plugins in the memory of a node: security-replication.md 1.1 to 1.5.

A plugin is what was loaded, not what lies on the disk: a file that changes, or goes, changes nothing before a reload or
a restart, and a reload does not unload what was removed (the plugin's own page, "Removing the Plugin").
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from .start import Start

REPLICATION = "securityReplication"
# What the plugin takes when its configuration is missing, broken, or says nothing (security-replication.md 1.1).
DEFAULT_CRON = "0 0 0/1 * * ?"
_VERSION = re.compile(r'^pluginVersion = "(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Loaded:
    """One plugin as it was when it was loaded."""

    modified: int
    version: Optional[str]
    cron: str


def version_in(folder: Path) -> Optional[str]:
    """The version that stands in the replication plugin's file. Raises OSError."""
    found = _VERSION.search((folder / f"{REPLICATION}.groovy").read_text(encoding="utf-8"))
    return found[1] if found else None


def configuration_in(folder: Path) -> Any:
    """The replication plugin's configuration. Raises ValueError, also when there is none."""
    try:
        return json.loads((folder / f"{REPLICATION}.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"Unable to process file: {folder / REPLICATION}.json") from error


def load_all(start: Start) -> None:
    """At a start, every file whose name ends with .groovy."""
    load(start, only_modified=False)


def load(start: Start, *, only_modified: bool) -> list[str]:
    """Load plugins from the disk, all or those that were modified since; the names of their files."""
    loaded = []
    for path in sorted(start.layout.plugins.glob("*.groovy")):
        modified = path.stat().st_mtime_ns
        before = start.plugins.get(path.stem)
        if only_modified and before is not None and before.modified == modified:
            continue
        load_one(start, path)
        loaded.append(path.name)
    return loaded


def load_one(start: Start, path: Path) -> None:
    """Load one plugin, with the cron expression that its configuration has now."""
    found = _VERSION.search(path.read_text(encoding="utf-8"))
    cron = DEFAULT_CRON
    if path.stem == REPLICATION:
        try:
            cron = configuration_in(path.parent)["securityReplication"].get("cron_job") or DEFAULT_CRON
        except (ValueError, KeyError, TypeError, AttributeError):
            cron = DEFAULT_CRON
    start.plugins[path.stem] = Loaded(path.stat().st_mtime_ns, found[1] if found else None, str(cron))
