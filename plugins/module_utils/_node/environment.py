# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the environment of a node's service says in the place of system.yaml (node-files.md 9, traps 26 and 27).

Names only, since values may be secrets. Three witnesses, each of which may be missing: the unit with the files that it
and the start script read, the running process, and what the router last said of its settings.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Mapping

from .._domain.errors import ServiceError
from .._domain.observed import Environment
from . import files, system_yaml
from .layout import Layout
from .logs import TAIL_BYTES
from .service import Service, SystemdUnit

NONE: Environment = {"overrides": [], "proxies": [], "no_proxy": []}

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_NO_PROXY = "NO_PROXY"
# The product's start script sets these by itself when nobody else says them (charts issue 1289: "Setting
# JF_SHARED_NODE_ID to …"), and leaves them to the file from the next start on. So in a process they hide nothing.
_BY_START_SCRIPT = {"JF_SHARED_NODE_ID", "JF_SHARED_NODE_IP", "JF_SHARED_NODE_NAME"}
# Where the start scripts of the product keep the process id (JF_ARTIFACTORY_PID, charts issue 1938 and its successors).
_PID_FILES = ("app/run/artifactory.pid", "var/work/run/artifactory.pid")
_DEFAULT_FILE = "app/bin/artifactory.default"  # sourced by the start script
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
# One message of the router: a heading, and a line for each setting with its origin (charts issues 1289 and 1864).
_HEADING = "Effective configuration:"
_ORIGIN = re.compile(r"^\S+ \(Environment Variable: (JF_[A-Z0-9_]+)\):", re.MULTILINE)
_PROCESS_FILES = "/proc"


def observe(layout: Layout, service: Service) -> Environment:
    """The variables that count for the service. 6.x knows none of them."""
    if layout.system_yaml is None:
        return NONE
    told = _of_unit(service)
    told.update(_assigned(files.read_part(layout.home / _DEFAULT_FILE)))
    process = _of_process(layout, told.pop("MainPID", ""))
    names = {*told, *(name for name in process if name not in _BY_START_SCRIPT)}
    names.update(name for name in _of_router(layout) if name not in _BY_START_SCRIPT)
    # What the file itself adds to the environment of the services; JF_* names are ignored there (node-files.md 7).
    added = _added_by_file(system_yaml.read(layout.system_yaml))
    counts = {**told, **process, **added}
    return {
        "overrides": sorted(name for name in names if name.startswith("JF_")),
        "proxies": sorted(name for name in counts if name.upper() in _PROXIES and counts[name]),
        "no_proxy": hosts_of(counts.get(_NO_PROXY) or counts.get(_NO_PROXY.lower()) or ""),
    }


def hosts_of(text: str) -> List[str]:
    """The hosts of a NO_PROXY, sorted."""
    return sorted({host.strip() for host in text.split(",") if host.strip()})


def _of_unit(service: Service) -> Dict[str, str]:
    """The unit's environment, and its process under the name MainPID."""
    if not isinstance(service, SystemdUnit):
        return {}
    try:
        properties = service.properties("Environment", "EnvironmentFiles", "MainPID")
    except ServiceError:  # no systemd that answers; the other witnesses are left
        return {}
    found = dict(_words(properties.get("Environment", "")))
    # "/etc/default/artifactory (ignore_errors=yes)", one line each
    for line in properties.get("EnvironmentFiles", "").splitlines():
        found.update(_assigned(files.read_part(Path(line.partition(" (")[0]))))
    return {**found, "MainPID": properties.get("MainPID", "")}


def _words(text: str) -> Iterator[tuple[str, str]]:
    """The assignments in a line that is quoted like a shell's."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    for word in words:
        name, separator, value = word.partition("=")
        if separator:
            yield name, value


def _assigned(text: str) -> Dict[str, str]:
    """The assignments in a file for a shell or for systemd; what a shell would put into a value stays as it is."""
    found: Dict[str, str] = {}
    for line in text.splitlines():
        match = _ASSIGNMENT.fullmatch(line)
        if match:
            found.update(_words(f"{match[1]}={match[2]}"))
    return found


def _of_process(layout: Layout, main_pid: str) -> Dict[str, str]:
    candidates = [main_pid, *(files.read_part(layout.home / name, 32).strip() for name in _PID_FILES)]
    for pid in candidates:
        if pid.isascii() and pid.isdigit() and int(pid) > 0 and _is_of(pid, layout):
            entries = files.read_part(Path(_PROCESS_FILES, pid, "environ")).split("\0")
            return dict(entry.partition("=")[::2] for entry in entries if "=" in entry)
    return {}


def _is_of(pid: str, layout: Layout) -> bool:
    """Whether the process is the node's: a number in an old file may be somebody else's by now."""
    command = files.read_part(Path(_PROCESS_FILES, pid, "cmdline"), 1 << 16)
    homes = {str(layout.home), os.path.realpath(layout.home)}
    return any(home in command for home in homes)


def _of_router(layout: Layout) -> Iterable[str]:
    """The variables that the router named when it last told its settings."""
    paths = [path for path in layout.logs if path.name in ("router-service.log", "console.log")]
    for path in sorted(paths, key=lambda each: each.name, reverse=True):
        _before, heading, account = files.read_part(path, TAIL_BYTES, end=True).rpartition(_HEADING)
        if heading:
            # Its lines have no time; the next message begins with one.
            return _ORIGIN.findall(re.split(r"^\d{4}-\d\d-\d\dT", account, maxsplit=1, flags=re.MULTILINE)[0])
    return []


def _added_by_file(settings: Mapping[str, str]) -> Dict[str, str]:
    """The maps shared.env and router.env of system.yaml."""
    return {
        path.rpartition(".")[2]: value
        for path, value in settings.items()
        if path.rpartition(".")[0] in ("shared.env", "router.env")
    }
