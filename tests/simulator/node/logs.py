# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log files of a node and the shape of their lines (node-files.md 10 'Logs')."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from .layout import Layout

ACCESS = "jfac"
ARTIFACTORY = "jfrt"
ROUTER = "jfrou"
METADATA = "jfmd"
FRONTEND = "jffe"
EVENT = "jfevt"
OBSERVABILITY = "jfob"
TOMCAT = "tomct"  # writes to the combined log only
# The start script is none of the services; what it prints goes to the combined log only (node-files.md 1.3, step 1).
SCRIPT = "shell"

_FILES_7 = {
    ACCESS: "access-service.log",
    ARTIFACTORY: "artifactory-service.log",
    ROUTER: "router-service.log",
    METADATA: "metadata-service.log",
    FRONTEND: "frontend-service.log",
    EVENT: "event-service.log",
    OBSERVABILITY: "observability-service.log",
}
_SOURCES = {
    ACCESS: "c.j.a.s.b.AccessBootstrap:1",
    ARTIFACTORY: "o.a.w.s.ArtifactoryContextConf:1",
    ROUTER: "bootstrap.go:1",
    SCRIPT: "installerCommon.sh:1",
}
_OTHER_SOURCE = "security_keys.go:1"


class Logs:
    """Writes lines such as ``2026-11-22T10:00:00.000Z [jfac ] [INFO ] [1f2e…] [class:1] [main] - message``."""

    def __init__(self, layout: Layout, now: Callable[[], datetime]) -> None:
        self._layout = layout
        self._now = now
        self._lock = threading.Lock()

    def info(self, code: str, message: str) -> None:
        self.write(code, "INFO", message)

    def warn(self, code: str, message: str) -> None:
        self.write(code, "WARN", message)

    def error(self, code: str, message: str) -> None:
        self.write(code, "ERROR", message)

    def write(self, code: str, level: str, message: str) -> None:
        """Append one line to the log of that service and, on 7.x, to the combined log."""
        at = self._now()  # aware, UTC (simulator/clock.py)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
        source = _SOURCES.get(code, _OTHER_SOURCE)
        trace = "" if code == SCRIPT else secrets.token_hex(8)
        line = f"{stamp} [{code:<5}] [{level:<5}] [{trace:<16}] [{source:<30}] [{'main':<20}] - {message}\n"
        with self._lock:
            for file in self._files(code):
                if not file.parent.exists():
                    file.parent.mkdir(parents=True)
                with file.open("a", encoding="utf-8") as stream:
                    stream.write(line)

    def _files(self, code: str) -> list[Path]:
        if self._layout.generation == "6":
            return [self._layout.access_log if code == ACCESS else self._layout.artifactory_log]
        files = [self._layout.logs / "console.log"]
        if code in _FILES_7:
            files.append(self._layout.logs / _FILES_7[code])
        return files

    def text(self, code: str = SCRIPT) -> str:
        """What the log of one service holds; without a code the combined log (6.x: Artifactory's). May be empty."""
        path = self._files(code)[-1]
        return path.read_text(encoding="utf-8") if path.exists() else ""
