# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Artifactory's own calls for user plugins: security-replication.md 1.3, and JFrog's pages "Retrieve Plugin Info" and
"Reload Plugins" (jfrog.com/help/r/jfrog-rest-apis)."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import TEXT, USER, Endpoints, Incoming
from simulator.sites import ServedNode
from simulator.user_plugins.executions import EXECUTIONS, REPLICATION, node_of

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 1.3"
PLUGINS = "/artifactory/api/plugins"
NOT_ON_SEVEN = "Failed to load the plugin: unable to resolve class org.artifactory.common.ArtifactoryHome"


@ENDPOINTS.add("GET", PLUGINS, SECTION, access=USER)
def list_plugins(incoming: Incoming) -> Response:
    """security-replication.md 1.3: what is loaded ("Retrieve Plugin Info")."""
    if REPLICATION not in node_of(incoming).plugins:
        return JSONResponse({})
    return JSONResponse(
        {"executions": [{"name": name, "users": [], "groups": [], "params": {}} for name in EXECUTIONS]}
    )


@ENDPOINTS.add("POST", f"{PLUGINS}/reload", SECTION)
def reload(incoming: Incoming) -> Response:
    """security-replication.md 1.3: of the node that is asked alone ("Reload Plugins")."""
    loaded = node_of(incoming).reload_plugins(only_modified=incoming.simulator.switches.plugin_reload_skips_unmodified)
    return PlainTextResponse(f"Successfully loaded: {', '.join(loaded)}" if loaded else "No plugins were reloaded")


@ENDPOINTS.add("PUT", PLUGINS + "/{name}", SECTION, body=TEXT)
def deploy(incoming: Incoming) -> Response:
    """security-replication.md 1.3: the "deploy plugin" call that distSecRep makes."""
    if node_of(incoming).generation == "7":
        raise Refusal(500, NOT_ON_SEVEN)
    switches, name, text = incoming.simulator.switches, incoming.parameters["name"], incoming.body.decode()
    here = node_of(incoming)
    here.deploy_plugin(name, text, loads=switches.plugin_deploy_loads)
    if switches.plugin_spreads_in_cluster:
        for node in _others(incoming, here):
            node.deploy_plugin(name, text, loads=False)
    return PlainTextResponse("Plugin deployed successfully")


def _others(incoming: Incoming, here: ServedNode) -> list[ServedNode]:
    return [node for node in incoming.site.nodes if node is not here]
