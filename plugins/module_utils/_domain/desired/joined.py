# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Readers of what a joined Edge gets from the platform: licences, signing keys, users and permissions, a bridge."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple

from ..bridge import id_problem
from .shapes import Federation, NamedKey
from .values import Unusable, name, whole_number

# Access federates these (control-plane-api.md 7.1), all of them unless it is told otherwise.
ENTITIES = ("users", "groups", "permissions", "tokens")
PATTERNS = ("include_patterns", "exclude_patterns")
_FILTERS = ("permission_filters", "group_filters")
_MOST_LICENSES = 1000
_PUBLIC_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


def license_count(value: Any) -> int:
    """A number of licences."""
    return whole_number(value, 1, _MOST_LICENSES, "licences")


def license_keys(value: Any) -> Tuple[str, ...]:
    """Licence keys; where their lines are broken does not matter (control-plane-api.md 5.3)."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) and item.strip() for item in items):
        raise Unusable("is no list of texts. Give the licence keys, from Ansible Vault or a lookup")
    keys = tuple("".join(item.split()) for item in items)
    if len(set(keys)) < len(keys):
        raise Unusable("has a licence key twice. Give each key once")
    return keys


def signing_keys(value: Any) -> Tuple[NamedKey, ...]:
    """Public keys by their alias, sorted by it."""
    if not isinstance(value, (list, tuple)):
        raise Unusable("is no list. Write a list of alias and public_key, or [] for none")
    problems: list[str] = []
    found: dict[str, NamedKey] = {}
    for number, item in enumerate(value, 1):
        try:
            one = _signing_key(item)
        except Unusable as exc:
            problems += [f"has a wrong item {number}: it {problem}" for problem in exc.problems]
            continue
        if one.alias in found:
            problems.append(f"has the alias {one.alias} twice. Give each key an alias of its own")
        found[one.alias] = one
    if problems:
        raise Unusable(*problems)
    return tuple(found[alias] for alias in sorted(found))


def federation(value: Any) -> Federation:
    """What is federated to the Edge: entities, or a dictionary with filters beside them. False and [] are nothing."""
    if value is False:
        return Federation()
    if value is True:
        return Federation(ENTITIES)
    if isinstance(value, (list, tuple)):
        return Federation(_entities(value))
    if not isinstance(value, Mapping):
        raise Unusable(f"is no list of {', '.join(ENTITIES)}. Write one, true for all of them, or false for none")
    unknown = sorted(str(key) for key in value if key not in ("entities", *_FILTERS))
    if unknown:
        raise Unusable(f"has {', '.join(unknown)}. Write entities, {', '.join(_FILTERS)}, and nothing else")
    permissions, groups = (_filters(field, value.get(field)) for field in _FILTERS)
    return Federation(_entities(value.get("entities", ENTITIES)), permissions, groups)


def bridge_id(value: Any) -> str:
    """The name of a JFrog Bridge, as it is in the URL under which the platform reaches the Edge."""
    text = name(value)
    problem = id_problem(text)
    if problem is not None:
        raise Unusable(problem)
    return text


def _signing_key(item: Any) -> NamedKey:
    if not isinstance(item, Mapping) or set(item) != {"alias", "public_key"}:
        raise Unusable("is not made of alias and public_key. Write both, and nothing else")
    text = item["public_key"]
    if not isinstance(text, str) or not text.lstrip().startswith(_PUBLIC_KEY):
        raise Unusable("has a public_key that is no armoured PGP public key. Export it with gpg --armor --export")
    return NamedKey(name(item["alias"]), text)


def _entities(value: Any) -> Tuple[str, ...]:
    wrong = [str(item) for item in value if item not in ENTITIES] if isinstance(value, (list, tuple)) else [str(value)]
    if wrong:
        raise Unusable(f"has the entities {', '.join(wrong)}. Write a list of {', '.join(ENTITIES)}")
    return tuple(entity for entity in ENTITIES if entity in value)


def _filters(field: str, value: Optional[Any]) -> Mapping[str, Tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or any(key not in PATTERNS for key in value):
        raise Unusable(f"has {field} that are not made of {' and '.join(PATTERNS)}. Write lists of patterns in them")
    if not all(isinstance(patterns, (list, tuple)) for patterns in value.values()):
        raise Unusable(f"has {field} that are no lists of patterns. Write lists of regular expressions")
    return {key: tuple(str(pattern) for pattern in value.get(key, ())) for key in PATTERNS}
