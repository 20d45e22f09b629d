# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Issuing tokens at one site and judging them at any: control-plane-api.md 3.

Tokens are RS256 JWTs, signed by the root key of the site that issued them. A site accepts what its own root signed, and
what the roots in its trusted set signed as far as 3.4 lets tokens across.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import Any, Optional, Union

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from simulator.access_database import AccessDatabase, SigningPair, TokenRecord
from simulator.switches import Switches

ADMIN_SCOPE = "applied-permissions/admin"
USER_SCOPE = "applied-permissions/user"
REVOCABLE_EXPIRY_THRESHOLD = 21_600  # control-plane-api.md 3.4
PERSISTENT_EXPIRY_THRESHOLD = 10_800


class TokenRefused(Exception):
    """``word`` is what the services put behind "Invalid token, " or "Token failed verification: "."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True)
class Caller:
    """Who calls, as far as the token says it."""

    subject: str
    scopes: tuple[str, ...]
    token_id: Optional[str] = None
    claims: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def username(self) -> str:
        return username(self.subject)

    @property
    def admin(self) -> bool:
        return ADMIN_SCOPE in self.scopes

    def may(self, scope: str) -> bool:
        """Whether the token carries a scope, or the rights of an admin."""
        return self.admin or scope in self.scopes


def username(subject: str) -> str:
    """The user in ``jfac@<id>/users/<name>``; the whole subject when a service calls in its own name."""
    return subject.partition("/users/")[2] or subject


def setting(database: AccessDatabase, name: str, default: int) -> int:
    """One number of the ``token`` section of the Access configuration."""
    section = database.access_config.get("token")
    return int(section.get(name, default)) if isinstance(section, dict) else default


def is_revocable(database: AccessDatabase, lifetime: Optional[int]) -> bool:
    """control-plane-api.md 3.4: short-lived tokens cannot be revoked, and -1 says so for all that expire."""
    if lifetime is None:
        return True
    threshold = setting(database, "revocable-expiry-threshold", REVOCABLE_EXPIRY_THRESHOLD)
    return threshold >= 0 and lifetime >= threshold


def issue(
    database: AccessDatabase,
    *,
    subject: str,
    scope: str,
    audience: str,
    lifetime: Optional[int],
    now: datetime,
    issuer: Optional[str] = None,
    kind: str = "access",
    description: Optional[str] = None,
    force_revocable: bool = False,
    refreshable: bool = False,
    reference: bool = False,
    extension: Optional[dict[str, Any]] = None,
    pair: Optional[SigningPair] = None,
) -> tuple[str, TokenRecord]:
    """Sign a token and remember it if the product would. ``lifetime`` is in seconds, None for ever.

    ``pair`` is what the node that is asked signs with, the database's unless something else is given.
    """
    pair = pair or database.signing_pair
    revocable = force_revocable or is_revocable(database, lifetime)
    expires_at = now + timedelta(seconds=lifetime) if lifetime is not None else None
    record = TokenRecord(
        token_id=str(uuid.uuid4()),
        subject=subject,
        scope=scope,
        audience=audience,
        issuer=issuer or subject,
        issued_at=now,
        expires_at=expires_at,
        kind=kind,
        description=description,
        revocable=revocable,
        refresh_token=secrets.token_urlsafe(32) if refreshable else None,
        reference_token=_reference_token(expires_at) if reference else None,
        key_id=key_id(pair.certificate),
    )
    persistent = lifetime is None or lifetime >= setting(
        database, "persistent-expiry-threshold", PERSISTENT_EXPIRY_THRESHOLD
    )
    if persistent or revocable or refreshable or reference:
        with database.lock:
            database.tokens[record.token_id] = record
    return sign(pair, _claims(record, extension)), record


def sign(pair: SigningPair, claims: dict[str, Any]) -> str:
    header = {"ver": "2", "kid": key_id(pair.certificate)}
    return jwt.encode(claims, pair.key, algorithm="RS256", headers=header)


def key_id(certificate: x509.Certificate) -> str:
    """The ``kid`` of tokens that the key of this certificate signed."""
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.urlsafe_b64encode(hashlib.sha256(public).digest()).decode("ascii").rstrip("=")


def extension_of(claims: dict[str, Any]) -> dict[str, Any]:
    """The claim ``ext``: JSON within a string (control-plane-api.md 2.2). Empty when it is missing or damaged."""
    try:
        extension = json.loads(claims.get("ext", ""))
    except (TypeError, ValueError):
        return {}
    return extension if isinstance(extension, dict) else {}


def verify(
    database: AccessDatabase,
    text: str,
    *,
    service: Optional[str],
    now: datetime,
    switches: Switches,
    pair: Optional[SigningPair] = None,
) -> Caller:
    """Judge a bearer token as the service with this prefix would (control-plane-api.md 3.4, 3.5).

    Without a service the audience does not matter. ``pair`` is what the node that is asked signs with itself.
    """
    accepted = accepted_roots(database, pair)
    referenced = _by_reference(database, text)
    if referenced is None:
        claims = _signed_claims(accepted, text, switches)
    elif not signed_by(referenced, accepted):
        raise TokenRefused(switches.untrusted_issuer_word)
    else:
        claims = _claims(referenced, None)
    expires = claims.get("exp")
    if expires is not None and now.timestamp() >= float(expires):
        raise TokenRefused("expired")
    if _issuing_instance(claims) == database.instance_id:
        _check_own(database, claims)
    else:
        _check_foreign(database, claims, switches)
    audiences = claims.get("aud", "")
    patterns = audiences.split() if isinstance(audiences, str) else list(audiences)
    if service is not None and not any(fnmatchcase(database.service(service), pattern) for pattern in patterns):
        raise TokenRefused("audience")
    return Caller(
        subject=str(claims.get("sub", "")),
        scopes=tuple(str(claims.get("scp", "")).split()),
        token_id=claims.get("jti"),
        claims=claims,
    )


def accepted_roots(database: AccessDatabase, pair: Optional[SigningPair] = None) -> list[x509.Certificate]:
    """Whose tokens are taken: those of the present signing pair, and of every issuer that is trusted.

    A new pair ends all tokens of the former one, unless that one's certificate is trusted (node-files.md 6).
    """
    with database.lock:
        return [(pair or database.signing_pair).certificate, *database.trusted.values()]


def signed_by(record: TokenRecord, accepted: list[x509.Certificate]) -> bool:
    """Whether a token that is kept was signed by one of these."""
    return record.key_id in [key_id(certificate) for certificate in accepted]


def unverified_claims(text: str) -> Optional[dict[str, Any]]:
    """What a token says about itself. None when it is no JWT."""
    try:
        claims: dict[str, Any] = jwt.decode(text, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return None
    return claims


def last_moment(text: str) -> datetime:
    """When a token that expires works for the last time."""
    return datetime.fromtimestamp((unverified_claims(text) or {})["exp"], timezone.utc) - timedelta(seconds=1)


def _claims(record: TokenRecord, extension: Optional[dict[str, Any]]) -> dict[str, Any]:
    audiences: Union[str, list[str]] = record.audience.split()
    claims: dict[str, Any] = {
        "sub": record.subject,
        "scp": record.scope,
        "aud": audiences[0] if len(audiences) == 1 else audiences,
        "iss": record.issuer,
        "iat": int(record.issued_at.timestamp()),
        "jti": record.token_id,
    }
    if record.expires_at is not None:
        claims["exp"] = int(record.expires_at.timestamp())
    if extension is not None:
        claims["ext"] = json.dumps(extension)
    elif record.revocable:
        claims["ext"] = json.dumps({"revocable": "true"})
    return claims


def _signed_claims(accepted: list[x509.Certificate], text: str, switches: Switches) -> dict[str, Any]:
    try:
        wanted = jwt.get_unverified_header(text).get("kid")
    except jwt.InvalidTokenError as error:
        raise TokenRefused("malformed") from error
    for certificate in accepted:
        if key_id(certificate) == wanted:
            return _decode(text, certificate)
    raise TokenRefused(switches.untrusted_issuer_word)


def _decode(text: str, certificate: x509.Certificate) -> dict[str, Any]:
    # Expiry and audience are judged by the caller: with the simulator's clock, and with wildcards.
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": False, "verify_nbf": False}
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            certificate.public_key(),  # type: ignore[arg-type]
            algorithms=["RS256"],
            options=options,  # type: ignore[arg-type]
        )
    except jwt.InvalidTokenError as error:
        raise TokenRefused("signature") from error
    return claims


def _issuing_instance(claims: dict[str, Any]) -> str:
    """The part that all service ids of a site share: Artifactory's pairing tokens name jfrt, all others jfac."""
    return str(claims.get("iss", "")).partition("/")[0].partition("@")[2]


def _check_own(database: AccessDatabase, claims: dict[str, Any]) -> None:
    record = database.tokens.get(str(claims.get("jti", "")))
    if record is not None and record.revoked:
        raise TokenRefused("revoked")


def _check_foreign(database: AccessDatabase, claims: dict[str, Any], switches: Switches) -> None:
    """Across a circle of trust only non-revocable tokens work, and the user must exist on both sides (3.4)."""
    if claims.get("exp") is None or "revocable" in extension_of(claims):
        raise TokenRefused(switches.foreign_token_word)
    subject = str(claims.get("sub", ""))
    if "/users/" in subject and username(subject) not in database.users:
        raise TokenRefused("user")


def _reference_token(expires_at: Optional[datetime]) -> str:
    expiry = int(expires_at.timestamp()) if expires_at is not None else 0
    plain = f"reftkn:01:{expiry:010d}:{secrets.token_urlsafe(21)}"
    return base64.urlsafe_b64encode(plain.encode("ascii")).decode("ascii").rstrip("=")


def _by_reference(database: AccessDatabase, text: str) -> Optional[TokenRecord]:
    if "." in text:
        return None
    with database.lock:
        return next((record for record in database.tokens.values() if record.reference_token == text), None)
