# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``bootstrap.creds``: the first administrator, and the file that stops Access over its mode (node-files.md 9)."""

from __future__ import annotations

import os
import re

from simulator.access_database import User

from .failure import StartFailed
from .logs import ACCESS
from .start import Start

_LINE = re.compile(r"(?P<user>[^@=\s]+)(?:@(?P<host>[^=\s]+))?=(?P<password>\S+)")
_MODE = 0o600


def create(start: Start) -> None:
    """Create the administrators named in the file. Raises StartFailed for a wrong mode, owner or line."""
    path = start.layout.bootstrap_credentials
    if not path.exists():
        return
    seen = path.stat()
    if seen.st_mode & 0o7777 != _MODE or seen.st_uid != os.geteuid():
        raise StartFailed(
            f"The permissions of file '{path}' are not as expected. Expected permissions are: OWNER_READ OWNER_WRITE"
        )
    matches = [_LINE.fullmatch(line.strip()) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not matches or not all(matches):
        raise StartFailed("Illegal credentials file - each line is expected to be in the format: user=pass")
    for match in matches:
        assert match is not None
        with start.database.lock:
            start.database.users[match["user"]] = User(match["password"], True)
        start.logs.info(ACCESS, f"[ACCESS BOOTSTRAP] Create admin user '{match['user']}'")
    if start.switches.bootstrap_credentials_removed_after_start:
        path.unlink()
