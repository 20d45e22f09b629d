# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of a node's processes, which wins over ``system.yaml`` (node-files.md 9, Traps 26).

It is that of the unit or container (``Node.environment``), that of whoever calls ``artifactoryctl`` where the switch
``control_script_environment`` says so, and what ``app/bin/artifactory.default`` exports.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from .start import Start

_EXPORT = "export "


def variable(path: str) -> str:
    """The name under which the environment gives a setting: ``shared.node.id`` is ``JF_SHARED_NODE_ID``."""
    return "JF_" + path.upper().replace(".", "_")


def of(start: Start) -> dict[str, str]:
    """All variables. A script that exports one replaces the one it has inherited."""
    variables = dict(start.environment)
    if start.switches.default_file_read:
        variables.update(exported(default_file(start)))
    return variables


def default_file(start: Start) -> Path:
    return start.layout.control_script.with_name("artifactory.default")


def exported(path: Path) -> dict[str, str]:
    """What the ``export NAME=value`` lines of a shell file say. Variables within values stay as they are."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip().startswith(_EXPORT):
            continue
        for word in shlex.split(line.strip().removeprefix(_EXPORT), comments=True):
            name, separator, value = word.partition("=")
            if separator:
                found[name] = value
    return found
