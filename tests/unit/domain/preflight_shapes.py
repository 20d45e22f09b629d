# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the preflight reads of an Edge and a platform in good order, changed by keyword for tables."""

from __future__ import annotations

from typing import Any

EDGE_URL = "https://lyon.example.net/"
PLATFORM_URL = "https://acme.jfrog.io/"
# Documentation's addresses count as private; these are the public ones of a root name server.
PUBLIC = ["198.41.0.4"]
ADMIN = {
    "reference": False,
    "scope": "applied-permissions/admin",
    "audience": ["*@*"],
    "expires_at": "2027-01-01T00:00:00.000Z",
}


def given(value: Any = None) -> Any:
    return {"value": value, "status": 200, "said": [], "error": None}


def refused(status: int, *said: str) -> Any:
    error = f"it answered {status}" + (f' ("{"; ".join(said)}")' if said else "")
    return {"value": None, "status": status, "said": list(said), "error": error}


def silent(reason: str | None = "connection refused") -> Any:
    return {"value": None, "status": None, "said": [], "error": reason}


def way(url: str = EDGE_URL, **changed: Any) -> Any:
    fresh = {"url": url, "proxy": None, "addresses": PUBLIC, "ended": None, "reason": None}
    return {**fresh, "verified": True, "certificate": None, **changed}


def ended(stage: str, reason: str, url: str = EDGE_URL, **changed: Any) -> Any:
    return way(url, ended=stage, reason=reason, **changed)


def token(**changed: Any) -> Any:
    return {**ADMIN, **changed}


def of_edge(**changed: Any) -> Any:
    return {
        "way": way(),
        "clock_ahead": 0.4,
        "version": given("7.104.2"),
        "license": given("Edge Trial"),
        "access": given(True),
        "token": ADMIN,
        "base_url": given(EDGE_URL),
        "calls_platform": given(),
        "called_by_platform": None,
        "jpd": {"known": True, "status": None},
        **changed,
    }


def of_platform(**changed: Any) -> Any:
    return {
        "way": way(PLATFORM_URL),
        "clock_ahead": -0.4,
        "version": given("7.117.5"),
        "license": refused(400, "This operation is not supported in this environment"),
        "access": given(True),
        "token": ADMIN,
        "mission_control": given("OK"),
        "jpds": given(1),
        "self_hosted": False,
        **changed,
    }
