# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How a single value is written into a YAML file, so that each YAML library reads the type that was meant.

The product's services are written in Java and Go and read by YAML 1.1 and 1.2, which disagree on what is a number or a
truth value. So a text stands without quotes only where nobody could take it for anything else (trap 17).
"""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*")
# Words that are no text to some YAML library (YAML 1.1, types bool and null).
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def text(value: Any, style: str) -> str:
    """The value on one line; a text keeps the quotes that stood there before, by their ``style``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    written = str(value)
    if style == "'" and written.isprintable():
        return "'" + written.replace("'", "''") + "'"
    if style in ("", "|", ">") and _PLAIN.fullmatch(written) and written.lower() not in _WORDS:
        return written
    return json.dumps(written, ensure_ascii=False)


def flow_value(values: Any) -> str:
    """A list on one line."""
    return "[" + ", ".join(text(value, "") for value in values) + "]"


def flow_setting(parts: list[str], value: Any) -> str:
    """A setting on one line with the sections around it, without the outermost braces."""
    *sections, last = parts
    written = flow_value(value) if isinstance(value, (list, tuple)) else text(value, "")
    opening = "".join(f"{part}: {{" for part in sections)
    return f"{opening}{last}: {written}" + "}" * len(sections)
