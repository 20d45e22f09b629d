# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Single values of a YAML file as text: plain, quoted, folded over several lines, and flow collections (YAML 1.2, 7).

For ``yaml_block``. Whatever is not understood raises Unreadable; nothing is guessed.
"""

from __future__ import annotations

import re
from typing import Any, List, Tuple

NULLS = ("", "~", "null", "Null", "NULL")
# What no plain value may begin with, because it means something else (YAML 1.2, 5.3).
_INDICATORS = "&*!|>%@`,]}#"
_PLAIN_BEGIN = re.compile(r"[-?:](?:\s|$)")
_SIMPLE = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_WIDTHS = {"x": 2, "u": 4, "U": 8}
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SINGLE = re.compile(r"'(?:[^']|'')*'(?!')")
_SPACE = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.|$)", re.DOTALL)


class Unreadable(Exception):
    """What is written there is not understood. The text names it without showing a value."""


def without_comment(text: str) -> str:
    """Plain text without the comment behind it; a comment begins at the start or after white space."""
    found = re.search(r"(?:^|\s)#", text)
    return (text[: found.start()] if found else text).strip(" \t")


def plain(text: str) -> Any:
    """The value of plain text; None for a null. Raises Unreadable for what only looks plain."""
    if text in NULLS:
        return None
    if text[0] in _INDICATORS or _PLAIN_BEGIN.match(text):
        raise Unreadable("it has an anchor, an alias, a tag or another sign that has a meaning of its own")
    if re.search(r":(?:\s|$)", text):
        raise Unreadable("it has a colon where a value should be")
    return text


def fold(lines: List[str], *, escapes: bool = False) -> str:
    """Several lines of one value as one: a line end becomes a space, empty lines stay (YAML 1.2, 6.5).

    ``escapes``: in double quotes a backslash at the end of a line takes the line end away (7.3.1).
    """
    parts: List[str] = []
    empty, joint = 0, ""
    for number, line in enumerate(lines):
        is_first, is_last = number == 0, number == len(lines) - 1
        text = line if is_first else line.lstrip(" \t")
        is_joined = escapes and not is_last and _ends_escaped(text)
        if is_joined:
            text = text[:-1]
        elif not is_last:
            text = text.rstrip(" \t")
        if not (text or is_first or is_last or is_joined):
            empty += 1
            continue
        parts += ["" if is_first else "\n" * empty or joint, text]
        empty, joint = 0, "" if is_joined else " "
    return "".join(parts)


def _ends_escaped(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def block_text(lines: List[str], style: str, marks: str, *, ends_the_file: bool) -> str:
    """A literal or folded text of whole lines (YAML 1.2, 8.1). Raises Unreadable for uneven indentation."""
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")]
    indent = indents[0] if indents else 0
    if indents and (min(indents) < indent or any(len(line) > indent and not line.strip(" ") for line in lines)):
        raise Unreadable("a text of several lines is indented unevenly")
    body = [line[indent:] if indents else "" for line in lines]
    end = max((number for number, line in enumerate(body, start=1) if line), default=0)
    content, tail = body[:end], body[end:]
    if style == ">" and any(line[:1] in (" ", "\t") for line in content):
        raise Unreadable("a folded text is indented unevenly")
    joined = "\n".join(content) if style == "|" else _folded(content)
    cut_off = ends_the_file and not tail  # the file does not end with a line end
    if "-" in marks or cut_off or (not content and "+" not in marks):
        return joined
    if "+" in marks:
        # Behind the file's last line end there is one more line for us, and none in it.
        return joined + "\n" * (len(tail) - ends_the_file + bool(content))
    return joined + "\n"


def _folded(lines: List[str]) -> str:
    leading = next((number for number, line in enumerate(lines) if line), 0)
    return "\n" * leading + (fold(lines[leading:]) if lines[leading:] else "")


def end_of_quoted(text: str, start: int = 0) -> int:
    """Where the quoted text ends that begins at the position, behind its quote; -1 when it does not end here."""
    found = (_DOUBLE if text[start] == '"' else _SINGLE).match(text, start)
    return found.end() if found else -1


def unquoted(text: str) -> str:
    """What stands between the quotes, which may span several lines. Raises Unreadable."""
    lines = text[1:-1].split("\n")
    if text[0] == "'":
        return fold(lines).replace("''", "'")
    if any(_ends_escaped(line.rstrip(" \t")) and not _ends_escaped(line) for line in lines[:-1]):
        raise Unreadable("a text in quotes has a backslash and spaces at the end of a line")
    return _ESCAPE.sub(_unescaped, fold(lines, escapes=True))


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        number = int(code[1:], 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise Unreadable("a text in quotes has an escape that is no character")
        return chr(number)
    if code not in _SIMPLE:
        raise Unreadable("a text in quotes has an escape that YAML does not know")
    return _SIMPLE[code]


def end_of_flow(text: str) -> int:
    """Where the flow collection ends that the text begins with; -1 when it does not end here."""
    depth, position = 0, 0
    while position < len(text):
        sign = text[position]
        if sign in "\"'" and text[position - 1] in " \t\n,[{:":
            position = end_of_quoted(text, position)
            if position < 0:
                return -1
            continue
        if sign == "#" and text[position - 1] in " \t\n":
            raise Unreadable("a list in brackets has a comment inside")
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign, 0)
        position += 1
        if depth == 0:
            return position
    return -1


def flow(text: str) -> Any:
    """A whole flow collection. Only lists of single values, and what is empty. Raises Unreadable."""
    brackets = text[0] + text[-1]
    if brackets not in ("[]", "{}"):
        raise Unreadable("its brackets do not match")
    if not text[1:-1].strip():
        return [] if brackets == "[]" else {}
    if brackets == "{}":
        raise Unreadable("it has settings in braces")
    items: List[Any] = []
    position, end = _skip(text, 1), len(text) - 1
    while position < end:
        item, position = _flow_item(text, position, end)
        items.append(item)
    return items


def _flow_item(text: str, start: int, end: int) -> Tuple[Any, int]:
    """The item of a list that begins at the position, and where the next one does."""
    if text[start] in "\"'":
        behind = end_of_quoted(text, start)
        item: Any = unquoted(text[start:behind])
    else:
        comma = text.find(",", start, end)
        behind = comma if comma >= 0 else end
        body = fold(text[start:behind].strip().split("\n"))
        if not body or re.search(r"[\[\]{}\"']|^-$", body):
            raise Unreadable("a list in brackets holds more than single values")
        item = plain(body)
    behind = _skip(text, behind)
    if behind < end and text[behind] != ",":
        raise Unreadable("a list in brackets holds more than single values")
    return item, _skip(text, behind + 1)


def _skip(text: str, start: int) -> int:
    """Where the white space ends that begins at the position."""
    found = _SPACE.match(text, start)
    return found.end() if found else start
