# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a platform may have of its Edges, so that two moments can be compared."""

from __future__ import annotations

from typing import Any

from simulator.simulator import Simulator
from simulator.sites import Site
from simulator.urls import normal


def platform_state(simulator: Simulator) -> dict[str, Any]:
    """JPDs, what buckets count, tokens with a description, and whom the sources of Access Federation tell."""
    platform = simulator.platform
    return {
        "jpds": sorted((entry["name"], normal(entry["url"])) for entry in platform.jpds),
        "credentials": sorted(platform.credentials),
        "buckets": {
            name: {
                "free": len(bucket.free),
                "given": {holder: len(licences) for holder, licences in bucket.given.items()},
                "labelled": {label: len(licences) for label, licences in bucket.labelled.items()},
            }
            for name, bucket in platform.buckets.items()
        },
        "tokens": described_tokens(platform),
        "federation": {
            site.name: sorted(site.federation.targets) for site in simulator.sites if site.federation.targets
        },
    }


def described_tokens(site: Site) -> list[str]:
    """The descriptions of the tokens that work; those without one are the tests' own."""
    with site.database.lock:
        records = list(site.database.tokens.values())
    return sorted(record.description for record in records if record.description and not record.revoked)
