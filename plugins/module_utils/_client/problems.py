# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a refused call tried to say: the error bodies of JFrog's services as short texts.

Their shapes are described in control-plane-api.md, section 0 "Error envelopes". Bodies can also be empty, or HTML of
a load balancer, so nothing here may fail on any text.
"""

from __future__ import annotations

import html
import re
from typing import Any, Iterable

from .._domain.foreign_json import parsed
from .._domain.masking import hide
from .._domain.wording import printable

# An error body that is larger is cut here before anything is looked for in it.
_LARGEST = 1 << 18
MAX_LENGTH = 300  # a few hundred characters tell what an unknown body is about

# Neither goes on to the end of a body for each of its beginnings: that takes a minute for a body of nothing but "<".
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]*)</title>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]+>")


def messages(body: str, secrets: Iterable[str] = ()) -> list[str]:
    """The messages of an error body, in its order and without these secrets; empty when the body says nothing."""
    # Scrubbed before it is cut: half a key is not recognised any more.
    return [_short(scrub(message, secrets)) for message in _messages(body[:_LARGEST].strip())]


def _messages(text: str) -> list[str]:
    if not text:
        return []
    try:
        data = parsed(text)
    except ValueError:
        return [_plain(text)]
    return [message for message in _from_json(data) if message] or [text]


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, anything that looks like a token, and control characters."""
    return printable(hide(text, secrets))


def is_html(body: str) -> bool:
    """Whether the body is a web page, which no REST call of JFrog answers with."""
    return body.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))


def _from_json(data: Any) -> list[str]:
    if isinstance(data, dict) and isinstance(data.get("errors"), list):
        return [_one(error) for error in data["errors"]]
    return [_one(data)]


def _one(error: Any) -> str:
    """One error object: Artifactory and Access call the text message (and detail), Mission Control adds details."""
    if not isinstance(error, dict):
        return str(error) if isinstance(error, str) else ""
    message = str(error.get("message") or error.get("error") or "")
    extra = error.get("details") or error.get("detail")
    parts = [str(part) for part in extra] if isinstance(extra, list) else [extra] if isinstance(extra, str) else []
    parts = [part for part in parts if part and part != message]
    if not message:
        return "; ".join(parts)
    return f"{message}: {'; '.join(parts)}" if parts else message


def _plain(text: str) -> str:
    """The title of a page, or the first line that has words in it."""
    if is_html(text) or "<html" in text.lower():
        title = _TITLE.search(text)
        if title and title.group(1).strip():
            return html.unescape(title.group(1))
        text = html.unescape(_TAG.sub("\n", text))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 3] + "..."
