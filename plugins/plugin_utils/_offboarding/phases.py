# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The phases of an offboarding on the controller: the plan, the consent to it, and its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, List, Mapping, Optional, Sequence

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.errors import EdgeError, InventoryError
from ...module_utils._domain.observed import CertificateFile
from ...module_utils._domain.offboarding import letter, report
from ...module_utils._domain.offboarding.plan import plan_edge
from ...module_utils._domain.offboarding.shapes import PLANNED
from .._files.whole_file import put_whole
from .._fleet.planning import observation
from .reading import Offboarding

BEGIN, FINISH = "begin", "finish"
GROUP = "edge_offboard"
_LARGEST = 1 << 20
FILE_MODE = 0o644  # a certificate is public


def plans(run: Offboarding, clock: Clock) -> List[dict[str, Any]]:
    """The plan of every Edge of the run, as plain data."""
    centre, edges = run.read(clock)
    return [plan_edge(edge, centre).facts() for edge in edges]


def refuse_unacknowledged(run: Offboarding, planned: Sequence[Mapping[str, Any]]) -> None:
    """Raises InventoryError for Edges that nobody has agreed to lose."""
    asked = [plan["name"] for plan in planned if plan["state"] == PLANNED and plan["name"] not in run.acknowledged]
    if asked:
        raise InventoryError(
            f"Cannot offboard {', '.join(asked)}: nobody has agreed to the plan above. Read it, and name "
            f"{'this Edge' if len(asked) == 1 else 'these Edges'} in the list edge_offboard_acknowledged. Nothing was "
            "changed.",
            plan=list(planned),
        )


def work(planned: Sequence[Mapping[str, Any]]) -> List[dict[str, Any]]:
    """The hosts with the groups of their steps, and what the role needs to know."""
    found = []
    for plan in planned:
        if plan["state"] != PLANNED:
            continue
        for host in plan["work"]["nodes"]:
            groups = [f"{GROUP}_{step['step']}" for step in plan["steps"] if host in step["hosts"]]
            if groups:
                found.append({"host": host, "groups": groups, "edge_offboard": plan["work"]})
    return found


def write_letters(run: Offboarding, planned: Sequence[Mapping[str, Any]], nodes: Callable[[str], Any]) -> None:
    """What JFrog Support needs, before anything is done: a run that is killed later has left it all the same.

    ``nodes``: what was observed of a host. Raises EdgeError.
    """
    for plan in planned:
        if plan["state"] == PLANNED and plan["work"]["trusted_by_platform"]:
            name, url = plan["name"], plan["work"]["url"]
            root = _root(plan["work"]["nodes"], nodes)
            _write(run.requests_of(name), letter.files(platform=run.platform.url, name=name, url=url, root=root))


def finish(
    run: Offboarding,
    planned: Sequence[Mapping[str, Any]],
    failures: Sequence[Mapping[str, Any]],
    *,
    check_mode: bool,
) -> List[dict[str, Any]]:
    """What came of the plan, as the platform shows it now."""
    worked = [plan for plan in planned if plan["state"] == PLANNED]
    if check_mode or not worked:
        return report.rows(planned, failures, {}, check_mode=check_mode)
    centre = run.read_platform()
    still = {plan["name"]: report.remains(plan["work"], centre) for plan in worked}
    return report.rows(planned, failures, still, check_mode=check_mode)


def _root(hosts: Sequence[str], nodes: Callable[[str], Any]) -> Optional[CertificateFile]:
    """The root certificate of the Edge, as one of its nodes has it on its disk."""
    for host in hosts:
        node, _error = observation(nodes(host))
        if node is not None and node["access_keys"]["root"] is not None:
            found: CertificateFile = node["access_keys"]["root"]
            return found
    return None


def _write(folder: Path, contents: Mapping[str, str]) -> None:
    """Each file whole or not there, and untouched when it says the same already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            path = folder / name
            if not path.exists() or read_plain(path, limit=_LARGEST)[0] != text.encode():
                put_whole(str(path), text, mode=FILE_MODE)
    except OSError as exc:
        raise EdgeError(
            f"Cannot write the request to JFrog Support to {folder}: {exc.strerror}. Choose a folder on the controller "
            "that you may write, in edge_support_request_dir, and run again.",
            path=str(folder),
        ) from exc
