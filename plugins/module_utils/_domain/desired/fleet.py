# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the inventory wants: its variables, read once for the whole fleet, with all their problems at once."""

from __future__ import annotations

from typing import Any, Mapping

from ..pem import der_sha256
from ..settings.router_proxy import SECTION
from . import node_access
from . import values as read
from .problems import Problems, join_words, name_hosts
from .shapes import BRIDGE, CertificateAndKey, DesiredEdge, DesiredFleet, DesiredNode
from .variables import COMMAND, TABLE

# The variables that ``parse_fleet`` reads; others in its argument are left alone.
VARIABLES = tuple(TABLE)

_TLS = "security.tls"

# A certificate and its private key: each needs the other.
PAIRS = (
    *((f"{subject}_certificate", f"{subject}_private_key") for subject in ("edge_server", "edge_access_ca")),
    ("edge_token_signing_certificate", "edge_token_signing_private_key"),
    *((f"{side}_client_certificate_path", f"{side}_client_key_path") for side in ("platform", "edge")),
)


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
    of_nodes = {name: {host: _node(found) for host, found in nodes.items()} for name, nodes in grouped.items()}
    _check_urls(agreed, platform_url, problems)
    _check_stores(agreed, problems)
    problems.raise_any()
    edges = tuple(_edge(name, of_nodes[name], found) for name, found in agreed.items())
    return DesiredFleet(platform_url or "", edges)


def _read_host(host: str, variables: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """The readable variables of one host; one that is not readable is a problem, and left out."""
    found: dict[str, Any] = {}
    for name, variable in TABLE.items():
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
    _check_pairs(host, variables, problems)
    if _TLS in found.get("edge_access_config", {}):
        problems.of_host(host, f"edge_access_config has {_TLS}. Take it out, and set edge_tls, which has a safe order")
    doubled = sorted(name for name in found.get("edge_system_yaml", {}) if _meets(name, SECTION))
    if doubled and found.get("edge_router_proxy"):
        problems.of_host(host, f"edge_system_yaml has {doubled[0]}, and edge_router_proxy is set. Remove one of them")
    if found.get("edge_connection") == BRIDGE and not variables.get("edge_bridge_id"):
        problems.of_host(host, "edge_connection is bridge, and edge_bridge_id is not set. Set it to the bridge's id")
    if variables.get("edge_bridge_id") and found.get("edge_connection") != BRIDGE:
        problems.of_host(
            host,
            "edge_bridge_id is set, and edge_connection is not bridge, so the bridge would not be used. Set "
            "edge_connection to bridge, or remove edge_bridge_id",
        )
    for problem in node_access.problems(found, variables):
        problems.of_host(host, problem)
    if found.get("edge_license_count") and not variables.get("edge_license_bucket"):
        problems.of_host(host, "edge_license_count is set, and edge_license_bucket is not. Name the bucket")
    if found.get("edge_service_control") == COMMAND and not variables.get("edge_service_restart_command"):
        problems.of_host(
            host,
            "edge_service_control is command, and edge_service_restart_command is not set. Set it to the command that "
            "starts the node again, as a list of words",
        )
    return found


def _meets(path: str, section: str) -> bool:
    """Whether a setting is the section, in it, or around it."""
    return f"{path}.".startswith(f"{section}.") or section.startswith(f"{path}.")


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
    for variable, properties in TABLE.items():
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


def _check_pairs(host: str, variables: Mapping[str, Any], problems: Problems) -> None:
    for names in PAIRS:
        for name, other in (names, names[::-1]):
            if variables.get(name) is not None and variables.get(other) is None:
                problems.of_host(host, f"{name} is set, and {other} is not. Set both, or none of them")


def _pair(found: Mapping[str, Any], subject: str) -> CertificateAndKey | None:
    certificate, key = found.get(f"{subject}_certificate"), found.get(f"{subject}_private_key")
    if certificate is None or key is None:
        return None
    return CertificateAndKey(certificate, key, der_sha256(certificate))


def _node(found: Mapping[str, Any]) -> DesiredNode:
    return DesiredNode(found.get("edge_system_yaml", {}), _pair(found, "edge_server"))


def _edge(name: str, nodes: Mapping[str, DesiredNode], found: Mapping[str, Any]) -> DesiredEdge:
    return DesiredEdge(
        name=name,
        url=found["edge_url"],
        location=found["edge_location"],
        nodes=tuple(nodes),
        of_nodes=nodes,
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
        tls_ca_certificates=found["edge_tls_ca_certificates"],
        tls_ca_prune=found["edge_tls_ca_prune"],
        tls=found["edge_tls"],
        access_config=found["edge_access_config"],
        router_proxy=found["edge_router_proxy"],
        access_ca=_pair(found, "edge_access_ca"),
        token_signing=_pair(found, "edge_token_signing"),
        certificate_days_left=found["edge_certificate_days_left"],
        base_url=found["edge_base_url"],
        license_bucket=found["edge_license_bucket"],
        license_count=found["edge_license_count"],
        license_keys=found["edge_license_keys"],
        license_days_left=found["edge_license_days_left"],
        signing_key=found["edge_signing_key"],
        trusted_signing_keys=found["edge_trusted_signing_keys"],
        federation=found["edge_federation"],
        canary=found["edge_canary"],
        connection=found["edge_connection"],
        bridge_id=found["edge_bridge_id"],
        node_access=found["edge_node_access"],
        token_days_left=found["edge_token_days_left"],
        policy=found["edge_policy"],
    )
