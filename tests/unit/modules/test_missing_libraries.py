# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that lacks a library: it says which, in which Python, and what installs it. Nothing is written."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from simulator.node.testing import Workbench
from unit.domain.issuing import YEAR, ec_key, issue
from unit.modules.play import play
from unit.node.node_tree import put, snapshot

PLATFORM = {"platform_url": "https://acme.example.com", "platform_access_token": "marked-secret"}
TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "cryptography": ("tls_ca_certificate", {"certificates": [{"name": "acme", "path": "ca.pem"}]}),
    "requests": ("jpd_info", PLATFORM),
    "ruamel.yaml": ("system_yaml", {"settings": {"shared.node.id": "b"}}),
}


@pytest.mark.parametrize("library", TASKS)
def test_controller_without_a_library_says_what_to_install(
    tmp_path: Path, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Workbench(tmp_path / "node").node().home
    put(tmp_path / "ca.pem", issue("acme CA", key=ec_key(), end=datetime.now(timezone.utc) + YEAR).pem)
    put(tmp_path / f"hidden/{library.split('.')[0]}/__init__.py", "raise ImportError('not here')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hidden"))
    module, options = TASKS[library]
    where = {} if module == "jpd_info" else {"artifactory_home": str(home)}
    before = snapshot(tmp_path / "node")

    told = play(tmp_path, {"do": {f"hybrid.jfrog.{module}": {**options, **where}}}).results["do"]

    assert told["failed"]
    assert library in told["msg"]
    assert re.search(rf"Run /\S+/python[\d.]* -m pip install '{library}>=[\d.]+' and try again\.", told["msg"]), told[
        "msg"
    ]
    assert snapshot(tmp_path / "node") == before
