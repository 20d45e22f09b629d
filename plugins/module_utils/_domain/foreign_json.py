# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""JSON that somebody else wrote: a service, a node, or whoever may write to a file of ours.

``json.loads`` takes more than JSON, and some of what it takes fails much later: in a sum, in a report, in our own
recursion. So all of the collection reads JSON here; a test holds that.
"""

from __future__ import annotations

import json
from typing import Any, Union

# The deepest that is documented is an Access configuration, with about ten levels.
DEEPEST = 100
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


def parsed(text: Union[str, bytes]) -> Any:
    """What the text holds. Raises ValueError for all that is no JSON (RFC 8259), and for nothing else.

    Refused are also NaN, Infinity and a number that is too large, and what is nested more than DEEPEST levels deep.
    Half a character (a surrogate without its other half, as cutting a Java string leaves it) becomes U+FFFD, because
    no file and no request could take it. Of keys that are there twice, the last one counts, as with the products.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        found = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if "\\ud" in text or "\\uD" in text:
            found = json.loads(_whole(json.dumps(found, ensure_ascii=False)))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not _is_flat(text):
        _check_depth(found)
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value


def _whole(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_flat(text: str) -> bool:
    """Whether the brackets alone say that it is not too deep. Quicker by far than a look at all values."""
    brackets = text.encode("utf-8", "replace").translate(None, _NO_BRACKET)
    for _depth in range(DEEPEST // 2):
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return False


def _check_depth(found: Any) -> None:
    level = [found]
    for _depth in range(DEEPEST + 1):
        level = [one for one in level if isinstance(one, (dict, list))]
        if not level:
            return
        level = [each for one in level for each in (one.values() if isinstance(one, dict) else one)]
    raise ValueError("it is nested too deep")
