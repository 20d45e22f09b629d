# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory's variables to the connections with the platform and with all Edges."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ...module_utils._adapter.sessions import (
    Connection,
    client_of,
    expanded,
    proxy_and_client_problems,
    proxy_of,
    require_requests,
)
from ...module_utils._client.failures import EDGE, PLATFORM, Peer
from ...module_utils._domain.desired.fleet import VARIABLES as ALL_VARIABLES
from ...module_utils._domain.desired.fleet import parse_fleet
from ...module_utils._domain.errors import CertificateError, InventoryError
from ...module_utils._domain.proxy import UNSET
from ...module_utils._domain.trust.trust import AUTO, REQUESTS
from ...module_utils._domain.url import base_url_problem, normal
from ...module_utils._domain.wording import token_problem
from .inventory import inventory_variables

# Every option of the connection but the time limit, under the option's own name.
PLATFORM_VARIABLES = tuple(name for name in PLATFORM_OPTIONS if name.startswith(PLATFORM.prefix))
EDGE_VARIABLES = tuple(EDGE_OPTIONS)
VARIABLES = (*PLATFORM_VARIABLES, "edge_name", *EDGE_VARIABLES, "edge_trust_method")
KEY_FILES = ("edge_join_key_file", "edge_master_key_file")  # their content is the plan's to read


@dataclass(frozen=True)
class EdgeConnection:
    """How one Edge is reached, its trust method, and the variables of its first host."""

    connection: Connection
    trust_method: str
    variables: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Reach:
    """The variables of the chosen hosts, and how platform and Edges are reached."""

    variables: Mapping[str, Mapping[str, Any]] = field(repr=False)
    platform: Connection
    edges: Mapping[str, EdgeConnection]

    def warnings(self) -> list[str]:
        """What is risky about the connections, each once."""
        found = self.platform.warnings()
        for edge in self.edges.values():
            # A client certificate that cannot be used is told with its Edge, and stops no other.
            with contextlib.suppress(CertificateError):
                found += edge.connection.warnings()
        return list(dict.fromkeys(found))


def reach(
    task_vars: Mapping[str, Any], hosts: Sequence[str] | None, options: Mapping[str, Any], names: Sequence[str]
) -> Reach:
    """Of these hosts (default: all hosts of the play), with these variables more. Raises InventoryError.

    ``options`` of the task win over the platform's variables in the inventory.
    """
    require_requests()
    chosen = list(hosts or task_vars["ansible_play_hosts_all"])
    variables = inventory_variables(task_vars, chosen, (*VARIABLES, *names))
    problems: list[str] = []
    platform = platform_of_inventory(variables, options, problems)
    edges = edge_connections(variables, options, problems)
    if problems:
        _refuse(task_vars, chosen, problems)
    return Reach(variables, platform, edges)


