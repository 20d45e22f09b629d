# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Commands that are ready to copy. Only what does what it promises is offered."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any, List, Mapping, Sequence

from ...policy import ASK
from ..document import REPORT

_CORRECT = "ansible-playbook -i inventory.yml hybrid.jfrog.correct_drift"
# A longer list of hosts is no command to paste; what drifted is all that the playbook changes anyway.
_LONGEST_LIMIT = 1000
# In anything else Ansible might see a pattern.
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Command:
    """Text to copy, and what has to be known before it is run."""

    text: str
    note: str


def correct(mode: str, edges: Sequence[Mapping[str, Any]]) -> Command | None:
    """What makes the planned changes of these Edges; None when there are none.

    After a run that only looked, correct_drift makes exactly the changes of this plan. After another playbook, which
    may do more than that one, it is the same playbook again, on these hosts.
    """
    limit = _limit([edge for edge in edges if edge["changes"]])
    if limit is None:
        return None
    if mode == REPORT:
        return Command(f"{_CORRECT} {limit}".rstrip(), "with your inventory in the place of inventory.yml")
    return Command(limit, "add this to the playbook that you ran") if limit else None


def approve(mode: str, edges: Sequence[Mapping[str, Any]]) -> Command | None:
    """What makes the changes of these Edges that wait for an approval."""
    asked = [edge for edge in edges if names_asked(edge)]
    limit = _limit(asked)
    if limit is None:
        return None
    names = sorted({name for edge in asked for name in names_asked(edge)})
    allowed = shlex.join(["-e", json.dumps({"edge_approve": names})])
    if mode == REPORT:
        return Command(f"{_CORRECT} {limit} {allowed}", "with your inventory in the place of inventory.yml")
    return Command(f"{limit} {allowed}".lstrip(), "add this to the playbook that you ran")


def names_asked(edge: Mapping[str, Any]) -> List[str]:
    """What the Edge's policy lets a run do once it is approved; what only waits for such a thing needs no approval."""
    return [change["name"] for change in edge["held"] if change["policy"] == ASK and not change["waits_for"]]


def _limit(edges: Sequence[Mapping[str, Any]]) -> str | None:
    """The option that names all nodes of these Edges; empty when they are too many, None when it cannot be given."""
    hosts = [host for edge in edges for host in edge["nodes"]]
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        return None
    pattern = ",".join(hosts)
    return f"--limit {pattern}" if len(pattern) <= _LONGEST_LIMIT else ""
