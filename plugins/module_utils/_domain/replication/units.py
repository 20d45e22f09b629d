# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What conflicts with what: the units in which the changes of several sides are compared."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, NamedTuple

from .difference import MAP_ADD, MAP_REMOVE, OF_ELEMENTS, SET_ADD, Change
from .policies import WHOLE, Policies
from .snapshot import (
    EXCLUDES,
    GROUPS,
    INCLUDES,
    KINDS,
    PERMISSIONS,
    PRINCIPALS,
    RESOURCES,
    TARGETS,
    USERS,
    Path,
    Snapshot,
    value_at,
)

VALUE, REMOVAL, ELEMENT = "value", "removal", "element"
# Stands for the two lists of patterns of a section as one value.
PATTERNS = "patterns"


class Unit(NamedTuple):
    """``path``: of the value, or of the set. ``element``: operation and element, of an element of a set."""

    kind: str
    path: Path
    element: tuple[str, Any] = ("", None)


def unit_of(change: Change, policies: Policies) -> Unit:
    """Changes of one unit are one decision. Patterns are a unit with each other where policy wants them whole."""
    if policies.patterns == WHOLE:
        patterns = _patterns(change.path)
        if patterns:
            return Unit(VALUE, patterns)
    if change.operation in OF_ELEMENTS:
        return Unit(ELEMENT, change.path, (change.operation, change.value))
    return Unit(REMOVAL if change.operation == MAP_REMOVE else VALUE, change.path)


def real_paths(path: Path) -> list[Path]:
    """The paths in a snapshot of which a unit consists."""
    if path[0] == PERMISSIONS and path[-1] == PATTERNS and len(path) in (3, 5) and _is_section(path[:-1]):
        return [(*path[:-1], INCLUDES), (*path[:-1], EXCLUDES)]
    return [path]


def unit_value(snapshot: Snapshot, path: Path) -> Any:
    """What a snapshot has for a unit."""
    paths = real_paths(path)
    if len(paths) == 1:
        return value_at(snapshot, path)
    return {one[-1]: value_at(snapshot, one) for one in paths}


def split(changes: Iterable[Change]) -> Iterator[Change]:
    """With additions of whole blocks as additions of their elements (2.4, step 1).

    Otherwise a block that comes into the scope would be one value, and the first side's block would replace all others.
    """
    for change in changes:
        if change.operation != MAP_ADD or not _is_block(change.path):
            yield change
        elif isinstance(change.value, dict):
            yield from split(Change(MAP_ADD, (*change.path, key), change.value[key]) for key in sorted(change.value))
        else:
            yield from (Change(SET_ADD, change.path, element) for element in sorted(change.value))


def containers(changes: Iterable[Change]) -> Iterator[Change]:
    """The empty blocks into which ``split`` puts the elements."""
    for change in changes:
        if change.operation == MAP_ADD and _is_block(change.path):
            yield Change(MAP_ADD, change.path, {} if isinstance(change.value, dict) else [])
            if isinstance(change.value, dict):
                inner = (Change(MAP_ADD, (*change.path, key), value) for key, value in change.value.items())
                yield from containers(inner if change.path[-1] == RESOURCES else ())


def _is_block(path: Path) -> bool:
    if len(path) == 1:
        return path[0] in KINDS
    if path[0] == PERMISSIONS:
        return len(path) == 3 and path[2] == RESOURCES
    if path[0] not in PRINCIPALS:
        return False
    if len(path) == 3:
        return path[2] in (PERMISSIONS, RESOURCES) or (path[0] == USERS and path[2] == GROUPS)
    return len(path) == 4 and path[2] == RESOURCES


def _is_section(path: Path) -> bool:
    return len(path) == 2 or (len(path) == 4 and path[2] == RESOURCES)


def _patterns(path: Path) -> Path:
    """The unit of a list of patterns; nothing for another path."""
    if path[0] != PERMISSIONS or path[-1] not in (INCLUDES, EXCLUDES):
        return ()
    above = path[:-1]
    if _is_section(above):
        return (*above, PATTERNS)
    return above if len(above) in (4, 6) and above[-2] == TARGETS else ()
