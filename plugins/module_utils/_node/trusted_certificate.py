# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Certificates of token issuers: supplied through a watched folder, out of which the product takes them."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Callable

from .._domain import file_name
from .._domain import ledger as model
from .._domain.errors import TrustError
from . import files, ledger
from .layout import Layout

FILE_MODE = 0o644  # public, and owned like its neighbours (node-files.md 3.1)
PAUSE = 0.5


def check_name(name: str) -> str:
    """The name, unchanged. Raises CertificateError when it cannot be the name of a file in the folder."""
    return file_name.check_name(name, "a trusted certificate")


def file_of(layout: Layout, name: str) -> Path:
    """The file in the watched folder. Always .crt: no other ending is known to be picked up (node-files.md 3.1)."""
    return layout.trusted / f"{name}.crt"


def supply(layout: Layout, name: str, pem: str, sha256: str, now: datetime) -> None:
    """Move the file into the folder in one step, then record it: the folder is watched (trap 14)."""
    account = layout.account()
    files.make_folder(layout.trusted, account)
    files.write_atomically(file_of(layout, name), pem, account=account, mode=FILE_MODE, staging=layout.access_keys)
    ledger.write(layout, model.record_certificate(ledger.read(layout), name, sha256, now))


def confirm(layout: Layout, name: str, sha256: str, now: datetime) -> None:
    """Note the proof that the certificate is trusted; what was trusted without our doing is recorded as well."""
    recorded = ledger.read(layout)
    entry = recorded["trusted_certificates"].get(name)
    if entry is None or entry["sha256"] != sha256:
        recorded = model.record_certificate(recorded, name, sha256, now)
    ledger.write(layout, model.confirm_certificate(recorded, name, now))


def take_away(layout: Layout, name: str) -> bool:
    """Remove the file before it is imported; whether it was still there."""
    return files.remove(file_of(layout, name))


def forget(layout: Layout, name: str) -> None:
    """Drop the record, when there is one. What the database trusts stays trusted."""
    recorded = ledger.read(layout)
    if name in recorded["trusted_certificates"]:
        ledger.write(layout, model.forget_certificate(recorded, name))


def is_waiting(layout: Layout, name: str) -> bool:
    """Whether the file still lies in the folder."""
    return os.path.lexists(file_of(layout, name))


def wait_for_import(
    layout: Layout, name: str, *, timeout: float, clock: Callable[[], float], sleep: Callable[[float], None]
) -> None:
    """Wait until the service has taken the file out of the folder, which is all that a node tells of an import.

    Raises TrustError when it does not in time; 15 to 90 seconds are usual (node-files.md 3.1).
    """
    begun = clock()
    while is_waiting(layout, name):
        left = timeout - (clock() - begun)
        if left <= 0:
            raise TrustError(
                f"Cannot prove that the node in {layout.home} trusts '{name}': after {timeout:g} seconds the file "
                f"{file_of(layout, name)} was still not imported. See whether the node runs, and look into "
                "access-service.log.",
                path=str(file_of(layout, name)),
            )
        sleep(min(PAUSE, left))
