# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Reading and replacing a system.yaml as a whole, the node's own or another product's on the same host.

What is to stand in it is decided on the controller, where a YAML library is; here it is compared and swapped.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Optional

from .._domain import ledger as model
from .._domain.errors import ConflictError, LayoutError
from . import files, ledger
from . import layout as layouts
from .account import Account
from .layout import Layout
from .system_yaml import text_of

FACT: Final = "system_yaml"
# For a file that did not exist. The vendor's role uses 0644 (node-files.md 10), but passwords lie in it.
FILE_MODE = 0o640


@dataclass(frozen=True)
class Target:
    """One system.yaml. ``layout`` is the node whose own file it is, None for another product's."""

    path: Path
    layout: Optional[Layout]

    def account(self) -> Account:
        """The service user, to whom the file has to belong because the product encrypts secrets in it."""
        if self.layout is not None:
            return self.layout.account()
        try:
            return Account.of(os.stat(self.path.parent))
        except OSError as exc:
            raise files.refused("edit", self.path, exc) from exc

    def ever_started(self) -> bool:
        """Whether the node has started; of other products nothing is known."""
        return self.layout is not None and self.layout.ever_started()


def find(home: str, path: Optional[str]) -> Target:
    """The file that was asked for; the node's own one without a path. Raises LayoutError."""
    if path is None:
        layout = layouts.require(home)
        if layout.system_yaml is None:
            raise LayoutError(
                f"Cannot edit the settings of the node in {home}: 6.x has no system.yaml. Leave them out for this node."
            )
        return Target(layout.system_yaml, layout)
    if not os.path.isabs(path):
        raise LayoutError(f"Cannot edit '{path}': it is not an absolute path. Give the full path.")
    found = layouts.find(home)
    is_own = found is not None and found.system_yaml is not None and _same(Path(path), found.system_yaml)
    return Target(Path(path), found if is_own else None)


def load(target: Target) -> str | None:
    """The text; None when there is no file. Raises LayoutError for what must not or cannot be edited."""
    text = text_of(target.path)
    if text is None:
        if not target.path.parent.is_dir():
            raise LayoutError(
                f"Cannot edit {target.path}: there is no folder {target.path.parent}. Correct the path.",
                path=str(target.path),
            )
        return None
    owner, service = Account.of(os.lstat(target.path)), target.account()
    if owner.uid != service.uid:
        raise LayoutError(
            f"Cannot edit {target.path}: it belongs to {owner.user}, and the service runs as {service.user}, which "
            f"could not encrypt the secrets in it. Give it back with 'chown {service.user} {target.path}'.",
            path=str(target.path),
        )
    return text


def digest(text: str | None) -> str:
    """What identifies a text, or its absence."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def replace(target: Target, text: str, *, expected: str, now: datetime) -> Path | None:
    """Put a text in the place of the one with the expected digest; the name of the backup, if there was a file.

    Raises ConflictError when another text is there, LayoutError when the system refuses; nothing is written then.
    """
    if digest(load(target)) != expected:
        raise ConflictError(
            f"Cannot edit {target.path}: somebody changed it meanwhile. Nothing was written; run again.",
            path=str(target.path),
        )
    if target.layout is None:
        return _swap(target, text)
    # The record first: a crash between the two restarts the node once too often, and not once too seldom.
    known = ledger.read(target.layout)
    ledger.write(target.layout, model.due(known, FACT, now))
    try:
        return _swap(target, text)
    except LayoutError:
        if known["present"]:
            ledger.write(target.layout, known)
        else:
            files.remove(target.layout.ledger)
        raise


def _swap(target: Target, text: str) -> Path | None:
    try:
        status = os.lstat(target.path)
    except FileNotFoundError:
        files.write_atomically(target.path, text, account=target.account(), mode=FILE_MODE)
        return None
    backup = files.keep_backup(target.path)
    try:
        files.write_atomically(target.path, text, account=Account.of(status), mode=stat.S_IMODE(status.st_mode))
    except LayoutError:
        files.remove(backup)
        raise
    return backup


def _same(one: Path, other: Path) -> bool:
    """Whether two names are one file, seen through links in the folders above it (rpm: var is a link)."""
    try:
        return one.name == other.name and os.path.samefile(one.parent, other.parent)
    except OSError:
        return False
