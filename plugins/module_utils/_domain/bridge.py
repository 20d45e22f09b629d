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
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit

from .errors import EdgeError
from .observed import BridgeSeen
from .url import is_bridge, normal, same
from .version import Version, parse

# "Runs Artifactory version 7.125.4 or higher" (JFrog docs, "Install Bridge Client Service"; control-plane-api.md 2.6).
SINCE: Version = (7, 125, 4)
BRIDGE_SERVICE = "http://localhost:8046"

# "only lowercase letters, numbers, and hyphens" (JFrog docs, "Add a JFrog Bridge"). How long it may be is not said.
_ID = re.compile(r"[a-z0-9-]+")
_PREFIX = "bridge-"


@dataclass(frozen=True)
class Problem:
    """What is wrong and what to do about it, each without a full stop."""

    reason: str
    remedy: str


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


def from_api(bridges: Sequence[Any]) -> List[BridgeSeen]:
    """The bridges of a debug snapshot, by their ids."""
    found = [_seen(item) for item in bridges if isinstance(item, Mapping)]
    return sorted(found, key=lambda one: one["id"])


def problem(bridges: Sequence[BridgeSeen], wanted: str, platform_url: str) -> Optional[Problem]:
    """Why the platform cannot reach the Edge through this bridge, as far as the Edge tells; None when nothing shows."""
    mine = next((one for one in bridges if one["id"] == wanted), None)
    if mine is None:
        others = ", ".join(one["id"] for one in bridges)
        return Problem(
            f"the Edge has no bridge '{wanted}'" + (f"; it has {others}" if others else ""),
            "Make the bridge as docs/bridge.md says, or correct edge_bridge_id",
        )
    if not same(mine["remote_url"], platform_url):
        return Problem(
            f"the bridge '{wanted}' leads to {mine['remote_url'] or 'nowhere'} instead of {normal(platform_url)}",
            "Correct the Bridge Server URL of the bridge at the Edge, or platform_url",
        )
    return None


def _seen(item: Mapping[str, Any]) -> BridgeSeen:
    config = _mapping(item.get("config"))
    return {
        "id": str(item.get("id") or config.get("bridge_id") or ""),
        "remote_url": normal(_url(config.get("remote"))),
        "local_url": normal(_url(config.get("local"))),
    }


def _url(value: Any) -> str:
    """``{"url": ...}`` in the snapshot; a bare URL in the call that makes a bridge."""
    found = value.get("url") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
