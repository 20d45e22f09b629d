# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Established trust between services, which either side can revoke. One method per endpoint."""

from __future__ import annotations

from .session import JFrogSession


class ServiceTrust:
    """The pairings that the Access service of one deployment knows. None lists them (control-plane-api.md 2.5)."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def revoke_pairings(self, base_url: str) -> bool:
        """DELETE /access/api/v1/service_trust/pairings/* ("Revoke Pairing"; control-plane-api.md 2.5).

        It has a body, and the star is part of the path. False, a 404, when there is no pairing with this base URL.
        """
        answer = self._session.call(
            "DELETE",
            "/access/api/v1/service_trust/pairings/*",
            json={"base_url": base_url.rstrip("/")},
            ok=(200, 404),
            purpose=f"revoke the pairings with {base_url}",
        )
        return answer.status == 200
