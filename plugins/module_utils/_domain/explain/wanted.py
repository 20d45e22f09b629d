# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the inventory wants of one Edge, in words, with the variable that says so. Keys appear as fingerprints."""

from __future__ import annotations

import json
from typing import Any, Iterator, List, Mapping, Optional, Tuple

from ..desired.shapes import BRIDGE, CertificateAndKey, DesiredEdge, Federation
from ..keys.keys import fingerprint

Said = Tuple[str, str]  # what is wanted, and the variable that says so

# What is managed only where the inventory says something of it: the field, its name, and its variable.
_OPTIONAL = (
    ("tags", "tags", "edge_tags"),
    ("join_key", "join key", "edge_join_key"),
    ("master_key", "master key", "edge_master_key"),
    ("system_yaml", "system.yaml", "edge_system_yaml"),
    ("router_proxy", "proxy of the routers", "edge_router_proxy"),
    ("tls_ca_certificates", "CAs for TLS", "edge_tls_ca_certificates"),
    ("server_certificate", "server certificate", "edge_server_certificate"),
    ("access_ca", "certificate authority of Access", "edge_access_ca_certificate"),
    ("token_signing", "token signing certificate", "edge_token_signing_certificate"),
    ("access_config", "settings of Access", "edge_access_config"),
    ("tls", "TLS between services", "edge_tls"),
    ("base_url", "custom base URL", "edge_base_url"),
    ("license_keys", "own licences", "edge_license_keys"),
    ("license_bucket", "licence bucket", "edge_license_bucket"),
    ("signing_key", "signing key of the platform", "edge_signing_key"),
    ("trusted_signing_keys", "other signing keys", "edge_trusted_signing_keys"),
    ("federation", "Access Federation", "edge_federation"),
)


def wanted_lines(edge: DesiredEdge) -> List[str]:
    """A line for each thing that is managed, and one that names the others."""
    lines = [f"{what} ({variable})" for what, variable in _always(edge)]
    unmanaged = []
    for name, label, variable in _OPTIONAL:
        said = list(_optional(edge, name))
        lines += [f"{label}: {what} ({source or variable})" for what, source in said]
        unmanaged += [] if said else [f"{label} ({variable})"]
    return [*lines, f"not managed: {', '.join(unmanaged)}"] if unmanaged else lines


def _always(edge: DesiredEdge) -> Iterator[Said]:
    yield f"it is called {edge.name}", "edge_name"
    yield f"the platform reaches it at {edge.url}", "edge_url"
    where = edge.location
    city = f"{where.get('city_name')}, {where.get('country_code')}"
    yield f"it is in {city}, at {where.get('latitude')}, {where.get('longitude')}", "edge_location"
    yield f"it has the nodes {', '.join(edge.nodes)}", "the inventory's hosts with this edge_name"
    yield f"it is joined by the method {edge.trust_method}", "edge_trust_method"
    yield f"it is paired again: {edge.repair}", "edge_repair"
    if edge.rest_only:
        yield "it is managed over REST alone, and nothing on its nodes is looked at or changed", "edge_node_access"
    if edge.connection == BRIDGE:
        yield f"the platform reaches it through the bridge {edge.bridge_id}", "edge_connection, edge_bridge_id"


def _optional(edge: DesiredEdge, name: str) -> Iterator[Tuple[str, Optional[str]]]:
    """What is said of this, and by which variable if that is not the usual one. Nothing: it is not managed."""
    if name == "join_key":
        yield from _join_key(edge)
    elif name == "system_yaml":
        for host, node in edge.of_nodes.items():
            if node.system_yaml:
                yield f"on {host}: {_settings(node.system_yaml)}", None
    elif name == "server_certificate":
        for host, node in edge.of_nodes.items():
            if node.server_certificate is not None:
                yield f"on {host}: {_shown(node.server_certificate)}", None
    elif name == "license_bucket" and edge.license_bucket is not None:
        yield f"'{edge.license_bucket}', for {_count(edge.licenses_wanted, 'licence')}", None
    else:
        value = getattr(edge, name)
        if value is not None and not (name in ("access_config", "router_proxy") and not value):
            yield _value(edge, name, value), None


def _join_key(edge: DesiredEdge) -> Iterator[Tuple[str, Optional[str]]]:
    if edge.join_key is not None:
        yield fingerprint(edge.join_key), "edge_join_key, or the file of edge_join_key_file"
    elif edge.join_key_file is not None:
        yield f"one of {edge.join_key_bits} bits that is still to be made", f"edge_join_key_file, {edge.join_key_file}"


def _value(edge: DesiredEdge, name: str, value: Any) -> str:
    if name == "master_key":
        return fingerprint(value)
    if name == "tags":
        return ", ".join(value) or "none"
    if name == "tls":
        return "on" if value else "off"
    if name == "license_keys":
        return _count(len(value), "licence key")
    if name == "tls_ca_certificates":
        listed = ", ".join(f"{one.name} (sha256 {one.sha256[:16]})" for one in value) or "none"
        return listed + (", and no others" if edge.tls_ca_prune else "")
    if name == "trusted_signing_keys":
        return ", ".join(one.alias for one in value) or "none"
    if isinstance(value, Federation):
        return _federation(value)
    if isinstance(value, CertificateAndKey):
        return _shown(value)
    return _settings(value) if isinstance(value, Mapping) else str(value)


def _federation(wanted: Federation) -> str:
    filters = [name for name in ("permission_filters", "group_filters") if getattr(wanted, name)]
    return (", ".join(wanted.entities) or "nothing") + (f", with {' and '.join(filters)}" if filters else "")


def _shown(pair: CertificateAndKey) -> str:
    return f"sha256 {pair.sha256[:16]}"


def _settings(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(settings.items()))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
