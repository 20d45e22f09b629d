# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Readers of certificates and private keys. What a certificate says is read when it is to be supplied."""

from __future__ import annotations

from typing import Any, Tuple

from .. import pem
from ..errors import CertificateError
from ..file_name import check_name
from .shapes import NamedCertificate
from .values import Unusable


def certificate(value: Any) -> str:
    """One certificate in PEM form."""
    text = _text(value)
    try:
        pem.der_sha256(text)
    except CertificateError as exc:
        raise Unusable(f"is refused. {exc.msg.rstrip('.')}") from None
    return text


def private_key(value: Any) -> str:
    """One private key in PEM form, which is not encrypted because nobody could type its password."""
    text = _text(value)
    if not pem.holds_private_key(text):
        raise Unusable("is no private key in PEM form. Give the text of the key file, from Ansible Vault or a lookup")
    if "ENCRYPTED" in text:
        raise Unusable("is an encrypted private key. Decrypt it, and keep the text in Ansible Vault")
    return text


def trust_list(value: Any) -> Tuple[NamedCertificate, ...]:
    """Certificates by the name of their file, sorted by it."""
    if not isinstance(value, (list, tuple)):
        raise Unusable("is no list. Write a list of name and content, or [] for none")
    problems: list[str] = []
    found: dict[str, NamedCertificate] = {}
    for number, item in enumerate(value, 1):
        try:
            one = _named(item)
        except Unusable as exc:
            problems += [f"has a wrong item {number}: it {problem}" for problem in exc.problems]
            continue
        if one.name in found:
            problems.append(f"has the name {one.name} twice. Give each certificate a name of its own")
        found[one.name] = one
    if problems:
        raise Unusable(*problems)
    return tuple(found[name] for name in sorted(found))


def _named(item: Any) -> NamedCertificate:
    if not isinstance(item, dict) or set(item) != {"name", "content"}:
        raise Unusable("is not made of name and content. Write both, and nothing else")
    try:
        name = check_name(str(item["name"]), "a certificate")
    except CertificateError as exc:
        raise Unusable(f"is refused. {exc.msg.rstrip('.')}") from None
    content = certificate(item["content"])
    return NamedCertificate(name, content, pem.der_sha256(content))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unusable("is no text. Give the text of the file, for example with the lookup ansible.builtin.file")
    return value
