# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watched folder ``access/keys/trusted``: certificates are imported and their files deleted (node-files.md 3.1).

The folder ``etc/security/keys/trusted``, for TLS, is another one; nothing here touches it.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from simulator import certificates
from simulator.access_database import AccessDatabase
from simulator.switches import Switches

from .logs import ACCESS, Logs

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s.*?-----END \1-----", re.DOTALL)
# File systems keep folder times in steps of some milliseconds, so a young time proves nothing.
_TIME_STEP_NS = 100_000_000


class NotImported(Exception):
    """A file that stays where it is."""


@dataclass
class _Seen:
    """A file in the folder: what it was when it was last looked at, since when, and whether it was refused."""

    identity: tuple[int, int, int]
    since: float
    refused: bool = False


class TrustedFolder:
    """Looks into the folder of one running node whenever ``look`` is called."""

    def __init__(
        self, folder: Path, database: AccessDatabase, switches: Switches, logs: Logs, timer: Callable[[], float]
    ) -> None:
        self._folder = folder
        self._database = database
        self._switches = switches
        self._logs = logs
        self._timer = timer
        self._seen: dict[str, _Seen] = {}
        self._folder_time = 0

    def look(self) -> None:
        """Import what has been there for the switch ``trusted_import_delay``. Cheap while the folder is unchanged."""
        try:
            folder_time = os.stat(self._folder).st_mtime_ns
        except OSError:
            return
        if not self._seen and folder_time == self._folder_time:
            return
        with contextlib.suppress(OSError):
            # Somebody may have put a file in the folder's place, or have closed it to the service.
            self._look_at_files()
        old_enough = time.time_ns() - folder_time > _TIME_STEP_NS
        self._folder_time = folder_time if old_enough else 0

    def _look_at_files(self) -> None:
        now = self._timer()
        present = self._files()
        self._seen = {name: seen for name, seen in self._seen.items() if name in present}
        for name, stat in present.items():
            identity = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            seen = self._seen.setdefault(name, _Seen(identity, now))
            if seen.refused and seen.identity != identity:
                seen = self._seen[name] = _Seen(identity, now)
            seen.identity = identity
            if not seen.refused and now - seen.since >= self._switches.trusted_import_delay:
                self._import(name, seen)

    def _files(self) -> dict[str, os.stat_result]:
        found = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                # Anybody may take a file away at any moment.
                with contextlib.suppress(FileNotFoundError):
                    if self._picked_up(entry):
                        found[entry.name] = entry.stat()
        return found

    def _picked_up(self, entry: os.DirEntry[str]) -> bool:
        """Every sample ends in .crt; others are UNCONFIRMED (switches ``trusted_accepts_pem``, ``…_der``)."""
        suffixes = [".crt"]
        if self._switches.trusted_accepts_pem:
            suffixes += [".pem", ".cer"]
        if self._switches.trusted_accepts_der:
            suffixes += [".der"]
        return entry.is_file(follow_symlinks=True) and entry.name.endswith(tuple(suffixes))

    def _import(self, name: str, seen: _Seen) -> None:
        path = self._folder / name
        try:
            found = self._certificates(path.read_bytes())
            known = [one for one in found if certificates.sha256(one) in self._database.trusted]
            if len(known) == len(found) and not self._switches.trusted_swallows_duplicates:
                raise NotImported("it is trusted already")
        except FileNotFoundError:
            return  # taken away in time: removal before the import un-does it
        except (NotImported, OSError) as exc:
            seen.refused = True
            self._logs.warn(ACCESS, f"Trusted certificate {path} was not imported: {exc}")
            return
        for certificate in found:
            self._database.trust(certificate)
        self._logs.info(ACCESS, f"Imported trusted certificate from {path}")
        try:
            path.unlink(missing_ok=True)
        except OSError as exc:
            seen.refused = True
            self._logs.warn(ACCESS, f"Trusted certificate {path} cannot be deleted: {exc.strerror}")
        else:
            del self._seen[name]

    def _certificates(self, content: bytes) -> list[x509.Certificate]:
        """What the file holds, if it is of a form that is known to work (node-files.md 3.1 'Format', 3.2)."""
        labels = [match[1] for match in _BLOCK.finditer(content)]
        if any(label.endswith(b"PRIVATE KEY") for label in labels):
            raise NotImported("it holds a private key")
        if labels and any(label != b"CERTIFICATE" for label in labels):
            raise NotImported("it holds something else than a certificate")
        if len(labels) > 1 and not self._switches.trusted_accepts_bundles:
            raise NotImported(f"it holds {len(labels)} certificates")
        try:
            if labels:
                return x509.load_pem_x509_certificates(content)
            if self._switches.trusted_accepts_der:
                return [x509.load_der_x509_certificate(_der(content))]
        except ValueError as exc:
            raise NotImported("it is damaged") from exc
        raise NotImported("it holds no certificate in PEM form")


def _der(content: bytes) -> bytes:
    """DER as it is, or out of bare base64 as ``cert/root`` sends it without ``formatted=true`` (node-files.md 3.2)."""
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        return content
