# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What has to be done so that every instance works with the wanted files: reload, distribute, deploy.

Decided from what each instance says of itself, so check mode and the real run decide alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Dict, Iterable, List, Mapping, Optional

from . import configuration
from .configuration import Settings
from .mesh import InstanceSeen, NodeSeen

RELOAD, DISTRIBUTE, DEPLOY = "reload", "distribute", "deploy"
NOT_LOADED = "the plugin is not loaded there"


@dataclass(frozen=True)
class Wanted:
    """What is wanted everywhere, and the version of the user's copy of the plugin."""

    settings: Settings
    version: str


@dataclass(frozen=True)
class Step:
    """One call. ``url`` is the instance that is called, ``why`` what differed."""

    action: str
    url: str
    why: str

    def told(self) -> Dict[str, str]:
        return {"action": self.action, "instance": self.url, "why": self.why}


def plan(
    seen: Mapping[str, InstanceSeen],
    wanted: Wanted,
    source: str,
    *,
    reloaded: Collection[str] = (),
    written: Collection[str] = (),
) -> List[Step]:
    """All steps from here on, in their order.

    ``source`` is the instance that distributes: it has the wanted files. ``reloaded`` are instances that were reloaded
    already: where the plugin is not loaded nobody can tell what lies on the disk, and only a reload shows that. The
    files of ``written`` are taken for the wanted ones.
    """
    steps = [Step(RELOAD, source, why) for why in [_not_in_use(seen[source], wanted)] if why]
    others = [one for url, one in seen.items() if url != source]
    unknown = [one.url for one in others if not one.answers and one.url not in reloaded]
    asked = [one for one in others if one.url not in unknown and not (one.answers and one.url in written)]
    behind = {one.url: why for one in asked for why in [_not_there(one, wanted)] if why}
    steps += [Step(RELOAD, url, NOT_LOADED) for url in unknown]
    if behind:
        steps.append(Step(DISTRIBUTE, source, "; ".join(f"{url}: {why}" for url, why in behind.items())))
    stale = {one.url: _not_in_use(one, wanted) for one in others if one.url not in unknown}
    return [*steps, *(Step(RELOAD, url, why) for url, why in stale.items() if why)]


def not_written(instance: InstanceSeen, wanted: Wanted) -> Optional[str]:
    """Why the files of an instance are not the wanted ones; None when they are, or when it cannot tell."""
    return _not_there(instance, wanted) if instance.answers else None


def _not_there(instance: InstanceSeen, wanted: Wanted) -> Optional[str]:
    """What the disks of an instance do not have."""
    if not instance.answers:
        return NOT_LOADED
    return _first(_disk_problem(instance.url, node, wanted) for node in instance.nodes if node.answers)


def _not_in_use(instance: InstanceSeen, wanted: Wanted) -> Optional[str]:
    """What the nodes of an instance do not work with."""
    if not instance.answers:
        return NOT_LOADED
    return _first(_loaded_problem(node, wanted) for node in instance.nodes if node.answers)


def _disk_problem(url: str, node: NodeSeen, wanted: Wanted) -> Optional[str]:
    if node.disk_version != wanted.version:
        return f"the plugin's file has version {node.disk_version} instead of {wanted.version}"
    found = configuration.facts(node.document, wanted.settings)
    expected = configuration.wanted_facts(wanted.settings, url)
    differ = [name for name in expected if found.get(name) != expected[name]]
    return f"its configuration differs in {', '.join(differ)}" if differ else None


def _loaded_problem(node: NodeSeen, wanted: Wanted) -> Optional[str]:
    if node.loaded_version != wanted.version:
        return f"version {node.loaded_version} of the plugin is loaded instead of {wanted.version}"
    if node.loaded_cron != wanted.settings.cron_job:
        return f"it runs by '{node.loaded_cron}' instead of '{wanted.settings.cron_job}'"
    return None


def _first(problems: Iterable[Optional[str]]) -> Optional[str]:
    return next((problem for problem in problems if problem), None)
