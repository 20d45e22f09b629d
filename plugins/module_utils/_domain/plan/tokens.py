# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The access tokens with which this run works: how long they last, and what they say of their rights.

A token is no drift of the Edge. What a person has to know in time is a finding, because a token that has ended cannot
make its own successor any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import List, Optional

from ..access.access_token import ADMIN_SCOPE, has_admin_scope
from ..moment import moment
from ..observed import Platform, TokenSeen
from ..verdict import DRIFTED, IN_ORDER
from .shapes import EdgeView, Judged

FACT = "access_token"
PLAYBOOK = "rotate_access_token.yml"


def judge_tokens(view: EdgeView) -> Judged:
    """The token of the Edge. One that says nothing of itself, a reference token, is not judged."""
    judged = Judged()
    token = view.seen.get("token") if view.seen is not None else None
    if view.seen is None or token is None:
        return judged
    ending = _ending(token, now=view.now, days_left=view.edge.token_days_left)
    if ending is None:
        judged.fact(FACT, IN_ORDER, _in_order(token))
    else:
        judged.fact(FACT, DRIFTED, ending, drift=["expires_at"])
    # When the Edge refuses the token, the judge of the REST side has told what to do about it.
    if view.seen["admin"] is False:
        return judged
    if ending is not None:
        judged.finding("access token of the Edge", ending, _remedy("edge", token, view.now))
    if not has_admin_scope(token["scope"]):
        # The call that needs an administrator has worked: the rights come from the token's user or group.
        judged.finding(
            "access token of the Edge", _no_admin(token), _wanted("edge"), needs_person=not view.seen["admin"]
        )
    return judged


def platform_token_findings(platform: Platform, *, now: datetime, days_left: int) -> List[str]:
    """What has to be done about the platform's token, in time.

    A platform that lists its JPDs has taken the token for an administrator's, whatever its scope (control-plane-api.md
    1.1); the scope is told when it does not.
    """
    token: Optional[TokenSeen] = platform.get("token")
    if token is None:
        return []
    where, found = platform["url"], []
    ending = _ending(token, now=now, days_left=days_left)
    if ending is not None:
        found.append(f"{where}: the access token {ending}. {_remedy('platform', token, now)}.")
    if not platform["reachable"] and not has_admin_scope(token["scope"]):
        found.append(f"{where}: the access token {_no_admin(token)}. {_wanted('platform')}.")
    return found


def is_ending(token: TokenSeen, *, now: datetime, days_left: int) -> bool:
    """Whether the token has ended, or ends sooner than it should."""
    return _ending(token, now=now, days_left=days_left) is not None


def _ending(token: TokenSeen, *, now: datetime, days_left: int) -> Optional[str]:
    """That it has ended or ends within the limit; None when it lasts longer."""
    if token["expires_at"] is None:
        return None
    end, limit = moment(token["expires_at"]), timedelta(days=days_left)
    if end <= now:
        return f"expired on {token['expires_at']}"
    if end - now >= limit or _is_short_lived(token, end, limit):
        return None
    left = end - now
    told = f"{left.days} days" if left.days else f"{int(left.total_seconds() // 3600)} hours"
    return f"ends on {token['expires_at']}, in {told}"


def _is_short_lived(token: TokenSeen, end: datetime, limit: timedelta) -> bool:
    """Whether it never lasted as long as the limit: such a token is made for a run, and its end surprises nobody."""
    return token["issued_at"] is not None and end - moment(token["issued_at"]) <= limit


def _in_order(token: TokenSeen) -> str:
    return "never ends" if token["expires_at"] is None else f"valid until {token['expires_at']}"


def _no_admin(token: TokenSeen) -> str:
    return f"has the scope {token['scope']!r}, without {ADMIN_SCOPE}"


def _remedy(side: str, token: TokenSeen, now: datetime) -> str:
    if token["expires_at"] is not None and moment(token["expires_at"]) <= now:
        return f"It cannot make its successor any more: put another one into {side}_access_token"
    return f"Renew it with {PLAYBOOK}, or put another one into {side}_access_token"


def _wanted(side: str) -> str:
    return f"Use a token with the scope {ADMIN_SCOPE} in {side}_access_token"
