# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What an offboarding reads: the platform with all that an Edge may have there, and the Edges, side by side.

The requests to the platform do not grow with the number of Edges, but for the question whether an Edge trusts it, which
only the platform can ask (control-plane-api.md 4).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence

from ...module_utils._adapter.sessions import Connection, require_requests
from ...module_utils._adapter.waiting import Clock
from ...module_utils._client.access import Access
from ...module_utils._client.fleet import EdgeSource, PlatformSource, read_fleet
from ...module_utils._domain.access import access_token as tokens
from ...module_utils._domain.access.access_token import Token
from ...module_utils._domain.bridge import jpd_url
from ...module_utils._domain.deployment import Deployment
from ...module_utils._domain.desired.shapes import NO_ACCESS
from ...module_utils._domain.errors import ApiError, CertificateError, EdgeError, InventoryError, TransportError
from ...module_utils._domain.file_name import folder_name
from ...module_utils._domain.offboarding.record import Record
from ...module_utils._domain.offboarding.shapes import Centre, Leaving, Wishes
from ...module_utils._domain.trust.trust import CIRCLE_OF_TRUST
from ...module_utils._domain.url import host as host_of
from ...module_utils._domain.url import normal
from .._files.key_source import beside_inventory
from .._fleet.connections import (
    VARIABLES as CONNECTIONS,
)
from .._fleet.connections import (
    EdgeConnection,
    edge_connections,
    platform_of_inventory,
)
from .._fleet.inventory import inventory_variables
from .._fleet.planning import PLATFORM_NODES, absent_nodes, observation

WISHES = "edge_offboard_"
VARIABLES = (
    *CONNECTIONS,
    "inventory_dir",
    "edge_connection",
    "edge_bridge_id",
    "edge_node_access",
    "edge_support_request_dir",
    *(
        WISHES + name
        for name in (
            "acknowledged",
            "host_is_dead",
            "remove_keys",
            "restart",
            "edge_tokens",
            "platform_tokens",
        )
    ),
)
FACTS = frozenset({"federation", "license_buckets"})
MAX_PARALLEL = 16


class Offboarding:
    """One run of the playbook: the Edges of the play, and how the platform is read. Raises InventoryError."""

    def __init__(self, task_vars: Mapping[str, Any], *, nodes_variable: str, record_variable: str) -> None:
        require_requests()
        self._task_vars = task_vars
        self._hosts = list(task_vars["ansible_play_hosts_all"])
        self._variables = inventory_variables(task_vars, self._hosts, VARIABLES)
        self._nodes_variable, self._record_variable = nodes_variable, record_variable
        problems: list[str] = []
        self.platform = platform_of_inventory(self._variables, {}, problems)
        self.edges = edge_connections(self._variables, {}, problems)
        self.acknowledged = _names(self._variables.values(), "acknowledged")
        dead = _names(self._variables.values(), "host_is_dead")
        problems += [
            f"{WISHES}{option} names {name}, which is no Edge of this run"
            for option, names in (("acknowledged", self.acknowledged), ("host_is_dead", dead))
            for name in sorted(names - set(self.edges))
        ]
        if problems:
            raise InventoryError(
                f"Cannot offboard: {'; '.join(problems)}. Correct the inventory or the variables.", problems=problems
            )
        self._dead = dead
        self._members: dict[str, list[str]] = {}
        for host, own in self._variables.items():
            self._members.setdefault(str(own["edge_name"]), []).append(host)

    def warnings(self) -> list[str]:
        """What is risky about the connections."""
        found = self.platform.warnings()
        for edge in self.edges.values():
            try:
                found += edge.connection.warnings()
            except CertificateError as exc:
                found.append(exc.msg)
        return list(dict.fromkeys(found))

    def read(self, clock: Clock) -> tuple[Centre, list[Leaving]]:
        """The platform, and the Edges of the run. What one of them does wrong is data of it."""
        platform, edges = self.platform, self.edges
        fleet = read_fleet(
            PlatformSource(platform.url, lambda: platform.session(read_only=True), FACTS),
            [_source(name, edge) for name, edge in edges.items()],
            now=clock.now(),
            max_parallel=MAX_PARALLEL,
        )
        answering = {name: edges[name] for name, seen in fleet["edges"].items() if seen["admin"] is True}
        with ThreadPoolExecutor(max_workers=MAX_PARALLEL) as pool:
            asked = pool.map(lambda one: _tokens(one.connection), answering.values())
            of_edges = dict(zip(answering, asked))
        seen = fleet["platform"]
        centre = Centre(
            seen,
            _tokens(platform) if seen["reachable"] else None,
            self._ways(),
            owned=bool(self._task_vars["groups"].get(PLATFORM_NODES)),
        )
        absent = absent_nodes(self._task_vars, self._hosts)
        return centre, [
            self._leaving(name, fleet["edges"][name], of_edges.get(name), absent.get(name, ())) for name in edges
        ]

    def read_platform(self) -> Centre:
        """The platform alone, after the last step."""
        found = read_fleet(
            PlatformSource(self.platform.url, lambda: self.platform.session(read_only=True), FACTS),
            [],
            now=Clock().now(),
        )
        seen = found["platform"]
        return Centre(seen, _tokens(self.platform) if seen["reachable"] else None, self._ways())

    def requests_of(self, name: str) -> Path:
        """Where the support request of an Edge lies on the controller. Raises InventoryError for a bad name."""
        own = self._variables[self._members[name][0]]
        folder = own.get("edge_support_request_dir") or beside_inventory("support_requests", own)
        return Path(os.path.expanduser(str(folder))) / folder_name(name)

    def _leaving(self, name: str, rest: Any, listed: Optional[List[Token]], absent: Sequence[str]) -> Leaving:
        nodes, hostvars = self._members[name], self._task_vars["hostvars"]
        own, connection = self._variables[nodes[0]], self.edges[name].connection
        rest_only = own.get("edge_node_access") == NO_ACCESS
        seen = {host: observation(hostvars[host].get(self._nodes_variable)) for host in nodes}
        return Leaving(
            wanted=Deployment(name, _registered_url(own, connection), {}),
            nodes=tuple(nodes),
            seen={host: node for host, (node, _error) in seen.items() if node is not None},
            unreachable={host: error for host, (_node, error) in seen.items() if error and not rest_only},
            absent=tuple(absent),
            rest=rest,
            tokens=listed,
            records={host: _record(hostvars[host].get(self._record_variable)) for host in nodes},
            wishes=self._wishes(name, own),
            certificate=host_of(self.platform.url) or "",
            own_token=_own_token(connection, listed),
            requested=(self.requests_of(name) / "request.txt").exists(),
            rest_only=rest_only,
        )

    def _wishes(self, name: str, own: Mapping[str, Any]) -> Wishes:
        return Wishes(
            dead=name in self._dead,
            remove_keys=_is_true(own.get(f"{WISHES}remove_keys")),
            restart=_is_true(own.get(f"{WISHES}restart")),
            edge_tokens=_listed(own, "edge_tokens"),
            platform_tokens=_listed(own, "platform_tokens"),
        )

    def _ways(self) -> dict[str, str]:
        """The first host of the inventory by the URL of its Edge, of this run or not."""
        known = inventory_variables(self._task_vars, list(self._task_vars["groups"]["all"]), ("edge_url",))
        ways: dict[str, str] = {}
        for host, own in known.items():
            if own.get("edge_url"):
                ways.setdefault(normal(str(own["edge_url"])), host)
        return ways


