# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results for people."""

from __future__ import annotations

from collections.abc import Sequence

from fuzz.running import Result


def line(result: Result) -> str:
    """One reader on one line, and how to see again what was found."""
    told = [f"{'ok   ' if not result.found else 'FOUND'} {result.entry:<32} {result.tried:>9,} texts"]
    told += [f"      make fuzz INPUT={file}" for file in result.found]
    return "\n".join(told)


def of(results: Sequence[Result]) -> str:
    """The table at the end."""
    rows = [("Reader", "texts tried", "faults", "slowest")]
    rows += [(one.entry, f"{one.tried:,}", str(len(one.found)), f"{one.slowest:.2f} s") for one in results]
    tried, found = sum(one.tried for one in results), sum(len(one.found) for one in results)
    slowest = max(one.slowest for one in results)
    rows.append((f"all {len(results)}", f"{tried:,}", str(found), f"{slowest:.2f} s"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])
        for row in rows
    )
