# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What others plant where a node's files are written, for all that is written there: it leads no writer astray.

The folders are the service user's, and the writers run as root: who got hold of that user must not get the host.
"""

from __future__ import annotations

import ast
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import (
    backups,
    bootstrap_credentials,
    bootstrap_pair,
    files,
    replication_plugin,
    security_context,
    server_certificate,
    tls_ca_certificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from unit.node.node_tree import put
from unit.node.node_writers import KEY, OLD_KEY, SERVICE, TEMPORARY, VICTIM, WRITERS, Stage, product_key, stage
from unit.planting import a_folder, a_pipe, between_calls, umask

NODE = Path(files.__file__).parent
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away, and be led where others may not")


@pytest.fixture(params=WRITERS)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    return stage(tmp_path, request.param)


def modules_that_write() -> set[str]:
    """Those of the node's code that have a file written, or kept under a second name."""
    found = set()
    for path in NODE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("files.write_atomically", "files.write_together", "files.keep_backup"):
                found.add(path.stem)
    return found


def test_table_has_whoever_writes_on_a_node() -> None:
    # Keeps second names in a folder of ours for those in the table.
    assert modules_that_write() - {"backups"} == {Path(writer.module.__file__).stem for writer in WRITERS.values()}


def test_writer_puts_its_file_in_place_as_the_service_users(here: Stage) -> None:
    here.with_old()
    before = here.file.lstat().st_ino
    here.write()

    status = here.file.lstat()
    assert status.st_ino != before
    assert here.file.read_text() != here.writer.old
    assert stat.S_IMODE(status.st_mode) == here.writer.mode
    if os.geteuid() == 0:
        owned = {(path.lstat().st_uid, path.lstat().st_gid) for path in here.layout.home.rglob("*")}
        assert owned == {(SERVICE, SERVICE)}
    assert here.left() == []


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077], ids=oct)
@pytest.mark.parametrize("is_there", [True, False], ids=["replaced", "new"])
def test_file_is_at_no_moment_open_to_more_than_at_the_end_whatever_the_umask(
    here: Stage, mask: int, is_there: bool
) -> None:
    seen: list[str] = []
    modes: dict[Path, set[int]] = {}
    if is_there or here.writer.write is product_key:  # which stands in settings that are there
        mode = here.with_old().writer.mode
    else:
        here.file.unlink(missing_ok=True)
        mode = here.writer.new_mode or here.writer.mode

    def look(event: str) -> None:
        for path in here.layout.home.rglob("*"):
            status = path.lstat()
            if path.name.endswith(TEMPORARY):
                placed = path.with_name(path.name[1 : -len(TEMPORARY)])
                modes.setdefault(placed, set()).add(stat.S_IMODE(status.st_mode))
            if not stat.S_ISREG(status.st_mode) or not {KEY, OLD_KEY} & {*path.read_text().replace('"', " ").split()}:
                continue
            # The master key's own mode is the vendor's, and that of settings is the neighbour's: both for the group.
            allowed = mode if path.name in (here.file.name, here.temporary.name) else here.writer.old_mode
            if status.st_mode & 0o077 & ~allowed:
                seen.append(f"{path} has mode {stat.S_IMODE(status.st_mode):04o} before {event}")

    with umask(mask), between_calls(look):
        here.write()

    assert seen == []
    assert stat.S_IMODE(here.file.lstat().st_mode) == mode
    # Also while it is empty: who has opened it by then reads what comes.
    assert modes
    for placed, found in modes.items():
        made = placed if placed.exists() else here.file  # which was made in another folder
        assert found == {0o600, stat.S_IMODE(made.lstat().st_mode)}


def a_link(path: Path, victim: Path) -> None:
    path.symlink_to(victim)


def a_link_to_nothing(path: Path, victim: Path) -> None:
    path.symlink_to(victim.parent / "new")


