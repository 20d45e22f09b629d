# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory's variables to the connections with the platform and with all Edges."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from .._client.failures import EDGE, PLATFORM, Peer
from .._domain.desired.fleet import VARIABLES as ALL_VARIABLES
from .._domain.desired.fleet import parse_fleet
from .._domain.errors import InventoryError
from .._domain.proxy import UNSET
from .._domain.trust.trust import AUTO, REQUESTS
from .._domain.url import base_url_problem
from .._domain.wording import token_problem
from .inventory import inventory_variables
from .options import EDGE_OPTIONS, PLATFORM_OPTIONS
from .sessions import Connection, client_of, expanded, proxy_and_client_problems, proxy_of

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


def refuse(task_vars: Mapping[str, Any], hosts: Sequence[str], problems: Sequence[str]) -> None:
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
        url=str(url or "").rstrip("/") + "/",
        token=str(token or ""),
        ca_path=expanded(ca_path) if ca_path else None,
        validate_certs=_boolean(values.get(peer.option("validate_certs")), peer, where, problems),
        timeout=float(options.get("timeout") or PLATFORM_OPTIONS["timeout"]["default"]),
        proxy=UNSET if unusable else proxy_of(values, peer),
        client_files=None if unusable else client_of(values, peer),
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
