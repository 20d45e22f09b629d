# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The JFrog Bridge: an Edge that nobody may call from outside opens the connection itself (control-plane-api.md 2.6).

Experimental. The platform knows such an Edge under an address of its own Bridge service; our calls still go to the
Edge's own URL. What is confirmed of it, and what is not, is in docs/bridge.md.
"""

from __future__ import annotations

import re
from typing import Any, Iterable, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from .errors import EdgeError
from .url import is_bridge
from .version import Version, parse

# "Runs Artifactory version 7.125.4 or higher" (JFrog docs, "Install Bridge Client Service"; control-plane-api.md 2.6).
SINCE: Version = (7, 125, 4)
BRIDGE_SERVICE = "http://localhost:8046"

# "only lowercase letters, numbers, and hyphens" (JFrog docs, "Add a JFrog Bridge"). How long it may be is not said.
_ID = re.compile(r"[a-z0-9-]+")
_PREFIX = "bridge-"


def id_problem(text: str) -> Optional[str]:
    """Why the text is no id of a bridge, and what to write instead; None when it may be one."""
    if not text:
        return "is empty. Give the Bridge ID that the Edge shows under Topology > Bridges > Bridge Client"
    if _ID.fullmatch(text) is None:
        return f"is {text[:40]!r}. Write lower-case letters, digits and hyphens only"
    if text.startswith(_PREFIX):
        return (
            f"is {text[:40]!r}, which starts with '{_PREFIX}'. Give the id without it: the JPD's URL puts it in front"
        )
    return None


def jpd_url(bridge_id: str) -> str:
    """The URL under which the platform reaches, and knows, the Edge behind this bridge."""
    return f"{BRIDGE_SERVICE}/{_PREFIX}{bridge_id}/"


def bridge_id(url: str) -> Optional[str]:
    """The id in the URL of a JPD behind a bridge; None for a JPD that is reached directly."""
    if not is_bridge(url):
        return None
    return urlsplit(url).path.strip("/")[len(_PREFIX) :].lower()


def is_supported(version: Optional[str]) -> Optional[bool]:
    """Whether an Edge of this version can be the client of a bridge; None when its version cannot be told."""
    try:
        return None if version is None else parse(version) >= SINCE
    except EdgeError:
        return None


def demand() -> str:
    """The oldest version, in words."""
    return ".".join(str(number) for number in SINCE)


def find(bridges: Iterable[Mapping[str, Any]], wanted: str) -> Tuple[Optional[Mapping[str, Any]], List[str]]:
    """The bridge with this id of those that the Edge has, and the ids of the others."""
    found: Optional[Mapping[str, Any]] = None
    others: List[str] = []
    for one in bridges:
        if one["id"] == wanted:
            found = one
        else:
            others.append(str(one["id"]))
    return found, sorted(others)
