# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where the sources of Access Federation have targets, as they were read, and which of them is the platform itself."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..deployment import HOME_ID
from ..observed import FederationSource, Jpd
from .target import from_access, from_mission_control

# What the platform's own Access says stands in the list of sources under no name.
OWN = ""


def listed(said: Any) -> Optional[FederationSource]:
    """A source as Mission Control lists it; None for what is none."""
    if not isinstance(said, Mapping) or not said.get("source"):
        return None
    targets = said.get("targets")
    kinds = said.get("entities")
    found = targets if isinstance(targets, list) else []
    return {
        "source": str(said["source"]),
        "error": str(said["error"]) if said.get("error") else None,
        "entities": sorted(str(kind).lower() for kind in kinds) if isinstance(kinds, list) else [],
        "targets": [dict(from_mission_control(target, kinds)) for target in found],
    }


def own(said: Sequence[Any]) -> FederationSource:
    """A source as its own Access describes it."""
    targets = [from_access(target) for target in said]
    kinds = sorted({kind for target in targets for kind in target["entities"]})
    return {"source": OWN, "error": None, "entities": kinds, "targets": [dict(target) for target in targets]}


def is_of(source: FederationSource, jpd: Jpd) -> bool:
    """Whether a listed source is this JPD: newer answers have its id, the older pages its name."""
    return source["source"] in (jpd["id"], jpd["name"])


def home_of(jpds: Sequence[Jpd]) -> Optional[Jpd]:
    """The platform itself."""
    return next((jpd for jpd in jpds if jpd["local"] or jpd["id"] == HOME_ID), None)


def find(
    sources: Sequence[FederationSource], jpd: Optional[Jpd], *, is_home: bool = False
) -> Optional[FederationSource]:
    """What is known of one source; of the platform, its own Access knows most."""
    described = next((source for source in sources if source["source"] == OWN), None) if is_home else None
    told = next((source for source in sources if jpd is not None and is_of(source, jpd)), None)
    if described is None or told is None:
        return described or told
    return {**described, "targets": merged(described["targets"], told["targets"])}


def merged(described: Sequence[Any], told: Sequence[Any]) -> List[Dict[str, Any]]:
    """What the source says of its targets, with the ids that only Mission Control knows."""
    by_url = {target["url"]: target for target in told}
    return [
        {**target, **{key: by_url.get(target["url"], {}).get(key) for key in ("id", "code")}} for target in described
    ]
