# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Writing and reading single files of a node, so that neither a crash nor a link can do harm.

The folders belong to the service user, and this code often runs as root. So nothing here follows a link in the last
part of a path, all that is done with a file is done in the folder that was opened for it, and a file appears under its
name only when it is complete and has its owner and mode.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator, Sequence

from .._domain.errors import LayoutError
from . import folders, rights, security_context
from .account import Account

FOLDER_MODE = 0o750
_TEMPORARY = ".hybrid.jfrog.tmp"


def exists(path: Path) -> bool:
    """Whether there is something, also behind a link. Unlike Path.exists, which is of several minds about it in several
    Pythons, a folder that we may not enter is an error and not an absence."""
    return _followed(path, "look for") is not None


def read_text(path: Path, limit: int = 1 << 20) -> str | None:
    """The text of a plain file; None when there is none. Raises LayoutError for a link and for closed files."""
    content = read_bytes(path, limit)
    return None if content is None else content.decode("utf-8", errors="replace")


def read_bytes(path: Path, limit: int = 1 << 20, *, copy_for: Account | None = None) -> bytes | None:
    """The content of a plain file; None when there is none. Raises LayoutError for a link and for closed files.

    ``copy_for`` is who is to get a copy: then also for what that user could not read.
    """
    try:
        with folders.opened(path.parent) as folder:
            _demand_plain(path, folder, "read")
            # Not blocking, in case that it became a pipe meanwhile.
            descriptor = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with open(descriptor, "rb") as stream:
                if copy_for is not None:
                    rights.demand_its_own(path, os.fstat(descriptor), copy_for)
                return stream.read(limit) or b""
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise refused("read", path, exc) from exc


def read_part(path: Path, limit: int = 1 << 20, *, end: bool = False) -> str:
    """The first or last part of a file that is only looked at, also behind a link; empty when it cannot be read."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                return ""
            if end:
                stream.seek(max(0, status.st_size - limit))
            return stream.read(limit).decode("utf-8", errors="replace")
    except OSError:
        return ""


def make_folder(path: Path, account: Account, mode: int = FOLDER_MODE) -> None:
    """Create the folder and the missing ones above it, for the service user."""
    if _is_folder(path):
        return
    make_folder(path.parent, account, mode)
    try:
        with folders.opened(path.parent) as above:
            os.mkdir(path.name, 0o700, dir_fd=above)
            # By its descriptor: whoever may write to the folder above may have put a link in its place by now.
            made = os.open(path.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
            try:
                _own(made, account, mode)
            finally:
                os.close(made)
    except FileExistsError:
        if not _is_folder(path):
            raise LayoutError(f"Cannot create the folder {path}: a file has that name. Move it away.") from None
    except OSError as exc:
        raise refused("create", path, exc) from exc


@dataclass(frozen=True)
class Content:
    """What a file is to hold. Not shown, because it may be a secret."""

    path: Path
    text: str = field(repr=False)
    mode: int


def write_atomically(path: Path, text: str, *, account: Account, mode: int, staging: Path | None = None) -> None:
    """Put a complete file in place under its name, whatever was there before.

    ``staging`` is a folder on the same file system in which the file is made; without it, its own folder. Raises
    LayoutError for a link, for anything but a plain file in its place, and when the system refuses.
    """
    write_together([Content(path, text, mode)], account=account, staging=staging)


def write_together(
    contents: Sequence[Content],
    *,
    account: Account,
    staging: Path | None = None,
    before: Callable[[], None] | None = None,
) -> None:
    """Put files in place in their order, and none of them before all are complete on the disk.

    So a full disk leaves no certificate without its key. ``before`` is called when only the names are left to be given.
    """
    with contextlib.ExitStack() as stack:
        drafts = [_draft(content, staging or content.path.parent, stack) for content in contents]
        for folder in dict.fromkeys(draft.temporary.parent for draft in drafts):
            sweep(folder)
        try:
            for draft in drafts:
                _make(draft, account)
            if before is not None:
                before()
            for draft in drafts:
                _place(draft)
        finally:
            for draft in drafts:
                with contextlib.suppress(OSError):
                    os.unlink(draft.temporary.name, dir_fd=draft.staging)


def sweep(folder: Path) -> None:
    """Remove what runs that the system ended left half-made in a folder: it may hold a key, and nobody asks for it.

    What another run is about to place there is lost to that run, which is told so.
    """
    try:
        with folders.opened(folder) as descriptor, folders.readable(descriptor) as listed:
            with os.scandir(listed) as entries:
                left = [entry.name for entry in entries if _is_half_made(entry)]
            for name in left:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=descriptor)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as exc:
        raise refused("clear up", folder, exc) from exc


def keep_backup(path: Path, folder: Path | None = None) -> Path:
    """Keep what is in a plain file under a second name, with its owner and mode; the new name.

    ``folder`` is another one on the same file system, for a file in a folder of which the product reads all files.
    """
    backup = (folder or path.parent) / f"{path.name}.{secrets.token_hex(4)}.backup"
    try:
        with folders.opened(path.parent) as source, folders.opened(backup.parent) as target:
            _demand_plain(path, source, "back up")
            os.link(path.name, backup.name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except OSError as exc:
        raise refused("back up", path, exc) from exc
    return backup


def remove(path: Path) -> bool:
    """Remove a plain file; whether it was there."""
    try:
        with folders.opened(path.parent) as folder:
            _demand_plain(path, folder, "remove")
            os.unlink(path.name, dir_fd=folder)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise refused("remove", path, exc) from exc
    return True


def rename(path: Path, name: str) -> Path:
    """Give a folder or file another name where it is; its new path."""
    try:
        with folders.opened(path.parent) as folder:
            os.rename(path.name, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as exc:
        raise refused("rename", path, exc) from exc
    return path.with_name(name)


def plain_files(folder: Path) -> Iterator[Path]:
    """The plain files in a folder, by name, without links and our own half-made files; nothing when it is missing."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as exc:
        raise refused("read", folder, exc) from exc
    yield from (folder / name for name in found if not name.endswith(_TEMPORARY))


