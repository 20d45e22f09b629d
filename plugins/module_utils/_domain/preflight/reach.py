# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Both directions between the platform and an Edge, as far as they can be known before the registration.

Plain pairing needs both: the platform calls the Edge, and the Edge the platform (control-plane-api.md 2.6).
"""

from __future__ import annotations

import ipaddress
import re
from typing import Optional, Sequence

from ..trust.support_request import is_cloud
from ..url import host, is_bridge
from .shapes import (
    EDGE_TO_PLATFORM,
    FAILED,
    PASSED,
    PLATFORM_TO_EDGE,
    UNKNOWN,
    WARNING,
    Call,
    Check,
    Intended,
    PlatformPreflight,
    PreflightSeen,
    check,
)

# The only documented text begins so and goes on with "HTTP 404 …" (control-plane-api.md 5.4).
_TRIED = "Received error from endpoint url"
NOT_ON_SAAS = "not supported in this environment"
_STATUS = re.compile(r"HTTP (\d{3})")
# Names that no public DNS server knows (RFC 2606, RFC 6762, RFC 9476 and common use).
_PRIVATE_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".corp", ".test", ".invalid", ".home.arpa")
_TRUST = "let it trust the other side's certificate (edge_tls_ca_certificates)"


def check_edge_to_platform(seen: PreflightSeen, platform_url: str, intended: Intended) -> Check:
    """What the Edge got when it called the platform."""
    name = host(platform_url) or platform_url
    if intended.bridge:
        return check(EDGE_TO_PLATFORM, UNKNOWN, "behind a JFrog Bridge the bridge carries the calls", "See the bridge")
    found = _by_call(
        EDGE_TO_PLATFORM,
        seen["calls_platform"],
        caller="the Edge",
        called=f"the platform {name}",
        remedy=(
            f"Let the Edge's nodes resolve and reach {name}, through a proxy if need be (edge_router_proxy and the "
            f"default proxy of Artifactory), and {_TRUST}"
        ),
    )
    return _without_client(found) if intended.client_at_platform else found


def check_platform_to_edge(seen: PreflightSeen, platform: Optional[PlatformPreflight], intended: Intended) -> Check:
    """What a self-hosted platform got when it called the Edge; else what the Edge's address tells."""
    if intended.bridge or is_bridge(intended.url):
        return check(PLATFORM_TO_EDGE, PASSED, "the Edge is reached through a JFrog Bridge, which it opens itself")
    name = host(intended.url) or intended.url
    if seen["called_by_platform"] is not None:
        found = _by_call(
            PLATFORM_TO_EDGE,
            seen["called_by_platform"],
            caller="the platform",
            called=f"the Edge {name}",
            remedy=f"Let the platform's nodes resolve and reach {name}, and {_TRUST.replace('edge_', '')}",
        )
        return _without_client(found) if intended.client_at_edge else found
    return _by_address(seen, platform, intended.url, name)


def _without_client(found: Check) -> Check:
    """Where clients have to show a certificate, a test that cannot show one proves nothing (5.4)."""
    if found["state"] != FAILED:
        return found
    cause = f"{found['cause']}; that may be because the call that tests it cannot show a client certificate"
    return check(found["id"], WARNING, cause, found["remedy"])


def _by_address(seen: PreflightSeen, platform: Optional[PlatformPreflight], url: str, name: str) -> Check:
    outside = platform is not None and _is_outside(platform)
    remedy = "Set edge_url to an address that the platform reaches over the internet, or use a JFrog Bridge"
    if outside and (_is_private(name) or name.endswith(_PRIVATE_NAMES) or _is_single_label(name)):
        cause = f"{name} exists in a private network only, and the platform is not in it"
        return check(PLATFORM_TO_EDGE, FAILED, cause, remedy)
    addresses = seen["way"]["addresses"]
    if outside and addresses and all(map(_is_private, addresses)):
        cause = (
            f"{name} is {', '.join(addresses)} here, which is private. That the platform's DNS knows another address "
            "cannot be seen from here"
        )
        return check(PLATFORM_TO_EDGE, WARNING, cause, remedy)
    if outside and url.startswith("http://"):
        cause = "the platform would call the Edge without TLS, over the internet"
        return check(PLATFORM_TO_EDGE, WARNING, cause, "Use https in edge_url")
    cause = "only the registration shows whether the platform reaches the Edge; no call asks a platform in the cloud"
    if platform is None:
        cause = "the platform was not asked"
    elif platform["self_hosted"] is not False:
        cause = "the platform was not asked to call the Edge"
    return check(PLATFORM_TO_EDGE, UNKNOWN, cause, f"Let firewalls on the way pass the platform's calls to {name}")


def _by_call(identifier: str, call: Call, *, caller: str, called: str, remedy: str) -> Check:
    """The answer of verifyconnection. A refusal by the other side shows that it was reached, too."""
    if call["status"] == 200:
        return check(identifier, PASSED, f"{caller} reaches {called}")
    text = next((text for text in call["said"] if _TRIED in text), None)
    if text is None and call["status"] == 400 and not any(NOT_ON_SAAS in said for said in call["said"]):
        # What it says of an endpoint that does not answer is not documented, only the code.
        cause = f"{caller} seems not to reach {called}: {call['error']}"
        return check(identifier, WARNING, cause, remedy)
    if text is None:
        cause = f"{caller} was not asked to call {called}: {call['error'] or 'no answer'}"
        return check(identifier, UNKNOWN, cause, "Test it on the host itself, for example with curl")
    answered = _STATUS.search(text)
    if answered is None:
        return check(identifier, FAILED, f'{caller} does not reach {called}: "{text}"', remedy)
    status = int(answered[1])
    # Pings may be closed to those who do not say who they are (control-plane-api.md 5.1).
    if status in (401, 403):
        return check(identifier, PASSED, f"{caller} reaches {called}, which answered {status} as it does to strangers")
    state = FAILED if status == 407 or status >= 500 else WARNING
    return check(identifier, state, f'{caller} gets an answer that is not the one of {called}: "{text}"', remedy)


def _is_outside(platform: PlatformPreflight) -> bool:
    """Whether the platform is one in the cloud that is on the internet, as far as can be told from here."""
    way = platform["way"]
    if is_cloud(way["url"]):
        return not way["addresses"] or not all(map(_is_private, way["addresses"]))
    return platform["self_hosted"] is False and _any_public(way["addresses"])


def _any_public(addresses: Sequence[str]) -> bool:
    return any(not _is_private(address) for address in addresses)


def _is_private(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text.partition("%")[0]).is_global
    except ValueError:
        return False


def _is_single_label(name: str) -> bool:
    return "." not in name.rstrip(".") and ":" not in name
