# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Texts, times and durations as the page shows them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ...wording import printable
from ..words import words

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_CAPITALS = {"jpd": "JPD", "tls": "TLS", "ca": "CA", "rest": "REST", "url": "URL"}
# What the script's encodeURIComponent leaves as it is.
_AS_IT_IS = "!'()*~"


def shown(value: Any) -> Any:
    """The same data with every text free of what would steer the display, such as a turn of the writing direction."""
    if isinstance(value, str):
        return str(value) if value.isprintable() else printable(value)
    if isinstance(value, dict):
        return {shown(name): shown(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    return value


def anchor(edge: str) -> str:
    """The id of an Edge's detail, which is also how the script writes it into the address."""
    return f"edge={quote(edge, safe=_AS_IT_IS)}"


def named(name: str) -> str:
    """The name of a fact, a step or a state as a person writes it."""
    if name == "needs_person":
        return "needs a person"
    return " ".join(_CAPITALS.get(word, word) for word in words(name).split(" "))


def bare(url: str) -> str:
    """A URL without what goes without saying."""
    return url.split("://", 1)[-1].rstrip("/")


def of_host(text: str | None) -> str:
    """A node in words after the name of a fact."""
    return f" of {text}" if text else ""


def day(text: str | None) -> str:
    """The date of a time in RFC 3339."""
    return (text or "")[:10]


def time(text: str | None) -> str:
    """A time in RFC 3339 to the minute."""
    return f"{text[:10]} {text[11:16]} UTC" if text else "at an unknown time"


def month(text: str) -> str:
    """The month of a time in RFC 3339, in words."""
    number = text[5:7]
    if not number.isdigit() or not 1 <= int(number) <= len(_MONTHS):
        return text[:7]
    return f"{_MONTHS[int(number) - 1]} {text[:4]}"


def lasted(seconds: float | None) -> str:
    """A duration as a person says it."""
    if seconds is None:
        return "unknown"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def until(days: int) -> str:
    """How long something still lasts."""
    if days < 0:
        return "ended"
    return {0: "today", 1: "1 day"}.get(days, f"{days} days")