def a_device(path: Path, _victim: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a device")
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("this root may make no device")


Plant = Callable[[Path, Path], None]
NO_FILES: list[Plant] = [
    a_link,
    a_link_to_nothing,
    lambda path, _victim: a_folder(path),
    lambda path, _victim: a_pipe(path),
    a_device,
]
NAMES = ["link", "dangling-link", "folder", "pipe", "device"]


@pytest.mark.parametrize("plant", NO_FILES, ids=NAMES)
def test_what_is_planted_under_the_files_name_is_refused_and_stays(here: Stage, plant: Plant) -> None:
    here.with_folder()
    here.file.unlink(missing_ok=True)
    plant(here.file, here.victim)
    here.given()
    before = here.file.lstat()
    with pytest.raises(EdgeError, match=r"^Cannot .*(it is a symbolic link|it is no plain file)") as caught:
        here.write()

    assert str(here.file) in caught.value.msg
    assert (here.file.lstat().st_ino, here.file.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert (here.harm(), here.left()) == ([], [])


def test_other_name_of_the_file_keeps_what_was_there(here: Stage) -> None:
    here.with_old()
    other = here.folder / "other"
    os.link(here.file, other)
    here.write()

    assert (other.read_text(), stat.S_IMODE(other.lstat().st_mode)) == (here.writer.old, here.writer.old_mode)
    assert not other.samefile(here.file)


@pytest.mark.parametrize("plant", [*NO_FILES[:2], os.link, *NO_FILES[3:]], ids=[*NAMES[:2], "hard-link", *NAMES[3:]])
def test_what_is_planted_under_the_temporary_name_is_cleared_away(here: Stage, plant: Plant) -> None:
    here.with_old().with_folder()
    plant(*((here.victim, here.temporary) if plant is os.link else (here.temporary, here.victim)))
    here.write()

    assert here.file.read_text() != here.writer.old
    assert (here.harm(), here.left()) == ([], [])


def test_folder_planted_under_the_temporary_name_is_told_by_its_name(here: Stage) -> None:
    here.with_old().with_folder()
    here.temporary.mkdir()
    with pytest.raises(LayoutError) as caught:
        here.write()

    assert caught.value.msg == (
        f"Cannot write {here.file}: it is made as {here.temporary}, and something else has that name. Move it away, "
        "or let the other run end, then run again."
    )
    assert here.file.read_text() == here.writer.old


def at_each_moment(folder: Path, kind: str, plant: Callable[[Stage], None]) -> Iterator[Stage]:
    """The writing again and again, with the plant before the first, second, ... call of the system."""
    moment = 0
    while True:
        here = stage(folder / str(moment), kind).with_old().with_folder()
        put(here.temporary, "half of a file, of a run that was killed")
        here.given()
        calls = iter(range(moment + 1))

        def look(_event: str, here: Stage = here, calls: Iterator[int] = calls, last: int = moment) -> None:
            if next(calls, None) == last:
                plant(here)

        with between_calls(look), suppress(EdgeError):
            here.write()
        if next(calls, None) is not None:
            assert moment > 4  # else nothing has been watched
            return
        yield here
        shutil.rmtree(folder / str(moment))
        moment += 1


def swap(path: Path, victim: Path) -> None:
    """What somebody does who may write to the folder."""
    path.unlink(missing_ok=True)
    path.symlink_to(victim)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", ["file", "temporary"])
def test_link_swapped_in_between_any_two_calls_leads_nowhere(tmp_path: Path, kind: str, name: str) -> None:
    def plant(here: Stage) -> None:
        with suppress(FileNotFoundError):  # no folder for it yet
            swap(getattr(here, name), here.victim)

    for here in at_each_moment(tmp_path, kind, plant):
        assert here.harm() == []


@as_root
@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize(
    "folder_of",
    [
        pytest.param(lambda here: here.file.parent, id="of-the-file"),
        pytest.param(lambda here: here.temporary.parent, id="in-which-it-is-made"),
        pytest.param(lambda here: here.layout.ledger.parent, id="ours"),
    ],
)
def test_folder_swapped_for_a_link_between_any_two_calls_leads_nowhere(
    tmp_path: Path, kind: str, folder_of: Callable[[Stage], Path]
) -> None:
    def plant(here: Stage) -> None:
        folder = folder_of(here)
        with suppress(FileNotFoundError):  # not made yet
            folder.rename(folder.with_name(f"{folder.name}.aside"))
        # A file of root's under each name that the writer is about to use: none may be replaced, removed or given away.
        for known in (here.file.name, here.temporary.name):
            put(here.victim.parent / known, VICTIM, 0o644)
        folder.symlink_to(here.victim.parent)
        os.chown(folder, SERVICE, SERVICE, follow_symlinks=False)

    for here in at_each_moment(tmp_path, kind, plant):
        names = ("victim", here.file.name, here.temporary.name)
        assert of_root(here.victim.parent) == dict.fromkeys(names, (VICTIM, 0o644, 0))


def of_root(folder: Path) -> dict[str, tuple[str, int, int]]:
    """The text, mode and owner of each file in a folder."""
    found = {path.name: (path.read_text() if path.is_file() else "", path.lstat()) for path in folder.iterdir()}
    return {name: (text, stat.S_IMODE(status.st_mode), status.st_uid) for name, (text, status) in found.items()}


def test_full_disk_at_any_moment_leaves_what_was_there_or_the_whole_new_file(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def texts(at: Stage) -> dict[str, str]:
        found = {path.relative_to(at.layout.home).as_posix(): path for path in at.layout.home.rglob("*")}
        return {name: path.read_text() for name, path in found.items() if path.is_file()}

    sync, kind = os.fsync, next(name for name, writer in WRITERS.items() if writer is here.writer)
    whole = stage(here.folder / "whole", kind).with_old()
    old = texts(whole)
    whole.write()
    new, moment = whole.file.read_text(), 0
    while True:
        again = stage(here.folder / str(moment), kind).with_old()
        calls = iter(range(moment + 1))

        def full(descriptor: int, calls: Iterator[int] = calls, last: int = moment) -> None:
            if next(calls, None) == last:
                raise OSError(errno.ENOSPC, "No space left on device")
            sync(descriptor)

        monkeypatch.setattr(os, "fsync", full)
        failed = False
        try:
            again.write()
        except EdgeError as exc:
            failed = "no space left on device" in exc.msg
        assert failed == (next(calls, None) is None)
        assert again.left() == []
        if not failed:
            assert moment > 0
            return
        # A certificate goes before its new key comes, so that no start finds two that do not belong together.
        found = again.file.read_text() if again.file.exists() else None
        kept = [text for name, text in texts(again).items() if text == again.writer.old and name not in old]
        assert found in (again.writer.old, new) or (found is None and (kept or again.writer.mode == 0o644))
        moment += 1


CONTEXT = b"system_u:object_r:etc_t:s0"


def test_selinux_context_of_the_file_is_kept(here: Stage) -> None:
    here.with_old()
    try:
        os.setxattr(here.file, security_context.ATTRIBUTE, CONTEXT)
    except OSError:
        pytest.skip("this file system, or user, cannot give a label")
    here.write()

    assert os.getxattr(here.file, security_context.ATTRIBUTE) == CONTEXT


def linked_away(here: Stage, target: Path, owner: int) -> None:
    """The file's folder is elsewhere, and a link of that owner's leads to it."""
    folder = here.file.parent
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, target)
    folder.symlink_to(target)
    os.chown(folder, owner, owner, follow_symlinks=False)


@as_root
@pytest.mark.parametrize(
    ("link_of", "folder_of", "refused"),
    [
        pytest.param(0, SERVICE, False, id="an-administrators"),
        pytest.param(0, 0, False, id="an-administrators-to-a-folder-of-roots"),
        pytest.param(SERVICE, SERVICE, False, id="the-services-to-its-own"),
        pytest.param(SERVICE, 0, True, id="the-services-to-roots"),
        pytest.param(SERVICE, 4711, True, id="the-services-to-somebody-elses"),
    ],
)
def test_link_in_place_of_the_folder_leads_only_where_its_owner_may_go(
    here: Stage, link_of: int, folder_of: int, refused: bool
) -> None:
    here.with_old()
    target = here.folder / "away"
    linked_away(here, target, link_of)
    for path in [target, *target.rglob("*")]:
        os.chown(path, folder_of, folder_of)
    before = {path.name: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    message = r"^Cannot .*: .* is a symbolic link of .*, and leads to a folder of "
    with pytest.raises(EdgeError, match=message) if refused else nullcontext():
        here.write()

    after = {path.name: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert (after == before) == refused
    assert here.left() == []


@as_root
@pytest.mark.parametrize("mode", [0o777, 0o1777], ids=["open-to-all", "sticky"])
@pytest.mark.parametrize("owner", [SERVICE, 4711], ids=["the-services", "somebody-elses"])
def test_folder_of_others_gets_a_file_that_they_cannot_read(here: Stage, mode: int, owner: int) -> None:
    here.with_old()
    here.file.parent.chmod(mode)
    if here.file.parent != here.layout.configuration:  # whose owner is the service user
        os.chown(here.file.parent, owner, owner)
    expected = owner if here.writer.module is replication_plugin else SERVICE
    if here.file.parent == here.layout.configuration:
        expected = SERVICE
    here.write()

    status = here.file.lstat()
    assert (status.st_uid, stat.S_IMODE(status.st_mode)) == (expected, here.writer.mode)
    assert here.left() == []


@pytest.fixture
def other_file_system(tmp_path: Path) -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108, another file system is what it is for
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    folder = Path(tempfile.mkdtemp(dir=memory))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_node_whose_files_are_on_another_file_system_is_written_there(here: Stage, other_file_system: Path) -> None:
    here.with_old()
    var = here.layout.var
    shutil.move(var, other_file_system / "var")
    var.symlink_to(other_file_system / "var")
    again = replace(here, layout=layouts.require(str(here.layout.home))).given()
    for path in [other_file_system / "var", *(other_file_system / "var").rglob("*")]:
        if os.geteuid() == 0:
            os.chown(path, SERVICE, SERVICE, follow_symlinks=False)
    again.write()

    assert again.file.read_text() != again.writer.old
    assert again.file.lstat().st_dev == other_file_system.lstat().st_dev
    assert list(other_file_system.rglob(f"*{TEMPORARY}")) == []


def test_backups_on_another_file_system_are_told_and_the_file_stays(here: Stage, other_file_system: Path) -> None:
    here.with_old()
    ours = here.layout.ledger.parent
    with suppress(FileNotFoundError):
        shutil.move(ours, other_file_system / "ours")
    (other_file_system / "ours").mkdir(exist_ok=True)
    ours.symlink_to(other_file_system / "ours")
    if os.geteuid() == 0:
        os.chown(other_file_system / "ours", SERVICE, SERVICE)
    keeps = here.writer.module in (bootstrap_pair, server_certificate, tls_ca_certificate, replication_plugin)
    with pytest.raises(LayoutError, match="on another file system") if keeps else nullcontext():
        here.write()

    assert (here.file.read_text() == here.writer.old) == keeps
    assert here.left() == []


@pytest.mark.parametrize("plant", [a_link, os.link, *NO_FILES[2:]], ids=["link", "hard-link", *NAMES[2:]])
def test_repair_of_the_first_administrators_file_gives_nobody_elses_file_away(tmp_path: Path, plant: Plant) -> None:
    here = stage(tmp_path, "first-administrator").with_folder()
    plant(*((here.victim, here.file) if plant is os.link else (here.file, here.victim)))
    before = here.file.lstat()
    with pytest.raises(LayoutError, match=rf"^Cannot repair {here.file}: it "):
        bootstrap_credentials.repair(here.layout)

    after = here.file.lstat()
    assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)
    assert here.harm() == []


def test_second_name_in_the_folder_of_backups_follows_no_link(tmp_path: Path) -> None:
    here = stage(tmp_path, "join-key").with_folder()
    here.file.symlink_to(here.victim)
    with pytest.raises(LayoutError, match="it is a symbolic link"):
        backups.keep(here.layout, "join_key", here.file)

    assert here.harm() == []
