# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Files that get their name when all of it is there, and what a killed run leaves of them.

For modules as well, which have the standard library only. Whoever calls says what an OSError means to the user.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from pathlib import Path
from typing import BinaryIO, Optional

FILE_MODE = 0o600

# A run holds a draft for seconds: right before a token is made until it is stored, or while a key is written.
DRAFT_SECONDS = 600.0


class Draft:
    """A place for a file, kept free before there is a secret to write: complete or not there.

    Nobody else can read what is written, until the file has its name and its ``mode``.
    """

    def __init__(self, path: Path, mode: int = FILE_MODE) -> None:
        self._path = path
        self._mode = mode
        self._draft: Optional[Path] = None
        self._stream: Optional[BinaryIO] = None

    def reserve(self) -> None:
        """Make sure that the file could be written. Raises OSError."""
        _remove_drafts(self._path)
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        self._stream = open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb")  # noqa: SIM115
        self._draft = draft

    def replace(self, content: bytes) -> None:
        """Put a file with this content in the place of the former one, after ``reserve``. Raises OSError."""
        os.replace(self._filled(content), self._path)
        self.release()

    def create(self, content: bytes) -> None:
        """A file with this content, after ``reserve``, or the one that is there already. Raises OSError."""
        with contextlib.suppress(FileExistsError):
            os.link(self._filled(content), self._path)
        self.release()

    def release(self) -> None:
        """Take back what was reserved and is not the file by now."""
        with contextlib.suppress(OSError):
            if self._draft is not None:
                os.unlink(self._draft)
        with contextlib.suppress(OSError):
            if self._stream is not None:
                self._stream.close()
        self._draft = self._stream = None

    def _filled(self, content: bytes) -> Path:
        if self._draft is None or self._stream is None:
            raise AssertionError("reserve has to be first")
        self._stream.write(content)
        self._stream.flush()
        os.fchmod(self._stream.fileno(), self._mode)
        os.fsync(self._stream.fileno())
        return self._draft


def _remove_drafts(path: Path) -> None:
    """Take away what killed runs have left beside the file: an empty one, or one with a secret that nobody asks for.

    What was touched a moment ago may be another run's. Raises OSError.
    """
    form = re.compile(re.escape(f".{path.name}.") + "[0-9a-f]{16}")
    for found in path.parent.iterdir():
        if form.fullmatch(found.name) and time.time() - found.lstat().st_mtime > DRAFT_SECONDS:
            found.unlink(missing_ok=True)
