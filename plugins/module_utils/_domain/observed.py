# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The shapes of what ``node_info`` and ``fleet_info`` return and the plan reads.

Plain dictionaries, because they cross process borders as JSON. No shape holds a secret: keys appear as
fingerprints (see ``keys.fingerprint``) or salted hashes. Times are ISO 8601 in UTC with a trailing Z.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict

# The generations of the product, as Layout tells them.
SEVEN = "7"
SIX = "6"


class Layout(TypedDict):
    installed: bool
    generation: Optional[str]  # SEVEN, SIX, None when nothing is installed
    home: str  # 7.x: $JFROG_HOME/artifactory; 6.x: $ARTIFACTORY_HOME
    var: Optional[str]  # 7.x: <home>/var; 6.x: the home itself
    owner: Optional[str]  # user and group that own the configuration folder
    group: Optional[str]


class Service(TypedDict):
    control: str  # systemd, artifactoryctl, command, none
    running: Optional[bool]  # None: cannot be told with this control
    ever_started: bool


class ServiceHealth(TypedDict):
    service_id: str
    state: str
    message: str


class Health(TypedDict):
    """The router's health page. ``state`` is HEALTHY, UNHEALTHY, or UNREACHABLE with ``error``."""

    url: str
    state: str
    error: Optional[str]
    services: List[ServiceHealth]


class KeyFile(TypedDict):
    path: str
    present: bool
    fingerprint: Optional[str]
    problem: Optional[str]  # why the content is no usable key, without the content


class JoinKeySeen(TypedDict):
    live: bool  # the encrypted live copy exists
    written_at: Optional[str]  # when it was last written, which every start does
    pending: KeyFile  # the bootstrap file
    imported_at: Optional[str]  # newest "Bootstrap joinKey found" line of the node's logs
    refused_at: Optional[str]  # newest "Service registry join failed" line since the node's start


class CertificateFile(TypedDict):
    """A certificate, public as it is; what it says is read from ``der`` on the controller."""

    file: str
    sha256: Optional[str]  # of the DER form; None when the file holds no certificate
    der: Optional[str]  # base64 of the DER form


class AccessKeys(TypedDict):
    """The copies that Access writes of what its database holds, and what waits in the bootstrap folder for a start."""

    root: Optional[CertificateFile]
    ca: Optional[CertificateFile]
    pending_root: Optional[CertificateFile]
    pending_ca: Optional[CertificateFile]
    pending_root_key: bool  # its private key lies beside it
    pending_ca_key: bool
    reset_ca: bool  # the marker that makes a new CA at each start lies there


class ServerCertificate(TypedDict):
    """The certificate of the node's router. ``served`` is None for plain HTTP and for no answer, see ``error``."""

    served: Optional[CertificateFile]  # its file is host:port
    error: Optional[str]
    pending: Optional[CertificateFile]  # what lies in the bootstrap folder


class SystemYaml(TypedDict):
    """The settings of system.yaml by their dotted path, without secrets."""

    path: Optional[str]  # None: 6.x has no such file
    settings: Dict[str, Any]  # text, or a list of texts
    encrypted: List[str]  # dotted paths whose value is cipher text
    secrets: List[str]  # dotted paths whose value is a secret in plain text
    problem: Optional[str]  # why the file cannot be compared


class AccessConfig(TypedDict):
    """Settings of Access by their dotted path, as access.config.latest.yml shows them: only what is no default."""

    present: bool
    settings: Dict[str, Any]  # text, or a list of texts
    pending: List[str]  # files that wait for a start
    problem: Optional[str]  # why the file cannot be compared
    patch: Dict[str, Any]  # settings of the patch that waits
    patch_problem: Optional[str]  # why the patch cannot be read
    unlisted: List[str]  # settings that we supplied, and that neither latest shows nor Access's list of settings has


class Environment(TypedDict):
    """What the environment of the service says in the place of system.yaml (node-files.md, traps 26 and 27)."""

    overrides: List[str]  # names of JF_* variables
    proxies: List[str]  # names of proxy variables that are set
    no_proxy: List[str]  # the hosts of NO_PROXY


class KeyEntry(TypedDict):
    salt: str
    hash: str
    supplied_at: str
    confirmed_at: Optional[str]


class CertificateEntry(TypedDict):
    sha256: str
    supplied_at: str
    confirmed_at: Optional[str]


class Ledger(TypedDict):
    """What this collection supplied to the node. ``present`` is False on a node that has no ledger yet."""

    present: bool
    join_key: Optional[KeyEntry]
    master_key: Optional[KeyEntry]
    trusted_certificates: Dict[str, Any]  # name: CertificateEntry
    certificates: Dict[str, Any]  # fact, such as server_certificate: CertificateEntry
    restart_due: Dict[str, Any]  # reason (for example "join_key"): time since when
    started_at: Optional[str]  # the last start by this collection