def edges_of(
    task_vars: Mapping[str, Any], hosts: Sequence[str], names: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """The Edges of these hosts: their variables as their first host says them, and their hosts under ``hosts``."""
    edges: dict[str, dict[str, Any]] = {}
    for host, values in inventory_variables(task_vars, hosts, ("edge_name", *EDGE_VARIABLES, *names)).items():
        name = str(values.get("edge_name") or "")
        if not name:
            raise InventoryError(f"Cannot tell the Edge of host '{host}': it has no edge_name. Set it.")
        edges.setdefault(name, {**values, "hosts": []})["hosts"].append(host)
    return edges


def connections(edges: Mapping[str, Mapping[str, Any]]) -> dict[str, Connection]:
    """How to reach each Edge of ``edges_of``. Raises InventoryError with everything that is missing or wrong."""
    problems: list[str] = []
    made = {name: _connection(EDGE, values, {}, f" of the Edge '{name}'", problems) for name, values in edges.items()}
    if problems:
        raise InventoryError(
            f"Cannot reach the Edges: {'; '.join(problems)}. Correct the inventory.", problems=problems
        )
    return made


def platform_of(task_vars: Mapping[str, Any], hosts: Sequence[str]) -> Connection:
    """How to reach the platform, as these hosts say. Raises InventoryError."""
    problems: list[str] = []
    made = platform_of_inventory(inventory_variables(task_vars, hosts, PLATFORM_VARIABLES), {}, problems)
    if problems:
        raise InventoryError(
            f"Cannot reach the platform: {'; '.join(problems)}. Correct the inventory.", problems=problems
        )
    return made


def platform_of_inventory(
    variables: Mapping[str, Mapping[str, Any]], options: Mapping[str, Any], problems: list[str]
) -> Connection:
    """The platform's connection: from the task, else from the first host that says it, else from the environment."""
    found: dict[str, Any] = {}
    for name in PLATFORM_VARIABLES:
        said = [options.get(name), *(values.get(name) for values in variables.values()), _from_environment(name)]
        found[name] = next((value for value in said if value is not None), None)
    return _connection(PLATFORM, found, options, "", problems)


def edge_connections(
    variables: Mapping[str, Mapping[str, Any]], options: Mapping[str, Any], problems: list[str]
) -> dict[str, EdgeConnection]:
    """How to read each Edge, as its first host says; that all hosts agree is the plan's to check."""
    edges: dict[str, EdgeConnection] = {}
    for host, values in variables.items():
        name = str(values.get("edge_name") or "")
        if not name:
            problems.append(f"host '{host}' has no edge_name")
        elif name not in edges:
            method = str(values.get("edge_trust_method") or AUTO)
            if method not in REQUESTS:
                problems.append(f"edge_trust_method of host '{host}' is '{method}' instead of {', '.join(REQUESTS)}")
            connection = _connection(EDGE, values, options, f" of host '{host}'", problems)
            edges[name] = EdgeConnection(connection, method, values)
    return edges


def _refuse(task_vars: Mapping[str, Any], hosts: Sequence[str], problems: Sequence[str]) -> None:
    """Raise InventoryError, with the problems that the plan would find as well, so that one run tells them all."""
    parse_fleet(inventory_variables(task_vars, hosts, [name for name in ALL_VARIABLES if name not in KEY_FILES]))
    raise InventoryError(
        f"Cannot observe the fleet: {'; '.join(problems)}. Correct the inventory.", problems=list(problems)
    )


def _connection(
    peer: Peer, values: Mapping[str, Any], options: Mapping[str, Any], where: str, problems: list[str]
) -> Connection:
    url, token = (values.get(peer.option(name)) for name in ("url", "access_token"))
    if not url:
        problems.append(f"{peer.option('url')}{where} is missing")
    elif base_url_problem(str(url)) is not None:
        problems.append(f"{peer.option('url')}{where} cannot be used: {base_url_problem(str(url))}")
    if not token:
        problems.append(f"{peer.option('access_token')}{where} is missing")
    elif token_problem(str(token)) is not None:
        problems.append(f"{peer.option('access_token')}{where} {token_problem(str(token))}")
    unusable = proxy_and_client_problems(values, peer)
    problems += [f"{setting}{where} {problem}" for setting, problem in unusable]
    ca_path = values.get(peer.option("ca_path"))
    return Connection(
        peer=peer,
        url=normal(str(url or "")),
        who=str(token or ""),
        ca_path=expanded(ca_path) if ca_path else None,
        validate_certs=_boolean(values.get(peer.option("validate_certs")), peer, where, problems),
        timeout=float(options.get("timeout") or PLATFORM_OPTIONS["timeout"]["default"]),
        proxy=UNSET if unusable else proxy_of(values, peer),
        client_files=None if unusable else client_of(values, peer),
        seconds=options.get("edge_timeout") if peer is EDGE else None,
    )


def _boolean(value: Any, peer: Peer, where: str, problems: list[str]) -> bool:
    try:
        return True if value is None else bool(boolean(value))
    except TypeError:
        problems.append(f"{peer.option('validate_certs')}{where} is neither true nor false")
        return True


def _from_environment(name: str) -> str | None:
    fallback = PLATFORM_OPTIONS[name].get("fallback")
    return os.environ.get(fallback[1][0]) if fallback else None
