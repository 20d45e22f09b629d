# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What an action does on the controller around its module on the node, without how the module gets there.

An exchange is a generator: it yields what the module is to do, gets the module's result, and returns that of the task.
So one task can lead several exchanges, and have the node do in one execution what they ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Generator, List, Mapping, Optional, Sequence

from ...module_utils._domain.errors import EdgeError

Result = Dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """One run of a module of this collection on the node. ``reads``: it changes nothing, and the answer decides."""

    module: str
    options: Mapping[str, Any]
    reads: bool = False


Exchange = Generator[Ask, Result, Result]


def is_failure(result: Mapping[str, Any]) -> bool:
    """Whether a module's result is one of a module that failed, or was not reached."""
    return bool(result.get("failed") or result.get("unreachable"))


def carry_out(exchange: Exchange, execute: Callable[[Ask], Result]) -> Result:
    """The result of a task. Raises what the exchange raises: an EdgeError, before or between its executions."""
    try:
        ask = next(exchange)
        while True:
            ask = exchange.send(execute(ask))
    except StopIteration as end:
        return dict(end.value)


def carry_out_together(
    exchanges: Mapping[str, Exchange], execute: Callable[[Sequence[Ask]], List[Result]]
) -> Dict[str, Result]:
    """The results of exchanges by their names, in order, up to and including the first that failed.

    ``execute`` carries out what is asked for in its order, and ends after a failure. Reading comes first: all that is
    read is asked for in one execution, and all that is changed in another one.
    """
    together = _Together(exchanges)
    while together.waiting:
        asks = together.next_asks()
        for name, result in zip(asks, execute(list(asks.values()))):
            together.go_on(name, result)
    return together.results()


class _Together:
    """Where each exchange stands."""

    def __init__(self, exchanges: Mapping[str, Exchange]) -> None:
        self._exchanges = exchanges
        self._ended: Dict[str, Result] = {}
        self._failed = False
        self.waiting: Dict[str, Ask] = {}
        for name in exchanges:
            self.go_on(name, None)

    def next_asks(self) -> Dict[str, Ask]:
        in_order = {name: self.waiting[name] for name in self._exchanges if name in self.waiting}
        return {name: ask for name, ask in in_order.items() if ask.reads} or in_order

    def go_on(self, name: str, result: Optional[Result]) -> None:
        """Up to the next question of an exchange, or to its end. With a failure, all others are over as well."""
        if self._failed:
            return
        try:
            self.waiting[name] = self._exchanges[name].send(result)  # type: ignore[arg-type] # None begins it
            return
        except StopIteration as end:
            ended = dict(end.value)
        except EdgeError as exc:
            ended = {"failed": True, **exc.to_fail_json()}
        self.waiting.pop(name, None)
        self._ended[name] = ended
        if is_failure(ended):
            self._failed = True
            self.waiting.clear()

    def results(self) -> Dict[str, Result]:
        return {name: self._ended[name] for name in self._exchanges if name in self._ended}
