# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Onboard Edges with the oldest and the newest ansible-core that a Python here can run. See ``make versions``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from ansible_test import ROOT, find

# Each supported ansible-core, the oldest first, and the Pythons that run it, the newest first.
CORES = {
    "2.16": ["3.12", "3.11"],
    "2.18": ["3.13", "3.12", "3.11"],
    "2.19": ["3.13", "3.12", "3.11"],
    "2.21": ["3.13", "3.12"],
}
TESTS = ["tests/integration/test_onboarding.py", "-k", "joins_them_and_a_second_run or check_mode_writes_nothing"]


def passes(core: str, python: Path) -> bool:
    """Whether the tests pass, in an environment of its own that has nothing but what is pinned."""
    folder = ROOT / f".venv/core-{core}"
    requirements = ROOT / f"requirements/core/{core}.txt"
    bin_ = folder / "bin"
    env = {**os.environ, "PATH": os.pathsep.join([str(bin_), "/usr/bin", "/bin"])}
    print(f"ansible-core {core} on {python}", flush=True)
    for command in (
        [python, "-m", "venv", "--clear", folder],
        [bin_ / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements],
        [bin_ / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS],
    ):
        if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode != 0:
            return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="each supported version, not the oldest and the newest only")
    every = parser.parse_args().all
    found = {core: next(filter(None, map(find, pythons)), None) for core, pythons in CORES.items()}
    able = [(core, python) for core, python in found.items() if python is not None]
    chosen = able if every else [*able[:1], *able[-1:]]
    failed = [core for core, python in chosen if not passes(core, python)]
    failed += [f"{core} (no Python for it)" for core, python in found.items() if every and python is None]
    print(f"Failed with ansible-core: {', '.join(failed)}" if failed else "Passed with each of them.")
    return 1 if failed or not able else 0


if __name__ == "__main__":
    sys.exit(main())
