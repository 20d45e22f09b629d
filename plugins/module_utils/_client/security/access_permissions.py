# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Permissions by Access v2 (security-replication.md 5.4)."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ..._domain.replication.masks import actions, mask
from ..._domain.replication.snapshot import (
    ARTIFACT,
    EXCLUDES,
    INCLUDES,
    PERMISSIONS,
    PRINCIPALS,
    RESOURCES,
    TARGETS,
    Object,
)
from . import shapes
from .access import _Listed
from .api import Held, one

CACHE = "-cache"


class AccessPermissions(_Listed):
    """Permissions of one instance, with their principals.

    There is no call that replaces a whole permission: each section has its own, and only those that differ are made.
    """

    kind, path, key, shape = PERMISSIONS, "/access/api/v2/permissions", "name", shapes.PERMISSION

    def read(self, name: str) -> Optional[Held]:
        """GET /access/api/v2/permissions/{name}, all sections."""
        raw = self._object(name)
        if raw is None:
            return None
        sections = {resource: _told(section or {}) for resource, section in (raw.get("resources") or {}).items()}
        record = {TARGETS: {}, **{kind: {} for kind in PRINCIPALS}, **sections.pop(ARTIFACT, {}), RESOURCES: sections}
        named = {
            kind: sorted({principal for section in (record, *sections.values()) for principal in section[kind]})
            for kind in PRINCIPALS
        }
        return Held(record, raw, named)

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """POST /access/api/v2/permissions: 201, 409."""
        resources = {resource: _said(section, {}) for resource, section in sections_of(wanted).items()}
        self._send("POST", self.path, "create", name, {"name": name, "resources": resources})

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """PUT and DELETE /access/api/v2/permissions/{name}/{resource type}: 200, 204."""
        was, shall = sections_of(before), sections_of(wanted)
        for resource, section in shall.items():
            if again or section != was.get(resource):
                raw = (held.raw.get("resources") or {}).get(resource) or {}
                self._send("PUT", one(one(self.path, name), resource), "update", name, _said(section, raw))
        for resource in was.keys() - shall.keys():
            path = one(one(self.path, name), resource)
            self._session.call("DELETE", path, ok=(200, 204, 404), purpose=self._purpose("update", name))


def sections_of(record: Mapping[str, Any]) -> dict[str, Object]:
    """The sections of a whole permission by resource type: one without a target is none, since none may be empty."""
    artifact = {key: record.get(key, {}) for key in (TARGETS, *PRINCIPALS)}
    every = {ARTIFACT: artifact, **record.get(RESOURCES, {})}
    return {resource: section for resource, section in every.items() if section.get(TARGETS)}


def _told(section: Mapping[str, Any]) -> Object:
    granted = section.get("actions") or {}
    told: Object = {
        kind: {name: mask(words) for name, words in (granted.get(kind) or {}).items()} for kind in PRINCIPALS
    }
    told[TARGETS] = {
        name: {
            INCLUDES: list((patterns or {}).get("include_patterns") or ()),
            EXCLUDES: list((patterns or {}).get("exclude_patterns") or ()),
        }
        for name, patterns in (section.get("targets") or {}).items()
    }
    return told


def _said(section: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The section for the API; what is not known in the one that is there stays in it."""
    before = raw.get("targets") or {}
    targets = {}
    for name, patterns in section[TARGETS].items():
        # The name under which the server has it: a remote repository is told as its cache.
        shown = name if name in before or name + CACHE not in before else name + CACHE
        known = {"include_patterns": patterns[INCLUDES], "exclude_patterns": patterns[EXCLUDES]}
        targets[shown] = {**(before.get(shown) or {}), **known}
    granted = {kind: {name: actions(text) for name, text in section.get(kind, {}).items()} for kind in PRINCIPALS}
    return {**raw, "actions": {**(raw.get("actions") or {}), **granted}, "targets": targets}
