# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the action trusted_certificate does on the controller around the module on the node: check, then prove."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any, Callable, Mapping

from .._client.access import Access
from .._domain.certificate.load import Certificate, load_trusted
from .._domain.errors import ApiError, TransportError, TrustError
from .._domain.url import base_url
from .._node.trusted_certificate import check_name
from .node_options import TRUST_CONTROLLER_OPTIONS
from .sessions import platform_connection

Execute = Callable[[Mapping[str, Any]], "dict[str, Any]"]
PAUSE = 1.0


def supply_certificate(
    params: Mapping[str, Any],
    execute: Execute,
    *,
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Supply a certificate through the module on the node and wait for the proof. Raises CertificateError before
    anything is written, TrustError when the proof does not come."""
    name = check_name(params["name"])
    certificate = load_trusted(params["content"], now=datetime.now(timezone.utc), what=f"'{name}'")
    ask = _prober(params, warn)
    probe = ask() if ask else None
    arguments = {key: value for key, value in params.items() if key not in TRUST_CONTROLLER_OPTIONS}
    arguments["content"] = certificate.pem
    result = execute({**arguments, "probe": probe})
    if result.get("failed") or result.get("unreachable"):
        return result
    if ask and probe is not True and params["wait"] and not check_mode and _is_on_its_way(result):
        _wait(name, params, ask, clock, sleep)
        probe = True
    if probe and result["changed"] and not check_mode:
        confirmed = execute({**arguments, "probe": True, "confirm": True})
        if confirmed.get("failed") or confirmed.get("unreachable"):
            return confirmed
    return _with_facts(result, certificate, probe)


def _is_on_its_way(result: Mapping[str, Any]) -> bool:
    """Supplied by this run, or by an earlier one and not imported yet."""
    return bool(result["changed"]) or result["evidence"]["pending"] == result["certificate"]["sha256"]


def _with_facts(result: dict[str, Any], certificate: Certificate, probe: bool | None) -> dict[str, Any]:
    return {
        **result,
        "certificate": {**result["certificate"], **certificate.facts()},
        "evidence": {**result["evidence"], "probe": probe},
    }


def _prober(params: Mapping[str, Any], warn: Callable[[str], None]) -> Callable[[], bool] | None:
    """A function that asks the peer whether the Edge accepts it; None where the options do not allow to ask."""
    if not (params["platform_url"] and params["platform_access_token"] and params["edge_url"]):
        return None
    connection = platform_connection(params)
    for warning in connection.warnings():
        warn(warning)
    # The service that is asked about is the Edge's Access (control-plane-api.md 4).
    target = base_url(params["edge_url"], "edge_url").rstrip("/") + "/access"

    def ask() -> bool:
        # The question changes nothing, so the session need not be able to.
        with connection.session(read_only=True) as session:
            return Access(session).validate_server(target)

    return ask


def _wait(
    name: str,
    params: Mapping[str, Any],
    ask: Callable[[], bool],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    limit, begun, last = params["wait_timeout"], clock(), ""
    while True:
        try:
            if ask():
                return
        except (ApiError, TransportError) as exc:
            # It was asked with success before; a server that stumbles now is asked again.
            last = f" The last answer: {exc.msg}"
        left = limit - (clock() - begun)
        if left <= 0:
            raise TrustError(
                f"Cannot prove that {params['edge_url']} trusts '{name}': the certificate was supplied, and after "
                f"{limit} seconds the Edge still does not accept {params['platform_url']}. If the file "
                f"access/keys/trusted/{name}.crt is still on the node, the node does not run or cannot read it; if it "
                f"is gone, look into access-service.log and compare the clocks.{last}"
            )
        sleep(min(PAUSE, left))
