# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Cron expressions of Quartz, as far as being one goes.

Six fields and a year that may be left out: seconds, minutes, hours, day of month, month, day of week
(quartz-scheduler.org, "CronTrigger Tutorial"). The scheduler of Artifactory refuses what is none when the plugin is
loaded, which is too late.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Mapping, Optional

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
ANY, NONE = "*", "?"


@dataclass(frozen=True)
class Field:
    """One field: its range, the names of its values, and whether a range may go over its end (FRI-MON)."""

    name: str
    lowest: int
    highest: int
    names: Mapping[str, int]
    wraps: bool = True


_SECONDS = Field("seconds", 0, 59, {})
_MINUTES = Field("minutes", 0, 59, {})
_HOURS = Field("hours", 0, 23, {})
_DAY_OF_MONTH = Field("day of month", 1, 31, {})
_MONTH = Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)})
_DAY_OF_WEEK = Field("day of week", 1, 7, {name: number for number, name in enumerate(_DAYS, start=1)})
_YEAR = Field("year", 1970, 2099, {}, wraps=False)
_FIELDS = (_SECONDS, _MINUTES, _HOURS, _DAY_OF_MONTH, _MONTH, _DAY_OF_WEEK, _YEAR)

# The last day, the last weekday, or so many days before it; the weekday next to a day.
_SPECIAL_DAY_OF_MONTH = re.compile(r"L(?:-(?P<before>\d{1,2}))?W?|(?P<day>\d{1,2})W", re.ASCII)
# The last such day of the month, or its first to fifth one.
_SPECIAL_DAY_OF_WEEK = re.compile(r"L|(?P<day>[1-7]|[A-Z]{3})(?:L|#[1-5])", re.ASCII)
_PART = re.compile(r"(?P<from>[A-Z0-9]{1,4}|\*)?(?:-(?P<to>[A-Z0-9]{1,4}))?(?:/(?P<step>\d{1,4}))?", re.ASCII)


def problem(expression: str) -> Optional[str]:
    """Why this is no cron expression of Quartz, in words that follow its name; None when it is one."""
    fields = expression.upper().split()
    if not 6 <= len(fields) <= 7:
        hint = ", and that of a Unix crontab has five" if len(fields) == 5 else ""
        return (
            f"has {len(fields)} fields, where Quartz has six (seconds, minutes, hours, day of month, month, day of "
            f"week) and a year that may be left out{hint}"
        )
    if (fields[3] == NONE) == (fields[5] == NONE):
        which = "both have" if fields[3] == NONE else "none of them has"
        return f"has to have '?' for exactly one of day of month and day of week, and {which} it"
    found = [found for field, text in zip(_FIELDS, fields) for found in _problems(field, text)]
    return "; ".join(found) or None


def _problems(field: Field, text: str) -> List[str]:
    if text == NONE and field in (_DAY_OF_MONTH, _DAY_OF_WEEK):
        return []
    if _is_special(field, text):
        return []
    found = [_part_problem(field, part) for part in text.split(",")]
    return [f"has the {field.name} '{text}', where {why}" for why in found if why is not None][:1]


def _is_special(field: Field, text: str) -> bool:
    """A form that stands alone, and not in a list."""
    if field is _DAY_OF_MONTH:
        found = _SPECIAL_DAY_OF_MONTH.fullmatch(text)
        return found is not None and int(found["before"] or 0) <= 30 and 1 <= int(found["day"] or 1) <= 31
    if field is _DAY_OF_WEEK:
        found = _SPECIAL_DAY_OF_WEEK.fullmatch(text)
        return found is not None and (found["day"] is None or _value(field, found["day"]) is not None)
    return False


def _part_problem(field: Field, part: str) -> Optional[str]:
    found = _PART.fullmatch(part)
    if found is None or not part or (found["from"] is None and found["step"] is None):
        return f"'{part}' is neither a value, a range nor a step"
    start, end, step = found["from"], found["to"], found["step"]
    if end is not None and start in (None, ANY):
        return f"the range '{part}' has no beginning"
    values = [_value(field, text) for text in (start, end) if text not in (None, ANY)]
    if None in values:
        words = f" or {'/'.join(list(field.names)[:2])}..." if field.names else ""
        return f"values are {field.lowest} to {field.highest}{words}"
    if len(values) == 2 and not field.wraps and (values[0] or 0) > (values[1] or 0):
        return f"the range '{part}' goes backwards"
    if step is not None and not 1 <= int(step) <= field.highest:
        return f"the step of '{part}' is not 1 to {field.highest}"
    return None


def _value(field: Field, text: Optional[str]) -> Optional[int]:
    """A value by its name or number; None when it is none of this field."""
    if text is None or text in field.names:
        return field.names.get(text or "")
    return int(text) if text.isdigit() and field.lowest <= int(text) <= field.highest else None
