# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Writing and reading single files of a node, so that neither a crash nor a link can do harm.

The folders belong to the service user, and this code often runs as root. So nothing here follows a link in the last
part of a path, and a file appears under its name only when it is complete and has its owner and mode.
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
from . import detours, security_context
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


def read_bytes(path: Path, limit: int = 1 << 20) -> bytes | None:
    """The content of a plain file; None when there is none. Raises LayoutError for a link and for closed files."""
    if _plain(path, "read") is None:
        return None
    try:
        # Not blocking, in case that it became a pipe meanwhile.
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            return stream.read(limit) or b""
    except FileNotFoundError:
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
    detours.refuse(path, "write into", itself=True)
    if _is_folder(path):
        return
    make_folder(path.parent, account, mode)
    try:
        os.mkdir(path, 0o700)
        # By its descriptor: whoever may write to the folder above may have put a link in its place by now.
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _own(descriptor, account, mode)
        finally:
            os.close(descriptor)
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
    for content in contents:
        _plain(content.path, "write")
    made = [_temporary(content.path, staging) for content in contents]
    for folder in dict.fromkeys(temporary.parent for temporary in made):
        sweep(folder)
    try:
        for temporary, content in zip(made, contents):
            _make(temporary, content, account)
        if before is not None:
            before()
        for temporary, content in zip(made, contents):
            _place(temporary, content.path)
    finally:
        for temporary in made:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def sweep(folder: Path) -> None:
    """Remove what runs that the system ended left half-made in a folder: it may hold a key, and nobody asks for it.

    What another run is about to place there is lost to that run, which is told so.
    """
    try:
        with os.scandir(folder) as entries:
            left = [folder / entry.name for entry in entries if _is_half_made(entry)]
        for path in left:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as exc:
        raise refused("clear up", folder, exc) from exc


def keep_backup(path: Path, folder: Path | None = None) -> Path:
    """Keep what is in a plain file under a second name, with its owner and mode; the new name.

    ``folder`` is another one on the same file system, for a file in a folder of which the product reads all files.
    """
    _plain(path, "back up")
    backup = (folder or path.parent) / f"{path.name}.{secrets.token_hex(4)}.backup"
    try:
        os.link(path, backup, follow_symlinks=False)
    except OSError as exc:
        raise refused("back up", path, exc) from exc
    return backup


def remove(path: Path) -> bool:
    """Remove a plain file; whether it was there."""
    if _plain(path, "remove") is None:
        return False
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    except OSError as exc:
        raise refused("remove", path, exc) from exc
    return True


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
    if exc.errno in (errno.EACCES, errno.EPERM):
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


def _plain(path: Path, verb: str) -> os.stat_result | None:
    """The status of a plain file, None when there is nothing; a link or a folder in its place is an error."""
    detours.refuse(path, verb)
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise refused(verb, path, exc) from exc
    if stat.S_ISLNK(status.st_mode):
        raise refused(verb, path, OSError(errno.ELOOP, ""))
    if not stat.S_ISREG(status.st_mode):
        raise LayoutError(f"Cannot {verb} {path}: it is no plain file. Move it away.", path=str(path))
    return status


def _is_folder(path: Path) -> bool:
    status = _followed(path, "create")
    return status is not None and stat.S_ISDIR(status.st_mode)


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


def _temporary(path: Path, staging: Path | None) -> Path:
    return (staging or path.parent) / f".{path.name}{_TEMPORARY}"


def _make(temporary: Path, content: Content, account: Account) -> None:
    """A new file with content, owner and mode, on the disk before it gets its real name."""
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as stream:
            _own(descriptor, account, content.mode)
            security_context.keep(descriptor, content.path, staged=temporary.parent != content.path.parent)
            stream.write(content.text.encode())
            stream.flush()
            os.fsync(descriptor)
    except FileExistsError as exc:
        raise LayoutError(
            f"Cannot write {content.path}: it is made as {temporary}, and something else has that name. Move it away, "
            "or let the other run end, then run again.",
            path=str(content.path),
        ) from exc
    except OSError as exc:
        raise refused("write", content.path, exc) from exc


def _place(temporary: Path, path: Path) -> None:
    try:
        os.rename(temporary, path)
        _sync_folder(path.parent)
    except OSError as exc:
        raise refused("write", path, exc) from exc


def _own(descriptor: int, account: Account, mode: int) -> None:
    status = os.fstat(descriptor)
    if (status.st_uid, status.st_gid) != (account.uid, account.gid):
        os.fchown(descriptor, account.uid, account.gid)
    os.fchmod(descriptor, mode)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
