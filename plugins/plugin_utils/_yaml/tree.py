# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A YAML text as a tree that knows where each of its parts stands, so that single parts can be replaced.

It is made of the events of ruamel.yaml's parser. What ruamel.yaml writes itself is not used: that indents a whole file
anew, and here nothing but the managed settings may differ. Runs on the controller only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterator, Union

from ...module_utils._domain.errors import ConflictError, EdgeError
from ...module_utils._domain.library import installation

NULLS = ("", "~", "null", "Null", "NULL")
# More than any system.yaml has; aliases can make a short file endless.
MOST_PARTS = 50_000
MOST_SECTIONS = 100
_BRACKET = re.compile(r"[\[\]{}]")


@dataclass
class Part:
    """A part of the text, from ``start`` up to ``end``; a mapping and a list without what follows their last item."""

    start: int
    end: int
    line: int  # counted from 1
    column: int
    anchor: str | None = None


@dataclass
class Scalar(Part):
    value: str = ""
    style: str = ""  # "", ', ", | or >
    tag: str | None = None

    @property
    def is_null(self) -> bool:
        return self.style == "" and self.tag is None and self.value in NULLS


@dataclass
class Alias(Part):
    target: Node | None = None


@dataclass
class Mapping(Part):
    flow: bool = False
    pairs: list[tuple[Node, Node]] = field(default_factory=list)

    def get(self, name: str) -> tuple[Scalar, Node] | None:
        """The key and the value with this name."""
        for key, value in self.pairs:
            if isinstance(key, Scalar) and key.value == name:
                return key, value
        return None

    @property
    def merges(self) -> bool:
        """Whether settings of another section are merged into this one."""
        return any(isinstance(key, Scalar) and key.value == "<<" and not key.style for key, _value in self.pairs)


@dataclass
class Sequence(Part):
    flow: bool = False
    items: list[Node] = field(default_factory=list)


Node = Union[Scalar, Alias, Mapping, Sequence]


@dataclass
class Document:
    """The one document of a text. ``root`` is None when it has nothing but comments."""

    root: Mapping | None
    aliases: frozenset[str]  # names of the anchors that something refers to


def parse(text: str, path: str) -> Document:
    """The document. Raises ConflictError, which names the file and the line and shows no value."""
    _check_characters(text, path)
    _check_depth(text, path)
    try:
        document = _Builder(_events(text, path), path).document()
        for node in parts_of(document.root):
            if isinstance(node, Mapping):
                _check_keys(node, path)
    except RecursionError:
        raise _invalid(path, "it is nested too deeply") from None
    return document


def texts(document: Document, path: str) -> dict[str, Any]:
    """The settings by their dotted path: the text of each, or a list of texts, as ``_node/yaml_block`` reads them.

    What is null is not set. What an alias refers to counts as if it stood there; merged sections are not looked into.
    """
    found: dict[str, Any] = {}
    for number, (name, value) in enumerate(_leaves(document.root, "", 0, path)):
        if number > MOST_PARTS:
            raise _invalid(path, "its aliases make it too large")
        if value is not None:
            found[name] = value
    return found


