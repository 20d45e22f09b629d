# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The deployments that federate: who they are at the platform, what they tell, and several of them at once."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from .._client.federation import AccessFederation, MissionControlFederation, read_federation
from .._client.mission_control import MissionControl
from .._client.session import JFrogSession
from .._domain.change import DELETE, NONE, UPDATE, Change
from .._domain.deployment import from_api
from .._domain.errors import ApiError, EdgeError, InventoryError, TransportError
from .._domain.federation import source as sources
from .._domain.federation.drift import Wanted
from .._domain.federation.results import Failure
from .._domain.federation.target import TargetSeen
from .._domain.observed import FederationSource, Jpd
from .._domain.url import normal
from .federation import Federator, Source, Task, Work

HOME = "HOME"


class Directory:
    """The platform's JPDs and sources, read once and again when asked to. ``platform`` None: there is none."""

    def __init__(self, platform: Optional[JFrogSession]) -> None:
        self.platform = platform
        self._home = platform
        self.warnings: list[str] = []
        self.jpds: list[Jpd] = []
        self._listed: Optional[list[FederationSource]] = None
        if platform is not None:
            self._read_jpds(platform)

    def _read_jpds(self, platform: JFrogSession) -> None:
        """Without Mission Control the platform can still be a source, at its own Access."""
        try:
            self.jpds = [from_api(item) for item in MissionControl(platform).list_jpds()]
            self.listed()
        except ApiError as exc:
            if exc.details.get("http_status") != 404:
                raise
            self.platform = None
            self.warnings.append(
                f"{platform.url} has no Mission Control, so the source is federated at its own Access."
            )

    def listed(self, *, fresh: bool = False) -> list[FederationSource]:
        """What Mission Control, and the platform's own Access, tell of all sources."""
        if self.platform is not None and (fresh or self._listed is None):
            self._listed = read_federation(self.platform)
        return self._listed or []

    def jpd(self, name: Optional[str]) -> Optional[Jpd]:
        """A JPD by its name or id; the platform itself without one."""
        if name is None:
            return sources.home_of(self.jpds)
        return next((jpd for jpd in self.jpds if name in (jpd["name"], jpd["id"])), None)

    def source(self, name: Optional[str], at_source: Optional[JFrogSession]) -> Source:
        """A source. Raises InventoryError for one that is neither a JPD nor can be reached itself."""
        jpd = self.jpd(name)
        is_home = jpd is not None and jpd == sources.home_of(self.jpds)
        way = self._home if is_home or (jpd is None and name in (None, HOME)) else at_source
        if jpd is None and way is None:
            known = ", ".join(one["name"] for one in self.jpds)
            raise InventoryError(
                f"Cannot federate '{name or HOME}': the platform has no such JPD, only {known or 'none'}. "
                "Correct source, or give edge_url and edge_access_token of the source."
            )

        def read(fresh: bool) -> list[TargetSeen]:
            return self._targets(jpd, way, is_home=is_home, fresh=fresh)

        return Source(
            name=jpd["name"] if jpd is not None else name or HOME,
            jpd_id=jpd["id"] if jpd is not None else None,
            at_platform=self.platform if jpd is not None else None,
            at_source=way,
            read=read,
            jpds={normal(one["url"]): one for one in self.jpds},
        )

    def _targets(
        self, jpd: Optional[Jpd], way: Optional[JFrogSession], *, is_home: bool, fresh: bool
    ) -> list[TargetSeen]:
        listed = self.listed(fresh=fresh) if jpd is not None else []
        if way is not None and not is_home:
            return targets_of(sources.find([*_without_own(listed), own(way)], jpd, is_home=True))
        found = sources.find(listed, jpd, is_home=is_home)
        if found is not None and found["error"]:
            raise ApiError(
                f"Cannot read the federation targets of '{found['source']}': Mission Control says {found['error']}. "
                "Check that the platform shows this JPD as ONLINE, or give edge_url and edge_access_token of it.",
                http_status=200,
            )
        return targets_of(found)


def own(session: JFrogSession) -> FederationSource:
    """What a source tells itself."""
    return sources.own(AccessFederation(session).list_targets())


def targets_of(found: Optional[FederationSource]) -> list[TargetSeen]:
    return list(found["targets"]) if found is not None else []  # type: ignore[arg-type]


def _without_own(listed: Sequence[FederationSource]) -> list[FederationSource]:
    return [source for source in listed if source["source"] != sources.OWN]


