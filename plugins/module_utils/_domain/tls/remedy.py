# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What to do when TLS does not come about between us and a server, by the reason, which ends with OpenSSL's words."""

from __future__ import annotations

from typing import Optional

OUTDATED = "it speaks no TLS 1.2 or newer"
NO_TLS = "it does not speak TLS on this port"

_UNKNOWN = "Name the file of the CA that issued it in {prefix}ca_path"
# What the reason contains, and what to do then, in order.
_REMEDIES = (
    (
        ("client certificate",),
        "Name a certificate that it accepts in {prefix}client_certificate_path, and its private key in "
        "{prefix}client_key_path",
    ),
    (("expired", "not yet valid"), "Replace the server's certificate, or correct the clock of this host"),
    (
        ("mismatch", "not valid for"),
        "Use a name of the certificate in {prefix}url, or give the server a certificate that names {server}",
    ),
    ((NO_TLS.lower(),), "Use http or another port in {prefix}url, or switch TLS on at the server"),
    ((OUTDATED.lower(),), "Let the server speak TLS 1.2, or correct {prefix}url where it leads to somebody in between"),
)


def tls_remedy(reason: str, *, prefix: str, server: str, issuer: Optional[str] = None) -> str:
    """``server``: the host that we called; ``issuer``: of its certificate, where that was seen; ``prefix``: of the
    options for this server. What nothing else explains is an authority that we do not know."""
    told = (_found(reason) or _UNKNOWN).format(prefix=prefix, server=server)
    return told.replace("that issued it", issuer) if issuer else told


def is_of_the_server(reason: str) -> bool:
    """Whether the reason says for itself what is wrong at the server."""
    return _found(reason) is not None


def _found(reason: str) -> Optional[str]:
    told = reason.lower()
    return next((remedy for needles, remedy in _REMEDIES if any(needle in told for needle in needles)), None)
