# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A target of Access Federation, in one form for what its source and what Mission Control say of it.

The source has entities in lower case, Mission Control in upper case; the older pages name the filters in camelCase
(control-plane-api.md 7.1, 7.2). Here entities are in lower case and sorted, filters in snake_case, and the URL is that
of the deployment, without /access.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, TypedDict

from ..url import normal
from ..wording import printable

ENTITIES = ("users", "groups", "permissions", "tokens")
PATTERNS = ("include_patterns", "exclude_patterns")
FILTERS = ("permission_filters", "group_filters")
_ACCESS = "/access"

Filters = Dict[str, List[str]]


class TargetSeen(TypedDict):
    """What is None was not told: Mission Control knows neither group filters nor whether a target is active."""

    id: Optional[str]  # of the JPD
    name: str  # at the source: free, or the Access service id when Mission Control made it
    code: Optional[str]  # the Access service id
    url: str
    entities: List[str]
    permission_filters: Optional[Filters]
    group_filters: Optional[Filters]
    active: Optional[bool]


def access_url(url: str) -> str:
    """Where the Access of a deployment is, which is what a target's URL has to be (control-plane-api.md, Traps 6)."""
    return url.rstrip("/") + _ACCESS


def deployment_url(text: str) -> str:
    """The deployment's URL in its normal form, of the URL of its Access."""
    plain = text.rstrip("/")
    return normal(plain[: -len(_ACCESS)] if plain.endswith(_ACCESS) else plain)


def from_access(said: Any) -> TargetSeen:
    """A target as its source describes it (control-plane-api.md 7.1)."""
    target = said if isinstance(said, Mapping) else {}
    active = target.get("active")
    return {
        "id": None,
        "name": _text(target.get("name")) or "",
        "code": None,
        "url": deployment_url(_text(target.get("url")) or ""),
        "entities": entities(target.get("entities")),
        "permission_filters": filters(_either(target, "permission_filters", "permissionFilters")) or no_filters(),
        "group_filters": filters(_either(target, "group_filters", "groupFilters")) or no_filters(),
        "active": active if isinstance(active, bool) else None,
    }


def from_mission_control(said: Any, of_source: Any = ()) -> TargetSeen:
    """A target as Mission Control lists it (control-plane-api.md 7.2).

    ``of_source``: the entities of its source, which the older pages have instead of the target's own.
    """
    target = said if isinstance(said, Mapping) else {}
    code = _text(target.get("code"))
    return {
        "id": _text(target.get("id")),
        # That is how Mission Control names a target at its source.
        "name": _text(target.get("name")) or code or "",
        "code": code,
        "url": deployment_url(_text(target.get("url")) or ""),
        "entities": entities(target.get("entities") or of_source),
        "permission_filters": filters(_either(target, "permission_filters", "permissionFilters")),
        "group_filters": None,
        "active": None,
    }


def entities(said: Any) -> List[str]:
    """Kinds of entities in lower case, each once, sorted."""
    return sorted({str(kind).lower() for kind in said}) if isinstance(said, (list, tuple)) else []


def filters(said: Any) -> Optional[Filters]:
    """Filters with both kinds of patterns, sorted; None for what is not told."""
    if not isinstance(said, Mapping):
        return None
    given = {"include_patterns": "includePatterns", "exclude_patterns": "excludePatterns"}
    return {name: sorted({str(text) for text in _either(said, name, other) or ()}) for name, other in given.items()}


def no_filters() -> Filters:
    """Everything passes."""
    return {name: [] for name in PATTERNS}


def _either(said: Mapping[str, Any], name: str, other: str) -> Any:
    return said.get(name, said.get(other))


def _text(value: Any) -> Optional[str]:
    return None if value is None else printable(str(value))
