# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The actions of a grant: one letter each, as in security-replication.md 2.2, and what the APIs call them (5.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import Iterable, Union

from .snapshot import Mask

# The fixed order of 2.2, and after it what the old plugin did not know.
LETTERS = "dmnrwsx"
ACTIONS = dict(zip(LETTERS, ("DELETE", "MANAGE", "ANNOTATE", "READ", "WRITE", "SCAN", "EXECUTE")))
_WORDS = {
    **{action: letter for letter, action in ACTIONS.items()},
    **{letter.upper(): letter for letter in LETTERS},
    "DEPLOY": "w",
    "MANAGEDXRAYMETA": "s",
    "MXM": "s",
    "DISTRIBUTE": "x",
}


def mask(said: Union[str, Iterable[str]]) -> Mask:
    """The mask of letters in any order, or of a list of actions in the words of any API.

    An action that no page knows stays, behind the letters, as ``<ACTION>``: to drop it would take a right away.
    """
    return _of_text(said) if isinstance(said, str) else _of_words(said)


@lru_cache(maxsize=1024)
def _of_text(said: str) -> Mask:
    return _of_words(_split(said))


def _of_words(words: Iterable[str]) -> Mask:
    letters = {_WORDS.get(word.upper(), word if word.startswith("<") else f"<{word.upper()}>") for word in words}
    return "".join(sorted(letters, key=_place))


@lru_cache(maxsize=1024)
def elements(text: Mask) -> frozenset[str]:
    """The letters of a mask, and the actions in it that no page knows."""
    return frozenset(_split(text))


def joined(letters: Iterable[str]) -> Mask:
    """The mask of these letters."""
    return "".join(sorted(set(letters), key=_place))


def actions(text: Mask) -> list[str]:
    """The actions of a mask as Access v2 names them."""
    return [ACTIONS.get(letter, letter.strip("<>")) for letter in _split(text)]


def _split(text: str) -> list[str]:
    found: list[str] = []
    rest = text
    while rest:
        end = rest.find(">") + 1 if rest.startswith("<") else 1
        end = end or len(rest)
        found.append(rest[:end])
        rest = rest[end:]
    return found


def _place(letter: str) -> tuple[int, str]:
    return (LETTERS.find(letter) if letter in LETTERS else len(LETTERS), letter)
