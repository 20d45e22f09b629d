# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Versions of Artifactory, and what depends on them."""

from __future__ import annotations

import re
from typing import Optional, Tuple

from .errors import EdgeError

Version = Tuple[int, int, int]

# "Available from Artifactory version 7.29.7" (JFrog docs, "Pairing Tokens"; control-plane-api.md 2.1).
PAIRING_TOKEN_SINCE: Version = (7, 29, 7)

# "From Artifactory release 7.38.4" (JFrog docs, "Create an automatic admin token"; node-files.md 3.4).
ADMIN_TOKEN_SINCE: Version = (7, 38, 4)

# In these versions an Edge's Access takes the platform's Mission Control, when it was registered with a join key,
# for a stale service, and its cleanup revokes it (JFrog docs, "Join Key"; node-files.md 1.7).
JOIN_KEY_CLEANUP: Tuple[Version, Version] = ((7, 59, 9), (7, 63, 7))

_FORM = re.compile(r"\s*(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:[.+_-][\w.+-]*)?\s*", re.ASCII)


def parse(text: str) -> Version:
    """The three numbers of a version such as "7.104.2" or "7.104.2-rev". Raises EdgeError for anything else."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise EdgeError(
            f"Cannot read the version {text[:40]!r}: it does not look like 7.104.2. "
            "Check that the answer came from Artifactory."
        )
    return int(found[1]), int(found[2]), int(found[3] or 0)


def supports_pairing_token(version: str | None) -> bool | None:
    """Whether this Edge can mint a pairing token for Mission Control; None when its version cannot be told."""
    numbers = _known(version)
    return None if numbers is None else numbers >= PAIRING_TOKEN_SINCE


def supports_admin_token(version: str | None) -> bool | None:
    """Whether a node of this version makes an admin token at its start; None when its version cannot be told."""
    numbers = _known(version)
    return None if numbers is None else numbers >= ADMIN_TOKEN_SINCE


def loses_join_key_registrations(version: str | None) -> bool:
    """Whether an Edge of this version forgets a platform that registered it with a join key."""
    numbers = _known(version)
    return numbers is not None and JOIN_KEY_CLEANUP[0] <= numbers <= JOIN_KEY_CLEANUP[1]


def _known(version: str | None) -> Optional[Version]:
    try:
        return None if version is None else parse(version)
    except EdgeError:
        return None
