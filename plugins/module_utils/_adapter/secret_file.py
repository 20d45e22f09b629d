# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A file with a secret on the host that runs a module: mode 0600, complete or not there, and a place for it kept free.

For modules, which have the standard library only. Action plugins have TokenStore, which can vault what it keeps.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .._domain.errors import EdgeError
from .drafts import FILE_MODE, Draft
from .plain_file import read_plain

_LARGEST = 1 << 20


class SecretFile:
    """One file. ``what`` names its content in errors."""

    def __init__(self, path: str, *, what: str) -> None:
        self.path = Path(path)
        self._what = what
        self._draft = Draft(self.path)

    def read(self) -> str | None:
        """The text; None when there is no file. Raises EdgeError."""
        try:
            data, _status = read_plain(self.path, limit=_LARGEST, links=False)
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise self._refused("read", (exc.strerror or "unknown").lower()) from exc
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise self._refused("read", "it is no text") from None

    @property
    def is_private(self) -> bool:
        """Whether nobody but its owner may read or write the file."""
        return stat.S_IMODE(os.stat(self.path, follow_symlinks=False).st_mode) & 0o077 == 0

    def make_private(self) -> None:
        """Take away what others may do. Raises EdgeError."""
        try:
            os.chmod(self.path, FILE_MODE, follow_symlinks=os.chmod not in os.supports_follow_symlinks)
        except OSError as exc:
            raise self._refused("protect", (exc.strerror or "unknown").lower()) from exc

    def reserve(self) -> None:
        """Make sure that the file could be written, before there is a secret. Raises EdgeError."""
        try:
            self._draft.reserve()
        except OSError as exc:
            raise self._refused("write", (exc.strerror or "unknown").lower()) from exc

    def release(self) -> None:
        """Take back what was reserved and not written."""
        self._draft.release()

    def write(self, text: str) -> None:
        """Replace the file by one with this text, after ``reserve``. Raises EdgeError."""
        try:
            self._draft.replace(text.encode())
        except OSError as exc:
            raise self._refused("write", (exc.strerror or "unknown").lower()) from exc

    def remove(self) -> None:
        """Remove the file; one that is gone is fine. Raises EdgeError."""
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass
        except OSError as exc:
            raise self._refused("remove", (exc.strerror or "unknown").lower()) from exc

    def _refused(self, verb: str, reason: str) -> EdgeError:
        return EdgeError(
            f"Cannot {verb} {self._what} in {self.path}: {reason}. Correct that on the host that runs the module.",
            path=str(self.path),
        )
