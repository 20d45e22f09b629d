# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is remembered of runs: how each ended, how long it took, and what of each Edge was not in order."""

from __future__ import annotations

import json
from typing import Any, List, Mapping, Sequence

from ..foreign_json import parsed
from ..moment import moment
from ..verdict import DRIFTED
from .document import CORRECTED, IN_ORDER

VERSION = 1
# Runs that left nothing to do.
SUCCESSFUL = (IN_ORDER, CORRECTED)

_KEYS: Mapping[str, Any] = {
    "at": str,
    "mode": str,
    "outcome": str,
    "duration_seconds": (int, float, type(None)),
    "edges": dict,
}
_KEYS_OF_EDGE: Mapping[str, Any] = {"state": str, "drifted": list}


def entry(report: Mapping[str, Any]) -> dict[str, Any]:
    """One run, small enough that those of a fleet of 1,000 Edges can be kept in one file."""
    return {
        "at": report["finished_at"],
        "mode": report["mode"],
        "outcome": report["outcome"],
        "duration_seconds": report["duration_seconds"],
        "edges": {edge["name"]: {"state": edge["state"], "drifted": _drifted(edge)} for edge in report["edges"]},
    }


def parse(text: str) -> List[dict[str, Any]]:
    """The runs of a history, the oldest first. Raises ValueError for a text that is none."""
    found = parsed(text)
    if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("runs"), list):
        raise ValueError(f"it is no history of version {VERSION}")
    for run in found["runs"]:
        if not _has(run, _KEYS) or not all(_has(edge, _KEYS_OF_EDGE) for edge in run["edges"].values()):
            raise ValueError("a run in it is damaged")
        moment(run["at"])
    return list(found["runs"])


def render(runs: Sequence[Mapping[str, Any]]) -> str:
    """The text of a history, a line for each run."""
    lines = ",\n".join(json.dumps(run, separators=(",", ":"), sort_keys=True) for run in runs)
    return f'{{"version": {VERSION}, "runs": [\n{lines}\n]}}\n'


def last_success(runs: Sequence[Mapping[str, Any]]) -> float:
    """When a run ended well for the last time, in seconds since 1970; 0 where none is known."""
    return max((moment(run["at"]).timestamp() for run in runs if run["outcome"] in SUCCESSFUL), default=0.0)


def _has(found: Any, keys: Mapping[str, Any]) -> bool:
    return isinstance(found, dict) and all(isinstance(found.get(key, ...), kind) for key, kind in keys.items())


def _drifted(edge: Mapping[str, Any]) -> List[str]:
    return sorted({fact["fact"] for fact in edge["facts"] if fact["state"] == DRIFTED})
