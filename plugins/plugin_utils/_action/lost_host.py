# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A host that is lost in the middle of a step of a plan.

That is a failure of the step. As an unreachable host, which nothing can rescue, it would leave the run unnoticed: with
no word in the report, with the other nodes of its Edge going on as if the step were done, and, as the last host of its
play, with the run ending there for all others as well.
"""

from __future__ import annotations

from typing import Any, Mapping

from ansible.errors import AnsibleConnectionFailure

# Set where a step of a plan is carried out. Steps are rescued, and a failure is noted for the report.
STEP = "edge_step"


def lost(error: AnsibleConnectionFailure, action: str, variables: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """The result of the task. Raises the error itself where no step of a plan is carried out."""
    if STEP not in variables:
        raise error
    reason = " ".join(str(error).split()).rstrip(".:")
    return {
        "failed": True,
        "msg": f"Cannot finish {action} on {where}: the connection to it was lost ({reason}). What it has done there "
        "is not known. Bring the host back; the next run looks again and goes on from there.",
    }
