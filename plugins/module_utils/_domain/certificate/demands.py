# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the product demands of a certificate, purpose by purpose (node-files.md 4 and 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Iterator

from ..host_name import is_address, normal
from .asked import Asked
from .reading import CLIENT_AUTH, RSA, SERVER_AUTH, Certificate, Profile, is_signed_by, iso

# RSA keys: below the first the product refuses, below the second nobody should go on (node-files.md 4).
LEAST_BITS = 1024
GOOD_BITS = 2048


@dataclass(frozen=True)
class Purpose:
    """What a certificate and its private key are to be used for, and what that demands."""

    use: str
    rsa: bool = False
    authority: bool | None = None  # True: a CA; False: no CA; None: either
    usages: frozenset[str] = frozenset()
    usages_named: bool = False  # the extension must be there, and be critical
    extended: frozenset[str] = frozenset()
    extended_named: bool = False  # the extension must be there
    least_left: timedelta = timedelta(0)
    named: bool = False  # the subject's common name is among the subject alternative names


SIGNING = Purpose(
    "a token signing certificate",
    rsa=True,
    authority=True,
    usages=frozenset({"digitalSignature", "keyCertSign"}),
    usages_named=True,
    least_left=timedelta(days=7),
)
AUTHORITY = Purpose("the CA of Access", authority=True, usages=frozenset({"keyCertSign"}))
SERVER = Purpose(
    "the router's server certificate",
    rsa=True,
    authority=False,
    usages=frozenset({"digitalSignature", "keyEncipherment"}),
    usages_named=True,
    extended=frozenset({SERVER_AUTH, CLIENT_AUTH}),
    extended_named=True,
    named=True,
)
CLIENT = Purpose("a client certificate", usages=frozenset({"digitalSignature"}), extended=frozenset({CLIENT_AUTH}))


def demand(
    certificate: Certificate,
    profile: Profile,
    purpose: Purpose,
    *,
    now: datetime,
    asked: Asked,
    address: str | None,
    issuer: Certificate | None,
) -> None:
    """Raises CertificateError for all demands that the certificate does not meet: a new one is not made twice."""
    problems = list(_problems(certificate, profile, purpose, now, address, issuer))
    if problems:
        (happened, remedy), *others = problems
        more = "".join(f". Besides, {also}. {other_remedy}" for also, other_remedy in others)
        raise asked.refused(happened, remedy + more, certificate.facts())


def warnings(profile: Profile, asked: Asked) -> tuple[str, ...]:
    """What works today and is too weak."""
    found = []
    if profile.key.kind == RSA and (profile.key.bits or 0) < GOOD_BITS:
        found.append(f"{asked.what} has an RSA key of {profile.key.bits} bits. Use {GOOD_BITS} or more.")
    if profile.weak_hash:
        found.append(f"{asked.what} is signed with {profile.weak_hash}, which can be forged. Use SHA-256.")
    return tuple(found)


def _problems(
    certificate: Certificate,
    profile: Profile,
    purpose: Purpose,
    now: datetime,
    address: str | None,
    issuer: Certificate | None,
) -> Iterator[tuple[str, str]]:
    yield from _of_time(certificate, purpose, now)
    yield from _of_key(profile, purpose)
    yield from _of_authority(profile, purpose)
    yield from _of_usage(profile, purpose)
    yield from _of_extended_usage(profile, purpose)
    yield from _of_names(profile, purpose, address)
    if issuer is not None:
        yield from _of_issuer(certificate, issuer)


def _of_time(certificate: Certificate, purpose: Purpose, now: datetime) -> Iterator[tuple[str, str]]:
    if certificate.not_after - now < purpose.least_left:
        days = purpose.least_left.days
        yield (
            f"it expires on {iso(certificate.not_after)}, and must stay valid for {days} days at least",
            "Make one that lasts longer",
        )


def _of_key(profile: Profile, purpose: Purpose) -> Iterator[tuple[str, str]]:
    key = profile.key
    if purpose.rsa and key.kind != RSA:
        yield (
            f"its key is of the kind {key.kind}, and must be RSA",
            f"Make one with an RSA key of {GOOD_BITS} bits or more",
        )
    if key.kind == RSA and (key.bits or 0) < LEAST_BITS:
        yield (
            f"its RSA key has {key.bits} bits, and must have {LEAST_BITS} at least",
            f"Make one with {GOOD_BITS} bits or more",
        )


def _of_authority(profile: Profile, purpose: Purpose) -> Iterator[tuple[str, str]]:
    if purpose.authority is True and not profile.authority:
        yield "it is no CA certificate", "Make one with basicConstraints=critical,CA:TRUE"
    if purpose.authority is False and profile.authority:
        yield "it is a CA certificate", "Give the certificate that this CA issued for the node"


def _of_usage(profile: Profile, purpose: Purpose) -> Iterator[tuple[str, str]]:
    wanted = "keyUsage=critical," + ",".join(sorted(purpose.usages))
    if profile.usages is None:
        if purpose.usages_named:
            yield "it has no key usage", f"Make one with {wanted}"
        return
    missing = sorted(purpose.usages - profile.usages)
    if missing:
        yield f"its key usage lacks {' and '.join(missing)}", f"Make one with {wanted}"
    if purpose.usages_named and not profile.usages_critical:
        yield "its key usage is not marked as critical", f"Make one with {wanted}"


def _of_extended_usage(profile: Profile, purpose: Purpose) -> Iterator[tuple[str, str]]:
    wanted = "extendedKeyUsage=" + ",".join(sorted(purpose.extended, reverse=True))
    if profile.extended is None:
        if purpose.extended_named:
            yield "it has no extended key usage", f"Make one with {wanted}"
        return
    missing = sorted(purpose.extended - profile.extended)
    if missing:
        yield f"its extended key usage lacks {' and '.join(missing)}", f"Make one with {wanted}"


def _of_names(profile: Profile, purpose: Purpose, address: str | None) -> Iterator[tuple[str, str]]:
    if not purpose.named:
        return
    wanted = address or next(iter(profile.names), None)
    if wanted is None:
        yield "its subject has no common name", "Make one whose common name is the node's address (shared.node.ip)"
        return
    entry = f"subjectAltName={'IP' if is_address(wanted) else 'DNS'}:{wanted}"
    if normal(wanted) not in {normal(name) for name in profile.names}:
        shown = ", ".join(profile.names) or "nothing"
        yield (
            f"its subject's common name is {shown}, and must be the node's address (shared.node.ip) {wanted}",
            f"Make one with CN={wanted} and {entry}",
        )
    if not profile.dns and not profile.addresses:
        yield "it has no subject alternative names", f"Make one with {entry}"
        return
    among = profile.addresses if is_address(wanted) else profile.dns
    if normal(wanted) not in {normal(name) for name in among}:
        typed = " as an address, only as a host name" if wanted in profile.dns else ""
        yield f"its subject {wanted} is not among its subject alternative names{typed}", f"Make one with {entry}"


def _of_issuer(certificate: Certificate, issuer: Certificate) -> Iterator[tuple[str, str]]:
    remedy = "Give the certificate of the CA that signed it, or have it signed by this CA"
    if certificate.issuer != issuer.subject:
        yield f"its issuer is {certificate.issuer}, and the CA is {issuer.subject}", remedy
    if not is_signed_by(certificate, issuer):
        yield f"{issuer.subject} did not sign it: the CA has that name, but another key", remedy
