# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.library import OLDEST, installation

REQUIREMENTS = Path(__file__).resolve().parents[3] / "meta/ee-requirements.txt"


def test_libraries_are_those_of_the_execution_environment() -> None:
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if not line.startswith("#")]

    assert [f"{library}>={version}" for library, version in OLDEST.items()] == lines


def test_installation_is_a_command_for_the_python_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/my ansible/bin/python3")

    assert installation("requests") == "'/opt/my ansible/bin/python3' -m pip install 'requests>=2.25'"
