# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The variables of the inventory: how each is read, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..keys.keys import JOIN_KEY, MASTER_KEY
from ..pairing import REPAIR, WHEN_BROKEN
from ..policy import Policy
from ..trust.trust import AUTO, REQUESTS
from . import certificates, joined, policies, settings, ways
from . import values as read
from .shapes import CONNECTIONS, DIRECT, FULL, NODE_ACCESS, ON_UNKNOWN, REPORT

COMMAND = "command"
CONTROLS = (AUTO, "systemd", "artifactoryctl", COMMAND, "none")


@dataclass(frozen=True)
class Variable:
    """One variable of the inventory; ``edge``: all nodes of an Edge have to agree on it."""

    read: read.Reader
    default: Any = None
    required: str = ""
    edge: bool = True


TABLE = {
    "platform_url": Variable(
        read.base_url, required="Set it to the platform, such as https://acme.jfrog.io", edge=False
    ),
    "platform_access_token": Variable(read.secret, edge=False),
    "platform_proxy_url": Variable(ways.proxy, edge=False),
    "platform_no_proxy": Variable(ways.exceptions, edge=False),
    "platform_client_certificate_path": Variable(read.path, edge=False),
    "platform_client_key_path": Variable(read.path, edge=False),
    "edge_name": Variable(read.name, required="Set it to the name that the Edge's JPD shall have", edge=False),
    "edge_url": Variable(read.base_url, required="Set it to the base URL under which the platform reaches the Edge"),
    "edge_access_token": Variable(read.secret),
    "edge_ca_path": Variable(read.path),
    "edge_validate_certs": Variable(read.boolean, True),
    "edge_proxy_url": Variable(ways.proxy),
    "edge_no_proxy": Variable(ways.exceptions),
    "edge_client_certificate_path": Variable(read.path),
    "edge_client_key_path": Variable(read.path),
    "edge_location": Variable(read.location, required="Give city_name, country_code, latitude, longitude"),
    "edge_tags": Variable(read.tags),
    "edge_trust_method": Variable(read.choice(REQUESTS), AUTO),
    "edge_circle_of_trust_acknowledged": Variable(read.boolean, False),
    "edge_repair": Variable(read.choice(REPAIR), WHEN_BROKEN),
    "edge_on_unknown": Variable(read.choice(ON_UNKNOWN), REPORT),
    "edge_adopt_by_name": Variable(read.boolean, False),
    "edge_join_key": Variable(read.key(JOIN_KEY)),
    "edge_join_key_file": Variable(read.path),
    "edge_join_key_bits": Variable(read.bits, 256),
    "edge_master_key": Variable(read.key(MASTER_KEY)),
    "edge_master_key_file": Variable(read.path),
    "edge_tls_ca_certificates": Variable(certificates.trust_list),
    "edge_tls_ca_prune": Variable(read.boolean, False),
    "edge_tls": Variable(read.boolean),
    "edge_access_config": Variable(settings.access_config, {}),
    "edge_router_proxy": Variable(settings.router_proxy, {}),
    "edge_system_yaml": Variable(settings.system_yaml, {}, edge=False),
    "edge_server_certificate": Variable(certificates.certificate, edge=False),
    "edge_server_private_key": Variable(certificates.private_key, edge=False),
    "edge_access_ca_certificate": Variable(certificates.certificate),
    "edge_access_ca_private_key": Variable(certificates.private_key),
    "edge_token_signing_certificate": Variable(certificates.certificate),
    "edge_token_signing_private_key": Variable(certificates.private_key),
    "edge_tokens_end_acknowledged": Variable(read.boolean, False),
    "edge_certificate_days_left": Variable(read.days, 30),
    "edge_base_url": Variable(read.base_url),
    "edge_license_bucket": Variable(read.name),
    "edge_license_count": Variable(joined.license_count),
    "edge_license_keys": Variable(joined.license_keys),
    "edge_license_days_left": Variable(read.days, 30),
    "edge_signing_key": Variable(read.name),
    "edge_trusted_signing_keys": Variable(joined.signing_keys),
    "edge_federation": Variable(joined.federation),
    "edge_canary": Variable(read.boolean, False),
    "edge_connection": Variable(read.choice(CONNECTIONS), DIRECT),
    "edge_bridge_id": Variable(joined.bridge_id),
    "edge_node_access": Variable(read.choice(NODE_ACCESS), FULL),
    "edge_token_days_left": Variable(read.days, 7),
    "edge_policy": Variable(policies.policy, Policy()),
    "edge_service_control": Variable(read.choice(CONTROLS), AUTO, edge=False),
    "edge_service_restart_command": Variable(read.command, edge=False),
}
