# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a permission may look like, and how it comes back: security-replication.md 5.4.

Within the simulator a section always has both maps of principals, and a remote repository is called as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, Optional

from simulator.envelopes import Refusal
from simulator.rest.endpoint import Incoming
from simulator.security.asking import missing_text, security
from simulator.security.state import GROUPS, PERMISSIONS, USERS, Object
from simulator.security.vocabulary import (
    ACTIONS,
    ANY_LOCAL,
    ARTIFACT,
    CACHE,
    RESOURCE_TYPES,
    WILDCARDS,
    in_order,
)

LONGEST_NAME = 255
PRINCIPALS = (USERS, GROUPS)
_PATTERNS = {"include_patterns": ["**"], "exclude_patterns": []}


def checked_name(name: Any) -> str:
    """Raises Refusal 400."""
    if not isinstance(name, str) or not name or len(name) > LONGEST_NAME:
        raise Refusal(400, f"Field 'name' must have 1 to {LONGEST_NAME} characters")
    return name


def read_sections(incoming: Incoming, given: Any) -> dict[str, Object]:
    """The sections of a body. Raises Refusal 400."""
    if not isinstance(given, dict) or not given:
        raise Refusal(400, "Field 'resources' must name at least one resource type")
    return {checked_type(resource): read_section(incoming, resource, one) for resource, one in given.items()}


def checked_type(resource: str) -> str:
    """Raises Refusal 400."""
    if resource not in RESOURCE_TYPES:
        raise Refusal(400, f"Unknown resource type '{resource}'")
    return resource


def read_section(incoming: Incoming, resource: str, given: Any, *, partial: bool = False) -> Object:
    """One section as it is kept; ``partial``: it may do without targets. Raises Refusal."""
    if not isinstance(given, dict):
        raise Refusal(400, f"Section '{resource}' must be an object")
    incoming.refuse_unknown_fields(given, frozenset({"actions", "targets"}))
    actions, targets = given.get("actions") or {}, given.get("targets") or {}
    if not isinstance(actions, dict) or not isinstance(targets, dict):
        raise Refusal(400, f"Section '{resource}' must have actions and targets as objects")
    incoming.refuse_unknown_fields(actions, frozenset(PRINCIPALS))
    section = {
        "actions": {kind: _granted(actions.get(kind) or {}) for kind in PRINCIPALS},
        "targets": {name: _patterns(one) for name, one in targets.items()},
    }
    section = with_known_references(incoming, resource, section)
    if not section["targets"] and not partial:
        raise Refusal(400, f"Section '{resource}' must have at least one target")
    return section


def merged(section: Optional[Object], changes: Object) -> Object:
    """A section with another one laid over it, name by name; a principal without an action is none."""
    made = copy.deepcopy(section) if section else {"actions": {kind: {} for kind in PRINCIPALS}, "targets": {}}
    made["targets"].update(changes["targets"])
    for kind in PRINCIPALS:
        both = {**made["actions"][kind], **changes["actions"][kind]}
        made["actions"][kind] = {name: actions for name, actions in both.items() if actions}
    return made


def with_known_references(incoming: Incoming, resource: str, section: Object, *, legacy: bool = False) -> Object:
    """What a server makes of names that it does not know (5.4). Raises Refusal 400."""
    switches, state = incoming.simulator.switches, security(incoming)
    types = repository_types(incoming)
    if resource == ARTIFACT:
        targets = {_plain(name, types): one for name, one in section["targets"].items()}
        unknown = switches.unknown_repository_in_permission
        section = {**section, "targets": _known(targets, lambda name: name in types or name in WILDCARDS, unknown)}
    for kind in PRINCIPALS:
        granted = section["actions"][kind]
        unknown = switches.unknown_principal_in_permission
        missing = [name for name in granted if not state.has(kind, name)]
        if missing and unknown == "refused":
            raise Refusal(400, missing_text(kind, missing[0]))
        if missing and unknown == "dropped":
            kept = {name: actions for name, actions in granted.items() if name not in missing}
            section = {**section, "actions": {**section["actions"], kind: kept}}
    if legacy and switches.legacy_admin_principal == "refused":
        for name in section["actions"][USERS]:
            if (state.get(USERS, name) or {}).get("admin"):
                raise Refusal(400, f"User '{name}' is an admin and cannot be part of a permission")
    return section


