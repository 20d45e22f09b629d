# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a token says of itself, without a request; unverified, because whoever holds the token may believe it."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

from ..foreign_json import parsed
from ..wording import printable


def claims_of(token: str) -> Mapping[str, Any]:
    """The claims of a JSON web token; empty for what is none, such as a reference token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        payload = parsed(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def text_of(value: Any) -> str:
    """A claim that is a text; empty for anything else."""
    return printable(value) if isinstance(value, str) else ""


def time_of(value: Any) -> Optional[datetime]:
    """A claim that is a time, in epoch seconds (control-plane-api.md 3.2); None for what cannot be read as one."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < 1 << 40:
        return None
    try:
        return datetime.fromtimestamp(value, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None
