# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions in Artifactory's own API, versions 1 and 2: security-replication.md 5.4 and 5.5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.security import sections
from simulator.security.asking import (
    LEGACY,
    LEGACY_V2,
    existing,
    found,
    lag,
    name_in,
    refuse_blocked_legacy,
    security,
)
from simulator.security.state import PERMISSIONS, Object
from simulator.security.vocabulary import (
    ANY,
    ARTIFACT,
    LEGACY_SECTIONS,
    LEGACY_WORDS,
    LETTERS,
    WILDCARDS,
    in_order,
)

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 5.5"
V1, V2 = f"{LEGACY}/permissions", f"{LEGACY_V2}/permissions"
# By JFrog's page "Artifactory REST API V2"; the reference only has "always".
V2_SINCE = "6.6.0"
SECTION_FIELDS = frozenset({"include-patterns", "exclude-patterns", "repositories", "actions"})
V1_FIELDS = frozenset({"name", "includesPattern", "excludesPattern", "repositories", "principals"})


@ENDPOINTS.add("GET", V1, SECTION)
def list_v1(incoming: Incoming) -> Response:
    """security-replication.md 5.5: all at once."""
    return _listed(incoming, V1)


@ENDPOINTS.add("GET", V1 + "/{name}", SECTION)
def get_v1(incoming: Incoming) -> Response:
    """security-replication.md 5.5: repositories only, patterns in one text, actions as letters."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    section = found(incoming, PERMISSIONS, name)["resources"].get(ARTIFACT) or _EMPTY
    shown = _shown(incoming, ARTIFACT, section, LETTERS)
    return JSONResponse(
        {
            "name": name,
            "includesPattern": ",".join(shown["include-patterns"]),
            "excludesPattern": ",".join(shown["exclude-patterns"]),
            "repositories": shown["repositories"],
            "principals": shown["actions"],
        }
    )


@ENDPOINTS.add("PUT", V1 + "/{name}", SECTION, body=JSON)
def put_v1(incoming: Incoming) -> Response:
    """security-replication.md 5.5: create or replace the section of repositories."""
    refuse_blocked_legacy(incoming)
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, V1_FIELDS)
    name = sections.checked_name(name_in(incoming))
    given = {
        "include-patterns": _split(content.get("includesPattern")),
        "exclude-patterns": _split(content.get("excludesPattern")),
        "repositories": content.get("repositories"),
        "actions": content.get("principals"),
    }
    with security(incoming).lock:
        kept = (security(incoming).get(PERMISSIONS, name) or {}).get("resources", {})
        sections.put(incoming, name, {**kept, ARTIFACT: _read(incoming, ARTIFACT, given, LETTERS)})
    return Response(status_code=201)


@ENDPOINTS.add("DELETE", V1 + "/{name}", SECTION)
def delete_v1(incoming: Incoming) -> Response:
    """security-replication.md 5.5: all of it."""
    return _delete(incoming)


@ENDPOINTS.add("GET", V2, SECTION, since=V2_SINCE)
def list_v2(incoming: Incoming) -> Response:
    """security-replication.md 5.5: all at once."""
    return _listed(incoming, V2)


@ENDPOINTS.add("GET", V2 + "/{name}", SECTION, since=V2_SINCE)
def get_v2(incoming: Incoming) -> Response:
    """security-replication.md 5.5: the three sections that it knows, each with one list of patterns."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    resources = found(incoming, PERMISSIONS, name)["resources"]
    shown = {
        section: _shown(incoming, resource, resources[resource], LEGACY_WORDS)
        for section, resource in LEGACY_SECTIONS.items()
        if resource in resources
    }
    return JSONResponse({"name": name, **shown})


@ENDPOINTS.add("POST", V2 + "/{name}", SECTION, body=JSON, since=V2_SINCE)
def create_v2(incoming: Incoming) -> Response:
    """security-replication.md 5.5: 409 for a name that is taken."""
    refuse_blocked_legacy(incoming)
    name = sections.checked_name(name_in(incoming))
    with security(incoming).lock:
        if security(incoming).has(PERMISSIONS, name):
            raise Refusal(409, f"Permission '{name}' already exists")
        sections.put(incoming, name, _read_v2(incoming))
    return Response(status_code=201)


