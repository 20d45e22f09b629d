# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the inventory wants, in the form that the plan reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Tuple

from ..bridge import jpd_url
from ..deployment import Deployment
from ..pairing import WHEN_BROKEN
from ..policy import Policy
from ..trust.trust import AUTO

REPORT = "report"
SUPPLY = "supply"
ON_UNKNOWN = (REPORT, SUPPLY)

DIRECT = "direct"
BRIDGE = "bridge"
CONNECTIONS = (DIRECT, BRIDGE)

# Whether the Edge's nodes can be worked on: an Edge on Kubernetes has only its REST side.
FULL = "full"
NO_ACCESS = "none"
NODE_ACCESS = (FULL, NO_ACCESS)


@dataclass(frozen=True)
class NamedCertificate:
    """A certificate in PEM form and the name of its file, without an ending."""

    name: str
    content: str
    sha256: str


@dataclass(frozen=True)
class CertificateAndKey:
    """A certificate and its private key in PEM form. Whether they match is looked at when they are to be supplied."""

    certificate: str
    private_key: str = field(repr=False)
    sha256: str


@dataclass(frozen=True)
class NamedKey:
    """A public key that signs release bundles, in its armoured form, and the alias that it has on an Edge."""

    alias: str
    public_key: str


@dataclass(frozen=True)
class Federation:
    """What the platform shall tell the Edge of its users, groups, permissions and tokens. No entities: nothing."""

    entities: Tuple[str, ...] = ()
    permission_filters: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    group_filters: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class DesiredNode:
    """What is wanted of one node alone. ``system_yaml`` has settings by their dotted path."""

    system_yaml: Mapping[str, Any] = field(default_factory=dict)
    server_certificate: Optional[CertificateAndKey] = None


@dataclass(frozen=True)
class DesiredEdge:
    """One Edge as the inventory wants it. ``nodes`` are its hosts, in the inventory's order.

    What is None is not managed. A join key is, too, when ``join_key_file`` names the store that a new one goes to.
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
    of_nodes: Mapping[str, DesiredNode] = field(default_factory=dict)
    tls_ca_certificates: Optional[Tuple[NamedCertificate, ...]] = None
    tls_ca_prune: bool = False
    tls: Optional[bool] = None
    access_config: Mapping[str, Any] = field(default_factory=dict)
    access_ca: Optional[CertificateAndKey] = None
    token_signing: Optional[CertificateAndKey] = None
    router_proxy: Mapping[str, Any] = field(default_factory=dict)
    certificate_days_left: int = 30
    base_url: Optional[str] = None
    license_bucket: Optional[str] = None
    license_count: Optional[int] = None
    license_keys: Optional[Tuple[str, ...]] = field(default=None, repr=False)
    license_days_left: int = 30
    signing_key: Optional[str] = None
    trusted_signing_keys: Optional[Tuple[NamedKey, ...]] = None
    federation: Optional[Federation] = None
    canary: bool = False
    connection: str = DIRECT
    bridge_id: Optional[str] = None
    node_access: str = FULL
    token_days_left: int = 7
    policy: Policy = field(default_factory=Policy)

    @property
    def rest_only(self) -> bool:
        """Whether nothing on its nodes is observed or changed, by design."""
        return self.node_access == NO_ACCESS

    @property
    def licenses_wanted(self) -> int:
        """How many licences of its bucket the Edge needs: one for each node, if the inventory says nothing else."""
        return len(self.nodes) if self.license_count is None else self.license_count

    @property
    def deployment(self) -> Deployment:
        """The JPD that this Edge shall be. Behind a bridge, the platform knows it under the bridge's address."""
        url = jpd_url(self.bridge_id) if self.connection == BRIDGE and self.bridge_id is not None else self.url
        return Deployment(self.name, url, self.location, self.tags)


@dataclass(frozen=True)
class DesiredFleet:
    """Everything that the inventory wants in one run: one platform, and its Edges in the inventory's order."""

    platform_url: str
    edges: Tuple[DesiredEdge, ...]
