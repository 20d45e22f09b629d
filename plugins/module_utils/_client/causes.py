# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Why there was no HTTP answer, in one clause.

The texts of requests repeat themselves three times and name Python classes; a person needs the reason once.
"""

from __future__ import annotations

import re

from .._domain.tls.remedy import NO_TLS, OUTDATED

_NOT_TRUSTED = re.compile(r"certificate verify failed: (?P<reason>.+?)(?: \(_ssl\.c|['\"]?\)|$)", re.IGNORECASE)
_NO_TLS = ("wrong version number", "record layer failure", "unknown protocol", "packet length too long", "http request")
_OLD_TLS = ("unsupported protocol", "unsupported_protocol", "alert protocol version", "alert_protocol_version")
_NO_CA = ("no certificate or crl found", "no_certificate_or_crl_found", "invalid path", "pem lib", "[x509]")
_NO_NAME = (
    "name resolution",
    "name or service not known",
    "nodename nor servname",
    "getaddrinfo failed",
    "failed to resolve",
    "no address associated",
)

_REFUSED_CLIENT = (
    "alert_unknown_ca",
    "alert unknown ca",
    "bad_certificate",
    "bad certificate",
    "certificate_expired",
    "certificate expired",
    "certificate_unknown",
    "certificate unknown",
)
_CA_FILE = "the CA file holds no usable certificate"
# What urllib3 says of a proxy that answered CONNECT with something else than 200.
_TUNNEL = re.compile(r"tunnel connection failed: (?P<status>\d{3})")

# Pairs of what a cause contains and what it means, in order: the first that fits wins.
_CLAUSES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("timeisover",), "the time for all calls to it is over"),
    (("clientcertificateproblem",), "our TLS client certificate cannot be loaded"),
    (_NO_CA, _CA_FILE),
    (("certificate_required", "certificate required"), "it demands a TLS client certificate"),
    (_REFUSED_CLIENT, "it refused our TLS client certificate"),
    (_OLD_TLS, OUTDATED),
    (_NO_TLS, NO_TLS),
    (_NO_NAME, "the host name cannot be resolved"),
    (("connecttimeout", "connect timeout", "timed out. (connect"), "no connection within the time limit"),
    (("connection refused", "errno 111"), "connection refused"),
    (("no route to host", "network is unreachable"), "there is no network route to it"),
    (("readtimeout", "timed out"), "no answer within the time limit"),
    (("connection reset", "errno 104", "broken pipe"), "the connection was reset before an answer came"),
    (
        ("remotedisconnected", "without response", "connection aborted", "incompleteread", "eof occurred"),
        "the connection was closed before an answer came",
    ),
    (("answertoolarge",), "its answer is larger than any that is documented"),
    (("invalid url", "no host supplied", "failed to parse", "no connection adapters"), "the URL is not valid"),
)

PROXY = "the proxy"  # how every clause about the proxy begins
_OF_PROXY: tuple[tuple[tuple[str, ...], str], ...] = (
    (_NO_NAME, "has a host name that cannot be resolved"),
    (_NO_TLS, "does not speak TLS on its port"),
    (("connection refused", "errno 111"), "refuses connections"),
    (("no route to host", "network is unreachable"), "cannot be reached: there is no network route to it"),
    (("timed out",), "does not answer within the time limit"),
)


def clause(error: BaseException) -> str:
    """What happened, without the Python around it."""
    text = _texts(error)
    if "proxyerror" in text.lower():
        return _of_proxy(text)
    refused = _NOT_TRUSTED.search(text)
    if refused:
        return "its TLS certificate is not trusted: " + refused.group("reason").strip().rstrip(".'\"")
    lowered = text.lower()
    for needles, meaning in _CLAUSES:
        if any(needle in lowered for needle in needles):
            return meaning
    return f"no answer ({type(error).__name__})"


def _of_proxy(text: str) -> str:
    """What went wrong between us and the proxy, or what the proxy said."""
    lowered = text.lower()
    answered = _TUNNEL.search(lowered)
    if answered:
        status = answered["status"]
        if status == "407":
            return f"{PROXY} demands a user and a password, or refuses those that it got (407)"
        return f"{PROXY} does not connect us to it, and answered {status}"
    refused = _NOT_TRUSTED.search(text)
    if refused:
        return f"{PROXY} has a TLS certificate that is not trusted: {refused['reason'].strip().rstrip('.')}"
    for needles, meaning in _OF_PROXY:
        if any(needle in lowered for needle in needles):
            return f"{PROXY} {meaning}"
    return f"{PROXY} does not pass the connection on"


def is_proxy_problem(reason: str) -> bool:
    """Whether the proxy is at fault, and not the other end."""
    return reason.startswith(PROXY)


def wants_proxy_credentials(reason: str) -> bool:
    """Whether the proxy would work with another user and password."""
    return is_proxy_problem(reason) and reason.endswith("(407)")


def is_client_certificate_problem(reason: str) -> bool:
    """Whether another client certificate would help."""
    return "TLS client certificate" in reason


def is_trust_problem(reason: str) -> bool:
    """Whether the server showed a certificate that we do not take."""
    return reason.startswith("its TLS certificate is not trusted")


def is_tls_problem(reason: str) -> bool:
    """Whether TLS did not come about between us and the server."""
    return is_trust_problem(reason) or is_client_certificate_problem(reason) or reason in (NO_TLS, OUTDATED)


def is_ca_file_problem(reason: str) -> bool:
    """Whether our own CA file is at fault."""
    return reason == _CA_FILE


def _texts(error: BaseException) -> str:
    """The texts and class names of the error and of what it was made of."""
    parts: list[str] = []
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo and len(seen) < 20:
        item = todo.pop()
        if id(item) in seen or not isinstance(item, BaseException):
            continue
        seen.add(id(item))
        parts.append(f"{type(item).__name__}: {item}")
        todo += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return "\n".join(parts)
