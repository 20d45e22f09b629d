# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each API calls actions, sections and repositories: security-replication.md 5.4 and 5.5."""

from __future__ import annotations

from collections.abc import Iterable

ACTIONS = ("READ", "ANNOTATE", "WRITE", "DELETE", "MANAGE", "SCAN", "EXECUTE")
LEGACY_WORDS = dict(
    zip(ACTIONS, ("read", "annotate", "write", "delete", "manage", "managedXrayMeta", "distribute"), strict=True)
)
LETTERS = dict(zip(ACTIONS, ("r", "n", "w", "d", "m", "mxm", "x"), strict=True))

ARTIFACT = "artifact"
RESOURCE_TYPES = (ARTIFACT, "build", "release_bundle", "destination", "pipeline_source")
# Sections of legacy v2, and the resource types that they show.
LEGACY_SECTIONS = {"repo": ARTIFACT, "build": "build", "releaseBundle": "release_bundle"}

ANY = "ANY"
ANY_LOCAL = "ANY LOCAL"
WILDCARDS = (ANY_LOCAL, "ANY REMOTE", "ANY DISTRIBUTION")
CACHE = "-cache"


def in_order(actions: Iterable[str]) -> list[str]:
    """Actions as they are stored and shown, each once."""
    wanted = set(actions)
    return [action for action in ACTIONS if action in wanted]
