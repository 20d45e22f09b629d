# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The errors of one call: what we were doing, to what, what happened, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping

from .._domain.errors import ApiError, TransportError
from .._domain.tls.remedy import tls_remedy
from .._domain.url import host
from .causes import (
    PROXY,
    clause,
    is_ca_file_problem,
    is_proxy_problem,
    is_tls_problem,
    wants_proxy_credentials,
)
from .problems import is_html, messages, scrub

_REDIRECT = "Use the base URL that the redirect names"
_STARTING = "See whether the service is starting or down behind its proxy, and try again"
REMEDIES = {
    301: _REDIRECT,
    302: _REDIRECT,
    303: _REDIRECT,
    307: _REDIRECT,
    308: _REDIRECT,
    400: "Correct what the answer names",
    401: "Use a valid {token}: this one may be expired, revoked, or made by another deployment",
    403: "Use {token} with admin rights; if the answer is a web page, check the platform's IP allowlist",
    407: "Put the user and password of the proxy into {proxy_url}",
    404: "Check that {url} is the deployment's base URL (without /artifactory) and that its version has this call",
    429: "Try again later, or with fewer forks",
    500: "See the logs of the service",
    # Of Lifecycle, an Edge has the received release bundles only (control-plane-api.md 6.4).
    501: "Check that {url} leads to the deployment that is meant: an Edge has only a part of these calls",
    502: _STARTING,
    503: _STARTING,
    504: _STARTING,
}


_OF_AN_ACCOUNT = {
    401: "Correct {username} and {password}: one may be wrong, the account locked, or the password expired",
    403: "Use an account with admin rights in {username}",
}

# A 404 that names what is missing is about that, and neither about the URL nor about the version.
_NAMED = re.compile(r"\b(was not found|could not find|does not exist)\b", re.IGNORECASE)
_GONE = "Correct what the answer names; it may have been removed meanwhile"


@dataclass(frozen=True)
class Peer:
    """Who is at the other end, in the words of the user: ``noun`` in texts, ``prefix`` of its options."""

    noun: str
    prefix: str

    def option(self, name: str) -> str:
        return self.prefix + name


PLATFORM = Peer("platform", "platform_")
EDGE = Peer("Edge", "edge_")
# One of several that a task names, so that its options have no prefix.
INSTANCE = Peer("instance", "")


@dataclass(frozen=True)
class Attempt:
    """One call, as its errors describe it. ``hidden`` may not appear in a text, although an answer may echo it.

    ``proxy`` is the name of the proxy that the options name, when the call goes through it. ``account``: whose password
    is sent instead of a token.
    """

    peer: Peer
    base: str
    method: str
    path: str
    purpose: str
    hidden: frozenset[str]
    proxy: str | None = None
    account: str | None = None

    def no_answer(self, exc: Exception) -> TransportError:
        """No HTTP answer at all."""
        reason = clause(exc)
        if is_proxy_problem(reason):
            remedy = self._proxy_remedy(reason)
            reason = reason.replace(PROXY, f"{PROXY} {self.proxy}" if self.proxy else f"{PROXY} of the environment", 1)
        elif is_tls_problem(reason):
            remedy = tls_remedy(reason, prefix=self.peer.prefix, server=host(self.base) or "it")
        elif is_ca_file_problem(reason):
            remedy = f"Check the file that {self.peer.option('ca_path')} names"
        else:
            remedy = f"Check {self.peer.option('url')}, and that it can be reached from the host that runs this module"
        return TransportError(
            self._text(reason, remedy), http_method=self.method, http_url=self.base + self.path, reason=reason
        )

    def _proxy_remedy(self, reason: str) -> str:
        url, exceptions = self.peer.option("proxy_url"), self.peer.option("no_proxy")
        if self.proxy is None:
            return f"Correct HTTPS_PROXY or HTTP_PROXY, set {url} instead, or name the host in {exceptions}"
        if wants_proxy_credentials(reason):
            return f"Put its user and password into {url}, as http://user:password@{self.proxy}"
        return f"Correct {url}, let the proxy allow the connection, or name the host in {exceptions}"

    def elsewhere(self) -> ApiError:
        """A path that would not end up where the call means to go. Nothing was sent."""
        return ApiError(
            self._text(
                "a name that it is about has '.' or '..' in it, which leads to another address",
                "Rename that object, or correct the name",
            ),
            http_method=self.method,
            http_url=self.base + self.path,
        )

    def refusal(self, status: int, reason: str, headers: Mapping[str, str], body: str) -> ApiError:
        """An answer with a status that the caller did not expect."""
        said = messages(body, self.hidden)
        what = f"it answered {status} {scrub(reason, self.hidden)}".rstrip()
        if said:
            what += ' ("' + "; ".join(said) + '")'
        if 300 <= status < 400:
            what += f" and redirects to {scrub(headers.get('Location', 'nowhere').partition('?')[0], self.hidden)}"
        return self._api_error(what, status, said)

    def unexpected(self, status: int, body: str) -> ApiError:
        """An answer with an expected status and a body that is not what the call documents."""
        if is_html(body):
            title = "; ".join(messages(body, self.hidden)[:1])
            kind = f'a web page ("{title}")' if title else "a web page"
        else:
            kind = "a body of an unknown shape" if body.strip() else "an empty body"
        return self._api_error(f"it answered {status} with {kind}", 404, [], status=status)

    def _api_error(self, what: str, remedy_of: int, said: list[str], *, status: int | None = None) -> ApiError:
        remedies = {**REMEDIES, **(_OF_AN_ACCOUNT if self.account is not None else {})}
        remedy = remedies.get(remedy_of, REMEDIES[500] if remedy_of >= 500 else REMEDIES[400])
        if remedy_of == 404 and any(_NAMED.search(text) for text in said):
            remedy = _GONE
        names = {
            "token": self.peer.option("access_token"),
            **{name: self.peer.option(name) for name in ("url", "proxy_url", "username", "password")},
        }
        return ApiError(
            self._text(what, remedy.format(**names)),
            http_method=self.method,
            http_url=self.base + self.path,
            http_status=remedy_of if status is None else status,
            api_errors=said,
        )

    def _text(self, what: str, remedy: str) -> str:
        return f"Cannot {self.purpose} at the {self.peer.noun} {self.base}: {what}. {remedy}."
