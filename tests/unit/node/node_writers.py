# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that writes files on a node, each with a node to write on and a file elsewhere that nobody may touch."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as ledger_model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import (
    access_config,
    admin_token,
    bootstrap_credentials,
    bootstrap_pair,
    ca_renewal,
    join_key,
    ledger,
    master_key,
    master_key_reset,
    offboarding,
    product_join_key,
    replication_plugin,
    server_certificate,
    system_yaml_file,
    tls_ca_certificate,
    trusted_certificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from unit.domain.node_shapes import key_file, node_shape
from unit.node.node_tree import put, seven, six

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)
KEY, OLD_KEY = "0123456789abcdef" * 4, "fedcba9876543210" * 4
PEM = "a certificate, and what is secret in it\n"
SHA = "ab" * 32
RESET: master_key_reset.Reset = {"begun_at": "2026-11-24T00:00:00Z", "replaced_at": None, "trusted_at": None}
SETTINGS = "configVersion: 1\nshared:\n  security:\n    joinKey: "
SERVICE = 12345
VICTIM = "of somebody else"
TEMPORARY = ".hybrid.jfrog.tmp"


@dataclass(frozen=True)
class Writer:
    """One file that is written on a node. ``old`` is what it takes the place of, ``mode`` what it has then."""

    module: Any
    file: Callable[[Layout], Path]
    write: Callable[[Layout], Any]
    old: str = "old"
    mode: int = 0o600
    old_mode: int = 0o600
    new_mode: int | None = None
    before: Callable[[Layout], Any] = lambda _layout: None
    make: Callable[[Path], Path] = seven


def swap_settings(layout: Layout) -> None:
    target = system_yaml_file.Target(file_of_settings(layout), layout)
    expected = system_yaml_file.digest(system_yaml_file.load(target))
    system_yaml_file.replace(target, f'{SETTINGS}"{KEY}"\n', expected=expected, now=NOW)


def file_of_settings(layout: Layout) -> Path:
    assert layout.system_yaml is not None
    return layout.system_yaml


def request_of(layout: Layout) -> Path:
    assert layout.token_request is not None
    return layout.token_request


def product_key(layout: Layout) -> None:
    seen = product_join_key.look(layout)
    product_join_key.supply(layout, replace(seen, fingerprint=None), KEY, NOW)


def new_master_key(layout: Layout) -> None:
    there = layout.master_key.exists()
    node = node_shape(started=False, master_key=key_file(OLD_KEY if there else None))
    master_key.supply(layout, node, KEY, NOW)


def signing_pair(layout: Layout) -> None:
    there = any(os.path.lexists(path) for path in (signing(layout).key, signing(layout).certificate))
    bootstrap_pair.supply(signing(layout), PEM, KEY, SHA, NOW, replaced=there)


def signing(layout: Layout) -> bootstrap_pair.Place:
    return bootstrap_pair.Place(layout, bootstrap_pair.SIGNING)


def authority(layout: Layout) -> None:
    there = os.path.lexists(layout.tls_trusted / "a.crt")
    change = Change("update", before={"a.crt": [SHA] if there else None}, after={"a.crt": [SHA]})
    tls_ca_certificate.supply(layout, change, {SHA: PEM}, NOW)


def plugin_place(layout: Layout) -> replication_plugin.Place:
    return replication_plugin.find(str(layout.home), None)


def copies(layout: Layout) -> None:
    master_key_reset.prepare(layout, NOW)


def a_master_key(layout: Layout) -> None:
    put(layout.master_key, KEY, 0o600)


def offboarded(layout: Layout) -> None:
    offboarding.write(
        layout,
        {
            "edge": "lyon",
            "platform": "https://platform.example",
            "jpd_id": None,
            "left_at": "2026-11-24T00:00:00Z",
            "trusts_platform": None,
            "trusted_by_platform": None,
            "supplied": {},
            "closed_at": None,
        },
    )


