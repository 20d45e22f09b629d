# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A token that makes its own successor: who followed whom, and what is left to do.

A successor names its predecessor in its description, which the server keeps. So an interrupted rotation can be told
from what the file holds and the server lists, whoever comes next and wherever from:

- The file's token names a predecessor that is still there: it was stored, and the predecessor has to be revoked.
- A token at the server names the file's token as its predecessor: it was made, and nobody has it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Iterable, List, Optional

from .access_token import Token

_PREDECESSOR = re.compile(r" \(replaces (?P<token_id>[A-Za-z0-9_-]{1,100})\)\Z")
LONGEST = 1024 - 120  # what is left for the name of a description that also names a predecessor


def description(name: str, predecessor: str) -> str:
    """The description of the token that replaces another one."""
    return f"{name} (replaces {predecessor})"


def predecessor_of(token: Token) -> Optional[str]:
    """The id of the token that this one has replaced; None when it was not made by a rotation."""
    found = _PREDECESSOR.search(token.description or "")
    return found["token_id"] if found else None


def orphans(listed: Iterable[Token], current: Token) -> List[Token]:
    """The tokens that were made to replace the one in the file, and whose value nobody has."""
    return [
        token for token in listed if token.token_id != current.token_id and predecessor_of(token) == current.token_id
    ]


def is_due(token: Token, *, renew_before: Optional[int], now: datetime) -> bool:
    """Whether the token is to be replaced now. Without a limit in seconds, it is on every run."""
    if renew_before is None:
        return True
    return token.expires_at is not None and token.expires_at - now <= timedelta(seconds=renew_before)
