# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token-signing pair and the TLS CA pair at start (node-files.md 3.3, 3.4, 4, 6).

The database holds both; the files in ``etc/access/keys`` are copies. A pair of one's own goes through the bootstrap
folder on 7.x; 6.x compares its files with the database and has a marker for a new pair.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulator import certificates

from . import installation
from .failure import StartFailed
from .logs import ACCESS
from .start import Start

_VALID_FOR = timedelta(days=7)  # node-files.md 6
_CERTIFICATE_MODE = 0o644


class BadPair(Exception):
    """A certificate and a key that cannot be used together, or not now."""


def initialise(start: Start) -> None:
    """Import pairs from the bootstrap folder, make what is missing, write the copies (7.x)."""
    folder = start.layout.bootstrap_keys
    assert folder is not None
    start.logs.info(ACCESS, "[ACCESS BOOTSTRAP] Initializing root certificate.")
    imported = _import_root(start, folder / "root.crt", folder / "private.key")
    _reset_ca(start, folder / "reset_ca_keys")
    _import_ca(start, folder / "ca.crt", folder / "ca.private.key")
    copy = start.layout.access_keys / "root.crt"
    fresh = start.fresh_database and not imported
    if fresh:
        start.logs.info(ACCESS, "Generating root private key and certificate.")
    write_copies(start)
    if fresh or imported:
        start.logs.info(ACCESS, f"Saved new root certificate at: {copy}")
    start.logs.info(ACCESS, "Finished initializing root certificate. Certificate source: DATABASE")


def initialise_6(start: Start) -> None:
    """6.x: a key that is not the database's stops the start, unless a new pair is asked for (node-files.md 3.4, 6)."""
    marker = start.layout.access_etc / "bootstrap.reset_root_keys"
    if marker.exists():
        start.database.renew_root()
        if start.switches.bootstrap_certificates_removed_after_start:
            marker.unlink()
    elif not _same_key_on_disk(start):
        raise StartFailed("Provided private key and latest private key fingerprints mismatch.")
    write_copies(start)


def write_copies(start: Start) -> None:
    """Write the four files of node-files.md 3.3 from the database, which is the source."""
    folder = start.layout.access_keys
    database = start.database
    start.signing_pair = database.signing_pair
    for name, text, mode in (
        ("root.crt", certificates.to_pem(database.root_certificate), _CERTIFICATE_MODE),
        ("private.key", certificates.key_to_pem(database.root_key), 0o600),
        ("ca.crt", certificates.to_pem(database.ca_certificate), _CERTIFICATE_MODE),
        ("ca.private.key", certificates.key_to_pem(database.ca_key), 0o600),
    ):
        installation.write_private(folder / name, text, mode=mode)


def _import_root(start: Start, certificate: Path, key: Path) -> bool:
    """A signing pair of one's own (node-files.md 6). RSA only: tokens are RS256, and other keys are UNCONFIRMED."""
    if not (certificate.exists() or key.exists()):
        return False
    try:
        loaded_key, loaded = _load_pair(start, certificate, key)
        if not isinstance(loaded_key, rsa.RSAPrivateKey):
            raise BadPair(f"{key} is not an RSA key")
    except BadPair as exc:
        _refuse(start, exc)
        return False
    start.database.set_root(loaded_key, loaded)
    _consume(start, certificate, key)
    return True


def _import_ca(start: Start, certificate: Path, key: Path) -> None:
    """A TLS CA of one's own (node-files.md 4, way 3)."""
    if not (certificate.exists() or key.exists()):
        return
    try:
        loaded_key, loaded = _load_pair(start, certificate, key)
        if not _may_sign_certificates(loaded):
            raise BadPair(f"{certificate} is not the certificate of an authority")
    except BadPair as exc:
        _refuse(start, exc)
        return
    start.database.set_ca(loaded_key, loaded)
    _consume(start, certificate, key)


def _may_sign_certificates(certificate: x509.Certificate) -> bool:
    """Nobody would accept what another certificate signs. The product's own check is not described."""
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _reset_ca(start: Start, marker: Path) -> None:
    """``reset_ca_keys``: a new CA; as long as the marker stays, one at each restart (node-files.md 4)."""
    if not marker.exists():
        return
    start.database.renew_ca()
    if start.switches.reset_ca_keys_removed_after_start:
        marker.unlink()


def _load_pair(start: Start, certificate: Path, key: Path) -> tuple[certificates.PrivateKey, x509.Certificate]:
    """Both files, checked: they match and are valid for seven more days (node-files.md 6)."""
    for path in (certificate, key):
        if not path.exists():
            raise BadPair(f"{path} is missing")
    try:
        loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
        loaded_key = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except (ValueError, TypeError) as exc:
        raise BadPair(f"{certificate} and {key} are not a certificate and an unencrypted key in PEM form") from exc
    if not isinstance(loaded_key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise BadPair(f"{key} is neither an RSA nor an EC key")
    if loaded_key.public_key() != loaded.public_key():
        raise BadPair(f"{certificate} and {key} do not match")
    now = start.now()
    if loaded.not_valid_before_utc > now or loaded.not_valid_after_utc < now + _VALID_FOR:
        raise BadPair(f"{certificate} is not valid for the next 7 days")
    return loaded_key, loaded


def _refuse(start: Start, problem: BadPair) -> None:
    """What a bad pair leads to is not stated (switch ``bad_bootstrap_pair``)."""
    if start.switches.bad_bootstrap_pair == "start_fails":
        raise StartFailed(f"Failed to load bootstrap certificate: {problem}") from problem
    start.logs.error(ACCESS, f"Ignoring bootstrap certificate: {problem}")


def _consume(start: Start, *paths: Path) -> None:
    """Whether imported files are deleted is not stated (node-files.md 3.4 last line): a switch says."""
    if start.switches.bootstrap_certificates_removed_after_start:
        for path in paths:
            path.unlink()


def _same_key_on_disk(start: Start) -> bool:
    path = start.layout.access_keys / "private.key"
    if not path.exists():
        return True
    text = path.read_text(encoding="utf-8", errors="replace")
    if text == certificates.key_to_pem(start.database.root_key):
        return True  # the usual case, and parsing an RSA key takes longer than a whole start
    try:
        on_disk = serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        return False
    return on_disk.public_key() == start.database.root_key.public_key()
