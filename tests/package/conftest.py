# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artifact that a user gets: built from the files of the repository, and installed into an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv/release/bin"


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of a release; what it said is in the result, whatever its exit code."""
    path = os.pathsep.join([str(TOOLS), str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path, "ANSIBLE_NOCOLOR": "1", **environment}
    return subprocess.run(command, cwd=cwd, env=env, text=True, capture_output=True, check=False, timeout=600)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the repository without what is ignored, as in a fresh clone."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    assert names.returncode == 0, names.stderr
    folder = tmp_path_factory.mktemp("source") / "ansible_collections/hybrid/jfrog"
    for name in filter(None, names.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def build(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Builds the artifact, each time into another folder."""

    def build_it() -> Path:
        folder = tmp_path_factory.mktemp("built")
        built = run("ansible-galaxy", "collection", "build", "--output-path", folder, cwd=source)
        assert built.returncode == 0, built.stdout + built.stderr
        return next(folder.glob("hybrid-jfrog-*.tar.gz"))

    return build_it


@pytest.fixture(scope="session")
def artifact(build: Callable[[], Path]) -> Path:
    return build()


@pytest.fixture(scope="session")
def installed(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The only path in which Ansible may look for collections."""
    folder = tmp_path_factory.mktemp("installed")
    install = ("ansible-galaxy", "collection", "install", "--offline", "-p", folder, artifact)
    done = run(*install, ANSIBLE_COLLECTIONS_PATH=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
