# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.health import unreachable
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.product_key import (
    ProductKeySeen,
    judge_product_join_key,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.rotation import (
    RotatingEdge,
    obstacle,
    remaining,
)
from unit.domain.node_shapes import key_entry, key_file, node_shape

KEY = "0123456789abcdef0123456789abcdef"
OTHER = "ffffffff00000000ffffffff00000000"
T1, T2, T3 = (f"2026-11-22T1{hour}:00:00.000Z" for hour in range(3))


def edge(first: dict[str, Any], second: dict[str, Any] | None = None, **given: Any) -> RotatingEdge:
    nodes = {"osaka-1": node_shape(**first)}
    if second is not None:
        nodes["osaka-2"] = node_shape(**second)
    return RotatingEdge("osaka", nodes, **given)


def changed(shape: dict[str, Any], part: str, **facts: Any) -> RotatingEdge:
    """An Edge of one node with some facts changed that the table's shape has no word for."""
    node: Any = node_shape(**shape)
    node[part] = {**node[part], **facts} if isinstance(node[part], dict) else facts[part]
    return RotatingEdge("osaka", {"osaka-1": node})


SICK = changed({}, "version", version="7.104.2")
SICK.nodes["osaka-1"]["health"] = unreachable("http://127.0.0.1:8082", "connection refused")


@pytest.mark.parametrize(
    ("seen", "fresh", "says"),
    [
        pytest.param(edge({}, {}), True, None, id="whole-and-well"),
        pytest.param(edge({}, absent=("osaka-2",)), True, "leaves out osaka-2", id="limited-run"),
        pytest.param(edge({}, unreachable={"osaka-2": "no route"}), False, "osaka-2: no route", id="unreachable"),
        pytest.param(edge({}, {"running": False}), True, "osaka-2 does not run", id="stopped-at-the-beginning"),
        pytest.param(edge({}, {"running": False}), False, None, id="stopped-by-an-interrupted-run"),
        pytest.param(SICK, True, "connection refused", id="not-healthy"),
        pytest.param(edge({"started": False, "running": False}), True, "never started", id="never-started"),
        pytest.param(changed({}, "layout", installed=False), True, "not installed", id="not-installed"),
        pytest.param(changed({}, "service", control="none"), True, "edge_service_control is none", id="no-control"),
        pytest.param(changed({}, "version", version="6.7.0"), True, "has no join key", id="older-than-join-keys"),
        pytest.param(
            edge({"master_key": key_file(None, keys.KEPT_IN_MEMORY)}), True, "in memory only", id="key-nobody-knows"
        ),
        pytest.param(
            edge({"master_key": key_file(None, keys.KEPT_IN_MEMORY)}, master_key=KEY), True, None, id="key-known"
        ),
        pytest.param(
            edge({"master_key": key_file(KEY)}, {"master_key": key_file(OTHER)}), True, "all need the same", id="differ"
        ),
    ],
)
def test_obstacle_names_what_speaks_against_a_rotation(seen: RotatingEdge, fresh: bool, says: str | None) -> None:
    found = obstacle(seen, fresh=fresh)

    assert (found is None) == (says is None)
    if found is not None and says is not None:
        assert says in found.reason
        assert found.remedy


WAITS = {"entry": key_entry(KEY, T1), "pending": KEY, "restart_due": {"join_key": T1}, "written_at": T1}
CONFIRMED = {"entry": key_entry(KEY, T1, T2), "written_at": T2}


@pytest.mark.parametrize(
    ("seen", "first", "supply", "restart"),
    [
        pytest.param(edge({}, {}), "osaka-1", True, ("osaka-1", "osaka-2"), id="nothing-done-yet"),
        pytest.param(
            edge({"entry": key_entry(OTHER, T1, T2)}, {}), "osaka-1", True, ("osaka-1", "osaka-2"), id="former-key"
        ),
        pytest.param(edge({}, WAITS), "osaka-2", False, ("osaka-2", "osaka-1"), id="supplied-and-waiting"),
        pytest.param(
            edge({}, {"entry": key_entry(KEY, T1), "written_at": T2}),
            "osaka-2",
            True,
            ("osaka-2", "osaka-1"),
            id="started-and-not-noted",
        ),
        pytest.param(
            edge({"pending": OTHER}, {"entry": key_entry(KEY, T1)}),
            "osaka-2",
            True,
            ("osaka-2", "osaka-1"),
            id="foreign",
        ),
        pytest.param(edge(CONFIRMED, {"written_at": T3}), None, False, (), id="all-have-it"),
        pytest.param(
            edge(CONFIRMED, {"written_at": "2026-11-21T00:00:00.000Z"}),
            "osaka-2",
            False,
            ("osaka-2",),
            id="one-is-behind",
        ),
        pytest.param(
            edge(CONFIRMED, {"written_at": T3, "running": False}),
            "osaka-2",
            False,
            ("osaka-2",),
            id="one-did-not-come-back",
        ),
    ],
)
def test_remaining_is_told_by_the_nodes(
    seen: RotatingEdge, first: str | None, supply: bool, restart: tuple[str, ...]
) -> None:
    left = remaining(seen, KEY)

    assert (left.first, left.supply, left.restart) == (first, supply, restart)
    assert left.nothing == (not supply and not restart)
    assert left.reason


def product(**facts: Any) -> ProductKeySeen:
    known: dict[str, Any] = {
        "door": "file",
        "path": "/opt/jfrog/xray/var/etc/security/join.key",
        "present": True,
        "fingerprint": None,
        "entry": None,
        "refused_at": None,
        "joined_at": None,
        "restart_due": False,
    }
    return ProductKeySeen(**{**known, **facts})


@pytest.mark.parametrize(
    ("seen", "state", "says"),
    [
        pytest.param(product(present=False), "drifted", "has no join key", id="none"),
        pytest.param(product(fingerprint=keys.fingerprint(OTHER)), "drifted", "instead of", id="another-in-plain-text"),
        pytest.param(product(fingerprint=keys.fingerprint(KEY)), "in_order", "", id="wanted-in-plain-text"),
        pytest.param(product(), "drifted", "cannot be told", id="cipher-text-in-no-ledger"),
        pytest.param(product(entry=key_entry(KEY, T1, T2)), "in_order", "", id="cipher-text-in-the-ledger"),
        pytest.param(product(entry=key_entry(OTHER, T1, T2)), "drifted", "another one", id="another-in-the-ledger"),
        pytest.param(
            product(entry=key_entry(KEY, T1), restart_due=True), "drifted", "has not started", id="waits-for-a-start"
        ),
        pytest.param(
            product(entry=key_entry(KEY, T1, T2), refused_at=T3), "drifted", "refused since", id="refused-since-then"
        ),
        pytest.param(product(entry=key_entry(KEY, T1, T3), refused_at=T2), "in_order", "", id="refused-before"),
        pytest.param(
            product(fingerprint=keys.fingerprint(OTHER), entry=key_entry(KEY, T1, T2)),
            "drifted",
            "instead of",
            id="replaced-behind-our-back",
        ),
    ],
)
def test_judge_product_join_key(seen: ProductKeySeen, state: str, says: str) -> None:
    verdict = judge_product_join_key(seen, KEY)

    assert verdict.state == state
    assert says in verdict.reason
