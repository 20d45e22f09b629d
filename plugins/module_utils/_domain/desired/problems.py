# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The problems of an inventory, each said once with all whom it concerns, in one error."""

from __future__ import annotations

from typing import Iterable, Sequence

from ..errors import InventoryError

# How many hosts one line names.
_NAMED = 5


class Problems:
    """What is wrong, each thing said once with all whom it concerns."""

    def __init__(self) -> None:
        self._hosts: dict[str, list[str]] = {}
        self._edges: list[str] = []

    def of_host(self, host: str, problem: str) -> None:
        self._hosts.setdefault(problem, []).append(host)

    def of_edge(self, edge: str, problem: str) -> None:
        self._edges.append(f"Edge {edge!r}: {problem}.")

    def of_fleet(self, problem: str) -> None:
        self._edges.append(f"{problem}.")

    def raise_any(self) -> None:
        """Raise one InventoryError with a line for each problem, when there is any."""
        of_hosts = [f"{_start(name_hosts(hosts))}: {problem}." for problem, hosts in self._hosts.items()]
        lines = of_hosts + self._edges
        if not lines:
            return
        count = f"{len(lines)} problems" if len(lines) > 1 else "1 problem"
        listed = "".join(f"\n- {line}" for line in lines)
        raise InventoryError(f"Cannot plan the fleet: the inventory has {count}. Correct:{listed}", problems=lines)


def name_hosts(hosts: Sequence[str]) -> str:
    """The hosts in words, the first few by name."""
    if len(hosts) == 1:
        return f"host {hosts[0]}"
    more = len(hosts) - _NAMED
    return f"hosts {', '.join(hosts[:_NAMED])}" + (f" and {more} more" if more > 0 else "")


def join_words(words: Iterable[str]) -> str:
    """a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _start(words: str) -> str:
    return words[:1].upper() + words[1:]
