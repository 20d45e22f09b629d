# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Mission Control: the registered deployments (JPDs). One method per endpoint."""

from __future__ import annotations

import re
from typing import Any, Iterable, Mapping

from .._domain.errors import ApiError
from .._domain.url import normal
from .session import JFrogSession

JPDS = "/mc/api/v1/jpds"
# JPD-<n> in all sources (control-plane-api.md 1.4); what else it may be is not said.
_ID = re.compile(r"[A-Za-z0-9_-]+")


class MissionControl:
    """The Mission Control service of the platform."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def list_jpds(self) -> list[Any]:
        """GET /mc/api/v1/jpds ("Get JPD List"; control-plane-api.md 1.1): all of them, there are no pages.

        No filter is sent, because what they compare without a wildcard is not documented (1.2).
        """
        return self._session.call("GET", JPDS, purpose="list the JPDs").array()

    def get_jpd(self, jpd_id: str) -> Any:
        """GET /mc/api/v1/jpds/{id} ("Get JPD"; control-plane-api.md 1.1). Raises ApiError for another one than that."""
        found = self._session.call("GET", _path(jpd_id), purpose=f"read the JPD {jpd_id}").object("id")
        return self._unless_of_others(f"read the JPD {jpd_id}", found, ours=str(found["id"]) == jpd_id)

    def create_jpd(self, body: Mapping[str, Any]) -> Any:
        """POST /mc/api/v1/jpds ("Add JPD"; control-plane-api.md 1.3, 1.5): 201 with the JPD. Not idempotent.

        Raises ApiError for an answer about another JPD, after which only the list tells what was done.
        """
        purpose = f"register the JPD '{body.get('name')}' with the URL {body.get('url')}"
        made = self._session.call(
            "POST", JPDS, json=dict(body), ok=(201,), secrets=_secrets(body), purpose=purpose
        ).object("id")
        # A platform may write a name or a URL its own way, but not both.
        ours = made.get("name") == body.get("name") or normal(str(made.get("url"))) == normal(str(body.get("url")))
        return self._unless_of_others(purpose, made, ours=ours)

    def update_jpd(self, jpd_id: str, body: Mapping[str, Any]) -> None:
        """PUT /mc/api/v1/jpds/{id} ("Update JPD"; control-plane-api.md 1.6): 204. It replaces the whole JPD.

        With a token there is one attempt only: the first may have spent it.
        """
        self._session.call(
            "PUT",
            _path(jpd_id),
            json=dict(body),
            ok=(204,),
            once="token" in body,
            secrets=_secrets(body),
            purpose=f"update the JPD '{body.get('name')}' ({jpd_id})",
        )

    def delete_jpd(self, jpd_id: str) -> bool:
        """DELETE /mc/api/v1/jpds/{id} ("Delete JPD"; control-plane-api.md 1.7): 204, or 404 when it was gone."""
        answer = self._session.call("DELETE", _path(jpd_id), ok=(204, 404), purpose=f"unregister the JPD {jpd_id}")
        return answer.status == 204

    def _unless_of_others(self, purpose: str, answer: dict[str, Any], *, ours: bool) -> dict[str, Any]:
        """What came of it would be done to somebody else's Edge, such as to take its licence."""
        if ours:
            return answer
        raise ApiError(
            f"Cannot {purpose} at the platform {self._session.url}: it answered with that of "
            f"{str(answer.get('name'))[:80]!r}. See whether a proxy or a cache on the way mixes answers up, "
            "and run again."
        )

    def ping(self) -> str:
        """GET /mc/api/v1/system/ping (control-plane-api.md 1.9)."""
        return self._session.call("GET", "/mc/api/v1/system/ping", purpose="ping Mission Control").text


def _path(jpd_id: str) -> str:
    """Where one JPD is. Raises ApiError for an id that would lead elsewhere, such as to the list."""
    if _ID.fullmatch(jpd_id) is None:
        raise ApiError(
            f"Cannot work on the JPD with the id {jpd_id[:40]!r}: the platform gave it, and it is none. "
            "Check that platform_url leads to the platform itself."
        )
    return f"{JPDS}/{jpd_id}"


def _secrets(body: Mapping[str, Any]) -> Iterable[str]:
    return [str(body[name]) for name in ("token", "password") if body.get(name)]
