# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any small snapshot, over few names, so that the instances of a mesh meet each other often."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

USERS = ("ann", "bob", "cleo")
GROUPS = ("dev", "ops")
PERMISSIONS = ("prod", "test")
REPOSITORIES = ("r1", "r2")
PATTERNS = ("**", "x/**")

MASKS = st.sampled_from(["r", "rw", "dr", "mnr", "dmnrw"])
GRANTS = st.dictionaries(st.sampled_from(PERMISSIONS), MASKS, max_size=2)


def a_set(values: tuple[str, ...], least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.sets(st.sampled_from(values), min_size=least).map(sorted)


USER = st.fixed_dictionaries(
    {
        "email": st.sampled_from(["a@example.com", "b@example.com", None]),
        "admin": st.booleans(),
        "groups": a_set(GROUPS),
        "permissions": GRANTS,
    }
)
GROUP = st.fixed_dictionaries(
    {"description": st.sampled_from(["x", "y", None]), "admin": st.booleans(), "permissions": GRANTS}
)
PLAIN_PERMISSION = st.fixed_dictionaries(
    {"includes": a_set(PATTERNS), "excludes": a_set(PATTERNS), "repos": a_set(REPOSITORIES)}
)
TARGET = st.fixed_dictionaries({"includes": a_set(PATTERNS, 1), "excludes": a_set(PATTERNS)})
PERMISSION = st.fixed_dictionaries(
    {"targets": st.dictionaries(st.sampled_from(REPOSITORIES), TARGET, min_size=1, max_size=2)}
)


def objects(names: tuple[str, ...], strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(names), strategy)


def snapshots(permission: st.SearchStrategy[Any] = PERMISSION) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "users": objects(USERS, USER),
            "groups": objects(GROUPS, GROUP),
            "permissions": objects(PERMISSIONS, permission),
        }
    )


# As the old plugin has them (2.2), with any block out of its filter.
PLUGIN_SNAPSHOTS = snapshots(PLAIN_PERMISSION)
SNAPSHOTS = snapshots()


def consistent(snapshot: Any) -> Any:
    """As an instance can be: no membership in a group, and no grant for a permission, that is not there."""
    groups, permissions = snapshot["groups"], snapshot["permissions"]

    def kept(value: Any) -> Any:
        made = {**value, "permissions": {k: v for k, v in value["permissions"].items() if k in permissions}}
        if "groups" in value:
            made["groups"] = [name for name in value["groups"] if name in groups]
            made["email"] = value["email"] or "somebody@example.com"
        return made

    # Somebody who is always an admin, so that the guard of the last one has nothing to do.
    boss = {"email": "boss@example.com", "admin": True, "groups": [], "permissions": {}}
    return {
        "users": {**{name: kept(value) for name, value in snapshot["users"].items()}, "boss": boss},
        "groups": {name: kept(value) for name, value in groups.items()},
        "permissions": permissions,
    }


INSTANCES = SNAPSHOTS.map(consistent)
