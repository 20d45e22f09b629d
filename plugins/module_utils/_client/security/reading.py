# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Reads all users, groups and permissions of one instance into a snapshot (security-replication.md 2.2, 7.5).

Each object is read once, over a few kept-alive connections. Whatever is missing in what was read would look like a
deletion later, so a reading is whole or it is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence

from ..._domain.errors import ApiError
from ..._domain.replication.scope import PROTECTED
from ..._domain.replication.snapshot import (
    ARTIFACT,
    GROUP_ROLES,
    GROUPS,
    KINDS,
    PERMISSIONS,
    PRINCIPALS,
    RESOURCES,
    USER_ROLES,
    USERS,
    Object,
    Snapshot,
)
from ..session import JFrogSession
from ..side_by_side import Progress
from .api import Held
from .incomplete import incomplete
from .lines import Lines
from .probing import AUTO, Instance, probe

REPOSITORIES = "/artifactory/api/repositories"
# How many names that are mentioned and not listed are looked up by kind. They are rare where all is well.
LOOKED_UP = 20


@dataclass(frozen=True)
class Reading:
    """One instance as it was read.

    ``snapshot``: in the form of ``_domain/replication/snapshot.py``, not yet canonical. ``repositories``: types by key,
    as ``canonicalise`` takes them; None where the list of them was refused. ``roles``: whether role flags are told.
    ``dangling``: grants and memberships whose principal or group the instance does not have, left out of the snapshot.
    """

    instance: Instance
    snapshot: Snapshot
    repositories: Optional[Mapping[str, str]]
    roles: bool
    dangling: Sequence[str]


def read_instance(lines: Lines, *, level: int = 3, choice: str = AUTO, progress: Optional[Progress] = None) -> Reading:
    """The users of an instance, on level 2 its groups as well, on level 3 its permissions as well.

    ``choice``: see ``probe``. Raises ApiError and TransportError for any call that fails, IncompleteError for a list
    that provably lacks objects, EdgeError for a kind that no API serves.
    """
    kinds = KINDS[:level]
    instance = lines.one(lambda session: probe(session, kinds, choice=choice))
    repositories = lines.one(read_repositories) if PERMISSIONS in kinds else None
    held = {kind: _read_kind(lines, instance, kind, progress) for kind in kinds}
    dangling = lines.one(lambda session: _look_up_mentions(session, instance, held))
    snapshot = _snapshot(held)
    principals = ((USERS, USER_ROLES), (GROUPS, GROUP_ROLES))
    roles = any(role in one for kind, names in principals for one in snapshot.get(kind, {}).values() for role in names)
    return Reading(instance, snapshot, repositories, roles, dangling)


def read_repositories(session: JFrogSession) -> Optional[dict[str, str]]:
    """GET /artifactory/api/repositories (5.7): types by key; None when the token may not list them."""
    try:
        answer = session.call("GET", REPOSITORIES, purpose="list the repositories")
    except ApiError as exc:
        if exc.details["http_status"] == 403:
            return None
        raise
    found = answer.array()
    if not all(isinstance(one, dict) and one.get("key") for one in found):
        raise answer.refused()
    return {str(one["key"]): str(one.get("type", "")).upper() for one in found}


def _read_kind(lines: Lines, instance: Instance, kind: str, progress: Optional[Progress]) -> dict[str, Held]:
    names = lines.one(lambda session: instance.api(kind, session).names())
    read = lines.each(lambda session, name: instance.api(kind, session).read(name), names, progress)
    gone = [name for name, held in read.items() if held is None]
    if gone:
        # Deleted since the list was made, which then does not have it any more.
        listed = set(lines.one(lambda session: instance.api(kind, session).names()))
        for name in gone:
            if name in listed:
                raise incomplete(instance.url, kind, f"'{name}' is in the list and cannot be read")
    return {name: held for name, held in read.items() if held is not None}


def _look_up_mentions(session: JFrogSession, instance: Instance, held: Mapping[str, Mapping[str, Held]]) -> list[str]:
    """Names that objects mention and lists do not have. Raises IncompleteError for one that is there all the same."""
    dangling = []
    for kind in (one for one in PRINCIPALS if one in held):
        listed = {name.lower() for name in held[kind]} | set(PROTECTED[kind])
        missing = sorted(
            {
                name
                for objects in held.values()
                for one in objects.values()
                for name in one.mentions.get(kind, ())
                if name.lower() not in listed
            }
        )
        dangling += [f"{kind}: {name}" for name in missing]
        api = instance.api(kind, session)
        for name in _sample(missing):
            if api.read(name) is not None:
                what = f"the list has {len(held[kind])} and lacks '{name}', which others mention and which is there"
                raise incomplete(session.url, kind, what)
    return dangling


def _sample(names: Sequence[str]) -> Iterable[str]:
    """Some of them, from all over the list: a page that was lost took neighbours."""
    return names[:: max(1, -(-len(names) // LOOKED_UP))]


def _snapshot(held: Mapping[str, Mapping[str, Held]]) -> Snapshot:
    """Grants go to their principals (2.2). Those of a principal that is not there are left out."""
    snapshot: Snapshot = {
        kind: {name: dict(one.record) for name, one in objects.items()} for kind, objects in held.items()
    }
    if GROUPS not in held:
        for user in snapshot.get(USERS, {}).values():
            user.pop(GROUPS, None)
    if PERMISSIONS not in held:
        return snapshot
    for kind in PRINCIPALS:
        for principal in snapshot[kind].values():
            principal[PERMISSIONS] = {}
    for name, whole in snapshot[PERMISSIONS].items():
        sections: dict[str, Object] = {ARTIFACT: whole, **whole[RESOURCES]}
        for resource, section in sections.items():
            for kind in PRINCIPALS:
                _grant(snapshot[kind], resource, name, section[kind])
        others = {resource: _without_principals(section) for resource, section in whole[RESOURCES].items()}
        own = _without_principals({key: value for key, value in whole.items() if key != RESOURCES})
        snapshot[PERMISSIONS][name] = {**own, RESOURCES: others} if others else own
    return snapshot


def _grant(principals: Mapping[str, Object], resource: str, permission: str, granted: Mapping[str, Any]) -> None:
    for name, letters in granted.items():
        if name not in principals or not letters:
            continue
        if resource == ARTIFACT:
            principals[name][PERMISSIONS][permission] = letters
        else:
            principals[name].setdefault(RESOURCES, {}).setdefault(resource, {})[permission] = letters


def _without_principals(section: Mapping[str, Any]) -> Object:
    return {key: value for key, value in section.items() if key not in PRINCIPALS}