@ENDPOINTS.add("PUT", V2 + "/{name}", SECTION, body=JSON, since=V2_SINCE)
def replace_v2(incoming: Incoming) -> Response:
    """security-replication.md 5.5: a section that is left out is deleted; those that it does not know stay."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    with security(incoming).lock:
        resources = existing(incoming, PERMISSIONS, name)["resources"]
        kept = {resource: one for resource, one in resources.items() if resource not in LEGACY_SECTIONS.values()}
        sections.put(incoming, name, {**kept, **_read_v2(incoming)})
    return Response(status_code=200)


@ENDPOINTS.add("DELETE", V2 + "/{name}", SECTION, since=V2_SINCE)
def delete_v2(incoming: Incoming) -> Response:
    """security-replication.md 5.5: all of it."""
    return _delete(incoming)


_EMPTY: Object = {"actions": {"users": {}, "groups": {}}, "targets": {}}


def _listed(incoming: Incoming, path: str) -> Response:
    refuse_blocked_legacy(incoming)
    base = incoming.site.base_url_at(incoming.node) + path
    known = security(incoming).names(PERMISSIONS, lag=lag(incoming))
    return JSONResponse([{"name": name, "uri": f"{base}/{name}"} for name in known])


def _delete(incoming: Incoming) -> Response:
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    existing(incoming, PERMISSIONS, name)
    security(incoming).remove(PERMISSIONS, name)
    return PlainTextResponse(f"Permission Target '{name}' has been removed successfully.")


def _read_v2(incoming: Incoming) -> dict[str, Object]:
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"name", *LEGACY_SECTIONS}))
    given = {resource: content[one] for one, resource in LEGACY_SECTIONS.items() if content.get(one) is not None}
    if not given:
        raise Refusal(400, "A permission needs at least one section")
    return {resource: _read(incoming, resource, one, LEGACY_WORDS) for resource, one in given.items()}


def _read(incoming: Incoming, resource: str, given: Any, words: Mapping[str, str]) -> Object:
    if not isinstance(given, dict):
        raise Refusal(400, f"Section '{resource}' must be an object")
    incoming.refuse_unknown_fields(given, SECTION_FIELDS)
    repositories = given.get("repositories")
    if not isinstance(repositories, list) or not repositories:
        raise Refusal(400, f"Section '{resource}' must have repositories")
    patterns = {
        "include_patterns": given.get("include-patterns") or ["**"],
        "exclude_patterns": given.get("exclude-patterns") or [],
    }
    names = [name for one in repositories for name in (WILDCARDS if one == ANY else (one,))]
    actions = given.get("actions") or {}
    ours = {theirs: action for action, theirs in words.items()}
    section = {
        "actions": {kind: _granted(actions.get(kind) or {}, ours) for kind in sections.PRINCIPALS},
        "targets": dict.fromkeys(names, patterns),
    }
    return sections.with_known_references(incoming, resource, section, legacy=True)


def _granted(given: Mapping[str, Any], ours: Mapping[str, str]) -> dict[str, list[str]]:
    for name, words in given.items():
        if not isinstance(words, list) or not all(word in ours for word in words):
            raise Refusal(400, f"Unknown action of '{name}': use {', '.join(ours)}")
    return {name: in_order(ours[word] for word in words) for name, words in given.items()}


def _shown(incoming: Incoming, resource: str, section: Object, words: Mapping[str, str]) -> Object:
    targets = section["targets"]
    told = sections.shown_targets(incoming, targets) if resource == ARTIFACT else targets
    names = sorted(told)
    if set(WILDCARDS) <= set(names):
        names = sorted({ANY, *names} - set(WILDCARDS))
    # #1054: patterns that differ by repository cannot be said here; all of them are told for all.
    return {
        "include-patterns": sorted({one for target in targets.values() for one in target["include_patterns"]}),
        "exclude-patterns": sorted({one for target in targets.values() for one in target["exclude_patterns"]}),
        "repositories": names,
        "actions": {
            kind: {name: [words[action] for action in actions] for name, actions in granted.items()}
            for kind, granted in section["actions"].items()
        },
    }


def _split(text: Any) -> list[str]:
    return [one.strip() for one in str(text or "").split(",") if one.strip()]
