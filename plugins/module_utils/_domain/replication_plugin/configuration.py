# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""``securityReplication.json``: what may stand in it, and how it is written (security-replication.md 1.1)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from .. import foreign_json
from ..errors import InventoryError
from ..url import normal
from . import cron

ROOT = "securityReplication"
# What the secret of the account is, if it is no API key.
PLAIN = "password"
# The plugin compares with this text; anything else means that the safety is on.
OFF = "off"


@dataclass(frozen=True)
class Settings:
    """What all instances have in common. ``urls`` are in the order of their priority."""

    username: str
    password: str = field(repr=False)
    urls: Tuple[str, ...]
    filter: int
    cron_job: str
    safety: bool
    credential: str = PLAIN


def read(options: Mapping[str, Any]) -> Settings:
    """The settings that the options name. Raises InventoryError with all problems at once."""
    problems = [*_account_problems(options), *_url_problems(options["urls"])]
    wrong = cron.problem(options["cron_job"])
    if wrong is not None:
        problems.append(f"cron_job '{options['cron_job']}' {wrong}")
    if problems:
        raise InventoryError(f"Cannot use these settings of the plugin: {'; '.join(problems)}.", problems=problems)
    return Settings(
        username=options["username"],
        password=options["password"],
        urls=tuple(options["urls"]),
        filter=options["filter"],
        cron_job=" ".join(options["cron_job"].split()),
        safety=options["safety"],
        credential=options["credential"],
    )


def check_whoami(whoami: str, urls: Sequence[str]) -> None:
    """Raises InventoryError for a name that is not, character for character, one of ``urls``.

    The plugin would be silent about it: such an instance follows for ever, and if it is the first, nobody leads.
    """
    if whoami in urls:
        return
    alike = next((url for url in urls if normal(url) == normal(whoami)), None)
    remedy = f"It means '{alike}' perhaps: write it like that" if alike else "Add it to urls, or correct it"
    raise InventoryError(
        f"Cannot use whoami '{whoami}': it is not one of urls, character for character, and the plugin compares them "
        f"like that. {remedy}.",
        setting="whoami",
    )


def warnings(settings: Settings) -> List[str]:
    """What is risky about the settings, though possible."""
    found = []
    if settings.credential == PLAIN:
        found.append(
            "The plugin works with a password: the password encryption policy of all instances has to be OPTIONAL as "
            "long as it does. Rotate it to an API key, and it may be REQUIRED."
        )
    if not settings.safety:
        found.append(
            "The plugin's safety is off: it will replicate with versions of Artifactory that it was never made for, "
            "which may destroy passwords. JFrog advises against it."
        )
    clear = [url for url in settings.urls if url.startswith("http://")]
    if clear:
        found.append(
            f"The instances call each other without TLS ({', '.join(clear)}): the plugin's password, and all password "
            "hashes, can be read on the way."
        )
    return found


def document(settings: Settings, whoami: str) -> Dict[str, Any]:
    """The content of the file of one instance."""
    return {
        ROOT: {
            "authorization": {"username": settings.username, "password": settings.password},
            "filter": settings.filter,
            "cron_job": settings.cron_job,
            "urls": list(settings.urls),
            "whoami": whoami,
            "safety": True if settings.safety else OFF,
        }
    }


def text(settings: Settings, whoami: str) -> str:
    """The file of one instance."""
    return json.dumps(document(settings, whoami), indent=2) + "\n"


def parsed(content: str) -> Optional[Dict[str, Any]]:
    """The document that a file holds; None when it is no JSON object."""
    try:
        found = foreign_json.parsed(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def facts(found: Optional[Mapping[str, Any]], wanted: Settings) -> Dict[str, Any]:
    """What a document says, with the password as whether it is the wanted one: for diffs and comparisons."""
    inner = found.get(ROOT) if found is not None else None
    if not isinstance(inner, Mapping):
        return {"readable": False}
    account = inner.get("authorization")
    account = account if isinstance(account, Mapping) else {}
    password = account.get("password")
    known = {"authorization", "filter", "cron_job", "urls", "whoami", "safety"}
    return {
        "readable": True,
        "username": account.get("username"),
        "password": None if password is None else "as wanted" if password == wanted.password else "another one",
        "filter": inner.get("filter"),
        "cron_job": inner.get("cron_job"),
        "urls": inner.get("urls"),
        "whoami": inner.get("whoami"),
        "safety": inner.get("safety") != OFF,
        "other_keys": sorted(map(str, inner.keys() - known)),
    }


def wanted_facts(settings: Settings, whoami: str) -> Dict[str, Any]:
    """The same of the file that is wanted."""
    return facts(document(settings, whoami), settings)


def _account_problems(options: Mapping[str, Any]) -> List[str]:
    found = []
    for option in ("username", "password"):
        value = options[option]
        if not value or value != value.strip():
            found.append(f"{option} is empty, or has blanks at an end")
        elif any(not character.isprintable() for character in value):
            found.append(f"{option} has a line end or another control character in it")
    if ":" in (options["username"] or ""):
        found.append("username has a colon in it, which Basic authentication cannot send")
    return found


def _url_problems(urls: Sequence[str]) -> List[str]:
    found = [] if len(urls) > 1 else ["urls names fewer than two instances, so there is nothing to replicate"]
    found += [f"'{url}' of urls {why}" for url in urls for why in [url_problem(url)] if why is not None]
    twice = [url for url, count in Counter(map(normal, urls)).items() if count > 1]
    return [*found, *(f"urls names one instance twice: {url}" for url in twice)]


def url_problem(url: str) -> Optional[str]:
    """Why the plugin cannot work with this URL of an instance; None when it can."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is no number raises here
    except ValueError:
        return "is no URL"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is no URL with http or https and a host"
    if "@" in parts.netloc:
        return "holds credentials, which belong to username and password"
    if parts.query or parts.fragment or url != url.strip() or any(not each.isprintable() for each in url):
        return "has a query, a fragment or blanks"
    if url.endswith("/"):
        return "ends with a slash; the plugin compares URLs as texts, so write it without one"
    return None
