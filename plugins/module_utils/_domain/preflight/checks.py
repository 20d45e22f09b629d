# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The preflight: from what was observed to named findings with cause and remedy. Nothing is changed before them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, List, Mapping, Optional

from ..base_url import without_context
from ..deployment import OFFLINE
from ..pairing import UNAUTHORIZED
from ..trust.trust import AUTO, JOIN_KEY, PAIRING_TOKEN
from ..url import host
from ..version import loses_join_key_registrations, supports_pairing_token
from . import shapes
from .belongings import check_belongings
from .reach import check_edge_to_platform, check_platform_to_edge
from .shapes import (
    BASE_URL,
    CLOCK,
    DEFAULT_KEYS,
    FAILED,
    JOIN_KEY_REGISTRATION,
    LICENSE,
    MISSION_CONTROL,
    PASSED,
    UNKNOWN,
    VERSION,
    WARNING,
    Check,
    Intended,
    PlatformPreflight,
    PreflightFleet,
    PreflightSeen,
    check,
)
from .token import check_token
from .way import check_way

# A pairing token lives 300 seconds by the clock of its Edge (control-plane-api.md 2.2). Half a minute is left for the
# way of the token; a smaller difference than the other is told, because clocks that drift do not stop.
FATAL_SECONDS = 270.0
NOTABLE_SECONDS = 30.0
_OVERRIDE = "a reverse proxy that sends X-JFrog-Override-Base-Url would win over it, which cannot be seen from here"


def check_fleet(seen: PreflightFleet, intended: Mapping[str, Intended], *, now: datetime) -> dict[str, Any]:
    """All findings: of the platform, and of every Edge by its name, with their numbers; what is not passed as text."""
    platform = check_platform(seen["platform"], now=now)
    edges = {
        name: check_edge(found, seen["platform"], intended[name], now=now) for name, found in seen["edges"].items()
    }
    every = [("Platform", platform), *((f"Edge {name!r}", checks) for name, checks in edges.items())]
    return {
        "platform": {"url": seen["platform"]["way"]["url"], "checks": platform},
        "edges": {name: {"url": seen["edges"][name]["way"]["url"], "checks": edges[name]} for name in edges},
        "summary": shapes.count([one for _who, checks in every for one in checks]),
        "problems": [shapes.told(who, one) for who, checks in every for one in checks if one["state"] == FAILED],
        "notes": [
            f"{one['state']}: {shapes.told(who, one)}"
            for who, checks in every
            for one in checks
            if one["state"] in (WARNING, UNKNOWN)
        ],
    }


def check_platform(seen: PlatformPreflight, *, now: datetime) -> List[Check]:
    """What has to be true of the platform, whichever Edge is to be registered."""
    calls = {"Mission Control": seen["jpds"], "Access": seen["access"]}
    services = {"Mission Control": "jfmc", "Access": "jfac"}
    return [
        *check_way(seen["way"], prefix="platform_", noun="platform"),
        _check_clock("the platform", seen["clock_ahead"]),
        _check_mission_control(seen),
        _check_platform_version(seen),
        _check_platform_license(seen),
        check_token(seen["token"], calls, services, now=now),
    ]


def check_edge(
    seen: PreflightSeen, platform: Optional[PlatformPreflight], intended: Intended, *, now: datetime
) -> List[Check]:
    """What has to be true of an Edge before it is registered."""
    calls, services = {"Artifactory": seen["license"]}, {"Artifactory": "jfrt"}
    if intended.trust_method != JOIN_KEY:  # then nobody asks Access for anything
        calls["Access"], services["Access"] = seen["access"], "jfac"
    platform_url = platform["way"]["url"] if platform is not None else "platform"
    return [
        *check_way(seen["way"], prefix="edge_", noun="Edge"),
        _check_edge_clock(seen, platform),
        _check_edge_version(seen, intended),
        _check_edge_license(seen, intended),
        check_token(seen["token"], calls, services, now=now),
        _check_base_url(seen, intended),
        check_edge_to_platform(seen, platform_url, intended),
        check_platform_to_edge(seen, platform, intended),
        _check_join_key_registration(seen, intended),
        _check_default_keys(intended),
        *check_belongings(platform, intended),
    ]


