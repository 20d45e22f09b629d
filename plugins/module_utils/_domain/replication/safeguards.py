# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What keeps one slip from emptying a mesh, or from locking everybody out (security-replication.md 7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Mapping, Optional

from ..errors import InventoryError
from .remarks import Remarks, remark
from .scope import PROTECTED
from .snapshot import GROUPS, KINDS, USERS, Object, Snapshot


@dataclass(frozen=True)
class Threshold:
    """How many objects of one kind a run may delete on one instance; None is no limit.

    A share is of the objects that are there, in percent. It counts from the second object on, since one of two is half.
    """

    number: Optional[int] = None
    percent: Optional[float] = None

    def exceeded(self, deleted: int, there: int) -> str:
        """In words; an empty text when it is not."""
        if self.number is not None and deleted > self.number:
            return f"{deleted} of {there} would be deleted, and {self.number} may be"
        if self.percent is not None and deleted > 1 and deleted * 100 > there * self.percent:
            return f"{deleted} of {there} would be deleted, and {self.percent:g} percent may be"
        return ""


# A mass deletion on one instance shall not be everywhere after one run; single people leave every day.
DEFAULT_THRESHOLD = Threshold(number=None, percent=20.0)
Thresholds = Mapping[str, Threshold]
DEFAULT_THRESHOLDS: Thresholds = MappingProxyType(dict.fromkeys(KINDS, DEFAULT_THRESHOLD))


def read_thresholds(said: Optional[Mapping[str, Any]] = None) -> dict[str, Threshold]:
    """The thresholds of an inventory: by kind ``number`` and ``percent``. Raises InventoryError with all problems."""
    problems = []
    made = dict(DEFAULT_THRESHOLDS)
    for kind, limits in (said or {}).items():
        if kind not in KINDS:
            problems.append(f"'{kind}' is none of {', '.join(KINDS)}")
            continue
        for name, value in (limits or {}).items():
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
            if name not in ("number", "percent"):
                problems.append(f"{kind} has '{name}', and there are number and percent")
            elif value is not None and not is_number:
                problems.append(f"{name} of {kind} is '{value}', which is no number of 0 or more")
        if not problems:
            made[kind] = Threshold((limits or {}).get("number"), (limits or {}).get("percent"))
    if problems:
        raise InventoryError(f"Cannot limit deletions: {'; '.join(problems)}.", problems=problems)
    return made


def exceeded(seen: Snapshot, target: Snapshot, thresholds: Thresholds) -> list[str]:
    """Which thresholds the deletions would exceed, in words."""
    found = []
    for kind in KINDS:
        there, kept = seen.get(kind, {}), target.get(kind, {})
        gone = [name for name in there if kind in target and name not in kept]
        said = thresholds.get(kind, DEFAULT_THRESHOLD).exceeded(len(gone), len(there))
        if said:
            found.append(f"{kind}: {said}: {', '.join(sorted(gone))}")
    return found


def without_deletions(seen: Snapshot, target: Snapshot, remarks: Remarks, reason: str) -> Snapshot:
    """The target with all that would be deleted, each of which is a remark."""
    kept: Snapshot = {}
    for kind, objects in target.items():
        back = {name: value for name, value in seen.get(kind, {}).items() if name not in objects}
        remarks.refused += [
            remark((kind, name), wanted=None, seen=value, reason=reason) for name, value in sorted(back.items())
        ]
        kept[kind] = {**objects, **back}
    return kept


def keep_an_admin(observed: Snapshot, seen: Snapshot, target: Snapshot, remarks: Remarks) -> Snapshot:
    """The target, with the rights of those who are admins now when nobody would be one any more.

    ``observed`` has those who are out of the scope, and stay as they are.
    """
    outside = {
        kind: {name: value for name, value in objects.items() if name not in seen.get(kind, {})}
        for kind, objects in observed.items()
    }
    statuses = observed.get(USERS, {})
    before = _admins({kind: {**outside.get(kind, {}), **seen.get(kind, {})} for kind in KINDS}, statuses)
    after = {kind: {**outside.get(kind, {}), **target.get(kind, seen.get(kind, {}))} for kind in KINDS}
    if not before or _admins(after, statuses):
        return target
    kept = {kind: dict(objects) for kind, objects in target.items()}
    reason = "nobody would be an admin any more"
    for name in sorted(before):
        _give_back(USERS, name, seen, kept, remarks, reason)
        for group in seen.get(USERS, {}).get(name, {}).get(GROUPS, ()):
            if seen.get(GROUPS, {}).get(group, {}).get("admin"):
                _give_back(GROUPS, group, seen, kept, remarks, reason)
    return kept


def _give_back(kind: str, name: str, seen: Snapshot, kept: Snapshot, remarks: Remarks, reason: str) -> None:
    value = seen.get(kind, {}).get(name)
    if value is None or kind not in kept or kept[kind].get(name) == value:
        return
    remarks.refused.append(remark((kind, name), wanted=kept[kind].get(name), seen=value, reason=reason))
    kept[kind][name] = value


def _admins(snapshot: Snapshot, statuses: Mapping[str, Object]) -> set[str]:
    """Who can administer, by a flag of its own or by a group; the accounts of the services are nobody.

    ``statuses``: the users as they were read, since no plan changes whether somebody is shut out.
    """
    groups: Mapping[str, Object] = snapshot.get(GROUPS, {})
    powerful = {name for name, group in groups.items() if group.get("admin")}
    return {
        name
        for name, user in snapshot.get(USERS, {}).items()
        if name not in PROTECTED[USERS]
        and statuses.get(name, {}).get("enabled") is not False
        and not statuses.get(name, {}).get("locked")
        and (user.get("admin") or powerful & {*user.get(GROUPS, ())})
    }
