# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The instances of a mesh as the options name them: how each is reached, and what part it has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence

from ...module_utils._adapter.options import WAY_OPTIONS, Family
from ...module_utils._adapter.sessions import Connection, connect, proxy_and_client_problems
from ...module_utils._client.credentials import Account, Who, account_problems
from ...module_utils._client.failures import INSTANCE
from ...module_utils._client.security.probing import CHOICES as APIS
from ...module_utils._client.security.probing import ONLY_ACCESS
from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.replication.policies import CHOICES
from ...module_utils._domain.url import base_url
from ...module_utils._domain.wording import token_problem

BOTH, SOURCE, TARGET = "both", "source", "target"

INSTANCE_OPTIONS: Family = {
    "name": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "access_token": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    **WAY_OPTIONS,
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
    problems += [f"{one['name']}: {problem}" for one in options for problem in _credential_problems(one)]
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
            connection=connect(one, INSTANCE, url=urls[one["name"]], who=_who(one), timeout=timeout),
            source=one["direction"] != TARGET,
            target=one["direction"] != SOURCE,
            api=one["api"],
            join=one["join"],
        )
        for one in options
    ]


def _credential_problems(one: Mapping[str, Any]) -> list[str]:
    """What is wrong with how the caller of an instance says who it is, in words that do not show it."""
    token, name, password = one["access_token"], one["username"], one["password"]
    if token is None and name is None and password is None:
        return ["access_token is missing; an old instance takes username and password instead"]
    if token is not None:
        found = [] if token_problem(token) is None else [f"access_token {token_problem(token)}"]
        return [*found, *(["access_token excludes username and password"] if name or password else [])]
    if name is None or password is None:
        return ["username and password belong together, and one of them is missing"]
    found = [f"{option} {problem}" for option, problem in account_problems(Account(name, password))]
    # security-replication.md 5.1.
    refused = "api is 'access', which takes an access_token and no password"
    return [*found, *([refused] if one["api"] == ONLY_ACCESS else [])]


def _who(one: Mapping[str, Any]) -> Who:
    """The credentials of an instance that have no problem."""
    token: Optional[str] = one["access_token"]
    return token if token is not None else Account(one["username"], one["password"])


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