def _check_clock(who: str, ahead: Optional[float], base: str = "this host's") -> Check:
    if ahead is None:
        return check(CLOCK, UNKNOWN, f"{who} did not tell its time", "Compare the clocks by hand")
    seconds = f"{abs(ahead):.0f} seconds {'ahead of' if ahead > 0 else 'behind'} {base}"
    remedy = "Set the clocks by NTP; a pairing token lives 300 seconds by the clock of its Edge"
    if abs(ahead) > NOTABLE_SECONDS:
        state = FAILED if abs(ahead) >= FATAL_SECONDS else WARNING
        return check(CLOCK, state, f"the clock of {who} is {seconds}", remedy)
    return check(CLOCK, PASSED, f"the clock of {who} is at most {NOTABLE_SECONDS:.0f} seconds from {base}")


def _check_edge_clock(seen: PreflightSeen, platform: Optional[PlatformPreflight]) -> Check:
    """The larger of the two differences: to the platform, which spends the token, and to us, who pass it on."""
    ahead = seen["clock_ahead"]
    theirs = platform["clock_ahead"] if platform is not None else None
    if ahead is None or theirs is None or abs(ahead) > abs(ahead - theirs):
        return _check_clock("the Edge", ahead)
    return _check_clock("the Edge", ahead - theirs, "the platform's")


def _check_mission_control(seen: PlatformPreflight) -> Check:
    call = seen["mission_control"]
    if call["status"] == 200 and str(call["value"]).strip() == "OK":
        return check(MISSION_CONTROL, PASSED, "it answers")
    if call["status"] is None:
        return _not_told(MISSION_CONTROL, "whether it is switched on", call)
    return check(
        MISSION_CONTROL,
        FAILED,
        f"it does not answer its ping: {call['error'] or 'what answers is something else'}",
        "On JFrog SaaS an Enterprise+ subscription has it. On a self-hosted platform set mc.enabled in system.yaml and "
        "restart it; after the very first start it takes one more restart until Mission Control is in the topology",
    )


def _check_platform_version(seen: PlatformPreflight) -> Check:
    version = seen["version"]["value"]
    supported = supports_pairing_token(version)
    if supported is None:
        return _not_told(VERSION, "the version", seen["version"])
    if supported:
        return check(VERSION, PASSED, f"Artifactory {version}")
    cause = f"Artifactory {version} is older than 7.29.7, the first that takes pairing tokens"
    return check(VERSION, FAILED, cause, "Upgrade the platform, or use another edge_trust_method for its Edges")


def _check_platform_license(seen: PlatformPreflight) -> Check:
    """Mission Control comes with Enterprise X and Enterprise+ (control-plane-api.md 0)."""
    if seen["self_hosted"] is False:
        cause = "JFrog SaaS does not tell it; that Mission Control answers shows that the subscription has it"
        if seen["mission_control"]["status"] == 200:
            return check(LICENSE, PASSED, cause)
        return check(LICENSE, UNKNOWN, "JFrog SaaS does not tell it", "Settle mission_control first")
    kind = seen["license"]["value"]
    if kind is None:
        return _not_told(LICENSE, "the licence", seen["license"])
    if "enterprise" in kind.lower():
        return check(LICENSE, PASSED, kind)
    cause = f"the licence is {kind}, and Mission Control comes with Enterprise X and Enterprise+"
    return check(LICENSE, WARNING, cause, "Install a licence that has Mission Control")


def _check_edge_version(seen: PreflightSeen, intended: Intended) -> Check:
    version = seen["version"]["value"]
    supported = supports_pairing_token(version)
    if supported is None:
        return _not_told(VERSION, "the version", seen["version"])
    if supported:
        return check(VERSION, PASSED, f"Artifactory {version} makes pairing tokens")
    cause = f"Artifactory {version} is older than 7.29.7, the first that makes pairing tokens"
    if intended.trust_method == PAIRING_TOKEN:
        return check(VERSION, FAILED, cause, "Upgrade the Edge, or choose another edge_trust_method")
    return check(VERSION, WARNING, f"{cause}, so an older way of trust is used", "Upgrade the Edge when you can")


def _check_edge_license(seen: PreflightSeen, intended: Intended) -> Check:
    """The type of an Edge's licence contains the word (control-plane-api.md 5.2)."""
    kind = seen["license"]["value"]
    if kind is None:
        return _not_told(LICENSE, "the licence", seen["license"])
    if "edge" in kind.lower():
        return check(LICENSE, PASSED, kind)
    if kind.strip().upper() not in ("", "N/A", "NONE"):
        cause = f"the licence is {kind}, and not one of an Edge, so this is a full Artifactory"
        return check(LICENSE, WARNING, cause, "Check edge_url, or install an Edge licence")
    if intended.licensed:
        return check(LICENSE, PASSED, "there is none yet, and the inventory gives it one")
    remedy = "Set edge_license_bucket or edge_license_keys"
    return check(LICENSE, WARNING, "there is none, and nothing is distributed to an Edge without one", remedy)


