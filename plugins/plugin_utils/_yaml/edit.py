# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Changes single settings of a YAML text and leaves every other character as it is.

Comments, order, quotes, anchors, blank lines and line ends stay. The result is read again before it is used: if it
says anything else than what was there with the wanted settings changed, it is refused. Runs on the controller only.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any, Iterable, Tuple

from ...module_utils._domain.errors import ConflictError
from ...module_utils._domain.settings.system_yaml import text_of
from . import scalar_text as scalar
from .tree import Alias, Document, Mapping, Node, Scalar, Sequence, parse, parts_of, texts

DEFAULT_STEP = 4  # the indentation of the vendor's templates

Splice = Tuple[int, int, str]  # start and end of what is replaced, and the new text


def edited(text: str, wanted: dict[str, Any], path: str) -> str:
    """The text with the settings changed; those that are None are taken out. Raises ConflictError.

    ``wanted`` has dotted paths, see ``system_yaml.check_settings``; ``path`` is the file's name for errors.
    """
    document = parse(text, path)
    expected = texts(document, path)
    changed = text
    for name, value in wanted.items():
        changed = _Edit(changed, document, path, name).apply(value)
        document = _parsed_again(changed, name, path)
        expected = {known: told for known, told in expected.items() if not _is_in(known, name)}
        if value is not None:
            expected[name] = text_of(value)
        if texts(document, path) != expected:
            raise _unsafe(name, path)
    return changed


def _parsed_again(changed: str, name: str, path: str) -> Document:
    try:
        return parse(changed, path)
    except ConflictError:
        raise _unsafe(name, path) from None


def _unsafe(name: str, path: str) -> ConflictError:
    return ConflictError(
        f"Cannot edit {path}: it is written in a way that this collection cannot change safely. Write '{name}' into it "
        "by hand, in a line of its own; nothing was written.",
        path=path,
    )


def _is_in(name: str, section: str) -> bool:
    return name == section or name.startswith((f"{section}.", f"{section}["))


