# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""TLS to the node's own router: what is accepted there, and what is only looked at."""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
import urllib.parse
from pathlib import Path
from typing import Sequence

from .._domain.errors import LayoutError
from . import files
from .layout import Layout

# X509_V_FLAG_PARTIAL_CHAIN of OpenSSL, which Python names from 3.10 on: an anchor need not be a root.
_PARTIAL_CHAIN = 0x80000


class UnusableCaFile(ValueError):
    """The CA file that was named is none. Its text is a clause with the file and the way out."""


def verifying(url: str, ca_path: str | None, anchors: Sequence[Path] = ()) -> ssl.SSLContext:
    """What a connection to the URL has to stand up to. Raises UnusableCaFile.

    To another host, that is the CA file or the system's authorities, and the name. On a loopback address nobody stands
    in between, the certificate is issued for the node's address (shared.node.ip) and seldom for localhost, and its CA
    is one that the node itself goes by: so there the name is not compared, and without a CA file the ``anchors`` count
    as well, which are files, or folders of files, of the node.
    """
    context = _trusting(ca_path)
    if is_loopback(url):
        context.check_hostname = False
        # An own CA may be an intermediate one, or older than the rules of RFC 5280 that Python 3.13 insists on.
        context.verify_flags = (context.verify_flags | _PARTIAL_CHAIN) & ~ssl.VERIFY_X509_STRICT
        for path in _files(anchors) if ca_path is None else ():
            with contextlib.suppress(OSError):  # a file that holds no certificate
                context.load_verify_locations(cafile=str(path))
    return context


def anchors_of(layout: Layout) -> tuple[Path, ...]:
    """Where a node keeps the authorities that its own services go by: those for TLS, and Access's own."""
    return layout.tls_trusted, layout.access_keys / "ca.crt"


def only_looking() -> ssl.SSLContext:
    """For reading a certificate that is to be judged, whatever it is like. Nothing is sent over such a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # Keys that the system's policy thinks too weak are to be seen, too.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def is_alert(exc: ssl.SSLError) -> bool:
    """Whether the other side answered in TLS that it does not want to: then it does speak TLS."""
    return "ALERT" in (exc.reason or "")


def is_loopback(url: str) -> bool:
    """Whether the URL leads to this host by a loopback address."""
    host = urllib.parse.urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _trusting(ca_path: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_path)
    except OSError as exc:  # of which errors of TLS are one kind
        cause = (
            "no certificate in PEM format" if isinstance(exc, ssl.SSLError) else (exc.strerror or "unreadable").lower()
        )
        raise UnusableCaFile(
            f"the CA file {ca_path} cannot be used ({cause}); name a file that lies on the node"
        ) from exc


def _files(anchors: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for anchor in anchors:
        with contextlib.suppress(LayoutError, PermissionError):  # closed to this user
            found += files.plain_files(anchor) if anchor.is_dir() else [anchor]
    return found
