# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Facts that are read only where the inventory manages them: how each is read, by its key in what was observed."""

from __future__ import annotations

from typing import Any, Callable, Collection, Mapping

from .._domain.errors import ApiError
from .bridges import read_bridges
from .configuration import read_base_url
from .federation import read_federation
from .license_buckets import read_license_buckets
from .licenses import read_licenses
from .session import JFrogSession
from .signing_keys import read_trusted_signing_keys

Reader = Callable[[JFrogSession], Any]

EDGE_FACTS: Mapping[str, Reader] = {
    "base_url": read_base_url,
    "bridges": read_bridges,
    "licenses": read_licenses,
    "trusted_signing_keys": read_trusted_signing_keys,
}
PLATFORM_FACTS: Mapping[str, Reader] = {
    "federation": read_federation,
    "license_buckets": read_license_buckets,
    # Among them is the key that it propagates, so its fingerprint is known (control-plane-api.md 6.1).
    "trusted_signing_keys": read_trusted_signing_keys,
}


def read_facts(session: JFrogSession, wanted: Collection[str], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The wanted facts; one that the server refuses to tell is under ``unread`` with the reason.

    Raises TransportError when there is no answer.
    """
    found: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for key in sorted(wanted):
        try:
            found[key] = readers[key](session)
        except ApiError as exc:
            unread[key] = exc.msg
    return {**found, "unread": unread} if unread else found
