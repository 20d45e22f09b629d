# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Finding the one certificate, or the one private key, in a text; whatever lies beside it is refused."""

from __future__ import annotations

import base64
import binascii
import re

from ..errors import CertificateError
from ..pem import mark_of_windows
from .asked import Asked

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_LABEL = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_EC_PARAMETERS = re.compile(r"-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----")
# What a DER file looks like when it was read as text: a SEQUENCE with a length of two bytes, or bytes that are no text.
_BINARY = re.compile("^0[\x81-\x84\udc81-\udc84\ufffd]|[\x00\ufffd]")
_KEY_LABELS = ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")
PKCS8_LABEL = "PRIVATE KEY"


def certificate_der(text: str, asked: Asked) -> bytes:
    """The DER form of the one certificate in the text, which is PEM, or bare base64. Raises CertificateError."""
    bare = _bare(text, asked, "Give one certificate in PEM form", "openssl x509 -inform der -in FILE")
    labels = _LABEL.findall(bare)
    if any(label.endswith("PRIVATE KEY") for label in labels):
        raise a_private_key(asked)
    if not labels:
        return _decode(bare, asked)
    others = sorted(set(labels) - {"CERTIFICATE"})
    if others:
        raise asked.refused(f"it holds a {others[0].lower()}", "Give one certificate in PEM form and nothing else")
    if len(labels) > 1:
        raise asked.refused(
            f"it holds {len(labels)} certificates",
            "Give the one certificate alone; others, such as those of its CAs, are given each by itself",
        )
    armoured = _PEM.fullmatch(bare)
    if armoured is None:
        raise _incomplete(bare, asked, "certificate")
    return _decode(armoured[2], asked)


def private_key_pem(text: str, asked: Asked) -> tuple[str, str]:
    """The label and the armoured text of the one unencrypted private key. Raises CertificateError."""
    bare = _bare(text, asked, "Give the private key in PEM form", "openssl pkey -inform der -in FILE")
    bare = _EC_PARAMETERS.sub("", bare).strip()
    labels = _LABEL.findall(bare)
    keys = [label for label in labels if label.endswith("PRIVATE KEY")]
    others = sorted(set(labels) - set(keys))
    if others:
        beside = " beside the private key" if keys else ""
        raise asked.refused(
            f"it holds a {others[0].lower()}{beside}",
            "Give the private key alone, and the certificate in its own option",
        )
    if len(keys) > 1:
        raise asked.refused(f"it holds {len(keys)} private keys", "Give the one that belongs to the certificate")
    if not keys:
        raise asked.refused("it is no private key", "Give the private key in PEM form")
    if keys[0] == "ENCRYPTED PRIVATE KEY" or "Proc-Type: 4,ENCRYPTED" in bare:
        raise asked.refused(
            "it is encrypted, and the product cannot be told its password",
            "Take the password off (openssl pkey -in FILE), and protect the result with Ansible Vault",
        )
    if keys[0] not in _KEY_LABELS:
        kind = keys[0].removesuffix("PRIVATE KEY").strip().replace("OPENSSH", "OpenSSH")
        raise asked.refused(
            f"it is a private key of the kind {kind}", "Give an RSA key in PEM form as openssl writes it"
        )
    armoured = _PEM.fullmatch(bare)
    if armoured is None:
        raise _incomplete(bare, asked, "private key")
    return keys[0], bare + "\n"


def a_private_key(asked: Asked) -> CertificateError:
    """Somebody gave the secret where the public part was wanted."""
    return asked.refused(
        "it holds a private key",
        "Give the certificate alone, and replace that private key if it has been where others can read it",
    )


def no_certificate(asked: Asked) -> CertificateError:
    """The text is something else."""
    return asked.refused("it is no certificate", "Give one certificate in PEM form")


def _bare(text: str, asked: Asked, remedy: str, convert: str) -> str:
    bare = text.strip()
    if not bare:
        raise asked.refused("it is empty", remedy)
    # First, because a DER file may happen to hold a backslash and an n.
    if _BINARY.search(bare):
        raise asked.refused("it is binary (DER), not text", f"Convert it to PEM: {convert}")
    mark = mark_of_windows(text)
    if mark is not None:
        raise asked.refused(*mark)
    if "\\n" in bare:
        raise asked.refused(
            "its line ends are written as the two characters \\n", "Write it as lines, in YAML as a block after |"
        )
    return bare


def _incomplete(bare: str, asked: Asked, noun: str) -> CertificateError:
    happened = f"there is text beside the {noun}" if _PEM.search(bare) else "its END line is missing"
    return asked.refused(happened, "Give what is from the BEGIN line to the END line, both included")


def _decode(body: str, asked: Asked) -> bytes:
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        raise no_certificate(asked) from None
