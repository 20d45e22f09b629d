# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that dies when a task begins."""

from __future__ import annotations

import os
import re
import subprocess

from integration.family import Family
from integration.fleet import Fleet

# A rotation per task takes minutes. 'make test ALL=1' kills at every so many tasks, 'make chaos' at each.
EVERY = int(os.environ.get("KILL_EVERY", "40"))


def run_until_task(
    fleet: Fleet, playbook: str, number: int, matching: str = "", arguments: tuple[str, ...] = ()
) -> str | None:
    """Run the playbook, and kill it with all its children when its n-th task with this text in its name begins.

    The task's name; None when there is no such task, so that the playbook came to its end.
    """
    fleet._write_inventory()
    family = Family()
    process = subprocess.Popen(
        [*fleet._command(playbook), *arguments],
        cwd=fleet.folder,
        env={**fleet._environment(), **family.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        task = re.match(r"TASK \[(.*)\]", line)
        if task and matching in task[1]:
            number -= 1
        if task and number == 0:
            family.kill()
            process.stdout.close()
            process.wait()
            return task[1]
    process.wait()
    return None
