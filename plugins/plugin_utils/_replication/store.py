# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The state of a mesh on the controller: one file, and the states of earlier runs beside it.

It has no secrets, and all accounts and rights of the mesh, so nobody else may read it.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any, Optional

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._domain.errors import EdgeError
from ...module_utils._domain.foreign_json import parsed
from ...module_utils._domain.replication.state import State, StateError, opened, refuse_moved, sealed
from .._files.whole_file import reason, target_of, write_whole

# Of five thousand users it has 12 MiB.
_LARGEST = 1 << 29
WHAT = "the state of the replication"
_RUN = re.compile(r"\.run-(\d+)$")


class Store:
    """The file at ``path``. ``keep``: how many states of earlier runs are kept as ``<path>.run-<number>``."""

    def __init__(self, path: str, *, mesh: str, keep: int) -> None:
        self.path = target_of(path)
        self._mesh = mesh
        self._keep = keep
        self._known: Optional[str] = None
        self._run: Optional[int] = None

    def load(self) -> Optional[State]:
        """The state; None where there is none, which is a first contact. Raises StateError for one that is damaged."""
        self._known = self._text(self.path)
        state = None if self._known is None else self._opened(self._known, self.path)
        self._run = state["run"] if state else None
        return state

    def save(self, state: State) -> None:
        """Put the state in the place of the one that was loaded or saved last.

        Raises StateError when another controller has saved meanwhile: then this run has seen too little to say what
        the mesh is to be.
        """
        there = self._text(self.path)
        if there != self._known:
            saved = None if there is None else self._opened(there, self.path)
            refuse_moved(state, saved)
            raise StateError(
                f"Cannot save {WHAT}: {self.path} is not what it was. Let one run end before the next begins."
            )
        if there is not None and self._run != state["run"]:
            write_whole(f"{self.path}.run-{self._run}", there, what=WHAT)
        text = json.dumps(sealed(state), ensure_ascii=False) + "\n"
        write_whole(self.path, text, what=WHAT)
        self._known, self._run = text, state["run"]
        for run in self.generations()[: -self._keep or None]:
            self._forget(f"{self.path}.run-{run}")

    def generations(self) -> list[int]:
        """The numbers of the earlier runs whose states are kept, the oldest first."""
        folder, name = os.path.split(self.path)
        try:
            found = [_RUN.search(each) for each in os.listdir(folder) if each.startswith(f"{name}.run-")]
        except FileNotFoundError:
            return []
        return sorted(int(match[1]) for match in found if match)

    def generation(self, run: int) -> State:
        """The state after an earlier run, which may be the last one. Raises StateError where it is not kept."""
        path = self.path if run == self._run else f"{self.path}.run-{run}"
        text = self._text(path)
        if text is None:
            kept = ", ".join(str(each) for each in [*self.generations(), self._run] if each is not None) or "none"
            raise StateError(
                f"Cannot restore run {run}: its state is not kept. Name one of those that are: {kept}.", path=self.path
            )
        return self._opened(text, path)

    def _forget(self, path: str) -> None:
        try:
            os.unlink(path)
        except OSError as exc:
            raise EdgeError(f"Cannot remove {WHAT} {path}: {reason(exc)}. Remove the file.", path=path) from exc

    def _text(self, path: str) -> Optional[str]:
        try:
            return read_plain(path, limit=_LARGEST)[0].decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise EdgeError(f"Cannot read {WHAT} {path}: {reason(exc)}. Look at the file.", path=path) from exc

    def _opened(self, text: str, path: str) -> State:
        try:
            content: Any = parsed(text)
        except ValueError:
            content = None
        try:
            return opened(content, mesh=self._mesh)
        except StateError as exc:
            raise StateError(f"{exc.msg} The file is {path}.", **{**exc.details, "path": path}) from None
