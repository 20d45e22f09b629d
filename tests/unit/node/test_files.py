# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import os
import resource
import stat
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import files, security_context
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.account import Account
from unit.node.node_tree import as_nobody, folder_for_all, put

ME = Account(os.geteuid(), os.getegid())
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
not_as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077], ids=oct)
def test_write_atomically_new_file_has_content_and_mode_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        files.write_atomically(tmp_path / "key", "text", account=ME, mode=0o640)
    finally:
        os.umask(before)
    assert (tmp_path / "key").read_bytes() == b"text"
    assert mode_of(tmp_path / "key") == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_write_atomically_is_complete_owned_and_closed_before_its_name_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bytes, int]] = []
    rename = os.rename

    def watching(source: str, target: str, **folders: int) -> None:
        seen.append(((tmp_path / source).read_bytes(), mode_of(tmp_path / source)))
        rename(source, target, **folders)

    monkeypatch.setattr(os, "rename", watching)
    files.write_atomically(put(tmp_path / "key", "old", 0o666), "new", account=ME, mode=0o600)

    assert seen == [(b"new", 0o600)]
    assert (tmp_path / "key").read_text() == "new"
    assert mode_of(tmp_path / "key") == 0o600


def test_write_atomically_staged_elsewhere_leaves_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "trusted").mkdir()
    files.write_atomically(tmp_path / "trusted/a.crt", "pem", account=ME, mode=0o644, staging=tmp_path)

    assert (tmp_path / "trusted/a.crt").read_text() == "pem"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.crt", "trusted"]


CUSTOM, USUAL = b"system_u:object_r:etc_t:s0", b"system_u:object_r:var_t:s0"


def labelled(path: Path, context: bytes) -> Path:
    """Without SELinux the kernel keeps the label of root as it is given."""
    try:
        os.setxattr(path, security_context.ATTRIBUTE, context)
    except OSError:
        pytest.skip("this file system, or user, cannot give a label")
    return path


def label_of(path: Path) -> bytes | None:
    try:
        return os.getxattr(path, security_context.ATTRIBUTE)
    except OSError:
        return None


@pytest.mark.parametrize("staging", [None, "staging"], ids=["beside-it", "staged"])
def test_write_atomically_keeps_the_selinux_context_of_the_file_that_was_there(
    tmp_path: Path, staging: str | None
) -> None:
    folder = tmp_path / "staging"
    folder.mkdir()
    labelled(put(tmp_path / "key", "old"), CUSTOM)
    files.write_atomically(tmp_path / "key", "new", account=ME, mode=0o600, staging=staging and folder)

    assert (label_of(tmp_path / "key"), (tmp_path / "key").read_text()) == (CUSTOM, "new")


def test_write_atomically_staged_new_file_gets_the_selinux_context_of_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "trusted").mkdir()
    labelled(tmp_path / "trusted", USUAL)
    files.write_atomically(tmp_path / "trusted/a.crt", "pem", account=ME, mode=0o644, staging=tmp_path)

    assert label_of(tmp_path / "trusted/a.crt") == USUAL


def test_write_atomically_goes_on_where_the_policy_forbids_to_give_a_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    labelled(put(tmp_path / "key", "old"), CUSTOM)
    monkeypatch.setattr(os, "setxattr", forbidden)
    files.write_atomically(tmp_path / "key", "new", account=ME, mode=0o600)

    assert (tmp_path / "key").read_text() == "new"


def test_write_atomically_second_name_of_the_file_keeps_what_was_there(tmp_path: Path) -> None:
    victim = put(tmp_path / "victim", "theirs", 0o644)
    os.link(victim, tmp_path / "key")
    files.write_atomically(tmp_path / "key", "secret", account=ME, mode=0o600)

    assert (victim.read_text(), mode_of(victim)) == ("theirs", 0o644)
    assert ((tmp_path / "key").read_text(), mode_of(tmp_path / "key")) == ("secret", 0o600)


