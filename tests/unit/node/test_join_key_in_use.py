# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import join_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from unit.domain.node_shapes import key_entry, node_shape
from unit.node.node_tree import put, seven

KEY = "0123456789abcdef0123456789abcdef"
LONG_AGO, LATER = "2020-01-01T00:00:00.000Z", "2020-01-02T00:00:00.000Z"


@pytest.mark.parametrize(
    ("seen", "in_use"),
    [
        pytest.param({}, True, id="started-since-the-supply"),
        pytest.param({"refused_at": LATER}, False, id="services-are-refused"),
        pytest.param({"entry": None}, False, id="never-supplied"),
        pytest.param({"entry": key_entry(KEY, LONG_AGO, LATER)}, False, id="confirmed-already"),
    ],
)
def test_is_in_use_only_what_nothing_speaks_against(tmp_path: Path, seen: dict[str, Any], in_use: bool) -> None:
    layout = layouts.require(str(seven(tmp_path)))
    put(layout.live_join_key, "cipher text")

    assert join_key.is_in_use(layout, node_shape(**{"entry": key_entry(KEY, LONG_AGO), **seen})) is in_use
