# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of an answer on its way back: the work is done, and the caller gets something else than was sent.

Each takes the start and the body of an answer, and gives the messages that are sent in their place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.types import Message

_LENGTH = b"content-length"


def cut_body(start: Message, body: bytes) -> list[Message]:
    """Half of what the header promises; the connection ends after it."""
    return [start, {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}]


def truncated(start: Message, body: bytes) -> list[Message]:
    """Half of the text, under a header that says so, as a proxy with a small buffer sends it."""
    return _whole(start, body[: len(body) // 2])


def wrong_type(start: Message, body: bytes) -> list[Message]:
    """JSON of another type: an array for an object, a text for everything else."""
    try:
        read: Any = json.loads(body)
    except ValueError:
        return _whole(start, body)
    return _whole(start, json.dumps([read] if isinstance(read, dict) else "unexpected").encode())


def _whole(start: Message, body: bytes) -> list[Message]:
    headers = [(name, value) for name, value in start["headers"] if name.lower() != _LENGTH]
    length = str(len(body)).encode("ascii")
    return [{**start, "headers": [*headers, (_LENGTH, length)]}, {"type": "http.response.body", "body": body}]


SPOILERS: dict[str, Callable[[Message, bytes], list[Message]]] = {
    "cut_body": cut_body,
    "truncated": truncated,
    "wrong_type": wrong_type,
}
