# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchanges between actions and the node: one alone, and several in as few executions as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import (
    Ask,
    Exchange,
    carry_out,
    carry_out_together,
)


class Node:
    """Answers each question with its module's name, or with a failure, and keeps what each execution had to do."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.executions: list[list[str]] = []

    def execute(self, asks: Sequence[Ask]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        self.executions.append([ask.module for ask in asks])
        for ask in asks:
            results.append({"failed": True} if ask.module in self.failing else {"changed": True, "by": ask.module})
            if ask.module in self.failing:
                break
        return results


def supply(name: str) -> Exchange:
    return (yield Ask(name, {}))


def read_and_supply(name: str) -> Exchange:
    found = yield Ask(f"read {name}", {}, reads=True)
    if found.get("failed"):
        return found
    return (yield Ask(name, {}))


def refuse() -> Exchange:
    raise EdgeError("Cannot do it.", path="/etc")
    yield Ask("never", {})


def test_exchange_alone_gets_each_answer_and_returns_the_result_of_the_task() -> None:
    node = Node()
    result = carry_out(read_and_supply("file"), lambda ask: node.execute([ask])[0])
    assert (result, node.executions) == ({"changed": True, "by": "file"}, [["read file"], ["file"]])


def test_exchange_alone_that_is_refused_asks_the_node_nothing() -> None:
    with pytest.raises(EdgeError, match="Cannot do it"):
        carry_out(refuse(), lambda ask: {})


def test_exchanges_together_read_in_one_execution_and_change_in_another_in_order() -> None:
    node = Node()
    exchanges = {"key": supply("key"), "file": read_and_supply("file"), "start": supply("start")}

    results = carry_out_together(exchanges, node.execute)

    assert node.executions == [["read file"], ["key", "file", "start"]]
    assert results == {name: {"changed": True, "by": name} for name in ("key", "file", "start")}


@pytest.mark.parametrize(
    ("failing", "executions", "done"),
    [
        pytest.param("read file", [["read file"]], ["file"], id="reading"),
        pytest.param("file", [["read file"], ["key", "file", "start"]], ["key", "file"], id="in-the-middle"),
        pytest.param("start", [["read file"], ["key", "file", "start"]], ["key", "file", "start"], id="the-last"),
    ],
)
def test_failure_of_one_ends_the_exchanges_after_it(failing: str, executions: list[Any], done: list[str]) -> None:
    node = Node(failing)
    exchanges = {"key": supply("key"), "file": read_and_supply("file"), "start": supply("start")}

    results = carry_out_together(exchanges, node.execute)

    assert node.executions == executions
    assert list(results) == done
    assert [name for name, result in results.items() if result.get("failed")] == done[-1:]


def test_exchange_that_is_refused_on_the_controller_leaves_the_node_alone() -> None:
    node = Node()

    results = carry_out_together({"key": supply("key"), "file": refuse()}, node.execute)

    assert node.executions == []
    assert results == {"file": {"failed": True, "msg": "Cannot do it.", "path": "/etc"}}
