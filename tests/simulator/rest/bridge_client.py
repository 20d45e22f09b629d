# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Bridge Client of an Edge: control-plane-api.md 2.6.

The bodies are those of the vendor's Terraform provider (jfrog/terraform-provider-bridge, pkg/bridge/resource_bridge.go)
and of the pages "Get Bridge Client Debug Snapshot" and "Add a JFrog Bridge". What no public page shows is not here: the
path of the call that pairs a bridge again, restart, stop, and the server's side.
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from simulator import tokens
from simulator.bridges import ID, Bridge
from simulator.dialling import Unreachable, dial
from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.sites import Edge
from simulator.urls import is_url

ENDPOINTS = Endpoints()
BRIDGES = "/bridge-client/api/v1/bridges"
SINCE = "7.125.4"
FIELDS = ("bridge_id", "remote", "local", "pairing_token")


@ENDPOINTS.add("POST", BRIDGES, "2.6", body=JSON, since=SINCE, dials=True)
def create(incoming: Incoming) -> Response:
    """2.6: pairs with the platform by a token of the use case ``bridge``, and keeps the bridge. 201."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset(FIELDS))
    missing = [name for name in FIELDS if not isinstance(content.get(name), str) or not content[name]]
    if missing:
        raise Refusal(400, f'Field "{missing[0]}" is required')
    if ID.fullmatch(content["bridge_id"]) is None:
        raise Refusal(400, "A bridge ID has only lowercase letters, numbers and hyphens")
    for name in ("remote", "local"):
        if not (is_url(content[name]) and content[name].startswith("https://")):
            raise Refusal(400, f'Field "{name}" must be a secured URL')
    _pair(incoming, content["pairing_token"])
    edge = _edge(incoming)
    if not incoming.simulator.bridges.add(Bridge(content["bridge_id"], edge.name, content["remote"], content["local"])):
        raise Refusal(incoming.simulator.switches.duplicate_bridge_status, "The bridge ID is already in use")
    return Response(status_code=201)


@ENDPOINTS.add("DELETE", BRIDGES + "/{bridge_id}", "2.6", since=SINCE)
def delete(incoming: Incoming) -> Response:
    """2.6: ends the connection and forgets the bridge. 204."""
    if not incoming.simulator.bridges.remove(incoming.parameters["bridge_id"], _edge(incoming)):
        raise Refusal(404, "Specified bridge not found")
    return Response(status_code=204)


@ENDPOINTS.add("GET", BRIDGES + "/debug", "2.6", since=SINCE)
def debug(incoming: Incoming) -> Response:
    """2.6: the bridges of this client, without their tokens. Of the sample, what tells one from another."""
    return JSONResponse(
        {
            "bridges": [
                {
                    "id": bridge.id,
                    "config": {
                        "type": "default",
                        "bridge_id": bridge.id,
                        "remote": {"url": bridge.remote, "token": "<removed>", "insecure": False},
                        "local": {"url": bridge.local},
                        "min_tunnels": 2,
                        "max_tunnels": 10,
                    },
                }
                for bridge in incoming.simulator.bridges.of(_edge(incoming))
            ]
        }
    )


def _edge(incoming: Incoming) -> Edge:
    assert isinstance(incoming.site, Edge)
    return incoming.site


def _pair(incoming: Incoming, token: str) -> None:
    """Trade the platform's pairing token where it says itself (2.2)."""
    extension = tokens.extension_of(tokens.unverified_claims(token) or {})
    url = extension.get("exchange_url")
    scope = str((tokens.unverified_claims(token) or {}).get("scp", ""))
    if not is_url(url) or "/bridge:" not in scope:
        raise Refusal(400, "Invalid pairing token")
    site = incoming.site
    content = {"service_id": site.database.service_id, "base_url": site.base_url}
    try:
        answer = dial(incoming.simulator, site, "POST", str(url), token=token, content=content)
    except Unreachable as error:
        raise Refusal(500, f"Failed to connect to the Bridge Server: {error}") from error
    if answer.status_code != 200:
        raise Refusal(400, "Invalid pairing token")
