# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the inventory wants: its variables, read once for the whole fleet, with all their problems at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Tuple

from ..deployment import Deployment
from ..keys import JOIN_KEY, MASTER_KEY
from ..pairing import REPAIR, WHEN_BROKEN
from ..trust import AUTO, REQUESTS
from . import values as read
from .problems import Problems, join_words, name_hosts

REPORT = "report"
SUPPLY = "supply"
ON_UNKNOWN = (REPORT, SUPPLY)
COMMAND = "command"
CONTROLS = (AUTO, "systemd", "artifactoryctl", COMMAND, "none")


@dataclass(frozen=True)
class _Variable:
    """One variable of the inventory; ``edge``: all nodes of an Edge have to agree on it."""

    read: read.Reader
    default: Any = None
    required: str = ""
    edge: bool = True


_VARIABLES = {
    "platform_url": _Variable(
        read.base_url, required="Set it to the platform, such as https://acme.jfrog.io", edge=False
    ),
    "platform_access_token": _Variable(read.secret, edge=False),
    "edge_name": _Variable(read.name, required="Set it to the name that the Edge's JPD shall have", edge=False),
    "edge_url": _Variable(read.base_url, required="Set it to the base URL under which the platform reaches the Edge"),
    "edge_access_token": _Variable(read.secret),
    "edge_ca_path": _Variable(read.path),
    "edge_validate_certs": _Variable(read.boolean, True),
    "edge_location": _Variable(read.location, required="Give city_name, country_code, latitude, longitude"),
    "edge_tags": _Variable(read.tags),
    "edge_trust_method": _Variable(read.choice(REQUESTS), AUTO),
    "edge_circle_of_trust_acknowledged": _Variable(read.boolean, False),
    "edge_repair": _Variable(read.choice(REPAIR), WHEN_BROKEN),
    "edge_on_unknown": _Variable(read.choice(ON_UNKNOWN), REPORT),
    "edge_adopt_by_name": _Variable(read.boolean, False),
    "edge_join_key": _Variable(read.key(JOIN_KEY)),
    "edge_join_key_file": _Variable(read.path),
    "edge_join_key_bits": _Variable(read.bits, 256),
    "edge_master_key": _Variable(read.key(MASTER_KEY)),
    "edge_master_key_file": _Variable(read.path),
    "edge_service_control": _Variable(read.choice(CONTROLS), AUTO, edge=False),
    "edge_service_restart_command": _Variable(read.command, edge=False),
}

# The variables that ``parse_fleet`` reads; others in its argument are left alone.
VARIABLES = tuple(_VARIABLES)


@dataclass(frozen=True)
class DesiredEdge:
    """One Edge as the inventory wants it. ``nodes`` are its hosts, in the inventory's order.

    A key that is None is not managed, unless ``join_key_file`` names the store that a new join key goes to.
    """

    name: str
    url: str
    location: Mapping[str, Any]
    nodes: Tuple[str, ...]
    tags: Optional[Tuple[str, ...]] = None
    trust_method: str = AUTO
    acknowledged: bool = False
    repair: str = WHEN_BROKEN
    on_unknown: str = REPORT
    adopt_by_name: bool = False
    join_key: Optional[str] = field(default=None, repr=False)
    join_key_file: Optional[str] = None
    join_key_bits: int = 256
    master_key: Optional[str] = field(default=None, repr=False)

    @property
    def deployment(self) -> Deployment:
        """The JPD that this Edge shall be."""
        return Deployment(self.name, self.url, self.location, self.tags)


@dataclass(frozen=True)
class DesiredFleet:
    """Everything that the inventory wants in one run: one platform, and its Edges in the inventory's order."""

    platform_url: str
    edges: Tuple[DesiredEdge, ...]


def parse_fleet(hosts: Mapping[str, Mapping[str, Any]]) -> DesiredFleet:
    """The desired fleet from the variables of its hosts. Raises one InventoryError with all problems.

    Files are not read here: where a key file exists, the caller gives its content as the key and leaves the file's
    variable out. A join key file that is left over is a store that has no key yet. A master key is never made up.
    """
    problems = Problems()
    values = {host: _read_host(host, variables, problems) for host, variables in hosts.items()}
    if not values:
        problems.of_fleet("No host is in the run. Check the inventory and the limit")
    platform_url = _one_platform(values, problems)
    grouped: dict[str, dict[str, dict[str, Any]]] = {}
    for host, found in values.items():
        if found.get("edge_name") is not None:
            grouped.setdefault(found["edge_name"], {})[host] = found
    agreed = {name: _agree(name, nodes, problems) for name, nodes in grouped.items()}
    _check_urls(agreed, platform_url, problems)
    _check_stores(agreed, problems)
    problems.raise_any()
    edges = tuple(_edge(name, tuple(grouped[name]), found) for name, found in agreed.items())
    return DesiredFleet(platform_url or "", edges)


