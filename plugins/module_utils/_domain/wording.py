# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Texts that come from elsewhere: what of them may be shown, and what cannot be an access token."""

from __future__ import annotations

import re

# What an HTTP header takes without being quoted; JSON Web Tokens and reference tokens have nothing else.
_TOKEN = re.compile(r"[\x21-\x7e]+")


def printable(text: str) -> str:
    """Without control characters: what a server or a log said must not steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines."""
    return text if text.isprintable() else "\n".join(printable(line) for line in text.split("\n"))


def token_problem(text: str) -> str | None:
    """Why the text is no access token, in words that do not show it; None when it may be one."""
    if not text.strip():
        return "is empty"
    if _TOKEN.fullmatch(text) is None:
        return "has blanks, line ends or other characters in it that no access token has"
    return None
