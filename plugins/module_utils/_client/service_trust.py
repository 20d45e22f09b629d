# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Established trust between services, which either side can revoke. One method per endpoint."""

from __future__ import annotations

from .._domain.errors import ApiError, TransportError
from .patience import BUSY, NO_SERVICE
from .session import Answer, JFrogSession


class ServiceTrust:
    """The pairings that the Access service of one deployment knows. None lists them (control-plane-api.md 2.5)."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def revoke_pairings(self, base_url: str) -> bool:
        """DELETE /access/api/v1/service_trust/pairings/* ("Revoke Pairing"; control-plane-api.md 2.5).

        It has a body, and the star is part of the path. False, a 404, when there is no pairing with this base URL.
        After a lost answer a 404 says that our first request has done it: nothing lists pairings, so there is nothing
        else to ask.
        """
        lost = False
        try:
            answer = self._revoke(base_url, once=True)
        except TransportError:
            lost, answer = True, self._revoke(base_url)
        except ApiError as exc:
            if exc.details["http_status"] not in BUSY:
                raise
            lost, answer = exc.details["http_status"] in NO_SERVICE, self._revoke(base_url)
        return lost or answer.status == 200

    def _revoke(self, base_url: str, *, once: bool = False) -> Answer:
        return self._session.call(
            "DELETE",
            "/access/api/v1/service_trust/pairings/*",
            json={"base_url": base_url.rstrip("/")},
            ok=(200, 404),
            once=once,
            purpose=f"revoke the pairings with {base_url}",
        )
