# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What differs between two snapshots as changes at paths, and the way back (security-replication.md 2.3).

The walk knows nothing of users or permissions: a dictionary is a map, a list is a set, anything else is a scalar.
"""

from __future__ import annotations

from typing import Any, Iterable, Iterator, Mapping, NamedTuple, Optional

from ..errors import ConflictError
from .snapshot import Path, Snapshot

SET = "set"  # a scalar
MAP_ADD, MAP_REMOVE = "map_add", "map_remove"
SET_ADD, SET_REMOVE = "set_add", "set_remove"
OF_ELEMENTS = (SET_ADD, SET_REMOVE)


class Change(NamedTuple):
    """One difference.

    ``path``: the scalar, or the key of a map, or the set. ``value``: the new scalar, the subtree that was added, the
    element; of a map_remove it is None.
    """

    operation: str
    path: Path
    value: Any = None

    def as_data(self) -> dict[str, Any]:
        """For results and files."""
        return {"operation": self.operation, "path": list(self.path), "value": self.value}


def diff(base: Optional[Snapshot], snapshot: Optional[Snapshot]) -> list[Change]:
    """The changes that make the base the snapshot, in a fixed order; None is a snapshot with nothing in it.

    A key that is missing is not the same as one that is None. The order and the repetitions of a set are nothing.
    Raises ConflictError for a value whose type changed, as from a text to a truth value: that is damage, no edit.
    """
    return list(_walk((), base or {}, snapshot or {}))


def apply(base: Optional[Snapshot], changes: Iterable[Change]) -> Snapshot:
    """A new snapshot: the base with these changes. A change under a path that is not there has nothing to change.

    The base is not touched; what does not change is shared with it.
    """
    own: dict[int, Any] = {}
    result: Any = dict(base or {})
    for change in changes:
        _apply(result, change, own)
    return result  # type: ignore[no-any-return]


def put(base: Snapshot, path: Path, value: Any, *, missing: Any = None) -> Snapshot:
    """A new snapshot with this value at the path, which is made when it is not there; ``missing`` takes it away."""
    key, rest = path[0], path[1:]
    copy: Any = dict(base)
    if rest:
        if value is missing and key not in copy:
            return copy  # type: ignore[no-any-return]
        copy[key] = put(copy.get(key, {}), rest, value, missing=missing)
    elif value is missing:
        copy.pop(key, None)
    else:
        copy[key] = value
    return copy  # type: ignore[no-any-return]


def is_at_or_below(path: Path, above: Path) -> bool:
    """Whether the path is the other one, or leads through it."""
    return path[: len(above)] == above


def _walk(path: Path, left: Any, right: Any) -> Iterator[Change]:
    if left is right or (left == right and type(left) is type(right)):
        return
    kind = _kind(left)
    if _kind(right) != kind or (kind == "scalar" and not _comparable(left, right)):
        raise ConflictError(
            f"Cannot compare {' '.join(path)}: it is {_named(left)} on one side and {_named(right)} on the other. "
            "Look at what the instance answers: its data is damaged, or of a version that is not known."
        )
    if kind == "map":
        yield from _walk_map(path, left, right)
    elif kind == "set":
        before, after = set(left), set(right)
        yield from (Change(SET_ADD, path, element) for element in sorted(after - before))
        yield from (Change(SET_REMOVE, path, element) for element in sorted(before - after))
    else:
        yield Change(SET, path, right)


def _walk_map(path: Path, left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted({*left, *right}):
        below = (*path, key)
        if key not in left:
            yield Change(MAP_ADD, below, right[key])
        elif key not in right:
            yield Change(MAP_REMOVE, below)
        else:
            yield from _walk(below, left[key], right[key])


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "map"
    return "set" if isinstance(value, (list, tuple, set, frozenset)) else "scalar"


def _comparable(left: Any, right: Any) -> bool:
    return left is None or right is None or type(left) is type(right)


def _named(value: Any) -> str:
    kind = _kind(value)
    return f"a {kind}" if kind != "scalar" else "nothing" if value is None else f"of type {type(value).__name__}"


def _apply(result: Any, change: Change, own: dict[int, Any]) -> None:
    """Makes one change in place. ``own``: the dictionaries that are no longer shared with the base, by their id."""
    of_elements = change.operation in OF_ELEMENTS
    node = result
    for key in change.path[:-1]:
        below = node.get(key) if isinstance(node, dict) else None
        if not isinstance(below, dict):
            return
        if id(below) not in own:
            below = node[key] = dict(below)
            own[id(below)] = below
        node = below
    key = change.path[-1]
    if not of_elements:
        if change.operation == MAP_REMOVE:
            node.pop(key, None)
        else:
            node[key] = change.value
    elif isinstance(node.get(key), (list, tuple)):
        node[key] = sorted({*node[key], change.value} if change.operation == SET_ADD else {*node[key]} - {change.value})
