# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences of a self-hosted server, of one node or of several: control-plane-api.md 5.3."""

from __future__ import annotations

from typing import Any, Optional

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.licences import BadKey, Licence
from simulator.rest.artifactory import refuse_on_saas
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.sites import Site

ENDPOINTS = Endpoints()
PATH = "/artifactory/api/system/license"
SCOPE = "system:info/licenses:r"
NOT_IN_USE = "Not in use"
INSTALLED = "The license has been successfully installed."
EXISTS = "License already exists."
INVALID = "The license key is invalid."
EXPIRED = "The license has expired."
FIELDS = frozenset({"licenseKey"})


@ENDPOINTS.add("GET", PATH, "5.3")
def licence(incoming: Incoming) -> Response:
    """5.3: the date as Americans write it, unlike Mission Control's."""
    refuse_on_saas(incoming)
    return JSONResponse(_summary(incoming.site.licence))


@ENDPOINTS.add("POST", PATH, "5.3", body=JSON)
def install_licence(incoming: Incoming) -> Response:
    """5.3: one key."""
    refuse_on_saas(incoming)
    found = _read(incoming, _key(incoming, incoming.json()))
    if isinstance(found, str):
        raise Refusal(400, found)
    with incoming.site.lock:
        if incoming.site.licences.find(found.key) is None:
            _install(incoming, found)
    return JSONResponse({"status": 200, "message": INSTALLED})


@ENDPOINTS.add("GET", PATH + "s", "5.3", scope=SCOPE)
def licences(incoming: Incoming) -> Response:
    """5.3: one entry per licence; for admins, or with the scope for reading licences."""
    _refuse(incoming)
    site, form = incoming.site, incoming.simulator.switches.licence_hash
    pairs = site.licences.in_use([node.name for node in site.nodes], site.now())
    return JSONResponse([_entry(site, licence, node, form) for licence, node in pairs])


@ENDPOINTS.add("POST", PATH + "s", "5.3", body=JSON)
def install_licences(incoming: Incoming) -> Response:
    """5.3: an array of keys; the answer has a message for each, by the key itself. 400 when one is not "OK"."""
    _refuse(incoming)
    content = incoming.json()
    if isinstance(content, dict) and incoming.simulator.switches.licenses_bare_object_accepted:
        content = [content]
    if not isinstance(content, list) or not content:
        raise Refusal(400, "The request body must be a JSON array")
    keys = [_key(incoming, item) for item in content]
    messages: dict[str, str] = {}
    with incoming.site.lock:
        for key in keys:
            messages[key] = _install_one(incoming, key)
    status = 200 if set(messages.values()) == {"OK"} else 400
    return JSONResponse({"status": status, "messages": messages}, status)


@ENDPOINTS.add("DELETE", PATH + "s", "5.3", query={"licenseHash"})
def delete_licences(incoming: Incoming) -> Response:
    """5.3: several hashes are separated by commas. Nothing is deleted when one of them is not known."""
    _refuse(incoming)
    wanted = [one for one in incoming.query.get("licenseHash", "").split(",") if one]
    site, form = incoming.site, incoming.simulator.switches.licence_hash
    with site.lock:
        found = {licence.shown_hash(form): licence for licence in site.licences}
        unknown = [one for one in wanted if one not in found]
        if unknown or not wanted:
            raise Refusal(400, f"License with hash '{','.join(unknown)}' was not found")
        site.licences[:] = [licence for licence in site.licences if licence.shown_hash(form) not in wanted]
    return JSONResponse({"status": 200, "messages": dict.fromkeys(wanted, "OK")})


def _refuse(incoming: Incoming) -> None:
    refuse_on_saas(incoming)
    if len(incoming.site.nodes) < 2 and not incoming.simulator.switches.licenses_without_ha:
        raise Refusal(400, "This operation is available for HA installations only")


def _key(incoming: Incoming, item: Any) -> str:
    if not isinstance(item, dict) or not isinstance(item.get("licenseKey"), str):
        raise Refusal(400, "licenseKey is missing")
    incoming.refuse_unknown_fields(item, FIELDS)
    return str(item["licenseKey"])


def _read(incoming: Incoming, key: str) -> Licence | str:
    """The licence of a key, or why it is refused."""
    try:
        found = Licence.of_key(key)
    except BadKey:
        return INVALID
    if found.expired(incoming.site.now()) and not incoming.simulator.switches.expired_licence_key_accepted:
        return EXPIRED
    return found


def _install_one(incoming: Incoming, key: str) -> str:
    if incoming.site.licences.find(key) is not None:
        return EXISTS
    found = _read(incoming, key)
    if isinstance(found, str):
        return found
    _install(incoming, found)
    return "OK"


def _install(incoming: Incoming, found: Licence) -> None:
    site, switches = incoming.site, incoming.simulator.switches
    site.licences.install(found, replaces=len(site.nodes) < 2 and switches.licences_of_one_node == "one")


def _entry(site: Site, licence: Licence, node: Optional[str], form: str) -> dict[str, Any]:
    return {
        **_summary(licence),
        "licenseHash": licence.shown_hash(form),
        "nodeId": node or NOT_IN_USE,
        "nodeUrl": f"{site.node(node).url}/artifactory" if node else NOT_IN_USE,
        "expired": licence.expired(site.now()),
    }


def _summary(licence: Optional[Licence]) -> dict[str, Any]:
    if licence is None:
        return {"type": "N/A", "validThrough": "", "licensedTo": ""}
    date = licence.valid_through
    return {
        "type": licence.type,
        "validThrough": f"{date:%B} {date.day}, {date:%Y}",
        "licensedTo": licence.licensed_to,
    }
