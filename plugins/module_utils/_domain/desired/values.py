# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Values as people write them in an inventory, read strictly. What cannot be meant raises Unusable."""

from __future__ import annotations

import math
import re
from typing import Any, Callable, Mapping, Optional, Sequence, Tuple

from ..deployment import LOCATION
from ..errors import KeyFormatError
from ..keys.keys import check_key
from ..url import base_url_problem, normal
from ..wording import token_problem

Reader = Callable[[Any], Any]

_TRUE = ("true", "yes", "on", "y", "t", "1")
_FALSE = ("false", "no", "off", "n", "f", "0")
# Half of a character, too: no file and no request could take it.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_MOST_DAYS = 3650
_DIGITS = re.compile(r"[0-9]{1,9}")
_RANGES = {"latitude": 90.0, "longitude": 180.0}


class Unusable(Exception):
    """A value that cannot be meant. ``problems`` say why and what to write instead; none shows a secret."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems


def name(value: Any) -> str:
    """A name: one line without blanks around it."""
    plain = _text(value)
    if plain != plain.strip():
        raise Unusable("has blanks around it. Remove them")
    if _CONTROL.search(plain):
        raise Unusable("has control characters in it. Write plain text on one line")
    return plain


def base_url(value: Any) -> str:
    """A base URL in its normal form."""
    plain = _text(value)
    problem = base_url_problem(plain)
    if problem is not None:
        raise Unusable(f"cannot be used: {problem}")
    return normal(plain)


def secret(value: Any) -> str:
    """An access token."""
    problem = token_problem(value) if isinstance(value, str) else "is no text"
    if problem is not None:
        raise Unusable(f"{problem}. Give an access token with admin rights and nothing around it")
    return str(value)


def path(value: Any) -> str:
    """A path on the controller or on a node."""
    return _text(value)


def boolean(value: Any) -> bool:
    """A truth value in any of the spellings that Ansible accepts."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise Unusable("is no truth value. Write true or false")


def choice(options: Sequence[str]) -> Reader:
    """A reader of one of these words."""

    def read(value: Any) -> str:
        if value in options:
            return str(value)
        raise Unusable(f"is {_shown(value)}. Write one of: {', '.join(options)}")

    return read


def bits(value: Any) -> int:
    """The length of a key that is to be made."""
    if str(value) in ("128", "256"):
        return int(value)
    raise Unusable(f"is {_shown(value)}. Write 128 or 256")


def days(value: Any) -> int:
    """A number of days."""
    return whole_number(value, 0, _MOST_DAYS, "days")


def whole_number(value: Any, least: int, most: int, what: str) -> int:
    """A whole number of something, also as a text of digits, as a template leaves it."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Unusable(f"is {_shown(value)}. Write a number of {what}, from {least} to {most}")
    return int(value)


def command(value: Any) -> Tuple[str, ...]:
    """A command as a list of words; a shell is never asked to take one apart."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(word, str) and word for word in value):
        raise Unusable("is no list of words. Write one, such as [docker, restart, artifactory]")
    return tuple(str(word) for word in value)


def key(kind: str) -> Reader:
    """A reader of a join key or master key."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            # All digits, or digits around one "e": YAML makes a number of it (node-files.md, Traps 17).
            raise Unusable("is no text, so digits of it may be lost. Put the key in quotes")
        try:
            return check_key(str(value), kind)
        except KeyFormatError as exc:
            raise Unusable(f"is refused. {exc.msg.rstrip('.')}") from None

    return read


def tags(value: Any) -> Tuple[str, ...]:
    """Tags as a sorted set: their order does not matter."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)):
        raise Unusable("is no list. Write a list of words, or [] for none")
    for item in items:
        if isinstance(item, bool) or not isinstance(item, (str, int, float)) or not str(item).strip():
            raise Unusable("has an item that is no word. Write a list of words, or [] for none")
    return tuple(sorted({str(item).strip() for item in items}))


def location(value: Any) -> Mapping[str, Any]:
    """Where the Edge is; distribution rules match it, so all four keys are needed (control-plane-api.md 1.3)."""
    if not isinstance(value, Mapping):
        raise Unusable(f"is no dictionary. Give {', '.join(LOCATION)}")
    found: dict[str, Any] = {}
    problems: list[str] = []
    for field in LOCATION:
        try:
            found[field] = _location_field(field, value.get(field))
        except Unusable as exc:
            problems += [f"has a wrong {field}: it {problem}" for problem in exc.problems]
    missing = [field for field in LOCATION if value.get(field) is None]
    if missing:
        problems.insert(0, f"has no {', '.join(missing)}. Give {', '.join(LOCATION)}")
    if problems:
        raise Unusable(*problems)
    return found


def _location_field(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field in _RANGES:
        return _coordinate(value, _RANGES[field])
    if field == "country_code":
        return _country(value)
    return name(value)


def _coordinate(value: Any, limit: float) -> float:
    number: Optional[float] = None
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = None
    if number is None or not math.isfinite(number):
        raise Unusable(f"is {_shown(value)}, no number. Write degrees with a point, such as 45.764")
    if abs(number) > limit:
        raise Unusable(f"is {_shown(value)}. Write degrees from -{limit:.0f} to {limit:.0f}")
    return number


def _country(value: Any) -> str:
    if value is False:
        raise Unusable("is a truth value, because YAML reads NO as false. Put the two letters in quotes")
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise Unusable(f"is {_shown(value)}. Write the two letters of ISO 3166-1, such as FR")
    return value.upper()


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Unusable("is no text. Put it in quotes")
    if not str(value).strip():
        raise Unusable("is empty. Give it a value")
    return str(value)


def _shown(value: Any) -> str:
    """What was written, short; only for values that are no secrets."""
    shown = repr(str(value)) if isinstance(value, str) else str(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
