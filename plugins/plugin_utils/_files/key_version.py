# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A new version of a key file on the controller, for a rotation that may be interrupted anywhere.

Beside the key file, whose name stays, there can be:

================================  ==================================================================================
``<file>.next``                   the new key, before it takes the file's place
``<file>.<fingerprint>.backup``   the key before it; stays
``<file>.rotation``               the rotation is under way: when it began, and both fingerprints. Written before the
                                  new key takes its place, gone when nothing is left to do
================================  ==================================================================================
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._domain.errors import ConflictError, KeyFormatError
from ...module_utils._domain.foreign_json import parsed
from ...module_utils._domain.keys import keys
from ...module_utils._domain.moment import stamp
from .key_source import create_file, is_vaulted, read_key_file, write_key_file, writing

_LARGEST = 1 << 16


@dataclass(frozen=True)
class Rotation:
    """A rotation that is under way: fingerprints and times, never a key."""

    begun_at: str
    new: str
    old: str | None = None
    backup: str | None = None


def is_under_way(store: Path) -> bool:
    """Whether a rotation of this key file has begun and not ended, for all that can be told without reading on."""
    return _marker(store).exists()


def under_way(store: Path) -> Rotation | None:
    """The rotation of this key file that has begun and not ended. Raises ConflictError for a marker that is damaged."""
    try:
        raw = parsed(read_plain(_marker(store), limit=_LARGEST)[0].decode("utf-8"))
        found = {name: raw[name] for name in ("begun_at", "new", "old", "backup")}
        optional = [found[name] for name in ("old", "backup") if found[name] is not None]
        if not all(isinstance(one, str) for one in (found["begun_at"], found["new"], *optional)):
            raise ValueError("a value in it is no text")
        return Rotation(**found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConflictError(
            f"Cannot tell how far the rotation of {store} is: {_marker(store)} cannot be read. Compare the key file "
            "with its backups, delete that marker, and run again: a new rotation begins then.",
            path=str(_marker(store)),
        ) from exc


def begin(store: Path, *, given: str | None, bits: int, loader: Any, now: datetime) -> tuple[str, Rotation]:
    """The new key and its rotation: the one that is under way, else a new version of the file.

    ``given`` is a new key of the user's; without one a key is made. A vaulted file stays vaulted. Raises
    KeyFormatError, and ConflictError when a rotation to another key is under way.
    """
    if given is not None:
        keys.check_key(given, keys.JOIN_KEY)
    rotation = under_way(store)
    if rotation is not None:
        if given is not None and keys.fingerprint(given) != rotation.new:
            raise ConflictError(
                f"Cannot rotate {store} to {keys.fingerprint(given)}: a rotation to {rotation.new} is under way since "
                f"{rotation.begun_at}. Finish that one first: run again without edge_new_join_key."
            )
        return _resumed(store, rotation, loader), rotation
    old = read_key_file(str(store), loader=loader)
    if given is not None and given == old:
        rotation = Rotation(stamp(now), keys.fingerprint(given))
        with writing(store):
            _mark(store, rotation)
        return given, rotation
    key = _stage(store, given or secrets.token_hex(bits // 8), loader, vault=is_vaulted(store), keep=not given)
    with writing(store):
        backup = None if old is None else _keep(store, old)
        rotation = Rotation(
            stamp(now), keys.fingerprint(key), keys.fingerprint(old) if old else None, str(backup) if backup else None
        )
        _mark(store, rotation)
        os.replace(_next(store), store)
    return key, rotation


def finish(store: Path) -> None:
    """Nothing is left to do."""
    with writing(_marker(store)):
        _marker(store).unlink(missing_ok=True)


def _resumed(store: Path, rotation: Rotation, loader: Any) -> str:
    key = read_key_file(str(store), loader=loader)
    if key is not None and keys.fingerprint(key) == rotation.new:
        return key
    staged = read_key_file(str(_next(store)), loader=loader)
    if staged is None or keys.fingerprint(staged) != rotation.new:
        raise ConflictError(
            f"Cannot go on with the rotation of {store} that began at {rotation.begun_at}: the file does not hold its "
            f"new key {rotation.new} any more. Put that key back, or delete {_marker(store)} to begin another rotation "
            "with the next run.",
            path=str(store),
        )
    with writing(store):
        os.replace(_next(store), store)
    return staged


def _stage(store: Path, key: str, loader: Any, *, vault: bool, keep: bool) -> str:
    """The new key beside the file. One that an interrupted run made there is taken again."""
    staged = _next(store)
    if not keep:
        with writing(staged):
            staged.unlink(missing_ok=True)
    write_key_file(staged, key, vault=vault, loader=loader)
    text = read_key_file(str(staged), loader=loader)
    if text is None:
        raise KeyFormatError(f"Cannot rotate {store}: {staged} was taken away. Run again.", path=str(staged))
    return keys.check_key(text, keys.JOIN_KEY)


def _keep(store: Path, old: str) -> Path:
    """The former key under a name that tells it apart; the same name when it is kept again."""
    backup = store.with_name(f"{store.name}.{keys.fingerprint(old).rpartition(':')[2]}.backup")
    with contextlib.suppress(FileExistsError):
        os.link(store, backup)
    return backup


def _mark(store: Path, rotation: Rotation) -> None:
    create_file(_marker(store), (json.dumps(asdict(rotation), indent=2, sort_keys=True) + "\n").encode())


def _next(store: Path) -> Path:
    return store.with_name(f"{store.name}.next")


def _marker(store: Path) -> Path:
    return store.with_name(f"{store.name}.rotation")
