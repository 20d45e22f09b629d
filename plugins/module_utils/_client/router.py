# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Router: the health of all services behind one URL."""

from __future__ import annotations

from typing import Any, Mapping

from .session import JFrogSession


class Router:
    """The router of one deployment or node."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def health(self) -> Mapping[str, Any]:
        """GET /router/api/v1/system/health ("Health Check"; control-plane-api.md 5.1). Needs no credentials.

        200 and 503 carry the same JSON; a 503 without it comes from something in front and raises ApiError.
        """
        answer = self._session.call(
            "GET", "/router/api/v1/system/health", ok=(200, 503), once=True, purpose="read the health"
        )
        return answer.object("router")
