# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import DRIFTED, IN_ORDER, UNKNOWN
from unit.domain.node_shapes import key_entry, node_shape

KEY = "0123456789abcdef0123456789abcdef"
OTHER = "ffffffff00000000ffffffff00000000"
T1, T2, T3 = "2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z", "2026-11-22T12:00:00.000Z"

CONFIRMED = key_entry(KEY, T1, T2)
SUPPLIED = key_entry(KEY, T1)
REPLACED = key_entry(OTHER, T1, T2)


@pytest.mark.parametrize(
    ("nodes", "wanted", "on_unknown", "state", "words"),
    [
        pytest.param([{}], None, "report", IN_ORDER, "no join key is managed", id="not-managed"),
        pytest.param([{"started": False}], KEY, "report", DRIFTED, "no node has started", id="fresh-node"),
        pytest.param([{}], KEY, "report", UNKNOWN, "has not supplied", id="ledger-lost-report"),
        pytest.param([{}], KEY, "supply", DRIFTED, "has not supplied", id="ledger-lost-supply"),
        pytest.param([{"started": False}, {}], KEY, "report", UNKNOWN, "has not supplied", id="one-of-two-started"),
        pytest.param([{"pending": KEY}], KEY, "report", DRIFTED, "is in no ledger", id="killed-before-the-record"),
        pytest.param([{"pending": OTHER}], KEY, "report", UNKNOWN, "has not supplied", id="unrecorded-other-pending"),
        pytest.param([{"entry": REPLACED}], KEY, "report", DRIFTED, "another one than", id="inventory-has-new-key"),
        pytest.param([{"entry": CONFIRMED, "pending": OTHER}], KEY, "report", DRIFTED, "waits", id="other-pending"),
        pytest.param(
            [{"entry": CONFIRMED}, {"pending": OTHER}], KEY, "report", DRIFTED, "waits", id="other-pending-on-peer"
        ),
        pytest.param([{"entry": CONFIRMED, "pending": KEY}], KEY, "report", IN_ORDER, "", id="own-file-left"),
        pytest.param([{"entry": SUPPLIED}], KEY, "report", DRIFTED, "not yet confirmed", id="not-confirmed"),
        pytest.param(
            [{"entry": CONFIRMED, "imported_at": T3}],
            KEY,
            "report",
            DRIFTED,
            f"somebody supplied a join key through the bootstrap folder at {T3}",
            id="imported-later",
        ),
        pytest.param(
            [{"entry": CONFIRMED, "imported_at": T3, "pending": KEY}], KEY, "report", IN_ORDER, "", id="import-of-ours"
        ),
        pytest.param([{"entry": CONFIRMED, "imported_at": T1}], KEY, "report", IN_ORDER, "", id="imported-before"),
        pytest.param(
            [{"entry": CONFIRMED}, {"imported_at": T3}], KEY, "report", DRIFTED, "somebody", id="imported-on-peer"
        ),
        pytest.param([{"entry": CONFIRMED, "refused_at": T3}], KEY, "report", DRIFTED, "database", id="refused"),
        pytest.param([{"entry": CONFIRMED}], KEY, "report", IN_ORDER, f"confirmed at {T2}", id="in-order"),
        pytest.param([{}, {"entry": CONFIRMED}], KEY, "report", IN_ORDER, "", id="recorded-on-the-second-node"),
        pytest.param(
            [{"entry": REPLACED}, {"entry": key_entry(KEY, T2, T3)}], KEY, "report", IN_ORDER, "", id="newest-counts"
        ),
    ],
)
def test_judge_join_key_witnesses_decide(
    nodes: list[dict[str, Any]], wanted: str | None, on_unknown: str, state: str, words: str
) -> None:
    verdict = keys.judge_join_key([node_shape(**node) for node in nodes], wanted, on_unknown=on_unknown)
    assert verdict.state == state
    assert words in verdict.reason
    assert KEY not in verdict.reason


@pytest.mark.parametrize(
    ("nodes", "position"),
    [
        pytest.param([{}, {}], 0, id="the-first"),
        pytest.param([{}, {"pending": OTHER}], 1, id="where-another-key-waits"),
        pytest.param([{}, {"pending": KEY}], 0, id="ours-waiting-elsewhere"),
    ],
)
def test_node_to_supply_is_where_the_next_start_would_win(nodes: list[dict[str, Any]], position: int) -> None:
    assert keys.node_to_supply([node_shape(**node) for node in nodes], KEY) == position
