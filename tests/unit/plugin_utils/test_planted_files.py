# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What others planted where the controller reads and writes: readers and writers end, and none is led astray."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.secret_file import SecretFile
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files import key_version
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.key_source import read_key_file, write_key_file
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.pem_source import read_pem
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.whole_file import write_whole
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.saved_plan import _read as read_plan
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.lock import Lock
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.store import Store
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication_plugin.source import plugin_of
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report import history
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.store import TokenStore
from unit.planting import a_folder, a_pipe, an_endless_device, full_disk, umask, watched

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)
KEY = "0123456789abcdef" * 4
SECRET = "a secret that nobody else may read"


def loader() -> Any:
    return DataLoader()


def remember(path: Path) -> None:
    run = {"at": "2026-11-23T00:00:00Z"}
    history.remember(str(path), run, keep=3, warn=lambda _: None, clock=Clock())


def take_lock(path: Path) -> None:
    with Lock(str(path), owner="us", seconds=60.0, clock=Clock(), warn=lambda _: None).held():
        pass


READERS: dict[str, Callable[[Path], Any]] = {
    "key": lambda path: read_key_file(str(path), loader=loader()),
    "mark-of-a-rotation": lambda path: key_version.under_way(path),
    "certificate": lambda path: read_pem(str(path), what="the certificate"),
    "token": lambda path: TokenStore(str(path), vault=False, loader=loader()).read(),
    "secret": lambda path: SecretFile(str(path), what="the token").read(),
    "saved-plan": lambda path: read_plan(str(path)),
    "history": remember,
    "state-of-the-replication": lambda path: Store(str(path), mesh="all", keep=3).load(),
    "plugin": lambda path: plugin_of({"plugin_path": str(path)}, {}),
}
# The mark of a rotation lies beside the key.
BESIDE = {"mark-of-a-rotation": ".rotation"}


def no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00" * 100)


def _too_long(*_args: object) -> None:
    raise AssertionError("it waits, or does not end")


@pytest.fixture(autouse=True)
def _limit_of_time() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("make", [a_pipe, an_endless_device, a_folder, no_text], ids=lambda make: make.__name__)
@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_file_of_ours_is_refused_at_once(tmp_path: Path, kind: str, make: Callable[[Path], None]) -> None:
    make(tmp_path / f"planted{BESIDE.get(kind, '')}")
    # The history is put aside where it is none; a key's text is judged where it is used.
    taken = (kind, make) in {("history", no_text), ("key", no_text)}

    with nullcontext() if taken else pytest.raises(EdgeError, match=rf"^Cannot .*({tmp_path}|/dev/zero)"):
        READERS[kind](tmp_path / "planted")


@pytest.mark.parametrize("make", [a_pipe, an_endless_device, no_text], ids=lambda make: make.__name__)
def test_lock_that_nobody_can_have_written_is_taken_over(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "planted")

    take_lock(tmp_path / "planted")

    assert list(tmp_path.iterdir()) == []


def store_token(path: Path) -> None:
    store = TokenStore(str(path), vault=False, loader=loader())
    store.reserve()
    try:
        store.write(SECRET)
    finally:
        store.release()


def keep_secret(path: Path) -> None:
    file = SecretFile(str(path), what="the token")
    file.reserve()
    try:
        file.write(SECRET)
    finally:
        file.release()


def begin_rotation(path: Path) -> None:
    path.unlink(missing_ok=True)
    key_version.begin(path, given=None, bits=256, loader=loader(), now=NOW)


WRITERS: dict[str, Callable[[Path], None]] = {
    "token": store_token,
    "secret": keep_secret,
    "key": lambda path: write_key_file(path, KEY, vault=False, loader=loader()),
    "rotation": begin_rotation,
    "report": lambda path: write_whole(str(path), SECRET),
}
# These take the place of a file that is there.
REPLACING = ("token", "secret")


@pytest.mark.parametrize("kind", WRITERS)
def test_secret_is_at_no_moment_for_others_to_read_whatever_the_umask(tmp_path: Path, kind: str) -> None:
    with umask(0), watched(tmp_path) as seen:
        WRITERS[kind](tmp_path / "file")

    assert seen == []
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("kind", REPLACING)
@pytest.mark.parametrize("plant", [os.symlink, os.link], ids=["symbolic-link", "hard-link"])
def test_secret_does_not_go_where_a_planted_link_leads(
    tmp_path: Path, kind: str, plant: Callable[[Path, Path], None]
) -> None:
    victim = tmp_path / "elsewhere"
    victim.write_text("of somebody else")
    (tmp_path / "folder").mkdir()
    plant(victim, tmp_path / "folder/file")

    WRITERS[kind](tmp_path / "folder/file")

    assert victim.read_text() == "of somebody else"
    assert not (tmp_path / "folder/file").is_symlink()
    assert (tmp_path / "folder/file").read_text() == SECRET


@pytest.mark.parametrize("kind", WRITERS)
def test_full_disk_is_told_and_leaves_nothing_half(tmp_path: Path, kind: str) -> None:
    with full_disk(8), pytest.raises(EdgeError) as caught:
        WRITERS[kind](tmp_path / "file")

    assert caught.value.msg.startswith("Cannot ")
    assert "file too large" in caught.value.msg
    assert list(tmp_path.iterdir()) == []
