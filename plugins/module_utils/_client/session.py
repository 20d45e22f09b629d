# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One connection to one JFrog deployment: authentication, TLS, time limits, retries and errors."""

from __future__ import annotations

import time
import traceback
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping
from urllib.parse import unquote

from .._domain.errors import ApiError, EdgeError
from .._domain.foreign_json import parsed
from .._domain.proxy import ENVIRONMENT, THROUGH, UNSET, Proxy
from .body import read_body
from .credentials import Account, Authorization, Who, check, secrets_of
from .deadline import Deadline, LimitedAdapter, TimeIsOver
from .failures import PLATFORM, Attempt, Peer
from .patience import TOO_MANY, Limits, Patience
from .tls import ClientFiles, VerifyingAdapter, context_for

REQUESTS_PROBLEM: str | None = None
if TYPE_CHECKING:
    import requests
    import urllib3
    from requests.utils import get_environ_proxies
    from urllib3.util.retry import Retry
else:
    try:
        import requests
        import urllib3
        from requests.utils import get_environ_proxies
        from urllib3.util.retry import Retry
    except ImportError:
        REQUESTS_PROBLEM = traceback.format_exc()
        Retry = object

READS = ("GET", "HEAD")
# PUT and DELETE replace and remove, so the same request twice ends in the same state. A POST is repeated only when it
# just reads, and after 429, which says that nothing was done.
REPEATABLE = ("GET", "HEAD", "PUT", "DELETE")
ATTEMPTS_AFTER_THE_FIRST = 3
ATTEMPTS_WHEN_BUSY = 7  # about a minute
CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
PAUSE_FACTOR = 0.5  # pauses of 0, 1 and 2 seconds
# A server may ask for any pause; a playbook that waits longer than this looks as if it hangs.
LONGEST_PAUSE = 30.0
# How long a server may put us off with 429 altogether, over all calls of a session that got nothing else. A pairing
# token lives for 300 seconds.
LONGEST_BUSY = 120.0


def requests_version() -> str:
    """The version of the library that is used."""
    return str(requests.__version__)


