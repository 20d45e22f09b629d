# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far something is, in one line."""

from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.progress import line


@pytest.mark.parametrize(
    ("waiting", "options", "expected"),
    [
        pytest.param(
            [f"edge-{number}" for number in range(12)],
            {"total": 1000, "slowest": ("edge-17", 31.4)},
            "Observe the node: 640 of 1,000 hosts after 92 s; slowest so far: edge-17 (31 s); "
            "waiting for 12: edge-0, edge-1, edge-2, …",
            id="all-there-is",
        ),
        pytest.param([], {"total": 640}, "Observe the node: 640 of 640 hosts after 92 s", id="nobody-is-waited-for"),
        pytest.param(
            ["edge-3"],
            {"noun": "Edges"},
            "Observe the node: 640 Edges after 92 s; waiting for 1: edge-3",
            id="nobody-knows-how-many",
        ),
    ],
)
def test_line_says_how_many_how_long_and_who_is_waited_for(
    waiting: list[str], options: dict[str, object], expected: str
) -> None:
    assert line("Observe the node", 640, 92.4, waiting, **options) == expected  # type: ignore[arg-type]
