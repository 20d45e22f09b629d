# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Access: tokens, pairing, root certificate, circle of trust. One method per endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from .._domain.pem import plain
from .segment import segment
from .session import JFrogSession

MISSION_CONTROL = "mission-control"  # the use case that a JPD is paired with (control-plane-api.md 2.1)


@dataclass(frozen=True, repr=False)
class CreatedToken:
    """A token that was just made, which is the only time that its value is told. No repr of it."""

    token_id: str
    access_token: str
    reference_token: str | None


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
        answer = self._session.call("GET", "/access/api/v1/cert/root", query=query, purpose="read the root certificate")
        return plain(answer.text)

    def ca_certificate(self) -> str:
        """GET /access/api/v1/cert/ca (control-plane-api.md 4): the CA for TLS between services, as text."""
        answer = self._session.call("GET", "/access/api/v1/cert/ca", purpose="read the CA certificate of Access")
        return plain(answer.text)

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

    def create_token(self, body: Mapping[str, Any]) -> CreatedToken:
        """POST /access/api/v1/tokens ("Create Token"; control-plane-api.md 3.1). Every call makes a new one."""
        answer = self._session.call("POST", "/access/api/v1/tokens", json=dict(body), purpose="create an access token")
        created = answer.object("access_token")
        token, reference = created["access_token"], created.get("reference_token")
        if not isinstance(token, str) or not token or not isinstance(reference, (str, type(None))):
            raise answer.refused()
        return CreatedToken(str(created.get("token_id") or ""), token, reference or None)

    def get_token(self, token_id: str) -> Mapping[str, Any] | None:
        """GET /access/api/v1/tokens/{id} ("Get Token by ID"; control-plane-api.md 3.2); None for one not kept."""
        answer = self._session.call("GET", _token_path(token_id), ok=(200, 404), purpose="read an access token's data")
        return None if answer.status == 404 else answer.object("token_id")

    def delete_token(self, token_id: str) -> bool:
        """DELETE /access/api/v1/tokens/{id} ("Revoke Token by ID"; control-plane-api.md 3.2).

        False, a 404, for one that is gone already or cannot be revoked.
        """
        path = _token_path(token_id)
        return self._session.call("DELETE", path, ok=(200, 404), purpose="revoke an access token").status == 200

    def own_token(self) -> Mapping[str, Any]:
        """GET /access/api/v1/tokens/me ("Get Token by ID"; control-plane-api.md 3.2): what the caller's token is."""
        answer = self._session.call("GET", "/access/api/v1/tokens/me", purpose="read the access token's own data")
        return answer.object()

    def list_tokens(self, **filters: str) -> list[Mapping[str, Any]]:
        """GET /access/api/v1/tokens ("Get Tokens"; control-plane-api.md 3.2). No paging is documented.

        Filters: description, of which a trailing * stands for any end, username, refreshable, token_id; order_by
        (created, token_id, owner, subject, expiry), descending_order. Who is no administrator sees only what is theirs.
        """
        answer = self._session.call("GET", "/access/api/v1/tokens", query=filters, purpose="list the access tokens")
        found = answer.object("tokens")["tokens"]
        if not isinstance(found, list) or not all(isinstance(item, dict) and item.get("token_id") for item in found):
            raise answer.refused()
        return found

    def ping(self) -> str:
        """GET /access/api/v1/system/ping (control-plane-api.md 5.1)."""
        return self._session.call("GET", "/access/api/v1/system/ping", purpose="ping Access").text


def _token_path(token_id: str) -> str:
    return f"/access/api/v1/tokens/{segment(token_id)}"
