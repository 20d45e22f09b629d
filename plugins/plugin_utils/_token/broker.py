# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""An Edge's REST side for somebody who tries and makes access tokens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping

from ...module_utils._adapter.sessions import Connection
from ...module_utils._adapter.waiting import Clock, poll
from ...module_utils._client.access import Access
from ...module_utils._domain.access import admin_token as model
from ...module_utils._domain.access.admin_token import TokenSeen
from ...module_utils._domain.errors import ApiError, EdgeError, TransportError

# Access that has just started answers 401 to good tokens for some seconds (node-files.md, trap 24).
SETTLING_SECONDS = 30.0
# A load balancer may take a while until it sends requests to a node that has just become healthy.
REACHABLE_SECONDS = 120.0
PAUSE = 2.0
UNAUTHORIZED = 401
NOT_FOUND = 404


@dataclass(frozen=True, repr=False)
class TokenBroker:
    """The Edge's REST side, with one token or another."""

    connection: Connection
    clock: Clock

    def warnings(self) -> list[str]:
        """What is risky about the connection, over which tokens go in any case."""
        return self._with("any").warnings()

    def see(self, token: str) -> TokenSeen | None:
        """What the Edge says about a token; None when it keeps refusing it. Raises ApiError and TransportError."""
        return poll(
            lambda: self._look(token),
            lambda seen: seen is not None,
            seconds=SETTLING_SECONDS,
            pause=PAUSE,
            clock=self.clock,
        )

    def mint(self, authority: str, body: Mapping[str, Any]) -> str:
        """A new token. One attempt, but for those that the Edge refuses without having made a token."""
        self._wait_until_reachable()
        refused: list[ApiError] = []

        def attempt() -> str | None:
            try:
                with self._with(authority).session(read_only=False) as session:
                    return Access(session).create_token(body).access_token
            except ApiError as exc:
                if exc.details["http_status"] == UNAUTHORIZED:
                    refused.append(exc)
                    return None
                raise

        try:
            token = poll(
                attempt, lambda made: made is not None, seconds=SETTLING_SECONDS, pause=PAUSE, clock=self.clock
            )
        except (ApiError, TransportError):
            self.forget(authority, str(body["description"]))
            raise
        if token is None:
            raise refused[-1]
        return token

    def _look(self, token: str) -> TokenSeen | None:
        with self._with(token).session(read_only=True) as session:
            try:
                return _seen(Access(session), token)
            except ApiError as exc:
                if exc.details["http_status"] == UNAUTHORIZED:
                    return None
                raise

    def _wait_until_reachable(self) -> None:
        def answered() -> EdgeError | None:
            try:
                with self.connection.anonymous().session(read_only=True) as session:
                    Access(session).ping()
            except (ApiError, TransportError) as exc:
                return exc
            return None

        problem = poll(answered, lambda exc: exc is None, seconds=REACHABLE_SECONDS, pause=PAUSE, clock=self.clock)
        if problem is not None:
            raise problem

    def forget(self, authority: str, description: str) -> None:
        """Revoke a token that was made and that nobody has, because its answer was lost or it could not be kept."""
        try:
            with self._with(authority).session(read_only=False) as session:
                access = Access(session)
                for item in access.list_tokens(description=description):
                    # A server that does not know the filter lists them all, and this may revoke no other.
                    if item.get("description") == description and item.get("token_id"):
                        access.delete_token(str(item["token_id"]))
        except (ApiError, TransportError):
            return  # the first error is the one to be told

    def _with(self, token: str) -> Connection:
        return replace(self.connection, who=token)


def _seen(access: Access, token: str) -> TokenSeen:
    """What the Edge says about the caller's token, or before 7.53.1, which does not answer for "me", what the token
    says about itself once the Edge has accepted it."""
    try:
        return model.from_api(access.own_token())
    except ApiError as exc:
        if exc.details["http_status"] != NOT_FOUND:
            raise
    claims = model.from_claims(token)
    access.list_tokens(token_id=claims.token_id)
    return claims
