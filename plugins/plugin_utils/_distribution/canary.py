# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Proves that release bundles reach Edges: one small bundle to all of them, followed by one tracker.

Order of the steps, and what an interruption leaves behind: the file at the source comes first and goes last, so the
next run finds by it whatever is left. Then the bundle, its distribution, a look at each Edge, and the removal in the
opposite order. What goes wrong with one Edge is its verdict and stops no other.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Collection, Dict, List, Mapping, Optional, Sequence

from ...module_utils._adapter.sessions import Connection
from ...module_utils._adapter.waiting import Clock, poll
from ...module_utils._client.artifactory import Artifactory
from ...module_utils._client.distribution import Distribution
from ...module_utils._client.mission_control import MissionControl
from ...module_utils._client.repositories import Repositories
from ...module_utils._client.session import JFrogSession
from ...module_utils._domain import deployment as deployments
from ...module_utils._domain.distribution import canary as domain
from ...module_utils._domain.distribution.canary import NAME, Canary, Seen, Verdict
from ...module_utils._domain.distribution.versions import choose_form
from ...module_utils._domain.errors import ApiError, EdgeError, InventoryError
from ...module_utils._domain.observed import Jpd
from .canary_bundles import PAUSE_SECONDS, Bundles, service_of
from .canary_edges import Look, gather
from .canary_maker import maker

# How long the removal at the Edges may take.
REMOVAL_SECONDS = 120.0
# A canary of another controller is left behind when it is older than its run may last, and this much.
MARGIN_SECONDS = 3600.0


@dataclass(frozen=True)
class Asked:
    """One Edge to be proven, by the name of its JPD. ``target`` is the repository there."""

    name: str
    connection: Connection
    target: str


@dataclass(frozen=True)
class Settings:
    """How to prove. ``seconds`` limits creation and distribution each."""

    source: str
    key: Optional[str]
    release_bundle: str
    create_repository: bool
    seconds: float
    max_parallel: int


@dataclass
class Proof:
    """What was found. ``left`` says what could not be removed, in words; ``removed`` are versions of earlier runs."""

    form: str = ""
    verdicts: Dict[str, Verdict] = field(default_factory=dict)
    versions: List[str] = field(default_factory=list)
    created_repository: bool = False
    removed: List[str] = field(default_factory=list)
    left: List[str] = field(default_factory=list)

    @property
    def failed(self) -> List[Verdict]:
        return [verdict for verdict in self.verdicts.values() if not verdict.proven]


def prove(platform: Connection, asked: Sequence[Asked], settings: Settings, *, read_only: bool, clock: Clock) -> Proof:
    """Prove distribution to these Edges. Raises EdgeError for what concerns all of them, before anything is written."""
    started = clock.now()
    with maker() as (name, alone), platform.session(read_only=read_only) as session:
        proof = Proof(form=_form(session, settings))
        run = _Run(session, settings, list_jpds(session), proof, clock)
        proof.created_repository = run.ensure_repository(read_only=read_only)
        stale = [] if proof.created_repository else run.stale(started, ended=name if alone else None)
        if read_only:
            proof.removed = stale
            proof.verdicts = {one.name: run.predicted(one) for one in asked}
            return proof
        for version in stale:
            run.remove_stale(version)
        for target in dict.fromkeys(one.target for one in asked):
            version = domain.new_version(proof.form, clock.now(), maker=name, random=secrets.token_hex(3)[:5])
            run.prove_group(Canary(version, settings.source, target), [one for one in asked if one.target == target])
        proof.verdicts = {one.name: proof.verdicts[one.name] for one in asked}
        return proof


def list_jpds(session: JFrogSession) -> Dict[str, Jpd]:
    """The registered deployments by their names."""
    return {jpd["name"]: jpd for jpd in map(deployments.from_api, MissionControl(session).list_jpds())}


def _form(session: JFrogSession, settings: Settings) -> str:
    version = str(Artifactory(session).version()["version"])
    return choose_form(settings.release_bundle, version, Distribution(session).version())


