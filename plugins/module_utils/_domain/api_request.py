# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One call that a user has put together: what may be asked for, and whether it counts as a change."""

from __future__ import annotations

import json
import re
from typing import Any, Mapping, Optional, Sequence
from urllib.parse import unquote, urlencode

from .foreign_json import parsed

READS = ("GET", "HEAD")
METHODS = (*READS, "POST", "PUT", "PATCH", "DELETE")

JSON, FORM, RAW = "json", "form-urlencoded", "raw"  # the words of ansible.builtin.uri
CONTENT_TYPES = {JSON: "application/json", FORM: "application/x-www-form-urlencoded", RAW: "text/plain"}
FILE_TYPE = "application/octet-stream"

# The session's own, or those of the connection.
_OUR_HEADERS = ("authorization", "content-length", "content-type", "cookie", "host", "transfer-encoding", "user-agent")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BLANK = re.compile(r"[\x00-\x20\x7f]")

# What of an answer's header tells something; never a cookie.
_TELLING = ("allow", "content-type", "date", "etag", "last-modified", "link", "location", "retry-after")
_TELLING_PREFIXES = ("x-artifactory-", "x-checksum-", "x-jfrog-", "x-request-")


class Unusable(Exception):
    """A body that cannot be sent as it is. The text says why and what to do, and shows nothing of it."""


def path_problem(path: str) -> Optional[str]:
    """Why this is no path within a deployment, and what to write instead; None when it is one.

    The base URL may have a path of its own, so a step upwards could lead out of the deployment.
    """
    if not path.startswith("/") or path.startswith("//"):
        return "it does not start with one '/'. Give the path below the base URL, such as /artifactory/api/system/ping"
    if "?" in path or "#" in path:
        return "it has a query or a fragment. Give the query in the option query"
    if _BLANK.search(path) or "\\" in path:
        return "it has blanks, control characters or backslashes in it. Write a blank as %20"
    if {".", ".."} & {unquote(unquote(step)) for step in unquote(path).split("/")}:
        return "it has a step '.' or '..' in it. Give the path that is meant"
    return None


def header_problem(headers: Mapping[str, Any]) -> Optional[str]:
    """Why these cannot be sent; None when they can."""
    for name, value in headers.items():
        if name.lower() in _OUR_HEADERS:
            return f"{name} is set by the connection. Take it out; the content type has an option of its own"
        if _HEADER_NAME.fullmatch(name) is None or _CONTROL.search(str(value)):
            return f"{name[:40]!r} or its value has signs in it that no header has. Correct it"
    return None


def told_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer that are worth having, by their lower-case names."""
    return {
        name.lower(): value
        for name, value in headers.items()
        if name.lower() in _TELLING or name.lower().startswith(_TELLING_PREFIXES)
    }


def encode(body: Any, body_format: str) -> str:
    """The body as it travels. Raises Unusable."""
    if body_format == FORM:
        if not isinstance(body, Mapping):
            raise Unusable("with body_format=form-urlencoded it has to be a dictionary. Give its fields")
        return urlencode({name: _field(value) for name, value in body.items()}, doseq=True)
    if body_format == RAW:
        if not isinstance(body, str):
            raise Unusable("with body_format=raw it has to be a text. Put it in quotes, or use body_format=json")
        return body
    if not isinstance(body, str):
        return json.dumps(body)
    try:
        parsed(body)
    except ValueError:
        raise Unusable("it is a text that is no JSON. Give a dictionary or a list, or use body_format=raw") from None
    return body


def query_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """The query as it travels; a list is a parameter that is repeated, null one that is left out."""
    return {name: _field(value) for name, value in query.items() if value is not None}


def decoded(text: str, content_type: str) -> Any:
    """The JSON of an answer; None when it says to be something else, or is."""
    if "json" not in content_type.lower():
        return None
    try:
        return parsed(text)
    except ValueError:
        return None


def changes(method: str, *, safe: bool, status: Optional[int], changing: Optional[Sequence[int]]) -> bool:
    """Whether a call changes something. ``status`` None: it is only predicted.

    ``changing`` are the statuses that the user says mean a change. Otherwise reads change nothing, and neither does
    what says so itself: a DELETE of what is not there, and 304.
    """
    if changing is not None:
        return bool(changing) if status is None else status in changing
    if method in READS or safe:
        return False
    return status != 304 and not (method == "DELETE" and status == 404)


def _field(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_field(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
