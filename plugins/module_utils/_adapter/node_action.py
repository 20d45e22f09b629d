# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the actions have in common whose module changes a node."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleConnectionFailure

from .piped_module import PipedModule

# Set where a step of a plan is carried out. Steps are rescued, and a failure is noted for the report.
STEP = "edge_step"


class NodeAction(PipedModule):
    """An action with a module on the node.

    A host that is lost in the middle of a step is a failure of that step. As an unreachable host, which nothing can
    rescue, it would leave the run unnoticed: with no word in the report, with the other nodes of its Edge going on as
    if the step were done, and, as the last host of its play, with the run ending there for all others as well.
    """

    def _execute_module(self, *args: Any, **options: Any) -> dict[str, Any]:
        try:
            return dict(super()._execute_module(*args, **options))
        except AnsibleConnectionFailure as exc:
            if STEP not in (options.get("task_vars") or {}):
                raise
            reason = " ".join(str(exc).split()).rstrip(".:")
            return {
                "failed": True,
                "msg": f"Cannot finish {self._task.action} on the node: the connection to it was lost ({reason}). What "
                "it has done there is not known. Bring the host back; the next run looks again and goes on from there.",
            }