def test_write_atomically_temporary_name_that_others_planted_is_not_followed(tmp_path: Path) -> None:
    victim = put(tmp_path / "victim", "theirs")
    (tmp_path / ".key.hybrid.jfrog.tmp").symlink_to(victim)
    files.write_atomically(tmp_path / "key", "secret", account=ME, mode=0o600)

    assert (victim.read_text(), (tmp_path / "key").read_text()) == ("theirs", "secret")
    assert not (tmp_path / "key").is_symlink()


def test_write_atomically_temporary_name_planted_between_the_sweep_and_the_write_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim, sweep = put(tmp_path / "victim", "theirs"), files.sweep

    def swept(folder: Path) -> None:
        sweep(folder)
        (tmp_path / ".key.hybrid.jfrog.tmp").symlink_to(victim)

    monkeypatch.setattr(files, "sweep", swept)
    with pytest.raises(LayoutError, match=r"Cannot write .*/key: .*\. "):
        files.write_atomically(tmp_path / "key", "secret", account=ME, mode=0o600)

    assert victim.read_text() == "theirs"
    assert not (tmp_path / "key").exists()


def test_write_atomically_link_planted_after_the_check_is_replaced_and_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim, make = put(tmp_path / "victim", "theirs"), files._make

    def planted(*arguments: object) -> None:
        make(*arguments)  # type: ignore[arg-type]
        (tmp_path / "key").symlink_to(victim)

    monkeypatch.setattr(files, "_make", planted)
    files.write_atomically(tmp_path / "key", "secret", account=ME, mode=0o600)

    assert (victim.read_text(), (tmp_path / "key").read_text()) == ("theirs", "secret")
    assert not (tmp_path / "key").is_symlink()


def test_write_atomically_leftover_of_a_killed_run_is_replaced(tmp_path: Path) -> None:
    leftover = put(tmp_path / ".key.hybrid.jfrog.tmp", "half")
    files.write_atomically(tmp_path / "key", "whole", account=ME, mode=0o600)

    assert not leftover.exists()
    assert (tmp_path / "key").read_text() == "whole"


def test_write_atomically_clears_the_folder_of_what_killed_runs_left_under_any_name(tmp_path: Path) -> None:
    put(tmp_path / ".private.key.hybrid.jfrog.tmp", "half")
    a_link(tmp_path / ".link.hybrid.jfrog.tmp")
    kept = ["private.key.hybrid.jfrog.tmp", ".private.key.tmp", ".other.hybrid.jfrog.tmp.old"]
    for name in kept:
        put(tmp_path / name, "theirs")
    (tmp_path / ".folder.hybrid.jfrog.tmp").mkdir()

    files.write_atomically(tmp_path / "root.crt", "pem", account=ME, mode=0o600)

    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*kept, ".folder.hybrid.jfrog.tmp", "elsewhere", "root.crt"}
    assert (tmp_path / "elsewhere").read_text() == "theirs"


def test_write_atomically_clears_the_folder_in_which_the_file_is_made(tmp_path: Path) -> None:
    (tmp_path / "trusted").mkdir()
    put(tmp_path / ".old.crt.hybrid.jfrog.tmp", "half")

    files.write_atomically(tmp_path / "trusted/a.crt", "pem", account=ME, mode=0o644, staging=tmp_path)

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.crt", "trusted"]


def test_sweep_of_a_folder_that_is_not_there_is_fine(tmp_path: Path) -> None:
    files.sweep(tmp_path / "missing")
    files.sweep(put(tmp_path / "file", "x"))


@not_as_root
def test_sweep_that_the_system_refuses_says_so(tmp_path: Path) -> None:
    put(tmp_path / ".key.hybrid.jfrog.tmp", "half")
    tmp_path.chmod(0o500)
    with pytest.raises(LayoutError, match=r"Cannot clear up .*: this user may not"):
        files.sweep(tmp_path)
    tmp_path.chmod(0o700)


