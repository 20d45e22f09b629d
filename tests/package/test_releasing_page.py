# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of docs/releasing.md, one after the other, with a key that is made for the test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from package.conftest import ROOT, run

MAKE, SIGN, CHECK, AUDIT = re.findall(r"```shell\n(.*?)```", (ROOT / "docs/releasing.md").read_text(), re.DOTALL)
VERIFY = "ansible-galaxy collection verify" + CHECK.partition("ansible-galaxy collection verify")[2]
MAKE_KEY = """
gpg --batch --passphrase '' --quick-generate-key 'hybrid.jfrog releases <releases@example.com>' ed25519 sign 1d
gpg --armor --export > releases.asc
"""


@dataclass(frozen=True)
class Release:
    """A folder in which a release was made, and the one in which it is installed."""

    folder: Path
    keys: Path
    installed: Path

    def run(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Commands of the page, up to the first that fails."""
        own = {"GNUPGHOME": str(self.keys), "ANSIBLE_COLLECTIONS_PATH": str(self.installed)}
        return run("bash", "-euc", commands, cwd=self.folder, **own)

    def replace(self, name: str, old: str, new: str) -> None:
        file = self.installed / "ansible_collections/hybrid/jfrog" / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))


@pytest.fixture(scope="module")
def signed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """A release that was made, signed, installed and verified as the page says."""
    if shutil.which("gpg") is None and not os.environ.get("CI"):
        pytest.skip("gpg is not installed")
    folder = tmp_path_factory.mktemp("release") / "ansible_collections/hybrid/jfrog"
    shutil.copytree(source, folder)
    # gpg's agent has a socket in it, whose path may not be long.
    with TemporaryDirectory() as keys:
        release = Release(folder, Path(keys), folder / "installed")
        for commands in (MAKE, MAKE_KEY, SIGN, CHECK):
            done = release.run(commands)
            assert done.returncode == 0, done.stdout + done.stderr
        yield release
        run("gpgconf", "--kill", "all", GNUPGHOME=keys)


@pytest.fixture
def release(signed: Release, tmp_path: Path) -> Release:
    """The release with an installation of its own."""
    shutil.copytree(signed.installed, tmp_path / "installed")
    return replace(signed, installed=tmp_path / "installed")


def test_release_whose_file_was_changed_is_refused_with_the_name_of_the_file(release: Release) -> None:
    release.replace("roles/jpd/tasks/main.yml", "hybrid.jfrog.jpd:", "ansible.builtin.debug:")

    refused = release.run(VERIFY)

    assert refused.returncode == 1
    assert "roles/jpd/tasks/main.yml" in refused.stdout


def test_release_whose_manifest_was_changed_has_no_valid_signature(release: Release) -> None:
    release.replace("MANIFEST.json", '"1.0.0"', '"1.0.1"')

    refused = release.run(VERIFY)

    assert refused.returncode == 1
    assert "no successful signatures" in refused.stdout + refused.stderr


def test_page_audits_a_file_that_is_pinned_with_hashes() -> None:
    """The audit itself asks a service on the internet, so it is not run here."""
    pinned = ROOT / AUDIT.split()[-1]

    assert "--hash=sha256:" in pinned.read_text()
