# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The reset of a master key over the hosts of a play: what speaks against it, and who does what next."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Mapping

from ...module_utils._domain.errors import EdgeError, InventoryError
from ...module_utils._domain.file_name import folder_name
from ...module_utils._domain.keys.keys import is_same_master_key
from ...module_utils._domain.keys.master_key_reset import (
    ResettingEdge,
    Wishes,
    instructions,
    is_done,
    left_to_people,
    obstacles,
    statements,
)
from ...module_utils._domain.moment import stamp
from ...module_utils._domain.observed import Node
from .._files.key_source import beside_inventory
from .._files.whole_file import PRIVATE, put_whole, reason
from .._fleet.inventory import inventory_variables
from .._fleet.planning import absent_nodes, observation
from .._steps.key import known_master_key

BEGIN, STATEMENTS, FINISH = "begin", "statements", "finish"
STATEMENTS_FILE, INSTRUCTIONS_FILE = "statements.sql", "instructions.txt"
WISHES = "edge_master_key_reset_"
VARIABLES = (
    "edge_name",
    "edge_master_key",
    "edge_master_key_file",
    "edge_join_key",
    "edge_join_key_file",
    "inventory_dir",
    *(WISHES + name for name in ("acknowledged", "database_backup", "stop", "database_done", "dir")),
)


@dataclass(frozen=True)
class Resetting:
    """One run of the playbook for one Edge."""

    edge: ResettingEdge
    wishes: Wishes
    folder: Path
    join_key_managed: bool

    @property
    def statements_file(self) -> Path:
        return self.folder / STATEMENTS_FILE

    @property
    def done(self) -> bool:
        """Whether a run before has ended this reset."""
        return is_done(self.edge, self.wishes)


def resetting(task_vars: Mapping[str, Any], *, nodes_variable: str, reset_variable: str, loader: Any) -> Resetting:
    """The Edge of the play. Raises InventoryError when there is not just one, or one whose name no folder can have,
    and KeyFormatError for a bad new key."""
    hosts = list(task_vars["ansible_play_hosts_all"])
    variables = inventory_variables(task_vars, hosts, VARIABLES)
    names = sorted({str(own.get("edge_name")) for own in variables.values()})
    if len(names) != 1 or names == ["None"]:
        raise InventoryError(
            f"Cannot reset master keys of {', '.join(names)} in one run: it is done for one Edge at a time. Name it, "
            "for example with -e edge_hosts=osaka, and set edge_name of its hosts."
        )
    own, hostvars = variables[hosts[0]], task_vars["hostvars"]
    seen = {host: observation(hostvars[host].get(nodes_variable)) for host in hosts}
    nodes = {host: node for host, (node, _error) in seen.items() if node is not None}
    new_key = _new_key(own, loader)
    edge = ResettingEdge(
        names[0],
        nodes=nodes,
        seen={host: _seen(hostvars[host].get(reset_variable)) for host in nodes},
        unreachable={host: error for host, (_node, error) in seen.items() if error},
        absent=tuple(absent_nodes(task_vars, hosts).get(names[0], ())),
        key_known=new_key is not None,
        key_in_use=new_key is not None and _in_use(new_key, list(nodes.values())),
    )
    folder = own.get(f"{WISHES}dir") or "master_key_resets"
    return Resetting(
        edge,
        _wishes(own),
        Path(beside_inventory(str(folder), own)) / folder_name(names[0]),
        join_key_managed=_has_join_key(own),
    )


def work(run: Resetting) -> list[dict[str, Any]]:
    """The hosts and their groups, none when it is done. Raises EdgeError with everything that speaks against it."""
    edge = run.edge
    if run.done:
        return []
    found = obstacles(edge, run.wishes, statements_written=run.statements_file.exists())
    if found:
        told = "; ".join(f"({number}) {one}" for number, one in enumerate(found, start=1))
        raise EdgeError(f"Cannot reset the master key of {edge.name}: {told}. Nothing was written.", obstacles=found)
    replacing = run.wishes.database_done or edge.replaced
    # A run that was interrupted at its end leaves nodes behind that are done.
    ended_there = [host for host in edge.nodes if edge.replaced and edge.seen[host]["reset"] is None]
    hosts = [host for host in edge.nodes if host not in ended_there]
    plan = {"nodes": hosts, "restart_for": []}
    planned = []
    for host in hosts:
        groups = ["edge_reset_replace" if replacing else "edge_reset_prepare"]
        if replacing and host == hosts[0] and not ended_there:
            groups += ["edge_reset_first", *(["edge_reset_join_key"] if run.join_key_managed else [])]
        planned.append({"host": host, "groups": groups, "edge_plan": plan})
    return planned


