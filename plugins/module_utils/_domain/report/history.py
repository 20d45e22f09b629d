# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is remembered of a run: how it ended, how long it took, and what of each Edge was not in order."""

from __future__ import annotations

from typing import Any, List, Mapping

from ..verdict import DRIFTED

HISTORY_VERSION = 1


def entry(report: Mapping[str, Any]) -> dict[str, Any]:
    """One run, small enough that those of a fleet of 1,000 Edges can be kept in one file."""
    return {
        "at": report["finished_at"],
        "mode": report["mode"],
        "outcome": report["outcome"],
        "duration_seconds": report["duration_seconds"],
        "edges": {edge["name"]: {"state": edge["state"], "drifted": _drifted(edge)} for edge in report["edges"]},
    }


def _drifted(edge: Mapping[str, Any]) -> List[str]:
    return sorted({fact["fact"] for fact in edge["facts"] if fact["state"] == DRIFTED})
