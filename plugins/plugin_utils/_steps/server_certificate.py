# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the action server_certificate does on the controller: the pair is read, and checked for its purpose, here."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable, Mapping

from ...module_utils._adapter.node_options import SERVER_CERTIFICATE_CONTROLLER_OPTIONS
from ...module_utils._domain.certificate import calendar, pair
from ...module_utils._domain.certificate.load import Certificate, issuer_among, load_ca
from ...module_utils._domain.errors import CertificateError
from .._files.key_source import beside_inventory
from .._files.pem_source import read_pem
from .exchange import Ask, Exchange, is_failure
from .tls_ca import load_cas

FACT = "server_certificate"
Warn = Callable[[str], None]


def supply_server_certificate(
    params: Mapping[str, Any],
    *,
    warn: Warn,
    loader: Any = None,
    variables: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    check_mode: bool = False,
) -> Exchange:
    """Supply a pair through the module on the node. Raises CertificateError before any connection is made."""
    now, variables = now or datetime.now(timezone.utc), variables or {}
    host = variables.get("inventory_hostname")
    of_host = f" of {host}" if host else ""
    what = f"the certificate{of_host}"

    def text(option: str, named: str, *, private: bool = False) -> str | None:
        return _text(params, option, named, private=private, warn=warn, loader=loader, variables=variables)

    certificate, private_key = text("certificate", what), text("private_key", f"the private key{of_host}", private=True)
    if certificate is None or private_key is None:
        missing = "certificate" if certificate is None else "private_key"
        raise CertificateError(
            f"Cannot supply {what}: neither {missing} nor {missing}_path is given. Give one of them."
        )
    issuer = _issuer(text("ca", f"the CA certificate{of_host}"), f"the CA certificate{of_host}", now)
    loaded = pair.load_pair(
        certificate,
        private_key,
        now=now,
        what=what,
        purpose=pair.SERVER,
        address=params["address"],
        issuer=issuer,
    )
    for warning in loaded.warnings:
        warn(warning)
    if issuer is None and params["cas"]:
        among = _issuer_among(loaded.certificate, load_cas(params["cas"], loader, variables, None), what, warn)
        # What tls_ca_certificate gives to the node, it has only predicted in check mode: it is not looked for there.
        issuer = None if check_mode else among
    arguments = {name: value for name, value in params.items() if name not in SERVER_CERTIFICATE_CONTROLLER_OPTIONS}
    result = yield Ask(
        FACT,
        {
            **arguments,
            "certificate": loaded.certificate.pem,
            "private_key": loaded.private_key,
            "names": list(loaded.names),
            "issuer_sha256": issuer.sha256 if issuer else None,
        },
    )
    if is_failure(result):
        return result
    return {**result, "certificate": _facts(loaded.certificate, params["days_left"], now, warn)}


def _text(
    params: Mapping[str, Any],
    option: str,
    what: str,
    *,
    private: bool,
    warn: Warn,
    loader: Any,
    variables: Mapping[str, Any],
) -> str | None:
    """What the option, or the file that its sibling names, holds; None when neither is given."""
    text: str | None = params[option]
    path: str | None = params[f"{option}_path"]
    if text is not None and path is not None:
        raise CertificateError(f"Cannot supply {what}: both {option} and {option}_path are given. Leave one out.")
    if path is None:
        return text
    text, warnings = read_pem(beside_inventory(path, variables), what=what, private=private, loader=loader)
    for warning in warnings:
        warn(warning)
    return text


def _issuer(text: str | None, what: str, now: datetime) -> Certificate | None:
    return None if text is None else load_ca(text, now=now, what=what)


def _issuer_among(
    certificate: Certificate, cas: Mapping[str, Certificate], what: str, warn: Warn
) -> Certificate | None:
    issuer = issuer_among(certificate, cas.values())
    if issuer is None:
        warn(
            f"None of the CAs {', '.join(cas)} issued {what}, but {certificate.issuer} did. Make sure that the node's "
            "services go by that one, or they refuse the router."
        )
    return issuer


def _facts(certificate: Certificate, limit_days: int, now: datetime, warn: Warn) -> dict[str, Any]:
    [row] = calendar.entries([calendar.Dated("", FACT, certificate)], now=now, limit_days=limit_days)
    if row["state"] != calendar.OK:
        warn(
            f"The server certificate of the router ends on {row['not_after']}, in {row['days_left']} days. "
            "Give its successor before then."
        )
    return {**certificate.facts(), "days_left": row["days_left"], "state": row["state"]}
