# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The proxy of the routers: what an inventory may say of it, and the settings that it makes (node-files.md 7).

Each JFrog product has a router of its own, and so settings of its own. Whatever is asked for, calls between routers
stay inside: a proxy that catches them takes the node out of service (trap 27).
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping

from ..errors import InventoryError
from ..proxy import exceptions_problem, proxy_problem, split_exceptions

SECTION = "router.proxy"
HTTP_URL = f"{SECTION}.httpUrl"
HTTPS_URL = f"{SECTION}.httpsUrl"
IGNORED_HOSTS = f"{SECTION}.ignoredHosts"
# "localhost" is always added by the router itself; the address is not (node-files.md 7).
LOOPBACK = ("localhost", "127.0.0.1")

_URLS = {"http_url": HTTP_URL, "https_url": HTTPS_URL}
_KNOWN = (*_URLS, "ignored_hosts")


def check_proxy(proxy: Any, what: str) -> Dict[str, Any]:
    """The proxy in its one form: URLs without a slash at their end, hosts as a list. Raises InventoryError.

    ``what`` names the variable that holds it. An empty mapping asks for nothing; an empty URL asks that there be none.
    """
    if not isinstance(proxy, Mapping):
        raise _refused(what, "it is no mapping such as {http_url: http://proxy.example.com:3128}")
    if not proxy:
        return {}
    unknown = sorted(str(name) for name in proxy if name not in _KNOWN)
    if unknown:
        raise _refused(what, f"it does not know {', '.join(unknown)}. Give {', '.join(_KNOWN)}")
    given = [name for name in _URLS if proxy.get(name) is not None]
    checked: Dict[str, Any] = {name: _url(proxy[name], f"{what}.{name}") for name in given}
    if not checked:
        raise _refused(what, "it has no URL. Give http_url, https_url, or both")
    hosts = proxy.get("ignored_hosts")
    if hosts is not None and not isinstance(hosts, (str, list, tuple)):
        raise _refused(what, "ignored_hosts is no list of hosts")
    problem = exceptions_problem(hosts)
    if problem is not None:
        raise _refused(what, f"ignored_hosts cannot be used: {problem}")
    return {**checked, "ignored_hosts": list(split_exceptions(hosts))}


def settings_of(proxy: Any, *, own: Iterable[str] = (), peers: Iterable[str] = ()) -> Dict[str, Any]:
    """The settings of system.yaml by their dotted path; one that is None is not to be there. Raises InventoryError.

    ``own`` are names and addresses of the node, ``peers`` those of the other nodes of its Edge and of the hosts on
    which other products run. The hosts are sorted, so that the order in which they were found changes nothing.
    """
    checked = check_proxy(proxy, "the router's proxy")
    if not checked:
        return {}
    settings: Dict[str, Any] = {path: checked[name] or None for name, path in _URLS.items() if name in checked}
    if not any(settings.values()):
        return {**settings, IGNORED_HOSTS: None}
    hosts = {_host(host) for host in (*checked["ignored_hosts"], *own, *peers)} - {"", *LOOPBACK}
    return {**settings, IGNORED_HOSTS: [*LOOPBACK, *sorted(hosts)]}


def is_configured(settings: Mapping[str, Any]) -> bool:
    """Whether the router has a proxy of its own by these settings, which then wins over its environment."""
    return bool(settings.get(HTTP_URL) or settings.get(HTTPS_URL))


def _url(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise _refused(what, "it is no text")
    if not value:
        return ""
    problem = proxy_problem(value)
    if problem is not None:
        raise _refused(what, problem)
    if "@" in value:
        raise _refused(
            what,
            "it holds a user or a password. That the router takes them is not documented, and what is set here is "
            "shown in diffs and reports. If your router is known to take them, give the whole URL to the option "
            "secrets of hybrid.jfrog.system_yaml, and leave it out here",
        )
    return value.rstrip("/")


def _host(text: str) -> str:
    return text.strip().strip("[]").rstrip(".").lower()


def _refused(what: str, why: str) -> InventoryError:
    return InventoryError(f"Cannot use {what}: {why}.", setting=what)
