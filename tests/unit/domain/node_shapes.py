# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed nodes for tables: a started 7.x node without anything of ours, changed by keyword."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import KeyEntry, KeyFile, Node

SALT = "00112233445566778899aabbccddeeff"


def key_entry(key: str, supplied_at: str, confirmed_at: str | None = None) -> KeyEntry:
    hashed = keys.salted_hash(key, SALT)
    return {"salt": SALT, "hash": hashed, "supplied_at": supplied_at, "confirmed_at": confirmed_at}


def key_file(key: str | None, problem: str | None = None) -> KeyFile:
    return {
        "path": "/node/key",
        "present": key is not None,
        "fingerprint": keys.fingerprint(key) if key else None,
        "problem": problem,
    }


def node_shape(
    *,
    started: bool = True,
    running: bool = True,
    entry: KeyEntry | None = None,
    pending: str | None = None,
    imported_at: str | None = None,
    written_at: str | None = None,
    started_at: str | None = None,
    refused_at: str | None = None,
    master_key: KeyFile | None = None,
    master_entry: KeyEntry | None = None,
    restart_due: dict[str, Any] | None = None,
) -> Node:
    recorded = {**ledger.empty(), "join_key": entry, "master_key": master_entry, "restart_due": restart_due or {}}
    recorded["started_at"] = started_at
    return {
        "layout": {
            "installed": True,
            "generation": "7",
            "home": "/node",
            "var": "/node/var",
            "owner": "artifactory",
            "group": "artifactory",
        },
        "version": "7.104.2",
        "service": {"control": "artifactoryctl", "running": running, "ever_started": started},
        "health": None,
        "master_key": master_key or key_file(None),
        "join_key": {
            "live": started,
            "written_at": written_at,
            "pending": key_file(pending),
            "imported_at": imported_at,
            "refused_at": refused_at,
        },
        "trusted_certificates": [],
        "tls_ca_certificates": [],
        "access_keys": {
            "root": None,
            "ca": None,
            "pending_root": None,
            "pending_ca": None,
            "pending_root_key": False,
            "pending_ca_key": False,
            "reset_ca": False,
        },
        "environment": {"overrides": [], "proxies": [], "no_proxy": []},
        "addresses": ["10.0.0.1"],
        "server_certificate": {"served": None, "error": "the router speaks no TLS", "pending": None},
        "system_yaml": {
            "path": "/node/system.yaml",
            "settings": {"shared.node.haEnabled": "true"},
            "encrypted": [],
            "secrets": [],
            "problem": None,
        },
        "access_config": {
            "present": started,
            "settings": {},
            "pending": [],
            "problem": None,
            "patch": {},
            "patch_problem": None,
            "unlisted": [],
        },
        "ledger": recorded,  # type: ignore[typeddict-item]
    }
