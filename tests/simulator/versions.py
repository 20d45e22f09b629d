# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing product versions, for what a feature's "since" decides."""

from __future__ import annotations


def parse(text: str) -> tuple[int, ...]:
    """``7.29.7`` as numbers that compare. Raises ValueError."""
    parts = text.split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"{text!r} is not a version")
    return tuple(int(part) for part in parts)


def at_least(version: str, since: str) -> bool:
    return parse(version) >= parse(since)
