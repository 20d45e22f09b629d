# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Files that somebody else may have put there, read without waiting and without end.

For modules as well, which have the standard library only. Whoever calls says what an OSError means to the user.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import Tuple, Union


class NoPlainFileError(OSError):
    """What lies there is no file to read: a pipe, a device, or something much too large."""


def read_plain(path: Union[str, os.PathLike[str]], *, limit: int, links: bool = True) -> Tuple[bytes, os.stat_result]:
    """The content of a plain file of at most so many bytes, and what the system says of it.

    A pipe would keep us waiting, and a device would never end. ``links``: a symbolic link is followed. Raises OSError,
    whose ``strerror`` says why.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | (0 if links else os.O_NOFOLLOW)), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise NoPlainFileError(errno.EINVAL, "it is no plain file", os.fspath(path))
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise NoPlainFileError(errno.EFBIG, f"it is larger than {_size(limit)}", os.fspath(path))
    return data, status


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB" if limit >> 20 else f"{limit >> 10} KiB"
