# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Who calls: nobody, the owner of an access token, or an account with its password or API key."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Union

from .._domain.errors import EdgeError
from .._domain.wording import token_problem
from .failures import Peer

if TYPE_CHECKING:
    import requests
    from requests.auth import AuthBase
else:
    try:
        from requests.auth import AuthBase
    except ImportError:  # told by the session
        AuthBase = object

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, repr=False)
class Account:
    """A user of the deployment. ``password`` is its password or its API key: servers take both in one place."""

    name: str
    password: str

    @property
    def basic(self) -> str:
        """Name and password as they are sent (RFC 7617, 2.1: in UTF-8)."""
        return base64.b64encode(f"{self.name}:{self.password}".encode()).decode("ascii")


# A text is an access token, None is nobody.
Who = Union[str, Account, None]


class Authorization(AuthBase):
    """As an auth object, not a header: requests lets ~/.netrc replace a header. Nobody sends no credentials at all."""

    def __init__(self, who: Who) -> None:
        self._who = who

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if isinstance(self._who, Account):
            request.headers["Authorization"] = f"Basic {self._who.basic}"
        elif self._who is not None:
            request.headers["Authorization"] = f"Bearer {self._who}"
        return request


def secrets_of(who: Who) -> frozenset[str]:
    """What may not be shown, as it is written and as it is sent."""
    if isinstance(who, Account):
        return frozenset({who.password, who.basic})
    return frozenset({who}) if who else frozenset()


def check(who: Who, peer: Peer) -> None:
    """Raises EdgeError for credentials that cannot be any, in words that do not show them."""
    if isinstance(who, Account):
        for option, problem in account_problems(who):
            raise EdgeError(f"Cannot use {peer.option(option)}: it {problem}.")
    unusable = token_problem(who) if isinstance(who, str) else None
    if unusable is not None:
        # http.client would refuse it as well, with the token in the text of its error.
        raise EdgeError(
            f"Cannot use {peer.option('access_token')}: it {unusable}. Give the token alone, without a line end."
        )


def account_problems(account: Account) -> list[tuple[str, str]]:
    """What no server could take of an account: pairs of an option and its problem (RFC 7617, 2)."""
    found = [(option, _problem(text)) for option, text in (("username", account.name), ("password", account.password))]
    problems = [(option, problem) for option, problem in found if problem is not None]
    return [*problems, *([("username", "has a colon in it")] if ":" in account.name else [])]


def _problem(text: str) -> Optional[str]:
    if not text.strip():
        return "is empty"
    return "has a line end or another control character in it" if _CONTROL.search(text) else None
