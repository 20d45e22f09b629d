# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema that users get, stricter: it lets readers pass over new keys, but here each key has to be described."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA: dict[str, Any] = json.loads((Path(__file__).resolve().parents[3] / "docs/report.schema.json").read_text())


def _strict(part: Any) -> Any:
    if isinstance(part, list):
        return [_strict(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {"additionalProperties": False} if isinstance(part.get("properties"), dict) else {}
    return {**{key: _strict(value) for key, value in part.items()}, **closed}


_VALIDATOR = Draft202012Validator(_strict(SCHEMA))


def problems(report: dict[str, Any]) -> list[str]:
    """Where the report is not what the schema says."""
    return [f"{error.json_path}: {error.message[:200]}" for error in _VALIDATOR.iter_errors(report)]
