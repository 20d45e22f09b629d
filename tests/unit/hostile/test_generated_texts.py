# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a sample becomes, it is taken or refused as designed. ``HOSTILE_EXAMPLES=5000`` tries as many others."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from unit.hostile import generated, oracle
from unit.hostile.entry_points import ENTRIES, Entry

MORE = int(os.environ.get("HOSTILE_EXAMPLES", "0"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)
def test_generated_text_ends_as_designed(entry: Entry) -> None:
    # The same ones in every run, unless more are asked for.
    @settings(
        max_examples=MORE or 200,
        derandomize=not MORE,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def reads(random: Random) -> None:
        text = generated.text(entry.sample, random)
        note(f"the text: {text!r}")
        oracle.read(entry, text)

    reads()
