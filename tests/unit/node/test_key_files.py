# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import key_files
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.account import Account
from unit.node.node_tree import put

KEY = "0123456789abcdef0123456789abcdef"
ME = Account(os.geteuid(), os.getegid())


@pytest.mark.parametrize(
    ("text", "fingerprint", "problem"),
    [
        pytest.param(KEY, keys.fingerprint(KEY), None, id="key"),
        pytest.param(KEY + "\n", keys.fingerprint(KEY), keys.LINE_END, id="line-end-is-told"),
        pytest.param(KEY + "\n\n", None, "ends with a line end", id="two-line-ends"),
        pytest.param("JE" + KEY, None, "no hexadecimal text", id="cipher-text"),
        pytest.param("F" * 64, keys.fingerprint("F" * 64), "published as an example", id="published-default"),
        pytest.param("", None, "it is empty", id="empty"),
        pytest.param("\0" * 40, None, "no hexadecimal text", id="binary"),
    ],
)
def test_look_tells_what_a_file_holds_without_showing_it(
    tmp_path: Path, text: str, fingerprint: str | None, problem: str | None
) -> None:
    seen = key_files.look(put(tmp_path / "master.key", text), ME)

    assert seen["present"]
    assert seen["fingerprint"] == fingerprint
    assert (problem or "") in (seen["problem"] or "")
    assert (seen["problem"] is None) == (problem is None)
    assert KEY not in str(seen)


def test_look_missing_file_is_absent(tmp_path: Path) -> None:
    assert key_files.look(tmp_path / "master.key", ME) == {
        "path": str(tmp_path / "master.key"),
        "present": False,
        "fingerprint": None,
        "problem": None,
    }


def test_look_link_is_told(tmp_path: Path) -> None:
    (tmp_path / "master.key").symlink_to(put(tmp_path / "other", KEY))
    seen = key_files.look(tmp_path / "master.key", ME)

    assert (seen["present"], seen["fingerprint"]) == (True, None)
    assert "symbolic link" in (seen["problem"] or "")


@pytest.mark.parametrize("mode", [0o644, 0o602, 0o641], ids=oct)
def test_look_file_open_to_others_is_told(tmp_path: Path, mode: int) -> None:
    seen = key_files.look(put(tmp_path / "master.key", KEY, mode), ME)

    assert seen["fingerprint"] == keys.fingerprint(KEY)
    assert seen["problem"] == f"its mode {mode:04o} opens it to everybody on the host"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize(
    ("uid", "gid", "mode", "readable"),
    [
        pytest.param(1030, 0, 0o600, True, id="owner"),
        pytest.param(0, 1031, 0o640, True, id="group"),
        pytest.param(0, 1031, 0o600, False, id="group-without-mode"),
        pytest.param(0, 0, 0o640, False, id="neither"),
    ],
)
def test_look_file_that_the_service_cannot_read_is_told(
    tmp_path: Path, uid: int, gid: int, mode: int, readable: bool
) -> None:
    path = put(tmp_path / "master.key", KEY, mode)
    os.chown(path, uid, gid)
    seen = key_files.look(path, Account(1030, 1031))

    assert seen["problem"] == (None if readable else "the service user 1030 cannot read it")
