# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``system.yaml`` as the product reads and rewrites it (node-files.md 9 'Structure and precedence', Traps 10, 17)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from . import cipher, yaml_text
from .failure import StartFailed

_KEY_LINE = re.compile(r"^(?P<indent> *)(?P<key>[A-Za-z0-9_.-]+):(?P<gap> +)(?P<value>\S.*)$")
_SECTION_LINE = re.compile(r"^(?P<indent> *)(?P<key>[A-Za-z0-9_.-]+): *(#.*)?$")


def read(path: Path) -> dict[str, Any]:
    """The file's settings. Raises StartFailed when it is no YAML mapping."""
    if not path.exists():
        return {}
    try:
        document = yaml_text.load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise StartFailed(f"Failed to read {path}: it is not valid YAML") from exc
    if document is not None and not isinstance(document, dict):
        raise StartFailed(f"Failed to read {path}: it is not a mapping")
    return document or {}


def encrypt_in_place(path: Path, encrypt: Callable[[str], str], *, keep: frozenset[str] = frozenset()) -> bool:
    """Replace every plain secret by cipher text, as happens when the product reads the file for the first time.

    Sensitive are ``joinKey``, ``masterKey`` and passwords (node-files.md 9); ``keep`` names keys to be left alone.
    """
    if not path.exists():
        return False
    before = path.read_text(encoding="utf-8")
    after = "".join(_lines(before, encrypt, keep))
    document = yaml_text.load(after)
    if _encrypt_values(document, (), encrypt, keep):
        # Written in a form that a line cannot be replaced in, for example {joinKey: …}.
        after = yaml.safe_dump(document, sort_keys=False)
    if after == before:
        return False
    path.write_text(after, encoding="utf-8")
    return True


def _lines(text: str, encrypt: Callable[[str], str], keep: frozenset[str]) -> list[str]:
    """The text, line by line, with secrets on lines of their own replaced. Comments and order stay."""
    lines: list[str] = []
    parents: list[tuple[int, str]] = []
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        match = _KEY_LINE.match(body) or _SECTION_LINE.match(body)
        if match is None:
            lines.append(line)
            continue
        indent = len(match["indent"])
        parents = [parent for parent in parents if parent[0] < indent]
        path = (*(name for _, name in parents), match["key"])
        parents.append((indent, match["key"]))
        value = _scalar(match["value"]) if "value" in match.groupdict() else None
        if _is_plain_secret(path, value, keep):
            line = f"{match['indent']}{match['key']}:{match['gap']}{encrypt(str(value))}{line[len(body) :]}"
        lines.append(line)
    return lines


def _scalar(text: str) -> Any:
    try:
        return yaml_text.load(text)
    except yaml.YAMLError:
        return None


def _encrypt_values(node: Any, path: tuple[str, ...], encrypt: Callable[[str], str], keep: frozenset[str]) -> bool:
    """Encrypt plain secrets that are left in a parsed document; whether there was one."""
    if not isinstance(node, dict):
        return False
    found = False
    for key, value in node.items():
        inner = (*path, str(key))
        if _is_plain_secret(inner, value, keep):
            node[key] = encrypt(value)
            found = True
        else:
            found = _encrypt_values(value, inner, encrypt, keep) or found
    return found


def _is_plain_secret(path: tuple[str, ...], value: Any, keep: frozenset[str]) -> bool:
    sensitive = path[-1] == "password" or path[-3:] in {
        ("shared", "security", "joinKey"),
        ("shared", "security", "masterKey"),
    }
    return (
        sensitive and path[-1] not in keep and isinstance(value, str) and value != "" and not cipher.is_encrypted(value)
    )
