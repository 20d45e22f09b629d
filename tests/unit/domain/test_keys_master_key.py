# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.health import from_page, unreachable
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import DRIFTED, IN_ORDER, UNKNOWN
from unit.domain.node_shapes import key_entry, key_file, node_shape

KEY = "0123456789abcdef0123456789abcdef"
OTHER = "ffffffff00000000ffffffff00000000"
T1 = "2026-11-22T10:00:00.000Z"

HAS_KEY = {"master_key": key_file(KEY)}
HAS_OTHER = {"master_key": key_file(OTHER)}
FRESH = {"started": False, "running": False}
IN_MEMORY = {"master_key": key_file(None, keys.KEPT_IN_MEMORY)}


@pytest.mark.parametrize(
    ("node", "peers", "wanted", "state", "words"),
    [
        pytest.param(HAS_KEY, [], None, IN_ORDER, "no master key is managed", id="unmanaged-alone"),
        pytest.param(HAS_KEY, [HAS_KEY], None, IN_ORDER, "", id="unmanaged-and-equal"),
        pytest.param(HAS_KEY, [HAS_OTHER], None, UNKNOWN, keys.fingerprint(OTHER), id="unmanaged-and-different"),
        pytest.param(FRESH, [HAS_KEY], None, UNKNOWN, "has no master key", id="unmanaged-node-without-the-key"),
        pytest.param(FRESH, [FRESH], None, IN_ORDER, "", id="unmanaged-all-fresh"),
        pytest.param(HAS_KEY, [], KEY, IN_ORDER, keys.fingerprint(KEY), id="equal"),
        pytest.param({**FRESH, **HAS_KEY}, [], KEY, IN_ORDER, "", id="equal-before-the-first-start"),
        pytest.param(FRESH, [], KEY, DRIFTED, "has no master key file", id="missing-before-the-first-start"),
        pytest.param(
            {**FRESH, **HAS_OTHER}, [], KEY, DRIFTED, "has not started yet", id="other-before-the-first-start"
        ),
        pytest.param(HAS_OTHER, [], KEY, UNKNOWN, "nothing is written", id="other-on-a-started-node"),
        pytest.param(HAS_KEY, [], KEY + OTHER, UNKNOWN, "the first 32 digits", id="cut-by-the-migration-from-6"),
        pytest.param(
            {"master_key": key_file(KEY, "its mode 0644 opens it to everybody on the host")},
            [],
            KEY,
            DRIFTED,
            "opens it to everybody",
            id="equal-but-open",
        ),
        pytest.param(
            {"master_key": {**key_file("x"), "fingerprint": None, "problem": "rubbish"}},
            [],
            KEY,
            UNKNOWN,
            "no usable key",
            id="rubbish-on-a-started-node",
        ),
        pytest.param(
            {"master_key": key_file(KEY, keys.LINE_END)},
            [],
            KEY,
            IN_ORDER,
            "",
            id="line-end-that-a-started-node-can-read",
        ),
        pytest.param(
            {**FRESH, "master_key": key_file(KEY, keys.LINE_END)},
            [],
            KEY,
            DRIFTED,
            "line end",
            id="line-end-before-the-first-start",
        ),
        pytest.param({}, [], KEY, DRIFTED, "has no master key file", id="missing-without-contradiction"),
        pytest.param({}, [HAS_KEY], KEY, DRIFTED, "", id="missing-and-peer-agrees"),
        pytest.param({}, [HAS_OTHER], KEY, UNKNOWN, "another node of the Edge", id="missing-and-peer-contradicts"),
        pytest.param({**FRESH, **HAS_OTHER}, [HAS_OTHER], KEY, UNKNOWN, "another node", id="fresh-but-peer-started"),
        pytest.param(FRESH, [{**FRESH, **HAS_OTHER}], KEY, DRIFTED, "", id="peer-that-never-started-is-no-witness"),
        pytest.param(
            {"master_entry": key_entry(OTHER, T1)},
            [],
            KEY,
            UNKNOWN,
            f"supplied at {T1}",
            id="missing-ledger-contradicts",
        ),
        pytest.param({"master_entry": key_entry(KEY, T1)}, [], KEY, DRIFTED, "", id="missing-ledger-agrees"),
        pytest.param({**FRESH, "master_entry": key_entry(OTHER, T1)}, [], KEY, DRIFTED, "", id="ledger-before-start"),
        pytest.param(
            {},
            [{**IN_MEMORY, "master_entry": key_entry(OTHER, T1)}],
            KEY,
            UNKNOWN,
            f"another node of the Edge has started with the other master key that was supplied at {T1}",
            id="missing-and-peer-keeps-another-in-memory",
        ),
        pytest.param(
            {}, [{**IN_MEMORY, "master_entry": key_entry(KEY, T1)}], KEY, DRIFTED, "", id="missing-and-peer-agrees-so"
        ),
        pytest.param(
            {},
            [{**FRESH, "master_entry": key_entry(OTHER, T1)}],
            KEY,
            DRIFTED,
            "",
            id="ledger-of-a-peer-that-never-started",
        ),
        pytest.param(IN_MEMORY, [], KEY, IN_ORDER, "in memory", id="kept-in-memory"),
        pytest.param(
            {**IN_MEMORY, "master_entry": key_entry(OTHER, T1)},
            [],
            KEY,
            UNKNOWN,
            "nothing is written",
            id="kept-but-other",
        ),
        pytest.param(IN_MEMORY, [HAS_OTHER], KEY, UNKNOWN, "another node", id="kept-in-memory-and-peer-contradicts"),
        pytest.param({**IN_MEMORY, "running": False}, [], KEY, DRIFTED, "", id="kept-in-memory-but-stopped"),
        pytest.param(
            {**IN_MEMORY, "restart_due": {"join_key": T1}}, [], KEY, DRIFTED, "", id="kept-in-memory-restart-due"
        ),
    ],
)
def test_judge_master_key_witnesses_decide(
    node: dict[str, Any], peers: list[dict[str, Any]], wanted: str | None, state: str, words: str
) -> None:
    verdict = keys.judge_master_key(node_shape(**node), [node_shape(**peer) for peer in peers], wanted)
    assert verdict.state == state
    assert words in verdict.reason
    assert KEY not in verdict.reason


@pytest.mark.parametrize(
    ("restarts", "state"), [pytest.param(False, IN_ORDER, id="runs-on"), pytest.param(True, DRIFTED, id="starts-again")]
)
def test_key_kept_in_memory_is_wanted_back_only_for_a_start(restarts: bool, state: str) -> None:
    assert keys.judge_master_key(node_shape(**IN_MEMORY), [], KEY, restarts=restarts).state == state


@pytest.mark.parametrize(
    ("node", "key", "lacks"),
    [
        pytest.param(IN_MEMORY, None, True, id="nobody-knows-it"),
        pytest.param(IN_MEMORY, KEY, False, id="known"),
        pytest.param(HAS_KEY, None, False, id="file-is-there"),
    ],
)
def test_lacks_key_for_start(node: dict[str, Any], key: str | None, lacks: bool) -> None:
    assert keys.lacks_key_for_start(node_shape(**node), key) == lacks


@pytest.mark.parametrize(("answers", "state"), [(True, IN_ORDER), (False, DRIFTED)])
def test_key_kept_in_memory_without_control_is_in_order_while_the_node_answers(answers: bool, state: str) -> None:
    node = node_shape(**IN_MEMORY)
    node["service"]["running"] = None
    node["health"] = from_page("http://127.0.0.1:8082", {}) if answers else unreachable("", "connection refused")

    assert keys.judge_master_key(node, [], KEY).state == state
