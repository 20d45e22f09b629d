# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The settings of a YAML file without a YAML library: a node has the standard library only.

It reads the block style that the product writes (node-files.md 4 and 9): nested mappings, plain and quoted values,
values over several lines, lists. Anything else, such as anchors, tags or several documents, is a problem that is named
with its line: a file is read wholly or not at all, and never by a guess. No text of a problem shows a value.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

from .yaml_scalar import (
    NULLS,
    Unreadable,
    block_text,
    end_of_flow,
    end_of_quoted,
    flow,
    fold,
    plain,
    unquoted,
    without_comment,
)

Settings = Dict[str, Union[str, List[str]]]

# The colon behind a key, or the comment that comes before any.
_COLON = re.compile(r":(?=[ \t]|$)|(?<=[ \t])#")
_NO_KEY = re.compile(r"[\s,\[\]{}#&*!|>'\"%@`]|[-?:](?:\s|$)|[?:]")
_BLOCK = re.compile(r"(?P<style>[|>])(?P<marks>[1-9][+-]?|[+-][1-9]?)?(?:[ \t]+#.*|[ \t]*)$")
# A quote that is not closed would otherwise be looked for in the whole rest of the file, time and again.
_LONGEST_VALUE = 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]")


def read(text: str) -> Tuple[Settings, Optional[str]]:
    """The settings by their dotted path, and why the text cannot be read; then there are no settings.

    A value is its text, or a list of texts. What is null is not set and left out. A key that has a dot of its own
    stands in double quotes in the path, and what lies in a list of more than single values has a number in brackets.
    """
    lines = _Lines(text)
    try:
        return _flattened(_document(lines)), None
    except Unreadable as exc:
        return {}, f"line {lines.number}: {exc}"
    except RecursionError:
        return {}, "it is nested too deeply"


class _Lines:
    """The lines of the text, of which the next one with content is looked at."""

    def __init__(self, text: str) -> None:
        self._lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
        self._next = 0

    @property
    def number(self) -> int:
        """The line that was looked at last, counted from 1."""
        return min(self._next + 1, len(self._lines))

    def peek(self) -> Optional[str]:
        """The next line with content; None at the end."""
        while self._next < len(self._lines):
            line = self._lines[self._next]
            if _CONTROL.search(line):
                raise Unreadable("it has a control character")
            if without_comment(line):
                if line.lstrip(" ").startswith("\t"):
                    raise Unreadable("it is indented by a tab")
                return line
            self._next += 1
        return None

    def advance(self) -> None:
        self._next += 1

    def replace(self, line: str) -> None:
        """Put another line in the place of the next one."""
        self._lines[self._next] = line

    def following(self, count: int) -> List[str]:
        """The lines after the next one, as they are."""
        return self._lines[self._next + 1 : self._next + 1 + count]

    def raw(self) -> Optional[str]:
        """The next line as it is, also without content; None at the end."""
        return self._lines[self._next] if self._next < len(self._lines) else None


def _document(lines: _Lines) -> Dict[str, Any]:
    first = lines.peek()
    empty = first is not None and re.match(r"(?:---[ \t]+)?\{\}$", without_comment(first)) is not None
    if first is not None and (empty or re.match(r"---(?:[ \t]|$)", first)):
        if not empty and without_comment(first) != "---":
            raise Unreadable("it has more than the marker of the document in its line")
        lines.advance()
    line = lines.peek()
    found = None
    if line is not None and not _is_end(line) and not empty:
        if _indent(line) or _split(line) is None:
            raise Unreadable("it does not begin with a setting at the left margin")
        found = _mapping(lines, 0)
    line = lines.peek()
    if line is not None and _is_end(line) and without_comment(line) == "...":
        lines.advance()
        line = lines.peek()
    if line is not None:
        raise Unreadable(
            "something stands behind the end of its document"
            if _is_end(line)
            else "its indentation fits to nothing above"
        )
    return found or {}


def _node(lines: _Lines, parent: int, *, list_at_parent: bool) -> Any:
    """What is nested below a key or a hyphen at the indentation of its parent."""
    line = lines.peek()
    if line is None or _is_end(line):
        return None
    indent = _indent(line)
    if indent == parent and list_at_parent and _is_item(line):
        return _sequence(lines, indent)
    if indent <= parent:
        return None
    if _is_item(line):
        return _sequence(lines, indent)
    if _split(line.lstrip(" ")):
        return _mapping(lines, indent)
    lines.replace(line.lstrip(" "))
    return _value(lines, line.lstrip(" "), parent)


def _mapping(lines: _Lines, indent: int) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    while True:
        line = lines.peek()
        if line is None or _is_end(line) or _indent(line) < indent:
            return found
        if _indent(line) > indent:
            raise Unreadable("its indentation fits to nothing above")
        setting = _split(line[indent:])
        if setting is None:
            if _is_item(line):
                return found
            raise Unreadable("it is no setting: a key and a colon are expected")
        key = _key(setting[0])
        if key in found:
            raise Unreadable("its key stands there twice")
        if without_comment(setting[1]):
            found[key] = _value(lines, setting[1].lstrip(" \t"), indent)
        else:
            lines.advance()
            found[key] = _node(lines, indent, list_at_parent=True)


