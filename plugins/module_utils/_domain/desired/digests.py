# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the inventory wants of an Edge, in a form that can be compared later and shows no secret."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from typing import Any, Mapping

from ..keys.keys import fingerprint
from .shapes import CertificateAndKey, DesiredEdge

# What does not change what is done: who is told of an end, and whether a proof follows.
_UNTOLD = ("nodes", "certificate_days_left", "license_days_left", "token_days_left", "canary")
# Where the variable has another name than the field.
_NAMES = {
    "acknowledged": "edge_circle_of_trust_acknowledged",
    "of_nodes": "edge_system_yaml",
    "access_ca": "edge_access_ca_certificate",
    "token_signing": "edge_token_signing_certificate",
}
SERVER_CERTIFICATE = "edge_server_certificate"
_LENGTH = 16


def variable_of(name: str) -> str:
    """The variable of the inventory from which a field of the Edge comes."""
    return _NAMES.get(name, f"edge_{name}")


def digests(edge: DesiredEdge) -> dict[str, str]:
    """By variable, a digest of what it says; variables that say nothing are left out.

    A key or a licence is too long to be found by trying, and settings with passwords are refused where they are read.
    """
    said: dict[str, Any] = {}
    for field in fields(edge):
        value = getattr(edge, field.name)
        if field.name not in _UNTOLD and value is not None:
            said[variable_of(field.name)] = value
    said["edge_system_yaml"] = {host: node.system_yaml for host, node in edge.of_nodes.items() if node.system_yaml}
    said[SERVER_CERTIFICATE] = {
        host: node.server_certificate for host, node in edge.of_nodes.items() if node.server_certificate is not None
    }
    return {name: _digest(value) for name, value in said.items() if value not in ({}, ())}


def _digest(value: Any) -> str:
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=True)
    # The own words of this collection before it, so that the digest of a secret is found in no list of others.
    return fingerprint(text).removeprefix("sha256:")[:_LENGTH]


def _plain(value: Any) -> Any:
    if isinstance(value, CertificateAndKey):  # its key belongs to the certificate, or is refused
        return value.sha256
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
