# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The health of a deployment as an observation: no answer is an answer, too."""

from __future__ import annotations

from .._domain.errors import ApiError, TransportError
from .._domain.health import from_page, unreachable
from .._domain.observed import Health
from .._domain.url import normal
from .router import Router
from .session import JFrogSession


def read_health(session: JFrogSession) -> Health:
    """What the router behind the session says; UNREACHABLE with the reason when it says nothing usable."""
    try:
        return answered_health(session)
    except TransportError as exc:
        return no_health(session, exc)


def answered_health(session: JFrogSession) -> Health:
    """The same, but raises TransportError when there is no answer of any kind."""
    url = normal(session.url)
    try:
        return from_page(url, Router(session).health())
    except ApiError as exc:
        return unreachable(url, f"HTTP status {exc.details['http_status']} without a health page")


def no_health(session: JFrogSession, exc: TransportError) -> Health:
    """The health of what gave no answer."""
    return unreachable(normal(session.url), str(exc.details["reason"]))
