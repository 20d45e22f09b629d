# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much was looked for, and where: for the table at the end of ``make chaos``.

Tests run in many processes, so each adds lines to one file, which ``COUNTED`` names. Without it nothing is counted.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path


def add(**numbers: int) -> None:
    """Count these as well."""
    if path := os.environ.get("COUNTED"):
        # One call of the system, so that lines of several processes do not mix.
        with open(path, "ab", buffering=0) as file:
            file.write(json.dumps(numbers).encode() + b"\n")


def total(path: Path) -> Counter[str]:
    """The sums of all that was counted."""
    found: Counter[str] = Counter()
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            found.update(json.loads(line))
    return found
