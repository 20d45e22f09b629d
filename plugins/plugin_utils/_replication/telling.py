# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a run of the replication returns, and what of it a person has to be told at once."""

from __future__ import annotations

from typing import Any, Dict, List

from ...module_utils._client.security.writing import DIFFERS, WRITTEN
from ...module_utils._domain.replication.planning import Plan
from ...module_utils._domain.replication.snapshot import NOT_REPLICABLE
from .running import Ran


def result(ran: Ran) -> Dict[str, Any]:
    """The keys that the module returns. Nothing in it is secret: nothing secret is read."""
    prepared = ran.prepared
    return {
        "changed": _changed(ran),
        "run": prepared.state["run"],
        "instances": {
            name: {
                "plan": _plan(plan),
                **_remarks(plan),
                "outcomes": [
                    {
                        "action": one.action,
                        "kind": one.kind,
                        "name": one.name,
                        "outcome": one.outcome,
                        "reason": one.reason,
                    }
                    for one in (ran.done[name].outcomes if name in ran.done else [])
                ],
                "broken_off": ran.done[name].broken_off if name in ran.done else "",
            }
            for name, plan in prepared.plans.items()
        },
        "waiting": {name: {"plan": _plan(plan)} for name, plan in prepared.waiting.items()},
        "unreachable": dict(ran.looked.away),
        "archived": list(ran.archived),
        "dangling": {name: list(one.dangling) for name, one in ran.looked.read.items() if one.dangling},
        "conflicts": list(prepared.merged.conflicts),
        "stops": list(prepared.stops),
        "not_replicable": dict(NOT_REPLICABLE),
    }


def diffs(ran: Ran) -> List[Dict[str, Any]]:
    """For ``--diff``: each object that is written, before and after, by instance."""
    return [
        {
            "before_header": f"{name}: {write['kind']}: {write['name']}",
            "after_header": f"{name}: {write['kind']}: {write['name']}",
            "before": write["before"] or {},
            "after": write["after"] or {},
        }
        for name, plan in ran.prepared.plans.items()
        for write in plan.writes
    ]


def warnings(ran: Ran) -> List[str]:
    """What needs somebody, or will."""
    told = _away(ran)
    told += [
        f"{name} joins the mesh, and nobody has confirmed how: nothing was written there, and nothing of it goes to "
        "the others. Look at what would be done there, then set join of this instance."
        for name in ran.prepared.waiting
    ]
    told += [f"{name} is in the list no more: it was left as it is, and forgotten." for name in ran.archived]
    return told


def away(ran: Ran) -> str:
    """Why the run ends as unreachable, for those who see no more than its message."""
    return f"Cannot replicate to every instance: {' '.join(_away(ran))}"


def _away(ran: Ran) -> List[str]:
    return [f"{name} takes no part in this run: {why}" for name, why in ran.looked.away.items()]


def _changed(ran: Ran) -> bool:
    """Whether anything was written; of a dry run, whether anything would be."""
    if not ran.done:
        return any(plan.writes for plan in ran.prepared.plans.values())
    return any(one.outcome in (WRITTEN, DIFFERS) for done in ran.done.values() for one in done.outcomes)


def _plan(plan: Plan) -> List[Dict[str, Any]]:
    return [{key: write[key] for key in ("action", "kind", "name", "changes")} for write in plan.writes]


def _remarks(plan: Plan) -> Dict[str, Any]:
    return {
        **{name: list(getattr(plan, name)) for name in ("pending", "impossible", "protected", "extra", "refused")},
        "not_compared": {kind: list(fields) for kind, fields in plan.not_compared.items()},
    }