class Answer:
    """An HTTP answer with an expected status. ``body`` is what arrived, ``text`` the same as text."""

    def __init__(
        self,
        status: int,
        text: str,
        unexpected: Callable[[int, str], ApiError],
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.text = text
        self.body = body
        self.headers = headers or {}
        self._unexpected = unexpected

    def refused(self) -> ApiError:
        """The error for a body that is not what the call documents."""
        return self._unexpected(self.status, self.text)

    def object(self, *needed: str) -> dict[str, Any]:
        """The body as an object that has these keys. Raises ApiError for a login page and the like."""
        data = self._data()
        if not isinstance(data, dict) or any(key not in data for key in needed):
            raise self.refused()
        return data

    def array(self) -> list[Any]:
        """The body as an array. Raises ApiError when it is none."""
        data = self._data()
        if not isinstance(data, list):
            raise self.refused()
        return data

    def _data(self) -> Any:
        try:
            return parsed(self.text)
        except ValueError:
            return None


class JFrogSession:
    """Calls to one deployment over kept-alive connections. A session belongs to one thread.

    ``read_only`` makes every call that could write a bug that is raised at once. ``timeout`` limits in seconds how long
    an answer may let us wait, up to the end of its header, and how long its body may take, ``seconds`` how long all
    calls of the session may take together, counted from now. ``client`` is the certificate that is shown to a server
    that asks for one. Raises EdgeError for a token, a name or a password that cannot be one.

    Of the environment, only the proxies are heeded, and those only where ``proxy`` leaves the way open. What requests
    would take as well does not count: ~/.netrc loses to ``Authorization``, REQUESTS_CA_BUNDLE to a named CA file.
    """

    def __init__(
        self,
        url: str,
        who: Who,
        *,
        peer: Peer = PLATFORM,
        verify: bool | str = True,
        read_only: bool = False,
        agent: str = "hybrid.jfrog",
        timeout: float = READ_SECONDS,
        proxy: Proxy = UNSET,
        client: ClientFiles | None = None,
        seconds: float | None = None,
    ) -> None:
        check(who, peer)
        if not 0 < timeout < float("inf"):
            raise EdgeError(f"Cannot wait {timeout:g} seconds for an answer: that is no time. Set timeout above 0.")
        self.url = url.rstrip("/")
        self.peer = peer
        # Whose password is sent; None where a token is, or nothing.
        self.account = who.name if isinstance(who, Account) else None
        self.server_time: datetime | None = None  # the Date header of the last answer
        self._secrets = secrets_of(who) | proxy.secrets
        self._verify = verify
        self._client = client
        self._read_only = read_only
        self._timeout = (min(CONNECT_SECONDS, timeout), timeout)
        self._deadline = Deadline(timeout, None if seconds is None else time.monotonic() + seconds)
        self._adapter: LimitedAdapter | None = None
        self._limits = Limits(ATTEMPTS_AFTER_THE_FIRST, ATTEMPTS_WHEN_BUSY, PAUSE_FACTOR, LONGEST_PAUSE, LONGEST_BUSY)
        self._put_off_since: float | None = None
        self._http = requests.Session()
        self._http.auth = Authorization(who)
        self._http.headers.update({"User-Agent": agent, "Accept": "application/json, text/plain;q=0.9, */*;q=0.1"})
        way = proxy.way_to(self.url)
        self._proxy_name = proxy.name if way == THROUGH else None
        # requests would let NO_PROXY of the environment win over a proxy that was named, and HTTPS_PROXY over none; and
        # it would search the environment anew for every call, which takes a quarter of the call's processor time.
        self._http.trust_env = False
        if way == THROUGH and proxy.url is not None:
            self._http.proxies = {"http": proxy.url, "https": proxy.url}
        elif way == ENVIRONMENT:
            self._http.proxies = get_environ_proxies(self.url)
        if verify is False:
            # The caller warns once; urllib3 would warn with every request.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __repr__(self) -> str:
        return f"JFrogSession({self.url!r})"

    def __enter__(self) -> JFrogSession:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        purpose: str,
        json: Any = None,
        content: tuple[str, str | bytes] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        ok: tuple[int, ...] = (200,),
        safe: bool = False,
        once: bool = False,
        secrets: Iterable[str] = (),
    ) -> Answer:
        """One call. ``purpose`` completes "Cannot ..." in errors. ``content`` is a content type and such a body.

        ``safe``: a POST that only reads, allowed in check mode and repeated as reads are. ``once``: no second attempt,
        whatever the answer.
        ``secrets``: what may not appear in an error, although the answer may echo it.
        Raises ApiError for a status that is not in ``ok`` and for a path that would lead elsewhere, TransportError when
        there was no answer.
        """
        if self._read_only and method not in READS and not safe:
            raise AssertionError(f"{method} {path} must not be sent in check mode")
        hidden = self._secrets.union(secrets)
        attempt = Attempt(self.peer, self.url, method, path, purpose, hidden, self._proxy_name, self.account)
        if _leads_elsewhere(path):
            raise attempt.elsewhere()
        since = self._put_off_since or time.monotonic()
        try:
            self._deadline.check()
            # No retry per request exists in requests; the adapter is this session's own.
            self._connected().max_retries = self._patience(
                once=once, repeatable=safe or method in REPEATABLE, since=since
            )
            response = self._http.request(
                method,
                self.url + path,
                json=json,
                data=_bytes(content[1]) if content else None,
                headers={**(headers or {}), **({"Content-Type": content[0]} if content else {})},
                params=query,
                timeout=self._timeout,
                # Per request: a value on the session loses to REQUESTS_CA_BUNDLE in the environment.
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            )
            with self._deadline.limit():
                body = read_body(response, self._timeout[1])
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as exc:
            # OSError is the base of what requests raises. The others are what it lets through, and may have a header
            # in their text, so they are not kept as the cause.
            why = TimeIsOver() if self._deadline.is_over else exc
            raise attempt.no_answer(why) from (exc if isinstance(exc, OSError) else None)
        self._put_off_since = since if response.status_code == TOO_MANY else None
        self.server_time = _http_date(response.headers.get("Date"))
        text = body.decode("utf-8", errors="replace")
        if response.status_code not in ok:
            raise attempt.refusal(response.status_code, response.reason or "", response.headers, text)
        return Answer(response.status_code, text, attempt.unexpected, body, response.headers)

    def _patience(self, *, once: bool, repeatable: bool, since: float) -> Retry:
        if once:
            return Retry(total=0, raise_on_status=False)
        return Patience.of(self._limits, repeatable=repeatable, since=since, ends=self._deadline.ends)

    def _connected(self) -> LimitedAdapter:
        """The adapter that this session's calls go through. Raises OSError for a CA file that cannot be used."""
        if self._adapter is None:
            if self._verify and self.url.startswith("https:"):
                trusting = context_for(self._verify)
                context = trusting if self._client is None else context_for(self._verify, self._client)
                self._adapter = VerifyingAdapter(self._deadline, context, proxy_context=trusting)
            else:
                self._adapter = LimitedAdapter(self._deadline)
                self._http.cert = self._client
            self._http.mount("https://", self._adapter)
            self._http.mount("http://", self._adapter)
        return self._adapter


def _leads_elsewhere(path: str) -> bool:
    """Whether "." or ".." is a part of the path: urllib3 resolves those, and servers do so with quoted ones as well.

    Names come from instances and inventories; quoting makes one part of a path of any name but of these two.
    """
    return any(unquote(part) in (".", "..") for part in path.split("/"))


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


def _http_date(text: str | None) -> datetime | None:
    """The time of a Date header (RFC 9110, 6.6.1), in UTC."""
    if not text:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
