# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The steps of a reset of the master key on one node, and the folder that tells how far they are.

The folder ``master_key_reset`` beside our ledger holds copies of all files that the reset or its people touch, and
``reset.json``. At the end it is renamed, so that the copies stay.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Optional, cast

from .._domain.errors import ConflictError
from .._domain.foreign_json import parsed
from .._domain.keys import keys
from .._domain.moment import moment, stamp
from .._domain.observed import Ledger
from . import certificate_files, files, ledger, master_key, trusted_certificate
from .cipher_texts import settings_files
from .layout import SIX, Layout

Reset = Dict[str, Any]  # begun_at, replaced_at, trusted_at

FOLDER = "master_key_reset"
FOLDER_MODE = 0o700
FILE_MODE = 0o600
# What was supplied to the database and goes with the deleted rows; the next run that manages it supplies it again.
_LOST_CERTIFICATES = ("token_signing_certificate", "access_ca_certificate")


def folder(layout: Layout) -> Path:
    return layout.ledger.parent / FOLDER


def read(layout: Layout) -> Optional[Reset]:
    """The reset that is under way; None when there is none. Raises ConflictError when that cannot be told."""
    path = folder(layout) / "reset.json"
    text = files.read_text(path)
    if text is None:
        return None
    try:
        raw = parsed(text)
        later = {name: None if raw[name] is None else _time(raw[name]) for name in ("replaced_at", "trusted_at")}
        return {"begun_at": _time(raw["begun_at"]), **later}
    except (ValueError, KeyError, TypeError) as exc:
        raise ConflictError(
            f"Cannot tell how far the reset of the master key is: {path} is damaged. Compare {layout.master_key} with "
            "the copies beside that file, and move the folder away.",
            path=str(path),
        ) from exc


def _time(value: Any) -> str:
    """A time as ``stamp`` writes it: one becomes a part of a folder's name. Raises ValueError."""
    if not isinstance(value, str) or stamp(moment(value)) != value:
        raise ValueError("it is no time")
    return value


def prepare(layout: Layout, now: datetime) -> None:
    """Copies of everything that is touched, and the note last: a crash before it makes the copies again.

    Raises LayoutError for a file that is not the service user's to read, before anything is written.
    """
    account = layout.account()
    target = folder(layout)
    names = ("root.crt", "private.key", "ca.crt", "ca.private.key")
    sources = [layout.master_key, *(layout.access_keys / name for name in names), *settings_files(layout)]
    texts: Dict[str, str] = {}
    for source in sources:
        content = files.read_bytes(source, copy_for=account)
        if content is not None:
            texts[source.name] = _text(source, content)
    files.make_folder(target, account, FOLDER_MODE)
    for name, text in texts.items():
        files.write_atomically(target / name, text, account=account, mode=FILE_MODE)
    _note(layout, {"begun_at": stamp(now), "replaced_at": None, "trusted_at": None})


def replace(layout: Layout, reset: Reset, key: Optional[str], now: datetime) -> None:
    """The new key, or none for a node that makes its own; then our record, without what the database has lost."""
    account = layout.account()
    if key is None:
        files.remove(layout.master_key)
    else:
        files.make_folder(layout.master_key.parent, account)
        files.write_atomically(layout.master_key, key, account=account, mode=master_key.FILE_MODE)
    if layout.generation == SIX:
        # A copy that differs from the database's pair stops the start of 6.x (node-files.md 3.4, 6).
        for name in ("private.key", "root.crt"):
            files.remove(layout.access_keys / name)
    recorded = ledger.read(layout)
    certificates = {fact: entry for fact, entry in recorded["certificates"].items() if fact not in _LOST_CERTIFICATES}
    entry = keys.new_entry(key, now) if key is not None else None
    lost = {"master_key": entry, "join_key": None, "certificates": certificates, "present": True}
    ledger.write(layout, cast(Ledger, {**recorded, **lost}))
    _note(layout, {**reset, "replaced_at": stamp(now)})


def trust_former_root(layout: Layout, reset: Reset, now: datetime) -> None:
    """Supply the former root certificate, so that tokens that it signed are accepted (JFrog's page on tokens)."""
    for found in certificate_files.in_folder(folder(layout)):
        if found["file"] == "root.crt" and found["sha256"] is not None:
            pem = files.read_text(folder(layout) / "root.crt") or ""
            name = f"former-root-{found['sha256'][:8]}"
            trusted_certificate.supply(layout, name, pem, found["sha256"], now)
    _note(layout, {**reset, "trusted_at": stamp(now)})


def finish(layout: Layout, reset: Reset) -> Path:
    """Nothing is left to do here: the copies stay under another name, which is returned."""
    return files.rename(folder(layout), f"{FOLDER}-{reset['begun_at'].replace(':', '')}")


def _note(layout: Layout, reset: Reset) -> None:
    text = json.dumps(reset, indent=2, sort_keys=True) + "\n"
    files.write_atomically(folder(layout) / "reset.json", text, account=layout.account(), mode=FILE_MODE)


def _text(source: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise ConflictError(
            f"Cannot copy {source}: it is no UTF-8 text. Look what is in it before the master key is reset.",
            path=str(source),
        ) from exc
