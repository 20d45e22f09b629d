# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One reader as something that takes bytes: what is found is kept, and the search goes on."""

from __future__ import annotations

import hashlib
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

from unit.hostile import generated, oracle
from unit.hostile.entry_points import Entry

LONGEST = generated.LONGEST
TOLD = ".txt"  # beside a text, how it ended


class Target:
    """``folder``: where the texts that are found go, one for each place in the code.

    ``tell``: is told after each text how many there were, and the seconds of the slowest one.
    """

    def __init__(self, entry: Entry, folder: Path, tell: Callable[[int, float], None]) -> None:
        self._entry = entry
        self._folder = folder
        self._tell = tell
        self._tried = 0
        self._slowest = 0.0
        self._found: set[str] = set()

    def __call__(self, data: bytes) -> None:
        begun = time.process_time()
        try:
            oracle.read(self._entry, decoded(data))
        # SystemExit and the like are not designed either.
        except BaseException as exc:
            self._keep(data, exc)
        self._tried += 1
        self._slowest = max(self._slowest, time.process_time() - begun)
        self._tell(self._tried, self._slowest)

    def _keep(self, data: bytes, exc: BaseException) -> None:
        """One text for a kind of fault at a place: the same one would be found again within milliseconds."""
        frames = traceback.extract_tb(exc.__traceback__)
        own = [frame for frame in frames if "/plugins/" in frame.filename]
        name = hashlib.sha256(f"{type(exc)} {(own or frames)[-1]}".encode()).hexdigest()[:12]
        if name in self._found:
            return
        self._found.add(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(data)
        (self._folder / f"{name}{TOLD}").write_text(
            "".join(traceback.format_exception(exc)), encoding="utf-8", errors="replace"
        )


def decoded(data: bytes) -> str:
    """Any bytes as a text; what is no UTF-8 becomes halves of characters, which no reader may stumble over either."""
    return data.decode("utf-8", "surrogateescape")


def encoded(text: str) -> bytes:
    """The bytes of a text; halves of characters become bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def mutator(sample: str, mutate: Callable[[bytes, int], bytes]) -> Callable[[bytes, int, int], bytes]:
    """What to try next: the sample changed as in the tests, or what led to a new place, changed so or its own way.

    A fuzzer left alone comes away from the sample soon: to it, what is refused in one more way is as good.
    """

    def change(data: bytes, max_size: int, seed: int) -> bytes:
        random = Random(seed)  # noqa: S311
        if random.randrange(3) == 0:
            return mutate(data, max_size)
        return encoded(generated.text(random.choice((sample, decoded(data))), random))[:max_size]

    return change