def put(incoming: Incoming, name: str, resources: Mapping[str, Object]) -> Object:
    """Keep a permission with these sections."""
    who, state = incoming.user.username, security(incoming)
    before = state.get(PERMISSIONS, name)
    value = {"resources": dict(resources), "created_by": who, "modified_by": who}
    if before is not None:
        value["created_by"] = before["created_by"]
    state.put(PERMISSIONS, name, value)
    return value


def shown(incoming: Incoming, name: str, permission: Object) -> Object:
    """A permission as Access v2 tells it."""
    sections = {resource: shown_section(incoming, resource, one) for resource, one in permission["resources"].items()}
    return {
        "name": name,
        "resources": sections,
        "created_by": permission["created_by"],
        "modified_by": permission["modified_by"],
    }


def shown_section(incoming: Incoming, resource: str, section: Object) -> Object:
    """5.4: maps of principals that are empty are absent; names of repositories come back as other names."""
    actions = {kind: granted for kind, granted in section["actions"].items() if granted}
    targets = section["targets"] if resource != ARTIFACT else shown_targets(incoming, section["targets"])
    return {"actions": actions, "targets": targets}


def shown_targets(incoming: Incoming, targets: Mapping[str, Any]) -> dict[str, Any]:
    """Repositories as they come back: the cache of a remote one, and sometimes all local ones for ANY LOCAL."""
    switches, types = incoming.simulator.switches, repository_types(incoming)
    told: dict[str, Any] = {}
    for name, patterns in targets.items():
        if name == ANY_LOCAL and switches.any_local_expanded:
            told.update({key: patterns for key, type_ in types.items() if type_ == "LOCAL" and key not in targets})
            continue
        is_remote = types.get(name) == "REMOTE"
        if not is_remote or switches.remote_repositories_shown in ("plain", "both"):
            told[name] = patterns
        if is_remote and switches.remote_repositories_shown in ("cache", "both"):
            told[name + CACHE] = patterns
    return told


def repository_types(incoming: Incoming) -> dict[str, str]:
    """5.7: the type of each repository."""
    return {one.key: str(one.configuration["rclass"]).upper() for one in incoming.site.repositories if not one.hidden}


def _plain(name: str, types: Mapping[str, str]) -> str:
    """The cache of a remote repository is that repository."""
    remote = name.removesuffix(CACHE)
    return remote if name not in types and types.get(remote) == "REMOTE" else name


def _known(targets: dict[str, Any], is_known: Callable[[str], bool], unknown: str) -> dict[str, Any]:
    missing = [name for name in targets if not is_known(name)]
    if missing and unknown == "refused":
        raise Refusal(400, f"Permission contains a reference to a non-existing repository '{missing[0]}'")
    return {name: one for name, one in targets.items() if unknown == "kept" or name not in missing}


def _granted(given: Any) -> dict[str, list[str]]:
    if not isinstance(given, dict):
        raise Refusal(400, "Principals must be an object of lists of actions")
    for name, actions in given.items():
        if not isinstance(actions, list) or not all(action in ACTIONS for action in actions):
            raise Refusal(400, f"Unknown action of '{name}': use {', '.join(ACTIONS)}")
    return {name: in_order(actions) for name, actions in given.items()}


def _patterns(given: Any) -> dict[str, list[str]]:
    given = given or {}
    if not isinstance(given, dict) or not given.keys() <= _PATTERNS.keys():
        raise Refusal(400, "A target has include_patterns and exclude_patterns")
    for key, texts in given.items():
        if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
            raise Refusal(400, f"Field '{key}' must be a list of patterns")
    return {key: list(given.get(key) or default) for key, default in _PATTERNS.items()}