def federate(
    federators: Sequence[Federator],
    tasks: Sequence[Task],
    directory: Directory,
    *,
    check_mode: bool,
    mesh: bool,
    keep_going: bool = False,
) -> list[Work]:
    """Decide about all sources before the first write, then federate one after the other.

    A mesh that is new altogether is made in one call. ``keep_going``: a source that cannot be read stops no other.
    """
    works = [_decide(federator, task, keep_going=keep_going) for federator, task in zip(federators, tasks)]
    if check_mode:
        return works
    if mesh and directory.platform is not None and _is_plain_mesh(federators, works):
        _make_mesh(directory.platform, federators, works)
    else:
        for federator, work in zip(federators, works):
            _unless_idle(federator, work)
    return works


def _decide(federator: Federator, task: Task, *, keep_going: bool) -> Work:
    try:
        return federator.decide(task)
    except (ApiError, TransportError) as exc:
        if not keep_going:
            raise
        happened, _dot, remedy = exc.msg.rstrip(".").rpartition(". ")
        name = federator.source.name
        return Work(name, Task(), [], [], [Failure(f"source {name}", happened or exc.msg, remedy or "Run again")])


def _unless_idle(federator: Federator, work: Work) -> None:
    if work.change.changed:
        federator.apply(work)


def _is_plain_mesh(federators: Sequence[Federator], works: Sequence[Work]) -> bool:
    """Whether the one call can say it: nothing there yet, the same entities for all, and no filters."""
    wanted = [target for work in works for target in work.task.wanted]
    return (
        len(works) > 1
        and not any(work.seen or work.failures for work in works)
        and all(federator.source.jpd_id is not None for federator in federators)
        and len({target.entities for target in wanted}) == 1
        and not any(target.permission_filters for target in wanted)
    )


def _make_mesh(platform: JFrogSession, federators: Sequence[Federator], works: Sequence[Work]) -> None:
    """After it every source is read again: a lost answer says nothing, and one of the sources may have failed."""
    ids = [str(federator.source.jpd_id) for federator in federators]
    entities = works[0].task.wanted[0].entities
    steps: list[Any] = []
    try:
        steps = MissionControlFederation(platform).create_mesh(ids, entities)
    except (ApiError, TransportError) as exc:
        if _is_refusal(exc):
            raise
    said = Work("", Task(), [], [])
    said.hear(steps)
    works[0].warnings += said.warnings
    for federator, work in zip(federators, works):
        again = federator.decide(work.task, fresh=True)
        again.failures += [one for one in said.failures if one.mentions(work.source)]
        federator.apply(again)
        work.failures, work.broadcasts = again.failures, again.broadcasts
        work.warnings += again.warnings


def _is_refusal(exc: EdgeError) -> bool:
    return 400 <= (exc.details.get("http_status") or 0) < 500


def change_of(works: Sequence[Work]) -> Change:
    """All sources before and after, by name; of a single one its targets."""
    if len(works) == 1:
        return works[0].change
    parts = {work.source: work.change for work in works}
    before = {name: part.before for name, part in parts.items()}
    after = {name: part.after for name, part in parts.items()}
    if not any(part.changed for part in parts.values()):
        return Change(NONE, before, after)
    return Change(DELETE if not any(after.values()) else UPDATE, before, after)


def facts_of(works: Sequence[Work]) -> dict[str, Any]:
    """What a module returns of them."""
    return {
        "federation": {work.source: {one.name: one.as_facts() for one in work.task.wanted} for work in works},
        "differences": [f"{work.source}: {one}" for work in works for one in work.differences],
        "broadcasts": [
            {"source": work.source, "target": target, "status": status}
            for work in works
            for target, status in work.broadcasts.items()
        ],
    }


def place_of(directory: Directory, name: str, url: Optional[str]) -> tuple[str, Optional[str]]:
    """URL and id of a target. Raises InventoryError for one that is no JPD and has no URL."""
    jpd = directory.jpd(name)
    if url is None and jpd is None:
        raise InventoryError(
            f"Cannot federate to '{name}': the platform has no such JPD. Register it first, correct the name, or give "
            "its url."
        )
    if jpd is None:
        jpd = next((one for one in directory.jpds if normal(one["url"]) == normal(str(url))), None)
    return normal(url or (jpd["url"] if jpd is not None else "")), jpd["id"] if jpd is not None else None


def gone(directory: Directory, name: str, url: Optional[str]) -> Wanted:
    """A target that shall be none; it may not be registered any more."""
    jpd = directory.jpd(name)
    return Wanted(name, url or (jpd["url"] if jpd else ""), (), id=jpd["id"] if jpd else None)
