# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls from one simulated server to another: real ones, over TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import requests

if TYPE_CHECKING:
    from simulator.simulator import Simulator
    from simulator.sites import Site

# Only the call log looks at it, to tell the servers' calls from those of clients.
CALLER_HEADER = "x-simulator-caller"
TIMEOUT = (5, 15)


class Unreachable(Exception):
    """There was no answer: name, port, TLS or time. The text is short enough to be quoted."""


def dial(
    simulator: Simulator,
    caller: Site,
    method: str,
    url: str,
    *,
    token: Optional[str] = None,
    basic: Optional[tuple[str, str]] = None,
    content: Any = None,
    text: Optional[str] = None,
    authorization: Optional[str] = None,
) -> requests.Response:
    """One call in the name of a site, with a body of JSON or plain text. Raises Unreachable when nobody answers."""
    way = simulator.bridges.way(url, caller)
    if way is None:
        raise Unreachable("Connection refused")
    headers = {
        CALLER_HEADER: simulator.server_mark(caller.name),
        "User-Agent": f"JFrog/{caller.version}",
        "Connection": "close",
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if authorization is not None:
        headers["Authorization"] = authorization
    if text is not None:
        headers["Content-Type"] = "text/plain"
    try:
        with requests.Session() as session:
            # Neither proxies nor a netrc file of the machine have to do with calls on loopback.
            session.trust_env = False
            return session.request(
                method,
                way,
                headers=headers,
                auth=basic,
                json=content,
                data=None if text is None else text.encode(),
                timeout=TIMEOUT,
                verify=str(simulator.trust_bundle(caller)),
                allow_redirects=False,
            )
    except requests.RequestException as error:
        raise Unreachable(_reason(error)) from error


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "the TLS certificate is not trusted"
    if isinstance(error, requests.Timeout):
        return "timed out"
    if "Errno 111" in str(error):
        return "Connection refused"
    if "NameResolution" in str(error):
        return "Unknown host"
    return "Connection reset"
