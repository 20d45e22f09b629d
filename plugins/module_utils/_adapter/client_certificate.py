# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The client certificate of our own calls: checked before the first of them, because OpenSSL says little afterwards.

Runs in modules too, which have nothing of the controller's, so the files are read here and not by ``pem_source``.
OpenSSL reads them itself for the connection, so they cannot be vaulted.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from .._client.failures import Peer
from .._client.tls import ClientFiles
from .._domain.certificate.load import from_der
from .._domain.certificate.pair import CLIENT, load_pair
from .._domain.errors import CertificateError
from .._domain.pem import all_der
from .plain_file import read_plain

ENDS_SOON_DAYS = 30  # as edge_certificate_days_left, which is for the certificates of an Edge
_LARGEST = 1 << 20
_VAULTED = "$ANSIBLE_VAULT;"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def check_files(client: ClientFiles, peer: Peer) -> tuple[str, ...]:
    """Warnings about the two files. Raises CertificateError when they cannot be used."""
    return _checked(client, peer, tuple(_changed_at(path) for path in client))


def shown(client: ClientFiles) -> dict[str, Any] | None:
    """What the certificate says that we show, for the calendar; None where it cannot be read: the first call tells."""
    try:
        found = all_der(read_plain(client[0], limit=_LARGEST)[0].decode("utf-8", errors="replace"))
        return from_der(base64.b64encode(found[0]).decode("ascii")).facts() if found else None
    except (OSError, CertificateError):
        return None


def first_certificate(text: str) -> str:
    """The certificate itself, where those of the CAs between follow it; the whole text when there is just one."""
    found = _CERTIFICATE.findall(text)
    alone = len(found) > 1 and not _CERTIFICATE.sub("", text).strip(" \t\n")
    return found[0] if alone else text


@lru_cache(maxsize=64)  # a fleet shows the same certificate to a thousand Edges, and to check an RSA key takes long
def _checked(client: ClientFiles, peer: Peer, _changed: tuple[int, ...]) -> tuple[str, ...]:
    certificate, _mode = _read(client[0], peer.option("client_certificate_path"))
    key, mode = _read(client[1], peer.option("client_key_path"))
    what = f"the client certificate {client[0]}"
    now = datetime.now(timezone.utc)
    pair = load_pair(first_certificate(certificate), key, now=now, what=what, purpose=CLIENT)
    warnings = list(pair.warnings)
    days = (pair.certificate.not_after - now).days
    if days < ENDS_SOON_DAYS:
        warnings.append(f"{what[0].upper()}{what[1:]} ends in {days} days. Put the next one into its place in time.")
    if not mode & stat.S_IROTH:
        return tuple(warnings)
    exposed = (
        f"Everybody on this host may read the private key {client[1]} (mode {mode:04o}). Take that away: chmod 0600."
    )
    return (exposed, *warnings)


def _changed_at(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0  # told by reading it


def _read(path: str, option: str) -> tuple[str, int]:
    """Text and mode of a file. Raises CertificateError."""
    try:
        data, status = read_plain(path, limit=_LARGEST)
    except OSError as exc:
        reason = (exc.strerror or "unknown").lower()
        raise CertificateError(
            f"Cannot read {option} from {path}: {reason}. Correct the path, or let the module's user read it.",
            path=path,
        ) from exc
    text = data.decode("utf-8", errors="surrogateescape")
    if text.startswith(_VAULTED):
        raise CertificateError(
            f"Cannot use {option}: {path} is vaulted, and TLS needs the file itself. Name a plain file of mode 0600.",
            path=path,
        )
    return text, stat.S_IMODE(status.st_mode)
