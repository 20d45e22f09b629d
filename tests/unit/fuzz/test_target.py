# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``make fuzz`` gives a reader, and what it takes for a fault. No test needs the fuzzer itself."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from fuzz import __main__ as command
from fuzz import running
from fuzz.running import Result
from fuzz.target import TOLD, Target, decoded, encoded, mutator
from unit.hostile import oracle
from unit.hostile.entry_points import Entry

ATHERIS = SimpleNamespace(instrument_imports=lambda include: contextlib.nullcontext())
SAMPLE = json.dumps({"name": "lyon", "tags": ["emea"]})


class Refused(Exception):
    """Designed by the reader that raises it."""


def reader(read: Callable[[str], Any]) -> Entry:
    return Entry("a reader", read, SAMPLE, (), (Refused,))


def raising(exc: BaseException) -> Entry:
    def read(_text: str) -> None:
        raise exc

    return reader(read)


def planted(text: str) -> Any:
    """A reader with two bugs: tags that are no list, and a name that is no text."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused from None
    if not isinstance(data, dict):
        raise EdgeError("Cannot read it.")
    return data.get("name", "").strip(), ", ".join(data.get("tags", []))


def endless(_text: str) -> None:
    ends = time.process_time() + 2 * oracle.LONGEST
    while time.process_time() < ends:
        pass


def greedy(_text: str) -> int:
    return len(b"x" * (oracle._largest_size() + 2 * oracle.LARGEST))


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(reader(len), id="value"),
        pytest.param(raising(EdgeError("Cannot read it.")), id="error-of-the-collection"),
        pytest.param(raising(Refused()), id="error-that-the-entry-names"),
    ],
)
def test_oracle_designed_end_is_no_fault(entry: Entry) -> None:
    oracle.read(entry, "x")


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(raising(TypeError("x")), id="type"),
        pytest.param(raising(RecursionError()), id="recursion"),
        pytest.param(raising(MemoryError()), id="memory-is-over"),
        pytest.param(raising(SystemExit(0)), id="end-of-the-process"),
        pytest.param(reader(endless), id="time"),
        pytest.param(reader(greedy), id="memory"),
    ],
)
def test_oracle_anything_else_is_a_fault(entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "LONGEST", 0.1)
    monkeypatch.setattr(oracle, "LARGEST", 16 * 1024 * 1024)
    counts: list[tuple[int, float]] = []

    Target(entry, tmp_path, lambda *told: counts.append(told))(b"x")

    (one,) = (file for file in tmp_path.iterdir() if file.suffix != TOLD)
    assert one.read_bytes() == b"x"
    assert counts[0][0] == 1


def test_search_finds_each_planted_bug_and_keeps_one_text_of_it(tmp_path: Path) -> None:
    counts: list[tuple[int, float]] = []
    target = Target(reader(planted), tmp_path, lambda *told: counts.append(told))
    change = mutator(SAMPLE, lambda data, _size: data)

    for seed in range(600):
        target(change(SAMPLE.encode(), 10_000, seed))

    kept = [file for file in tmp_path.iterdir() if file.suffix != TOLD]
    assert counts[-1][0] == 600
    # Tags and a name of each other type, and nothing that is designed.
    said = {file.read_text().splitlines()[-1].split(":")[0] for file in tmp_path.glob(f"*{TOLD}")}
    assert said == {"TypeError", "AttributeError"}
    assert len(kept) < 10
    for file in kept:
        with pytest.raises((TypeError, AttributeError)):
            oracle.read(reader(planted), decoded(file.read_bytes()))


def test_same_fault_again_leaves_the_text_that_was_found_first(tmp_path: Path) -> None:
    target = Target(raising(TypeError("x")), tmp_path, lambda *told: None)

    target(b"first")
    target(b"second")

    assert [file.read_bytes() for file in tmp_path.iterdir() if file.suffix != TOLD] == [b"first"]


@pytest.mark.parametrize("text", ["", "é\u202e", "\ud800", "a\0b"])
def test_any_text_can_be_kept_and_any_bytes_be_read(text: str) -> None:
    assert encoded(decoded(b"\xff\x80")) != b""
    assert decoded(encoded(text)).encode("utf-8", "surrogateescape") == encoded(text)


@pytest.mark.parametrize(("found", "code"), [((), 0), ((Path(".fuzz/found/ledger/0a"),), 1)])
def test_run_ends_with_a_table_and_fails_when_something_was_found(
    found: tuple[Path, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    def run(entry: Entry, *rest: Any) -> Result:
        asked.append((entry.slug, *rest))
        return Result(entry.slug, 1234, 0.5, found)

    monkeypatch.setitem(sys.modules, "atheris", ATHERIS)
    monkeypatch.setattr(running, "run", run)
    monkeypatch.setattr(sys, "argv", ["fuzz", "run", "--minutes", "2", "--entry", "ledger"])

    assert command.main() == code
    assert asked == [("ledger", 120, Path(".fuzz"))]
    told = capsys.readouterr().out
    assert f"ledger        1,234       {code}   0.50 s\n" in told
    assert ("make fuzz INPUT=.fuzz/found/ledger/0a" in told) is bool(found)


@pytest.mark.parametrize(
    ("atheris", "asked", "told"),
    [
        pytest.param(None, "ledger", "Python 3.11 to 3.14 on Linux x86_64", id="no-fuzzer"),
        pytest.param(
            ATHERIS,
            "ledgers",
            "There are: jpds, jpd,",
            id="no-reader",
        ),
    ],
)
def test_run_that_is_not_possible_says_what_would_be(
    atheris: Any, asked: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "atheris", atheris)
    monkeypatch.setattr(sys, "argv", ["fuzz", "run", "--entry", asked])

    assert command.main() == 2
    assert told in capsys.readouterr().err


def test_replay_reads_the_text_with_the_reader_that_its_folder_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ledger" / "0a"
    file.parent.mkdir()
    file.write_bytes(b"{}\xff")
    monkeypatch.setattr(sys, "argv", ["fuzz", "replay", str(file)])

    assert command.main() == 0
    assert "ledger reads '{}\\udcff'\nIt ends as designed." in capsys.readouterr().out
