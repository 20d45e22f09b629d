# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The certificate calendar of an Edge: what is in use or waits on its nodes or in its database, and what ends soon."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Iterator, List, Mapping, Optional, Sequence

from ..certificate import calendar
from ..certificate.calendar import Dated
from ..certificate.load import Certificate
from ..moment import moment
from ..observed import (
    CertificateFile,
    Node,
    Platform,
    RemoteCertificate,
    WithClientCertificate,
    WithRemoteCertificates,
)
from ..tls import client_certificate
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .shapes import (
    ACCESS_CA_CERTIFICATE,
    SERVER_CERTIFICATE,
    TLS_CA_CERTIFICATE,
    TOKEN_SIGNING_CERTIFICATE,
    TRUSTED_CERTIFICATE,
    EdgeView,
    Judged,
)

FACT = "certificates"
CLIENT_CERTIFICATE = "client_certificate"
REMOTE_CERTIFICATE = "remote_repository_certificate"
# What makes Access issue another one is not documented, but that its CA signed it is.
_ISSUED_BY_ACCESS = (
    "Access issued it. Restart the node; if the router then shows the same one, renew Access's CA with "
    "rotate_access_ca.yml"
)
_REMEDIES = {
    TLS_CA_CERTIFICATE: "Put its successor into edge_tls_ca_certificates",
    SERVER_CERTIFICATE: "Put its successor into edge_server_certificate and edge_server_private_key",
    ACCESS_CA_CERTIFICATE: "Renew the certificate authority with rotate_access_ca.yml",
    TOKEN_SIGNING_CERTIFICATE: "Replace the token signing certificate with rotate_root_certificate.yml",
    TRUSTED_CERTIFICATE: "Get the peer's current root certificate",
    CLIENT_CERTIFICATE: "Put its successor into the file that edge_client_certificate_path names, with its key",
    REMOTE_CERTIFICATE: (
        "Install its successor under the same alias with the module artifactory_certificate, or remove it with that"
    ),
}


@dataclass
class JudgedCalendar(Judged):
    """The judgement, and the calendar as rows (see ``certificate.calendar``)."""

    rows: List[dict[str, Any]] = field(default_factory=list)


def judge_calendar(view: EdgeView) -> JudgedCalendar:
    """Every certificate of the Edge that could be read. One that ends within the limit needs a person in time."""
    limit = view.edge.certificate_days_left
    judged = JudgedCalendar()
    judged.rows = calendar.entries(_certificates(view), now=view.now, limit_days=limit)
    late, untold = _late(judged.rows), list(_untold(view.seen))
    if late:
        judged.fact(FACT, DRIFTED, "; ".join([*map(_told, late), *untold]), drift=sorted({row["kind"] for row in late}))
    elif untold:
        judged.fact(FACT, UNKNOWN, "; ".join(untold))
    elif judged.rows:
        judged.fact(FACT, IN_ORDER, f"all {len(judged.rows)} certificates are valid for at least {limit} days")
    for row in late:
        judged.finding(f"certificate of {row['where']}", _told(row), _remedy(view, row))
    return judged


def _remedy(view: EdgeView, row: dict[str, Any]) -> str:
    """What to do. A router without a certificate in the inventory shows the one that Access issued for it."""
    own = view.edge.of_nodes.get(row["where"])
    if row["kind"] == SERVER_CERTIFICATE and (own is None or own.server_certificate is None):
        return _ISSUED_BY_ACCESS
    return _REMEDIES[row["kind"]]


def platform_rows(platform: Platform, *, now: datetime, limit_days: int) -> List[dict[str, Any]]:
    """The calendar of the platform: what this run read of it, and what we show to it."""
    where = platform["url"]
    dated = [*_of_client(where, platform), *_of_root(platform), *_of_remotes(where, platform)]
    return calendar.entries(dated, now=now, limit_days=limit_days)


def _of_root(platform: Platform) -> Iterator[Dated]:
    if platform["root_certificate"] is not None:
        yield Dated(platform["url"], TOKEN_SIGNING_CERTIFICATE, _told_by(platform["root_certificate"]))


