# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Pairing tokens: what one says about itself, whether it can work, and when a new one is due.

A pairing token lives 300 seconds and works once (control-plane-api.md 2.2). Nothing here keeps or shows one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping, Optional

from .access.claims import claims_of, time_of
from .errors import PairingError
from .foreign_json import parsed
from .moment import stamp
from .url import host, is_bridge, same

NEVER = "never"
WHEN_BROKEN = "when_broken"
ALWAYS = "always"
REPAIR = (NEVER, WHEN_BROKEN, ALWAYS)

# The status of a JPD whose master token no longer works (control-plane-api.md 1.2, Traps 13).
UNAUTHORIZED = "UNAUTHORIZED"


@dataclass(frozen=True)
class PairingClaims:
    """What a pairing token says; ``extended`` is False when it has no ``ext`` claim."""

    extended: bool
    base_url: Optional[str]
    issued_at: Optional[datetime]
    expires_at: Optional[datetime]


def claims(token: str) -> PairingClaims:
    """Read a token's claims without verifying it, which is the platform's part. Raises PairingError."""
    payload = _payload(token)
    extension = _extension(payload.get("ext"))
    base = extension.get("base_url") if extension is not None else None
    return PairingClaims(
        extended=extension is not None,
        base_url=base if isinstance(base, str) else None,
        issued_at=time_of(payload.get("iat")),
        expires_at=time_of(payload.get("exp")),
    )


def check(found: PairingClaims, *, edge_url: str, now: datetime) -> None:
    """Raise PairingError when the platform would refuse the token (control-plane-api.md 1.5, 2.2)."""
    if not found.extended or not found.base_url:
        raise PairingError(
            f"Cannot pair {edge_url}: the token has no base URL in an 'ext' claim, so it is an access token and no "
            "pairing token. Ask the Edge for one with POST /access/api/v1/service_trust/pairing/mission-control."
        )
    # Behind a bridge the platform knows the Edge under the bridge's address, and the token under the Edge's own.
    if not is_bridge(edge_url) and host(found.base_url) != host(edge_url):
        raise PairingError(
            f"Cannot pair {edge_url}: the Edge calls itself {found.base_url} in its pairing token, where the platform "
            f"would look for it. Set the Edge's custom base URL to {edge_url}, or correct edge_url.",
            base_url=found.base_url,
            edge_url=edge_url,
        )
    if found.expires_at is not None and found.expires_at <= now:
        late = int((now - found.expires_at).total_seconds())
        raise PairingError(
            f"Cannot pair {edge_url}: the pairing token expired {late} seconds before use. "
            "Check that the clocks of the Edge and of this host agree.",
            expired_at=stamp(found.expires_at),
            used_at=stamp(now),
        )


def should_pair(status_code: str | None, repair: str) -> bool:
    """Whether a deployment needs a new pairing; the status None is of one that is not registered yet.

    Whether a pairing still holds can be seen from the status only, so the policy decides about the rest: "always"
    pairs on every run, "never" leaves even a broken pairing to a person.
    """
    if status_code is None:
        return True
    return repair == ALWAYS or (repair == WHEN_BROKEN and status_code == UNAUTHORIZED)


def follows_url(current_url: str, wanted_url: str, repair: str) -> bool:
    """Whether a deployment that gets another URL is paired again with it, which only a pairing token can do.

    "Changing the Edge's base URL needs a new pairing" (control-plane-api.md 2.4): the old one names the old URL.
    """
    return repair != NEVER and not same(current_url, wanted_url)


def _payload(token: str) -> Mapping[str, Any]:
    payload = claims_of(token)
    if payload:
        return payload
    raise PairingError(
        "Cannot read the pairing token: it is no JSON web token. "
        "Check that edge_url leads to the Edge itself and not to a login page."
    )


def _extension(value: Any) -> Mapping[str, Any] | None:
    """The ``ext`` claim: a text that holds JSON (control-plane-api.md, Traps 20)."""
    if isinstance(value, str):
        try:
            value = parsed(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None
