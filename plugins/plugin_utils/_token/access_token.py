# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the action access_token does on the controller: one token at a server, and the file that has its value.

Order, and what an interruption leaves behind: a new token is made, proven, stored, and only then are the former ones
revoked. Whatever is left over in between has the token's description, by which the next run finds and revokes it.
"""

from __future__ import annotations

import contextlib
from typing import Any, Callable, List, Mapping, Optional, Sequence

from ...module_utils._adapter.module import diff_of
from ...module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS, Family
from ...module_utils._adapter.sessions import Connection, connection_of
from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.access import access_token as model
from ...module_utils._domain.access.access_token import Token, Wanted
from ...module_utils._domain.change import DELETE, NONE, UPDATE, Change
from ...module_utils._domain.errors import ApiError, ConflictError, EdgeError, InventoryError, TransportError
from ...module_utils._domain.keys.keys import fingerprint
from .._files.key_source import beside_inventory, refuse_in_inventory_folder
from .desk import TokenDesk
from .store import TokenStore

REVOKE, KEEP = "revoke", "keep"

ACCESS_TOKEN_OPTIONS: Family = {
    **PLATFORM_OPTIONS,
    **EDGE_OPTIONS,
    "of": {"type": "str", "choices": ["platform", "edge"], "default": "platform"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "description": {"type": "str"},
    "token_id": {"type": "str", "no_log": False},
    "token_file": {"type": "str", "no_log": False},
    "vault": {"type": "bool", "default": False},
    "username": {"type": "str"},
    "scope": {"type": "str", "default": "applied-permissions/user"},
    "audience": {"type": "str", "default": "*@*"},
    "expires_in": {"type": "int", "default": 31_536_000},
    "renew_before": {"type": "int", "default": 2_592_000},
    "include_reference_token": {"type": "bool", "default": False, "no_log": False},
    "force_revocable": {"type": "bool", "default": False},
    "project_key": {"type": "str", "no_log": False},
    "former": {"type": "str", "choices": [REVOKE, KEEP], "default": REVOKE},
}


def ensure_access_token(
    params: Mapping[str, Any],
    *,
    loader: Any,
    variables: Mapping[str, Any],
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Clock,
) -> dict[str, Any]:
    """Make sure that the token is there, or not there. Raises EdgeError."""
    connection = authority_of(params)
    desk = TokenDesk(connection, clock, warn)
    store = store_of(params, loader=loader, variables=variables, what="access token")
    if params["state"] == "absent":
        _check_absent(params)
    else:
        _check_present(params, store)
    for warning in connection.warnings():
        warn(warning)
    if params["state"] == "absent":
        return _ensure_absent(params, desk, store, check_mode=check_mode)
    if store is None:
        raise AssertionError("checked above")
    return _ensure_present(params, desk, store, check_mode=check_mode)


def authority_of(params: Mapping[str, Any]) -> Connection:
    """The connection with the token that makes and revokes. Raises InventoryError when it lacks something."""
    of = params["of"]
    missing = [name for name in (f"{of}_url", f"{of}_access_token") if not params[name]]
    if missing:
        raise InventoryError(f"Cannot manage access tokens of the {of}: {' and '.join(missing)} is missing. Give it.")
    return connection_of(of, params)


def store_of(
    params: Mapping[str, Any], *, loader: Any, variables: Mapping[str, Any], what: str
) -> Optional[TokenStore]:
    """The file of the token; None when none is named. Raises InventoryError for one that Ansible would read."""
    if not params["token_file"]:
        return None
    path = beside_inventory(params["token_file"], variables)
    refuse_in_inventory_folder(path, variables.get("ansible_inventory_sources") or (), f"the {what}")
    return TokenStore(path, vault=params["vault"], loader=loader, what=what)


def _wanted(params: Mapping[str, Any]) -> Wanted:
    return Wanted(
        description=params["description"],
        scope=params["scope"],
        expires_in=params["expires_in"],
        username=params["username"],
        audience=params["audience"],
        include_reference_token=params["include_reference_token"],
        force_revocable=params["force_revocable"],
        project_key=params["project_key"],
    )


def _check_present(params: Mapping[str, Any], store: Optional[TokenStore]) -> None:
    missing = [name for name in ("description", "token_file") if not params[name]]
    if missing or store is None:
        raise InventoryError(
            f"Cannot make an access token: {' and '.join(missing)} is missing. By its description the token is found "
            "again, and its file on the controller is the only place that has its value.",
        )
    if params["token_id"]:
        raise InventoryError("Cannot make an access token with a token_id: the server gives it. Leave token_id out.")
    model.check(_wanted(params), renew_before=params["renew_before"])


def _check_absent(params: Mapping[str, Any]) -> None:
    if not (params["description"] or params["token_id"] or params["token_file"]):
        raise InventoryError(
            "Cannot revoke an access token: nothing says which. Give its description, its token_id or its token_file."
        )


def _ensure_present(
    params: Mapping[str, Any], desk: TokenDesk, store: TokenStore, *, check_mode: bool
) -> dict[str, Any]:
    wanted = _wanted(params)
    stored, warnings = store.read()
    for warning in warnings:
        desk.warn(warning)
    if stored is not None and stored == desk.authority.token:
        raise ConflictError(
            f"Cannot manage the access token in {store.path}: it is the one that this task works with, and would "
            "revoke itself. Use hybrid.jfrog.access_token_rotation for it."
        )
    token = desk.look(stored) if stored is not None else None
    state = model.state_of(stored is not None, token, wanted, renew_before=params["renew_before"], now=desk.clock.now())
    former = _former(params, desk, wanted)
    works = state == model.WORKS
    others = [one for one in former if token is None or one.token_id != token.token_id]
    change = Change(
        UPDATE if others or not works else NONE,
        {"state": state, "others": len(others)},
        {"state": model.WORKS, "others": 0},
    )
    if not works:
        irrevocable = model.revocability_warning(params["expires_in"], force_revocable=params["force_revocable"])
        if irrevocable is not None:
            desk.warn(irrevocable)
    if check_mode or not change.changed:
        return _result(store, change, token if works else None, stored, written=not works, revoked=[])
    if not works:
        token, stored = new_token(desk, store, wanted)
    return _result(store, change, token, stored, written=not works, revoked=desk.revoke(others if works else former))


def _former(params: Mapping[str, Any], desk: TokenDesk, wanted: Wanted) -> List[Token]:
    """The tokens of this description that are to go, which may include the one in the file. Never our own."""
    if params["former"] == KEEP:
        return []
    found = desk.listed(wanted)
    own = desk.own_id() if found else None
    return [token for token in found if token.token_id != own]


def new_token(desk: TokenDesk, store: TokenStore, wanted: Wanted) -> tuple[Token, str]:
    """A new token, proven by a read and then in the file. One that cannot be proven or kept is revoked."""
    store.reserve()
    try:
        try:
            made = desk.make(wanted)
        except ApiError as exc:
            raise _explained(exc, wanted) from exc
        value = made.reference_token if wanted.include_reference_token else made.access_token
        try:
            token = desk.prove(value) if value else None
            if token is None or value is None:
                raise EdgeError(
                    f"Cannot prove the access token for {store.path}: the server has made it and does not accept it. "
                    "See access-service.log there, and compare the clocks."
                )
            store.write(value)
        except EdgeError:
            with contextlib.suppress(ApiError, TransportError):  # the first error is the one to be told
                desk.revoke([Token(made.token_id, "")])
            raise
    finally:
        store.release()
    return token, value


def _ensure_absent(
    params: Mapping[str, Any], desk: TokenDesk, store: Optional[TokenStore], *, check_mode: bool
) -> dict[str, Any]:
    """First revoked, then taken off the disk: the file is the only place that knows a token that has no description."""
    stored = None
    if store is not None:
        stored, warnings = store.read()
        for warning in warnings:
            desk.warn(warning)
    found = _to_revoke(params, desk, stored)
    if found and desk.own_id() in {token.token_id for token in found}:
        raise ConflictError(
            "Cannot revoke the access token with which this task works: what comes after it would fail. Give another "
            "access token to work with, or another description or token_id."
        )
    change = Change(
        DELETE if found or stored is not None else NONE,
        {"tokens": len(found), "file": "present" if stored is not None else "absent"},
        {"tokens": 0, "file": "absent"},
    )
    revoked: List[str] = []
    if change.changed and not check_mode:
        revoked = desk.revoke(found)
        if store is not None:
            store.remove()
    return _result(store, change, None, None, written=False, revoked=revoked)


def _to_revoke(params: Mapping[str, Any], desk: TokenDesk, stored: Optional[str]) -> List[Token]:
    found: dict[str, Token] = {}
    if params["description"]:
        wanted = Wanted(params["description"], params["scope"], 0, params["username"])
        found.update((token.token_id, token) for token in desk.listed(wanted))
    if params["token_id"]:
        kept = desk.described(params["token_id"])
        found.update({} if kept is None else {kept.token_id: kept})
    if stored is not None and stored != desk.authority.token:
        seen = desk.look(stored)
        found.update({} if seen is None else {seen.token_id: seen})
    elif stored is not None:
        own = desk.own_id()
        found[own] = Token(own, "")
    return list(found.values())


def _explained(exc: ApiError, wanted: Wanted) -> ApiError:
    """A server before 7.50.3 does not know the field (control-plane-api.md 3.1)."""
    if not (wanted.force_revocable and exc.details["http_status"] == 400):
        return exc
    return ApiError(
        f"{exc.msg} force_revocable needs Artifactory 7.50.3. Before that, leave it out and set expires_in to "
        f"{model.REVOCABLE_FROM} or more.",
        **exc.details,
    )


def _result(
    store: Optional[TokenStore],
    change: Change,
    token: Optional[Token],
    value: Optional[str],
    *,
    written: bool,
    revoked: Sequence[str],
) -> dict[str, Any]:
    facts: Optional[dict[str, Any]] = None
    if token is not None and value is not None:
        facts = {**token.facts(), "fingerprint": fingerprint(value)}
    return {
        "changed": change.changed,
        "drift": change.drift,
        "diff": diff_of(change, None if store is None else str(store.path)),
        "access_token": facts,
        "token_file": None if store is None else {"path": str(store.path), "written": written},
        "revoked": list(revoked),
    }
