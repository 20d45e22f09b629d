# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all handlers of the security APIs ask of a request: the name in its path, fields of its body, pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from typing import Any, Optional
from urllib.parse import unquote

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import Incoming
from simulator.security.state import Object, Security
from simulator.tokens import ADMIN_SCOPE

ACCESS = "/access/api/v2"
LEGACY = "/artifactory/api/security"
LEGACY_V2 = "/artifactory/api/v2/security"
# Paths in which the names of objects stand as they were sent: a name may have a slash (5.8).
ENCODED = tuple(
    f"{prefix}/{kind}/"
    for prefix, kinds in (
        (ACCESS, ("users", "groups", "permissions")),
        (LEGACY, ("users", "groups", "permissions", "unlockUsers")),
        (LEGACY_V2, ("permissions",)),
    )
    for kind in kinds
)
IDENTITIES_SCOPE = "system:identities:r"
PERMISSIONS_SCOPE = "system:permissions:r"

PAGE, LONGEST_PAGE = 1000, 99_999
PAGING = {"limit", "cursor", "descendingOrder"}


def encoded_path(path: str, raw_path: bytes) -> str:
    """The path with the names in it still encoded, where a name is a part of its own whatever is in it."""
    return raw_path.decode("ascii") if path.startswith(ENCODED) else path


def name_in(incoming: Incoming) -> str:
    """The object that the path names. A plus sign is one: this is no form."""
    return unquote(incoming.parameters["name"])


def security(incoming: Incoming) -> Security:
    return incoming.site.security


def lag(incoming: Incoming) -> float:
    """By how many seconds reads are behind."""
    return incoming.simulator.switches.security_read_lag


def found(incoming: Incoming, kind: str, name: str, *, status: int = 404) -> Object:
    """The object, as a read sees it. Raises Refusal."""
    value = security(incoming).get(kind, name, lag=lag(incoming))
    if value is None:
        raise Refusal(status, missing_text(kind, name))
    return value


def existing(incoming: Incoming, kind: str, name: str) -> Object:
    """The object, as a write finds it. Raises Refusal 404."""
    value = security(incoming).get(kind, name)
    if value is None:
        raise Refusal(404, missing_text(kind, name))
    return value


def missing_text(kind: str, name: str) -> str:
    return f"{kind[:-1].capitalize()} with name '{name}' was not found"


def only_admins_read_objects(incoming: Incoming) -> None:
    """5.1: lists are possible with a narrow scope; of single objects nothing is said."""
    if not incoming.simulator.switches.narrow_scope_reads_objects and ADMIN_SCOPE not in incoming.user.scopes:
        raise Refusal(403, "Admin privileges are required")


def refuse_blocked_legacy(incoming: Incoming) -> None:
    """5.1, 5.8: a site in the cloud may have the legacy API switched off, or only its writes of permissions."""
    blocked = incoming.simulator.switches.legacy_security_api
    writes_permission = "/permissions" in incoming.path and incoming.method in ("PUT", "POST", "DELETE")
    if incoming.site.saas and (blocked == "blocked" or (blocked == "permission_writes_blocked" and writes_permission)):
        raise Refusal(incoming.simulator.switches.legacy_blocked_status)


def flags(content: Mapping[str, Any], known: Mapping[str, str]) -> Object:
    """The truth values in a body under our names; ``known`` has ours by theirs. Raises Refusal 400."""
    given = {ours: content[theirs] for theirs, ours in known.items() if content.get(theirs) is not None}
    for ours, value in given.items():
        if not isinstance(value, bool):
            raise Refusal(400, f"Field '{ours}' must be true or false")
    return given


def texts(content: Mapping[str, Any], known: Mapping[str, str]) -> Object:
    """The texts in a body under our names; an empty one is null (5.3). Raises Refusal 400."""
    given = {ours: content[theirs] for theirs, ours in known.items() if theirs in content}
    for ours, value in given.items():
        if not isinstance(value, (str, type(None))):
            raise Refusal(400, f"Field '{ours}' must be a string")
    return {ours: value or None for ours, value in given.items()}


def names(content: Mapping[str, Any], field: str) -> list[str]:
    """A list of names in a body, each once. Raises Refusal 400."""
    given = content.get(field)
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
        raise Refusal(400, f"Field '{field}' must be a list of names")
    return sorted(set(given))


def page(incoming: Incoming, kind: str, shown: Mapping[str, Object], *, cursor_is_name: bool = False) -> Response:
    """One page of a list, and where the next one begins (5.2 to 5.4): ``shown`` has the entries by name."""
    query, switches = incoming.query, incoming.simulator.switches
    limit = _limit(query.get("limit"))
    size = min(limit, switches.security_page_size or limit)
    descending = query.get("descendingOrder", "false")
    if descending not in ("true", "false"):
        raise Refusal(400, f"Invalid descendingOrder: '{descending}'")
    order = sorted(shown, reverse=descending == "true")
    after = _decoded(query.get("cursor"), cursor_is_name)
    left = [one for one in order if after is None or (one < after if descending == "true" else one > after)]
    answer: dict[str, Any] = {kind: [shown[one] for one in left[:size]]}
    if len(left) > size:
        cursor = left[size - 1]
        if switches.security_page_lost == "cursor_repeats":
            cursor = order[size - 1]
        if switches.security_page_lost != "no_cursor":
            answer["cursor"] = cursor if cursor_is_name else base64.urlsafe_b64encode(cursor.encode()).decode()
    return JSONResponse(answer)


def created(value: Object) -> Response:
    return JSONResponse(value, 201)


def check_members(incoming: Incoming, wanted: Collection[str], kind: str) -> None:
    """5.3: one unknown name fails the whole call. Raises Refusal."""
    unknown = [one for one in wanted if not security(incoming).has(kind, one)]
    if unknown:
        raise Refusal(incoming.simulator.switches.unknown_member_status, missing_text(kind, unknown[0]))


def _limit(text: Optional[str]) -> int:
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LONGEST_PAGE):
        raise Refusal(400, f"Invalid limit: '{text}'")
    return int(text)


def _decoded(cursor: Optional[str], is_name: bool) -> Optional[str]:
    if cursor is None or is_name:
        return cursor
    try:
        return base64.urlsafe_b64decode(cursor.encode("ascii")).decode()
    except (ValueError, binascii.Error) as error:
        raise Refusal(400, f"Invalid cursor: '{cursor}'") from error
