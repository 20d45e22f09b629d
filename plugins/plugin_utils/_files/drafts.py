# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Files with a secret that get their name when all of it is there, and what a killed run leaves of them."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

# A run holds a draft for seconds: right before a token is made until it is stored, or while a key is written.
DRAFT_SECONDS = 600.0


def draft_of(path: Path) -> Path:
    """A name for the file until it is complete, in the same folder; each call gives another one."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def remove_drafts(path: Path) -> None:
    """Take away what killed runs have left beside the file: an empty one, or one with a secret that nobody asks for.

    What was touched a moment ago may be another run's. Raises OSError.
    """
    form = re.compile(re.escape(f".{path.name}.") + "[0-9a-f]{16}")
    for found in path.parent.iterdir():
        if form.fullmatch(found.name) and time.time() - found.lstat().st_mtime > DRAFT_SECONDS:
            found.unlink(missing_ok=True)
