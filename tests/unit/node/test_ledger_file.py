# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import stat
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LedgerError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from unit.node.node_tree import put, seven, six

KEY = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
RECORDED = model.record_key(model.empty(), "join_key", keys.new_entry(KEY, NOW))


@pytest.fixture(params=["7", "6"])
def layout(request: pytest.FixtureRequest, tmp_path: Path) -> Layout:
    return layouts.require(str(seven(tmp_path) if request.param == "7" else six(tmp_path)))


def test_read_without_a_file_is_empty(layout: Layout) -> None:
    assert ledger.read(layout) == model.empty()


def test_write_and_read_is_the_same_again_in_closed_places(layout: Layout) -> None:
    ledger.write(layout, RECORDED)

    assert ledger.read(layout) == RECORDED
    assert stat.S_IMODE(layout.ledger.lstat().st_mode) == 0o600
    assert stat.S_IMODE(layout.ledger.parent.lstat().st_mode) == 0o700
    assert [path.name for path in layout.ledger.parent.iterdir()] == ["ledger.json"]
    assert KEY not in layout.ledger.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_write_belongs_to_the_service_user(layout: Layout) -> None:
    os.chown(layout.configuration, 1030, 1031)
    ledger.write(layout, RECORDED)

    for path in (layout.ledger, layout.ledger.parent):
        assert (path.lstat().st_uid, path.lstat().st_gid) == (1030, 1031)


@pytest.mark.parametrize("text", ["", "{", '{"version": 2}', "\0\0\0\0"], ids=repr)
def test_damaged_ledger_is_refused_and_never_overwritten(layout: Layout, text: str) -> None:
    put(layout.ledger, text)
    with pytest.raises(LedgerError) as caught:
        ledger.read(layout)
    assert str(layout.ledger) in caught.value.msg
    with pytest.raises(LedgerError):
        ledger.write(layout, RECORDED)
    assert layout.ledger.read_text() == text


def test_link_in_place_of_the_ledger_is_refused_and_not_followed(layout: Layout, tmp_path: Path) -> None:
    theirs = put(tmp_path / "theirs", model.serialise(RECORDED))
    layout.ledger.parent.mkdir()
    layout.ledger.symlink_to(theirs)
    with pytest.raises(LedgerError) as caught:
        ledger.read(layout)
    assert "symbolic link" in caught.value.msg
    with pytest.raises(LedgerError):
        ledger.write(layout, model.empty())
    assert theirs.read_text() == model.serialise(RECORDED)