class Node(TypedDict):
    """One node, as ``node_info`` returns it under ``node``."""

    layout: Layout
    version: Optional[str]
    service: Service
    health: Optional[Health]  # None: no node URL was given
    master_key: KeyFile
    join_key: JoinKeySeen
    trusted_certificates: List[CertificateFile]  # still pending in the drop box
    tls_ca_certificates: List[CertificateFile]
    access_keys: AccessKeys
    system_yaml: SystemYaml
    access_config: AccessConfig
    server_certificate: ServerCertificate
    environment: Environment
    addresses: List[str]  # names and addresses of the host, without loopback
    ledger: Ledger


class JpdStatus(TypedDict):
    code: str
    message: str


class Jpd(TypedDict):
    """One registered deployment, normalised by ``deployment.from_api``."""

    id: str
    name: str
    url: str
    status: JpdStatus
    local: bool
    location: Dict[str, Any]  # city_name, country_code, latitude, longitude
    tags: List[str]
    licenses: List[Dict[str, Any]]


class LicenseSeen(TypedDict):
    """A licence, of Mission Control's list or of an Edge itself. ``valid_through`` is a date, 2030-02-14."""

    type: str
    valid_through: Optional[str]
    licensed_to: str
    hash: Optional[str]
    node_id: Optional[str]  # None: no node uses it, or it is not told
    expired: Optional[bool]


class BucketSeen(TypedDict):
    """A licence bucket of the platform and who uses it."""

    name: str
    identifier: str
    license_type: str
    size: int
    used: int
    available: int
    valid_through: Optional[str]
    jpds: Dict[str, int]  # JPD name: licences
    unknown_uses: Dict[str, int]  # label of an acquisition: licences


class SigningKeySeen(TypedDict):
    """A public key that an Edge trusts for release bundles."""

    alias: str
    fingerprint: Optional[str]
    key_id: Optional[str]


class BridgeSeen(TypedDict):
    """One bridge of an Edge's Bridge Client."""

    id: str
    remote_url: str
    local_url: str


class FederationSource(TypedDict):
    """What Mission Control tells of one source of Access Federation."""

    source: str
    error: Optional[str]
    entities: List[str]
    targets: List[Dict[str, Any]]


class TokenSeen(TypedDict):
    """What an access token says of itself, without a request and without its value."""

    token_id: str
    subject: str
    scope: str
    issued_at: Optional[str]
    expires_at: Optional[str]  # None: never


class WithClientCertificate(TypedDict, total=False):
    """A server to which the controller shows a client certificate of its own; without one the key is not there."""

    client_certificate: Dict[str, Any]  # in the form of the platform's root_certificate


class RemoteCertificate(TypedDict):
    """A client certificate of remote repositories, as Artifactory lists it."""

    alias: str
    issued_to: str
    issued_by: str
    issued_on: str  # as Artifactory writes it
    valid_until: str  # as Artifactory writes it
    sha256: Optional[str]  # None when Artifactory's fingerprint has an unknown form


class WithRemoteCertificates(WithClientCertificate):
    """A server that may have client certificates, which its remote repositories show to their sources."""

    remote_certificates: Optional[List[RemoteCertificate]]  # None: not asked, or not told
    remote_certificates_error: Optional[str]  # why they were not told


class PlatformFacts(TypedDict, total=False):
    """What is read only when the inventory manages it. ``unread`` says why a fact could not be read, by its key."""

    version: str
    token: TokenSeen
    license_buckets: List[BucketSeen]
    federation: List[FederationSource]
    trusted_signing_keys: List[SigningKeySeen]
    preflight: Dict[str, Any]
    unread: Dict[str, str]


class EdgeFacts(TypedDict, total=False):
    """The same of an Edge."""

    token: TokenSeen
    base_url: Optional[str]  # the custom base URL; None: none is set
    licenses: List[LicenseSeen]
    trusted_signing_keys: List[SigningKeySeen]
    bridges: List[BridgeSeen]
    preflight: Dict[str, Any]
    unread: Dict[str, str]


class Platform(WithRemoteCertificates, PlatformFacts):
    url: str
    reachable: bool
    error: Optional[str]  # a designed error's text when it is not reachable or refuses us
    jpds: List[Jpd]
    root_certificate: Optional[Dict[str, Any]]  # subject, issuer, serial, not_before, not_after, sha256


class EdgeSeen(WithRemoteCertificates, EdgeFacts):
    """One Edge's REST side."""

    url: str
    reachable: bool
    error: Optional[str]
    version: Optional[str]
    license_type: Optional[str]
    admin: Optional[bool]  # False: the token was refused for want of admin rights
    health: Optional[Health]
    trusts_platform: Optional[bool]  # None: not asked
    trusted_by_platform: Optional[bool]


class Fleet(TypedDict):
    """What ``fleet_info`` returns under ``fleet``."""

    platform: Platform
    edges: Dict[str, Any]  # Edge name: EdgeSeen
