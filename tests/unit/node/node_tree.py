# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Node trees by hand, and what a whole tree looks like at one moment."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOBODY = 65534


@contextlib.contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that every user may enter, which one of pytest's is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """What root may do and others may not, for the time of a block. Needs root."""
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def seven(folder: Path, *, version: str = "7.104.2", system_yaml: str = "configVersion: 1\n") -> Path:
    """The home of a 7.x node as its installer leaves it (node-files.md 9, 11)."""
    home = folder / "opt/jfrog/artifactory"
    for name in ("app/bin", "var/etc", "var/log"):
        (home / name).mkdir(parents=True)
    put(home / "app/artifactory.product.version.properties", f"artifactory.product.version={version}\n")
    put(home / "var/etc/system.yaml", system_yaml)
    return home


def six(folder: Path, *, version: str = "6.23.1") -> Path:
    """The home of a 6.x node as its installer leaves it (node-files.md 11)."""
    home = folder / "var/opt/jfrog/artifactory"
    for name in ("etc", "access/etc", "tomcat/conf", "bin", "logs"):
        (home / name).mkdir(parents=True)
    put(home / "etc/artifactory.properties", f"artifactory.version={version}\n")
    return home


def put(path: Path, text: str, mode: int = 0o640) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def snapshot(folder: Path) -> dict[str, Any]:
    """Everything below a folder: kind, mode, owner, time of change and content. Logs and links included."""
    seen: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        seen[path.relative_to(folder).as_posix()] = (
            status.st_mode,
            status.st_uid,
            status.st_gid,
            status.st_mtime_ns,
            content,
        )
    return seen
