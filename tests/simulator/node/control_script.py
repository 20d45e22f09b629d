# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The node's ``artifactoryctl`` (node-files.md 10 'Service'): a small program that asks the simulator.

It is a copy of ``artifactoryctl.template`` with four values filled in, so it runs with any working directory and
environment. The Python is the one that the simulator has: a ``python3`` on the PATH may be a shim that takes longer
than the program. It needs 3.9 and the standard library.
"""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.control_address import ControlAddress

TEMPLATE = Path(__file__).with_name("artifactoryctl.template")


def write(path: Path, node: str, control: ControlAddress) -> None:
    """Write the script. Only its owner may read it, since it holds the control token."""
    text = TEMPLATE.read_text(encoding="utf-8").replace("@PYTHON@", str(Path(sys.executable).resolve()))
    for name, value in (("NODE", node), ("URL", control.url), ("TOKEN", control.token)):
        text = text.replace(f'"@{name}@"', repr(value))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o700)
    path.write_text(text, encoding="utf-8")