def write_statements(run: Resetting, now: datetime) -> str:
    """The two files for people, of mode 0600; the text of the instructions. Raises EdgeError."""
    edge, told = run.edge, instructions(run.edge, run.wishes, statements_file=str(run.statements_file))
    sql = statements(
        edge.name,
        edge.generation,
        mission_control=edge.mission_control,
        backup=run.wishes.database_backup,
        now=stamp(now),
    )
    try:
        run.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        put_whole(str(run.folder / INSTRUCTIONS_FILE), told, mode=PRIVATE)
        put_whole(str(run.statements_file), sql, mode=PRIVATE)
    except OSError as exc:
        raise EdgeError(
            f"Cannot write {run.statements_file}: {reason(exc)}. Correct that on the "
            "controller, or set edge_master_key_reset_dir, and run again.",
            path=str(run.statements_file),
        ) from exc
    return told


def put_aside(run: Resetting, now: datetime) -> None:
    """The file of a reset that is done, so that it is not taken for that of the next. Raises EdgeError."""
    try:
        if run.statements_file.exists():
            run.statements_file.rename(run.folder / f"statements-{stamp(now).replace(':', '')}.sql")
    except OSError as exc:
        raise EdgeError(
            f"The master key of {run.edge.name} was reset, but {run.statements_file} cannot be put aside: "
            f"{reason(exc)}. The next reset would take it for its own: correct that on the controller, and run again.",
            path=str(run.statements_file),
        ) from exc


def ended(run: Resetting) -> str:
    """What is left to people."""
    left = "\n".join(f"- {one}" for one in left_to_people(run.edge, join_key_managed=run.join_key_managed))
    return f"The master key of {run.edge.name} was reset. Left to people:\n{left}"


def _in_use(key: str, nodes: list[Node]) -> bool:
    """Whether it is proven that each node has this key."""
    return bool(nodes) and all(is_same_master_key(node, (), key) for node in nodes)


def _new_key(own: Mapping[str, Any], loader: Any) -> str | None:
    """Read and checked before the old one is gone."""
    given = {
        "master_key": own.get("edge_master_key") or None,
        "master_key_file": own.get("edge_master_key_file") or None,
    }
    return known_master_key(given, loader=loader, variables=own)


def _has_join_key(own: Mapping[str, Any]) -> bool:
    """Whether the inventory has the Edge's join key, so that the Edge can keep it."""
    if own.get("edge_join_key"):
        return True
    path = own.get("edge_join_key_file")
    return bool(path) and os.path.exists(beside_inventory(str(path), own))


def _wishes(own: Mapping[str, Any]) -> Wishes:
    acknowledged = own.get(f"{WISHES}acknowledged") or []
    if isinstance(acknowledged, str):
        acknowledged = acknowledged.replace(",", " ").split()
    if not isinstance(acknowledged, list):
        raise InventoryError(
            f"Cannot tell what is acknowledged: {WISHES}acknowledged is no list. List the words that the playbook "
            "names."
        )
    return Wishes(
        acknowledged=tuple(map(str, acknowledged)),
        database_backup=str(own.get(f"{WISHES}database_backup") or ""),
        stop=_is_true(own.get(f"{WISHES}stop")),
        database_done=_is_true(own.get(f"{WISHES}database_done")),
    )


def _is_true(value: Any) -> bool:
    """Also as -e gives it, in text."""
    return value is True or str(value).lower() in ("true", "yes", "1")


def _seen(result: Any) -> Mapping[str, Any]:
    if isinstance(result, Mapping) and "reset" in result:
        found: Mapping[str, Any] = result["reset"]
        return found
    return {"cipher_texts": [], "mission_control": False, "reset": None}
