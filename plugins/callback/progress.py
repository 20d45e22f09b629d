# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: aggregate
short_description: Say how far long tasks are
version_added: 1.0.0
description:
  - While a task takes long, prints a line every few seconds that says how many hosts are done, which one took longest,
    and which ones are waited for. A task that ends before the first of these lines is due leaves no trace.
  - Ansible's own output tells of a host when it is done, so of a thousand Edges of which three hang it does not say
    which.
  - How many hosts a task has is left out for a task of a role or file that was included while the play ran, because it
    may be for some of the hosts only.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
requirements:
  - to be named in C(callbacks_enabled) of C(ansible.cfg), or in the environment as C(ANSIBLE_CALLBACKS_ENABLED)
options:
  interval:
    description:
      - Seconds between two lines, and until the first one. V(0) means no lines at all.
    type: float
    default: 10
    ini:
      - section: callback_progress
        key: interval
    env:
      - name: HYBRID_JFROG_PROGRESS_INTERVAL
"""

EXAMPLES = r"""
ansible.cfg: |
  [defaults]
  callbacks_enabled = hybrid.jfrog.progress

  [callback_progress]
  interval = 30
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible.plugins.callback import CallbackBase

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.progress import line


@dataclass
class Watched:
    """A task that is being carried out."""

    name: str
    total: Optional[int]
    begun: float = field(default_factory=time.monotonic)
    running: dict[str, float] = field(default_factory=dict)  # by host since when, those of longest first
    done: int = 0
    slowest: Optional[tuple[str, float]] = None

    def start(self, host: str) -> None:
        self.running[host] = time.monotonic()

    def end(self, host: str) -> None:
        if host not in self.running:  # of the task before, which a free strategy still carries out
            return
        taken = time.monotonic() - self.running.pop(host)
        self.done += 1
        if self.slowest is None or taken > self.slowest[1]:
            self.slowest = (host, taken)

    def __str__(self) -> str:
        seconds = time.monotonic() - self.begun
        return line(self.name, self.done, seconds, list(self.running), total=self.total, slowest=self.slowest)


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "hybrid.jfrog.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._watched: Optional[Watched] = None
        self._play: Any = None
        self._hosts = 0
        # What Ansible tells arrives in one thread, and lines are printed by another one.
        self._lock = threading.Lock()
        self._over = threading.Event()

    # The run

    def v2_playbook_on_start(self, playbook: Any) -> None:
        interval = float(self.get_option("interval"))
        if interval > 0:
            threading.Thread(target=self._speak, args=(interval,), name="progress", daemon=True).start()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._over.set()

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """Of a play with serial, once for each batch."""
        inventory = play.get_variable_manager()._inventory
        self._play, self._hosts = play, len(inventory.get_hosts(play.hosts)) if inventory is not None else 0

    # The task

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        total = None
        if task.run_once:
            total = 1
        elif not _is_included(task) and self._hosts:
            total = self._hosts - len(getattr(self._play, "_removed_hosts", ()))
        with self._lock:
            self._watched = Watched(task.get_name().strip(), total)

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        with self._lock:
            self._watched = Watched(task.get_name().strip(), None)

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        with self._lock:
            if self._watched is not None:
                self._watched.start(host.get_name())

    def _end(self, result: Any) -> None:
        # From 2.21 on the result has no private names for this.
        host = getattr(result, "host", None) or result._host
        with self._lock:
            if self._watched is not None:
                self._watched.end(host.get_name())

    def v2_runner_on_ok(self, result: Any) -> None:
        self._end(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._end(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._end(result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._end(result)

    # The lines

    def _speak(self, interval: float) -> None:
        """A line for each interval that a task has been running for; all of it in a thread of its own."""
        told: Optional[Watched] = None
        due = 0.0
        while not self._over.wait(min(1.0, interval / 4)):
            with self._lock:
                watched = self._watched
                if watched is None or not watched.running:
                    continue
                if watched is not told:
                    told, due = watched, watched.begun + interval
                if time.monotonic() < due:
                    continue
                due = time.monotonic() + interval
                text = str(watched)
            # Ansible takes the lock of the display before it forks, so no worker begins with that lock held.
            self._display.display(text)


def _is_included(task: Any) -> bool:
    """Whether the task came into the play while it ran, with an include."""
    parent = task._parent
    while parent is not None:
        if not getattr(parent, "statically_loaded", True):
            return True
        parent = getattr(parent, "_parent", None)
    return False