def test_write_together_whose_file_another_run_cleared_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="another run works on it"):
        files.write_together(pair(tmp_path), account=ME, before=lambda: files.sweep(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_write_atomically_failing_rename_leaves_the_old_file_and_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "key", "old")

    def failing(_source: str, _target: str, **_folders: int) -> None:
        raise OSError(errno.EXDEV, "cross-device")

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(LayoutError) as caught:
        files.write_atomically(tmp_path / "key", "new", account=ME, mode=0o600)
    assert "on another file system" in caught.value.msg
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").read_text() == "old"


def a_link(path: Path) -> None:
    put(path.parent / "elsewhere", "theirs")
    path.symlink_to(path.parent / "elsewhere")


def a_dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(a_link, "it is a symbolic link", id="link"),
        pytest.param(a_dangling_link, "it is a symbolic link", id="dangling-link"),
        pytest.param(a_folder, "it is no plain file", id="folder"),
        pytest.param(a_pipe, "it is no plain file", id="pipe"),
    ],
)
def test_anything_but_a_plain_file_is_refused(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "key"
    make(path)  # type: ignore[operator]
    for attempt in (
        lambda: files.write_atomically(path, "x", account=ME, mode=0o600),
        lambda: files.read_text(path),
        lambda: files.remove(path),
        lambda: files.keep_backup(path),
    ):
        with pytest.raises(LayoutError) as caught:
            attempt()
        assert words in caught.value.msg
        assert str(path) in caught.value.msg
    assert os.path.lexists(path)
    assert not (tmp_path / "elsewhere").exists() or (tmp_path / "elsewhere").read_text() == "theirs"


def pair(folder: Path) -> list[files.Content]:
    return [files.Content(folder / "a.key", "key", 0o600), files.Content(folder / "a.crt", "pem", 0o644)]


def test_write_together_files_appear_in_their_order_after_all_are_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    rename = os.rename

    def watching(source: str, target: str, **folders: int) -> None:
        seen.append(target)
        rename(source, target, **folders)

    def before() -> None:
        seen.append(sorted(path.read_text() for path in tmp_path.iterdir()))

    monkeypatch.setattr(os, "rename", watching)
    files.write_together(pair(tmp_path), account=ME, before=before)

    assert seen == [["key", "pem"], "a.key", "a.crt"]
    assert {path.name: mode_of(path) for path in tmp_path.iterdir()} == {"a.key": 0o600, "a.crt": 0o644}


def test_write_together_full_disk_writes_none_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a.key", "old")
    sync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LayoutError, match=r"a\.crt: no space left on device"):
        files.write_together(pair(tmp_path), account=ME)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.key", "old")]


def test_write_together_file_that_does_not_fit_is_refused_by_the_system_itself(tmp_path: Path) -> None:
    put(tmp_path / "a.key", "old")
    contents = [
        files.Content(tmp_path / "a.key", "new", 0o600),
        files.Content(tmp_path / "a.crt", "x" * 200_000, 0o644),
    ]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(LayoutError, match=r"a\.crt: file too large"):
            files.write_together(contents, account=ME)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.key", "old")]


