# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A handful of the schedules of ``make chaos``, of each kind one that is quick."""

from __future__ import annotations

import pytest

from chaos import running, table
from chaos.schedule import draw


@pytest.mark.parametrize(
    ("seed", "playbook"),
    [
        pytest.param(10, "rotate_access_token", id="answers-lost"),
        pytest.param(37, "trust_edges", id="disk-full-and-401"),
        pytest.param(3, "replicate_security", id="second-controller"),
        pytest.param(2, "rotate_join_key", id="killed"),
    ],
)
def test_schedule_loses_nothing_and_the_next_run_finishes(seed: int, playbook: str) -> None:
    outcome = running.run(draw(seed, playbook))

    assert outcome.ok, table.line(outcome.as_line()) + (outcome.error or "") + "".join(outcome.outputs)
    assert outcome.met or None in outcome.codes or outcome.kind == "concurrent"
