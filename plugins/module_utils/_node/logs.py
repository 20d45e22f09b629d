# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a node's logs say about its join key and about a start that failed (node-files.md 1.3, 1.8, 2, 10).

Only the last part of each log is read, so the cost does not grow with the age of the node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Iterable, Iterator

from .._domain.moment import stamp
from .._domain.wording import printable
from . import files

TAIL_BYTES = 512 * 1024
LONGEST_REASON = 300
MOST_REASONS = 5
LONGEST_LINE = 4096  # what is looked at of one line when it is quoted

# 7.x writes UTC with a Z, 6.x local time with a comma.
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)[.,](\d{3})(Z?)")
_CODE = re.compile(r"\[(?:\x1b\[[0-9;]*m)?(jf[a-z]+|tomct)\b")

_IMPORTED = "Bootstrap joinKey found in"
_LOADED = "Cluster join: Join key loaded successfully"
_REFUSED = re.compile(r"Cluster join: Retry \d+: Service registry join failed")
# Every line that tells of the join key has one of these in it. To take whole logs apart line by line would cost more
# than everything else that is observed of a busy node.
_ABOUT_JOINING = (_IMPORTED, "Cluster join: ")
_JOINED = re.compile(r"Cluster join: Successfully joined (?:the cluster|(jf[a-z]+)@)")

# The cause comes before its symptoms: most complaints about the join key have another reason (trap 13).
_REASONS = (
    (
        re.compile(r"Master key checksum mismatch|Master key mismatch"),
        "Put the master key back that the node's database was made with.",
    ),
    (
        re.compile(
            r"Found existing master key fingerprint in the DB|Master key is missing"
            r"|[Ff]ailed resolving 'shared\.security\.masterKey'"
        ),
        "Put the node's master key back in its place.",
    ),
    (
        re.compile(r"Given final block not properly padded"),
        "Something was encrypted with another master key: put that master key back.",
    ),
    (
        re.compile(r"permissions are: OWNER_READ OWNER_WRITE|Illegal credentials file"),
        "Correct access/bootstrap.creds: one line user=password, mode 0600, owned by the service user.",
    ),
    (
        re.compile(r"fingerprints mismatch|is not valid YAML"),
        "Correct the file that the line names.",
    ),
    (
        _REFUSED,
        "The service was refused when it joined: the database holds another join key, or clocks or TLS disagree.",
    ),
    (
        re.compile(r"Failed resolving join key|Join key is missing"),
        "Access did not start, so no join key appeared: look at the first error in access-service.log.",
    ),
    (
        re.compile(r"\[(?:\x1b\[[0-9;]*m)?(?:ERROR|FATAL)\b"),
        "Look at the lines before it in the node's logs.",
    ),
)
# What could be a key, a token or a password in a line that goes into an error.
_SECRET = re.compile(r"[0-9a-fA-F]{32,}|(?<![\w-])eyJ[\w-]+\.[\w.-]+|(?i:password|secret|token)\s*[=:]\s*\S+")


@dataclass(frozen=True)
class Line:
    """One line of a log. A line without a time of its own has the one before it."""

    at: datetime
    code: str
    text: str


@dataclass(frozen=True)
class Failure:
    """Why a start failed, as the node's logs tell it."""

    reasons: list[str] = field(default_factory=list)
    remedy: str = ""


def join_key_times(logs: Iterable[Path]) -> tuple[str | None, str | None]:
    """When a bootstrap join key was last found, and since when services are refused, if they still are.

    A refusal counts when neither a later start nor a later success of the same service came after it.
    """
    imported: datetime | None = None
    started: datetime | None = None
    joined: dict[str, datetime] = {}
    refused: dict[str, datetime] = {}
    for line in _lines(logs, _ABOUT_JOINING):
        if _IMPORTED in line.text:
            imported = _later(imported, line.at)
        elif _LOADED in line.text:
            started = _later(started, line.at)
        elif _REFUSED.search(line.text):
            refused[line.code] = max(line.at, refused.get(line.code, line.at))
        else:
            success = _JOINED.search(line.text)
            if success:
                code = success[1] or line.code
                joined[code] = max(line.at, joined.get(code, line.at))
    standing = [
        at
        for code, at in refused.items()
        if (started is None or at >= started) and (code not in joined or joined[code] < at)
    ]
    return (stamp(imported) if imported else None, stamp(max(standing)) if standing else None)


