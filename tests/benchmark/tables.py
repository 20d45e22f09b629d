# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables in Markdown, and the places in documents where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table without a line end."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def markers(name: str) -> tuple[str, str]:
    """What stands before and after a part of a document that is made."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def put_between(path: Path, name: str, text: str) -> None:
    """Replace what stands between the markers; a file that is not there yet gets nothing else."""
    first, last = markers(name)
    known = path.read_text(encoding="utf-8") if path.exists() else f"{first}\n{last}\n"
    before, begin, rest = known.partition(first)
    _old, end, after = rest.partition(last)
    if not (begin and end):
        raise ValueError(f"{path} has no place for it: {first} and {last}")
    path.write_text(f"{before}{first}\n{text}\n{last}{after}", encoding="utf-8")
