# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Names of facts, steps and states in words."""

from __future__ import annotations

from typing import Any, Mapping


def words(name: str) -> str:
    """A name as a person says it."""
    return name.replace("_", " ")


def subject(fact: Mapping[str, Any]) -> str:
    """What a fact is about."""
    return words(fact["fact"]) + (f" of {fact['node']}" if fact["node"] else "")


def step(change: Mapping[str, Any]) -> str:
    """A change or a failure: which step, where."""
    return f"{words(change['step'])} on {change['host']}"


def seconds(spent: float) -> str:
    """A duration as a person says it."""
    if spent < 120:
        return f"{spent:.1f} s"
    minutes, rest = divmod(round(spent), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"
