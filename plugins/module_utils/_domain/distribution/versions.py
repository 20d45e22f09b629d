# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which form of release bundles and which calls a version knows."""

from __future__ import annotations

from typing import Optional, Tuple

from ..errors import EdgeError, InventoryError
from ..version import Version, parse

AUTO = "auto"
V2 = "v2"
V1 = "v1"
FORMS = (AUTO, V2, V1)

# Distribution of release bundles v2 and propagation of their keys (control-plane-api.md 6.1, 6.3).
V2_SINCE: Tuple[Version, Version] = ((7, 63, 2), (2, 19, 1))
# One key of several can be propagated by its alias ("Propagate GPG Signing Keys to a Distribution Edge").
PROPAGATION_BY_ALIAS_SINCE: Version = (2, 13, 2)


def choose_form(wanted: str, artifactory: Optional[str], distribution: Optional[str]) -> str:
    """V2 or V1, for a platform of these versions. Raises InventoryError when the wanted form is not possible.

    A version that is not told does not decide: v2 is what all platforms of today have.
    """
    older = [
        f"{service} is {told}, and they need {'.'.join(map(str, since))}"
        for service, told, since in zip(("Artifactory", "Distribution"), (artifactory, distribution), V2_SINCE)
        if _is_below(told, since)
    ]
    if wanted == V2 and older:
        raise InventoryError(
            f"Cannot use release bundles v2 at this platform: {'; '.join(older)}. Use release_bundle=v1, or update it."
        )
    if wanted == AUTO:
        return V1 if older else V2
    return wanted


def propagates_by_alias(distribution: Optional[str]) -> bool:
    """Whether Distribution of this version propagates the key that is named, and not its default key."""
    return not _is_below(distribution, PROPAGATION_BY_ALIAS_SINCE)


def _is_below(version: Optional[str], since: Version) -> bool:
    numbers = _known(version)
    return numbers is not None and numbers < since


def _known(version: Optional[str]) -> Optional[Version]:
    try:
        return None if version is None else parse(version)
    except EdgeError:
        return None
