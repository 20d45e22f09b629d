# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small model of the old plugin's diff and merge, written from security-replication.md 2.3 and 2.4 alone.

It shares no line and no structure with what it is compared with: a snapshot is flattened into facts, one for each
scalar, key of a map and element of a set, and a diff is what is in the one set of facts and not in the other.
"""

from __future__ import annotations

from typing import Any

Steps = tuple[str, ...]
Data = dict[str, Any]

BLOCKS_OF_PRINCIPALS = {("users", "groups"), ("users", "permissions"), ("groups", "permissions")}


def plugin_diff(left: Any, right: Any, at: Steps = ()) -> list[tuple[str, Steps, Any, Any]]:
    """``(operation, path, key or element, value)``, in the words of 2.3."""
    if isinstance(left, dict):
        out: list[tuple[str, Steps, Any, Any]] = []
        for key in left:
            if key not in right:
                out.append(("map remove", at, key, None))
        for key in right:
            if key not in left:
                out.append(("map add", at, key, right[key]))
            else:
                out.extend(plugin_diff(left[key], right[key], (*at, key)))
        return out
    if isinstance(left, list):
        adds = [("set add", at, element, None) for element in right if element not in left]
        return adds + [("set remove", at, element, None) for element in left if element not in right]
    return [] if left == right else [("set", at, None, right)]


def plugin_merge(base: Data, snapshots: list[Data]) -> Data:
    """MERGE(base, diffs) of 2.4 applied to the base; the snapshots are in priority order."""
    base = _copy(base)
    # 1: concatenate, with whole blocks as their elements
    changes = []
    for snapshot in snapshots:
        for change in plugin_diff(base, snapshot):
            changes.extend(_expanded(change))
    _put_empty_blocks(base, snapshots)
    # 2: the first for each key
    first: dict[Any, Any] = {}
    for operation, at, key, value in changes:
        first.setdefault((operation, at, key), value)
    # 3: deletions win
    removed = [(*at, key) for operation, at, key in first if operation == "map remove"]

    def dropped(operation: str, at: Steps, key: Any) -> bool:
        touched = (*at, key) if operation.startswith("map") else at
        for path in removed:
            if operation == "map remove" and touched == path:
                continue
            if touched[: len(path)] == path:
                return True
        return False

    # 4: apply
    for (operation, at, key), value in first.items():
        if dropped(operation, at, key):
            continue
        home = base
        for step in at[:-1] if operation == "set" else at:
            home = home[step]
        if operation == "set":
            home[at[-1]] = value
        elif operation == "map add":
            home[key] = _copy(value)
        elif operation == "map remove":
            home.pop(key, None)
        elif operation == "set add":
            home.append(key)  # type: ignore[attr-defined]
        else:
            home.remove(key)  # type: ignore[attr-defined]
    return base


def in_order(data: Any) -> Any:
    """With the elements of sets in order, for comparisons."""
    if isinstance(data, dict):
        return {key: in_order(value) for key, value in sorted(data.items())}
    return sorted(set(data)) if isinstance(data, list) else data


def _expanded(change: tuple[str, Steps, Any, Any]) -> list[tuple[str, Steps, Any, Any]]:
    operation, at, key, value = change
    if operation != "map add":
        return [change]
    if at == ():
        return [("map add", (key,), name, inner) for name, inner in value.items()]
    if len(at) == 2 and (at[0], key) in BLOCKS_OF_PRINCIPALS:
        if isinstance(value, list):
            return [("set add", (*at, key), element, None) for element in value]
        return [("map add", (*at, key), name, inner) for name, inner in value.items()]
    return [change]


def _put_empty_blocks(base: Data, snapshots: list[Data]) -> None:
    for snapshot in snapshots:
        for kind, objects in snapshot.items():
            if kind not in base:
                base[kind] = {}
                continue
            for name, value in objects.items():
                for key, inner in value.items():
                    if name in base[kind] and (kind, key) in BLOCKS_OF_PRINCIPALS:
                        base[kind][name].setdefault(key, type(inner)())


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, list) else value
