# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Replaces the access token in a file by a new one, which it makes itself.

Order, and what an interruption leaves behind: the successor is made, proven with a read, stored, and only then revokes
its predecessor. Until it is stored, the file's token works; afterwards its successor does. What is left over is told by
the descriptions at the server (see ``token_rotation``), and cleared by the next run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, List, Mapping, Optional

from ...module_utils._adapter.module import diff_of
from ...module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS, Family
from ...module_utils._adapter.sessions import connection_of
from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.access import access_token as model
from ...module_utils._domain.access import token_rotation as rotation
from ...module_utils._domain.access.access_token import Token, Wanted
from ...module_utils._domain.change import NONE, UPDATE, Change
from ...module_utils._domain.errors import EdgeError, InventoryError
from ...module_utils._domain.keys.keys import fingerprint
from .access_token import new_token, store_of
from .desk import TokenDesk
from .store import TokenStore

ROTATION_OPTIONS: Family = {
    **PLATFORM_OPTIONS,
    **EDGE_OPTIONS,
    "of": {"type": "str", "choices": ["platform", "edge"], "default": "platform"},
    "token_file": {"type": "str", "required": True, "no_log": False},
    "vault": {"type": "bool", "default": False},
    "description": {"type": "str", "default": "hybrid.jfrog automation"},
    "scope": {"type": "str"},
    "audience": {"type": "str", "default": "*@*"},
    "expires_in": {"type": "int", "default": 31_536_000},
    "renew_before": {"type": "int"},
    "force_revocable": {"type": "bool", "default": False},
}


def ensure_rotation(
    params: Mapping[str, Any],
    *,
    loader: Any,
    variables: Mapping[str, Any],
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Clock,
) -> dict[str, Any]:
    """Finish an interrupted rotation, or make one when it is due. Raises EdgeError."""
    _check(params)
    found = store_of(params, loader=loader, variables=variables, what="access token")
    store, value = _read(found, warn)
    connection = connection_of(params["of"], {**params, f"{params['of']}_access_token": value})
    for warning in connection.warnings():
        warn(warning)
    desk = TokenDesk(connection, clock, warn)
    current = _current(desk, store, value)
    left = _left_over(desk, current)
    # A run that finishes the rotation of an interrupted one has rotated.
    finishes = any(token.token_id == rotation.predecessor_of(current) for token in left)
    limit = params["renew_before"]
    due = rotation.is_due(current, renew_before=limit, now=clock.now()) and not (finishes and limit is None)
    change = Change(
        UPDATE if due or left else NONE,
        {"token": "due" if due else "works", "left_over": len(left)},
        {"token": "rotated" if due else "works", "left_over": 0},
    )
    irrevocable = model.revocability_warning(params["expires_in"], force_revocable=params["force_revocable"])
    if due and irrevocable is not None:
        warn(irrevocable)
    if check_mode or not change.changed:
        return _result(store, change, None if due else current, value, written=due, revoked=[])
    revoked = desk.revoke(left)
    if due:
        former = current
        current, value = new_token(desk, store, _successor(params, former, value))
        # By its successor: a token that revokes itself might not get the answer.
        revoked += replace(desk, authority=replace(connection, who=value)).revoke([former])
    return _result(store, change, current, value, written=due, revoked=revoked)


def _check(params: Mapping[str, Any]) -> None:
    if params["of"] == "platform" and not params["platform_url"]:
        raise InventoryError("Cannot rotate an access token of the platform: platform_url is missing. Give it.")
    if params["of"] == "edge" and not params["edge_url"]:
        raise InventoryError("Cannot rotate an access token of the Edge: edge_url is missing. Give it.")
    if len(params["description"]) > rotation.LONGEST:
        raise InventoryError(
            f"Cannot rotate an access token: description is longer than {rotation.LONGEST} characters, and the id of "
            "the former token has to follow it. Make it shorter."
        )
    wanted = Wanted(params["description"], params["scope"] or "", params["expires_in"], audience=params["audience"])
    model.check(wanted, renew_before=params["renew_before"] or 0)


def _read(store: Optional[TokenStore], warn: Callable[[str], None]) -> tuple[TokenStore, str]:
    value, warnings = store.read() if store is not None else (None, ())
    for warning in warnings:
        warn(warning)
    if store is None or value is None:
        where = "token_file is empty" if store is None else f"there is no file {store.path}"
        raise InventoryError(
            f"Cannot rotate an access token: {where}. Only a token in a file can be replaced: put it there, or let "
            "hybrid.jfrog.admin_token or hybrid.jfrog.access_token make it, and let the inventory look it up there."
        )
    return store, value


def _current(desk: TokenDesk, store: TokenStore, value: str) -> Token:
    current = desk.look(value)
    if current is None:
        raise EdgeError(
            f"Cannot rotate the access token in {store.path}: {desk.authority.url} refuses it, so it cannot make its "
            "successor. It was revoked or has ended, or another deployment made it. Put one that works into the file.",
            path=str(store.path),
        )
    return current


def _left_over(desk: TokenDesk, current: Token) -> List[Token]:
    """What an interrupted rotation has left: tokens that nobody has, and a predecessor that still works."""
    listed = desk.of_user(current.username)
    former = rotation.predecessor_of(current)
    return [*rotation.orphans(listed, current), *(token for token in listed if token.token_id == former)]


def _successor(params: Mapping[str, Any], current: Token, value: str) -> Wanted:
    """The same rights for the same user, unless something else is asked for."""
    claimed = model.of_claims(value)
    scope = params["scope"] or current.scope or (claimed.scope if claimed is not None else None)
    return Wanted(
        description=rotation.description(params["description"], current.token_id),
        scope=scope or model.ADMIN_SCOPE,
        expires_in=params["expires_in"],
        audience=params["audience"],
        force_revocable=params["force_revocable"],
    )


def _result(
    store: TokenStore, change: Change, token: Optional[Token], value: str, *, written: bool, revoked: List[str]
) -> dict[str, Any]:
    return {
        "changed": change.changed,
        "drift": change.drift,
        "diff": diff_of(change, str(store.path)),
        "access_token": None if token is None else {**token.facts(), "fingerprint": fingerprint(value)},
        "token_file": {"path": str(store.path), "written": written},
        "revoked": revoked,
    }
