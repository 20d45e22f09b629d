# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A small file of settings as YAML text, without a YAML library: a node has the standard library only.

For files of this collection's own making, such as access.config.patch.yml; a file of the user's is never written anew.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Mapping

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# What a YAML 1.1 reader takes for something else than text.
_OTHER = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)")


def text_of(settings: Mapping[str, Any]) -> str:
    """The text of a file with these settings, given by their dotted paths. Values keep their types."""
    return "".join(_lines(nested(settings), 0))


def nested(settings: Mapping[str, Any]) -> Dict[str, Any]:
    """Mappings in mappings, of settings by their dotted paths."""
    tree: Dict[str, Any] = {}
    for path in sorted(settings):
        *sections, name = path.split(".")
        inner = tree
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[name] = settings[path]
    return tree


def _lines(tree: Mapping[str, Any], indent: int) -> List[str]:
    found: List[str] = []
    for key, value in tree.items():
        begin = f"{' ' * indent}{_key(key)}:"
        if isinstance(value, Mapping):
            found += [begin + "\n", *_lines(value, indent + 2)]
        else:
            found.append(f"{begin} {_value(value)}\n")
    return found


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) and not _OTHER.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    """JSON is YAML: quotes keep a text from being taken for a number, a list stands in brackets."""
    return json.dumps(list(value) if isinstance(value, (list, tuple)) else value, ensure_ascii=False)
