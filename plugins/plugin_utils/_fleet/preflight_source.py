# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the preflight reads, from how it is reached."""

from __future__ import annotations

from ...module_utils._adapter.sessions import Connection
from ...module_utils._client.preflight import Source


def source_of(name: str, connection: Connection) -> Source:
    """The platform or an Edge, which is only read."""
    return Source(
        name=name,
        url=connection.url,
        open=lambda: connection.session(read_only=True),
        token=connection.token or "",
        proxy=connection.proxy,
        verified=connection.validate_certs,
    )
