# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk of a node that is full, cannot be written to, or is written to by somebody else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chaos.world import DISK

WRITING = """
import os, sys
for name in ("one", "two"):
    try:
        with open(f"{home}/{name}", "w") as file:
            file.write("x" * 100)
        os.rename(f"{home}/{name}", f"{home}/{name}.new")
        print("written")
    except OSError as error:
        print(error.strerror)
with open(f"{elsewhere}/file", "w") as file:
    file.write("x")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "home"


def run(home: Path, **fault: Any) -> list[str]:
    """What a module prints that writes two files on this disk."""
    description = home.parent / "fault.json"
    settings, ledger = str(home / "system.yaml"), str(home / "ledger.json")
    told = {"home": str(home), "settings": settings, "ledger": ledger, "text": "# mine\n", "after": 0, **fault}
    description.write_text(json.dumps([told]))
    script = f"home, elsewhere = {str(home)!r}, {str(home.parent / 'elsewhere')!r}\n{WRITING}"
    ended = subprocess.run(
        [sys.executable, "-IS", str(DISK), str(description)], input=script, capture_output=True, text=True, check=False
    )
    return [*ended.stdout.splitlines(), *ended.stderr.splitlines()[-1:]]


def test_read_only_disk_takes_nothing_and_other_disks_do(home: Path) -> None:
    assert run(home, kind="read_only") == ["Read-only file system", "Read-only file system"]
    assert list(home.iterdir()) == []
    assert (home.parent / "elsewhere/file").read_text() == "x"


def test_disk_takes_what_is_kept_apart_from_it(home: Path) -> None:
    told = run(home, kind="read_only", but_for=[str(home / "one")])

    assert told == ["written", "Read-only file system"]
    assert [path.name for path in home.iterdir()] == ["one.new"]


def test_disk_becomes_read_only_after_so_many_writings_also_in_the_middle_of_one(home: Path) -> None:
    assert run(home, kind="read_only", after=1) == ["Read-only file system", "Read-only file system"]
    assert [(path.name, len(path.read_text())) for path in home.iterdir()] == [("one", 100)]


def test_full_disk_takes_the_beginning_of_a_file(home: Path) -> None:
    told = run(home, kind="disk_full", left=16)
    assert told[:2] == ["File too large", "File too large"]
    assert [len(path.read_text()) for path in home.iterdir()] == [16, 16]


def test_writings_are_counted_over_all_modules_of_a_run(home: Path) -> None:
    assert run(home, kind="read_only", after=6) == ["written", "written"]
    assert run(home, kind="read_only", after=6) == ["written", "Read-only file system"]


def test_somebody_else_comes_when_the_nth_module_begins(home: Path) -> None:
    (home / "system.yaml").write_text("a: 1\n")
    (home / "ledger.json").write_text("{}")
    for _ in range(3):
        run(home, kind="comment", after=1)
    assert (home / "system.yaml").read_text() == "a: 1\n# mine\n"
    assert (home / "ledger.json").exists()


def test_somebody_else_loses_the_ledger(home: Path) -> None:
    (home / "ledger.json").write_text("{}")
    run(home, kind="ledger_gone", after=0)
    assert not (home / "ledger.json").exists()


def test_module_sees_no_arguments(home: Path) -> None:
    (home.parent / "fault.json").write_text("[]")
    command = [sys.executable, "-IS", str(DISK), str(home.parent / "fault.json")]
    assert (
        subprocess.run(
            command, input="import sys; print(len(sys.argv))", capture_output=True, text=True, check=True
        ).stdout
        == "1\n"
    )
