# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each playbook with the oldest and the newest ansible-core that a Python here can run. See ``make versions``."""

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
# One run of each playbook from its beginning to its end; what these files say about faults and wrong input is not
# another with another ansible-core.
STORIES = {
    "test_onboarding.py": ["joins_them_and_a_second_run", "check_mode_writes_nothing"],
    "test_access_federation_fleet.py": ["star_of_the_page"],
    "test_access_tokens.py": ["tokens_in_files_are_replaced", "token_of_a_run_is_used"],
    "test_drift.py": ["lost_ledger_is_unknown"],
    "test_enable_tls.py": ["tls_with_own_certificates", "authority_of_access"],
    "test_leaks.py": ["for-real"],
    "test_offboard_edge.py": ["edge_that_left_can_go_on"],
    "test_platform_side.py": ["changes_nothing_the_second_time"],
    "test_replicate_security.py": ["brings_into_step"],
    "test_reset_master_key.py": ["reset_in_two_runs"],
    "test_rest_only.py": ["kept_and_offboarded"],
    "test_rotate_join_key.py": ["gives_the_edge_and_its_products"],
    "test_rotate_root_certificate.py": ["self_hosted_platform_gets"],
    "test_trust.py": ["mesh_of_edges"],
}
# What else depends on Ansible itself: how its plugins read variables and files, and start a module.
UNITS = ["tests/unit/plugin_utils", "tests/unit/inventory", "tests/unit/modules"]


def stories() -> list[str]:
    """Arguments of pytest that choose the stories."""
    files = [f"tests/integration/{name}" for name in STORIES]
    return [*files, "-k", " or ".join(f"({name[:-3]} and {part})" for name, parts in STORIES.items() for part in parts)]


def passes(core: str, python: Path, *, whole: bool) -> bool:
    """Whether the tests pass, in an environment of its own that has nothing but what is pinned."""
    folder = ROOT / f".venv/core-{core}"
    requirements = ROOT / f"requirements/core/{core}.txt"
    bin_ = folder / "bin"
    env = {**os.environ, "PATH": os.pathsep.join([str(bin_), "/usr/bin", "/bin"])}
    pytest = [bin_ / "python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    print(f"ansible-core {core} on {python}", flush=True)
    for command in (
        [python, "-m", "venv", "--clear", folder],
        [bin_ / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements],
        [*pytest, "--dist", "loadgroup", *stories()],
        *([[*pytest, *UNITS]] if whole else []),
    ):
        if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode != 0:
            return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--all", action="store_true", help="every supported version on every Python that runs it, and unit tests"
    )
    every = parser.parse_args().all
    lines = [(core, python) for core, pythons in CORES.items() for python in pythons]
    able = [(core, found) for core, python in lines if (found := find(python))]
    ends = (next(iter(CORES)), next(reversed(CORES)))
    chosen = able if every else [next((one for one in able if one[0] == core), (core, None)) for core in ends]
    failed = [f"{core} on {python}" for core, python in chosen if python and not passes(core, python, whole=every)]
    missing = [line for line in lines if find(line[1]) is None] if every else [one for one in chosen if not one[1]]
    for core, python in missing:
        print(f"ansible-core {core} was not tried: Python {python or ' or '.join(CORES[core])} is not here.")
    print(f"Failed with ansible-core: {', '.join(failed)}" if failed else "Passed with each that was tried.")
    # A person may have one Python only; a pipeline, and a release, have to have what they promise.
    return 1 if failed or (missing and (every or os.environ.get("CI"))) else 0


if __name__ == "__main__":
    sys.exit(main())