class _Run:
    """One run against one platform."""

    def __init__(
        self, session: JFrogSession, settings: Settings, jpds: Mapping[str, Jpd], proof: Proof, clock: Clock
    ) -> None:
        self._session = session
        self._settings = settings
        self._jpds = jpds
        self._proof = proof
        self._clock = clock
        self._repositories = Repositories(session)
        self._bundles = self._of(proof.form)

    def _of(self, form: str) -> Bundles:
        return Bundles(service_of(form, self._session, self._settings.key), clock=self._clock)

    def ensure_repository(self, *, read_only: bool) -> bool:
        """Whether the source repository was made now, or would be. Raises InventoryError when it is missing."""
        key = self._settings.source
        if self._repositories.repository(key) is not None:
            return False
        if not self._settings.create_repository:
            raise InventoryError(
                f"Cannot prove distribution from the platform {self._session.url}: it has no repository '{key}'. "
                "Name a local generic one in platform_canary_repository, or set platform_canary_create_repository."
            )
        if not read_only:
            try:
                self._repositories.create_local(key)
            except ApiError:
                # The second attempt after a lost answer meets what the first one made.
                if self._repositories.repository(key) is None:
                    raise
        return True

    def stale(self, now: datetime, *, ended: Optional[str]) -> List[str]:
        """Versions that earlier runs left behind."""
        files = self._repositories.files(self._settings.source, NAME)
        older_than = 2 * self._settings.seconds + REMOVAL_SECONDS + MARGIN_SECONDS
        return domain.left_behind(files, now=now, older_than=older_than, ended=ended)

    def remove_stale(self, version: str) -> None:
        """Remove what an earlier run left. What cannot be removed now is told, and stays for a later run."""
        bundles = self._of(domain.form_of(version))
        try:
            targets = domain.targets_of(bundles.trackers(version), self._jpds)
            problem = self._withdraw(bundles, version, targets)
            if problem is not None:
                self._proof.left.append(problem)
                return
            self._forget(bundles, version)
        except EdgeError as exc:
            self._proof.left.append(exc.msg)
        else:
            self._proof.removed.append(version)

    def predicted(self, one: Asked) -> Verdict:
        """What check mode says of an Edge."""
        refused = domain.why_not_distributable(self._jpds.get(one.name))
        if refused is not None:
            return Verdict(one.name, False, refused)
        return Verdict(one.name, True, f"a release bundle {self._proof.form} would be distributed to it")

    def prove_group(self, canary: Canary, asked: Sequence[Asked]) -> None:
        """Prove the Edges that share a repository name, and remove everything again."""
        looks = [Look(one.name, one.connection) for one in asked]
        seen = {one.name: Seen(one.name, self._jpds.get(one.name)) for one in asked}
        for name, one in seen.items():
            seen[name] = replace(one, error=domain.why_not_distributable(one.jpd))
        names = [name for name, one in seen.items() if one.error is None]
        if names:
            try:
                seen |= self._distribute(canary, {name: seen[name] for name in names}, looks)
            finally:
                self._clean(canary, {name: seen[name] for name in names}, looks)
        # Why it failed is asked of those that failed only, and after the removal: it does not change the facts.
        failed = [look for look in looks if look.name in names and domain.needs_a_look(canary, seen[look.name])]
        seen |= gather(canary, failed, seen, max_parallel=self._settings.max_parallel)
        for name, one in seen.items():
            self._proof.verdicts[name] = domain.judge(canary, one, key=self._settings.key)

    def _distribute(self, canary: Canary, seen: Dict[str, Seen], looks: Sequence[Look]) -> Dict[str, Seen]:
        seconds = self._settings.seconds
        try:
            self._repositories.deploy(canary.source, canary.file, canary.text)
            self._proof.versions.append(canary.version)
            self._bundles.create(canary, seconds=seconds)
            tracker = self._bundles.distribute(canary, list(seen), seconds=seconds)
        except EdgeError as exc:
            return {name: replace(one, error=exc.msg.rstrip(".")) for name, one in seen.items()}
        told = {name: replace(one, tracker=tracker, site=tracker.site(name)) for name, one in seen.items()}
        chosen = [look for look in looks if look.name in told]
        with ThreadPoolExecutor(max_workers=max(1, min(self._settings.max_parallel, len(chosen)))) as pool:
            found = pool.map(lambda look: look.arrival(canary, told[look.name], clock=self._clock), chosen)
            return {one.name: one for one in found}

    def _clean(self, canary: Canary, seen: Mapping[str, Seen], looks: Sequence[Look]) -> None:
        """Remove everything, in the opposite order. What stays behind is told, and the file that tells of it stays."""
        version = canary.version
        try:
            if self._bundles.trackers(version):
                problem = self._withdraw(self._bundles, version, list(seen))
                doubtful = {name for name, one in seen.items() if problem and domain.may_be_there(one)}
                left = self._still_there(canary, [look for look in looks if look.name in seen], doubtful)
                if left:
                    self._proof.left.append(problem or f"{canary.target}/{canary.file} is still at {', '.join(left)}.")
                    return
            self._forget(self._bundles, version)
        except EdgeError as exc:
            self._proof.left.append(exc.msg)

    def _withdraw(self, bundles: Bundles, version: str, names: Sequence[str]) -> Optional[str]:
        """Remove the bundle from the Edges; why that did not work. Edges without a JPD cannot be told anything."""
        if not names:
            return None
        jpds = list_jpds(self._session)  # as they are now: one that is offline by now would spoil it for all
        known = [name for name in names if name in jpds]
        refused = {name: domain.why_not_distributable(jpds[name]) for name in known}
        reached = [name for name in known if refused[name] is None]
        try:
            if reached:
                bundles.withdraw(version, reached, seconds=REMOVAL_SECONDS)
        except EdgeError as exc:
            return exc.msg
        waiting = [name for name in known if refused[name] is not None]
        if waiting:
            return f"The release bundle {NAME} {version} is still at {', '.join(waiting)}, which cannot be reached now."
        return None

    def _still_there(self, canary: Canary, looks: Sequence[Look], doubtful: Collection[str]) -> List[str]:
        """The Edges that have the file, and those of the doubtful ones that do not tell."""

        def check(look: Look) -> Optional[str]:
            gone = poll(
                lambda: look.is_gone(canary),
                lambda answer: answer is not False,
                seconds=0.0 if look.name in doubtful else REMOVAL_SECONDS,
                pause=PAUSE_SECONDS,
                clock=self._clock,
            )
            return look.name if gone is False or (gone is None and look.name in doubtful) else None

        with ThreadPoolExecutor(max_workers=max(1, min(self._settings.max_parallel, len(looks)))) as pool:
            return [name for name in pool.map(check, looks) if name is not None]

    def _forget(self, bundles: Bundles, version: str) -> None:
        bundles.forget(version)
        self._repositories.delete(self._settings.source, Canary(version, self._settings.source, "").file)


def facts(proof: Proof) -> Dict[str, Any]:
    """The result keys of the module."""
    return {
        "release_bundle": proof.form,
        "name": NAME,
        "versions": proof.versions,
        "edges": {name: verdict.facts() for name, verdict in proof.verdicts.items()},
        "removed": proof.removed,
        "left_behind": proof.left,
    }
