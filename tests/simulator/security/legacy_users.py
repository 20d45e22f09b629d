# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users in Artifactory's own API: security-replication.md 5.5."""

from __future__ import annotations

from typing import Any, Optional

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.security import user_rules
from simulator.security.asking import (
    LEGACY,
    check_members,
    existing,
    flags,
    found,
    lag,
    name_in,
    names,
    refuse_blocked_legacy,
    security,
    texts,
)
from simulator.security.state import GROUPS, INTERNAL_USERS, USERS, Object

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 5.5"
PATH = f"{LEGACY}/users"
ONE = PATH + "/{name}"
# Our words by theirs.
FLAGS = {
    "admin": "admin",
    "profileUpdatable": "profile_updatable",
    "disableUIAccess": "disable_ui_access",
    "internalPasswordDisabled": "internal_password_disabled",
    "watchManager": "watch_manager",
    "policyManager": "policy_manager",
    "policyViewer": "policy_viewer",
    "reportsManager": "reports_manager",
}
# Sent back by clients that change what they have read; nothing is done with them.
READ_ONLY = {"name", "lastLoggedIn", "realm", "mfaStatus", "status"}
FIELDS = frozenset({"email", "password", "groups", *FLAGS, *READ_ONLY})


@ENDPOINTS.add("GET", PATH, SECTION)
def list_users(incoming: Incoming) -> Response:
    """security-replication.md 5.5: all at once."""
    refuse_blocked_legacy(incoming)
    base = incoming.site.base_url_at(incoming.node) + PATH
    known = security(incoming)
    users = ((name, known.get(USERS, name, lag=lag(incoming))) for name in known.names(USERS, lag=lag(incoming)))
    listed = incoming.simulator.switches.internal_users_listed
    return JSONResponse(
        [
            {"name": name, "uri": f"{base}/{name}", "realm": user["realm"], "status": user["status"]}
            for name, user in users
            if user is not None and (listed or name not in INTERNAL_USERS)
        ]
    )


@ENDPOINTS.add("GET", ONE, SECTION)
def get_user(incoming: Incoming) -> Response:
    """security-replication.md 5.5: everything but the password; some versions answer 400 for one that is not there."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    user = found(incoming, USERS, name, status=incoming.simulator.switches.legacy_user_missing_status)
    shown = {theirs: user[ours] for theirs, ours in FLAGS.items()}
    return JSONResponse(
        {
            "name": name,
            "email": user["email"],
            **shown,
            "lastLoggedIn": user["last_logged_in"],
            "realm": user["realm"],
            "groups": user["groups"],
            "mfaStatus": "NONE",
            "status": user["status"],
        }
    )


@ENDPOINTS.add("PUT", ONE, SECTION, body=JSON)
def put_user(incoming: Incoming) -> Response:
    """security-replication.md 5.5: create or replace; without groups the new user has those of all new users."""
    refuse_blocked_legacy(incoming)
    content = _content(incoming)
    name = user_rules.checked_name(incoming, name_in(incoming))
    state = security(incoming)
    with state.lock:
        before, groups = state.get(USERS, name), _groups(incoming, content)
        password = user_rules.password_in(content)
        if before is None:
            user_rules.make(incoming, name, _fields(content), groups or [], password)
        else:
            blank = dict.fromkeys(FLAGS.values(), False) | {"profile_updatable": True}
            kept = before["groups"] if groups is None else groups
            user_rules.change(incoming, name, {**before, **blank, "groups": kept}, _fields(content), password)
        if groups is not None:
            state.put(USERS, name, {**existing(incoming, USERS, name), "groups": groups})
    return Response(status_code=201)


@ENDPOINTS.add("POST", ONE, SECTION, body=JSON)
def update_user(incoming: Incoming) -> Response:
    """security-replication.md 5.5: what is left out stays as it is; groups that are named replace those that were."""
    refuse_blocked_legacy(incoming)
    content, name, state = _content(incoming), name_in(incoming), security(incoming)
    with state.lock:
        user, groups = existing(incoming, USERS, name), _groups(incoming, content)
        if groups is not None:
            user = {**user, "groups": groups}
        user_rules.change(incoming, name, user, _fields(content), user_rules.password_in(content))
    return Response(status_code=200)


@ENDPOINTS.add("DELETE", ONE, SECTION)
def delete_user(incoming: Incoming) -> Response:
    """security-replication.md 5.5: with its memberships and grants."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    existing(incoming, USERS, name)
    security(incoming).remove(USERS, name)
    return PlainTextResponse(f"The user: '{name}' has been removed successfully.")


@ENDPOINTS.add("GET", f"{LEGACY}/lockedUsers", SECTION)
def list_locked(incoming: Incoming) -> Response:
    """security-replication.md 5.5: names of users who are locked out."""
    refuse_blocked_legacy(incoming)
    return JSONResponse(_locked(incoming))


@ENDPOINTS.add("POST", f"{LEGACY}/unlockUsers", SECTION)
def unlock_all(incoming: Incoming) -> Response:
    """security-replication.md 5.5: everybody."""
    refuse_blocked_legacy(incoming)
    for name in _locked(incoming):
        _unlock(incoming, name)
    return Response(status_code=200)


@ENDPOINTS.add("POST", f"{LEGACY}/unlockUsers/{{name}}", SECTION)
def unlock_one(incoming: Incoming) -> Response:
    """security-replication.md 5.5: one of them."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    existing(incoming, USERS, name)
    _unlock(incoming, name)
    return Response(status_code=200)


def _locked(incoming: Incoming) -> list[str]:
    state = security(incoming)
    return [name for name in state.names(USERS) if (state.get(USERS, name) or {}).get("status") == "locked"]


def _unlock(incoming: Incoming, name: str) -> None:
    security(incoming).put(USERS, name, {**existing(incoming, USERS, name), "status": "enabled"})


def _content(incoming: Incoming) -> dict[str, Any]:
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, FIELDS)
    return content


def _fields(content: dict[str, Any]) -> Object:
    return {**texts(content, {"email": "email"}), **flags(content, FLAGS)}


def _groups(incoming: Incoming, content: dict[str, Any]) -> Optional[list[str]]:
    """The groups that the body names, or None when it says nothing of them. Raises Refusal."""
    if content.get("groups") is None:
        return None
    groups = names(content, "groups")
    try:
        check_members(incoming, groups, GROUPS)
    except Refusal as refusal:
        raise Refusal(400, refusal.message) from refusal
    return groups
