# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML report where a user has it: written by the collection as it is installed from its tarball."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from integration.fleet import ROOT
from unit.domain.made_up_fleet import MadeUpFleet

BIN = Path(sys.executable).parent


def galaxy(home: Path, *arguments: str) -> None:
    """Run ansible-galaxy with nothing of this user's own collections."""
    environment = {**os.environ, "HOME": str(home)}
    command = [BIN / "ansible-galaxy", "collection", *arguments]
    subprocess.run(command, check=True, env=environment, capture_output=True, timeout=300)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the collection as Galaxy would install it."""
    galaxy(tmp_path, "build", str(ROOT), "--output-path", str(tmp_path))
    (tarball,) = tmp_path.glob("*.tar.gz")
    galaxy(tmp_path, "install", "--offline", "--force", "-p", str(tmp_path / "collections"), str(tarball))
    return tmp_path / "collections"


def test_installed_collection_writes_the_page_with_all_its_parts_and_readable_by_its_owner_only(
    installed: Path, tmp_path: Path
) -> None:
    target = tmp_path / "report.html"
    arguments = tmp_path / "plan.json"
    arguments.write_text(json.dumps({"plan": MadeUpFleet(3).plan()}))
    playbook = tmp_path / "play.yml"
    task = {"hybrid.jfrog.report": {"plan": "{{ plan }}", "html_path": str(target)}, "run_once": True}
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    environment = {**os.environ, "HOME": str(tmp_path), "ANSIBLE_COLLECTIONS_PATH": str(installed)}

    ended = subprocess.run(
        [BIN / "ansible-playbook", "-i", "localhost,", "-c", "local", "-e", f"@{arguments}", playbook],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    html = target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600
    assert "All 3 Edges are in order." in html
    assert 'id="edge=lyon"' in html
    for part in ("page.css", "page.js", "early.js", "land.path"):
        packed = installed / "ansible_collections/hybrid/jfrog/plugins/module_utils/_domain/report/page" / part
        assert packed.read_text() in html