def refused(verb: str, path: Path, exc: OSError) -> LayoutError:
    """The designed error for what the system refused."""
    if isinstance(exc, folders.Detour):
        what = f"{exc.strerror}. Put a plain folder in its place; if the link is right: chown -h root {exc.link}"
    elif exc.errno in (errno.EACCES, errno.EPERM):
        what = "this user may not. Run the task with become: true"
    elif exc.errno == errno.ENOENT:
        what = f"the folder {path.parent} is missing, or another run works on it. Run again"
    elif exc.errno == errno.EXDEV:
        what = (
            "its folder is on another file system than the folder that holds it. Unmount it, or make it a plain folder"
        )
    elif exc.errno == errno.ELOOP:
        what = "it is a symbolic link. Put a plain file or nothing in its place"
    else:
        what = f"{os.strerror(exc.errno or 0).lower()}. Correct that on the node"
    return LayoutError(f"Cannot {verb} {path}: {what}.", path=str(path))


def _demand_plain(path: Path, folder: int, verb: str) -> None:
    """Raises OSError where nothing, or a link, has the name in the open folder, LayoutError for what is no file."""
    status = os.lstat(path.name, dir_fd=folder)
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if not stat.S_ISREG(status.st_mode):
        raise LayoutError(f"Cannot {verb} {path}: it is no plain file. Move it away.", path=str(path))


def _is_folder(path: Path) -> bool:
    try:
        with folders.opened(path):
            return True
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise refused("create", path, exc) from exc


def _followed(path: Path, verb: str) -> os.stat_result | None:
    """The status of what is there, links followed; None when there is nothing."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise refused(verb, path, exc) from exc


def _is_half_made(entry: os.DirEntry[str]) -> bool:
    ours = entry.name.startswith(".") and entry.name.endswith(_TEMPORARY)
    return ours and not entry.is_dir(follow_symlinks=False)


@dataclass(frozen=True)
class _Draft:
    """A file while it is made. ``staging`` is the open folder in which it is made, ``folder`` the one it is for."""

    content: Content
    temporary: Path
    staging: int
    folder: int


def _draft(content: Content, staging: Path, stack: contextlib.ExitStack) -> _Draft:
    path = content.path
    try:
        folder = stack.enter_context(folders.opened(path.parent))
        with contextlib.suppress(FileNotFoundError):
            _demand_plain(path, folder, "write")
        temporary = staging / f".{path.name}{_TEMPORARY}"
        return _Draft(content, temporary, stack.enter_context(folders.opened(staging)), folder)
    except OSError as exc:
        raise refused("write", path, exc) from exc


def _make(draft: _Draft, account: Account) -> None:
    """A new file with content, owner and mode, on the disk before it gets its real name."""
    content, name = draft.content, draft.temporary.name
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=draft.staging)
        with open(descriptor, "wb") as stream:
            _own(descriptor, account, content.mode)
            staged = draft.temporary.parent != content.path.parent
            security_context.keep(descriptor, draft.folder, content.path.name, staged=staged)
            stream.write(content.text.encode())
            stream.flush()
            os.fsync(descriptor)
    except FileExistsError as exc:
        raise LayoutError(
            f"Cannot write {content.path}: it is made as {draft.temporary}, and something else has that name. Move it "
            "away, or let the other run end, then run again.",
            path=str(content.path),
        ) from exc
    except OSError as exc:
        raise refused("write", content.path, exc) from exc


def _place(draft: _Draft) -> None:
    path = draft.content.path
    try:
        os.rename(draft.temporary.name, path.name, src_dir_fd=draft.staging, dst_dir_fd=draft.folder)
        with folders.readable(draft.folder) as folder:
            os.fsync(folder)
    except OSError as exc:
        raise refused("write", path, exc) from exc


def _own(descriptor: int, account: Account, mode: int) -> None:
    status = os.fstat(descriptor)
    if (status.st_uid, status.st_gid) != (account.uid, account.gid):
        os.fchown(descriptor, account.uid, account.gid)
    os.fchmod(descriptor, mode)
