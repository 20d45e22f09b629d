# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true when a reader is given a text, whoever made the text."""

from __future__ import annotations

import resource
import time

import counted
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from unit.hostile.entry_points import Entry

# Seconds of the processor for one text, on a machine that is busy.
LONGEST = 5
# Bytes by which the largest size that the process ever had may grow with one text.
LARGEST = 200 * 1024 * 1024


def read(entry: Entry, text: str) -> None:
    """Read a text: it is taken, or refused with a designed error, with little time and memory. Anything else raises."""
    counted.add(bad_inputs=1)
    begun, size = time.process_time(), _largest_size()
    try:
        entry.read(text)
    except (EdgeError, *entry.raises):
        pass
    seconds, grown = time.process_time() - begun, _largest_size() - size
    if seconds > LONGEST:
        raise AssertionError(f"{entry.name} took {seconds:.1f} seconds of the processor")
    if grown > LARGEST:
        raise AssertionError(f"{entry.name} took {grown // 1024**2} MiB of memory")


def _largest_size() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