def parts_of(node: Node | None) -> Iterator[Node]:
    """The node and all that it is made of."""
    if node is None:
        return
    yield node
    if isinstance(node, Mapping):
        for key, value in node.pairs:
            yield from parts_of(key)
            yield from parts_of(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from parts_of(item)


def _events(text: str, path: str) -> Iterator[Any]:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ImportError:
        raise EdgeError(
            "Cannot edit system.yaml: the Python of the controller has no ruamel.yaml. "
            f"Run {installation('ruamel.yaml')} and try again."
        ) from None
    try:
        yield from YAML(pure=True).parse(text)
    except MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        where = f" in line {mark.line + 1}" if mark is not None else ""
        raise _invalid(path, f"it is not valid YAML{where} ({_cause(exc)})") from None
    except (YAMLError, RecursionError, ValueError):
        raise _invalid(path, "it is not valid YAML, or nested too deeply") from None


def _cause(exc: Any) -> str:
    """The parser's words, unless they quote the text."""
    problem = str(exc.problem or exc.context or "unknown reason")
    if "\\t" in problem or "'\t'" in problem:
        return "a tab where blanks are expected"
    return "unexpected text" if "'" in problem or '"' in problem else problem


class _Builder:
    """Builds the tree of the parser's events."""

    def __init__(self, events: Iterator[Any], path: str) -> None:
        self._events = events
        self._path = path
        self._anchors: dict[str, Node] = {}
        self._aliases: set[str] = set()

    def document(self) -> Document:
        root: Node | None = None
        documents = 0
        for event in self._events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise _invalid(self._path, f"it has a second document in line {event.start_mark.line + 1}")
                root = self._node(next(self._events))
        if isinstance(root, Scalar) and root.is_null:
            root = None
        if root is not None and not isinstance(root, Mapping):
            raise _invalid(self._path, "it is no mapping of settings")
        return Document(root, frozenset(self._aliases))

    def _node(self, event: Any) -> Node:
        kind, mark = type(event).__name__, event.start_mark
        place = {"line": mark.line + 1, "column": mark.column}
        if kind == "AliasEvent":
            self._aliases.add(event.anchor)
            return Alias(mark.index, event.end_mark.index, **place, target=self._anchors.get(event.anchor))
        anchor = event.anchor
        node: Node
        if kind == "ScalarEvent":
            node = Scalar(
                mark.index,
                event.end_mark.index,
                **place,
                anchor=anchor,
                # ruamel.yaml marks where a folded text was folded.
                value=event.value.replace("\a", "") if event.style == ">" else event.value,
                style=event.style or "",
                tag=event.tag,
            )
        elif kind == "MappingStartEvent":
            node = Mapping(mark.index, event.end_mark.index, **place, anchor=anchor, flow=bool(event.flow_style))
            self._remember(node)
            self._pairs(node)
        else:
            node = Sequence(mark.index, event.end_mark.index, **place, anchor=anchor, flow=bool(event.flow_style))
            self._remember(node)
            self._items(node)
        self._remember(node)
        return node

    def _remember(self, node: Node) -> None:
        if node.anchor is not None:
            self._anchors[node.anchor] = node

    def _pairs(self, mapping: Mapping) -> None:
        while True:
            event = next(self._events)
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._node(event)
            mapping.pairs.append((key, self._node(next(self._events))))
        if mapping.flow:
            mapping.end = event.end_mark.index
        elif mapping.pairs:
            key, value = mapping.pairs[-1]
            mapping.end = key.end if isinstance(value, Scalar) and value.start == value.end else value.end

    def _items(self, sequence: Sequence) -> None:
        while True:
            event = next(self._events)
            if type(event).__name__ == "SequenceEndEvent":
                break
            sequence.items.append(self._node(event))
        if sequence.flow:
            sequence.end = event.end_mark.index
        elif sequence.items:
            sequence.end = sequence.items[-1].end


def _leaves(node: Node | None, name: str, depth: int, path: str) -> Iterator[tuple[str, Any]]:
    """The settings below a node, with None for each part that is no setting, so that the effort can be limited."""
    if depth > MOST_SECTIONS:
        raise _invalid(path, "it is nested too deeply, or an alias refers to what it is in")
    if isinstance(node, Alias):
        node = _resolved(node, path)
    if isinstance(node, Mapping):
        yield name, None
        for key, value in node.pairs:
            text = key.value if isinstance(key, Scalar) else ""
            if text == "<<" and isinstance(key, Scalar) and not key.style:
                continue
            part = f'"{text}"' if not text or any(sign in text for sign in '.["') else text
            yield from _leaves(value, f"{name}.{part}" if name else part, depth + 1, path)
    elif isinstance(node, Sequence):
        items = [_resolved(item, path) if isinstance(item, Alias) else item for item in node.items]
        values = [item for item in items if isinstance(item, Scalar)]
        if len(values) == len(items):
            yield name, ["" if item.is_null else item.value for item in values]
            return
        yield name, None
        for number, item in enumerate(items):
            yield from _leaves(item, f"{name}[{number}]", depth + 1, path)
    elif isinstance(node, Scalar):
        yield name, None if node.is_null else node.value


def _resolved(alias: Alias, path: str) -> Node:
    node: Node | None = alias
    while isinstance(node, Alias):
        node = node.target
    if node is None:
        raise _invalid(path, f"the alias in line {alias.line} refers to nothing")
    return node


def _check_characters(text: str, path: str) -> None:
    if text.startswith("\ufeff"):
        raise _invalid(path, "it begins with a byte order mark. Save it as UTF-8 without one")
    if "\r" in text.replace("\r\n", ""):
        raise _invalid(path, "it has a carriage return that is no part of a line end")


def _check_depth(text: str, path: str) -> None:
    """Before ruamel.yaml reads it, which takes time by the square of the depth of brackets."""
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        if depth > MOST_SECTIONS:
            raise _invalid(path, "it is nested too deeply")


def _check_keys(mapping: Mapping, path: str) -> None:
    seen: set[str] = set()
    for key, _value in mapping.pairs:
        if not isinstance(key, Scalar):
            raise _invalid(path, f"the key in line {key.line} is no text")
        if key.value in seen:
            raise _invalid(path, f"the key in line {key.line} stands there twice in one section")
        seen.add(key.value)


def _invalid(path: str, why: str) -> ConflictError:
    return ConflictError(f"Cannot edit {path}: {why}. Correct the file; nothing was written.", path=path)