def _sequence(lines: _Lines, indent: int) -> List[Any]:
    found: List[Any] = []
    while True:
        line = lines.peek()
        if line is None or _is_end(line) or _indent(line) < indent or not _is_item(line):
            if line is not None and not _is_end(line) and _indent(line) > indent:
                raise Unreadable("its indentation fits to nothing above")
            return found
        if _indent(line) > indent:
            raise Unreadable("its indentation fits to nothing above")
        rest = line[indent + 1 :]
        if not without_comment(rest):
            lines.advance()
            found.append(_node(lines, indent, list_at_parent=False))
        elif rest.lstrip(" ").startswith("\t"):
            raise Unreadable("it is indented by a tab")
        elif _is_item(rest) or _split(rest.lstrip(" ")):
            # A nested list or mapping that begins in the line of the hyphen (YAML 1.2, 8.2.1).
            lines.replace(" " * (indent + 1) + rest)
            found.append(_node(lines, indent, list_at_parent=False))
        else:
            found.append(_value(lines, rest.lstrip(" "), indent))


def _split(text: str) -> Optional[Tuple[str, str]]:
    """The key, with its quotes, and what follows its colon; None for what is no setting."""
    if text[:1] in ('"', "'"):
        end = end_of_quoted(text)
        rest = text[end:].lstrip(" \t") if end >= 0 else ""
        return (text[:end], rest[1:]) if rest[:1] == ":" and rest[1:2] in ("", " ", "\t") else None
    if _NO_KEY.match(text):
        return None
    found = _COLON.search(text)
    if found is None or found[0] == "#":
        return None
    return text[: found.start()].rstrip(" \t"), text[found.end() :]


def _key(text: str) -> str:
    key = unquoted(text) if text[0] in "\"'" else text
    if key == "<<" or (text[0] not in "\"'" and key in NULLS):
        raise Unreadable("its key has a meaning of its own")
    return key


def _value(lines: _Lines, text: str, parent: int) -> Any:
    """The value that begins with the text, in the next line, and may go on in lines that are indented deeper."""
    block = _BLOCK.match(text)
    if block is not None:
        if re.search("[1-9]", block["marks"] or ""):
            raise Unreadable("a text of several lines says its own indentation")
        lines.advance()
        return _block(lines, block["style"], block["marks"] or "", parent)
    if text[0] in "\"'":
        quoted = unquoted(_until(lines, text, parent, end_of_quoted))
        lines.advance()
        return quoted
    if text[0] in "[{":
        collection = flow(_until(lines, text, parent, end_of_flow))
        lines.advance()
        return collection
    return _plain(lines, text, parent)


def _until(lines: _Lines, text: str, parent: int, end_of: Callable[[str], int]) -> str:
    """The text with as many further lines as it takes to its end, without the comment behind it."""
    end = end_of(text)
    if end < 0:
        text = "\n".join([text, *_deeper(lines, parent)])
        end = end_of(text)
    if end < 0:
        raise Unreadable("a quote or bracket is not closed")
    value, behind = text[:end], text[end:].partition("\n")[0]
    if behind and (behind[0] not in " \t" or without_comment(behind)):
        raise Unreadable("something stands behind a closing quote or bracket")
    if _CONTROL.search(value):
        raise Unreadable("it has a control character")
    for _line in range(value.count("\n")):
        lines.advance()
    return value


def _deeper(lines: _Lines, parent: int) -> Iterator[str]:
    """The lines that follow as far as they may belong to a value of the key at the indentation."""
    for line in lines.following(_LONGEST_VALUE):
        if line.strip() and (_indent(line) <= parent or _is_end(line)):
            return
        yield line


def _plain(lines: _Lines, text: str, parent: int) -> Any:
    parts = [without_comment(text)]
    first = plain(parts[0])
    ended = parts[0] != text.strip(" \t")
    lines.advance()
    empty = 0
    while True:
        line = lines.raw()
        if line is None:
            break
        if not line.strip(" \t"):
            empty += 1
            lines.advance()
            continue
        content = without_comment(line)
        if not content or _indent(line) <= parent or _is_end(line):
            break
        if ended or _CONTROL.search(line) or line.lstrip(" ").startswith("\t"):
            raise Unreadable("its indentation fits to nothing above")
        if re.search(r":(?:\s|$)", content):
            raise Unreadable("it has a colon where a value should go on")
        parts += [""] * empty + [content]
        empty, ended = 0, content != line.strip(" \t")
        lines.advance()
    return fold(parts) if len(parts) > 1 else first


def _block(lines: _Lines, style: str, marks: str, parent: int) -> str:
    """A literal or folded text (YAML 1.2, 8.1)."""
    body: List[str] = []
    while True:
        line = lines.raw()
        if line is None or (line.strip(" ") and _indent(line) <= parent):
            break
        if _CONTROL.search(line):
            raise Unreadable("it has a control character")
        body.append(line)
        lines.advance()
    return block_text(body, style, marks, ends_the_file=lines.raw() is None)


def _flattened(tree: Dict[str, Any]) -> Settings:
    found: Settings = {}
    _flatten(tree, "", found)
    return found


def _flatten(node: Any, path: str, found: Settings) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            name = f'"{key}"' if "." in key or "[" in key or '"' in key or not key else key
            _flatten(value, f"{path}.{name}" if path else name, found)
    elif isinstance(node, list):
        if any(isinstance(item, (dict, list)) for item in node):
            for number, item in enumerate(node):
                _flatten(item, f"{path}[{number}]", found)
        else:
            found[path] = ["" if item is None else item for item in node]
    elif node is not None:
        found[path] = node


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_item(line: str) -> bool:
    return re.match(r" *-(?:[ \t]|$)", line) is not None


def _is_end(line: str) -> bool:
    """The marker of another document, or of this one's end."""
    return re.match(r"(?:---|\.\.\.)(?:[ \t]|$)", line) is not None
