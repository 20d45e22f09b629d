# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Brings the files that lie on one instance into use on all: reload, distribute, deploy."""

from __future__ import annotations

from typing import Collection, Dict, List, Mapping, Sequence, Set, Tuple

from ...module_utils._domain.errors import ConflictError
from ...module_utils._domain.replication_plugin.mesh import InstanceSeen
from ...module_utils._domain.replication_plugin.steps import DEPLOY, DISTRIBUTE, RELOAD, Step, Wanted, not_written, plan
from .reach import Reach

Observed = Dict[str, InstanceSeen]


class Distribution:
    """One run. ``node_urls`` are the nodes of HA instances: what is loaded, is loaded node by node."""

    def __init__(
        self,
        reach: Reach,
        wanted: Wanted,
        *,
        source: str,
        plugin: str,
        node_urls: Mapping[str, Sequence[str]],
    ) -> None:
        self._reach = reach
        self._wanted = wanted
        self._source = source
        self._plugin = plugin
        self._node_urls = node_urls

    def predict(self, written: Collection[str]) -> List[Step]:
        """What a run would do after the files of the source, and of ``written``, were written by an earlier task."""
        return plan(self._observe(), self._wanted, self._source, written=written)

    def run(self) -> List[Step]:
        """All steps until nothing is left to do; what was done. Raises ConflictError when a step has no effect.

        The instances are looked at again after each step, so what an earlier run left undone is done as well.
        """
        done: List[Step] = []
        while True:
            seen = self._observe()
            self._demand_written(seen)
            reloaded = {step.url for step in done if step.action == RELOAD}
            planned = plan(seen, self._wanted, self._source, reloaded=reloaded)
            if not planned:
                return done
            step = self._escalated(planned[0], done, loaded=seen[planned[0].url].answers)
            self._carry_out(step)
            done.append(step)

    def _observe(self) -> Observed:
        return {url: self._reach.instance(url) for url in self._wanted.settings.urls}

    def _demand_written(self, seen: Observed) -> None:
        why = not_written(seen[self._source], self._wanted)
        if why is not None:
            raise ConflictError(
                f"Cannot distribute the plugin from {self._source}: its own files are not the wanted ones, {why}. "
                "Write them there with hybrid.jfrog.replication_plugin first, on every node of it."
            )

    def _escalated(self, step: Step, done: Sequence[Step], *, loaded: bool) -> Step:
        """A reload that had no effect is followed by a deployment, because it may skip files that were not modified.

        What is not loaded at the source has no files there, which are no matter of this module.
        """
        tried = _since_the_distribution(done) if step.action != DISTRIBUTE else {(one.action, one.url) for one in done}
        if (step.action, step.url) not in tried:
            return step
        if step.action == RELOAD and (DEPLOY, step.url) not in tried and (loaded or step.url != self._source):
            return Step(DEPLOY, step.url, f"{step.why}, also after a reload")
        tried_in_vain = "distribution" if step.action == DISTRIBUTE else "reload"
        raise ConflictError(
            f"Cannot bring the plugin into use on {step.url}: {step.why}, and no {tried_in_vain} changed that. See "
            "that both files of the plugin lie there, name the URLs of its nodes in node_urls if it has several, and "
            "start Artifactory there again.",
            instance=step.url,
        )

    def _carry_out(self, step: Step) -> None:
        if step.action == DISTRIBUTE:
            self._reach.at(self._entrances(self._source)[0]).distribute()
        elif step.action == DEPLOY:
            for url in self._entrances(step.url):
                self._reach.at(url).deploy(self._plugin)
        else:
            for url in self._entrances(step.url):
                self._reach.at(url).reload()

    def _entrances(self, url: str) -> Tuple[str, ...]:
        """The nodes of an instance, or the instance itself. The plugin's page advises to distribute from a node."""
        return tuple(self._node_urls.get(url) or (url,))


def _since_the_distribution(done: Sequence[Step]) -> Set[Tuple[str, str]]:
    """What was done since the files of other instances changed, after which the same step may have another effect."""
    actions = [step.action for step in done]
    begin = actions.index(DISTRIBUTE) if DISTRIBUTE in actions else 0
    return {(step.action, step.url) for step in done[begin:]}
