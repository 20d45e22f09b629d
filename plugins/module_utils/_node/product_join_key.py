# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The join key of another product: read where the product reads it, supply it there, and see it join.

``shared.security.joinKey`` of system.yaml wins over the file (node-files.md 1.2), so a key that stands there is
replaced there; everywhere else the file is the door. The product encrypts the setting at its next start (trap 10).
"""

from __future__ import annotations

import os
import re
import stat
from datetime import datetime
from pathlib import Path
from typing import Callable, Final, List, Optional, Tuple

from .._domain import ledger as model
from .._domain.errors import ConflictError, ServiceError
from .._domain.keys import keys
from .._domain.keys.product_key import FILE, SETTING, ProductKeySeen
from .._domain.moment import moment, stamp
from . import files, ledger, logs, yaml_block
from .account import Account
from .layout import Layout

FACT: Final = "join_key"
KEY_PATH = "shared.security.joinKey"
FILE_MODE = 0o600  # no mode is documented (node-files.md 10)
CIPHER_MARKS = ("JE", "AM", "JS.")  # trap 10
PAUSE = 0.5

_SECTION = re.compile(r"^(?P<indent> *)(?P<name>[A-Za-z0-9_.-]+):")
_JOIN_KEY = re.compile(r"""^(?P<head> *joinKey:[ ]+)(?:"[^"]*"|'[^']*'|[^#\s][^#]*?)(?P<tail>\s*(?:#.*)?)$""")


def look(layout: Layout) -> ProductKeySeen:
    """What can be told of the product's key. Raises ConflictError for a setting in a form that we cannot edit."""
    recorded = ledger.read(layout)
    _imported, refused_at = logs.join_key_times(layout.logs)
    text = _setting(layout)
    door, path = (SETTING, layout.system_yaml) if text else (FILE, layout.live_join_key)
    if not text:
        text = (files.read_text(layout.live_join_key, limit=4096) or "").rstrip("\n")
    plain = bool(text) and not text.startswith(CIPHER_MARKS)
    return ProductKeySeen(
        door=door,
        path=str(path),
        present=bool(text),
        fingerprint=keys.fingerprint(text) if plain else None,
        entry=recorded[FACT],
        refused_at=refused_at,
        joined_at=logs.joined_at(layout.logs),
        restart_due=FACT in recorded["restart_due"],
    )


def supply(layout: Layout, seen: ProductKeySeen, key: str, now: datetime) -> Optional[Path]:
    """Write the key where the product reads it, then the record; the backup of what lay there, if anything did.

    A crash between the two repeats the supply and does not skip it.
    """
    account = layout.account()
    backup = None
    if seen.fingerprint != keys.fingerprint(key):
        if seen.door == SETTING and layout.system_yaml is not None:
            backup = _replace_setting(layout.system_yaml, key)
        else:
            backup = _replace_file(layout.live_join_key, key, account)
    recorded = model.record_key(ledger.read(layout), FACT, keys.new_entry(key, now))
    ledger.write(layout, model.due(recorded, FACT, now))
    return backup


def confirm(layout: Layout, now: datetime) -> None:
    """Note that the product was seen to join with the key."""
    ledger.write(layout, model.settled(model.confirm_key(ledger.read(layout), FACT, now), FACT))


def wait_until_joined(
    layout: Layout,
    product: str,
    *,
    since: datetime,
    timeout: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Return when the product has joined after that time, by its logs. Raises ServiceError with what they say."""
    begun = clock()
    since = moment(stamp(since))  # logs have milliseconds
    while True:
        joined_at = logs.joined_at(layout.logs)
        if joined_at is not None and moment(joined_at) >= since:
            return
        if clock() - begun >= timeout:
            failure = logs.start_failure(layout.logs, since)
            said = f" Its logs say: {' | '.join(failure.reasons)}." if failure.reasons else " Its logs tell no reason."
            raise ServiceError(
                f"Cannot let {product} in {layout.home} join with its new join key: it has not joined within "
                f"{timeout:g} seconds.{said} Check that it has reached the Edge, and that the Edge has this key.",
                log_lines=failure.reasons,
            )
        sleep(PAUSE)


def _setting(layout: Layout) -> str:
    """The key in system.yaml, plain or cipher text; empty when none is set there."""
    if layout.system_yaml is None:
        return ""
    text = files.read_text(layout.system_yaml)
    if text is None:
        return ""
    settings, problem = yaml_block.read(text)
    if problem:
        raise _not_editable(layout.system_yaml, problem)
    found = settings.get(KEY_PATH, "")
    return found if isinstance(found, str) else ""


def _replace_setting(path: Path, key: str) -> Path:
    """One value in the file, quoted, since an all-digit key would be a number (trap 17); all else stays."""
    text = files.read_text(path) or ""
    lines: List[str] = []
    parents: List[Tuple[int, str]] = []
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        named = _SECTION.match(body)
        if named:
            indent = len(named["indent"])
            parents = [parent for parent in parents if parent[0] < indent] + [(indent, named["name"])]
            match = _JOIN_KEY.match(body)
            if match and ".".join(name for _indent, name in parents) == KEY_PATH:
                line = f'{match["head"]}"{key}"{match["tail"]}{line[len(body) :]}'
        lines.append(line)
    replaced = "".join(lines)
    if yaml_block.read(replaced)[0].get(KEY_PATH) != key:
        raise _not_editable(path, f"{KEY_PATH} is no line of its own with a plain or quoted value")
    status = os.lstat(path)
    backup = files.keep_backup(path)
    files.write_atomically(path, replaced, account=Account.of(status), mode=stat.S_IMODE(status.st_mode))
    return backup


def _not_editable(path: Path, problem: str) -> ConflictError:
    return ConflictError(
        f"Cannot edit the join key in {path}: {problem}. Write {KEY_PATH} in block style with one setting a line, or "
        "remove it there, so that the file join.key counts.",
        path=str(path),
    )


def _replace_file(path: Path, key: str, account: Account) -> Optional[Path]:
    """The file with a line end, as the charts of these products write it (node-files.md 1.1)."""
    files.make_folder(path.parent, account)
    there = files.read_text(path, limit=4096) is not None
    mode = stat.S_IMODE(os.lstat(path).st_mode) if there else FILE_MODE
    backup = files.keep_backup(path) if there else None
    files.write_atomically(path, key + "\n", account=account, mode=mode)
    return backup