EMPTY = ledger_model.serialise(ledger_model.empty())
WRITERS = {
    "ledger": Writer(
        ledger,
        lambda layout: layout.ledger,
        lambda layout: ledger.write(layout, ledger_model.due(ledger_model.empty(), "join_key", NOW)),
        EMPTY,
    ),
    "join-key": Writer(
        join_key, lambda layout: layout.bootstrap_join_key, lambda layout: join_key.supply(layout, KEY, NOW)
    ),
    "master-key": Writer(master_key, lambda layout: layout.master_key, new_master_key, OLD_KEY, 0o640),
    "master-key-put-back": Writer(
        master_key,
        lambda layout: layout.master_key,
        lambda layout: master_key.put_back(layout, KEY, NOW),
        OLD_KEY,
        0o640,
    ),
    "master-key-of-a-reset": Writer(
        master_key_reset,
        lambda layout: layout.master_key,
        lambda layout: master_key_reset.replace(layout, RESET, KEY, NOW),
        OLD_KEY,
        0o640,
        before=lambda layout: master_key_reset.folder(layout).mkdir(parents=True),
    ),
    "copies-of-a-reset": Writer(
        master_key_reset, lambda layout: master_key_reset.folder(layout) / "master.key", copies, before=a_master_key
    ),
    "note-of-a-reset": Writer(
        master_key_reset, lambda layout: master_key_reset.folder(layout) / "reset.json", copies, before=a_master_key
    ),
    "private-key-of-a-pair": Writer(bootstrap_pair, lambda layout: signing(layout).key, signing_pair),
    "certificate-of-a-pair": Writer(
        bootstrap_pair, lambda layout: signing(layout).certificate, signing_pair, mode=0o644
    ),
    "private-key-of-the-router": Writer(
        server_certificate,
        lambda layout: server_certificate.require_folder(layout) / "custom-server.key",
        lambda layout: server_certificate.supply(layout, PEM, KEY, SHA, NOW),
    ),
    "certificate-of-the-router": Writer(
        server_certificate,
        lambda layout: server_certificate.require_folder(layout) / "custom-server.crt",
        lambda layout: server_certificate.supply(layout, PEM, KEY, SHA, NOW),
        mode=0o644,
    ),
    "product-join-key": Writer(product_join_key, lambda layout: layout.live_join_key, product_key, OLD_KEY),
    "product-join-key-in-settings": Writer(
        product_join_key, file_of_settings, product_key, f"{SETTINGS}{OLD_KEY}\n", 0o620, 0o620
    ),
    "settings": Writer(system_yaml_file, file_of_settings, swap_settings, "configVersion: 1\n", 0o620, 0o620, 0o640),
    "authority": Writer(tls_ca_certificate, lambda layout: layout.tls_trusted / "a.crt", authority, mode=0o644),
    "trusted-certificate": Writer(
        trusted_certificate,
        lambda layout: layout.trusted / "a.crt",
        lambda layout: trusted_certificate.supply(layout, "a", PEM, SHA, NOW),
        mode=0o644,
    ),
    "first-administrator": Writer(
        bootstrap_credentials,
        lambda layout: layout.bootstrap_credentials,
        lambda layout: bootstrap_credentials.write(layout, KEY),
    ),
    "request-for-a-token": Writer(admin_token, request_of, admin_token.ask),
    "settings-of-access": Writer(
        access_config,
        lambda layout: layout.access / "access.config.patch.yml",
        lambda layout: access_config.supply(layout, {"security.tls": True}, NOW),
        f"ldap:\n  password: {OLD_KEY}\n",
        new_mode=0o644,
    ),
    "mark-of-a-renewal": Writer(
        ca_renewal, ca_renewal.marker_of, lambda layout: ca_renewal.order(layout, SHA, NOW), mode=0o644
    ),
    "record-of-an-offboarding": Writer(offboarding, offboarding.path, offboarded),
    "plugin": Writer(
        replication_plugin,
        lambda layout: plugin_place(layout).plugin,
        lambda layout: replication_plugin.write(plugin_place(layout), KEY, "code", with_plugin=True),
        mode=0o644,
        make=six,
    ),
    "configuration-of-the-plugin": Writer(
        replication_plugin,
        lambda layout: plugin_place(layout).configuration,
        lambda layout: replication_plugin.write(plugin_place(layout), KEY, "code", with_plugin=True),
        make=six,
    ),
}


@dataclass(frozen=True)
class Stage:
    """A node of the service user, and a file elsewhere that nobody may touch."""

    writer: Writer
    folder: Path
    layout: Layout
    victim: Path

    @property
    def file(self) -> Path:
        return self.writer.file(self.layout)

    @property
    def temporary(self) -> Path:
        # The trusted folder is watched, so its files are made in the one that holds it.
        watched = self.file.parent == self.layout.trusted
        return (self.layout.access_keys if watched else self.file.parent) / f".{self.file.name}{TEMPORARY}"

    def with_old(self) -> Stage:
        put(self.file, self.writer.old, self.writer.old_mode)
        return self.given()

    def with_folder(self) -> Stage:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.temporary.parent.mkdir(parents=True, exist_ok=True)
        return self.given()

    def given(self) -> Stage:
        """All of it to the service user, if we may."""
        if os.geteuid() == 0:
            for path in [self.layout.home, *self.layout.home.rglob("*")]:
                os.chown(path, SERVICE, SERVICE, follow_symlinks=False)
        return self

    def write(self) -> None:
        self.writer.write(self.layout)

    def left(self) -> list[Path]:
        return [path for path in self.folder.rglob(f"*{TEMPORARY}") if not path.is_dir()]

    def harm(self) -> list[str]:
        """What has become of that which nobody may touch."""
        status = self.victim.lstat()
        seen = (self.victim.read_text(), stat.S_IMODE(status.st_mode), status.st_uid)
        expected = (VICTIM, 0o644, os.geteuid())
        names = sorted(path.name for path in self.victim.parent.iterdir())
        return [f"{seen} {names}"] if (seen, names) != (expected, ["victim"]) else []


def stage(folder: Path, kind: str) -> Stage:
    writer = WRITERS[kind]
    layout = layouts.require(str(writer.make(folder / "node")))
    writer.before(layout)
    return Stage(writer, folder, layout, put(folder / "elsewhere/victim", VICTIM, 0o644)).given()