def test_write_together_link_in_place_of_one_writes_none(tmp_path: Path) -> None:
    (tmp_path / "a.crt").symlink_to("elsewhere")
    with pytest.raises(LayoutError, match="it is a symbolic link"):
        files.write_together(pair(tmp_path), account=ME, before=lambda: pytest.fail("too early"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.crt"]


def test_content_is_not_shown(tmp_path: Path) -> None:
    assert "key" not in repr(files.Content(tmp_path / "a", "key", 0o600))


def test_keep_backup_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    backup = files.keep_backup(put(tmp_path / "a.key", "old", 0o600), tmp_path / "kept")

    assert (backup.parent, backup.read_text(), mode_of(backup)) == (tmp_path / "kept", "old", 0o600)


def test_write_atomically_folder_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(LayoutError) as caught:
        files.write_atomically(tmp_path / "no/key", "x", account=ME, mode=0o600)
    assert f"the folder {tmp_path / 'no'} is missing" in caught.value.msg


@not_as_root
def test_write_atomically_closed_folder_asks_for_become(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(LayoutError) as caught:
        files.write_atomically(tmp_path / "closed/key", "x", account=ME, mode=0o600)
    assert "Run the task with become: true" in caught.value.msg


@not_as_root
def test_write_atomically_for_another_user_asks_for_become(tmp_path: Path) -> None:
    with pytest.raises(LayoutError) as caught:
        files.write_atomically(tmp_path / "key", "x", account=Account(0, 0), mode=0o600)
    assert "Run the task with become: true" in caught.value.msg
    assert list(tmp_path.iterdir()) == []


@as_root
def test_files_and_folders_belong_to_the_service_user(tmp_path: Path) -> None:
    other = Account(1030, 1031)
    os.chown(tmp_path, 1030, 1031)
    files.make_folder(tmp_path / "a/b", other)
    files.write_atomically(tmp_path / "a/b/key", "x", account=other, mode=0o600)

    for name in ("a", "a/b", "a/b/key"):
        status = (tmp_path / name).lstat()
        assert (status.st_uid, status.st_gid) == (1030, 1031)
    assert mode_of(tmp_path / "a") == mode_of(tmp_path / "a/b") == 0o750


def test_make_folder_existing_one_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o711)
    (tmp_path / "a").chmod(0o711)
    files.make_folder(tmp_path / "a", ME)

    assert mode_of(tmp_path / "a") == 0o711


def test_make_folder_file_in_the_way_says_so(tmp_path: Path) -> None:
    put(tmp_path / "a", "x")
    with pytest.raises(LayoutError) as caught:
        files.make_folder(tmp_path / "a/b", ME)
    assert "a file has that name" in caught.value.msg


def test_make_folder_link_put_in_its_place_meanwhile_does_not_open_what_it_leads_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)

    def raced(name: str, _mode: int, **_folders: int) -> None:
        (tmp_path / name).symlink_to(tmp_path / "theirs")

    monkeypatch.setattr(os, "mkdir", raced)
    with pytest.raises(LayoutError):
        files.make_folder(tmp_path / "a", ME)
    assert mode_of(tmp_path / "theirs") == 0o700


@as_root
def test_make_folder_in_a_closed_one_asks_for_become() -> None:
    with folder_for_all() as folder:
        (folder / "closed").mkdir(mode=0o700)
        with as_nobody(), pytest.raises(LayoutError) as caught:
            files.make_folder(folder / "closed/a/b", ME)
    assert "Run the task with become: true" in caught.value.msg


@pytest.mark.parametrize(
    ("make", "there"),
    [
        pytest.param(a_link, True, id="link"),
        pytest.param(a_dangling_link, False, id="dangling-link"),
        pytest.param(a_folder, True, id="folder"),
        pytest.param(lambda _path: None, False, id="nothing"),
    ],
)
def test_exists_follows_links(tmp_path: Path, make: object, there: bool) -> None:
    make(tmp_path / "a")  # type: ignore[operator]
    assert files.exists(tmp_path / "a") is there


def test_exists_below_a_file_is_nothing(tmp_path: Path) -> None:
    assert not files.exists(put(tmp_path / "a", "x") / "below")


def test_read_text_missing_file_is_none(tmp_path: Path) -> None:
    assert files.read_text(tmp_path / "key") is None
    assert files.read_text(put(tmp_path / "file", "x") / "below") is None


def test_keep_backup_keeps_content_owner_and_mode(tmp_path: Path) -> None:
    backup = files.keep_backup(put(tmp_path / "key", "old", 0o640))
    files.write_atomically(tmp_path / "key", "new", account=ME, mode=0o600)

    assert (backup.read_text(), mode_of(backup)) == ("old", 0o640)
    assert (tmp_path / "key").read_text() == "new"


def test_remove_missing_file_is_fine(tmp_path: Path) -> None:
    files.remove(tmp_path / "key")
    files.remove(put(tmp_path / "key", "x"))
    assert list(tmp_path.iterdir()) == []


def test_plain_files_lists_files_only(tmp_path: Path) -> None:
    put(tmp_path / "b.crt", "x")
    put(tmp_path / "a.crt", "x")
    put(tmp_path / ".a.crt.hybrid.jfrog.tmp", "x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a.crt")

    assert [path.name for path in files.plain_files(tmp_path)] == ["a.crt", "b.crt"]
    assert list(files.plain_files(tmp_path / "missing")) == []
