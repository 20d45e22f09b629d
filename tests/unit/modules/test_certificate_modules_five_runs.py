# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The five-run cycle of the modules for TLS."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from unit.modules.certificate_cases import STAGES
from unit.modules.test_node_modules_five_runs import five_runs


@pytest.mark.parametrize("name", STAGES)
def test_five_runs_of_tls(name: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        five_runs(STAGES[name](tmp_path, stack))
