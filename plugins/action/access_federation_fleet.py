# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Federates the Edges of the inventory, on the controller. Documented in plugins/modules/access_federation_fleet.py."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Callable, Mapping

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.federation import (
    BROADCAST,
    Federator,
    Task,
    Work,
    refuse_failures,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.federation_sources import (
    HOME,
    Directory,
    change_of,
    facts_of,
    federate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import diff_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import Connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.wording import printable
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.step_hosts import hosts_of
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import connections as inventory
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import federation as fleet

display = Display()
SPEC: Family = {
    "topology": {"type": "str", "choices": [fleet.STAR, fleet.MESH], "default": fleet.STAR},
    "platform_federation": {"type": "raw"},
    "prune": {"type": "bool", "default": False},
    "full_broadcast": {"type": "str", "choices": list(BROADCAST)},
    "hosts": {"type": "list", "elements": "str"},
    "step": {"type": "str"},
    "on_failure": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
}
NOBODY = (
    "No Edge of these hosts sets edge_federation, so nothing is federated. Set it for the Edges that shall be told "
    "something."
)


def _ensure(
    params: dict[str, Any], *, variables: dict[str, Any], warn: Callable[[str], None], check_mode: bool, **_: Any
) -> dict[str, Any]:
    members, works = _federate(variables, params, warn=warn, check_mode=check_mode)
    change, found = change_of(works), facts_of(works)
    for line in [*found["differences"], *map(_told, found["broadcasts"])]:
        display.display(printable(line))
    for warning in (warning for work in works for warning in work.warnings):
        warn(warning)
    result = {
        "changed": change.changed,
        "drift": change.drift,
        **found,
        "edges": fleet.answers(members, works),
        "msg": "Federated as wanted.",
        "diff": diff_of(change, "Access Federation"),
    }
    if not works and not members:
        warn(NOBODY)
        result["msg"] = NOBODY
    try:
        refuse_failures(works)
    except EdgeError as exc:  # with what was done all the same
        result |= {**exc.to_fail_json(), "failed": params["on_failure"] == "fail"}
    return result


def _told(broadcast: Mapping[str, str]) -> str:
    return "{source}: full broadcast to {target}: {status}".format(**broadcast)


def _federate(
    variables: dict[str, Any], args: dict[str, Any], *, warn: Callable[[str], None], check_mode: bool
) -> tuple[list[fleet.Member], list[Work]]:
    hosts = hosts_of(variables, args["hosts"], args["step"])
    edges = inventory.edges_of(variables, hosts, fleet.VARIABLES)
    platform = inventory.platform_of(variables, hosts)
    is_mesh = args["topology"] == fleet.MESH
    # Only sources are asked themselves: in a star the targets need nothing but their URL.
    wanted = {name: values for name, values in edges.items() if values.get(fleet.FEDERATION) is not None}
    ways = inventory.connections(wanted) if is_mesh else {}
    members = fleet.members_of(edges)
    tasks = _tasks(variables, args, members, platform.url)
    if not tasks:
        return members, []
    for connection in (platform, *ways.values()):
        for warning in connection.warnings():
            warn(warning)
    with ExitStack() as stack:
        directory = Directory(stack.enter_context(platform.session(read_only=check_mode)))
        for warning in directory.warnings:
            warn(warning)
        sources = {name: _federator(stack, directory, name, ways.get(name), check_mode) for name in tasks}
        works = federate(
            list(sources.values()),
            list(tasks.values()),
            directory,
            check_mode=check_mode,
            mesh=is_mesh,
            keep_going=True,
        )
    return members, works


def _tasks(variables: dict[str, Any], args: dict[str, Any], members: list[fleet.Member], url: str) -> dict[str, Task]:
    home = fleet.home(url, args["platform_federation"])
    prune = {"prune": args["prune"], "keep": [*fleet.urls_of_inventory(variables), url]}
    broadcast = args["full_broadcast"]
    options = {**prune, **({"full_broadcast": broadcast} if broadcast else {})}
    if args["topology"] == fleet.STAR:
        if home is not None:
            raise InventoryError("Cannot federate: platform_federation is for a mesh; in a star the platform tells.")
        return fleet.star(members, **options) if members or args["prune"] else {}
    return fleet.mesh([*([home] if home else []), *members], **options)


def _federator(
    stack: ExitStack, directory: Directory, name: str, way: Connection | None, check_mode: bool
) -> Federator:
    session = stack.enter_context(way.session(read_only=check_mode)) if way is not None else None
    return Federator(directory.source(None if name == HOME else name, session))


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_ensure)
