# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The router's own server certificate: what it shows, what waits for its start, and supplying one (node-files.md 4)."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import urllib.parse
from datetime import datetime
from pathlib import Path
from typing import Final

from .._domain import ledger as model
from .._domain.errors import LayoutError
from .._domain.observed import CertificateFile, Ledger, ServerCertificate
from . import backups, certificate_files, files, join_key, ledger, rights, tls_client
from .layout import Layout
from .within import within

FACT: Final = "server_certificate"
CERTIFICATE = "custom-server.crt"
KEY = "custom-server.key"
CERTIFICATE_MODE = 0o644
KEY_MODE = 0o600
NO_TLS = "the router speaks no TLS"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def observe(layout: Layout, node_url: str | None, *, timeout: float = 5.0) -> ServerCertificate:
    """The certificate on the router's port, and the one that waits. Never raises for a router that does not answer."""
    pending = pending_in(layout)
    if not node_url or layout.bootstrap_router_keys is None:
        return {"served": None, "error": None, "pending": pending}
    try:
        return {"served": _served(node_url, timeout), "error": None, "pending": pending}
    except (OSError, ValueError) as exc:
        return {"served": None, "error": _clause(exc), "pending": pending}


def pending_in(layout: Layout) -> CertificateFile | None:
    """The certificate that waits for a start. One without its key does not count: no start can use it."""
    folder = layout.bootstrap_router_keys
    if folder is None or not os.path.lexists(folder / KEY):
        return None
    return certificate_files.first_of(folder / CERTIFICATE)


def require_folder(layout: Layout) -> Path:
    """The folder for the pair. Raises LayoutError on 6.x."""
    if layout.bootstrap_router_keys is None:
        raise LayoutError(
            f"Cannot give the node in {layout.home} a server certificate: Artifactory 6.x has no router that could "
            "take one. Give it to the reverse proxy in front of the node, or upgrade to 7.x first."
        )
    return layout.bootstrap_router_keys


def holds_key(layout: Layout, private_key: str) -> bool:
    """Whether the waiting pair has this private key."""
    text = files.read_text(require_folder(layout) / KEY)
    return text is not None and text.split() == private_key.split()


def supply(layout: Layout, certificate: str, private_key: str, sha256: str, now: datetime) -> list[Path]:
    """Write the key, then the certificate, then the record; where the backups are.

    The older certificate goes first, with its record: a start in between finds a key at most, and never a certificate
    with the key of another one. After a crash between two of them nothing is recorded, so the next run supplies it
    again.
    """
    folder, account = require_folder(layout), layout.account()
    files.make_folder(folder, account)
    rights.demand_readable(folder, account)
    pair = [
        files.Content(folder / KEY, private_key, KEY_MODE),
        files.Content(folder / CERTIFICATE, certificate, CERTIFICATE_MODE),
    ]
    kept: list[Path] = []

    def before() -> None:
        kept.extend(backups.keep(layout, FACT, content.path) for content in pair if os.path.lexists(content.path))
        if FACT in ledger.read(layout)["certificates"]:
            ledger.write(layout, _without_record(ledger.read(layout)))
        files.remove(folder / CERTIFICATE)

    files.write_together(pair, account=account, before=before)
    recorded = model.record_supplied(ledger.read(layout), FACT, sha256, now)
    ledger.write(layout, model.due(recorded, FACT, now))
    return kept


def _without_record(recorded: Ledger) -> Ledger:
    left = {fact: entry for fact, entry in recorded["certificates"].items() if fact != FACT}
    return {**recorded, "certificates": left}


def start_is_due(layout: Layout, recorded: Ledger) -> bool:
    """Whether the node has not started since the supply."""
    since = recorded["restart_due"].get(FACT)
    return since is not None and not join_key.started_since(layout, since)


def settle(layout: Layout, node_url: str, recorded: Ledger, now: datetime) -> Ledger:
    """The ledger after a start that went well: a certificate that the router shows is proven, and of the private keys
    before it only the last one is worth keeping."""
    entry = recorded["certificates"].get(FACT)
    if entry is None or entry["confirmed_at"] is not None:
        return recorded
    served = observe(layout, node_url)["served"]
    if served is None or served["sha256"] != entry["sha256"]:
        return recorded
    backups.keep_last(layout, FACT, KEY)
    return model.confirm_supplied(recorded, FACT, now)


def _served(node_url: str, timeout: float) -> CertificateFile:
    parts = urllib.parse.urlsplit(node_url)
    host, port = parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
    if host is None or port is None:
        raise ValueError("node_url is no http or https URL")
    with contextlib.ExitStack() as stack:
        stack.enter_context(within(timeout))
        connection = stack.enter_context(socket.create_connection((host, port), timeout=timeout))
        context = tls_client.only_looking()
        secured = stack.enter_context(context.wrap_socket(connection, server_hostname=host))
        der = secured.getpeercert(binary_form=True)
    if der is None:
        raise ValueError
    return certificate_files.from_der(f"{host}:{port}", der)


def _clause(exc: Exception) -> str:
    """One clause for why there is no certificate."""
    if isinstance(exc, ssl.SSLError) and tls_client.is_alert(exc):
        return f"TLS failed: {str(exc.reason).lower().replace('_', ' ')}"
    if isinstance(exc, (ssl.SSLError, ConnectionResetError)):
        return NO_TLS
    if isinstance(exc, ConnectionRefusedError):
        return "connection refused"
    if isinstance(exc, (socket.timeout, TimeoutError)):
        return "no answer in time"
    if isinstance(exc, socket.gaierror):
        return "its name cannot be resolved"
    return (exc.strerror or "").lower() if isinstance(exc, OSError) and exc.strerror else "node_url is no usable URL"
