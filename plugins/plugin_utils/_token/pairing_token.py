# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A pairing token in a file, for a person who has to paste it into the platform's page.

Everywhere else a pairing token is minted and consumed in one process and never written, so this needs to be asked for
in so many words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Mapping, Optional

from ...module_utils._adapter.module import diff_of
from ...module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS, Family
from ...module_utils._adapter.sessions import Connection, edge_connection
from ...module_utils._adapter.waiting import Clock
from ...module_utils._client.access import Access
from ...module_utils._domain.change import DELETE, NONE, UPDATE, Change
from ...module_utils._domain.errors import ConflictError, InventoryError, PairingError
from ...module_utils._domain.moment import stamp
from ...module_utils._domain.pairing import PairingClaims, check, claims
from .access_token import store_of
from .store import TokenStore

# What a person needs to find the page and paste.
LEAST_SECONDS = 60

PAIRING_TOKEN_OPTIONS: Family = {
    **PLATFORM_OPTIONS,
    **EDGE_OPTIONS,
    "edge_url": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "url": {"type": "str"},
    "token_file": {"type": "str", "required": True, "no_log": False},
    "acknowledge_token_in_file": {"type": "bool", "default": False, "no_log": False},
}

ABSENT, USABLE, ENDED = "absent", "usable", "ended"


def ensure_pairing_token(
    params: Mapping[str, Any],
    *,
    loader: Any,
    variables: Mapping[str, Any],
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Clock,
) -> dict[str, Any]:
    """Have a usable pairing token in the file, or none. Raises EdgeError."""
    store = store_of({**params, "vault": False}, loader=loader, variables=variables, what="pairing token")
    if store is None:
        raise InventoryError("Cannot keep a pairing token: token_file is empty. Name a file on the controller.")
    if params["state"] == "present":
        _check_present(params)
    found = _read(store, warn)
    before = _state(found, clock.now())
    if params["state"] == "absent":
        change = Change(DELETE if found is not None else NONE, {"token": before}, {"token": ABSENT})
        if change.changed and not check_mode:
            store.remove()
        return _result(store, change, None, clock.now())
    connection = edge_connection(params)
    for warning in connection.warnings():
        warn(warning)
    change = Change(NONE if before == USABLE else UPDATE, {"token": before}, {"token": USABLE})
    if change.changed:
        found = None if check_mode else _mint(connection, store, params["url"] or connection.url, clock)
    if found is not None:
        warn(_what_to_do(store, found))
    return _result(store, change, found, clock.now())


def _check_present(params: Mapping[str, Any]) -> None:
    if not params["acknowledge_token_in_file"]:
        raise InventoryError(
            "Cannot write a pairing token to a file: whoever reads it within 300 seconds can pair a platform of theirs "
            "with the Edge. Use hybrid.jfrog.jpd, which gives the token to the platform without writing it; or, if you "
            "have to paste it into the platform's page, set acknowledge_token_in_file to true."
        )
    if not params["edge_access_token"]:
        raise InventoryError("Cannot create a pairing token: edge_access_token is missing. Give it.")


def _read(store: TokenStore, warn: Callable[[str], None]) -> Optional[PairingClaims]:
    """What the file's token says. Raises ConflictError for a file that holds something else, which is kept."""
    text, warnings = store.read()
    for warning in warnings:
        warn(warning)
    if text is None:
        return None
    try:
        found = claims(text)
    except PairingError:
        found = None
    if found is None or not found.extended or not found.base_url:
        raise ConflictError(
            f"Cannot use {store.path} for a pairing token: it holds something else, which would be lost. Name another "
            "token_file, or remove it.",
            path=str(store.path),
        )
    return found


def _state(found: Optional[PairingClaims], now: datetime) -> str:
    if found is None:
        return ABSENT
    return USABLE if _seconds_left(found, now) >= LEAST_SECONDS else ENDED


def _seconds_left(found: PairingClaims, now: datetime) -> int:
    return 0 if found.expires_at is None else max(0, int((found.expires_at - now).total_seconds()))


def _mint(connection: Connection, store: TokenStore, url: str, clock: Clock) -> PairingClaims:
    """A new token in the file, which the platform will take as far as that can be told.

    One whose answer is lost is not asked for again: nobody has it, and it ends by itself.
    """
    store.reserve()
    try:
        with connection.session(read_only=False) as session:
            token = Access(session).create_pairing_token()
        made = claims(token)
        check(made, edge_url=url, now=clock.now())
        store.write(token)
    finally:
        store.release()
    return made


def _what_to_do(store: TokenStore, found: PairingClaims) -> str:
    end = "" if found.expires_at is None else f" until {stamp(found.expires_at)}"
    return (
        f"The pairing token in {store.path} can be used once{end}, 300 seconds after it was made. Paste it into the "
        "platform's page for a new deployment now, and remove the file with state=absent afterwards."
    )


def _result(store: TokenStore, change: Change, found: Optional[PairingClaims], now: datetime) -> dict[str, Any]:
    facts: Optional[dict[str, Any]] = None
    if found is not None:
        facts = {
            "base_url": found.base_url,
            "expires_at": None if found.expires_at is None else stamp(found.expires_at),
            "seconds_left": _seconds_left(found, now),
        }
    return {
        "changed": change.changed,
        "drift": change.drift,
        "diff": diff_of(change, str(store.path)),
        "pairing_token": facts,
        "token_file": {"path": str(store.path), "written": change.action == UPDATE},
    }