def _source(name: str, edge: EdgeConnection) -> EdgeSource:
    # Whatever trust the inventory wants: who federates is in a circle of trust as well.
    return EdgeSource(name, edge.connection.url, lambda: edge.connection.session(read_only=True), CIRCLE_OF_TRUST)


def _tokens(connection: Connection) -> Optional[List[Token]]:
    """The tokens that a server keeps; None when it does not tell them."""
    try:
        with connection.session(read_only=True) as session:
            return [tokens.from_api(item) for item in Access(session).list_tokens()]
    except EdgeError:
        return None


def _own_token(connection: Connection, listed: Optional[List[Token]]) -> str:
    """The id of the token in use; a reference token is asked for it."""
    claimed = tokens.of_claims(connection.token or "")
    if claimed is not None or listed is None:
        return claimed.token_id if claimed is not None else ""
    try:
        with connection.session(read_only=True) as session:
            return tokens.from_api(Access(session).own_token()).token_id
    except (ApiError, TransportError):
        return ""


def _registered_url(own: Mapping[str, Any], connection: Connection) -> str:
    """The URL under which the platform knows the Edge: its own, or that of its bridge."""
    if own.get("edge_connection") == "bridge" and own.get("edge_bridge_id"):
        return normal(jpd_url(str(own["edge_bridge_id"])))
    return normal(connection.url)


def _record(result: Any) -> Optional[Record]:
    return result["offboarding"] if isinstance(result, Mapping) and "offboarding" in result else None


def _names(variables: Any, option: str) -> set[str]:
    return {name for own in variables for name in _listed(own, option)}


def _listed(own: Mapping[str, Any], option: str) -> tuple[str, ...]:
    """A list, or names with commas between them, as -e gives them. Raises InventoryError."""
    value = own.get(f"{WISHES}{option}") or []
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list):
        raise InventoryError(f"Cannot offboard: {WISHES}{option} is no list. Give a list, also of one.")
    return tuple(map(str, value))


def _is_true(value: Any) -> bool:
    """Also as -e gives it, in text."""
    return value is True or str(value).lower() in ("true", "yes", "1")
