# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The node's ``artifactoryctl`` (node-files.md 10 'Service'): a small program that asks the simulator.

It is a copy of ``artifactoryctl.template`` with three values filled in, so it runs with any working directory and
on any Python from 3.9 on, with the standard library only.
"""

from __future__ import annotations

from pathlib import Path

from simulator.control_address import ControlAddress

TEMPLATE = Path(__file__).with_name("artifactoryctl.template")


def write(path: Path, node: str, control: ControlAddress) -> None:
    """Write the script. Only its owner may read it, since it holds the control token."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in (("NODE", node), ("URL", control.url), ("TOKEN", control.token)):
        text = text.replace(f'"@{name}@"', repr(value))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o700)
    path.write_text(text, encoding="utf-8")
