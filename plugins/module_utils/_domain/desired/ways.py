# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Readers of what stands between the controller and a server: proxies, and hosts that are called directly."""

from __future__ import annotations

from typing import Any, Tuple

from ..proxy import exceptions_problem, proxy_problem, split_exceptions
from .values import Unusable


def proxy(value: Any) -> str:
    """The URL of a proxy. It may hold a password, so no problem shows it."""
    problem = proxy_problem(value) if isinstance(value, str) else "it is no text"
    if problem is not None:
        raise Unusable(f"cannot be used: {problem.rstrip('.')}")
    return str(value)


def exceptions(value: Any) -> Tuple[str, ...]:
    """Hosts as a list, or as one text with commas."""
    if not isinstance(value, (str, list, tuple)):
        raise Unusable("is no list of hosts. Write one, such as [edge.example.com, 192.0.2.0/24]")
    problem = exceptions_problem(value)
    if problem is not None:
        raise Unusable(f"cannot be used: {problem.rstrip('.')}")
    return split_exceptions(value)
