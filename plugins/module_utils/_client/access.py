# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Access: tokens, pairing, root certificate, circle of trust. One method per endpoint."""

from __future__ import annotations

from typing import Any, Mapping
from urllib.parse import quote

from .session import JFrogSession

MISSION_CONTROL = "mission-control"  # the use case that a JPD is paired with (control-plane-api.md 2.1)


class Access:
    """The Access service of one deployment."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def create_pairing_token(self, use_case: str = MISSION_CONTROL) -> str:
        """POST /access/api/v1/service_trust/pairing/{use case} ("Create Pairing Token"; control-plane-api.md 2.1)."""
        answer = self._session.call(
            "POST", f"/access/api/v1/service_trust/pairing/{use_case}", purpose="create a pairing token"
        )
        token = answer.object("pairing_token")["pairing_token"]
        if not isinstance(token, str) or not token:
            raise answer.refused()
        return token

    def root_certificate(self, *, formatted: bool = True) -> str:
        """GET /access/api/v1/cert/root ("Get Root Certificate"; control-plane-api.md 4): PEM when formatted."""
        query = {"formatted": "true"} if formatted else None
        return self._session.call(
            "GET", "/access/api/v1/cert/root", query=query, purpose="read the root certificate"
        ).text

    def ca_certificate(self) -> str:
        """GET /access/api/v1/cert/ca (control-plane-api.md 4): the CA for TLS between services, as text."""
        return self._session.call("GET", "/access/api/v1/cert/ca", purpose="read the CA certificate of Access").text

    def validate_server(self, access_url: str) -> bool:
        """POST /access/api/v1/system/federation/validate_server ("Validate Target for Circle of Trust").

        Whether the server at ``access_url`` (it ends in /access) accepts tokens that this one signs: 204 or 412
        (control-plane-api.md 4). It changes nothing.
        """
        answer = self._session.call(
            "POST",
            "/access/api/v1/system/federation/validate_server",
            json={"url": access_url},
            ok=(204, 412),
            safe=True,
            purpose=f"test the circle of trust with {access_url}",
        )
        return answer.status == 204

    def create_token(self, body: Mapping[str, Any]) -> str:
        """POST /access/api/v1/tokens ("Create Token"; control-plane-api.md 3.1). Every call makes a new one."""
        answer = self._session.call("POST", "/access/api/v1/tokens", json=dict(body), purpose="create an access token")
        token = answer.object("access_token")["access_token"]
        if not isinstance(token, str) or not token:
            raise answer.refused()
        return token

    def delete_token(self, token_id: str) -> None:
        """DELETE /access/api/v1/tokens/{id} ("Revoke Token by ID"; control-plane-api.md 3.2). Gone already is fine."""
        self._session.call(
            "DELETE",
            f"/access/api/v1/tokens/{quote(token_id, safe='')}",
            ok=(200, 404),
            purpose="revoke an access token",
        )

    def own_token(self) -> Mapping[str, Any]:
        """GET /access/api/v1/tokens/me ("Get Token by ID"; control-plane-api.md 3.2): what the caller's token is."""
        answer = self._session.call("GET", "/access/api/v1/tokens/me", purpose="read the access token's own data")
        return answer.object()

    def list_tokens(self, **filters: str) -> list[Mapping[str, Any]]:
        """GET /access/api/v1/tokens ("Get Tokens"; control-plane-api.md 3.2). No paging is documented."""
        answer = self._session.call("GET", "/access/api/v1/tokens", query=filters, purpose="list the access tokens")
        return list(answer.object("tokens")["tokens"])

    def ping(self) -> str:
        """GET /access/api/v1/system/ping (control-plane-api.md 5.1)."""
        return self._session.call("GET", "/access/api/v1/system/ping", purpose="ping Access").text
