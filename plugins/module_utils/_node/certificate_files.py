# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Certificates that lie on a node. A node compares them; what they say is read on the controller."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

from .._domain import pem
from .._domain.errors import CertificateError, LayoutError
from .._domain.observed import AccessKeys, CertificateFile
from . import files
from .layout import Layout

# The marker that makes Access renew its CA at a start (node-files.md 3.4).
RESET_CA = "reset_ca_keys"
NO_ACCESS_KEYS: Final[AccessKeys] = {
    "root": None,
    "ca": None,
    "pending_root": None,
    "pending_ca": None,
    "pending_root_key": False,
    "pending_ca_key": False,
    "reset_ca": False,
}


def in_folder(folder: Path) -> list[CertificateFile]:
    """One item per certificate; a file without any is one item, too, because it lies there as well."""
    return [seen for path in files.plain_files(folder) for seen in _in_file(path)]


def first_of(path: Path) -> CertificateFile | None:
    """The first certificate of a file; None when there is no file."""
    return next(iter(_in_file(path)), None) if files.exists(path) else None


def from_der(file: str, der: bytes) -> CertificateFile:
    """The shape of one certificate."""
    return {"file": file, "sha256": pem.sha256(der), "der": base64.b64encode(der).decode("ascii")}


def access_keys(layout: Layout) -> AccessKeys:
    """What Access wrote of its own certificates, and what waits for it (node-files.md 3.3, 3.4)."""
    waiting = layout.bootstrap_access_keys
    return {
        "root": first_of(layout.access_keys / "root.crt"),
        "ca": first_of(layout.access_keys / "ca.crt"),
        "pending_root": first_of(waiting / "root.crt") if waiting else None,
        "pending_ca": first_of(waiting / "ca.crt") if waiting else None,
        "pending_root_key": waiting is not None and files.exists(waiting / "private.key"),
        "pending_ca_key": waiting is not None and files.exists(waiting / "ca.private.key"),
        "reset_ca": waiting is not None and files.exists(waiting / RESET_CA),
    }


def _in_file(path: Path) -> list[CertificateFile]:
    try:
        found = pem.all_der(files.read_text(path) or "")
    except (CertificateError, LayoutError):
        found = []
    return [from_der(path.name, der) for der in found] or [{"file": path.name, "sha256": None, "der": None}]
