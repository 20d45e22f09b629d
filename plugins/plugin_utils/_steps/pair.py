# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the actions for pairs of Access's own do on the controller: read and check the pair, and ask the Edge what is in
use, before the module works on the node."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Mapping, Optional

from ...module_utils._adapter.node_options import PAIR_CONTROLLER_OPTIONS
from ...module_utils._adapter.sessions import edge_connection
from ...module_utils._client.access import Access
from ...module_utils._domain.certificate.load import Certificate, from_der
from ...module_utils._domain.certificate.pair import AUTHORITY, SIGNING, Pair, Purpose, load_pair
from ...module_utils._domain.errors import ApiError, CertificateError
from .._files.key_source import beside_inventory
from .._files.pem_source import read_pem

Execute = Callable[[Mapping[str, Any]], "dict[str, Any]"]

SIGNING_PAIR = "the token signing certificate"
CA_PAIR = "the CA certificate of Access"


@dataclass(frozen=True)
class Controller:
    """What an action has of the run: how to warn, to decrypt, and to find files; and the time."""

    warn: Callable[[str], None]
    loader: Any = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)


def supply_signing_pair(params: Mapping[str, Any], execute: Execute, run: Controller) -> dict[str, Any]:
    """Supply a token signing pair through the module on the node. Raises CertificateError before anything is asked."""
    pair = _pair(params, SIGNING_PAIR, SIGNING, run)
    served = _served(params, lambda access: access.root_certificate(formatted=False), SIGNING_PAIR, run)
    return _with_facts(execute(_arguments(params, pair, served)), [pair.certificate], served)


def supply_access_ca(params: Mapping[str, Any], execute: Execute, run: Controller) -> dict[str, Any]:
    """Supply a CA, or have it renewed, through the module on the node. Raises CertificateError for an unusable pair."""
    if params["state"] == "renewed":
        return _renew(params, execute, run)
    pair = _pair(params, CA_PAIR, AUTHORITY, run)
    served = _served(params, Access.ca_certificate, CA_PAIR, run)
    return _with_facts(execute(_arguments(params, pair, served)), [pair.certificate], served)


def _renew(params: Mapping[str, Any], execute: Execute, run: Controller) -> dict[str, Any]:
    given = [name for name in _PAIR_OPTIONS if params[name]]
    if given:
        raise CertificateError(f"Cannot renew the CA of Access: {given[0]} is for another CA. Leave it out.")
    served = _served(params, Access.ca_certificate, CA_PAIR, run)
    current = served
    if current is None:
        # The node's copy, which only the module can read: it changes nothing while it is not told that it has to.
        found = execute({**_arguments(params, None, None), "needed": False})
        current = _copy(found)
        if found.get("failed") or found.get("unreachable") or found["changed"] or current is None:
            return _with_facts(found, [], None)
    left = current.not_after - run.now()
    needed = bool(params["force"]) or left <= timedelta(days=params["renew_when_days_left"])
    return _with_facts(execute({**_arguments(params, None, served), "needed": needed}), [], served)


_PAIR_OPTIONS = ("certificate", "certificate_path", "private_key", "private_key_path")


def _pair(params: Mapping[str, Any], what: str, purpose: Purpose, run: Controller) -> Pair:
    certificate = _text(params, "certificate", what, run)
    private_key = _text(params, "private_key", what, run)
    pair = load_pair(certificate, private_key, now=run.now(), what=what, purpose=purpose)
    for warning in pair.warnings:
        run.warn(warning)
    return pair


def _text(params: Mapping[str, Any], option: str, what: str, run: Controller) -> str:
    path = params[f"{option}_path"]
    if (params[option] is None) == (path is None):
        raise CertificateError(f"Cannot supply {what}: give exactly one of {option} and {option}_path.")
    if path is None:
        return str(params[option])
    private = option == "private_key"
    text, warnings = read_pem(
        beside_inventory(path, run.variables),
        what=f"the private key of {what}" if private else what,
        private=private,
        loader=run.loader,
    )
    for warning in warnings:
        run.warn(warning)
    return text


def _served(
    params: Mapping[str, Any], read: Callable[[Access], str], what: str, run: Controller
) -> Optional[Certificate]:
    """The certificate that the Edge shows; None where it cannot be asked. Raises TransportError and ApiError.

    A refused token is no error: with a new signing pair all tokens may have ended, this one as well.
    """
    if not (params["edge_url"] and params["edge_access_token"]):
        return None
    connection = edge_connection(params)
    for warning in connection.warnings():
        run.warn(warning)
    try:
        with connection.session(read_only=True) as session:
            text = read(Access(session))
    except ApiError as exc:
        if exc.details.get("http_status") not in (401, 403):
            raise
        run.warn(f"{exc.msg} Until then the copy on the node counts, which is weaker evidence of {what}.")
        return None
    return from_der(re.sub(r"-----[A-Z ]+-----|\s", "", text))


def _arguments(params: Mapping[str, Any], pair: Optional[Pair], served: Optional[Certificate]) -> dict[str, Any]:
    """What travels to the node: no way to the Edge's REST side, and no path of the controller."""
    arguments = {name: value for name, value in params.items() if name not in PAIR_CONTROLLER_OPTIONS}
    arguments["served"] = served.pem if served else None
    if pair is not None:
        arguments.update(certificate=pair.certificate.pem, private_key=pair.private_key)
    return arguments


def _with_facts(result: dict[str, Any], known: list[Certificate], served: Optional[Certificate]) -> dict[str, Any]:
    """The result with what its certificate says, where one of the known ones is it."""
    seen = result.get("certificate")
    if not seen or not seen.get("sha256"):
        return result
    among = {each.sha256: each for each in (*known, served, _copy(result)) if each is not None}
    found = among.get(seen["sha256"])
    return {**result, "certificate": {**found.facts(), "pem": found.pem}} if found else result


def _copy(result: Mapping[str, Any]) -> Optional[Certificate]:
    copy = result.get("copy")
    return from_der(copy["der"]) if copy and copy["der"] else None
