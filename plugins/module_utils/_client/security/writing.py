# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Writes one object, if it is still as the plan saw it, and looks whether it has become what was wanted (7.1, 7.3).

A write is one of ``_domain/replication/writes.py``: its changes are made in what is read again just before, so that
what the plan does not know, or may not touch, stays.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Collection, Optional

from ..._domain.change import CREATE, DELETE
from ..._domain.errors import ApiError, EdgeError, TransportError
from ..._domain.replication.difference import Change, apply
from ..._domain.replication.rechecks import canonical_object, edited, is_done, lacking, place
from ..._domain.replication.repository_names import Repositories
from ..._domain.replication.snapshot import GROUPS, USERS, Object
from ..._domain.replication.writes import RESAVE, Write
from .api import Held, Impossible, KindApi

WRITTEN = "written"
UNCHANGED = "unchanged"  # it was as wanted already
MOVED = "moved"  # somebody changed it meanwhile: nothing was written, the next run looks at it again
DIFFERS = "differs"  # the instance took it and holds something else
IMPOSSIBLE = "impossible"  # the API has no way to say it: nothing was written
FAILED = "failed"
# An answer that says nothing about the work behind it.
_UNCERTAIN = (502, 503, 504)
_TOKEN_REFUSED = (401, 403)


@dataclass(frozen=True)
class Written:
    """What became of one write. ``seen``: what the instance held at last, canonical; None for nothing."""

    kind: str
    name: str
    action: str
    outcome: str
    reason: str = ""
    seen: Optional[Object] = None


@dataclass(frozen=True)
class Settling:
    """How often a write is looked for, since reads may lag (5.8): the pauses between the looks, in seconds."""

    pauses: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0)
    sleep: Callable[[float], None] = time.sleep


_SETTLING = Settling()


def write_object(
    api: KindApi,
    write: Write,
    *,
    repositories: Optional[Repositories] = None,
    password: Optional[str] = None,
    left_alone: Collection[str] = (),
    settling: Settling = _SETTLING,
) -> Written:
    """Carry one write out. What goes wrong with this object alone is an outcome and stops no other.

    ``password``: of an account that is made; without one it has none to log in with. ``left_alone``: groups outside of
    the scope, in which a new account stays when the server makes it join them. Raises ApiError for a token that
    is refused (401, 403), and what ``KindApi.read`` raises: then nothing is known of any object.
    """
    return _Writing(api, write, repositories, password, frozenset(left_alone), settling).run()


