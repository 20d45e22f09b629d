# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""secRepValidate: the chain mesh, instance, node, and the report: security-replication.md 1.5."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

from simulator.dialling import Unreachable, dial
from simulator.node.user_plugins import REPLICATION, configuration_in, version_in
from simulator.rest.endpoint import Incoming
from simulator.sites import ServedNode

Findings = list[tuple[str, str, str, str]]  # title, instance, node, message
STATES = {"running": "Running", "starting": "Starting"}


def of_node(node: ServedNode) -> dict[str, Any]:
    """What one node tells of itself: what is loaded, and what lies on its disk."""
    loaded, folder = node.plugins[REPLICATION], node.layout.plugins
    told: dict[str, Any] = {"version": loaded.version, "cron": loaded.cron}
    try:
        told["json"] = configuration_in(folder)
    except ValueError as error:
        told["jsonerr"] = f"Cannot read securityReplication.json: {error}"
    try:
        version = version_in(folder)
        told.update(
            {"fsversion": version} if version else {"fsversionerr": "Cannot find version string in plugin file."}
        )
    except OSError as error:
        told["fsversionerr"] = f"Cannot read securityReplication.groovy: {error}"
    return told


def of_instance(incoming: Incoming, here: ServedNode) -> dict[str, Any]:
    """All nodes of one instance by their ids, each with the state that the servers know of it."""
    authorization = incoming.headers.get("authorization", "")
    told = {}
    for node in incoming.site.nodes:
        if node is here:
            seen = {**of_node(node), "!status": 200}
        else:
            seen = _ask(incoming, f"{node.url}/artifactory", authorization, "node")
        told[node.name] = {**seen, "!state": STATES.get(node.state, "Stopped")}
    return told


def of_mesh(incoming: Incoming, here: ServedNode) -> dict[str, Any]:
    """All instances by their URLs: those of the own configuration, and those that other instances name."""
    try:
        own = configuration_in(here.layout.plugins)["securityReplication"]
    except (ValueError, KeyError, TypeError) as error:
        return {"!message": f"Cannot read urls from securityReplication.json: {error}"}
    account = f"{own['authorization']['username']}:{own['authorization']['password']}"
    authorization = "Basic " + base64.b64encode(account.encode()).decode()
    waiting, told = list(own["urls"]), {}
    while waiting:
        url = waiting.pop(0)
        told[url] = _ask(incoming, url, authorization, "instance")
        for name, node in told[url].items():
            if not name.startswith("!"):
                linked = ((node.get("json") or {}).get("securityReplication") or {}).get("urls") or []
                waiting += [link for link in linked if link not in waiting and link not in told]
    return told


def report(mesh: dict[str, Any]) -> str:
    """The report in words. A configuration that differs is shown as a whole, password and all."""
    version, found = _examine(copy.deepcopy(mesh))
    if not found:
        return f"==== Success! All nodes synced with securityReplication version {version} ====\n"
    lines = [f"==== Failure: {len(found)} errors ====\n"]
    for title, instance, node, message in found:
        where = " - ".join(filter(None, (instance, node)))
        lines.append(f"#### {title}:{f' {where}' if where else ''}\n        {message}\n    Recommended Actions:\n")
    return "".join(lines)


def _examine(mesh: dict[str, Any]) -> tuple[Any, Findings]:
    if "!message" in mesh:
        return None, [("Error accessing mesh", "", "", mesh["!message"])]
    found: Findings = []
    version: Any = None
    expected: Any = None
    for url, instance in mesh.items():
        if instance["!status"] != 200:
            found.append(("Error accessing instance", url, "", str(instance.get("!message"))))
            continue
        for name, node in instance.items():
            if name.startswith("!"):
                continue
            if node["!status"] != 200 or node["!state"] != "Running":
                found.append(("Error accessing node", url, name, str(node.get("!message"))))
                continue
            on_disk = node.get("fsversion")
            if not on_disk:
                found.append(("Error reading plugin version from groovy file", url, name, node["fsversionerr"]))
            elif on_disk != node["version"]:
                found.append(("Loaded plugin version mismatch", url, name, f"{node['version']}, {on_disk}"))
            version = version or on_disk
            if version != on_disk:
                found.append(("Plugin version mismatch", url, name, f"{on_disk}, {version}"))
            if not node.get("json"):
                found.append(("Error reading plugin config from json file", url, name, str(node.get("jsonerr"))))
                continue
            own = node["json"]["securityReplication"]
            whoami = own.pop("whoami", None)
            expected = expected or node["json"]
            if node["json"] != expected or whoami != url:
                shown = f"Plugin config: {json.dumps(node['json'])}\nExpected config: {json.dumps(expected)}"
                found.append(("Plugin config mismatch", url, name, shown))
            if node["cron"] != own.get("cron_job"):
                found.append(("Loaded plugin config mismatch", url, name, f"{node['cron']}, {own.get('cron_job')}"))
    return version, found


def _ask(incoming: Incoming, base: str, authorization: str, chain: str) -> dict[str, Any]:
    """One call of the chain. A slash at the end of a URL does no harm here (1.1)."""
    url = f"{base.rstrip('/')}/api/plugins/execute/secRepValidate?params=chain={chain}"
    try:
        answer = dial(incoming.simulator, incoming.site, "GET", url, authorization=authorization)
    except Unreachable as error:
        return {"!message": f"Problem making request: {error}", "!status": 502}
    if answer.status_code != 200:
        return {"!message": answer.text, "!status": answer.status_code}
    told: dict[str, Any] = answer.json()
    return {**told, "!status": 200}
