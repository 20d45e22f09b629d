# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The way to a server: name, proxy, port, TLS, and whether what answers is JFrog."""

from __future__ import annotations

from typing import List

from ..tls.remedy import is_of_the_server, tls_remedy
from ..url import host
from .shapes import ANSWER, DNS, FAILED, PASSED, PORT, PROXY, TLS, UNKNOWN, WARNING, WAY, Check, WaySeen, check


def check_way(way: WaySeen, *, prefix: str, noun: str) -> List[Check]:
    """One finding for each stage; what lies behind the stage where the call ended is not known.

    ``prefix`` is that of the options that describe the connection.
    """
    ended = WAY.index(way["ended"]) if way["ended"] is not None else len(WAY)
    found = []
    for position, stage in enumerate(WAY):
        if position < ended:
            found.append(_passed(stage, way, prefix, noun))
        elif position == ended:
            found.append(check(stage, FAILED, _cause(stage, way), _remedy(stage, way, prefix)))
        else:
            found.append(check(stage, UNKNOWN, f"not reached, because of {WAY[ended]}", f"Settle {WAY[ended]} first"))
    return found


def _passed(stage: str, way: WaySeen, prefix: str, noun: str) -> Check:
    if stage == TLS and way["url"].startswith("http://"):
        remedy = f"Use https in {prefix}url"
        return check(
            TLS, WARNING, f"the {noun} is called without TLS, so the access token can be read on the way", remedy
        )
    if stage == TLS and not way["verified"]:
        return check(
            TLS,
            WARNING,
            f"the certificate is not verified, because {prefix}validate_certs is false",
            f"Name the file of its CA in {prefix}ca_path",
        )
    name, proxy = host(way["url"]), way["proxy"]
    told = {
        DNS: f"the proxy resolves {name}" if proxy else f"{name} is {', '.join(way['addresses']) or 'an address'}",
        PROXY: f"the proxy {proxy} connects us" if proxy else "none is used",
        PORT: "it accepts connections",
        TLS: "the certificate is trusted",
        ANSWER: f"the {noun} answers",
    }
    return check(stage, PASSED, told[stage])


def _cause(stage: str, way: WaySeen) -> str:
    reason = way["reason"] or "there is no answer"
    certificate = way["certificate"]
    if stage == TLS and certificate is not None:
        return (
            f"{reason}. It is the certificate of {certificate['subject']}, issued by {certificate['issuer']}, "
            f"valid from {certificate['not_before']} to {certificate['not_after']}"
        )
    return f"{host(way['url'])}: {reason}" if stage in (DNS, PORT) else reason


def _remedy(stage: str, way: WaySeen, prefix: str) -> str:
    if stage == TLS:
        return _tls_remedy(way, prefix)
    return {
        DNS: f"Correct {prefix}url, let this host resolve the name, or set {prefix}proxy_url if a proxy does it",
        PROXY: (
            f"Correct {prefix}proxy_url, with its user and password where it demands them, let the proxy allow the "
            f"connection, or name the host in {prefix}no_proxy"
        ),
        PORT: f"Start the server, correct the port in {prefix}url, or open the firewall between the two hosts",
        ANSWER: f"See whether the service is starting, and whether {prefix}url leads to JFrog's router",
    }[stage]


def _tls_remedy(way: WaySeen, prefix: str) -> str:
    reason, certificate = way["reason"] or "", way["certificate"]
    if certificate is None and not is_of_the_server(reason):
        return f"Check the files that {prefix}ca_path and {prefix}client_certificate_path name"
    issuer = certificate["issuer"] if certificate is not None else ""
    return tls_remedy(reason, prefix=prefix, server=host(way["url"]) or "it", issuer=issuer)
