# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether ``security.tls`` may be switched now for an Edge (node-files.md 4, trap 31). On the controller only.

With TLS on, plain HTTP is refused at once, so the order is: every node trusts what the others will show, and has read
it at a start; then the switch, on one node, because it lies in the database; then the nodes are started one by one,
each waited for over the scheme that it speaks then.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Iterator, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from ..access.access_config import IMPORT
from ..certificate.load import from_der
from ..certificate.reading import Certificate, is_signed_by
from ..errors import CertificateError
from ..health import HEALTHY
from ..observed import SIX, CertificateFile, Node
from ..pem import all_der
from .server_certificate import FACT as SERVER
from .server_certificate import judge_on

# Facts of the ledger whose start has to be over before the switch: what they bring is needed for TLS.
TRUST = "tls_ca_certificate"
AUTHORITY = "access_ca_certificate"
_BEFORE = (TRUST, SERVER, AUTHORITY)


@dataclass(frozen=True)
class Obstacle:
    """What stands against the switch. ``settles``: a start that is due, or a certificate that the same run supplies,
    removes it; else a person has to. ``host`` is None for what concerns the Edge."""

    host: Optional[str]
    reason: str
    settles: bool


@dataclass(frozen=True)
class TlsSwitch:
    """The answer. ``host`` is the node that gets the setting, ``restart`` all nodes in their order."""

    obstacles: Tuple[Obstacle, ...]
    notes: Tuple[str, ...]
    host: Optional[str]
    restart: Tuple[str, ...]

    @property
    def allowed(self) -> bool:
        return not self.obstacles

    @property
    def settles(self) -> bool:
        """Whether it will be allowed when the rest of the run is done."""
        return all(obstacle.settles for obstacle in self.obstacles)


def judge_tls_switch(
    nodes: Mapping[str, Node],
    own: Mapping[str, str],
    *,
    on: bool,
    unseen: Mapping[str, str] | None = None,
    supplied_trust: Mapping[str, str] | None = None,
    url: str | None = None,
) -> TlsSwitch:
    """Whether the setting may be written now.

    ``nodes`` are the Edge's nodes by host, in their order. ``own`` has the wanted server certificate, in PEM form, of
    each node that has one of its own. ``unseen`` are nodes that were not read, with the reason. ``supplied_trust``
    are the CA certificates that this run is going to supply on every node, in PEM form by their names. ``url`` is
    where the platform and the controller reach the Edge.
    """
    obstacles = [Obstacle(host, f"it was not read: {why}", False) for host, why in (unseen or {}).items()]
    obstacles += [found for host, node in nodes.items() for found in _of_node(host, node)]
    if not nodes:
        obstacles.append(Obstacle(None, "no node of the Edge was read", False))
    obstacles += _of_url(nodes, url, on=on)
    if on:
        obstacles += _of_trust(nodes, own, supplied_trust or {})
        obstacles += _of_own_certificates(nodes, own)
    return TlsSwitch(tuple(obstacles), tuple(_notes(nodes, own, on=on)), next(iter(nodes), None), tuple(nodes))


def missing_issuer(node: Node, text: str, supplied: Mapping[str, str]) -> Optional[str]:
    """The subject of the CA that signed a server certificate, when the node goes by none that did; None when it does.

    ``supplied`` are CA certificates that the same run supplies, in PEM form by their names. A router whose certificate
    its own services do not accept takes the node out of service.
    """
    certificate = _read(text)
    if certificate is None:
        return None
    coming = [ca for ca in map(_read, supplied.values()) if ca is not None]
    known = [*_trusted(node), *_access_ca(node), *coming]
    return None if any(_signed(certificate, ca) for ca in known) else certificate.issuer


def _of_node(host: str, node: Node) -> Iterator[Obstacle]:
    if node["layout"]["generation"] == SIX:
        yield Obstacle(host, "Artifactory 6.x has no TLS between its services", False)
        return
    # A node that was never started takes the setting at its first start, like all others.
    if node["service"]["ever_started"]:
        health = node["health"]
        if health is None:
            yield Obstacle(host, "its health is not read: give its URL in edge_node_url", False)
        elif health["state"] != HEALTHY:
            # One that is down and waits for a start gets that from the same run, and is looked at again.
            starts = bool(node["ledger"]["restart_due"])
            yield Obstacle(host, f"it is not healthy ({health['error'] or health['state']})", starts)
    if IMPORT in node["access_config"]["pending"]:
        yield Obstacle(host, f"an {IMPORT} waits, which replaces all settings at the next start", False)
    for fact in _BEFORE:
        if fact in node["ledger"]["restart_due"]:
            words = fact.replace("_", " ")
            yield Obstacle(host, f"its {words} is not in use before its next start, which is still to come", True)


