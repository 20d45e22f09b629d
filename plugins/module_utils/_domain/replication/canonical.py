# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One form for all the ways in which instances tell the same thing (security-replication.md 5.4, 5.5, 5.7, 7.4)."""

from __future__ import annotations

from collections import Counter
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Sequence, Union

from .masks import mask
from .repository_names import Repositories, fold_any_local, fold_lost_caches, without_cache
from .snapshot import (
    EXCLUDES,
    GROUPS,
    INCLUDES,
    PERMISSIONS,
    REPOS,
    RESOURCES,
    TARGETS,
    USERS,
    Object,
    Snapshot,
    blocks,
)

EVERYTHING = "**"
# How realms of accounts are told that the instance itself has.
_INTERNAL_REALMS = ("", "internal", "artifactory")


def canonicalise(
    snapshot: Mapping[str, Any],
    *,
    repositories: Optional[Repositories] = None,
    like: Optional[Snapshot] = None,
    by_repository: bool = False,
) -> Snapshot:
    """A snapshot in its one form; the given one is not touched.

    * sets are sorted, and every element is in them once; masks have their letters in order;
    * an empty text is None, since servers make the one of the other; so is the realm of an internal account;
    * names of users are in lower case, as instances have them (5.2); a membership names its group as the group itself
      is written;
    * patterns told as one text with commas (legacy v1), or not at all, are lists; nothing included is everything;
    * ``X-cache`` is ``X`` when ``repositories``, the types by key, say that X is remote, and only then: a local
      repository may really be named like that; where neither is there any more, and ``like`` names X, it is still X;
    * where ``like``, what the instance held before or should hold, has ANY LOCAL, and the snapshot names each of its
      local repositories instead, it is ANY LOCAL: some versions tell it so. Without such a witness a list stays a list,
      since ANY LOCAL would be more than it says;
    * ``by_repository``: every section has its patterns by repository (``targets``), as Access v2 has them. What a merge
      compares has to have one form.
    """
    known = {name: str(type_).upper() for name, type_ in (repositories or {}).items()}
    result: Snapshot = {}
    for kind, objects in blocks(snapshot):
        named = _lower_case(objects) if kind == USERS else dict(objects or {})
        form = _permission(known, by_repository) if kind == PERMISSIONS else _principal
        result[kind] = {name: form(value or {}) for name, value in sorted(named.items())}
    if USERS in result and GROUPS in result:
        _name_groups_alike(result)
    for name, permission in result.get(PERMISSIONS, {}).items():
        before = (like or {}).get(PERMISSIONS, {}).get(name, {})
        if repositories is not None:
            fold_lost_caches(permission, before, known)
        fold_any_local(permission, before, known)
        for resource, section in permission.get(RESOURCES, {}).items():
            fold_any_local(section, before.get(RESOURCES, {}).get(resource, {}), known)
    return result


def per_permission(section: Mapping[str, Any]) -> Optional[Object]:
    """The section with one list of patterns for all its repositories; None when they differ from each other."""
    if TARGETS not in section:
        return {key: section.get(key, []) for key in (INCLUDES, EXCLUDES, REPOS)}
    patterns = {(tuple(one[INCLUDES]), tuple(one[EXCLUDES])) for one in section[TARGETS].values()} or {((), ())}
    if len(patterns) > 1:
        return None
    includes, excludes = next(iter(patterns))
    return {INCLUDES: list(includes), EXCLUDES: list(excludes), REPOS: sorted(section[TARGETS])}


def names_that_differ_in_case(snapshots: Iterable[Snapshot]) -> dict[str, list[list[str]]]:
    """Groups and permissions, by kind, with one name but for its case: no run can say whether they are the same."""
    found: dict[str, list[list[str]]] = {}
    names = [
        (kind, name) for snapshot in snapshots for kind in (GROUPS, PERMISSIONS) for name in snapshot.get(kind, {})
    ]
    spellings: dict[tuple[str, str], set[str]] = {}
    for kind, name in names:
        spellings.setdefault((kind, name.lower()), set()).add(name)
    for (kind, _lower), spelled in sorted(spellings.items()):
        if len(spelled) > 1:
            found.setdefault(kind, []).append(sorted(spelled))
    return found


def _lower_case(objects: Optional[Mapping[str, Any]]) -> dict[str, Any]:
    """Users by their names in lower case. Two that would become one stay as they are: nobody may merge accounts."""
    given = objects or {}
    count = Counter(name.lower() for name in given)
    return {name.lower() if count[name.lower()] == 1 else name: value for name, value in given.items()}


