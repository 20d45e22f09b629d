# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Lists of Access v2, page by page, and a look at whether pages were lost (security-replication.md 5.2 to 5.4)."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ..session import JFrogSession
from .api import told_names
from .incomplete import incomplete

# The default of all three lists (5.2): a size that servers are used to.
PAGE = 1000
# Ten million objects: a list that is longer has no end.
PAGES = 10_000
CURSOR_IS_NAME = "permissions"


def names_of(session: JFrogSession, kind: str, path: str, key: str) -> list[str]:
    """All names of a kind, each once. Raises IncompleteError.

    Access tells no total. So the end is asked for once more in another way, and when that has a name which the pages
    did not have, the list is read again: the object may have been made meanwhile.
    """
    found = _pages(session, kind, path, key)
    if _lacks(session, kind, path, key, found):
        found = _pages(session, kind, path, key)
        missing = _lacks(session, kind, path, key, found)
        if missing:
            raise incomplete(session.url, kind, f"the list has {len(found)} and lacks '{missing}', which is there")
    return found


def is_served(session: JFrogSession, kind: str, path: str, key: str) -> None:
    """The cheapest call that is known to be good. Raises ApiError."""
    _page(session, kind, path, key, {"limit": 1})


def _pages(session: JFrogSession, kind: str, path: str, key: str) -> list[str]:
    found: dict[str, None] = {}
    cursors: set[str] = set()
    cursor: Optional[str] = None
    while True:
        query = {"limit": PAGE, **({"cursor": cursor} if cursor is not None else {})}
        names, cursor = _page(session, kind, path, key, query)
        found.update(dict.fromkeys(names))
        if not cursor:
            return list(found)
        if cursor in cursors:
            raise incomplete(session.url, kind, f"after {len(found)} the list leads to the same page again and again")
        if len(cursors) >= PAGES:
            raise incomplete(session.url, kind, f"after {PAGES} pages with {len(found)} the list has no end")
        cursors.add(cursor)


def _lacks(session: JFrogSession, kind: str, path: str, key: str, found: list[str]) -> Optional[str]:
    """A name at the end of the list that was not found; None when there is none."""
    query: dict[str, Any] = {"limit": 1, "descendingOrder": "true"}
    if kind == CURSOR_IS_NAME:
        # 5.4: no order can be asked for, but a page after any name.
        if not found:
            return None
        query = {"limit": 1, "cursor": found[-1]}
    names, _cursor = _page(session, kind, path, key, query)
    known = set(found)
    return next((name for name in names if name not in known), None)


def _page(
    session: JFrogSession, kind: str, path: str, key: str, query: Mapping[str, Any]
) -> tuple[list[str], Optional[str]]:
    answer = session.call("GET", path, query=query, purpose=f"list the {kind}")
    body = answer.object()
    cursor = body.get("cursor")
    if not isinstance(cursor, (str, type(None))):
        raise answer.refused()
    return told_names(answer, body.get(kind), key), cursor
