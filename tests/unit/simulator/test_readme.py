# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's page is complete: every endpoint, command and switch, and nothing that is not there."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from simulator.application import ENDPOINTS
from simulator.commands import COMMANDS
from simulator.switches import Switches

FOLDER = Path(__file__).resolve().parents[2] / "simulator"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> list[tuple[str, ...]]:
    """The rows of the table whose first row is this one."""
    after = README.partition(f"\n{heading}\n")[2].splitlines()[1:]
    rows = []
    for line in after:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip() for cell in line.strip("|").split(" | ")))
    return rows


def test_endpoints_are_listed_with_their_sections() -> None:
    expected = [
        (
            endpoint.method,
            f"`{endpoint.path}`",
            endpoint.section,
            f"`{endpoint.handler.__module__.rpartition('.')[2]}.{endpoint.handler.__name__}`",
        )
        for endpoint in ENDPOINTS
    ]
    assert table("| Method | Path | Section | Handler |") == expected


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_handler_names_the_section_that_it_follows(endpoint: object) -> None:
    handler, section = endpoint.handler, endpoint.section  # type: ignore[attr-defined]
    named = re.match(r"((node-files|security-replication)\.md )?[\d.]+", handler.__doc__ or "")
    assert named, f"{handler.__name__} does not begin with a section"
    numbers = re.findall(r"\d(?:\.\d)*", (handler.__doc__ or "").partition(":")[0])
    assert set(numbers) & set(re.findall(r"\d(?:\.\d)*", section)) or handler.__name__ == "join"


def test_switches_are_listed_with_their_defaults() -> None:
    documented = {
        name.strip("`"): ast.literal_eval(default.strip("`"))
        for name, default, _ in table("| Switch | Default | Open point |")
    }
    assert documented == {field.name: field.default for field in dataclasses.fields(Switches)}


def test_every_open_point_is_explained() -> None:
    assert [row[0] for row in table("| Switch | Default | Open point |") if len(row[2]) < 20] == []


@pytest.mark.parametrize("switch", [field.name for field in dataclasses.fields(Switches)])
def test_every_switch_does_something(switch: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py") if path.name != "switches.py"]
    used = re.compile(rf"switches\.{switch}\b|\"{switch}\"")
    assert any(used.search(source) for source in sources)


def test_commands_are_listed_with_what_they_do() -> None:
    expected = [(f"`{name}`", (function.__doc__ or "").strip()) for name, function in COMMANDS.items()]
    assert table("| Command | Does |") == expected
