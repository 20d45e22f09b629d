# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The parts of an answer about one object that are looked into, and what they have to be (security-replication.md 5).

What is read wrongly would look like a right that was taken away, so a body of another shape is an error.
"""

from __future__ import annotations

from typing import Any

# A shape is a type, a list of a shape, or an object: by key, or one shape for all of its keys.
ALL = "*"
TEXTS = [str]
_GRANTED = {ALL: {ALL: TEXTS}}
_PATTERNS = {"include_patterns": TEXTS, "exclude_patterns": TEXTS}
_LEGACY_SECTION = {
    "repositories": TEXTS,
    "include-patterns": TEXTS,
    "exclude-patterns": TEXTS,
    "actions": _GRANTED,
}

USER = {"groups": TEXTS}
GROUP = {"members": TEXTS, "userNames": TEXTS}
PERMISSION = {"resources": {ALL: {"actions": _GRANTED, "targets": {ALL: _PATTERNS}}}}
PERMISSION_V2 = dict.fromkeys(("repo", "build", "releaseBundle"), _LEGACY_SECTION)
PERMISSION_V1 = {"includesPattern": str, "excludesPattern": str, "repositories": TEXTS, "principals": _GRANTED}


def fits(value: Any, shape: Any) -> bool:
    """Whether the value has the shape. Servers may leave out any key, or tell null for it."""
    if value is None:
        return True
    if isinstance(shape, list):
        return isinstance(value, list) and all(one is not None and fits(one, shape[0]) for one in value)
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(
            fits(inner, shape.get(key, shape.get(ALL))) for key, inner in value.items() if key in shape or ALL in shape
        )
    return isinstance(value, shape)
