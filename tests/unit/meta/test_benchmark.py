# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers in the README and in docs/benchmark.md are those that were measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmark import document
from benchmark.replication import report as replication
from benchmark.tables import markers

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "docs" / document.DATA


def between_markers(path: Path, name: str) -> str:
    begin, end = markers(name)
    return path.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0].strip()


@pytest.mark.parametrize(
    ("path", "made"),
    [
        pytest.param(ROOT / "README.md", document.short, id="README"),
        pytest.param(ROOT / "docs" / document.PAGE, document.page, id="page"),
    ],
)
def test_numbers_are_those_of_the_last_measurement(path: Path, made: Callable[[dict[str, Any]], str]) -> None:
    # Before anything was measured, there are no numbers.
    expected = made(json.loads(DATA.read_text(encoding="utf-8"))) if DATA.exists() else ""

    assert between_markers(path, document.FLEET) == expected


@pytest.mark.parametrize(
    ("path", "made"),
    [
        pytest.param(ROOT / "README.md", replication.short, id="README"),
        pytest.param(ROOT / "docs" / document.PAGE, replication.page, id="page"),
    ],
)
def test_numbers_of_the_replication_are_those_of_its_last_measurement(
    path: Path, made: Callable[[dict[str, Any]], str]
) -> None:
    found = json.loads(DATA.read_text(encoding="utf-8")).get(document.KEY)

    assert between_markers(path, document.REPLICATION) == (made(found) if found else "")
