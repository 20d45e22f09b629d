# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every secret that a simulated fleet has, and a look for them wherever a run may have left one.

What is looked for comes from the simulator, which made or was given all of it, so that a secret nobody but two servers
and one process has ever seen is found as well: a pairing token, a refreshed token, a key that a node made at its start.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import counted
from integration.family import Family
from simulator.simulator import Simulator
from simulator.sites import Site

# Whatever looks like one of these is a secret, whoever made it: each says who holds it that he may do something.
SHAPES = {
    "a token": re.compile(r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}"),
    "a reference token": re.compile(r"cmVmdGtu[A-Za-z0-9+/]{40,}"),
    "an API key": re.compile(r"AKCp[A-Za-z0-9]{60,}"),
    "a private key": re.compile(r"BEGIN [A-Z ]*PRIVATE KEY-----(?:\s|\\+n)+[A-Za-z0-9+/=]{16,}"),
}
NAMED_SECRET = re.compile(r"(token|password|(join|master|private|api)_key)$")
# Short words are found everywhere, and prove nothing.
SHORTEST = 12


def known(simulator: Simulator) -> dict[str, str]:
    """The secrets of all sites by what they are: keys of nodes, passwords, halves of tokens, lines of licence keys."""
    found = {}
    for name, site in {"the platform": simulator.platform, **{edge.name: edge for edge in simulator.edges}}.items():
        found |= {f"{what} of {name}": secret for what, secret in _of_site(site) if len(secret) >= SHORTEST}
    bucket_keys = [
        (f"licence {number} of bucket {name}", licence.key)
        for name, bucket in simulator.platform.buckets.items()
        for number, licence in enumerate([*bucket.free, *(one for all in bucket.given.values() for one in all)])
    ]
    return found | {f"line {number} of {what}": line for what, key in bucket_keys for number, line in lines(key)}


def given(variables: Mapping[str, Any]) -> dict[str, str]:
    """The secrets among the variables of an inventory, also of variables in variables, by their names."""
    found = {}
    for name, value in variables.items():
        if isinstance(value, dict):
            found |= given(value)
        elif name.endswith("license_keys"):
            found |= {f"line {line} of {name} {at}": text for at, key in enumerate(value) for line, text in lines(key)}
        elif isinstance(value, str) and len(value) >= SHORTEST and "{{" not in value and NAMED_SECRET.search(name):
            found[name] = value
    return found


def lines(licence_key: str) -> list[tuple[int, str]]:
    """The lines of a licence key, each a secret, however they are joined; but the last may be of a few letters."""
    return list(enumerate(licence_key.splitlines()))[:-1]


def _of_site(site: Site) -> Iterator[tuple[str, str]]:
    yield "join key", site.database.join_key or ""
    for node in site.nodes:
        for path in (node.layout.master_key, node.layout.live_join_key, node.layout.bootstrap_join_key):
            yield f"{path.name} of node {node.name}", path.read_text().strip() if path.is_file() else ""
    for name, user in site.database.users.items():
        yield f"password of {name}", user.password
        yield f"API key of {name}", user.api_key or ""
    for record in site.database.tokens.values():
        yield f"refresh token {record.token_id}", record.refresh_token or ""
        yield f"reference token {record.token_id}", record.reference_token or ""


def search(secrets: Mapping[str, str], places: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was found and where, of known secrets and of whatever is shaped like one."""
    counted.add(searches=1, secrets=len(secrets) + len(SHAPES), places=len(places))
    return [
        *((what, where) for where, text in places.items() for what, secret in secrets.items() if secret in text),
        *((what, where) for where, text in places.items() for what, shape in SHAPES.items() if shape.search(text)),
    ]


def written_since(moment: float, folder: Path, besides: frozenset[Path]) -> dict[str, str]:
    """The texts of all files below that were written since then, but for some files and folders."""
    return {
        str(path): path.read_text(errors="replace")
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mtime >= moment and besides.isdisjoint({path, *path.parents})
    }


@dataclass
class Processes:
    """What a run shows to everybody who lists processes: arguments and environments of all that it starts."""

    family: Family
    seen: dict[str, str] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Processes:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            for process in self.family.members():
                for what in ("cmdline", "environ"):
                    with contextlib.suppress(OSError):  # It has ended meanwhile.
                        text = (process / what).read_text(errors="replace")
                        self.seen.setdefault(f"{what}: {text}", text)
