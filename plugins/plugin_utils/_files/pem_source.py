# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Certificates and private keys in files on the controller."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib, is_encrypted

from ...module_utils._adapter.plain_file import NoPlainFileError, read_plain
from ...module_utils._domain.errors import CertificateError
from ...module_utils._domain.pem import mark_of_windows

_LARGEST = 1 << 20
_CONVERT = {True: "openssl pkey -inform der -in FILE", False: "openssl x509 -inform der -in FILE"}


def read_pem(path: str, *, what: str, private: bool = False, loader: Any = None) -> tuple[str, tuple[str, ...]]:
    """The text in a file on the controller, and warnings. Raises CertificateError, which names the file.

    What the text holds is judged where it is used; here it is only made sure that it is text. ``private``: it holds a
    secret. A file that is encrypted with Ansible Vault needs the ``loader`` of the run.
    """
    file = Path(path)
    data, status = _read(file, what)
    warnings = _open_to_everybody(file, what, status) if private and not is_encrypted(data) else ()
    if is_encrypted(data):
        data = _decrypt(file, what, data, loader)
    if not data.strip():
        raise _refused(file, what, "it is empty. Put the PEM text into it")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _refused(file, what, "it is text in UTF-16. Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW")
    if _is_binary(data):
        raise _refused(file, what, f"it is binary (DER), not text. Convert it to PEM: {_CONVERT[private]}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(file, what, "it is no text in UTF-8. Save it as plain PEM text") from None
    mark = mark_of_windows(text)
    if mark is not None:
        raise _refused(file, what, ". ".join(mark))
    return text, warnings


def _read(file: Path, what: str) -> tuple[bytes, os.stat_result]:
    try:
        return read_plain(file, limit=_LARGEST)
    except FileNotFoundError:
        raise _refused(file, what, "there is no such file on the controller. Create it, or correct the path") from None
    except IsADirectoryError:
        raise _refused(file, what, "it is a folder. Name the file in it") from None
    except PermissionError:
        raise _refused(
            file, what, "the user who runs Ansible may not. Give that user the right, with chmod or chown"
        ) from None
    except NoPlainFileError as exc:
        raise _refused(file, what, f"{exc.strerror}. Correct the path") from None
    except OSError as exc:
        reason = (exc.strerror or "unknown").lower()
        raise _refused(file, what, f"{reason}. Correct that on the controller") from exc


def _open_to_everybody(file: Path, what: str, status: os.stat_result) -> tuple[str, ...]:
    if not status.st_mode & stat.S_IROTH:
        return ()
    mode = stat.S_IMODE(status.st_mode)
    return (f"Everybody on the controller may read {what} in {file} (mode {mode:04o}). Take that away: chmod 0600.",)


def _decrypt(file: Path, what: str, data: bytes, loader: Any) -> bytes:
    # The loader of the run is the only place that knows them; no public way leads there.
    known = list(loader._vault.secrets or []) if loader is not None else []
    if not known:
        raise _refused(
            file, what, "it is vaulted and this run has no vault secret. Give one, for example by --vault-id"
        )
    try:
        return bytes(VaultLib(known).decrypt(data))
    except AnsibleError as exc:
        raise _refused(
            file, what, "no vault secret of this run opens it. Give the one that it was encrypted with"
        ) from exc


def _is_binary(data: bytes) -> bool:
    """An ASN.1 SEQUENCE whose length follows in one to four bytes, or bytes that no text has."""
    return b"\0" in data or (data[:1] == b"\x30" and data[1:2] in (b"\x81", b"\x82", b"\x83", b"\x84"))


def _refused(file: Path, what: str, happened: str) -> CertificateError:
    return CertificateError(f"Cannot read {what} from {file}: {happened}.", path=str(file))