def _check_base_url(seen: PreflightSeen, intended: Intended) -> Check:
    """What the pairing token would carry (control-plane-api.md 2.2). What a header of a proxy adds, no call shows."""
    if intended.trust_method not in (AUTO, PAIRING_TOKEN):
        return check(BASE_URL, PASSED, f"with edge_trust_method {intended.trust_method} no pairing token carries it")
    if intended.base_url is not None:
        return _check_intended_base_url(intended, intended.base_url)
    if intended.bridge:
        return check(BASE_URL, PASSED, "behind a JFrog Bridge the Edge keeps its own name in the pairing token")
    call = seen["base_url"]
    if call["status"] != 200:
        return _not_told(BASE_URL, "the custom base URL", call)
    current = call["value"]
    remedy = f"Set edge_base_url to {intended.url}"
    if current is None:
        cause = "no custom base URL is set, so the pairing token carries what the Edge or a reverse proxy takes it for"
        return check(BASE_URL, UNKNOWN, f"{cause}, which cannot be seen from here", remedy)
    if host(current) != host(intended.url):
        cause = f"the pairing token would carry {without_context(current)}, and the Edge is to be registered as"
        return check(BASE_URL, FAILED, f"{cause} {intended.url}", f"{remedy}, or correct edge_url")
    return check(BASE_URL, PASSED, f"the pairing token would carry {without_context(current)}; {_OVERRIDE}")


def _check_intended_base_url(intended: Intended, base_url: str) -> Check:
    if not intended.bridge and host(base_url) != host(intended.url):
        cause = f"edge_base_url is {base_url}, and the Edge is to be registered as {intended.url}"
        return check(BASE_URL, FAILED, cause, "Give both the same host")
    return check(BASE_URL, PASSED, f"the Edge will call itself {base_url} before it is paired; {_OVERRIDE}")


def _check_join_key_registration(seen: PreflightSeen, intended: Intended) -> Check:
    """JPDs that were registered with a join key go offline on 7.59.9 to 7.63.7 (node-files.md 1.7)."""
    version, jpd = seen["version"]["value"], seen["jpd"]
    if version is None:
        return _not_told(JOIN_KEY_REGISTRATION, "the version", seen["version"])
    if not loses_join_key_registrations(version):
        return check(JOIN_KEY_REGISTRATION, PASSED, f"Artifactory {version} keeps registrations")
    cause = f"Artifactory {version} forgets a platform that registered it with a join key"
    if intended.trust_method == JOIN_KEY:
        return check(JOIN_KEY_REGISTRATION, FAILED, cause, "Set edge_trust_method to pairing_token")
    again = "Set edge_trust_method to pairing_token, and edge_repair to always for one run"
    if not jpd["known"]:
        return check(JOIN_KEY_REGISTRATION, UNKNOWN, f"{cause}, and the list of JPDs could not be read", again)
    if jpd["status"] is None:
        return check(JOIN_KEY_REGISTRATION, PASSED, f"{cause}; this one is not registered, and gets a pairing token")
    state = FAILED if jpd["status"] in (OFFLINE, UNAUTHORIZED) else WARNING
    told = f"{cause}; its JPD is {jpd['status']}, and how it was registered is not told"
    return check(JOIN_KEY_REGISTRATION, state, told, again)


def _check_default_keys(intended: Intended) -> Check:
    """Everybody can read them (node-files.md 1.1, Traps 32)."""
    if intended.published_keys:
        cause = f"{', '.join(intended.published_keys)}: the vendor published this key as an example"
        return check(DEFAULT_KEYS, FAILED, cause, "Generate one of your own with 'openssl rand -hex 32'")
    return check(DEFAULT_KEYS, PASSED, "no key that can be seen is a default that the vendor published")


def _not_told(identifier: str, what: str, call: shapes.Call) -> Check:
    reason = call["error"] or f"the answer does not tell it ({call['value']!r})"
    return check(identifier, UNKNOWN, f"{what} could not be read: {reason}", "Settle that first, and look again")