def _read_host(host: str, variables: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """The readable variables of one host; one that is not readable is a problem, and left out."""
    found: dict[str, Any] = {}
    for name, variable in _VARIABLES.items():
        value = variables.get(name)
        if value is None:
            if variable.required:
                problems.of_host(host, f"{name} is not set. {variable.required}")
            else:
                found[name] = variable.default
            continue
        try:
            found[name] = variable.read(value)
        except read.Unusable as exc:
            for problem in exc.problems:
                problems.of_host(host, f"{name} {problem}")
    _check_key_files(host, variables, problems)
    if found.get("edge_service_control") == COMMAND and not variables.get("edge_service_restart_command"):
        problems.of_host(
            host,
            "edge_service_control is command, and edge_service_restart_command is not set. Set it to the command that "
            "starts the node again, as a list of words",
        )
    return found


def _check_key_files(host: str, variables: Mapping[str, Any], problems: Problems) -> None:
    for name in ("edge_join_key", "edge_master_key"):
        path = variables.get(f"{name}_file")
        if path is None:
            continue
        if variables.get(name) is not None:
            problems.of_host(host, f"{name} and {name}_file are both set. Remove one of them")
        elif name == "edge_master_key":
            problems.of_host(
                host,
                f"{name}_file: there is no file {path}, and a master key is never made up. "
                "Put the key of the first node there, or remove the variable",
            )


def _one_platform(values: Mapping[str, Mapping[str, Any]], problems: Problems) -> str | None:
    by_url: dict[str, list[str]] = {}
    for host, found in values.items():
        if "platform_url" in found:
            by_url.setdefault(found["platform_url"], []).append(host)
    if len(by_url) > 1:
        listed = ", ".join(f"{url} ({name_hosts(hosts)})" for url, hosts in by_url.items())
        problems.of_fleet(f"platform_url is not the same everywhere: {listed}. Run once per platform")
    return next(iter(by_url), None)


def _agree(name: str, nodes: Mapping[str, Mapping[str, Any]], problems: Problems) -> dict[str, Any]:
    """The variables of an Edge, which all its nodes have to give alike."""
    agreed: dict[str, Any] = {}
    for variable, properties in _VARIABLES.items():
        if not properties.edge:
            continue
        given = {host: found[variable] for host, found in nodes.items() if variable in found}
        different = _different(given)
        if len(different) > 1 and variable == "edge_url":
            listed = ", ".join(f"{given[host]} ({host})" for host in different)
            problems.of_edge(
                name, f"hosts with this edge_name have different edge_url: {listed}. Give each Edge its own name"
            )
        elif len(different) > 1:
            problems.of_edge(
                name,
                f"its nodes {join_words(different)} disagree on {variable}. Set it once, for the group of the Edge",
            )
        if given:
            agreed[variable] = next(iter(given.values()))
    return agreed


def _different(given: Mapping[str, Any]) -> list[str]:
    """One host for each distinct value."""
    seen: list[Any] = []
    hosts: list[str] = []
    for host, value in given.items():
        if value not in seen:
            seen.append(value)
            hosts.append(host)
    return hosts


def _check_urls(agreed: Mapping[str, Mapping[str, Any]], platform_url: str | None, problems: Problems) -> None:
    by_url: dict[str, list[str]] = {}
    for name, found in agreed.items():
        if "edge_url" in found:
            by_url.setdefault(found["edge_url"], []).append(name)
    for url, names in by_url.items():
        if len(names) > 1:
            listed = join_words([repr(name) for name in names])
            problems.of_fleet(f"Edges {listed} have one edge_url, {url}. Give each Edge its own, or one name to both")
        if url == platform_url:
            problems.of_edge(names[0], f"its edge_url is the platform's own, {url}. Set it to the Edge's base URL")


def _check_stores(agreed: Mapping[str, Mapping[str, Any]], problems: Problems) -> None:
    """A key that is made is made for one Edge (node-files.md 1.6): who knows one must not know another."""
    by_path: dict[str, list[str]] = {}
    for name, found in agreed.items():
        if found.get("edge_join_key") is None and found.get("edge_join_key_file") is not None:
            by_path.setdefault(found["edge_join_key_file"], []).append(name)
    for path, names in by_path.items():
        if len(names) > 1:
            listed = join_words([repr(name) for name in names])
            problems.of_fleet(
                f"Edges {listed} have one edge_join_key_file, {path}, and its key is still to be made. "
                "Give each Edge its own"
            )


def _edge(name: str, nodes: Tuple[str, ...], found: Mapping[str, Any]) -> DesiredEdge:
    return DesiredEdge(
        name=name,
        url=found["edge_url"],
        location=found["edge_location"],
        nodes=nodes,
        tags=found["edge_tags"],
        trust_method=found["edge_trust_method"],
        acknowledged=found["edge_circle_of_trust_acknowledged"],
        repair=found["edge_repair"],
        on_unknown=found["edge_on_unknown"],
        adopt_by_name=found["edge_adopt_by_name"],
        join_key=found["edge_join_key"],
        join_key_file=found["edge_join_key_file"],
        join_key_bits=found["edge_join_key_bits"],
        master_key=found["edge_master_key"],
    )