def joined_at(logs: Iterable[Path]) -> str | None:
    """When the services last joined; None when they never did, or when they were refused after that."""
    joined: datetime | None = None
    refused: datetime | None = None
    for line in _lines(logs, _ABOUT_JOINING):
        if _JOINED.search(line.text):
            joined = _later(joined, line.at)
        elif _REFUSED.search(line.text):
            refused = _later(refused, line.at)
    return stamp(joined) if joined is not None and (refused is None or joined >= refused) else None


def start_failure(logs: Iterable[Path], since: datetime) -> Failure:
    """The newest lines since then that tell why the node does not run, the likeliest cause first."""
    recent = [line for line in _lines(logs) if line.at >= since]
    reasons: list[str] = []
    remedy = ""
    for pattern, advice in _REASONS:
        for line in sorted((line for line in recent if pattern.search(line.text)), key=lambda found: found.at):
            quoted = quotable(line.text)
            if quoted not in reasons and len(reasons) < MOST_REASONS:
                reasons.append(quoted)
                remedy = remedy or advice
    return Failure(reasons, remedy)


def quotable(text: str) -> str:
    """The message of a line, short and without anything that could be a secret."""
    message = text.rpartition("] - ")[2] if "] - " in text else text
    message = re.sub(r"\x1b\[[0-9;]*m", "", message[:LONGEST_LINE])
    return printable(_SECRET.sub("…", message.strip()))[:LONGEST_REASON]


def _later(known: datetime | None, found: datetime) -> datetime:
    return found if known is None else max(known, found)


def _lines(logs: Iterable[Path], marks: tuple[str, ...] = ()) -> Iterator[Line]:
    """The lines of the ends of the logs, or those with a mark; lines before the first time are left out."""
    for path in logs:
        text = files.read_part(path, TAIL_BYTES, end=True)
        if not marks:
            yield from _all_lines(text)
        elif any(mark in text for mark in marks):
            yield from _marked_lines(text, marks)


def _all_lines(text: str) -> Iterator[Line]:
    at: datetime | None = None
    for line in text.split("\n"):
        at = _moment(line) or at
        if at is not None:
            yield _line(at, line)


def _marked_lines(text: str, marks: tuple[str, ...]) -> Iterator[Line]:
    done = 0
    for found in re.finditer("|".join(map(re.escape, marks)), text):
        if found.start() < done:
            continue
        begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        done = end if end >= 0 else len(text)
        line = text[begin:done]
        at = _moment(line) or _moment_before(text, begin)
        if at is not None:
            yield _line(at, line)


def _line(at: datetime, text: str) -> Line:
    code = _CODE.search(text)
    return Line(at, code[1] if code else "", text)


def _moment_before(text: str, end: int) -> datetime | None:
    """The time of the nearest line before that has one."""
    while end > 0:
        begin = text.rfind("\n", 0, end - 1) + 1
        at = _moment(text[begin:end])
        if at is not None:
            return at
        end = begin
    return None


def _moment(line: str) -> datetime | None:
    """The time at the start of a line; a time without zone is the node's local time."""
    match = _TIME.search(line, 0, 64)
    if match is None:
        return None
    try:
        value = datetime.fromisoformat(f"{match[1]}T{match[2]}.{match[3]}" + ("+00:00" if match[4] else ""))
        return value.astimezone()
    except (ValueError, OverflowError, OSError):  # digits that are no time
        return None
