# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which API serves each kind at an instance, and why that one (security-replication.md 5.1, 5.8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Mapping, NamedTuple, Optional, Sequence

from ..._domain.errors import ApiError, EdgeError
from ..._domain.replication.abilities import ACCESS, LEGACY_V1, LEGACY_V2
from ..._domain.replication.snapshot import GROUPS, KINDS, PERMISSIONS, USERS
from ..._domain.version import Version, parse
from ..access import Access
from ..artifactory import Artifactory
from ..session import JFrogSession
from .access import AccessGroups, AccessUsers
from .access_permissions import AccessPermissions
from .api import KindApi
from .legacy import LegacyGroups, LegacyUsers
from .legacy_permissions import LegacyPermissionsV1, LegacyPermissionsV2

AUTO, ONLY_ACCESS, ONLY_LEGACY = "auto", "access", "legacy"
CHOICES = (AUTO, ONLY_ACCESS, ONLY_LEGACY)
# Before, PATCH of a user without a password was faulty (terraform-provider-artifactory #931); 5.1 for the others.
ACCESS_SINCE: Mapping[str, Version] = {USERS: (7, 84, 3), GROUPS: (7, 49, 3), PERMISSIONS: (7, 72, 0)}
# Endpoint missing, or blocked (5.8).
NOT_SERVED = (404, 405, 406)
ADMIN_SCOPE = "applied-permissions/admin"

MakeApi = Callable[[JFrogSession], KindApi]
_ACCESS: Mapping[str, MakeApi] = {USERS: AccessUsers, GROUPS: AccessGroups, PERMISSIONS: AccessPermissions}
# In the order in which they are tried.
_LEGACY: Mapping[str, Sequence[tuple[str, MakeApi]]] = {
    USERS: ((LEGACY_V1, LegacyUsers),),
    GROUPS: ((LEGACY_V1, LegacyGroups),),
    PERMISSIONS: ((LEGACY_V2, LegacyPermissionsV2), (LEGACY_V1, LegacyPermissionsV1)),
}


class Served(NamedTuple):
    """``api``: ACCESS, LEGACY_V2 or LEGACY_V1 of ``_domain/replication/abilities.py``. ``reason``: in a few words."""

    api: str
    reason: str
    make: MakeApi


@dataclass(frozen=True)
class Instance:
    """What is known of an instance before anything is read from it.

    ``service_id``: who it is, whatever its URL is; None where it is not told. ``may_write``: whether the token has the
    scope of an admin; None when that cannot be told. ``username``: who the caller is, as far as that can be told.
    """

    url: str
    version: Optional[str]
    service_id: Optional[str]
    may_write: Optional[bool]
    username: Optional[str]
    served: Mapping[str, Served] = field(default_factory=dict)

    def api(self, kind: str, session: JFrogSession) -> KindApi:
        """The API of a kind, by a session with this instance."""
        return self.served[kind].make(session)


def probe(session: JFrogSession, kinds: Sequence[str] = KINDS, *, choice: str = AUTO) -> Instance:
    """Ask an instance for its version, its id and the token's scope, and for each kind which API answers.

    ``choice``: AUTO, or one of the two APIs and no fall-back. Raises ApiError for a token that is refused (401, 403) or
    may not read, EdgeError for a kind that no API serves.
    """
    version = _version(session)
    # Names of users are in lower case (5.2), however somebody writes them to log in.
    scopes, username = (None, session.account.lower()) if session.account else _own_token(session)
    served = {kind: _served(session, kind, version, choice) for kind in kinds}
    may_write = None if scopes is None else ADMIN_SCOPE in scopes
    return Instance(session.url, version, _service_id(session), may_write, username, served)


def _served(session: JFrogSession, kind: str, version: Optional[str], choice: str) -> Served:
    reasons = []
    if choice != ONLY_LEGACY:
        too_old = choice == AUTO and _is_older(version, ACCESS_SINCE[kind])
        if too_old:
            since = ".".join(map(str, ACCESS_SINCE[kind]))
            reasons.append(f"Access serves {kind} from {since} on, and this is {version}")
        elif session.account is not None:
            reasons.append("Access takes an access token, and this is an account with a password")
        else:
            status = _status(session, kind, f"/access/api/v2/{kind}", {"limit": 1})
            if status == 200:
                return Served(ACCESS, "Access answers", _ACCESS[kind])
            reasons.append(f"Access answers {status}")
    if choice != ONLY_ACCESS:
        for api, make in _LEGACY[kind]:
            path = getattr(make, "path")  # noqa: B009 - of the class, which the type of a factory does not have
            status = _status(session, kind, path)
            if status == 200:
                chosen = "it was chosen" if choice == ONLY_LEGACY and not reasons else "; ".join(reasons)
                return Served(api, chosen, make)
            reasons.append(f"{path} answers {status}")
    raise EdgeError(
        f"Cannot replicate the {kind} of {session.url}: {'; '.join(reasons)}. "
        f"Leave {kind} out of the scope, or let the instance serve one of these APIs.",
        kind=kind,
        reasons=reasons,
    )


def _status(session: JFrogSession, kind: str, path: str, query: Optional[Mapping[str, int]] = None) -> int:
    """200, or the status of an endpoint that is missing or blocked. Raises ApiError for any other."""
    answer = session.call("GET", path, query=query, ok=(200, *NOT_SERVED), purpose=f"list the {kind}")
    if answer.status == 200 and query is not None:
        # A web page with status 200 serves nothing.
        answer.object(kind)
    return answer.status


def _version(session: JFrogSession) -> Optional[str]:
    """None when the instance does not tell: then what counts is what answers (7.3)."""
    try:
        return str(Artifactory(session).version()["version"])
    except ApiError as exc:
        if exc.details["http_status"] == 401:
            raise
        return None


def _service_id(session: JFrogSession) -> Optional[str]:
    """For admins only (control-plane-api.md 5.2)."""
    try:
        return Artifactory(session).service_id() or None
    except ApiError:
        return None


def _own_token(session: JFrogSession) -> tuple[Optional[list[str]], Optional[str]]:
    """Scopes and user of the token; None for what is not told (control-plane-api.md 3.2, since 7.53.1)."""
    try:
        told = Access(session).own_token()
    except ApiError:
        return None, None
    scope, subject = told.get("scope"), str(told.get("subject") or "")
    scopes = scope.split() if isinstance(scope, str) else None
    return scopes, subject.partition("/users/")[2] or None


def _is_older(version: Optional[str], since: Version) -> bool:
    if version is None:
        return False
    try:
        return parse(version) < since
    except EdgeError:
        return False
