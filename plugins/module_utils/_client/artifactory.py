# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Artifactory: version, licence, ids. One method per endpoint."""

from __future__ import annotations

from typing import Any, Mapping

from .session import JFrogSession


class Artifactory:
    """The Artifactory service of one deployment."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def version(self) -> Mapping[str, Any]:
        """GET /artifactory/api/system/version ("Version and Add-ons"; control-plane-api.md 5.2)."""
        answer = self._session.call("GET", "/artifactory/api/system/version", purpose="read the Artifactory version")
        return answer.object("version")

    def license(self) -> Mapping[str, Any]:
        """GET /artifactory/api/system/license ("License Information"; control-plane-api.md 5.3). Admins only."""
        return self._session.call("GET", "/artifactory/api/system/license", purpose="read the licence").object("type")

    def service_id(self) -> str:
        """GET /artifactory/api/system/service_id (control-plane-api.md 5.2). Admins only."""
        return self._session.call(
            "GET", "/artifactory/api/system/service_id", purpose="read the Artifactory service id"
        ).text.strip()

    def ping(self) -> str:
        """GET /artifactory/api/system/ping (control-plane-api.md 5.1). Some servers demand a valid user."""
        return self._session.call("GET", "/artifactory/api/system/ping", purpose="ping Artifactory").text
