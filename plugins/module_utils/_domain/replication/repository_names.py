# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The ways in which instances name the repositories of a permission (security-replication.md 5.4, 5.7, 7.4)."""

from __future__ import annotations

from typing import Any, Mapping

from .snapshot import REPOS, TARGETS, Object

# Repository types as 5.7 has them, by the key of the repository.
Repositories = Mapping[str, str]
REMOTE, LOCAL, FEDERATED = "REMOTE", "LOCAL", "FEDERATED"

ANY_LOCAL = "ANY LOCAL"
_CACHE = "-cache"


def without_cache(name: str, repositories: Repositories) -> str:
    """``X-cache`` is X when that is known to be remote."""
    plain = name[: -len(_CACHE)]
    is_cache = name.endswith(_CACHE) and repositories.get(plain) == REMOTE and name not in repositories
    return plain if is_cache else name


def fold_lost_caches(section: Object, before: Mapping[str, Any], repositories: Repositories) -> None:
    """In place: ``X-cache`` is X where neither is there any more, and X was named ``before``."""
    form = TARGETS if TARGETS in section else REPOS
    names, held = set(section.get(form, ())), set(before.get(form, ()))
    for name in sorted(names - held - repositories.keys()):
        plain = name[: -len(_CACHE)]
        if not name.endswith(_CACHE) or plain not in held - names - repositories.keys():
            continue
        if form == TARGETS:
            section[form] = {(plain if one == name else one): patterns for one, patterns in section[form].items()}
        else:
            section[form] = sorted({*section[form], plain} - {name})


def fold_any_local(section: Object, before: Mapping[str, Any], repositories: Repositories) -> None:
    """In place: all local repositories are ANY LOCAL, where ``before`` had that."""
    if TARGETS in section:
        names = set(section[TARGETS])
        held = before.get(TARGETS, {})
    else:
        names, held = set(section.get(REPOS, ())), before.get(REPOS, ())
    if ANY_LOCAL not in held or ANY_LOCAL in names:
        return
    local = {name for name, type_ in repositories.items() if type_ == LOCAL}
    federated = {name for name, type_ in repositories.items() if type_ == FEDERATED}
    # Only what was not named before can have come from ANY LOCAL.
    expanded = next((every for every in (local | federated, local) if every and every <= names), None)
    if expanded is None:
        return
    expanded = expanded - set(held)
    if TARGETS not in section:
        section[REPOS] = sorted({*names - expanded, ANY_LOCAL})
        return
    patterns = [section[TARGETS][name] for name in sorted(expanded)]
    if patterns and all(one == patterns[0] for one in patterns):
        kept = {name: value for name, value in section[TARGETS].items() if name not in expanded}
        section[TARGETS] = {**kept, ANY_LOCAL: patterns[0]}
