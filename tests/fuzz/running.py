# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process for each reader, since a fuzzer ends its process, and since what is looked for may do so as well."""

from __future__ import annotations

import mmap
import os
import struct
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

from fuzz.target import LONGEST, TOLD, Target, encoded, mutator
from unit.hostile.entry_points import Entry
from unit.hostile.texts import EVILS

COUNTS = struct.Struct("qd")  # as a target tells them
# Of the clock, for one text: the oracle has its own bound, this one is for what does not come to an end.
ENDLESS_SECONDS = 60
# Of the whole process, for what the oracle's bound cannot end in time.
MEBIBYTES = 2048


@dataclass(frozen=True)
class Result:
    """``slowest``: seconds of the processor for one text. ``found``: the texts that are no designed end, as files."""

    entry: str
    tried: int
    slowest: float
    found: tuple[Path, ...]


def run(entry: Entry, seconds: int, folder: Path) -> Result:
    """Look for ``seconds``. What led to new places is kept in ``folder``, so that the next run begins there."""
    corpus, found = folder / "corpus" / entry.slug, folder / "found" / entry.slug
    for one in (corpus, found):
        one.mkdir(parents=True, exist_ok=True)
    for name, text in {"sample": entry.sample, **EVILS}.items():
        if len(text) <= LONGEST:
            (corpus / name).write_bytes(encoded(text))
    # What an earlier run has found is tried first: it is found again, or was mended.
    for one in found.iterdir():
        if one.suffix == TOLD:
            one.unlink()
        else:
            one.replace(corpus / one.name)
    log = folder / f"{entry.slug}.log"
    with mmap.mmap(-1, COUNTS.size) as shared:
        child = os.fork()
        if not child:
            _search(entry, seconds, corpus, found, log, shared)
        _, status = os.waitpid(child, 0)
        tried, slowest = COUNTS.unpack(shared)
    texts = sorted(one for one in found.iterdir() if one.suffix != TOLD)
    if status and not texts:
        raise RuntimeError(f"The search ended with {status}, and {log} says why.")
    return Result(entry.slug, tried, slowest, tuple(texts))


def _own_way(data: bytes, size: int) -> bytes:
    import atheris

    return atheris.Mutate(data, size)  # another function than before the search


def _search(entry: Entry, seconds: int, corpus: Path, found: Path, log: Path, shared: mmap.mmap) -> None:
    """In the process of its own, which does not come back."""
    try:
        import atheris

        with log.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)

        def tell(*counts: float) -> None:
            COUNTS.pack_into(shared, 0, *counts)

        arguments = [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-timeout={ENDLESS_SECONDS}",
            f"-rss_limit_mb={MEBIBYTES}",
            f"-artifact_prefix={found}/",
        ]
        atheris.Setup(arguments, Target(entry, found, tell), custom_mutator=mutator(entry.sample, _own_way))
        atheris.Fuzz()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
