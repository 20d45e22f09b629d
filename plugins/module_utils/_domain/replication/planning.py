# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What has to be written on one instance, and what cannot be (security-replication.md 2.5, 7.1, 7.2, 7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Mapping, Optional, Sequence

from .abilities import Abilities, abilities_of
from .feasible import feasible
from .references import cleaned
from .remarks import Remark, Remarks
from .repository_names import Repositories
from .safeguards import DEFAULT_THRESHOLDS, Thresholds, exceeded, keep_an_admin, without_deletions
from .scope import Scope
from .snapshot import GROUPS, KINDS, NOT_REPLICABLE, PERMISSIONS, WILDCARDS, Path, Snapshot
from .tombstones import Tombstones
from .writes import Write, repositories_of, writes

_SCOPE = Scope()
_ABILITIES = abilities_of()


@dataclass(frozen=True)
class Plan:
    """What is to be done on one instance.

    ``writes``: in order. ``stops``: why the run has to fail; nothing is deleted then. ``repositories``: the type of
    each repository that its permissions name, None for one that is not there: a later run compares with it. The remarks
    are those of ``Remarks``. ``target``: how it shall be, in the scope.
    """

    writes: Sequence[Write]
    stops: Sequence[str]
    pending: Sequence[Remark]
    impossible: Sequence[Remark]
    protected: Sequence[Remark]
    extra: Sequence[Remark]
    refused: Sequence[Remark]
    not_compared: Mapping[str, Sequence[str]]
    repositories: Mapping[str, Optional[str]]
    target: Snapshot
    not_replicable: Mapping[str, str]


def plan(
    observed: Snapshot,
    wanted: Snapshot,
    scope: Scope = _SCOPE,
    abilities: Abilities = _ABILITIES,
    *,
    repositories: Optional[Repositories] = None,
    repositories_before: Optional[Mapping[str, Optional[str]]] = None,
    tombstones: Optional[Tombstones] = None,
    held: Collection[Path] = (),
    deletes: bool = True,
    prune: bool = False,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Plan:
    """The plan that makes an instance what is agreed, as far as it goes. Pure: the same for a dry run and a real one.

    ``observed``: all that the instance has, canonical. ``wanted``: the golden snapshot. ``repositories``: types by key
    on this instance; None when they are not known, and nothing is pending for them then. ``repositories_before``: what
    an earlier plan gave as ``repositories``; a permission is written again when one of its repositories has appeared or
    changed its type since. ``tombstones``: what was deleted; nothing else is, but with ``prune``. ``held``: paths at
    which the instance keeps what it has. ``deletes``: off on a first contact, and where policy says so.
    """
    remarks = Remarks()
    seen, target = feasible(
        observed,
        wanted,
        scope,
        abilities,
        repositories=repositories,
        tombstones=tombstones or {},
        held=held,
        prune=prune,
        remarks=remarks,
    )
    stops: list[str] = []
    if not deletes:
        target = without_deletions(seen, target, remarks, "this run deletes nothing")
    else:
        stops = exceeded(seen, target, thresholds)
        if stops:
            target = without_deletions(seen, target, remarks, f"too many deletions: {'; '.join(stops)}")
    target = keep_an_admin(observed, seen, target, remarks)
    gone = {kind: seen.get(kind, {}).keys() - target.get(kind, seen.get(kind, {})).keys() for kind in KINDS}
    target = cleaned(target, groups=gone[GROUPS], permissions=gone[PERMISSIONS])
    named = repositories_of(target.get(PERMISSIONS, {}))
    types = _types(wanted, repositories)
    before = repositories_before or {}
    moved = {name for name, type_ in types.items() if type_ is not None and before.get(name, type_) != type_}
    return Plan(
        writes=writes(seen, target, resave={name for name, repos in named.items() if repos & moved}),
        stops=stops,
        pending=remarks.pending,
        impossible=remarks.impossible,
        protected=remarks.protected,
        extra=remarks.extra,
        refused=remarks.refused,
        not_compared={kind: sorted(fields) for kind, fields in sorted(remarks.not_compared.items())},
        repositories=types,
        target=target,
        not_replicable=NOT_REPLICABLE,
    )


def _types(wanted: Snapshot, repositories: Optional[Repositories]) -> dict[str, Optional[str]]:
    """The types of the repositories that are to be named."""
    if repositories is None:
        return {}
    names = {name for repos in repositories_of(wanted.get(PERMISSIONS, {})).values() for name in repos}
    return {name: repositories.get(name) for name in sorted(names.difference(WILDCARDS))}
