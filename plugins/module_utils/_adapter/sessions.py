# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From options to sessions with the platform and with an Edge."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, replace
from typing import Any, Mapping
from urllib.parse import urlsplit

from ansible.module_utils.ansible_release import __version__ as ansible_version
from ansible.module_utils.basic import missing_required_lib

from .._client import session as client
from .._client.credentials import Account, Who
from .._client.failures import EDGE, PLATFORM, Peer
from .._client.tls import ClientFiles
from .._domain.errors import EdgeError, InventoryError
from .._domain.library import OLDEST, installation
from .._domain.proxy import UNSET, Proxy, exceptions_problem, proxy_problem, split_exceptions
from .._domain.url import base_url

COLLECTION_VERSION = "1.0.0"  # a test compares it with galaxy.yml
_WAY = ("proxy_url", "no_proxy", "client_certificate_path", "client_key_path")
AGENT = f"hybrid.jfrog/{COLLECTION_VERSION} ansible/{ansible_version}"


@dataclass(frozen=True, repr=False)
class Connection:
    """How to reach one deployment."""

    peer: Peer
    url: str
    who: Who
    ca_path: str | None
    validate_certs: bool
    timeout: float
    proxy: Proxy = UNSET
    client_files: ClientFiles | None = None
    seconds: float | None = None  # for all calls of one session together

    def session(self, *, read_only: bool) -> client.JFrogSession:
        """A new session. Raises EdgeError when requests is missing, or when a file that it needs cannot be used."""
        require_requests()
        uses_client = self.client_files is not None and self.url.startswith("https://")
        if uses_client:
            self._check_client()
        return client.JFrogSession(
            self.url,
            self.who,
            peer=self.peer,
            verify=self._verify(),
            read_only=read_only,
            agent=AGENT,
            timeout=self.timeout,
            proxy=self.proxy,
            client=self.client_files if uses_client else None,
            seconds=self.seconds,
        )

    def anonymous(self) -> Connection:
        """The same without the credentials, for calls that need none."""
        return replace(self, who=None)

    @property
    def token(self) -> str | None:
        """The access token, where that is what is shown."""
        return self.who if isinstance(self.who, str) else None

    def warnings(self) -> list[str]:
        """What is risky about this connection. Raises EdgeError for a client certificate that cannot be used."""
        return [*self._warnings_about_the_way(), *self._warnings_about_the_client()]

    def _warnings_about_the_client(self) -> list[str]:
        if self.client_files is not None and self.url.startswith("http://"):
            option = self.peer.option("client_certificate_path")
            return [f"{option} has no effect: the connection to the {self.peer.noun} {self.url} does not use TLS."]
        return list(self._check_client())

    def _warnings_about_the_way(self) -> list[str]:
        if self.who is None:
            return []
        secret = "password" if isinstance(self.who, Account) else "access token"
        who = f"the {self.peer.noun} {self.url}"
        if self.url.startswith("http://"):
            if is_loopback(self.url):
                return []
            return [f"The connection to {who} is not encrypted: the {secret} can be read on the way. Use https."]
        if not self.validate_certs:
            option = self.peer.option("validate_certs")
            return [
                f"The TLS certificate of {who} is not verified, because {option} is false: the {secret} can be "
                f"read by whoever answers. Name the file of its CA in {self.peer.option('ca_path')} instead."
            ]
        return []

    def _check_client(self) -> tuple[str, ...]:
        """Warnings about the client certificate. Raises CertificateError."""
        if self.client_files is None:
            return ()
        # Only who shows a client certificate pays for the library that reads it.
        from .client_certificate import check_files

        return check_files(self.client_files, self.peer)

    def _verify(self) -> bool | str:
        if not self.validate_certs:
            return False
        if self.ca_path is None:
            return True
        if not os.path.isfile(self.ca_path) or not os.access(self.ca_path, os.R_OK):
            raise EdgeError(
                f"Cannot verify the certificate of the {self.peer.noun} {self.url}: the file {self.ca_path} cannot be "
                f"read. Name a file with CA certificates in PEM format in {self.peer.option('ca_path')}."
            )
        return self.ca_path


