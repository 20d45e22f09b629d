# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the action admin_token does on the controller around the module on the node: try, exchange, store."""

from __future__ import annotations

import secrets
from typing import Any, Callable, Mapping

from ...module_utils._adapter.module import diff_of
from ...module_utils._adapter.node_options import ADMIN_TOKEN_CONTROLLER_OPTIONS
from ...module_utils._adapter.sessions import edge_connection
from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.access import admin_token as model
from ...module_utils._domain.access.admin_token import TokenSeen
from ...module_utils._domain.change import NONE, UPDATE, Change
from ...module_utils._domain.errors import EdgeError, InventoryError
from ...module_utils._domain.keys.keys import fingerprint
from ...module_utils._domain.seal import FROM_NODE, new_key, opened
from ...module_utils._domain.wording import token_problem
from .._files.key_source import beside_inventory
from .broker import TokenBroker
from .store import TokenStore

Execute = Callable[[Mapping[str, Any]], "dict[str, Any]"]
DESCRIPTION = "hybrid.jfrog admin_token"


def ensure_admin_token(
    params: Mapping[str, Any],
    execute: Execute,
    *,
    loader: Any,
    variables: Mapping[str, Any],
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Clock,
) -> dict[str, Any]:
    """Keep a working token in the file. Raises EdgeError; the module's own failures are returned."""
    model.check_days(params["valid_days"], params["renew_before"])
    if not params["token_file"]:
        raise InventoryError(
            "Cannot keep an admin token: token_file is empty. Name a file on the controller (edge_access_token_file)."
        )
    store = TokenStore(beside_inventory(params["token_file"], variables), vault=params["vault"], loader=loader)
    broker = TokenBroker(edge_connection({**params, "edge_access_token": None}), clock)
    stored, warnings = store.read()
    for warning in (*broker.warnings(), *warnings):
        warn(warning)
    seen = broker.see(stored) if stored is not None else None
    state = model.state_of(
        stored is not None,
        seen,
        scope=params["scope"],
        renew_before=params["renew_before"],
        now=clock.now(),
    )
    if state == model.WORKS and stored is not None:
        return _result(store, Change(NONE, {"state": state}, {"state": state}), stored, seen, started=False)
    change = Change(UPDATE, {"state": state}, {"state": model.WORKS})
    by_itself = state in model.USABLE and stored is not None
    if check_mode:
        if not by_itself:
            predicted = execute(_for_the_node(params, new_key()))
            if predicted.get("failed") or predicted.get("unreachable"):
                return predicted
        return _result(store, change, None, None, started=not by_itself)
    store.reserve()
    try:
        if by_itself and stored is not None:
            authority = stored
        else:
            key = new_key()
            answered = execute(_for_the_node(params, key))
            if answered.get("failed") or answered.get("unreachable"):
                return answered
            authority = _opened(answered, key)
        body = _body(params)
        made = broker.mint(authority, body)
        try:
            store.write(made)
        except EdgeError:
            broker.forget(authority, body["description"])
            raise
    finally:
        store.release()
    return _result(store, change, made, broker.see(made), started=not by_itself)


def _for_the_node(params: Mapping[str, Any], key: str) -> dict[str, Any]:
    kept = {name: value for name, value in params.items() if name not in ADMIN_TOKEN_CONTROLLER_OPTIONS}
    return {**kept, "seal": key}


def _opened(answered: Mapping[str, Any], key: str) -> str:
    try:
        token = opened(str(answered["token"]), key, FROM_NODE)
    except (KeyError, ValueError):
        token = ""
    if token_problem(token) is not None:
        raise EdgeError("Cannot take over the token that the node sent: it was changed on its way. Run again.")
    return token


def _body(params: Mapping[str, Any]) -> dict[str, Any]:
    return model.request(
        scope=params["scope"],
        audience=params["audience"],
        valid_days=params["valid_days"],
        # By its end this very token can be found again.
        description=f"{DESCRIPTION} {secrets.token_hex(4)}",
    )


def _result(
    store: TokenStore, change: Change, token: str | None, seen: TokenSeen | None, *, started: bool
) -> dict[str, Any]:
    facts: dict[str, Any] = {"state": model.WORKS}
    if token is not None:
        if seen is None:
            raise EdgeError(
                f"Cannot prove the admin token in {store.path}: the Edge has made it and does not accept it. "
                "See access-service.log on the node, and compare the clocks."
            )
        facts.update(seen.facts(), fingerprint=fingerprint(token))
    return {
        "changed": change.changed,
        "drift": change.drift,
        "diff": diff_of(change, str(store.path)),
        "admin_token": facts,
        "token_file": {"path": str(store.path), "written": change.changed},
        "node": {"started": started},
    }
