# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access Federation through Mission Control: control-plane-api.md 7.2.

A source is configured step by step, and each step says how it went, in a 200: a target that cannot be federated does
not keep the others from it.
"""

from __future__ import annotations

from typing import Any, Optional
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.federation import ENTITIES, Target, no_filters
from simulator.federation_traffic import refused_by, site_behind
from simulator.jpd_view import OFFLINE, ONLINE, UNAUTHORIZED
from simulator.rest.access_federation import filters_of
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.sites import Site
from simulator.urls import is_url

ENDPOINTS = Endpoints()
FEDERATION = "/mc/api/v1/federation"
OK, WARNING, ERROR = "OK", "WARNING", "ERROR"
NO_CANDIDATE = "The JPD is not a valid Access Federation candidate"
Steps = list[dict[str, str]]


@ENDPOINTS.add("GET", FEDERATION, "7.2", query={"include_non_configured", "includeNonConfiguredJPDs"})
def list_sources(incoming: Incoming) -> Response:
    """7.2: a source per JPD that has targets; two names for the same parameter."""
    query = incoming.query
    everything = "true" in (query.get("include_non_configured"), query.get("includeNonConfiguredJPDs"))
    sources = []
    for entry in list(incoming.simulator.platform.jpds):
        name = entry["name"] if _old(incoming) else entry["id"]
        trouble = _trouble(incoming, entry)
        if trouble is not None:
            sources.append({"source": name, "error": trouble, "entities": [], "targets": []})
            continue
        site = _site(incoming, entry)
        if site is not None and (everything or site.federation.targets):
            sources.append({"source": name, **_configuration(incoming, site)})
    return JSONResponse(sources)


@ENDPOINTS.add("GET", FEDERATION + "/candidates", "7.2")
def candidates(incoming: Incoming) -> Response:
    """7.2: a list; what is in it is not documented."""
    entries = [entry for entry in incoming.simulator.platform.jpds if _trouble(incoming, entry) is None]
    return JSONResponse([{"id": entry["id"], "name": entry["name"], "url": _access_url(entry)} for entry in entries])


@ENDPOINTS.add("GET", FEDERATION + "/{jpd_id}", "7.2")
def get_source(incoming: Incoming) -> Response:
    """7.2."""
    entry = _entry(incoming, incoming.parameters["jpd_id"])
    site = _site(incoming, entry)
    if site is None or _trouble(incoming, entry) is not None:
        raise Refusal(400, NO_CANDIDATE)
    return JSONResponse(_configuration(incoming, site))


@ENDPOINTS.add("PUT", FEDERATION + "/{jpd_id}", "7.2", body=JSON, dials=True)
def configure(incoming: Incoming) -> Response:
    """7.2: both keys are required, entities hold for the whole source. 200 with a step per thing that was done."""
    entry = _entry(incoming, incoming.parameters["jpd_id"])
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"id", "entities", "targets"}))
    entities = _entities(incoming, content.get("entities"))
    targets = content.get("targets")
    if not isinstance(targets, list):
        raise _invalid(incoming, "targets", "must not be null")
    wanted = [_target(incoming, target) for target in targets]
    return JSONResponse(_configure(incoming, entry, entities, wanted, replace=True))


@ENDPOINTS.add("POST", FEDERATION + "/create_mesh", "7.2", body=JSON, dials=True)
def create_mesh(incoming: Incoming) -> Response:
    """7.2: every JPD becomes a source of all others; one word when all went well."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"jpd_ids", "entities"}))
    entities = _entities(incoming, content.get("entities"))
    ids = content.get("jpd_ids")
    if not isinstance(ids, list) or len(set(map(str, ids))) < 2:
        raise _invalid(incoming, "jpd_ids", "must have two or more ids")
    entries = [_entry(incoming, str(one)) for one in ids]
    steps: Steps = []
    for entry in entries:
        others = [(one, _access_url(one), no_filters()) for one in entries if one is not entry]
        steps += _configure(incoming, entry, entities, others, replace=False)
    failed = [step for step in steps if step["status"] != OK]
    return JSONResponse(failed or [{"label": "SUCCESSFUL", "status": OK}])


def _configure(
    incoming: Incoming,
    entry: dict[str, Any],
    entities: list[str],
    wanted: list[tuple[dict[str, Any], str, dict[str, list[str]]]],
    *,
    replace: bool,
) -> Steps:
    """One source. The labels are those of the page "Configure Access Federation on a JPD"."""
    source, site = entry["name"], _site(incoming, entry)
    trouble = _trouble(incoming, entry)
    steps = [_step(f"Get configuration of {source}", trouble)]
    if trouble is not None or site is None:
        return steps
    steps += [_step(f"Get Access token from {source}"), *_base_url(incoming, source, site)]
    good = []
    for target, url, filters in wanted:
        checks = _check(incoming, site, source, target, url)
        steps += checks
        if all(step["status"] != ERROR for step in [*steps[:3], *checks]):
            good.append((target, url, filters))
    if replace and incoming.simulator.switches.federation_put_removes_targets:
        for name, known in list(site.federation.targets.items()):
            if all(known.url.rstrip("/") != url.rstrip("/") for _, url, _ in wanted):
                del site.federation.targets[name]
    steps.append(_step(f"Send configuration to {source}"))
    for target, url, filters in good:
        _store(incoming, site, entities, url, filters)
        steps.append(_step(f"Add target {target['name']} to {source}"))
    return steps


