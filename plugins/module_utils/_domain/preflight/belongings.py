# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the inventory names of the platform, and the platform has to have: a key pair, a licence bucket, a repository.

Each is asked for once, however many Edges want it, and only when one of them does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

from ..distribution.versions import V2, choose_form
from .shapes import (
    CANARY_REPOSITORY,
    FAILED,
    LICENSE_BUCKET,
    PASSED,
    SIGNING_KEY,
    UNKNOWN,
    Call,
    Check,
    Intended,
    PlatformPreflight,
    check,
)


@dataclass(frozen=True)
class Needed:
    """What is to be looked for. ``repository``: that of the canary, where it is not made when it is missing."""

    signing_keys: bool = False
    license_buckets: bool = False
    repository: Optional[str] = None


def check_belongings(platform: Optional[PlatformPreflight], intended: Intended) -> List[Check]:
    """What this Edge is to get of the platform. What it does not want, or nobody has looked for, has no finding."""
    has = {} if platform is None else platform.get("has", {})
    found = []
    if intended.signing_key is not None and SIGNING_KEY in has and platform is not None:
        found.append(_check_signing_key(has[SIGNING_KEY], intended.signing_key, platform))
    if intended.license_bucket is not None and LICENSE_BUCKET in has:
        found.append(_check_bucket(has[LICENSE_BUCKET], intended.license_bucket))
    if intended.canary and CANARY_REPOSITORY in has:
        found.append(_check_repository(has[CANARY_REPOSITORY]))
    return found


def _check_signing_key(call: Call, name: str, platform: PlatformPreflight) -> Check:
    if call["status"] != 200:
        return _not_told(SIGNING_KEY, "the key pairs of the platform", call)
    if name in call["value"]:
        return check(SIGNING_KEY, PASSED, f"the platform has the key pair '{name}'")
    if choose_form("auto", platform["version"]["value"], None) != V2:
        cause = f"the keys of release bundles v1 are those of Distribution, which was not asked for '{name}'"
        return check(SIGNING_KEY, UNKNOWN, cause, "See whether Distribution has this key")
    remedy = "Correct edge_signing_key, or create a GPG key pair of this name at the platform"
    return check(SIGNING_KEY, FAILED, f"the platform has no key pair '{name}'", remedy)


def _check_bucket(call: Call, name: str) -> Check:
    if call["status"] != 200:
        return _not_told(LICENSE_BUCKET, "the licence buckets", call)
    if name in call["value"]:
        return check(LICENSE_BUCKET, PASSED, f"the platform has the licence bucket '{name}'")
    remedy = "Correct edge_license_bucket, or add it to platform_license_buckets"
    return check(LICENSE_BUCKET, FAILED, f"the platform has no licence bucket '{name}'", remedy)


def _check_repository(call: Call) -> Check:
    if call["status"] != 200:
        return _not_told(CANARY_REPOSITORY, "the repository of the canary", call)
    name, there = call["value"]["name"], call["value"]["there"]
    if there:
        return check(CANARY_REPOSITORY, PASSED, f"the platform has the repository '{name}' for the canary")
    remedy = "Name a local generic one in platform_canary_repository, or set platform_canary_create_repository"
    return check(CANARY_REPOSITORY, FAILED, f"the platform has no repository '{name}' for the canary", remedy)


def _not_told(identifier: str, what: str, call: Call) -> Check:
    reason = call["error"] or "there was no answer"
    return check(identifier, UNKNOWN, f"{what} could not be read: {reason}", "Settle that first, and look again")
