# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server certificate of one's own for the router, and what the product demands of it (node-files.md 4).

It is supplied as ``bootstrap/router/keys/custom-server.crt`` and ``.key``, and read at start.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import installation, trust_chain
from .failure import StartFailed
from .logs import ROUTER
from .start import Start

NAMES = ("custom-server.crt", "custom-server.key")
_SMALLEST_KEY = 1024
_MODES = (0o644, 0o600)


class Unusable(Exception):
    """The pair does not meet the demands."""


@dataclass(frozen=True)
class ServerPair:
    """A certificate with the rest of its chain, and where the router reads it and its key."""

    chain: tuple[x509.Certificate, ...]
    certificate_file: Path
    key_file: Path

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]


def supplied(start: Start) -> Optional[ServerPair]:
    """The own pair that this start finds, copied to where the router keeps its keys. None: there is none to use."""
    folder, copies = bootstrap_folder(start), _copies(start)
    given = [folder / name for name in NAMES]
    if not any(path.exists() for path in given):
        return _kept(start)
    try:
        _check(start, *given)
    except Unusable as problem:
        if start.switches.bad_server_certificate == "start_fails":
            raise StartFailed(f"Failed to load the router's custom certificate: {problem}") from problem
        start.logs.error(ROUTER, f"Ignoring the router's custom certificate: {problem}")
        return None
    for source, copy, mode in zip(given, copies, _MODES):
        installation.write_private(copy, source.read_text(encoding="utf-8"), mode=mode)
        if start.switches.server_certificate_removed_after_start:
            source.unlink()
    return load(*copies)


def bootstrap_folder(start: Start) -> Path:
    return start.layout.var / "bootstrap/router/keys"


def copied(start: Start) -> Optional[ServerPair]:
    """The pair as an earlier start has left it with the router."""
    certificate, key = _copies(start)
    return load(certificate, key) if certificate.exists() and key.exists() else None


def load(certificate: Path, key: Path) -> ServerPair:
    """A pair that was checked before. Raises ValueError when there is no certificate in the file any more."""
    chain = tuple(trust_chain.certificates_in(certificate.read_bytes()))
    if not chain:
        raise ValueError(f"{certificate} holds no certificate")
    return ServerPair(chain, certificate, key)


def _kept(start: Start) -> Optional[ServerPair]:
    """Nothing is supplied: where files are deleted after use, the copies still count, else they are taken away."""
    if start.switches.server_certificate_removed_after_start:
        return copied(start)
    for copy in _copies(start):
        copy.unlink(missing_ok=True)
    return None


def _copies(start: Start) -> list[Path]:
    assert start.layout.router_keys is not None
    return [start.layout.router_keys / name for name in NAMES]


def _check(start: Start, certificate: Path, key: Path) -> None:
    """Raise Unusable unless every demand is met."""
    for path in (certificate, key):
        if not path.exists():
            raise Unusable(f"{path} is missing")
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (ValueError, TypeError) as exc:
        raise Unusable(f"{certificate} and {key} are not a certificate and an unencrypted key in PEM form") from exc
    if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < _SMALLEST_KEY:
        raise Unusable(f"{key} is not an RSA key of {_SMALLEST_KEY} bits or more")
    if private.public_key() != loaded.public_key():
        raise Unusable(f"{certificate} and {key} do not match")
    if not loaded.not_valid_before_utc <= start.now() < loaded.not_valid_after_utc:
        raise Unusable(f"{certificate} is not valid now")
    _check_names(loaded, start.node_ip)
    _check_usage(loaded)


def _check_names(certificate: x509.Certificate, node_ip: str) -> None:
    subjects = [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if subjects != [node_ip]:
        raise Unusable(f"the subject {', '.join(subjects) or 'without a name'} is not shared.node.ip {node_ip}")
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as exc:
        raise Unusable("there is no subject alternative name") from exc
    if node_ip not in [str(name.value) for name in names]:
        raise Unusable(f"the subject alternative names do not contain the subject {node_ip}")


def _check_usage(certificate: x509.Certificate) -> None:
    extensions = certificate.extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage)
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound as exc:
        raise Unusable(f"an extension is missing: {exc}") from exc
    if not (usage.critical and usage.value.digital_signature and usage.value.key_encipherment):
        raise Unusable("key usage is not critical with digitalSignature and keyEncipherment")
    if not {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH} <= set(purposes):
        raise Unusable("extended key usage is not serverAuth and clientAuth")