def _store(incoming: Incoming, site: Site, entities: list[str], url: str, filters: dict[str, list[str]]) -> None:
    """A target that Mission Control makes is named by the service id of its Access (7.1)."""
    found = next((one for one in site.federation.targets.values() if one.url.rstrip("/") == url.rstrip("/")), None)
    if found is None:
        receiver = site_behind(incoming.simulator, url)
        name = receiver.database.service_id if receiver is not None else url
        found = site.federation.targets.setdefault(name, Target(name, url))
    elif incoming.simulator.switches.federation_put_resets_group_filters:
        found.group_filters = no_filters()
    found.url, found.entities, found.permission_filters = url, list(entities), filters
    found.active = True


def _check(incoming: Incoming, site: Site, source: str, target: dict[str, Any], url: str) -> Steps:
    """Whether the target accepts the source's tokens, and by switch the other way round as well."""
    refused = refused_by(incoming.simulator, site, url)
    steps = [_step(f"Check if {target['name']} trusts {source}", refused and refused[1])]
    receiver = site_behind(incoming.simulator, url)
    if receiver is None:
        return steps
    if incoming.simulator.switches.federation_trust == "both_ways" and refused is None:
        back = refused_by(incoming.simulator, receiver, site.base_url + "/access")
        steps.append(_step(f"Check if {source} trusts {target['name']}", back and back[1]))
    steps += _base_url(incoming, target["name"], receiver)
    if _status(incoming, target) not in (ONLINE, OFFLINE, UNAUTHORIZED):
        steps.append(_step(f"Check the services of {target['name']}", "Some services are offline", status=WARNING))
    return steps


def _base_url(incoming: Incoming, name: str, site: Site) -> Steps:
    """7: base URLs have to be set; a platform in the cloud has always one."""
    missing = not site.saas and site.custom_base_url is None
    if not missing or not incoming.simulator.switches.federation_needs_base_url:
        return []
    return [_step(f"Check the base URL of {name}", "The custom base URL is not set")]


def _step(label: str, problem: Optional[str] = None, *, status: str = ERROR) -> dict[str, str]:
    if problem is None:
        return {"label": label, "status": OK}
    return {"label": label, "status": status, "status_message": problem}


def _configuration(incoming: Incoming, site: Site) -> dict[str, Any]:
    targets = list(site.federation.targets.values())
    entities = sorted({kind.upper() for target in targets for kind in target.entities})
    return {"entities": entities, "targets": [_shown(incoming, target) for target in targets]}


def _shown(incoming: Incoming, target: Target) -> dict[str, Any]:
    receiver = site_behind(incoming.simulator, target.url)
    entry = next((one for one in incoming.simulator.platform.jpds if _site(incoming, one) is receiver), None)
    code = receiver.database.service_id if receiver is not None else target.name
    shown = {"name": entry["name"] if entry is not None else target.name, "code": code, "url": target.url}
    if _old(incoming):
        return shown
    own_id = {"id": entry["id"]} if entry is not None else {}
    entities = [kind.upper() for kind in target.entities]
    return {**own_id, **shown, "entities": entities, "permission_filters": target.permission_filters}


def _target(incoming: Incoming, content: Any) -> tuple[dict[str, Any], str, dict[str, list[str]]]:
    """A target of a request: the newer pages name it by id, the older ones by name."""
    if not isinstance(content, dict):
        raise _invalid(incoming, "targets", "must be a list of objects")
    incoming.refuse_unknown_fields(content, frozenset({"id", "name", "url", "permission_filters"}))
    url = content.get("url")
    if not is_url(url) or urlsplit(str(url)).path.rstrip("/") != "/access":
        raise _invalid(incoming, "targets.url", "must be a valid URL")
    wanted = content.get("id") or content.get("name")
    entry = next((one for one in incoming.simulator.platform.jpds if wanted in (one["id"], one["name"])), None)
    if entry is None:
        raise _invalid(incoming, "targets.id", "must be the id of a JPD")
    return entry, str(url), filters_of(content.get("permission_filters") or {}, "permission_filters")


def _entities(incoming: Incoming, content: Any) -> list[str]:
    if not isinstance(content, list) or not content:
        raise _invalid(incoming, "entities", "must not be null")
    if not set(map(str, content)) <= {kind.upper() for kind in ENTITIES}:
        raise _invalid(incoming, "entities", f"must be of {', '.join(kind.upper() for kind in ENTITIES)}")
    return [str(kind).lower() for kind in content]


def _invalid(incoming: Incoming, name: str, what: str) -> Refusal:
    details = [f"configureFederation.req.{name} property {what}"]
    status = 422 if _old(incoming) else 400
    return Refusal(status, "Validation constraint violation", kind="Validation", details=details)


def _entry(incoming: Incoming, jpd_id: str) -> dict[str, Any]:
    for entry in incoming.simulator.platform.jpds:
        if entry["id"] == jpd_id:
            return entry
    raise Refusal(404, f"JPD {jpd_id} was not found")


def _site(incoming: Incoming, entry: dict[str, Any]) -> Optional[Site]:
    found = incoming.simulator.site_at(entry["url"])
    return found[0] if found is not None else None


def _status(incoming: Incoming, entry: dict[str, Any]) -> str:
    return incoming.simulator.jpd_view.status(entry)


def _trouble(incoming: Incoming, entry: dict[str, Any]) -> Optional[str]:
    """Why Mission Control cannot read or change this JPD's Access: it uses the credential of the pairing."""
    code = _status(incoming, entry)
    return f"Failed to connect to {entry['name']}: {code}" if code in (OFFLINE, UNAUTHORIZED) else None


def _access_url(entry: dict[str, Any]) -> str:
    return str(entry["url"]).rstrip("/") + "/access"


def _old(incoming: Incoming) -> bool:
    return incoming.simulator.switches.federation_pages == "old"
