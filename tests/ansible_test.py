# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-test sanity`` over what a user gets, without containers and without ignore files. See ``make sanity``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".venv/sanity"
COLLECTION = WORK / "ansible_collections/hybrid/jfrog"
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]
# Of all its tests, these are not run: changelog is in 'make package', and pslint is for PowerShell.
LEFT_OUT = ["changelog", "pslint"]
# ansible-test gets pip from a server of its own, unless this file is there. Python has a pip with it.
GET_PIP = """
import ensurepip, glob, os, runpy, sys
sys.path.insert(0, sorted(glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl")))[-1])
sys.argv = ["pip", "install"] + [each for each in sys.argv[1:] if each not in ("--no-setuptools", "--no-wheel")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
PIPS = ["23_1_2", "24_0", "24_2", "25_2"]


def runs(python: Path) -> bool:
    """Whether this is a Python, and not a shim for one that was not chosen."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def find(version: str) -> Path | None:
    """A Python of this version that runs: on PATH, or among those of pyenv."""
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    folders += sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin"))
    return next((p for p in (f / f"python{version}" for f in folders) if p.is_file() and runs(p)), None)


def galaxy(*arguments: str | Path) -> None:
    command = [Path(sys.executable).with_name("ansible-galaxy"), "collection", *arguments]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(WORK)}, check=True)


def runs_of(pythons: Path, arguments: Sequence[str]) -> list[list[str]]:
    """The arguments of each run of ansible-test.

    The import test loads all that a file needs anew for each file, which takes minutes of CPU for each Python. What
    breaks with one Python breaks with the oldest or the newest of them, so only ``--all`` tries those between.
    """
    left_out = [argument for name in LEFT_OUT for argument in ("--skip-test", name)]
    if arguments:
        return [[*left_out, *(argument for argument in arguments if argument != "--all")]]
    found = [version for version in PYTHONS if (pythons / f"python{version}").exists()]
    imports = [["--test", "import", "--python", version] for version in dict.fromkeys(found[:1] + found[-1:])]
    return [[*left_out, "--skip-test", "import"], *imports]


def prepare() -> Path:
    """Install the artifact and what ansible-test needs; the folder with the Pythons that were found."""
    shutil.rmtree(WORK / "ansible_collections", ignore_errors=True)
    pythons = WORK / "pythons"
    shutil.rmtree(pythons, ignore_errors=True)
    pythons.mkdir(parents=True)
    for version in PYTHONS:
        found = find(version)
        if found:
            (pythons / f"python{version}").symlink_to(found)
    cache = WORK / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for pip in PIPS:
        (cache / f"get_pip_{pip}.py").write_text(GET_PIP)
    for old in WORK.glob("*.tar.gz"):
        old.unlink()
    galaxy("build", "--output-path", WORK)
    galaxy("install", "--offline", "-p", WORK, *WORK.glob("*.tar.gz"))
    # Without a repository of its own, the files would count as ignored in the one around it.
    subprocess.run(["git", "init", "--quiet"], cwd=COLLECTION, check=True)
    (COLLECTION / "tests").mkdir()
    shutil.copy(ROOT / "tests/config.yml", COLLECTION / "tests")
    return pythons


def main() -> int:
    pythons = prepare()
    here = str(Path(sys.executable).parent)
    env = {**os.environ, "HOME": str(WORK), "PATH": os.pathsep.join([here, str(pythons), "/usr/bin", "/bin"])}
    missing = [name for name in ("shellcheck",) if shutil.which(name, path=env["PATH"]) is None]
    if missing and os.environ.get("CI"):
        print(f"ansible-test would pass without: {', '.join(missing)}. It has to be installed where CI is set.")
        return 1
    command = [Path(here) / "ansible-test", "sanity", "--local", "--color", "no"]
    ended = [
        subprocess.run([*command, *arguments], cwd=COLLECTION, env=env, check=False).returncode
        for arguments in runs_of(pythons, sys.argv[1:])
    ]
    return max(ended)


if __name__ == "__main__":
    sys.exit(main())
