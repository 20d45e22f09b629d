# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module system_yaml in a playbook: what a user sees, and that no secret is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unit.modules.play import Played, play
from unit.node.node_tree import put

IN_FILE = "marked-s3cret-in-the-file"
SUPPLIED = "marked-s3cret-supplied"
TEXT = f"""\
shared:  # all
    database:
        password: "{IN_FILE}"
    env:
        HTTP_PROXY: http://user:{IN_FILE}@proxy.example.com:3128
    node:
        id: a
"""


def task(path: Path, **options: Any) -> dict[str, Any]:
    return {"hybrid.jfrog.system_yaml": {"path": str(path), **options}}


def everything(folder: Path, played: Played) -> str:
    """What was printed, returned, and left in files by Ansible."""
    left = [path.read_bytes().decode(errors="replace") for path in (folder / "tmp").rglob("*") if path.is_file()]
    return "\n".join([played.output, str(played.results), *left])


def test_playbook_edits_the_file_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = put(tmp_path / "etc/system.yaml", TEXT)
    options = {"settings": {"shared.node.id": "b"}, "secrets": {"shared.node.token": SUPPLIED}}
    played = play(tmp_path / "play", {"set": task(path, **options), "again": task(path, **options)}, "--diff", "-vvvv")
    results = played.results

    assert results["set"]["changed"], results["set"]
    assert results["set"]["drift"] == ["shared.node.id", "shared.node.token"]
    assert not results["again"]["changed"]
    assert path.read_text() == TEXT.replace("id: a", f"id: b\n        token: {SUPPLIED}")
    assert IN_FILE not in everything(tmp_path / "play", played)
    assert SUPPLIED not in everything(tmp_path / "play", played)
    assert '+    "shared.node.id": "b"' in played.output


@pytest.mark.parametrize("problem", ["", "broken: [\n"], ids=["changed", "failed"])
def test_secret_of_the_file_shows_up_nowhere_with_debugging(tmp_path: Path, problem: str) -> None:
    path = put(tmp_path / "etc/system.yaml", TEXT + problem)
    put(tmp_path / "play/ansible.cfg", "[defaults]\ndebug = true\n")
    tasks = {"set": task(path, settings={"shared.node.id": "b"})}
    played = play(tmp_path / "play", tasks, "--diff", "-vvvvv")

    assert played.results["set"].get("failed", False) is bool(problem)
    assert "ANSIBALLZ" in played.output
    assert IN_FILE not in everything(tmp_path / "play", played)
