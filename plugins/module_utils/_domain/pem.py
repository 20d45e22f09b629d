# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Certificates as text, with the standard library only, for use on a node.

A node compares certificates by the SHA-256 of their DER form and nothing else; what a certificate says is
read on the controller (see ``certificate/``).
"""

from __future__ import annotations

import base64
import hashlib
import re

from .errors import CertificateError

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----")
# The second one is what the first becomes when its UTF-8 form is read as Latin-1.
_BYTE_ORDER_MARKS = ("\ufeff", "\xef\xbb\xbf")
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")


def plain(text: str) -> str:
    """What a server answered, without a byte order mark and with plain line ends."""
    return text.lstrip("\ufeff").replace("\r\n", "\n")


def mark_of_windows(text: str) -> tuple[str, str] | None:
    """What tools of Windows left in a text that somebody gives us, and how to take it off; None when there is nothing.

    No page of the product says whether it reads such a file. We would write it without, and the user's other tools
    would go on with what they have; so it is said instead.
    """
    if text.startswith(_BYTE_ORDER_MARKS):
        return "it starts with a byte order mark", "Take its three bytes off: tail -c +4 FILE > NEW"
    if "\r" in text:
        return "it has Windows line ends (CRLF)", "Convert it: tr -d '\\r' < FILE > NEW"
    return None


def holds_private_key(text: str) -> bool:
    """Whether the text holds a private key in any PEM form."""
    return _PRIVATE_KEY.search(text) is not None


def der_sha256(text: str) -> str:
    """SHA-256 of the DER form of the one certificate in the text, in lower-case hexadecimal.

    Raises CertificateError when the text holds a private key, no certificate or several.
    """
    if holds_private_key(text):
        raise CertificateError(
            "Cannot use the text as a certificate: it holds a private key. "
            "Give the certificate alone, and treat that private key as exposed."
        )
    found = all_der(text)
    if len(found) != 1:
        many = "no certificate in PEM form" if not found else f"{len(found)} certificates"
        raise CertificateError(
            f"Cannot use the text as a certificate: it holds {many}. Give exactly one certificate in PEM form."
        )
    return sha256(found[0])


def all_der(text: str) -> list[bytes]:
    """The DER form of every certificate in the text, in order. Raises CertificateError for a damaged one."""
    return [_der(body) for body in _CERTIFICATE.findall(text)]


def sha256(der: bytes) -> str:
    """The fingerprint by which certificates are compared, in lower-case hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def _der(body: str) -> bytes:
    try:
        der = base64.b64decode("".join(body.split()), validate=True)
    except ValueError as exc:  # which binascii.Error is, and what a letter beyond ASCII raises
        raise _damaged("is not base64") from exc
    if not _is_one_sequence(der):
        raise _damaged("is cut short or is no DER")
    return der


def _damaged(what: str) -> CertificateError:
    return CertificateError(
        f"Cannot use the text as a certificate: the part between its BEGIN and END lines {what}. "
        "Copy the whole file again."
    )


def _is_one_sequence(der: bytes) -> bool:
    """A certificate is one ASN.1 SEQUENCE whose length reaches exactly to the end (X.690 8.1.3)."""
    if len(der) < 4 or der[0] != 0x30:
        return False
    if der[1] < 0x80:
        return len(der) == 2 + der[1]
    size = der[1] & 0x7F
    return 1 <= size <= 4 and len(der) == 2 + size + int.from_bytes(der[2 : 2 + size], "big")
