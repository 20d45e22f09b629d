# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts are wanted, as a JSON file says it."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from booted_hosts.errors import HostError

# nspawn takes only names that could be host names.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_HOST_KEYS = {"name", "address", "binds", "readable", "units", "enabled"}
_KEYS = {"folder", "port", "hosts"}


@dataclass(frozen=True)
class Host:
    """One host.

    ``binds`` are folders that it shares with the machine, by their path on the host; ``readable`` are paths of the
    machine that it sees at the same place, and cannot write to.
    """

    name: str
    address: str
    binds: Mapping[str, Path] = field(default_factory=dict)
    readable: Sequence[Path] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    enabled: Sequence[str] = ()


@dataclass(frozen=True)
class Description:
    """All hosts, the folder that they live in, and the port of their SSH servers."""

    folder: Path
    port: int
    hosts: Sequence[Host]

    def chosen(self, names: Sequence[str]) -> list[Host]:
        """The hosts with these names, or all. Raises HostError for a name that no host has."""
        unknown = sorted({*names} - {host.name for host in self.hosts})
        if unknown:
            known = ", ".join(host.name for host in self.hosts)
            raise HostError(f"There is no host {', '.join(unknown)} in the description; it has {known}.")
        return [host for host in self.hosts if not names or host.name in names]


def read(path: Path) -> Description:
    """The description in a file. Raises HostError."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise HostError(f"Cannot read the description {path}: {error}.") from error


def parse(found: Mapping[str, Any]) -> Description:
    """A description from its JSON form. Raises HostError."""
    _demand_keys(found, _KEYS, "the description")
    hosts = [_host(one) for one in found["hosts"]]
    for what in ("name", "address"):
        values = [getattr(host, what) for host in hosts]
        if len({*values}) < len(values):
            raise HostError(f"Two hosts of the description have the same {what}.")
    folder = Path(found["folder"])
    if not folder.is_absolute():
        raise HostError(f"The folder of the hosts has to be an absolute path, not '{folder}'.")
    return Description(folder=folder, port=int(found["port"]), hosts=hosts)


def _host(found: Mapping[str, Any]) -> Host:
    _demand_keys(found, {"name", "address"}, "a host of the description", optional=_HOST_KEYS)
    name, address = str(found["name"]), str(found["address"])
    if not _NAME.fullmatch(name):
        raise HostError(f"'{name}' is no name for a host: lower-case letters, digits and hyphens.")
    # Nobody else may reach these hosts: they have no password, and their users may become root.
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError as error:
        raise HostError(f"The host {name} cannot have the address {address}: '{address}' is no address.") from error
    if not loopback:
        raise HostError(f"The host {name} cannot have the address {address}: give it one of 127.0.0.0/8.")
    return Host(
        name=name,
        address=address,
        binds={inside: Path(outside) for inside, outside in found.get("binds", {}).items()},
        readable=[Path(path) for path in found.get("readable", ())],
        units=dict(found.get("units", {})),
        enabled=list(found.get("enabled", ())),
    )


def _demand_keys(found: Mapping[str, Any], needed: set[str], what: str, *, optional: set[str] | None = None) -> None:
    missing, unknown = sorted(needed - found.keys()), sorted(found.keys() - needed - (optional or set()))
    if missing or unknown:
        wrong = f"lacks {', '.join(missing)}" if missing else f"has unknown keys: {', '.join(unknown)}"
        raise HostError(f"The description cannot be used: {what} {wrong}.")
