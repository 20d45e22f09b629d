# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What check mode promises, held around every run in check mode of every test: nothing is written anywhere.

No simulator of the test sees a request that could change something, and on the node of the run no file differs:
content, owner, mode and time of change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.simulator import Simulator

# Those of the test that runs.
simulators: list[Simulator] = []
# The options of modules that name a node.
HOMES = ("artifactory_home", "product_home")
# What the product itself goes on writing.
OF_THE_PRODUCT = ("log", "logs")


@contextmanager
def nothing_is_written(params: Mapping[str, Any]) -> Iterator[None]:
    """Raises AssertionError after a block in which something was."""
    homes = [Path(params[name]) for name in HOMES if params.get(name)]
    seen = [len(simulator.calls) for simulator in simulators]
    before = [files_of(home) for home in homes]
    yield
    assert [files_of(home) for home in homes] == before
    for simulator, count in zip(simulators, seen, strict=True):
        written = [call for call in list(simulator.calls)[count:] if call.write and call.by_client]
        assert written == []


def files_of(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Everything below a folder but logs: mode, owner, time of change, and content or where a link leads."""
    found: dict[str, tuple[Any, ...]] = {}
    for path in sorted(folder.rglob("*")):
        if any(part in OF_THE_PRODUCT for part in path.relative_to(folder).parts):
            continue
        status = path.lstat()
        content = None
        if path.is_symlink():
            content = str(path.readlink())
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path)] = (status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, content)
    return found
