# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The folder of support requests on the controller: one per Edge that waits for the platform, and a common one.

Several workers of a run write into it, each for its Edge, so each holds a lock and makes the common request of what all
folders say. A file is touched only when its content changes: it may be attached to a ticket already.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._domain.change import CREATE, DELETE, NONE, UPDATE, Change
from ...module_utils._domain.errors import CertificateError, EdgeError
from ...module_utils._domain.file_name import COMMON, folder_name
from ...module_utils._domain.pem import der_sha256
from ...module_utils._domain.trust import support_request as domain
from ...module_utils._domain.trust.support_request import Waiting
from ...module_utils._domain.url import normal
from .whole_file import put_whole

_LARGEST = 1 << 20
LOCK = ".lock"
FOLDER_MODE = 0o755
FILE_MODE = 0o644  # certificates are public


@dataclass(frozen=True)
class Bundle:
    """What the folder says after a run, and what was changed to get there."""

    change: Change
    waiting: tuple[str, ...]
    common: str | None


def keep(path: str, platform: str, waiting: Sequence[Waiting], settled: Sequence[str], *, check_mode: bool) -> Bundle:
    """Write what is asked for, and remove what is settled. Raises EdgeError for a folder that cannot be written."""
    folder = Path(os.path.abspath(os.path.expanduser(path)))
    gone = {folder_name(name) for name in settled} - {edge.name for edge in waiting}
    if not waiting and not folder.exists():
        return Bundle(Change(NONE), (), None)
    try:
        with _locked(folder, check_mode=check_mode):
            return _keep(folder, normal(platform), waiting, gone, check_mode=check_mode)
    except OSError as exc:
        raise EdgeError(
            f"Cannot write the support request to {folder}: {exc.strerror} ({exc.filename}). Choose a folder on the "
            "controller that you may write, in edge_support_request_dir.",
            path=str(folder),
        ) from exc


def _keep(folder: Path, platform: str, waiting: Sequence[Waiting], gone: set[str], *, check_mode: bool) -> Bundle:
    known = {edge.name: edge for edge in _read(folder)}
    left = {name: edge for name, edge in known.items() if name not in gone}
    left.update({edge.name: edge for edge in waiting})
    common = domain.files_of_all([edge for edge in left.values() if normal(edge.platform) == platform])
    wanted = {
        **{folder / edge.name / file: text for edge in waiting for file, text in domain.files_of_one(edge).items()},
        **{folder / COMMON / file: text for file, text in common.items()},
    }
    stale = [folder / name / file for name in sorted(gone) for file in (domain.CERTIFICATE, domain.LETTER, domain.DATA)]
    # Nobody else writes there.
    stale += [path for path in sorted((folder / COMMON).glob("*")) if path not in wanted]
    write = {path: text for path, text in wanted.items() if _text(path) != text}
    remove = [path for path in stale if path.exists()]
    if not check_mode:
        for path, text in write.items():
            path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
            put_whole(str(path), text, mode=FILE_MODE)
        for path in remove:
            path.unlink()
        for name in (*gone, COMMON):
            with contextlib.suppress(OSError):  # it is not there, or somebody keeps something in it
                (folder / name).rmdir()
    return Bundle(
        _change(folder, known, left, touched=[*write, *remove]),
        tuple(sorted(left)),
        str(folder / COMMON / domain.LETTER) if common else None,
    )


def _change(folder: Path, known: Mapping[str, Waiting], left: Mapping[str, Waiting], *, touched: list[Path]) -> Change:
    """Fingerprints by Edge, and the files that are touched."""
    if not touched:
        return Change(NONE)
    before = {name: edge.sha256 for name, edge in known.items()}
    after = {name: edge.sha256 for name, edge in left.items()}
    after["files"] = ", ".join(str(path.relative_to(folder)) for path in sorted(touched))
    return Change(UPDATE if before and left else CREATE if left else DELETE, before=before, after=after)


def _read(folder: Path) -> Iterator[Waiting]:
    """The Edges whose requests lie there."""
    for data in sorted(folder.glob(f"*/{domain.DATA}")):
        pem = _text(data.parent / domain.CERTIFICATE)
        edge = domain.parse(_text(data) or "", pem or "")
        if edge is not None and edge.name == data.parent.name and _is_of(edge, pem or ""):
            yield edge


def _is_of(edge: Waiting, pem: str) -> bool:
    """Whether the file is still the certificate that was written; what somebody put in its place is not passed on."""
    try:
        return der_sha256(pem) == edge.sha256
    except CertificateError:
        return False


def _text(path: Path) -> str | None:
    try:
        return read_plain(path, limit=_LARGEST)[0].decode("utf-8")
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None


@contextlib.contextmanager
def _locked(folder: Path, *, check_mode: bool) -> Iterator[None]:
    if check_mode:
        yield
        return
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
