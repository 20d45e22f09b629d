# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The reader of an Edge's policy: one word for everything, or a dictionary of facts with a word for each."""

from __future__ import annotations

import difflib
from typing import Any, Mapping

from ..plan.shapes import POLICY_NAMES
from ..policy import DEFAULT, WORDS, Policy
from .values import Unusable

_NAMES = (DEFAULT, *POLICY_NAMES)
_WORDS = f"{', '.join(WORDS[:-1])} or {WORDS[-1]}"


def policy(value: Any) -> Policy:
    """What may be done to an Edge."""
    if isinstance(value, str):
        if value not in WORDS:
            raise Unusable(f"is '{value}'. Write {_WORDS}, or a dictionary of facts with one of them each")
        return Policy(default=value)
    if not isinstance(value, Mapping):
        raise Unusable(f"is no word and no dictionary. Write {_WORDS}, or a dictionary of facts with one of them each")
    problems = [_unknown(str(name)) for name in value if name not in _NAMES]
    problems += [
        f"has {name}: {_shown(word)}. Write {_WORDS}"
        for name, word in value.items()
        if name in _NAMES and word not in WORDS
    ]
    if problems:
        raise Unusable(*problems)
    words = {str(name): str(word) for name, word in value.items()}
    return Policy(words.pop(DEFAULT, None), words)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _NAMES, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return f"has '{name}', which is no fact. {meant}It knows {', '.join(_NAMES)}"


def _shown(word: Any) -> str:
    return f"'{word}'" if isinstance(word, str) else "no text" if word is not None else "nothing"
