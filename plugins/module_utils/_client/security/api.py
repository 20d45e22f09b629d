# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What every API of one kind of objects can do, whichever it is (security-replication.md 5.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Protocol, Sequence

from ..._domain.replication.snapshot import Object
from ..segment import segment
from ..session import Answer, JFrogSession
from .shapes import fits


@dataclass(frozen=True)
class Held:
    """One object as an instance holds it.

    ``record``: in the form of a snapshot, users and groups without their grants, a permission with its principals (see
    ``_domain/replication/grants.py``). ``raw``: the answer itself, of which a replacement keeps what we do not know.
    ``mentions``: names of other objects in it by kind.
    """

    record: Object
    raw: Mapping[str, Any] = field(repr=False)
    mentions: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Impossible(Exception):
    """The API has no way to say it; the text says what."""


class KindApi(Protocol):
    """One kind at one instance, by one session."""

    kind: str
    api: str

    def names(self) -> list[str]:
        """All names. Raises IncompleteError for a list that provably lacks some."""

    def read(self, name: str) -> Optional[Held]:
        """The object, or None. Raises ApiError for a 404 that is the endpoint's and not the object's."""

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """Make the object, once: no second attempt after an answer that got lost. Raises Impossible."""

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """Make what is held the wanted; what we do not know in it stays. Raises Impossible.

        ``before``: the canonical form of what is held. ``again``: write it even if it is the same.
        """

    def delete(self, name: str) -> None:
        """Take the object away; gone already is fine. Raises ApiError as ``read`` does."""


def one(path: str, name: str) -> str:
    """The path of one object: whatever its name is made of, it is one part of the path (5.8)."""
    return f"{path}/{segment(name)}"


def told_names(answer: Answer, entries: Any, key: str) -> list[str]:
    """The names in a list. Raises ApiError for a body of another shape."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and entry.get(key) for entry in entries):
        raise answer.refused()
    return [str(entry[key]) for entry in entries]


class Endpoint:
    """What the APIs have in common: a session, and a path with objects below it."""

    kind: str
    path: str
    shape: Any

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def _object(self, name: str, *, missing: tuple[int, ...] = (404,), **options: Any) -> Optional[Mapping[str, Any]]:
        """What GET has of one object; None when the list, a known good call, answers and has no such object.

        Raises ApiError for a body of another shape.
        """
        answer = self._session.call(
            "GET", one(self.path, name), ok=(200, *missing), purpose=self._purpose("read", name), **options
        )
        if answer.status == 200:
            found = answer.object()
            if not fits(found, self.shape):
                raise answer.refused()
            return found
        if self._is_listed(name):
            raise answer.refused()
        return None

    def _delete(self, name: str, *done: int) -> None:
        answer = self._session.call(
            "DELETE", one(self.path, name), ok=(*done, 404), purpose=self._purpose("delete", name)
        )
        if answer.status == 404 and self._is_listed(name):
            raise answer.refused()

    def _is_listed(self, name: str) -> bool:
        """Whether a call that is known to be good, which raises ApiError when it is not, has the object as well."""
        raise NotImplementedError

    def _purpose(self, verb: str, name: str) -> str:
        return f"{verb} the {self.kind[:-1]} '{name}'"