class _Writing:
    def __init__(
        self,
        api: KindApi,
        write: Write,
        repositories: Optional[Repositories],
        password: Optional[str],
        left_alone: frozenset[str],
        settling: Settling,
    ) -> None:
        self._api, self._write, self._password, self._settling = api, write, password, settling
        self._left_alone = left_alone
        self._repositories = repositories
        self._name, self._action = write["name"], write["action"]
        self._seen: Optional[Object] = None

    def run(self) -> Written:
        held = self._look()
        try:
            if self._action == CREATE:
                return self._create(held)
            if self._action == DELETE:
                return self._delete(held)
            return self._update(held)
        except Impossible as exc:
            return self._done(IMPOSSIBLE, str(exc))

    def _create(self, held: Optional[Held]) -> Written:
        wanted = self._write["after"] or {}
        if self._seen is not None:
            if self._is_made(wanted):
                return self._done(UNCHANGED)
            return self._done(MOVED, "there is another one of this name meanwhile")
        trouble = self._send(lambda: self._api.create(self._name, wanted, self._password))
        if trouble is not None and _is_uncertain(trouble) and self._look() is None:
            # It was not made, or cannot be seen yet: a second one of the name would be refused with 409.
            trouble = self._send(lambda: self._api.create(self._name, wanted, self._password))
        if trouble is not None and _status(trouble) == 409:
            if self._look() is not None and lacking(self._seen or {}, wanted):
                return self._done(MOVED, "there is another one of this name meanwhile")
        elif trouble is not None and not _is_uncertain(trouble):
            return self._done(FAILED, trouble.msg)
        return self._verified(
            lambda: self._is_made(wanted), trouble, mend=lambda held: self._leave_groups_of_all_new_users(held, wanted)
        )

    def _leave_groups_of_all_new_users(self, held: Held, wanted: Object) -> bool:
        """Servers let a new user join them, asked or not (5.2). Whether that had to be mended."""
        seen = self._seen or {}
        if self._api.kind != USERS or GROUPS not in wanted or not self._is_in_others(seen, wanted):
            return False
        if lacking(seen, wanted):
            # Not the one that was made here.
            return False
        groups = sorted({*wanted[GROUPS], *self._left_alone.intersection(seen[GROUPS])})
        self._send(lambda: self._api.update(self._name, held, seen, {**seen, GROUPS: groups}))
        return True

    def _is_in_others(self, seen: Object, wanted: Object) -> bool:
        """Whether a user is in groups that were not asked for."""
        return not self._left_alone.issuperset(set(seen.get(GROUPS, ())) - set(wanted.get(GROUPS, ())))

    def _is_made(self, wanted: Object) -> bool:
        """Whether the new object is there and as it was wanted."""
        if self._seen is None or lacking(self._seen, wanted):
            return False
        return GROUPS not in wanted or not self._is_in_others(self._seen, wanted)

    def _update(self, held: Optional[Held]) -> Written:
        if held is None or self._seen is None:
            return self._done(MOVED, "it is gone meanwhile")
        before, now = self._write["before"] or {}, self._seen
        changes = [Change(one["operation"], tuple(one["path"]), one["value"]) for one in self._write["changes"]]
        left = [change for change in changes if not is_done(now, change)]
        moved = [change.path for change in left if place(now, change) != place(before, change)]
        if moved:
            paths = ", ".join(".".join(map(str, path)) for path in moved)
            return self._done(MOVED, f"it has been changed meanwhile: {paths}")
        again = self._action == RESAVE
        if not left and not again:
            return self._done(UNCHANGED)
        wanted = apply({"it": {"it": now}}, [Change(one.operation, ("it", "it", *one.path), one.value) for one in left])
        after = wanted["it"]["it"]
        trouble = self._send(lambda: self._api.update(self._name, held, now, after, again=again))
        if trouble is not None and not _is_uncertain(trouble):
            return self._done(FAILED, trouble.msg)
        return self._verified(lambda: self._seen is not None and all(is_done(self._seen, one) for one in left), trouble)

    def _delete(self, held: Optional[Held]) -> Written:
        if held is None or self._seen is None:
            return self._done(UNCHANGED)
        moved = edited(self._seen, self._write["before"] or {})
        if moved:
            return self._done(MOVED, f"it has been changed meanwhile: {', '.join(moved)}")
        trouble = self._send(lambda: self._api.delete(self._name))
        if trouble is not None and not _is_uncertain(trouble):
            return self._done(FAILED, trouble.msg)
        return self._verified(lambda: self._seen is None, trouble)

    def _send(self, call: Callable[[], None]) -> Optional[EdgeError]:
        """Make a call; what went wrong, if it is about this object. Raises ApiError for a token that is refused."""
        try:
            call()
        except (ApiError, TransportError) as exc:
            if _status(exc) in _TOKEN_REFUSED:
                raise
            return exc
        return None

    def _verified(
        self,
        is_as_wanted: Callable[[], bool],
        trouble: Optional[EdgeError],
        *,
        mend: Optional[Callable[[Held], bool]] = None,
    ) -> Written:
        """Look until it is as wanted, or for as long as there are pauses. ``mend`` is called once, when it is there."""
        held = self._look()
        if mend is not None:
            for pause in self._settling.pauses:
                if held is not None:
                    break
                self._settling.sleep(pause)
                held = self._look()
            if held is not None and mend(held):
                self._look()
        for pause in self._settling.pauses:
            if is_as_wanted():
                return self._done(WRITTEN)
            self._settling.sleep(pause)
            self._look()
        if is_as_wanted():
            return self._done(WRITTEN)
        if trouble is not None and _status(trouble) == 409 and self._seen is not None:
            return self._done(MOVED, "there is another one of this name meanwhile")
        if trouble is not None:
            return self._done(FAILED, trouble.msg)
        return self._done(DIFFERS, "the instance took it and holds something else")

    def _look(self) -> Optional[Held]:
        held = self._api.read(self._name)
        like = self._write["after"] or self._write["before"] or {}
        self._seen = None
        if held is not None:
            self._seen = canonical_object(self._api.kind, self._name, held.record, self._repositories, like)
        return held

    def _done(self, outcome: str, reason: str = "") -> Written:
        return Written(self._api.kind, self._name, self._action, outcome, reason, self._seen)


def _status(trouble: EdgeError) -> Optional[int]:
    return trouble.details.get("http_status")


def _is_uncertain(trouble: EdgeError) -> bool:
    """Whether the work may have been done."""
    return isinstance(trouble, TransportError) or _status(trouble) in _UNCERTAIN
