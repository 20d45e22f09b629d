# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a TLS client of a node accepts a certificate (node-files.md 3 (b), 5)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----\s.*?-----END CERTIFICATE-----", re.DOTALL)
_LONGEST = 10


def read_folder(folder: Path) -> tuple[x509.Certificate, ...]:
    """Every certificate in PEM form of every file; whatever else lies there helps nobody."""
    if not folder.is_dir():
        return ()
    found: list[x509.Certificate] = []
    for path in sorted(folder.iterdir()):
        # Anybody may take a file away at any moment.
        with contextlib.suppress(OSError):
            found += certificates_in(path.read_bytes())
    return tuple(found)


def certificates_in(content: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file, without those that are damaged."""
    found = []
    for match in _BLOCK.finditer(content):
        try:
            found.append(x509.load_pem_x509_certificate(match[0]))
        except ValueError:
            continue
    return found


def is_trusted(chain: Sequence[x509.Certificate], anchors: Iterable[x509.Certificate]) -> bool:
    """Whether the first certificate leads to an anchor, through the others of its file where needed."""
    anchors = list(anchors)
    certificate = chain[0]
    for _ in range(_LONGEST):
        if certificate in anchors or any(_signed(certificate, anchor) for anchor in anchors):
            return True
        issuer = next((one for one in chain if one != certificate and _signed(certificate, one)), None)
        if issuer is None:
            return False
        certificate = issuer
    return False


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
