# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the action tls_ca_certificate does on the controller: the certificates are read, checked and dated here."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable, Mapping

from ...module_utils._domain.certificate import calendar
from ...module_utils._domain.certificate.load import Certificate, load_ca
from ...module_utils._domain.errors import CertificateError
from ...module_utils._domain.file_name import check_name
from .._files.key_source import beside_inventory
from .._files.pem_source import read_pem
from .exchange import Ask, Exchange, is_failure

FACT = "tls_ca_certificate"


def supply_tls_cas(
    params: Mapping[str, Any],
    *,
    warn: Callable[[str], None],
    loader: Any = None,
    variables: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Exchange:
    """Supply CA certificates through the module on the node. Raises CertificateError before any connection is made."""
    now = now or datetime.now(timezone.utc)
    loaded = load_cas(params["certificates"], loader, variables or {}, now)
    items = [{"name": name, "content": certificate.pem} for name, certificate in loaded.items()]
    result = yield Ask(FACT, {**params, "certificates": items})
    if is_failure(result):
        return result
    certificates = [_with_facts(item, loaded[item["name"]], params, now) for item in result["certificates"]]
    for item in certificates:
        if item["state"] != calendar.OK:
            warn(
                f"The TLS CA certificate '{item['name']}' ends on {item['not_after']}, in {item['days_left']} days. "
                "Add its successor under another name, and have the servers take a certificate of that, before then."
            )
    return {**result, "certificates": certificates}


def load_cas(items: Any, loader: Any, variables: Mapping[str, Any], now: datetime | None) -> dict[str, Certificate]:
    """CA certificates by their names, from texts and from files on the controller. Raises CertificateError.

    ``now`` is None where they are only asked what they issued: there, one that has ended is no mistake.
    """
    loaded: dict[str, Certificate] = {}
    for item in items:
        name, what = check_name(item["name"], "a TLS CA certificate"), f"'{item['name']}'"
        if name in loaded:
            raise CertificateError(
                f"Cannot use {what} as a TLS CA certificate: two have this name. Rename one of them."
            )
        if (item["content"] is None) == (item["path"] is None):
            raise CertificateError(
                f"Cannot use {what} as a TLS CA certificate: exactly one of content and path says what it is. "
                "Give one of them."
            )
        text = item["content"]
        if text is None:
            text, _warnings = read_pem(beside_inventory(item["path"], variables), what=what, loader=loader)
        loaded[name] = _load(text, now, what)
    return loaded


def _load(text: str, now: datetime | None, what: str) -> Certificate:
    """One of the list, which is refused as a whole with it."""
    try:
        return load_ca(text, now=now, what=what)
    except CertificateError as exc:
        raise CertificateError(f"{exc.msg} Or take {what} out of the list.", **exc.details) from None


def _with_facts(
    item: Mapping[str, Any], certificate: Certificate, params: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    dated = calendar.Dated(item["file"], FACT, certificate)
    [row] = calendar.entries([dated], now=now, limit_days=params["days_left"])
    return {**item, **certificate.facts(), "days_left": row["days_left"], "state": row["state"]}
