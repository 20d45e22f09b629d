# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source of Event-Driven Ansible: what becomes of the Edges at the platform.

ansible-rulebook runs this file by itself, outside of Ansible, so it imports nothing of the collection; aiohttp comes
with ansible-rulebook.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterable, Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

DOCUMENTATION = r"""
---
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
short_description: What becomes of the Edges at a JFrog platform
description:
  - Asks a JFrog platform for its list of JFrog Platform Deployments (JPDs), with one request per interval however many
    Edges there are, and makes an event of each change of a status. Nothing changed, no event.
  - >-
    An event of an Edge is C({jpd: {id, name, group, url}, status, was, at}). The status is the platform's own, which is
    V(ONLINE), V(PARTIAL), V(OFFLINE) or V(UNAUTHORIZED), or V(UNREGISTERED) for one that is not in the list any more.
    C(was) is the one before, and null for an Edge that was not in the list. C(group) is the name as Ansible makes
    names of groups, with V(_) for all but letters and digits, so that it is no pattern of hosts.
  - >-
    An event of the platform is C({platform: {url}, status, was, reason, at}), with the status V(REACHABLE),
    V(UNREACHABLE), or V(REFUSED) when it does not take the token. There is one when that changes. After a failure it is
    asked less and less often; when it answers again, what has happened to Edges meanwhile is told.
  - The token is taken from the environment or a file rather than from the rulebook, where it could be logged. A file is
    read again for every request, so that a rotated token is used.
options:
  platform_url:
    description:
      - Base URL of the platform, for example V(https://acme.jfrog.io); the environment variable C(JFROG_PLATFORM_URL)
        when it is not set.
    type: str
  platform_access_token:
    description:
      - Access token of the platform with admin scope; the environment variable C(JFROG_PLATFORM_TOKEN) when it is not
        set.
    type: str
  platform_access_token_file:
    description:
      - File that holds the token, instead.
    type: str
  platform_ca_path:
    description:
      - File with the CA certificates that the platform's TLS certificate is verified with; the environment variable
        C(JFROG_PLATFORM_CA_PATH) when it is not set, and the system's authorities when there is none.
    type: str
  platform_validate_certs:
    description:
      - Whether to verify the platform's TLS certificate.
    type: bool
    default: true
  platform_proxy_url:
    description:
      - Proxy through which the platform is called; the environment's when it is not set.
    type: str
  interval:
    description:
      - Seconds between two requests.
    type: float
    default: 60
  max_interval:
    description:
      - Most seconds between two requests while the platform does not answer. The wait doubles with each failure.
    type: float
    default: 900
  timeout:
    description:
      - Seconds after which a request is given up.
    type: float
    default: 30
  initial:
    description:
      - Which Edges get an event at the start. V(not_online) tells of those that have a problem already, V(all) of all,
        V(none) only of what changes from then on.
    type: str
    choices: [not_online, all, none]
    default: not_online
"""

EXAMPLES = r"""
- hybrid.jfrog.jpd_status:
    platform_url: https://acme.jfrog.io
    platform_ca_path: /etc/pki/tls/certs/example-ca.pem
    interval: 30
"""

ONLINE = "ONLINE"
UNREGISTERED = "UNREGISTERED"
REACHABLE = "REACHABLE"
UNREACHABLE = "UNREACHABLE"
REFUSED = "REFUSED"

INITIAL = ("not_online", "all", "none")
# "Get JPD List": all of them in one answer, there are no pages.
JPDS = "/mc/api/v1/jpds"

log = logging.getLogger("hybrid.jfrog.jpd_status")

Event = dict[str, Any]


