# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as corrected of an Edge on which a step failed."""

from __future__ import annotations

from typing import Any

import pytest

from unit.domain.report_shapes import DOWN_NODE, IN_ORDER, SILENT, document


def failed(step: str) -> dict[str, Any]:
    return {"host": "lyon-1", "step": step, "message": "the connection was lost"}


@pytest.mark.parametrize(
    ("verified", "step", "corrected"),
    [
        pytest.param(SILENT, "restart", [], id="lost-in-the-first-step"),
        pytest.param(SILENT, "jpd", ["restart"], id="lost-in-the-last-step"),
        pytest.param(IN_ORDER, "jpd", ["restart"], id="somebody-else-did-it"),
        pytest.param(IN_ORDER, None, ["restart", "jpd"], id="nothing-failed"),
    ],
)
def test_report_step_that_failed_and_those_after_it_are_not_corrected(
    verified: Any, step: str | None, corrected: list[str]
) -> None:
    assert [change["step"] for change in DOWN_NODE["edges"][0]["changes"]] == ["restart", "jpd"]

    row = document(DOWN_NODE, verified=verified, mode="converge", failures=[failed(step)] if step else [])["edges"][0]

    assert [change["step"] for change in row["corrected"]] == corrected
