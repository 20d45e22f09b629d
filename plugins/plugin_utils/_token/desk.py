# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Makes, tries, finds and revokes access tokens of one server, with the token of an administrator.

A token's value is told once, in the answer that makes it. When that answer is lost, there may be a token that nobody
has: it is found by its description and revoked before another one is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Collection, List, Optional, Sequence

from ...module_utils._adapter.sessions import Connection
from ...module_utils._adapter.waiting import Clock, poll
from ...module_utils._client.access import Access, CreatedToken
from ...module_utils._domain.access import access_token as model
from ...module_utils._domain.access.access_token import Token, Wanted
from ...module_utils._domain.errors import ApiError, EdgeError, TransportError

UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404
# How long the server may still be at work on a request whose answer did not come. Not published, as for JPDs.
LATE_SECONDS = 6.0
# A token that was just made is asked for its data until the server takes it: its nodes may not all know it yet.
PROOF_SECONDS = 30.0
PAUSE = 2.0


@dataclass(frozen=True, repr=False)
class TokenDesk:
    """``authority`` has the token that makes and revokes others; ``warn`` is told what the user has to know."""

    authority: Connection
    clock: Clock
    warn: Callable[[str], None]

    def listed(self, wanted: Wanted) -> List[Token]:
        """The tokens at the server that are meant. Raises ApiError and TransportError."""
        with self.authority.session(read_only=True) as session:
            filters = {"description": wanted.description}
            if wanted.username is not None:
                filters["username"] = wanted.username
            return model.find(map(model.from_api, Access(session).list_tokens(**filters)), wanted)

    def of_user(self, username: str) -> List[Token]:
        """The tokens of a user that the server keeps. Raises ApiError and TransportError."""
        with self.authority.session(read_only=True) as session:
            listed = map(model.from_api, Access(session).list_tokens(**({"username": username} if username else {})))
            return [token for token in listed if token.username == username]

    def described(self, token_id: str) -> Optional[Token]:
        """What the server keeps of a token; None when it keeps nothing, or nothing any more."""
        with self.authority.session(read_only=True) as session:
            item = Access(session).get_token(token_id)
        return None if item is None else model.from_api(item)

    def look(self, value: str) -> Optional[Token]:
        """What a token is, as the server says that takes it; None for one that it refuses.

        The token speaks for itself, because that proves its signature as well. One that is not for Access, or not for
        administrators, cannot; what is kept of it is asked for instead.
        """
        with replace(self.authority, who=value).session(read_only=True) as session:
            try:
                return _own(Access(session), value)
            except ApiError as exc:
                status = exc.details["http_status"]
                if status not in (UNAUTHORIZED, FORBIDDEN):
                    raise
                if status == UNAUTHORIZED and not _is_for_others(exc):
                    return None
        claimed = model.of_claims(value)
        if claimed is None:
            return None
        kept = self.described(claimed.token_id)
        if kept is not None:
            return kept
        return claimed if self._is_kept_nowhere(claimed) else None

    def make(self, wanted: Wanted) -> CreatedToken:
        """A new token. A second attempt is made only after a lost answer was settled. Raises EdgeError."""
        known = {token.token_id for token in self.listed(wanted)}
        try:
            return self._attempt(wanted)
        except (ApiError, TransportError) as exc:
            if not _is_doubtful(exc):
                raise
            self._settle(exc, wanted, known)
        try:
            return self._attempt(wanted)
        except (ApiError, TransportError) as exc:
            if _is_doubtful(exc):
                self._settle(exc, wanted, known)
            raise

    def prove(self, value: str) -> Optional[Token]:
        """What a token is that was just made; None when the server keeps refusing it."""
        return poll(
            lambda: self.look(value),
            lambda token: token is not None,
            seconds=PROOF_SECONDS,
            pause=PAUSE,
            clock=self.clock,
        )

    def revoke(self, tokens: Sequence[Token]) -> List[str]:
        """Revoke them; the ids of those that were. What cannot be revoked is a warning."""
        revoked = []
        with self.authority.session(read_only=False) as session:
            access = Access(session)
            for token in tokens:
                if access.delete_token(token.token_id):
                    revoked.append(token.token_id)
                elif access.get_token(token.token_id) is not None or self._is_kept_nowhere(token):
                    self.warn(_cannot_revoke(token))
        return revoked

    def own_id(self) -> str:
        """The id of the token with which this works, which must not revoke itself."""
        token = self.authority.token or ""
        claimed = model.of_claims(token)
        if claimed is not None:
            return claimed.token_id
        with self.authority.session(read_only=True) as session:
            return model.from_api(Access(session).own_token()).token_id

    def _is_kept_nowhere(self, token: Token) -> bool:
        """Whether it works although the server does not keep it, so that nobody can revoke it either."""
        short = token.lifetime is not None and token.lifetime < model.KEPT_FROM
        return short and token.expires_at is not None and token.expires_at > self.clock.now()

    def _attempt(self, wanted: Wanted) -> CreatedToken:
        with self.authority.session(read_only=False) as session:
            return Access(session).create_token(wanted.body())

    def _settle(self, exc: EdgeError, wanted: Wanted, known: Collection[str]) -> None:
        """Revoke what an attempt made whose answer was lost. Raises ``exc`` when that cannot be found out."""
        silent = exc.details.get("http_status") is None
        try:
            orphans = poll(
                lambda: [token for token in self.listed(wanted) if token.token_id not in known],
                bool,
                seconds=LATE_SECONDS if silent else 0.0,
                pause=PAUSE,
                clock=self.clock,
            )
            self.revoke(orphans)
        except (ApiError, TransportError):
            raise exc from None
        if not orphans and 0 < wanted.expires_in < model.KEPT_FROM and not wanted.force_revocable:
            self.warn(
                "The answer to a request for an access token was lost. If a token was made, nobody has it, and it ends "
                f"by itself {wanted.expires_in} seconds after that: tokens that live so short are not listed."
            )


def _own(access: Access, value: str) -> Token:
    """What the server says of the caller's token; before 7.53.1, which does not answer for "me", what the token says of
    itself once the server has taken it."""
    try:
        return model.from_api(access.own_token())
    except ApiError as exc:
        if exc.details["http_status"] != NOT_FOUND:
            raise
    claimed = model.of_claims(value)
    if claimed is None:
        raise EdgeError(
            "Cannot tell whether a reference token works: this server does not answer for the caller's own token. "
            "Update it to Artifactory 7.53.1, or use a token that is no reference token."
        )
    listed = map(model.from_api, access.list_tokens(token_id=claimed.token_id))
    return next((token for token in listed if token.token_id == claimed.token_id), claimed)


def _is_for_others(exc: ApiError) -> bool:
    """Whether a 401 says that the token is for another service than Access (control-plane-api.md 3.5)."""
    return any("audience" in said.lower() for said in exc.details["api_errors"])


def _is_doubtful(exc: EdgeError) -> bool:
    """Whether the work may have been done all the same. What is refused with 4xx was not done."""
    status = exc.details.get("http_status")
    return status is None or not 400 <= status < 500


def _cannot_revoke(token: Token) -> str:
    end = "for ever" if token.expires_at is None else f"until {token.facts()['expires_at']}"
    named = f" ({token.description!r})" if token.description else ""
    return (
        f"The access token {token.token_id}{named} cannot be revoked, and works {end}: Access revokes only tokens that "
        f"live {model.REVOCABLE_FROM} seconds or longer, or that were made with force_revocable."
    )
