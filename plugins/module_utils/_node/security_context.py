# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The SELinux context of a file that takes the place of another one.

A new file gets the context that the policy has for its folder. An administrator may have given the former file another
one, without which the product must not read it.
"""

from __future__ import annotations

import contextlib
import os

ATTRIBUTE = "security.selinux"


def keep(descriptor: int, folder: int, name: str, *, staged: bool) -> None:
    """Give a half-made file the context of the file whose place it takes: the name in the open folder.

    ``staged``: it was made in another folder; then one that takes nobody's place gets the context of its own folder.
    Without SELinux nothing is done. A policy that does not allow it has the last word, as for any other file.
    """
    # The calls for attributes know no dir_fd; this path is the open folder itself, wherever it may be by now: proc(5).
    itself = f"/proc/self/fd/{folder}"
    with contextlib.suppress(OSError):
        wanted = _of(f"{itself}/{name}", follow=False) or (_of(itself, follow=True) if staged else None)
        if wanted is not None:
            os.setxattr(descriptor, ATTRIBUTE, wanted)


def _of(path: str, *, follow: bool) -> bytes | None:
    """None where there is no file, or no context."""
    try:
        return os.getxattr(path, ATTRIBUTE, follow_symlinks=follow)
    except OSError:
        return None
