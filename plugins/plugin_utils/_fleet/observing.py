# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory's variables to one reading of the platform and all Edges."""

from __future__ import annotations

from itertools import chain
from typing import Any, Mapping, Sequence, Union

from ...module_utils._adapter.client_certificate import shown
from ...module_utils._adapter.sessions import Connection
from ...module_utils._adapter.waiting import Clock
from ...module_utils._client.fleet import EdgeSource, PlatformSource, read_fleet
from ...module_utils._client.preflight import read_preflight
from ...module_utils._domain.access.access_token import token_seen
from ...module_utils._domain.observed import EdgeSeen, Fleet, Platform
from ...module_utils._domain.url import normal
from .._action.progress import SILENT, Speaker
from .connections import EdgeConnection, reach
from .preflight import BELONGINGS, needed_of
from .preflight_source import source_of

# What is read besides, and the variables that manage it.
WANTED_OF_EDGE = {
    "base_url": ("edge_base_url", "edge_federation"),
    "bridges": ("edge_bridge_id",),
    "licenses": ("edge_license_bucket", "edge_license_keys"),
    "trusted_signing_keys": ("edge_signing_key", "edge_trusted_signing_keys"),
}
WANTED_OF_PLATFORM = {
    "federation": ("edge_federation",),
    "license_buckets": ("edge_license_bucket",),
    "trusted_signing_keys": ("edge_signing_key",),
}
MANAGING = dict.fromkeys(chain(*WANTED_OF_EDGE.values(), *WANTED_OF_PLATFORM.values()))


def observe_fleet(
    task_vars: Mapping[str, Any],
    *,
    hosts: Sequence[str] | None,
    options: Mapping[str, Any],
    max_parallel: int,
    clock: Clock,
    preflight: bool = False,
    speaker: Speaker = SILENT,
) -> tuple[Fleet, list[str]]:
    """What the platform and the Edges of these hosts (default: all hosts of the play) say, and warnings.

    ``options`` of the task win over the platform's variables in the inventory. ``preflight``: Edges that are not
    registered yet are looked at more closely. Raises InventoryError.
    """
    found = reach(task_vars, hosts, options, (*MANAGING, *(BELONGINGS if preflight else ())))
    platform, edges, warnings = found.platform, found.edges, found.warnings()
    fleet = read_fleet(
        PlatformSource(
            platform.url,
            lambda: platform.session(read_only=True),
            frozenset().union(*(_wanted(WANTED_OF_PLATFORM, values) for values in found.variables.values())),
        ),
        [_source(name, edge) for name, edge in edges.items()],
        now=clock.now(),
        max_parallel=max_parallel,
        progress=speaker.about("Read the Edges", len(edges)),
    )
    _note_ourselves(fleet["platform"], platform)
    for name, edge in edges.items():
        _note_ourselves(fleet["edges"][name], edge.connection)
    if preflight and fleet["platform"]["reachable"]:
        _look_closer(fleet, platform, edges, max_parallel=max_parallel, clock=clock, speaker=speaker)
    return fleet, warnings


def _source(name: str, edge: EdgeConnection) -> EdgeSource:
    connection = edge.connection
    return EdgeSource(
        name,
        connection.url,
        lambda: connection.session(read_only=True),
        edge.trust_method,
        _wanted(WANTED_OF_EDGE, edge.variables),
    )


def _look_closer(
    fleet: Fleet,
    platform: Connection,
    edges: Mapping[str, EdgeConnection],
    *,
    max_parallel: int,
    clock: Clock,
    speaker: Speaker,
) -> None:
    """The preflight of the Edges that the platform does not know; a fleet that is joined pays nothing for it."""
    known = {key for jpd in fleet["platform"]["jpds"] for key in (jpd["name"], normal(jpd["url"]))}
    new = {name: edge for name, edge in edges.items() if not {name, normal(edge.connection.url)} & known}
    if not new:
        return
    looked = read_preflight(
        source_of("platform", platform),
        [source_of(name, edge.connection) for name, edge in new.items()],
        now=clock.now,
        max_parallel=max_parallel,
        progress=speaker.about("Look closer at new Edges", len(new)),
        needed=needed_of(edge.variables for edge in new.values()),
    )
    fleet["platform"]["preflight"] = dict(looked["platform"])
    for name, seen in looked["edges"].items():
        fleet["edges"][name]["preflight"] = dict(seen)


def _note_ourselves(seen: Union[Platform, EdgeSeen], connection: Connection) -> None:
    """Which certificate and which token we show there, so that the plan knows their ends."""
    token = token_seen(connection.token) if connection.token is not None else None
    if token is not None:
        seen["token"] = token
    certificate = shown(connection.client_files) if connection.client_files is not None else None
    if certificate is not None:
        seen["client_certificate"] = certificate


def _wanted(table: Mapping[str, Sequence[str]], values: Mapping[str, Any]) -> frozenset[str]:
    """The facts that these variables manage. An empty list manages as well: it says that nothing shall be there."""
    return frozenset(fact for fact, names in table.items() if any(values.get(name) not in (None, "") for name in names))
