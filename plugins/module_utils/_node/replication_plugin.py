# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The files of the user plugin securityReplication on a node (security-replication.md 1.1, 1.3).

The configuration holds a password in clear, so it is for the service user alone.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Optional

from .._domain import ledger as model
from .._domain.errors import ConflictError, LayoutError
from .._domain.replication_plugin.versions import SUCCESSORS, check_artifactory
from . import backups, files, ledger, version
from . import layout as layouts
from .account import Account
from .layout import SEVEN, Layout

FACT: Final = "replication_plugin"
CONFIGURATION_MODE = 0o600
PLUGIN_MODE = 0o644


@dataclass(frozen=True)
class Place:
    """Where the two files of one node are, and whom they belong to."""

    layout: Layout
    configuration: Path
    plugin: Path
    account: Account
    artifactory: Optional[str]


@dataclass(frozen=True)
class Seen:
    """The files as they lie there; None for one that does not."""

    configuration: Optional[str] = field(repr=False)
    plugin: Optional[str] = field(repr=False)
    mode: Optional[str]
    owner: Optional[str]


def find(home: str, folder: Optional[str]) -> Place:
    """The place on a node of 5.x or 6.x. Raises LayoutError, and ConflictError for 7.x, which cannot load it."""
    layout = layouts.require(home)
    found = version.read(layout)
    if layout.generation == SEVEN:
        raise ConflictError(
            f"Cannot use the plugin on the node in {home}: it has Artifactory {found or '7.x'}, and no version of the "
            f"plugin can be loaded by 7.x. {SUCCESSORS}."
        )
    if found is not None:
        check_artifactory(found, f"the node in {home}")
    plugins = Path(folder) if folder else layout.home / "etc/plugins"
    if not plugins.is_absolute():
        raise LayoutError(
            f"Cannot use the folder of plugins '{folder}': it is not an absolute path. Give the full path."
        )
    return Place(
        layout=layout,
        configuration=plugins / "securityReplication.json",
        plugin=plugins / "securityReplication.groovy",
        account=_owner(plugins, layout),
        artifactory=found,
    )


def look(place: Place) -> Seen:
    """What lies there. Raises LayoutError."""
    text = files.read_text(place.configuration)
    status = None if text is None else os.lstat(place.configuration)
    return Seen(
        configuration=text,
        plugin=files.read_text(place.plugin),
        mode=None if status is None else f"{stat.S_IMODE(status.st_mode):04o}",
        owner=None if status is None else Account.of(status).user,
    )


def write(place: Place, configuration: str, plugin: str, *, with_plugin: bool) -> Optional[Path]:
    """Put the configuration in place, and the plugin when asked for; the backup of what the configuration was."""
    files.make_folder(place.configuration.parent, place.account)
    backup = _kept(place, place.configuration)
    contents = [files.Content(place.configuration, configuration, CONFIGURATION_MODE)]
    if with_plugin:
        _kept(place, place.plugin)
        # The plugin last: whoever loads it finds its configuration.
        contents.append(files.Content(place.plugin, plugin, PLUGIN_MODE))
    files.write_together(contents, account=place.account)
    return backup


def remove(place: Place, now: datetime) -> Optional[Path]:
    """Take both files away; the backup of the plugin. That a restart is due is noted first, which alone unloads it.

    The configuration is not kept: it holds a password, and all of it stands in the inventory.
    """
    ledger.write(place.layout, model.due(ledger.read(place.layout), FACT, now))
    backup = _kept(place, place.plugin)
    files.remove(place.plugin)
    files.remove(place.configuration)
    return backup


def restart_due(place: Place) -> bool:
    """Whether the node is to be started again, because the plugin was taken away."""
    return FACT in ledger.read(place.layout)["restart_due"]


def _kept(place: Place, path: Path) -> Optional[Path]:
    """The last backup of a file, in a folder of ours that only the service user may look into."""
    if not files.exists(path):
        return None
    backup = backups.keep(place.layout, FACT, path)
    backups.keep_last(place.layout, FACT, path.name)
    return backup


def _owner(plugins: Path, layout: Layout) -> Account:
    """The owner of the neighbour files, which is that of their folder."""
    try:
        return Account.of(os.stat(plugins))
    except FileNotFoundError:
        return layout.account()
    except OSError as exc:
        raise files.refused("look into", plugins, exc) from exc