class _Edit:
    """One change of one setting."""

    def __init__(self, text: str, document: Document, path: str, name: str) -> None:
        self._text = text
        self._path = path
        self._name = name
        self._document = document
        self._line_end = "\r\n" if "\r\n" in text else "\n"

    def apply(self, value: Any) -> str:
        """The changed text."""
        splices = self._remove() if value is None else self._set(value)
        changed = self._text
        for start, end, new in sorted(splices, reverse=True):
            changed = changed[:start] + new + changed[end:]
        return changed

    # Finding

    def _set(self, value: Any) -> Iterable[Splice]:
        parts = self._name.split(".")
        section = self._document.root
        if section is None:
            return [self._lines_at(len(self._text), self._block(parts, value, 0))]
        for depth, part in enumerate(parts):
            self._check_unshared(section)
            found = section.get(part)
            rest = parts[depth + 1 :]
            if found is None:
                return self._insert(section, parts[depth:], value)
            key, node = found
            if not rest:
                return self._replace(section, key, node, value)
            if isinstance(node, Scalar) and node.is_null:
                return self._open(section, key, node, rest, value)
            if not isinstance(node, Mapping):
                raise self._refused(f"'{part}' in line {key.line} is no section of its own")
            section = node
        raise AssertionError("a path has at least one part")

    def _remove(self) -> Iterable[Splice]:
        section = self._document.root
        *sections, last = self._name.split(".")
        for part in sections:
            found = section.get(part) if section is not None else None
            node = found[1] if found is not None else None
            if isinstance(node, Alias):
                raise self._refused(f"the section '{part}' in line {node.line} is a reference to another one")
            if not isinstance(node, Mapping):
                return []
            section = node
        if section is None or section.get(last) is None:
            return []
        self._check_unshared(section)
        index = next(
            i for i, (key, _value) in enumerate(section.pairs) if isinstance(key, Scalar) and key.value == last
        )
        key, node = section.pairs[index]
        for inner in parts_of(node):
            self._check_unshared(inner)
        if section.flow:
            return [self._flow_removal(section, index)]
        start = self._line_start(key.start)
        if self._text[start : key.start].strip():
            raise self._refused(f"'{last}' does not begin the line {key.line}")
        return [(start, self._after_line(self._content_end(key, node)), "")]

    def _flow_removal(self, section: Mapping, index: int) -> Splice:
        key, node = section.pairs[index]
        if index + 1 < len(section.pairs):
            return key.start, section.pairs[index + 1][0].start, ""
        if index:
            return self._content_end(*section.pairs[index - 1]), self._content_end(key, node), ""
        return key.start, self._content_end(key, node), ""

    # Inserting

    def _insert(self, section: Mapping, parts: list[str], value: Any) -> Iterable[Splice]:
        if section.merges and len(parts) > 1:
            raise self._refused(f"the section in line {section.line} is made of another one")
        if section.flow:
            new = scalar.flow_setting(parts, value)
            if not section.pairs:
                return [(section.end - 1, section.end - 1, new)]
            end = self._content_end(*section.pairs[-1])
            return [(end, end, f", {new}")]
        first, column = section.pairs[0][0], section.pairs[0][0].column
        if self._text[self._line_start(first.start) : first.start].strip():
            raise self._refused(f"the section in line {section.line} does not begin in a line of its own")
        position = self._after_line(self._content_end(*section.pairs[-1]))
        position = self._after_comments(position, column)
        return [self._lines_at(position, self._block(parts, value, column))]

    def _open(self, section: Mapping, key: Scalar, node: Scalar, rest: list[str], value: Any) -> Iterable[Splice]:
        """The first setting of a section that has none yet."""
        self._check_unshared(node)
        after = self._after_colon(key)
        if section.flow:
            return [(after, max(after, node.end), f" {{{scalar.flow_setting(rest, value)}}}")]
        emptied = [(after, node.end, "")] if node.end > after and node.value else []
        lines = self._block(rest, value, key.column + self._step())
        return [*emptied, self._lines_at(self._after_line(after), lines)]

    def _after_comments(self, position: int, column: int) -> int:
        """Behind the comments that follow without a blank line and are indented like the section, or deeper."""
        while True:
            match = re.compile(r"( *)#[^\n]*(?:\n|$)").match(self._text, position)
            if match is None or len(match[1]) < column or match.end() == match.start():
                return position
            position = match.end()

    # Replacing

    def _replace(self, section: Mapping, key: Scalar, node: Node, value: Any) -> Iterable[Splice]:
        self._check_unshared(node)
        if isinstance(node, Mapping):
            raise self._refused(f"it is a section in line {node.line}")
        if isinstance(node, Sequence) and not node.flow:
            return self._replace_block_list(key, node, value)
        start, end = max(node.start, self._after_colon(key)), self._value_end(node)
        empty = node.start == node.end
        if isinstance(value, (list, tuple)) and value and not section.flow and not isinstance(node, Sequence):
            # A list takes lines of its own; what stands behind the old value in its line stays there.
            start = self._after_colon(key)
            lines = self._items(value, key.column + self._step())
            after = self._after_line(start if empty else end)
            return [*([] if empty else [(start, end, "")]), self._lines_at(after, lines)]
        style = node.style if isinstance(node, Scalar) else ""
        new = scalar.flow_value(value) if isinstance(value, (list, tuple)) else scalar.text(value, style)
        if empty:
            after = self._after_colon(key)
            return [(after, after, f" {new}")]
        if isinstance(node, Scalar) and node.anchor:
            new = f"&{node.anchor} {new}"
        return [(start, end, new)]

    def _replace_block_list(self, key: Scalar, node: Sequence, value: Any) -> Iterable[Splice]:
        places = [self._item_lines(item) for item in node.items]
        gone = [(start, end, "") for start, end in places]
        if not isinstance(value, (list, tuple)) or not value:
            new = "[]" if isinstance(value, (list, tuple)) else scalar.text(value, "")
            after = self._after_colon(key)
            return [(after, after, f" {new}"), *gone]
        before = [item.value if isinstance(item, Scalar) else None for item in node.items]
        column = self._dash(node.items[0]) - self._line_start(node.items[0].start)
        splices: list[tuple[int, int, str]] = []
        matcher = SequenceMatcher(None, before, text_of(value), autojunk=False)
        for tag, first, last, new_first, new_last in matcher.get_opcodes():
            if tag == "equal":
                continue
            added = value[new_first:new_last]
            position = places[first][0] if first < len(places) else places[-1][1]
            if first == last:
                splices.append(self._lines_at(position, self._items(added, column)))
                continue
            splices += [(start, end, "") for start, end in places[first + 1 : last]]
            lines = self._items(added, column)
            end = places[first][1]
            new = self._joined(lines) if self._text[:end].endswith("\n") else self._joined(lines).rstrip("\r\n")
            splices.append((places[first][0], end, new))
        return splices

    def _item_lines(self, item: Node) -> tuple[int, int]:
        dash = self._dash(item)
        if self._text[dash + 1 : item.start].strip(" ") or "\n" in self._text[dash : item.start]:
            raise self._refused(f"the item of the list in line {item.line} does not stand in one line with its hyphen")
        return self._line_start(dash), self._after_line(self._value_end(item))

    def _dash(self, item: Node) -> int:
        dash = self._text.rfind("-", self._line_start(item.start), item.start + (item.start == item.end))
        if dash < 0 or self._text[self._line_start(dash) : dash].strip(" "):
            raise self._refused(f"the list in line {item.line} is not written with one item in each line")
        return dash

    # Writing

    def _block(self, parts: list[str], value: Any, column: int) -> list[str]:
        """The lines of a setting with the sections around it."""
        step = self._step()
        lines = [f"{' ' * (column + depth * step)}{part}:" for depth, part in enumerate(parts)]
        if isinstance(value, (list, tuple)) and value:
            return lines + self._items(value, column + len(parts) * step)
        lines[-1] += f" {scalar.flow_value(value) if isinstance(value, (list, tuple)) else scalar.text(value, '')}"
        return lines

    def _items(self, values: Iterable[Any], column: int) -> list[str]:
        return [f"{' ' * column}- {scalar.text(value, '')}" for value in values]

    def _lines_at(self, position: int, lines: list[str]) -> Splice:
        missing = position > 0 and self._text[position - 1] != "\n"
        return position, position, (self._line_end if missing else "") + self._joined(lines)

    def _joined(self, lines: Iterable[str]) -> str:
        return "".join(f"{line}{self._line_end}" for line in lines)

    def _step(self) -> int:
        """By how much the sections of this file are indented."""
        for node in parts_of(self._document.root):
            if isinstance(node, Mapping) and not node.flow:
                for key, value in node.pairs:
                    if isinstance(value, Mapping) and value.pairs and not value.flow:
                        step = value.pairs[0][0].column - key.column
                        if step > 0:
                            return step
        return DEFAULT_STEP

    # Places

    def _line_start(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1

    def _after_line(self, position: int) -> int:
        end = self._text.find("\n", position)
        return len(self._text) if end < 0 else end + 1

    def _after_colon(self, key: Scalar) -> int:
        match = re.compile(r"[ \t]*:").match(self._text, key.end)
        if match is None:
            raise self._refused(f"no colon follows its key in line {key.line}")
        return match.end()

    def _content_end(self, key: Node, node: Node) -> int:
        """Where a setting ends, without blank lines and comments behind it."""
        if isinstance(node, Scalar) and node.start == node.end:
            return self._after_colon(key) if isinstance(key, Scalar) else key.end
        if isinstance(node, Mapping) and not node.flow and node.pairs:
            return self._content_end(*node.pairs[-1])
        if isinstance(node, Sequence) and not node.flow and node.items:
            last = node.items[-1]
            if isinstance(last, Scalar) and last.start == last.end:
                return self._dash(last) + 1
            return self._content_end(key, last)
        return self._value_end(node)

    def _value_end(self, node: Node) -> int:
        """A text of several lines has the blank lines behind it as its own."""
        return node.start + len(self._text[node.start : node.end].rstrip())

    def _check_unshared(self, node: Node) -> None:
        if node.anchor is not None and node.anchor in self._document.aliases:
            raise self._refused(f"other settings refer to line {node.line}, and would change with it")

    def _refused(self, why: str) -> ConflictError:
        return ConflictError(
            f"Cannot edit '{self._name}' in {self._path}: {why}. Write it by hand, in a line of its own; nothing was "
            "written.",
            path=self._path,
        )
