# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The instances of a mesh as the options name them: how each is reached, and what part it has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence

from ..._client.failures import Peer
from ..._client.security.probing import CHOICES as APIS
from ..._domain.errors import InventoryError
from ..._domain.replication.policies import CHOICES
from ..._domain.url import base_url
from ..options import Family
from ..sessions import Connection, client_of, proxy_and_client_problems, proxy_of

INSTANCE = Peer("instance", "")
BOTH, SOURCE, TARGET = "both", "source", "target"

INSTANCE_OPTIONS: Family = {
    "name": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "access_token": {"type": "str", "required": True, "no_log": True},
    "ca_path": {"type": "path"},
    "validate_certs": {"type": "bool", "default": True},
    "proxy_url": {"type": "str", "no_log": True},
    "no_proxy": {"type": "list", "elements": "str"},
    "client_certificate_path": {"type": "path"},
    "client_key_path": {"type": "path", "no_log": False},
    "direction": {"type": "str", "choices": [BOTH, SOURCE, TARGET], "default": BOTH},
    "api": {"type": "str", "choices": list(APIS), "default": APIS[0]},
    "join": {"type": "str", "choices": list(CHOICES["join"])},
}


@dataclass(frozen=True, repr=False)
class Member:
    """One instance. ``source``: what people do there goes to the others; ``target``: it is written to."""

    name: str
    connection: Connection
    source: bool
    target: bool
    api: str
    join: Optional[str]


def members_of(options: Sequence[Mapping[str, Any]], *, timeout: float) -> list[Member]:
    """The instances in the order of their priority. Raises InventoryError with all problems at once."""
    problems = [] if len(options) > 1 else ["there have to be two instances at least"]
    problems += [f"two instances have the name '{name}'" for name in _twice(one["name"] for one in options)]
    urls = {}
    for one in options:
        try:
            urls[one["name"]] = base_url(one["url"], "url")
        except InventoryError as exc:
            problems.append(f"{one['name']}: {exc.msg}")
        problems += [
            f"{one['name']}: {option} {problem}" for option, problem in proxy_and_client_problems(one, INSTANCE)
        ]
    problems += [f"two instances have the URL {url}" for url in _twice(urls.values())]
    if not any(one["direction"] != TARGET for one in options):
        problems.append("no instance is a source")
    if not any(one["direction"] != SOURCE for one in options):
        problems.append("no instance is a target")
    if problems:
        raise InventoryError(f"Cannot replicate between these instances: {'; '.join(problems)}.", problems=problems)
    return [
        Member(
            name=one["name"],
            connection=Connection(
                peer=INSTANCE,
                url=urls[one["name"]],
                token=one["access_token"],
                ca_path=one["ca_path"],
                validate_certs=one["validate_certs"],
                timeout=timeout,
                proxy=proxy_of(one, INSTANCE),
                client_files=client_of(one, INSTANCE),
            ),
            source=one["direction"] != TARGET,
            target=one["direction"] != SOURCE,
            api=one["api"],
            join=one["join"],
        )
        for one in options
    ]


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
