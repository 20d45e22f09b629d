# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Why there was no HTTP answer, in one clause.

The texts of requests repeat themselves three times and name Python classes; a person needs the reason once.
"""

from __future__ import annotations

import re

_NOT_TRUSTED = re.compile(r"certificate verify failed: (?P<reason>.+?)(?: \(_ssl\.c|['\"]?\)|$)", re.IGNORECASE)
_NO_TLS = ("wrong version number", "record layer failure", "unknown protocol", "packet length too long", "http request")
_NO_CA = ("no certificate or crl found", "no_certificate_or_crl_found", "invalid path", "pem lib", "[x509]")
_NO_NAME = (
    "name resolution",
    "name or service not known",
    "nodename nor servname",
    "getaddrinfo failed",
    "failed to resolve",
    "no address associated",
)

# Pairs of what a cause contains and what it means, in order: the first that fits wins.
_CLAUSES: tuple[tuple[tuple[str, ...], str], ...] = (
    (_NO_CA, "the CA file holds no usable certificate"),
    (("tlsv1_alert_unknown_ca", "certificate required", "bad certificate"), "it refused our TLS client certificate"),
    (_NO_TLS, "it does not speak TLS on this port"),
    (_NO_NAME, "the host name cannot be resolved"),
    (("proxyerror",), "the proxy does not pass the connection on"),
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


def clause(error: BaseException) -> str:
    """What happened, without the Python around it."""
    text = _texts(error)
    refused = _NOT_TRUSTED.search(text)
    if refused:
        return "its TLS certificate is not trusted: " + refused.group("reason").strip().rstrip(".'\"")
    lowered = text.lower()
    for needles, meaning in _CLAUSES:
        if any(needle in lowered for needle in needles):
            return meaning
    return f"no answer ({type(error).__name__})"


def is_trust_problem(reason: str) -> bool:
    """Whether a CA file would help."""
    return reason.startswith("its TLS certificate is not trusted")


def is_ca_file_problem(reason: str) -> bool:
    """Whether our own CA file is at fault."""
    return reason == _CLAUSES[0][1]


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
