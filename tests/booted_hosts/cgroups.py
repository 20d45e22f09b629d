# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cgroup for each host, where no systemd of the machine gives it one.

Without that all hosts would share the one of whoever started them. Each systemd believes that it is alone there: the
processes of a unit of one host would then be in the same cgroup as those of the unit of that name on another host.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PREFIX = "hybrid.jfrog-"
_SYSTEMD = "name=systemd"


def join(name: str) -> None:
    """Put this process into the cgroup of a host. Only the hierarchies that systemd manages units in."""
    for parent in _parents():
        group = parent / (PREFIX + name)
        group.mkdir(exist_ok=True)
        (group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


def remove(name: str) -> None:
    """Remove the cgroup of a host that is gone."""
    for parent in _parents():
        group = parent / (PREFIX + name)
        # The kernel's files cannot be removed, and go with their folder. The deepest ones first.
        for folder, _folders, _files in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)


def _parents() -> list[Path]:
    """This process's own cgroups: of cgroup v2, and of v1 where that is mounted for systemd."""
    own = Path("/proc/self/cgroup").read_text(encoding="ascii")
    return parents(own, Path("/proc/self/mounts").read_text(encoding="utf-8"))


def parents(own: str, mounts: str) -> list[Path]:
    """The same, from what the kernel tells in these two files."""
    mounted = dict(_mounted(mounts))
    return [Path(mounted[kind]) / path.lstrip("/") for kind, path in _own(own) if kind in mounted]


def _own(text: str) -> list[tuple[str, str]]:
    """Path by kind, from lines such as ``0::/user.slice`` and ``9:name=systemd:/``."""
    found = [line.split(":", 2) for line in text.splitlines()]
    return [(kind, path) for _number, kind, path in found if kind in ("", _SYSTEMD)]


def _mounted(text: str) -> list[tuple[str, str]]:
    """Mount point by kind, in the order of the mounts."""
    found = [line.split() for line in text.splitlines()]
    two = [("", point) for _device, point, kind, *_rest in found if kind == "cgroup2"]
    one = [
        (_SYSTEMD, point)
        for _device, point, kind, options, *_rest in found
        if kind == "cgroup" and _SYSTEMD in options.split(",")
    ]
    return [*two, *one]
