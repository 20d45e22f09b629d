# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Permissions by Artifactory's own API, versions 1 and 2 (security-replication.md 5.4, 5.5)."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ..._domain.replication.abilities import LEGACY_V2
from ..._domain.replication.canonical import per_permission
from ..._domain.replication.masks import elements, mask
from ..._domain.replication.snapshot import (
    ARTIFACT,
    EXCLUDES,
    INCLUDES,
    PERMISSIONS,
    PRINCIPALS,
    REPOS,
    RESOURCES,
    Object,
)
from . import shapes
from .access_permissions import CACHE, sections_of
from .api import Held, Impossible
from .legacy import Legacy

_SECTIONS = {"repo": ARTIFACT, "build": "build", "releaseBundle": "release_bundle"}
_WORDS = dict(zip("dmnrwsx", ("delete", "manage", "annotate", "read", "write", "managedXrayMeta", "distribute")))
_LETTERS = dict(zip("dmnrwsx", ("d", "m", "n", "r", "w", "mxm", "x")))


class LegacyPermissionsV2(Legacy):
    """Permissions of one instance: three sections, each with one list of patterns for all its repositories."""

    kind, path, api = PERMISSIONS, "/artifactory/api/v2/security/permissions", LEGACY_V2
    shape = shapes.PERMISSION_V2

    def read(self, name: str) -> Optional[Held]:
        """GET /artifactory/api/v2/security/permissions/{name}."""
        raw = self._object(name)
        if raw is None:
            return None
        told = {resource: _told(raw[section] or {}) for section, resource in _SECTIONS.items() if section in raw}
        return _held(told, raw)

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """POST /artifactory/api/v2/security/permissions/{name}: 201, 409."""
        self._send("POST", name, "create", {"name": name, **_all_said(wanted, {})})

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """PUT /artifactory/api/v2/security/permissions/{name}: 200. A section that is left out is deleted."""
        kept = {key: value for key, value in held.raw.items() if key not in _SECTIONS}
        self._send("PUT", name, "update", {**kept, **_all_said(wanted, held.raw)})


class LegacyPermissionsV1(Legacy):
    """Permissions of one instance: repositories only, patterns in one text."""

    kind, path, shape = PERMISSIONS, "/artifactory/api/security/permissions", shapes.PERMISSION_V1

    def read(self, name: str) -> Optional[Held]:
        """GET /artifactory/api/security/permissions/{name}."""
        raw = self._object(name)
        if raw is None:
            return None
        section = {
            "include-patterns": _split(raw.get("includesPattern")),
            "exclude-patterns": _split(raw.get("excludesPattern")),
            "repositories": raw.get("repositories"),
            "actions": raw.get("principals"),
        }
        return _held({ARTIFACT: _told(section)}, raw)

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """PUT /artifactory/api/security/permissions/{name}: 201. It would also replace, so it is for a new one only."""
        self._send("PUT", name, "create", {"name": name, **_said_v1(wanted, {})})

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """PUT /artifactory/api/security/permissions/{name}: the whole, with what we do not know."""
        self._send("PUT", name, "update", {**held.raw, **_said_v1(wanted, held.raw)})


def _held(told: dict[str, Object], raw: Mapping[str, Any]) -> Held:
    empty: Object = {REPOS: [], INCLUDES: [], EXCLUDES: [], **{kind: {} for kind in PRINCIPALS}}
    record = {**empty, **told.pop(ARTIFACT, {}), RESOURCES: told}
    named = {
        kind: sorted({principal for section in (record, *told.values()) for principal in section[kind]})
        for kind in PRINCIPALS
    }
    return Held(record, raw, named)


def _told(section: Mapping[str, Any]) -> Object:
    granted = section.get("actions") or {}
    return {
        REPOS: list(section.get("repositories") or ()),
        INCLUDES: list(section.get("include-patterns") or ()),
        EXCLUDES: list(section.get("exclude-patterns") or ()),
        **{kind: {name: mask(said) for name, said in (granted.get(kind) or {}).items()} for kind in PRINCIPALS},
    }


def _all_said(wanted: Object, raw: Mapping[str, Any]) -> dict[str, Any]:
    sections = sections_of(wanted)
    foreign = sorted(sections.keys() - set(_SECTIONS.values()))
    if foreign:
        raise Impossible(f"this API has no permissions for {', '.join(foreign)}")
    return {
        section: {**(raw.get(section) or {}), **_said(sections[resource], _WORDS, raw.get(section) or {})}
        for section, resource in _SECTIONS.items()
        if resource in sections
    }


def _said_v1(wanted: Object, raw: Mapping[str, Any]) -> dict[str, Any]:
    sections = sections_of(wanted)
    if sections.keys() != {ARTIFACT}:
        raise Impossible("this API has permissions for repositories only")
    said = _said(sections[ARTIFACT], _LETTERS, raw)
    return {
        "includesPattern": ",".join(said["include-patterns"]),
        "excludesPattern": ",".join(said["exclude-patterns"]),
        "repositories": said["repositories"],
        "principals": said["actions"],
    }


def _said(section: Mapping[str, Any], words: Mapping[str, str], raw: Mapping[str, Any]) -> dict[str, Any]:
    """One section; a remote repository keeps the name under which the server has it. Raises Impossible."""
    one = per_permission(section)
    if one is None:
        raise Impossible("this API has one list of patterns for all repositories of a permission, and they differ here")
    before = set(raw.get("repositories") or ())
    shown = [name + CACHE if name not in before and name + CACHE in before else name for name in one[REPOS]]
    return {
        "include-patterns": one[INCLUDES],
        "exclude-patterns": one[EXCLUDES],
        "repositories": shown,
        "actions": {
            kind: {name: _actions(text, words) for name, text in section.get(kind, {}).items()} for kind in PRINCIPALS
        },
    }


def _actions(text: str, words: Mapping[str, str]) -> list[str]:
    letters = elements(text)
    foreign = sorted(letters - words.keys())
    if foreign:
        raise Impossible(f"this API has no word for {', '.join(foreign)}")
    return [word for letter, word in words.items() if letter in letters]


def _split(text: Any) -> list[str]:
    return [part.strip() for part in str(text or "").split(",") if part.strip()]