def _of_client(where: str, server: WithClientCertificate | None) -> Iterator[Dated]:
    """The certificate that the controller shows to a server."""
    own = server.get("client_certificate") if server else None
    if own is not None:
        yield Dated(where, CLIENT_CERTIFICATE, _told_by(own))


def _of_remotes(where: str, server: WithRemoteCertificates | None) -> Iterator[Dated]:
    """What remote repositories show to their sources."""
    for listed in _listed(server):
        certificate = client_certificate.read(listed)
        if certificate is not None:
            yield Dated(where, REMOTE_CERTIFICATE, certificate, listed["alias"])


def _untold(server: WithRemoteCertificates | None) -> Iterator[str]:
    """What of the remote repositories' certificates is not in the calendar, and why."""
    if server is not None and server["remote_certificates_error"] is not None:
        yield server["remote_certificates_error"]
    for listed in _listed(server):
        if client_certificate.read(listed) is None:
            told = f"{listed['issued_on']!r} to {listed['valid_until']!r}"
            yield f"how long the remote repository certificate {listed['alias']!r} lasts is not clear from {told}"


def _listed(server: WithRemoteCertificates | None) -> List[RemoteCertificate]:
    return (server["remote_certificates"] if server is not None else None) or []


def _told_by(facts: Mapping[str, Any]) -> Certificate:
    """A certificate by what was told of it."""
    return Certificate(
        pem="",
        sha256=facts["sha256"],
        subject=facts["subject"],
        issuer=facts["issuer"],
        serial=facts["serial"],
        not_before=moment(facts["not_before"]),
        not_after=moment(facts["not_after"]),
    )


def platform_findings(rows: Sequence[dict[str, Any]]) -> List[str]:
    """What has to be done in time, by the platform's owner or by us."""
    ours = "Put its successor into the file that platform_client_certificate_path names, with its key"
    whose = {CLIENT_CERTIFICATE: ours, REMOTE_CERTIFICATE: _REMEDIES[REMOTE_CERTIFICATE]}
    theirs = "The owner of the platform has to replace it"
    return [f"{row['where']}: {_told(row)}. {whose.get(row['kind'], theirs)}." for row in _late(rows)]


def _late(rows: Sequence[dict[str, Any]]) -> List[dict[str, Any]]:
    return [row for row in rows if row["state"] != calendar.OK]


def _told(row: dict[str, Any]) -> str:
    named = f"{row['alias']!r} of {row['subject']}" if "alias" in row else row["subject"]
    what = f"{row['kind'].replace('_', ' ')} {named}"
    if row["state"] == calendar.EXPIRED:
        return f"{what} expired on {row['not_after']}"
    if row["state"] == calendar.NOT_YET_VALID:
        return f"{what} is not valid yet"
    return f"{what} ends on {row['not_after']}, in {row['days_left']} days"


def _certificates(view: EdgeView) -> Iterator[Dated]:
    """Each once for a place; what the nodes share by their database, once for the Edge."""
    yield from _of_client(view.edge.name, view.seen)
    yield from _of_remotes(view.edge.name, view.seen)
    seen: set[tuple[str, str, Optional[str]]] = set()
    for host, node in view.nodes.items():
        for where, kind, certificate in _of_node(view.edge.name, host, node):
            key = (where, kind, certificate["sha256"])
            found = None if key in seen else calendar.dated(where, kind, certificate)
            seen.add(key)
            if found is not None:
                yield found


def _of_node(edge: str, host: str, node: Node) -> Iterator[tuple[str, str, CertificateFile]]:
    own = node["access_keys"]
    for kind, shared in ((TOKEN_SIGNING_CERTIFICATE, own["root"]), (ACCESS_CA_CERTIFICATE, own["ca"])):
        if shared is not None:
            yield edge, kind, shared
    served = node["server_certificate"]["served"]
    if served is not None:
        yield host, SERVER_CERTIFICATE, served
    for certificate in node["tls_ca_certificates"]:
        yield host, TLS_CA_CERTIFICATE, certificate
    for certificate in node["trusted_certificates"]:
        yield host, TRUSTED_CERTIFICATE, certificate