def _principal(value: Mapping[str, Any]) -> Object:
    made: Object = {}
    for key, given in value.items():
        if key == PERMISSIONS:
            made[key] = _masks(given)
        elif key == RESOURCES:
            masks = {resource: _masks(grants) for resource, grants in (given or {}).items()}
            made[key] = {resource: grants for resource, grants in masks.items() if grants}
        elif key == GROUPS:
            made[key] = _sorted(given)
        elif key == "realm":
            made[key] = None if str(given or "").lower() in _INTERNAL_REALMS else str(given).lower()
        else:
            made[key] = _value(given)
    if not made.get(RESOURCES, True):
        del made[RESOURCES]
    return made


def _masks(grants: Optional[Mapping[str, Union[str, Sequence[str]]]]) -> dict[str, str]:
    """A grant without an action is none."""
    masks = {name: mask(said or "") for name, said in (grants or {}).items()}
    return {name: letters for name, letters in sorted(masks.items()) if letters}


def _permission(repositories: Repositories, by_repository: bool) -> Callable[[Mapping[str, Any]], Object]:
    def form(value: Mapping[str, Any]) -> Object:
        made = _section(value, repositories, by_repository)
        others = {
            resource: _section(section or {}, repositories, by_repository)
            for resource, section in sorted((value.get(RESOURCES) or {}).items())
        }
        return {**made, RESOURCES: others} if others else made

    return form


def _section(value: Mapping[str, Any], repositories: Repositories, by_repository: bool) -> Object:
    others = {key: _value(given) for key, given in value.items() if key not in (*_OF_SECTIONS, RESOURCES)}
    if TARGETS in value:
        return {**others, TARGETS: _targets(value[TARGETS] or {}, repositories)}
    patterns = {INCLUDES: _patterns(value.get(INCLUDES)) or [EVERYTHING], EXCLUDES: _patterns(value.get(EXCLUDES))}
    repos = _sorted({without_cache(name, repositories) for name in _texts(value.get(REPOS))})
    if by_repository:
        return {**others, TARGETS: {name: {key: list(texts) for key, texts in patterns.items()} for name in repos}}
    # What is not told is not compared (2.3: missing is not null).
    return {**others, **{key: texts for key, texts in {**patterns, REPOS: repos}.items() if key in value}}


_OF_SECTIONS = (TARGETS, REPOS, INCLUDES, EXCLUDES)


def _targets(said: Mapping[str, Any], repositories: Repositories) -> Object:
    found: Object = {}
    # X comes before X-cache and holds, where an instance tells both names of one remote repository.
    for name, patterns in sorted(said.items()):
        given = patterns or {}
        target = {INCLUDES: _patterns(given.get(INCLUDES)) or [EVERYTHING], EXCLUDES: _patterns(given.get(EXCLUDES))}
        found.setdefault(without_cache(name, repositories), target)
    return found


def _name_groups_alike(snapshot: Snapshot) -> None:
    """In place."""
    groups = snapshot[GROUPS]
    by_lower: dict[str, list[str]] = {}
    for name in groups:
        by_lower.setdefault(name.lower(), []).append(name)
    for user in snapshot[USERS].values():
        if any(name not in groups for name in user.get(GROUPS, ())):
            user[GROUPS] = _sorted(_spelled(name, groups, by_lower) for name in user[GROUPS])


def _spelled(name: str, groups: Mapping[str, Any], by_lower: Mapping[str, list[str]]) -> str:
    alike = by_lower.get(name.lower(), [])
    return alike[0] if name not in groups and len(alike) == 1 else name


def _patterns(said: Any) -> list[str]:
    return _sorted(_texts(said))


def _texts(said: Any) -> Iterator[str]:
    given = said.split(",") if isinstance(said, str) else said or ()
    return (text for text in (str(one).strip() for one in given) if text)


def _sorted(said: Optional[Iterable[str]]) -> list[str]:
    return sorted(set(said or ()))


def _value(given: Any) -> Any:
    """Any other value, with lists of texts as sorted sets and empty texts as None."""
    if isinstance(given, Mapping):
        return {key: _value(inner) for key, inner in sorted(given.items())}
    if isinstance(given, (list, tuple, set, frozenset)):
        # What else a server may put into a list has no order of its own, and may not be comparable.
        return _sorted(given) if all(isinstance(one, str) for one in given) else [_value(one) for one in given]
    return None if given == "" else given
