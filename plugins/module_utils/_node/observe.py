# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Everything that can be read of a node on the node itself, in one go."""

from __future__ import annotations

from .._domain import ledger
from .._domain.health import UNREACHABLE
from .._domain.keys import keys
from .._domain.observed import Health, JoinKeySeen, KeyFile, Node, ServerCertificate
from .._domain.settings.system_yaml import seen_in
from . import (
    access_config,
    addresses,
    certificate_files,
    environment,
    files,
    health,
    join_key,
    key_files,
    logs,
    server_certificate,
    system_yaml,
    tls_client,
    version,
)
from . import layout as layouts
from . import ledger as ledger_file
from .layout import Layout
from .service import Service


def observe(home: str, service: Service, *, node_url: str | None = None, ca_path: str | None = None) -> Node:
    """The node in a folder, or the shape of a host on which none is installed. Raises LayoutError and LedgerError."""
    layout = layouts.find(home)
    if layout is None:
        return _nothing(home, service)
    return look(layout, service, health_of(layout, node_url, ca_path))


def look(layout: Layout, service: Service, seen_health: Health | None) -> Node:
    """The observed node of a known layout."""
    settings = system_yaml.observe(layout.system_yaml)
    recorded = ledger_file.read(layout)
    return {
        "layout": layouts.facts(str(layout.home), layout),
        "version": version.read(layout),
        "service": {
            "control": service.control,
            "running": service.running(),
            "ever_started": layout.ever_started(),
        },
        "health": seen_health,
        "master_key": _master_key(layout),
        "join_key": _join_key(layout),
        "trusted_certificates": certificate_files.in_folder(layout.trusted),
        "tls_ca_certificates": certificate_files.in_folder(layout.tls_trusted),
        "access_keys": certificate_files.access_keys(layout),
        "system_yaml": settings,
        "access_config": access_config.observe(layout, recorded),
        "server_certificate": _server_certificate(layout, seen_health),
        "environment": environment.observe(layout, service),
        "addresses": addresses.own(layout, settings["settings"]),
        "ledger": recorded,
    }


def health_of(layout: Layout, node_url: str | None, ca_path: str | None) -> Health | None:
    """The node's health; None without a URL."""
    if not node_url:
        return None
    if layout.generation == layouts.SIX:
        return health.read_pings(node_url, ca_path)
    return health.read(node_url, ca_path, anchors=tls_client.anchors_of(layout))


def _nothing(home: str, service: Service) -> Node:
    absent: KeyFile = {"path": "", "present": False, "fingerprint": None, "problem": None}
    return {
        "layout": layouts.facts(home, None),
        "version": None,
        "service": {"control": service.control, "running": None, "ever_started": False},
        "health": None,
        "master_key": absent,
        "join_key": {"live": False, "written_at": None, "pending": absent, "imported_at": None, "refused_at": None},
        "trusted_certificates": [],
        "tls_ca_certificates": [],
        "access_keys": certificate_files.NO_ACCESS_KEYS,
        "system_yaml": seen_in(None, {}),
        "access_config": access_config.NOTHING,
        "server_certificate": {"served": None, "error": None, "pending": None},
        "environment": environment.NONE,
        "addresses": [],
        "ledger": ledger.empty(),
    }


def _server_certificate(layout: Layout, seen: Health | None) -> ServerCertificate:
    """A router that has just answered in plain HTTP need not be asked for a certificate."""
    if seen is not None and seen["state"] != UNREACHABLE and not seen["url"].startswith("https:"):
        return {**server_certificate.observe(layout, None), "error": server_certificate.NO_TLS}
    return server_certificate.observe(layout, seen["url"] if seen is not None else None)


def _master_key(layout: Layout) -> KeyFile:
    seen = key_files.look(layout.master_key, layout.account())
    if not seen["present"] and layout.master_key_in_memory():
        return {**seen, "problem": keys.KEPT_IN_MEMORY}
    return seen


def _join_key(layout: Layout) -> JoinKeySeen:
    imported_at, refused_at = logs.join_key_times(layout.logs)
    return {
        "live": files.exists(layout.live_join_key),
        "written_at": join_key.written_at(layout),
        "pending": key_files.look(layout.bootstrap_join_key, layout.account()),
        "imported_at": imported_at,
        "refused_at": refused_at,
    }
