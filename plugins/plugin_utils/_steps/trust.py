# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the action trusted_certificate does on the controller around the module on the node: check, then prove."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Mapping

from ...module_utils._adapter.node_options import TRUST_CONTROLLER_OPTIONS
from ...module_utils._adapter.sessions import Connection, connection_of
from ...module_utils._client.access import Access
from ...module_utils._domain.certificate.load import Certificate, load_trusted
from ...module_utils._domain.errors import ApiError, TransportError, TrustError
from ...module_utils._domain.url import base_url
from ...module_utils._node.trusted_certificate import check_name

Execute = Callable[[Mapping[str, Any]], "dict[str, Any]"]
PAUSE = 1.0
ACCEPTANCE = "acceptance"


def supply_certificate(
    params: Mapping[str, Any],
    execute: Execute,
    *,
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Supply a certificate through the module on the node and wait for the proof, or take it away again.

    Raises CertificateError before anything is written, TrustError when the proof does not come.
    """
    name = check_name(params["name"])
    certificate = None
    if params["state"] == "present":
        certificate = load_trusted(params["content"], now=datetime.now(timezone.utc), what=f"'{name}'")
    question = _question(params, warn) if params["proof"] == ACCEPTANCE else None
    probe = question.ask() if question else params["probe"]
    arguments = {key: value for key, value in params.items() if key not in TRUST_CONTROLLER_OPTIONS}
    if certificate is not None:
        arguments["content"] = certificate.pem
    result = execute({**arguments, "probe": probe})
    if certificate is None or result.get("failed") or result.get("unreachable"):
        return result
    if question and probe is not True and params["wait"] and not check_mode and _is_on_its_way(result):
        question.wait(name, params["wait_timeout"], clock, sleep)
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


@dataclass(frozen=True)
class Question:
    """Whether the issuer's tokens are accepted by the truster, as the issuer itself finds out."""

    issuer: Connection
    truster: str

    def ask(self) -> bool:
        # The question changes nothing, so the session need not be able to.
        with self.issuer.session(read_only=True) as session:
            # The service that is asked about is the truster's Access (control-plane-api.md 4).
            return Access(session).validate_server(self.truster.rstrip("/") + "/access")

    def wait(self, name: str, limit: int, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        """Ask until the answer is yes. Raises TrustError when it is not in time."""
        begun, last = clock(), ""
        while True:
            try:
                if self.ask():
                    return
            except (ApiError, TransportError) as exc:
                # It was asked with success before; a server that stumbles now is asked again.
                last = f" The last answer: {exc.msg}"
            left = limit - (clock() - begun)
            if left <= 0:
                raise TrustError(
                    f"Cannot prove that {self.truster} trusts '{name}': the certificate was supplied, and after "
                    f"{limit} seconds the tokens of {self.issuer.url} are still not accepted there. If the file "
                    f"access/keys/trusted/{name}.crt is still on the node, the node does not run or cannot read it; "
                    f"if it is gone, look into access-service.log and compare the clocks.{last}"
                )
            sleep(min(PAUSE, left))


def _question(params: Mapping[str, Any], warn: Callable[[str], None]) -> Question | None:
    """The question to the issuer; None where the options do not allow to ask."""
    side = params["issuer"]
    truster = params["truster_url"] or params["edge_url" if side == "platform" else "platform_url"]
    if not (truster and params[f"{side}_url"] and params[f"{side}_access_token"]):
        return None
    connection = connection_of(side, params)
    for warning in connection.warnings():
        warn(warning)
    return Question(connection, base_url(truster, "truster_url"))