def platform_connection(params: Mapping[str, Any]) -> Connection:
    """The connection that the platform options describe."""
    return _connection(params, PLATFORM)


def edge_connection(params: Mapping[str, Any], *, url: str | None = None) -> Connection:
    """The connection that the Edge options describe; ``url`` stands in for a missing ``edge_url``."""
    if params.get("edge_url") is None and url is not None:
        return _connection({**params, "edge_url": base_url(url, "url")}, EDGE)
    return _connection(params, EDGE)


def connection_of(side: str, params: Mapping[str, Any]) -> Connection:
    """The connection to one side, "platform" or "edge"."""
    return platform_connection(params) if side == "platform" else edge_connection(params)


def require_requests() -> None:
    """Raises EdgeError when the requests library is not there, with the traceback as a field, or is too old."""
    if client.REQUESTS_PROBLEM is not None:
        told = f"{missing_required_lib('requests')}. Run {installation('requests')} and try again."
        raise EdgeError(told, exception=client.REQUESTS_PROBLEM)
    found, oldest = client.requests_version(), OLDEST["requests"]
    if len(_numbers(found)) == 2 and _numbers(found) < _numbers(oldest):
        raise EdgeError(
            f"Cannot use the library requests of this host: its version {found} is older than {oldest}. "
            f"Run {installation('requests')} and try again."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this host itself."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_and_client_problems(values: Mapping[str, Any], peer: Peer) -> list[tuple[str, str]]:
    """What is wrong with these settings of a connection: pairs of a setting and its problem."""
    found = []
    url, exceptions, certificate, key = (values.get(peer.option(name)) for name in _WAY)
    if url and proxy_problem(str(url)) is not None:
        found.append((peer.option("proxy_url"), f"cannot be used: {proxy_problem(str(url))}"))
    if exceptions_problem(exceptions) is not None:
        found.append((peer.option("no_proxy"), f"cannot be used: {exceptions_problem(exceptions)}"))
    if bool(certificate) != bool(key):
        there, missing = ("certificate", "key") if certificate else ("key", "certificate")
        there, missing = peer.option(f"client_{there}_path"), peer.option(f"client_{missing}_path")
        found.append((missing, f"is missing: {there} is set, and the two belong together"))
    return found


def proxy_of(values: Mapping[str, Any], peer: Peer) -> Proxy:
    """The proxy that these settings name, which have no problem."""
    url = values.get(peer.option("proxy_url"))
    return Proxy(str(url) if url else None, split_exceptions(values.get(peer.option("no_proxy"))))


def client_of(values: Mapping[str, Any], peer: Peer) -> ClientFiles | None:
    """The files of the client certificate that these settings name, which have no problem."""
    certificate, key = (values.get(peer.option(f"client_{name}_path")) for name in ("certificate", "key"))
    return (expanded(certificate), expanded(key)) if certificate and key else None


def expanded(path: Any) -> str:
    """A path as options of the type path have it."""
    return os.path.expanduser(os.path.expandvars(str(path)))


def _connection(params: Mapping[str, Any], peer: Peer) -> Connection:
    for setting, problem in proxy_and_client_problems(params, peer):
        raise InventoryError(f"Cannot call the {peer.noun}: {setting} {problem}.", setting=setting)
    url = base_url(params[peer.option("url")], peer.option("url"))
    timeout = float(params.get("timeout") or client.READ_SECONDS)
    return connect(params, peer, url=url, who=params.get(peer.option("access_token")), timeout=timeout)


def connect(values: Mapping[str, Any], peer: Peer, *, url: str, who: Who, timeout: float) -> Connection:
    """The connection to this URL on the way that the settings name, which have no problem."""
    validate_certs = values.get(peer.option("validate_certs"))
    return Connection(
        peer=peer,
        url=url,
        who=who,
        ca_path=values.get(peer.option("ca_path")),
        validate_certs=True if validate_certs is None else bool(validate_certs),
        timeout=timeout,
        proxy=proxy_of(values, peer),
        client_files=client_of(values, peer),
    )
