# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user may look like: security-replication.md 5.2."""

from __future__ import annotations

import re
from typing import Any, Optional

from simulator.envelopes import Refusal
from simulator.rest.endpoint import Incoming
from simulator.security.asking import security
from simulator.security.state import GROUPS, USER_FLAGS, USERS, Object, new_user

_NAME = re.compile(r"[a-z0-9._@-]+")
_NAME_WITH_PLUS = re.compile(r"[a-z0-9._@+-]+")


def checked_name(incoming: Incoming, name: Any) -> str:
    """The name under which a new user is kept. Raises Refusal 400."""
    if not isinstance(name, str) or not name:
        raise Refusal(400, "Field 'username' is required")
    switches = incoming.simulator.switches
    if switches.upper_case_user_names == "lowered":
        name = name.lower()
    plus = incoming.site.saas or switches.plus_in_user_names
    if not (_NAME_WITH_PLUS if plus else _NAME).fullmatch(name) or len(name) > 255:
        raise Refusal(400, f"Invalid username: '{name}'")
    return name


def make(incoming: Incoming, name: str, fields: Object, groups: list[str], password: Optional[str]) -> Object:
    """Keep a new user, who also joins the groups that all new users join. Raises Refusal 400."""
    if not fields.get("email"):
        raise Refusal(400, "Field 'email' is required")
    if not password and not fields.get("internal_password_disabled"):
        raise Refusal(400, "Field 'password' is required")
    state = security(incoming)
    joined = [one for one in state.names(GROUPS) if (state.get(GROUPS, one) or {}).get("auto_join")]
    user = with_implied_roles(new_user(**fields, groups=sorted({*groups, *joined})))
    state.put(USERS, name, user, password=password)
    return user


def change(incoming: Incoming, name: str, user: Object, fields: Object, password: Optional[str]) -> Object:
    """Keep changes of a user; None of them empties its address. Raises Refusal 400."""
    if fields.get("email", user["email"]) in (None, ""):
        raise Refusal(400, "Field 'email' may not be empty")
    wants_password = fields.get("internal_password_disabled") is False and user["internal_password_disabled"]
    if wants_password and not password:
        raise Refusal(400, "Field 'password' is required")
    changed = with_implied_roles({**user, **fields})
    security(incoming).put(USERS, name, changed, password=password)
    return changed


def with_implied_roles(value: Object) -> Object:
    """5.2: who manages policies may see them."""
    return {**value, "policy_viewer": True} if value.get("policy_manager") else value


def password_in(content: dict[str, Any]) -> Optional[str]:
    """Raises Refusal 400."""
    password = content.get("password")
    if not isinstance(password, (str, type(None))):
        raise Refusal(400, "Field 'password' must be a string")
    return password or None


FLAGS = {name: name for name in USER_FLAGS}