def _of_url(nodes: Mapping[str, Node], url: str | None, *, on: bool) -> Iterator[Obstacle]:
    """A URL that leads straight to a router, known by its port, has to speak what the router is going to speak. What
    stands in front of the routers has a port of its own, and may speak to them as they like."""
    asked = [node["health"]["url"] for node in nodes.values() if node["health"] is not None]
    if url is None or _port(url) not in {_port(one) for one in asked}:
        return
    refused, spoken = ("http", "https") if on else ("https", "http")
    if url.startswith(f"{refused}:"):
        yield Obstacle(
            None,
            f"the platform calls the Edge at {url}, a router's own port, which speaks only {spoken} then: give "
            f"it a URL with {spoken} (edge_url), or one of a load balancer",
            False,
        )


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _of_trust(nodes: Mapping[str, Node], own: Mapping[str, str], supplied: Mapping[str, str]) -> Iterator[Obstacle]:
    """Every node has to trust every other one's certificate; what Access's CA signed is trusted by itself."""
    authorities = {host: _trusted(node) for host, node in nodes.items()}
    for owner, text in own.items():
        certificate = _read(text)
        if certificate is None:
            yield Obstacle(owner, "the server certificate that it is to have cannot be read", False)
            continue
        if any(_signed(certificate, ca) for node in nodes.values() for ca in _access_ca(node)):
            continue
        comes = any(_signed(certificate, ca) for ca in map(_read, supplied.values()) if ca is not None)
        for host, known in authorities.items():
            if not any(_signed(certificate, ca) for ca in known):
                reason = f"it does not trust the server certificate of {owner}: the CA {certificate.issuer} is not"
                yield Obstacle(host, f"{reason} in etc/security/keys/trusted (edge_tls_ca_certificates)", comes)


def _of_own_certificates(nodes: Mapping[str, Node], own: Mapping[str, str]) -> Iterator[Obstacle]:
    """A router that has not read its own certificate would show one of Access's, which clients may not trust."""
    for host, node in nodes.items():
        wanted = _read(own[host]) if host in own else None
        if wanted is None:
            continue
        verdict = judge_on(node, wanted.sha256)
        if not verdict.in_order:
            yield Obstacle(host, f"its own server certificate is not in place: {verdict.reason}", verdict.drifted)


def _notes(nodes: Mapping[str, Node], own: Mapping[str, str], *, on: bool) -> List[str]:
    if not on:
        return [
            "Clients, load balancers and other products that speak https to the nodes have to speak http from then on, "
            "and everything on the way can be read."
        ]
    notes = ["Clients, load balancers and other products that speak http to the nodes are refused from then on."]
    by_access = [host for host in nodes if host not in own]
    if by_access:
        notes.append(
            f"{', '.join(by_access)} will show certificates of Access's own CA. Every other product that talks to this "
            "Edge needs its etc/access/keys/ca.crt in etc/security/keys/trusted, and load balancers have to import it."
        )
    return notes


def _trusted(node: Node) -> List[Certificate]:
    found = [_from(file) for file in node["tls_ca_certificates"]]
    return [certificate for certificate in found if certificate is not None]


def _access_ca(node: Node) -> List[Certificate]:
    file = node["access_keys"]["ca"]
    certificate = _from(file) if file is not None else None
    return [certificate] if certificate is not None else []


def _from(file: CertificateFile) -> Optional[Certificate]:
    try:
        return from_der(file["der"]) if file["der"] else None
    except CertificateError:
        return None


def _read(text: str) -> Optional[Certificate]:
    try:
        found = all_der(text)
        return from_der(base64.b64encode(found[0]).decode("ascii")) if len(found) == 1 else None
    except CertificateError:
        return None


def _signed(certificate: Certificate, authority: Certificate) -> bool:
    """Whether the authority is what a client needs for it: its issuer, or itself, where nobody else signed it."""
    if certificate.sha256 == authority.sha256:
        return True
    return certificate.issuer == authority.subject and is_signed_by(certificate, authority)
