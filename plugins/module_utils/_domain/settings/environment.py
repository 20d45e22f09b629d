# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the environment of a node's service says in the place of its system.yaml, as findings (traps 26 and 27)."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Sequence

from ..observed import Environment
from ..proxy import DIRECT, Proxy
from .router_proxy import LOOPBACK, is_configured
from .system_yaml import environment_name

Finding = Dict[str, str]  # what, reason, remedy


def judge_environment(
    seen: Environment,
    wanted_settings: Mapping[str, Any],
    *,
    in_file: Mapping[str, Any] | None = None,
    own: Iterable[str] = (),
    peers: Iterable[str] = (),
) -> List[Finding]:
    """What a person has to correct in the service's environment. Variables are named, their values are not known.

    ``in_file`` are the other settings of the file, ``own`` and ``peers`` the hosts that the router calls.
    """
    findings = [
        _hidden(environment_name(path), path)
        for path in sorted(wanted_settings)
        if environment_name(path) in seen["overrides"]
    ]
    configured = is_configured({**(in_file or {}), **wanted_settings})
    # With a proxy of its own the router does not look at the environment; the other services of the node do.
    called = LOOPBACK if configured else _distinct([*LOOPBACK, *own, *peers])
    caught = [host for host in called if not _is_spared(host, seen["no_proxy"])]
    if seen["proxies"] and caught:
        findings.append(_caught(seen["proxies"], caught))
    return findings


def _hidden(variable: str, path: str) -> Finding:
    return {
        "what": path,
        "reason": f"the environment variable {variable} of the service wins over system.yaml, so that '{path}' has no "
        "effect there",
        "remedy": f"Remove {variable} from the service's unit, container or start script and restart it, or set "
        "it there and leave the setting out of the inventory",
    }


def _caught(proxies: Sequence[str], hosts: Sequence[str]) -> Finding:
    return {
        "what": ", ".join(proxies),
        "reason": "the service's environment sends calls between JFrog services to a proxy, which cannot answer them: "
        f"NO_PROXY has not {', '.join(hosts)}",
        "remedy": f"Add {','.join(hosts)} to NO_PROXY of the service's unit or container and restart it, or give the "
        "router its own proxy with edge_router_proxy",
    }


def _is_spared(host: str, no_proxy: Sequence[str]) -> bool:
    url = f"http://[{host}]/" if ":" in host else f"http://{host}/"
    return Proxy("http://proxy.invalid:3128", tuple(no_proxy)).way_to(url) == DIRECT


def _distinct(hosts: Iterable[str]) -> List[str]:
    return list(dict.fromkeys(host for host in hosts if host))
