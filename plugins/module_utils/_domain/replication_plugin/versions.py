# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Versions of the plugin and of Artifactory, and what they mean to each other (security-replication.md 1.4, 1.5)."""

from __future__ import annotations

import re
from typing import Iterable, List, Mapping, Optional

from ..errors import ConflictError
from ..version import Version, parse

# The line from which the plugin reads its own version (V4).
_LINE = re.compile(r'^pluginVersion = "(.*)"\s*$', re.MULTILINE)
# From here on the class that the plugin needs cannot be reached any more (security-replication.md 0).
NOT_FROM: Version = (7, 0, 0)
# Here the format of password hashes changed, and the plugin refuses meshes with both sides in it.
HASHES_CHANGED: Version = (5, 6, 0)
SUCCESSORS = (
    "Use the module hybrid.jfrog.security_replication, which needs nothing on the instances, or Access Federation with "
    "an Enterprise+ licence (hybrid.jfrog.access_federation)"
)


def version_in(plugin: str) -> Optional[str]:
    """The version that a copy of the plugin states; None when it states none."""
    found = _LINE.search(plugin)
    return found[1] if found else None


def check_plugin(plugin: str, where: str) -> str:
    """The version of a copy of the plugin. Raises ConflictError for a file that is not the plugin."""
    version = version_in(plugin)
    if version is None or "executions" not in plugin:
        raise ConflictError(
            f"Cannot use {where} as the plugin: it has no line with pluginVersion, or no executions. Give your copy of "
            "securityReplication.groovy; this collection brings none."
        )
    parse(version)
    return version


def check_artifactory(version: str, who: str) -> None:
    """Raises ConflictError for an Artifactory that cannot load the plugin."""
    if parse(version) >= NOT_FROM:
        raise ConflictError(
            f"Cannot use the plugin on {who}: it has Artifactory {version}, and no version of the plugin can be loaded "
            f"by 7.x. {SUCCESSORS}.",
            version=version,
        )


def above(version: str, plugin: str) -> bool:
    """Whether an Artifactory is newer than the plugin, so that the plugin's safety stops the replication."""
    return parse(version) > parse(plugin)


def mesh_warnings(versions: Mapping[str, str], plugin: Optional[str], *, safety: bool) -> List[str]:
    """Why a mesh of instances with these versions, by their URLs, would not replicate."""
    found = []
    newer = [url for url, version in versions.items() if plugin is not None and above(version, plugin)]
    if newer and safety:
        found.append(
            f"Artifactory is newer than the plugin ({plugin}) on {_list(newer, versions)}: its safety will refuse to "
            "replicate while such an instance leads. Take a copy of the plugin that is made for that version."
        )
    old = [url for url, version in versions.items() if parse(version) < HASHES_CHANGED]
    if old and len(old) < len(versions):
        found.append(
            f"The instances are on both sides of version 5.6 ({_list(old, versions)} below it): nothing is replicated "
            "until all of them are above. Upgrade the others soon."
        )
    return found


def upgrade_problem(target: str, plugin: str, *, safety: bool) -> Optional[str]:
    """Why Artifactory cannot be upgraded to a version with this plugin; None when it can."""
    if parse(target) >= NOT_FROM:
        return f"no version of the plugin can be loaded by 7.x. {SUCCESSORS}"
    if safety and above(target, plugin):
        return (
            f"the plugin is made for versions up to {plugin}, and its safety would stop the replication. Take a newer "
            "copy of the plugin first"
        )
    return None


def _list(urls: Iterable[str], versions: Mapping[str, str]) -> str:
    return ", ".join(f"{url} ({versions[url]})" for url in urls)