class Unavailable(Exception):
    """The platform gave no list of JPDs. ``status``: UNREACHABLE or REFUSED; ``retry_after`` is what it asked for."""

    def __init__(self, reason: str, status: str = UNREACHABLE, retry_after: float = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.retry_after = retry_after


@dataclass
class Watch:
    """What was seen last, and so what of a new answer is news. It knows no network and no clock."""

    platform_url: str
    initial: str = "not_online"
    _platform: str | None = None
    _failures: int = 0
    _seen: dict[str, tuple[Event, str]] | None = field(default=None)

    def answered(self, listed: Iterable[Mapping[str, Any]], at: str) -> list[Event]:
        """The events of a list of JPDs."""
        self._failures = 0
        # That it answers the first time is no news.
        events = self._platform_is(REACHABLE, None, at) if self._platform else []
        self._platform = REACHABLE
        now = {str(jpd["id"]): (_shown(jpd), _status(jpd)) for jpd in listed if not jpd.get("local")}
        before = self._seen
        self._seen = now
        if before is None:
            told = [one for one in now.values() if self._is_told_at_start(one[1])]
            return [*events, *(_event(jpd, status, None, at) for jpd, status in told)]
        for key, (jpd, status) in now.items():
            was = before[key][1] if key in before else None
            if status != was:
                events.append(_event(jpd, status, was, at))
        gone = [one for key, one in before.items() if key not in now]
        return [*events, *(_event(jpd, UNREGISTERED, was, at) for jpd, was in gone)]

    def failed(self, failure: Unavailable, at: str) -> list[Event]:
        """The events of a request that got no list."""
        self._failures += 1
        return self._platform_is(failure.status, str(failure), at)

    def wait(self, interval: float, most: float, retry_after: float = 0) -> float:
        """How long to wait for the next request."""
        # The exponent is bounded: a platform that is away for a year makes no number that is none.
        wait = interval * (1 << min(self._failures, 20))
        return max(interval, min(max(wait, retry_after), most))

    def _is_told_at_start(self, status: str) -> bool:
        return self.initial == "all" or (self.initial == "not_online" and status != ONLINE)

    def _platform_is(self, status: str, reason: str | None, at: str) -> list[Event]:
        was, self._platform = self._platform, status
        if status == was:
            return []
        return [{"platform": {"url": self.platform_url}, "status": status, "was": was, "reason": reason, "at": at}]


@dataclass(frozen=True)
class Settings:
    """The arguments of the source, checked."""

    platform_url: str
    token: str | None
    token_file: str | None
    ca_path: str | None
    validate_certs: bool
    proxy_url: str | None
    interval: float
    max_interval: float
    timeout: float
    initial: str

    @classmethod
    def of(cls, args: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
        """Raises ValueError with all that is wrong, and without the token."""
        given = {name: value for name, value in args.items() if value not in (None, "")}
        problems = []
        unknown = sorted(given.keys() - _ARGUMENTS.keys())
        if unknown:
            problems.append(f"{', '.join(unknown)} is no argument of this source; it has {', '.join(_ARGUMENTS)}")
        url = str(given.get("platform_url") or environment.get("JFROG_PLATFORM_URL") or "").rstrip("/")
        if not url:
            problems.append("platform_url is not set, and neither is JFROG_PLATFORM_URL in the environment")
        elif not _is_url(url):
            problems.append(f"platform_url is {url!r}: write it as in https://acme.jfrog.io")
        token_file = given.get("platform_access_token_file")
        token = given.get("platform_access_token") or (not token_file and environment.get("JFROG_PLATFORM_TOKEN"))
        if not token and not token_file:
            problems.append(
                "there is no token: set JFROG_PLATFORM_TOKEN in the environment, or platform_access_token_file"
            )
        if given.get("platform_access_token") and token_file:
            problems.append("platform_access_token and platform_access_token_file are both set: give one")
        numbers = {}
        for name, (default, least) in _NUMBERS.items():
            value = given.get(name, default)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value < float("inf"):
                problems.append(f"{name} is {value!r}: write a number of seconds, at least {least}")
            else:
                numbers[name] = float(value)
        initial = given.get("initial", INITIAL[0])
        if initial not in INITIAL:
            problems.append(f"initial is {initial!r}: write one of {', '.join(INITIAL)}")
        validate = args.get("platform_validate_certs")
        validate = True if validate is None else validate
        if not isinstance(validate, bool):
            problems.append(f"platform_validate_certs is {validate!r}: write true or false")
        ca_path = given.get("platform_ca_path") or environment.get("JFROG_PLATFORM_CA_PATH")
        if ca_path and not Path(ca_path).is_file():
            problems.append(f"platform_ca_path is {ca_path!r}: there is no such file")
        if problems:
            raise ValueError("Cannot watch the JPDs: " + "; ".join(problems) + ".")
        return cls(
            platform_url=url,
            token=str(token) if token else None,
            token_file=str(token_file) if token_file else None,
            ca_path=str(ca_path) if ca_path else None,
            validate_certs=bool(validate),
            proxy_url=given.get("platform_proxy_url") or _proxy_of_environment(url),
            max_interval=max(numbers.pop("max_interval"), numbers["interval"]),
            initial=str(initial),
            **numbers,
        )

    def read_token(self) -> str:
        """The token as it is now. Raises Unavailable."""
        if self.token_file is None:
            return self.token or ""
        try:
            text = Path(self.token_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            reason = getattr(exc, "strerror", None) or "it is no text"
            raise Unavailable(f"the token's file {self.token_file} cannot be read: {reason}", REFUSED) from None
        if not text:
            raise Unavailable(f"the token's file {self.token_file} is empty", REFUSED)
        return text

    def tls(self) -> ssl.SSLContext | bool:
        """How the platform's certificate is verified; False for not at all."""
        if not self.validate_certs:
            return False
        return ssl.create_default_context(cafile=self.ca_path)


# Each argument; numbers with what they are by default and at least.
_NUMBERS = {"interval": (60, 1), "max_interval": (900, 1), "timeout": (30, 1)}
_ARGUMENTS = dict.fromkeys(
    (
        "platform_url",
        "platform_access_token",
        "platform_access_token_file",
        "platform_ca_path",
        "platform_validate_certs",
        "platform_proxy_url",
        *_NUMBERS,
        "initial",
    )
)
# What ansible-rulebook itself adds to the arguments of a source.
_OF_RULEBOOK = ("eda_feedback_queue",)


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Watch until the rulebook ends."""
    settings = Settings.of({name: value for name, value in args.items() if name not in _OF_RULEBOOK}, os.environ)
    if not settings.validate_certs or settings.platform_url.startswith("http:"):
        log.warning("The platform %s is not verified by TLS: others can read the token.", settings.platform_url)
    watch = Watch(settings.platform_url, settings.initial)
    tls = settings.tls()
    timeout = aiohttp.ClientTimeout(total=settings.timeout)
    # No cookies are kept, and neither ~/.netrc nor a proxy is looked up behind our back.
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as http:
        while True:
            retry_after = 0.0
            try:
                events = watch.answered(await list_jpds(http, settings, tls), _now())
            except Unavailable as failure:
                retry_after = failure.retry_after
                log.warning("The JPDs of %s could not be read: %s", settings.platform_url, failure)
                events = watch.failed(failure, _now())
            for event in events:
                await queue.put(event)
            await asyncio.sleep(watch.wait(settings.interval, settings.max_interval, retry_after))


async def list_jpds(
    http: aiohttp.ClientSession, settings: Settings, tls: ssl.SSLContext | bool
) -> list[dict[str, Any]]:
    """GET /mc/api/v1/jpds. Raises Unavailable, whose text shows neither the token nor what the platform said."""
    token = settings.read_token()
    try:
        async with http.get(
            settings.platform_url + JPDS,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            ssl=tls,
            proxy=settings.proxy_url,
            # A redirect to a page for logging in is no answer.
            allow_redirects=False,
        ) as response:
            if response.status in (401, 403):
                raise Unavailable(f"the platform answered {response.status}: it does not take the token", REFUSED)
            if response.status != 200:
                raise Unavailable(f"the platform answered {response.status}", retry_after=_seconds(response))
            listed = await response.json(content_type=None)
    except asyncio.TimeoutError:
        raise Unavailable(f"no answer within {settings.timeout:g} seconds") from None
    except aiohttp.ClientConnectorCertificateError:
        raise Unavailable("the platform's TLS certificate is not trusted; see platform_ca_path") from None
    except (aiohttp.ClientError, ValueError, OSError) as exc:
        raise Unavailable(_clause(exc)) from None
    if not isinstance(listed, list) or not all(isinstance(jpd, dict) and jpd.get("id") for jpd in listed):
        raise Unavailable("the answer is no list of JPDs; check that platform_url leads to the platform itself")
    return listed


def _shown(jpd: Mapping[str, Any]) -> Event:
    """What an event tells of a JPD: nothing that a log should not hold."""
    name = str(jpd.get("name") or "")
    url = str(jpd.get("url") or "").rstrip("/")
    return {"id": str(jpd["id"]), "name": name, "group": re.sub(r"\W", "_", name), "url": url}


def _status(jpd: Mapping[str, Any]) -> str:
    """An object in answers, a bare word in the OpenAPI pages."""
    status = jpd.get("status")
    code = status.get("code") if isinstance(status, Mapping) else status
    return str(code or "UNKNOWN")


def _event(jpd: Event, status: str, was: str | None, at: str) -> Event:
    return {"jpd": dict(jpd), "status": status, "was": was, "at": at}


def _clause(exc: Exception) -> str:
    """Why, in a few words."""
    if isinstance(exc, aiohttp.ClientConnectorError):
        number = exc.os_error.errno
        return f"no connection: {os.strerror(number) if number and number > 0 else exc.os_error}"
    if isinstance(exc, aiohttp.ServerDisconnectedError):
        return "the connection was closed without an answer"
    if isinstance(exc, ValueError):
        return "the answer is no JSON; check that platform_url leads to the platform itself"
    return type(exc).__name__


def _seconds(response: aiohttp.ClientResponse) -> float:
    """Retry-After as seconds; a date is not honoured, which only means the usual wait."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else 0.0


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.username
    except ValueError:
        return False


def _proxy_of_environment(url: str) -> str | None:
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    # Try it out: python3 jpd_status.py prints the events of the platform that the environment names.
    class _Printer:
        async def put(self, event: Event) -> None:
            print(event, flush=True)

    asyncio.run(main(_Printer(), {"initial": "all", "interval": 10}))  # type: ignore[arg-type]
