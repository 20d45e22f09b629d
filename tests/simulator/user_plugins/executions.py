# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The executions of the plugin securityReplication: security-replication.md 1.2 and 1.3.

No security data is replicated here, so there is never a golden snapshot, and what needs one answers as 1.2 says.
"""

from __future__ import annotations

import base64
import json
import os
import re
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.dialling import Unreachable, dial
from simulator.envelopes import Refusal
from simulator.node.node import RUNNING
from simulator.node.user_plugins import REPLICATION, configuration_in
from simulator.rest.endpoint import ANYTHING, Endpoints, Incoming
from simulator.sites import ServedNode
from simulator.user_plugins import validation

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 1.2"
EXECUTE = "/artifactory/api/plugins/execute"
# The parameters of an execution travel in one parameter of the query.
QUERY = ("params",)
EXECUTIONS = (
    *("distSecRep", "secRepValidate", "secRepJson", "securityReplication", "getUserDB", "secRepPing"),
    *("secRepDataGet", "secRepDataPost"),
)
NO_GOLDEN = "The golden user file either does not exist or has the wrong permissions"


def node_of(incoming: Incoming) -> ServedNode:
    """The node that answers: the one that was called, or the one that the load balancer chose. Raises Refusal."""
    if not incoming.site.nodes:
        raise Refusal(404)
    return incoming.site.node(incoming.node or incoming.site.serving_node() or incoming.site.nodes[0].name)


def loaded_at(incoming: Incoming, name: str) -> ServedNode:
    """The node that answers, when the plugin is loaded there. Raises Refusal."""
    node = node_of(incoming)
    if REPLICATION not in node.plugins:
        raise Refusal(incoming.simulator.switches.unknown_execution_status, f"Execution '{name}' was not found")
    return node


def parameters(incoming: Incoming) -> dict[str, str]:
    """``params=key=value|key2=value2``; a semicolon parts them as well ("Execute Plugin Code")."""
    pairs = re.split(r"[|;]", incoming.query.get("params", ""))
    return {name: value for name, _equals, value in (pair.partition("=") for pair in pairs) if name}


@ENDPOINTS.add("POST", f"{EXECUTE}/distSecRep", SECTION, query=QUERY, dials=True)
def distribute(incoming: Incoming) -> Response:
    """security-replication.md 1.2, 1.3: plugin and configuration to every URL, up to the first that refuses."""
    folder = loaded_at(incoming, "distSecRep").layout.plugins
    try:
        configuration = configuration_in(folder)
        own = configuration["securityReplication"]
    except (ValueError, KeyError, TypeError) as error:
        return PlainTextResponse(f"Problem parsing JSON: {error}", 400)
    plugin = folder / f"{REPLICATION}.groovy"
    if not plugin.exists():
        return PlainTextResponse(f"{plugin} not found", 400)
    text, here, auth = plugin.read_text(encoding="utf-8"), own.get("whoami"), basic(own)
    for url in own["urls"]:
        if url != here:
            status, said = push(incoming, f"{url}/api/plugins/{REPLICATION}", text, auth)
            if status != 200:
                return PlainTextResponse(f"PLUGIN Push {url} Failed: {said}", status)
        told = json.dumps({"securityReplication": {**own, "whoami": url}})
        status, said = push(incoming, f"{url}/api/plugins/execute/{REPLICATION}", told, auth)
        if status != 200:
            return PlainTextResponse(f"JSON Push {url} Failed: {said}", status)
    return PlainTextResponse("Pushed all data successfully")


@ENDPOINTS.add("GET", f"{EXECUTE}/secRepValidate", SECTION, query=QUERY, dials=True)
def validate(incoming: Incoming) -> Response:
    """security-replication.md 1.2, 1.5: always 200; what is wrong stands in the report."""
    node, chain = loaded_at(incoming, "secRepValidate"), parameters(incoming).get("chain")
    if chain == "node":
        return JSONResponse(validation.of_node(node))
    if chain == "instance":
        return JSONResponse(validation.of_instance(incoming, node))
    mesh = validation.of_mesh(incoming, node)
    return JSONResponse(mesh) if chain == "mesh" else PlainTextResponse(validation.report(mesh))


@ENDPOINTS.add("GET", f"{EXECUTE}/secRepJson", SECTION, query=QUERY)
def show_configuration(incoming: Incoming) -> Response:
    """security-replication.md 1.2: the file as it is, password and all."""
    path = loaded_at(incoming, "secRepJson").layout.plugins / f"{REPLICATION}.json"
    if not path.exists():
        return PlainTextResponse("The security replication file either does not exist", 400)
    return PlainTextResponse(path.read_text(encoding="utf-8"))


@ENDPOINTS.add("PUT", f"{EXECUTE}/securityReplication", SECTION, query=QUERY, body=ANYTHING, dials=True)
def put_configuration(incoming: Incoming) -> Response:
    """security-replication.md 1.2, 1.4: written as it comes, and handed on to all running nodes of HA."""
    node = loaded_at(incoming, REPLICATION)
    text = incoming.body.decode("utf-8", "replace")
    if len(incoming.site.nodes) > 1 and parameters(incoming).get("set", "0") == "0":
        worst, auth = (200, ""), incoming.headers.get("authorization", "")
        for each in incoming.site.nodes:
            if each.state == RUNNING:
                url = f"{each.url}/artifactory/api/plugins/execute/{REPLICATION}?params=set=1"
                worst = max(worst, push(incoming, url, text, auth), key=lambda answer: answer[0])
        return PlainTextResponse(worst[1] if worst[0] != 200 else "", worst[0])
    path = node.layout.plugins / f"{REPLICATION}.json"
    fresh = not path.exists()
    path.write_text(text, encoding="utf-8")
    if fresh:
        os.chmod(path, int(incoming.simulator.switches.plugin_config_mode, 8))
    return PlainTextResponse("")


@ENDPOINTS.add("GET", f"{EXECUTE}/getUserDB", SECTION, query=QUERY)
def golden(incoming: Incoming) -> Response:
    """security-replication.md 1.2: 400 without a golden snapshot."""
    loaded_at(incoming, "getUserDB")
    return PlainTextResponse(NO_GOLDEN, 400)


@ENDPOINTS.add("GET", f"{EXECUTE}/secRepPing", SECTION, query=QUERY)
def ping(incoming: Incoming) -> Response:
    """security-replication.md 1.2: the versions of all nodes; no checksum before the first synchronisation."""
    loaded_at(incoming, "secRepPing")
    return JSONResponse({"version": [incoming.site.version for _node in incoming.site.nodes]})


@ENDPOINTS.add("POST", f"{EXECUTE}/secRepDataGet", SECTION, query=QUERY, body=ANYTHING)
def get_data(incoming: Incoming) -> Response:
    """security-replication.md 1.2: 400 without a golden snapshot."""
    loaded_at(incoming, "secRepDataGet")
    return PlainTextResponse(NO_GOLDEN, 400)


@ENDPOINTS.add("POST", f"{EXECUTE}/secRepDataPost", SECTION, query=QUERY, body=ANYTHING)
def post_data(incoming: Incoming) -> Response:
    """security-replication.md 1.2: 400 without a golden snapshot."""
    loaded_at(incoming, "secRepDataPost")
    return PlainTextResponse(NO_GOLDEN, 400)


def basic(configuration: Any) -> str:
    """The plugin's own Authorization header."""
    account = configuration.get("authorization", {})
    credentials = f"{account.get('username')}:{account.get('password')}"
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def push(incoming: Incoming, url: str, text: str, authorization: str) -> tuple[int, str]:
    """A PUT of the plugin: 502 when nobody answers (1.2, "Client side behaviour")."""
    try:
        answer = dial(incoming.simulator, incoming.site, "PUT", url, text=text, authorization=authorization)
    except Unreachable as error:
        return 502, f"Problem making request: {error}"
    return answer.status_code, answer.text
