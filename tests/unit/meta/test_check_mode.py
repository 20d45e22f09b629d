# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that writes is run in check mode by some test. That nothing is written then is held around each such run:
for modules by ``unit/modules/unwritten.py``, for playbooks by ``Fleet.run``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unit.modules import certificate_cases, node_cases

ROOT = Path(__file__).resolve().parents[3]
UNITS, INTEGRATION = ROOT / "tests/unit/modules", ROOT / "tests/integration"
CHECKED = re.compile(r"check=True|--check|check_mode=True|checked\(")
# They look, plan or tell, on the controller, and write nothing in any mode but the files that they are asked for.
READING = {"explain", "fleet_info", "health_info", "offboarding_plan", "plan", "wave"}
# Predicted, done, done already, changed behind our back, repaired.
FIVE_RUNS = {*node_cases.STAGES, *certificate_cases.STAGES}

MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
WRITING = [name for name in MODULES if name not in READING and not name.endswith("_info")]
PLAYBOOKS = sorted(path.name for path in (ROOT / "playbooks").glob("*.yml"))


def texts(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.glob("*.py")]


@pytest.mark.parametrize("module", WRITING)
def test_module_that_writes_is_run_in_check_mode(module: str) -> None:
    own = [path.read_text() for path in UNITS.glob(f"test_{module}*.py")]
    own += [text for text in texts(UNITS) if f'"{module}"' in text]

    assert module in FIVE_RUNS or any(CHECKED.search(text) for text in [*own, *_of_playbooks(module)])


def _of_playbooks(module: str) -> list[str]:
    """Tests of the playbooks that have the module as a task."""
    using = [path.name for path in (ROOT / "playbooks").rglob("*.yml") if f"hybrid.jfrog.{module}:" in path.read_text()]
    return [text for text in texts(INTEGRATION) if any(f'"{name}"' in text for name in using)]


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_playbook_is_run_in_check_mode(playbook: str) -> None:
    assert any(CHECKED.search(text) for text in texts(INTEGRATION) if f'"{playbook}"' in text)
