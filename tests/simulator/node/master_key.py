# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The master key at start: found, made, or refused (node-files.md 2)."""

from __future__ import annotations

import secrets

from . import cipher, installation, system_yaml
from .failure import StartFailed
from .start import Start, comparable, key_text

EXTERNAL_SINCE = (7, 29, 7)  # node-files.md 2 'Memory only'
_FILE_MODE = 0o640  # node-files.md 10


def load(start: Start) -> None:
    """Take the key of system.yaml before the first start, else the file, else make one when nobody ever had one."""
    path = start.master_key_file
    wanted = start.settings.value("shared.security.masterKey")
    if isinstance(wanted, str) and cipher.is_encrypted(wanted):
        wanted = None  # encrypted with itself at an earlier start, so nothing can be learned from it
    if wanted is not None and wanted != "":
        _take_from_settings(start, key_text(start, wanted, "master key"))
    if not path.exists():
        if start.database.master_key_fingerprint is not None:
            # node-files.md 2 'Mismatch messages'
            raise StartFailed(
                "Found existing master key fingerprint in the DB, without master.key file", waiting_for="master key"
            )
        # node-files.md 2 'Since': generated at first start if absent.
        installation.write_private(
            path, secrets.token_hex(16 if start.layout.generation == "6" else 32), mode=_FILE_MODE
        )
    start.master_key = key_text(start, path.read_text(encoding="utf-8", errors="replace"), "master key")


def _take_from_settings(start: Start, wanted: str) -> None:
    """``shared.security.masterKey`` counts only before the first start (node-files.md 2 'system.yaml', Traps 7)."""
    path = start.master_key_file
    if start.first:
        installation.write_private(path, wanted, mode=_FILE_MODE)
    elif start.switches.system_yaml_key_after_first_start == "refused":
        on_disk = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
        if on_disk != wanted:
            raise StartFailed("shared.security.masterKey differs from the master key of this node")


def check(start: Start) -> None:
    """Compare with the fingerprint in the database, or leave one there (node-files.md 2 'Fingerprint in DB')."""
    local = cipher.fingerprint(comparable(start.switches, start.master_key) or "")
    with start.database.lock:
        if start.database.master_key_fingerprint is None:
            start.database.master_key_fingerprint = local
        kept = start.database.master_key_fingerprint
    if kept == local:
        return
    if start.layout.generation == "6":
        # The misspelling is the product's (node-files.md 2 'Mismatch messages').
        raise StartFailed("Master key mismatch. The provided master.key file does't match the DB fingerprint")
    raise StartFailed(
        f"Master key checksum mismatch. Aborting initialization. DB fingerprint: {kept}, local fingerprint: {local}"
    )


def encrypt_system_yaml(start: Start) -> None:
    """Secrets in system.yaml are rewritten as cipher text (node-files.md 9, Traps 10)."""
    if start.layout.system_yaml is None:
        return
    keep = frozenset() if start.switches.system_yaml_master_key_encrypted else frozenset({"masterKey"})
    system_yaml.encrypt_in_place(
        start.layout.system_yaml, lambda text: cipher.encrypt(start.master_key, text), keep=keep
    )


def forget_external(start: Start) -> None:
    """``masterKeyExternal``: once every service is up the file is deleted (node-files.md 2 'Memory only', Traps 5)."""
    if start.settings.is_on("shared.security.masterKeyExternal") and start.version >= EXTERNAL_SINCE:
        start.master_key_file.unlink(missing_ok=True)
