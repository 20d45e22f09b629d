# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The join key at start: bootstrap file, database, live file (node-files.md 1.2, 1.3, 1.6)."""

from __future__ import annotations

import secrets

from . import cipher, condition, installation, services
from .failure import StartFailed
from .logs import ACCESS, SCRIPT
from .settings import FILE
from .start import Start, key_text, same_key

CONFIG_NAME = "shared.security.joinKey"  # the row of access_configs (node-files.md 1.2)


def find_bootstrap(start: Start) -> None:
    """7.x step 1 of 1.3: the start script sees the bootstrap file and deletes the live copy, so that it can win."""
    path = start.layout.bootstrap_join_key
    if path.exists():
        start.logs.info(SCRIPT, f"Bootstrap joinKey found in [{path}:]. Deleting original")
        start.live_join_key.unlink(missing_ok=True)


def load(start: Start) -> None:
    """Decide which key this start goes with. Only the bootstrap file beats the database (node-files.md 1.3)."""
    if not start.has_join_key:
        return
    bootstrap = start.layout.bootstrap_join_key
    if bootstrap.exists():
        text = bootstrap.read_text(encoding="utf-8", errors="replace")
        start.join_key, start.join_key_source = key_text(start, text, "join key"), bootstrap
        return
    if _take_from_settings(start) or _take_from_live_file(start):
        return
    kept = start.database.join_key
    # Made at the first start (node-files.md 2, SEED2): 128 bits on 6.x, which knows no other (1.1).
    start.join_key = kept if kept is not None else secrets.token_hex(16 if start.layout.generation == "6" else 32)


def _take_from_settings(start: Start) -> bool:
    """``shared.security.joinKey`` counts only before the first start (node-files.md 1.2, Traps 7)."""
    wanted = start.settings.value(CONFIG_NAME)
    if wanted is None or wanted == "":
        return False
    if isinstance(wanted, str) and cipher.is_encrypted(wanted):
        try:
            wanted = cipher.decrypt(start.master_key, wanted)
        except cipher.CipherError as exc:
            raise StartFailed(f"Failed to decrypt {CONFIG_NAME}: {exc}", waiting_for="join key") from exc
    key = key_text(start, wanted, "join key")
    kept = start.database.join_key
    if kept is None:
        origin = start.settings.origin(CONFIG_NAME)
        start.join_key, start.join_key_source = key, start.layout.system_yaml if origin == FILE else origin
        return True
    if not same_key(start, key, kept) and start.switches.system_yaml_key_after_first_start == "refused":
        raise StartFailed(f"{CONFIG_NAME} of {start.settings.origin(CONFIG_NAME)} differs from the one in the database")
    return False


def _take_from_live_file(start: Start) -> bool:
    """Plain text in the live file: the key of a fresh database, no more than a complaint later (node-files.md 1.3)."""
    path = start.live_join_key
    if start.layout.generation == "6" or not path.exists():
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    kept = start.database.join_key
    if cipher.is_encrypted(text) or text == kept:
        return False
    if kept is None:
        if not start.switches.plain_live_join_key_taken_at_first_start:
            return False
        text = key_text(start, text, "join key")
    start.join_key, start.join_key_source = text, path
    return True


def store(start: Start) -> None:
    """Put the key into the database, or bow to what is there already (node-files.md 1.3 steps 2 and 3, 1.6 'Race')."""
    if not start.has_join_key:
        return
    forced = start.join_key_source == start.layout.bootstrap_join_key
    with start.database.lock:
        kept = start.database.join_key
        if kept is None or forced:
            start.database.join_key = start.join_key
        elif not same_key(start, kept, start.join_key):
            # The text around the row's name is PostgreSQL's (node-files.md 1.2 last row, 1.6).
            start.logs.error(
                ACCESS,
                'ERROR: duplicate key value violates unique constraint "access_configs_pk" '
                f"Detail: Key (config_name)=({CONFIG_NAME}) already exists.",
            )
            start.join_key, start.join_key_source = kept, None
        else:
            start.join_key_source = None
    if start.layout.generation == "7":
        source = start.join_key_source or "database"
        start.logs.info(ACCESS, f"Cluster join: Join key loaded successfully (from: {source})")


def remove_bootstrap(start: Start) -> None:
    """Whether the bootstrap file goes is UNCONFIRMED (node-files.md 1.3 step 1, Traps 4): a switch says."""
    if start.has_join_key and start.switches.bootstrap_join_key_removed_after_start:
        start.layout.bootstrap_join_key.unlink(missing_ok=True)


def write_live(start: Start) -> None:
    """Provision the live copy anew at every start, as cipher text on 7.x (node-files.md 1.2, Traps 11)."""
    if not start.has_join_key:
        return
    plain = start.layout.generation == "6" and not start.switches.live_join_key_encrypted_on_6x
    text = start.join_key if plain else cipher.encrypt(start.master_key, start.join_key)
    installation.write_private(start.live_join_key, text, mode=0o640)


def join_services(start: Start) -> None:
    """The other services read the live copy and join through the router (node-files.md 1.3 steps 4 and 5)."""
    if not start.has_join_key:
        return
    text = start.live_join_key.read_text(encoding="utf-8")
    start.joined_key = cipher.decrypt(start.master_key, text) if cipher.is_encrypted(text) else text
    trouble = condition.trouble(start)
    if trouble is not None:
        trouble.report(start.logs, start.layout.generation, 1)
        return
    services.report_joined(start.logs, start.layout.generation, start.database, start.node_id)
