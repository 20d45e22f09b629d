# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""In which waves a run goes over the fleet: a few Edges first, and the others when those are well."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Collection, List, Optional, Sequence, Tuple, Union

from ..errors import InventoryError

WAVES = "edge_waves"
FIRST = "edge_waves_first"
MAX_FAIL_PERCENTAGE = "edge_waves_max_fail_percentage"

_SIZES = "Write a list of numbers of Edges and percentages, such as [1, 10, 25%]"
_NAMED = 5  # how many unknown names are told


@dataclass(frozen=True)
class Size:
    """How many Edges a wave has: a number, or a percentage of the Edges that have work."""

    number: float
    is_percentage: bool = False

    def of(self, total: int) -> int:
        """Rounded down, and never none, as Ansible does with ``serial``."""
        return max(1, int(total * self.number / 100)) if self.is_percentage else int(self.number)


@dataclass(frozen=True)
class Rollout:
    """How a run goes over the fleet. Without any of it all Edges are one wave, and nothing stops the run.

    ``sizes``: of the waves; the last one repeats. ``first``: Edges that come before all others, in this order; without
    sizes they are a wave of their own. ``max_fail_percentage``: what share of a wave's Edges may fail.
    """

    sizes: Tuple[Size, ...] = ()
    first: Tuple[str, ...] = ()
    max_fail_percentage: float = 0

    @property
    def stops_above(self) -> Optional[float]:
        """The share of failed Edges above which no further wave is begun; None when nothing stops the run."""
        return self.max_fail_percentage if self.sizes or self.first else None

    def divide(self, names: Sequence[str]) -> List[List[str]]:
        """The waves of these Edges. Each is in one of them; those that are not named keep their order."""
        leading = [name for name in self.first if name in names]
        ordered = leading + [name for name in names if name not in leading]
        sizes = self.sizes or (Size(len(leading) or 100, is_percentage=not leading), Size(100, is_percentage=True))
        waves: List[List[str]] = []
        begin = 0
        for size in chain(sizes, repeat(sizes[-1])):
            if begin >= len(ordered):
                return waves
            waves.append(ordered[begin : begin + size.of(len(ordered))])
            begin += len(waves[-1])
        raise AssertionError("the last size repeats for ever")


def read_rollout(waves: Any, first: Any, max_fail_percentage: Any, *, known: Collection[str]) -> Rollout:
    """The rollout from the variables of the run. ``known`` are all Edges of the inventory, also beyond this run.

    Raises one InventoryError with all problems.
    """
    problems: List[str] = []
    rollout = Rollout(
        _sizes(waves, problems), _names(first, known, problems), _max_fail_percentage(max_fail_percentage, problems)
    )
    if problems:
        raise InventoryError(f"Cannot divide the run into waves: {' '.join(problems)}", problems=problems)
    return rollout


def _sizes(value: Any, problems: List[str]) -> Tuple[Size, ...]:
    sizes = []
    for item in _items(value):
        size = _size(item)
        if size is None:
            problems.append(f"{WAVES} has {item!r}. {_SIZES}.")
        else:
            sizes.append(size)
    return tuple(sizes)


def _size(value: Any) -> Optional[Size]:
    is_percentage = isinstance(value, str) and value.strip().endswith("%")
    number = _number(value.strip()[:-1] if is_percentage else value)
    if number is None or number <= 0:
        return None
    if number > 100 if is_percentage else number != int(number):
        return None
    return Size(number, is_percentage)


def _names(value: Any, known: Collection[str], problems: List[str]) -> Tuple[str, ...]:
    names = [str(item) for item in _items(value)]
    unknown = [name for name in names if name not in known]
    if unknown:
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        problems.append(
            f"{FIRST} has {', '.join(map(repr, unknown[:_NAMED]))}{more}, and the inventory has no such Edge. "
            "Write names as in edge_name."
        )
    if len(set(names)) < len(names):
        problems.append(f"{FIRST} has an Edge twice. Name each once.")
    return tuple(names)


def _max_fail_percentage(value: Any, problems: List[str]) -> float:
    number = _number(value.strip().rstrip("%") if isinstance(value, str) else value)
    if number is None or not 0 <= number <= 100:
        problems.append(f"{MAX_FAIL_PERCENTAGE} is {value!r}. Write a percentage from 0 to 100.")
        return 0
    return number


def _items(value: Any) -> Sequence[Any]:
    """A list. A text has its items between commas, with brackets or without: ``-e`` passes a list on as a text."""
    if value is None:
        return ()
    if isinstance(value, str):
        text = value.strip()
        if text == "[]":
            return ()
        if text.startswith("[") and text.endswith("]"):
            text = text[1:-1]
        return [item.strip().strip("\"'") for item in text.split(",")]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _number(value: Any) -> Optional[Union[int, float]]:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    # Neither infinite nor not a number: those have no place among Edges.
    if number - number != 0:
        return None
    return int(number) if number == int(number) else number
