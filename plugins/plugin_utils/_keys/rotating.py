# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The rotation of join keys over the hosts of a play: who takes part, with which key, and what is left to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.keys import keys
from ...module_utils._domain.keys.rotation import Obstacle, Remaining, RotatingEdge, obstacle, remaining
from .._files import key_version
from .._files.key_source import beside_inventory
from .._fleet.inventory import inventory_variables
from .._fleet.planning import absent_nodes, observation

BEGIN, PRODUCTS, FINISH = "begin", "products", "finish"
VARIABLES = (
    "edge_name",
    "edge_join_key",
    "edge_join_key_file",
    "edge_join_key_bits",
    "edge_new_join_key",
    "edge_master_key",
    "edge_master_key_file",
    "edge_products",
    "inventory_dir",
)
PRODUCT_VARIABLES = ("product_name", "product_edge")
JOIN_KEY = "join_key"  # the reason of a restart
PRODUCT_RESULT = "product_join_key_result"

# What an Edge's rotation has come to.
REFUSED, PREDICTED, ROTATING, DONE = "refused", "predicted", "rotating", "done"


@dataclass(frozen=True)
class Source:
    """Where an Edge's join key comes from: a file on the controller, or the inventory itself."""

    store: Path | None
    inline: str | None
    given: str | None
    bits: int


def rotate(
    task_vars: Mapping[str, Any],
    *,
    phase: str,
    nodes_variable: str,
    products_group: str,
    loader: Any,
    check_mode: bool,
    now: datetime,
) -> dict[str, Any]:
    """The Edges of the play, and the work of their hosts in this phase. Raises EdgeError."""
    hosts = list(task_vars["ansible_play_hosts_all"])
    variables = inventory_variables(task_vars, hosts, VARIABLES)
    members = _members(variables)
    absent = absent_nodes(task_vars, hosts)
    products = _products(task_vars, products_group)
    unlimited = _unlimited(task_vars, [host for hosts in products.values() for host in hosts])
    told, work = [], []
    for name, nodes in members.items():
        seen = {host: observation(task_vars["hostvars"][host].get(nodes_variable)) for host in nodes}
        own = variables[nodes[0]]
        edge = RotatingEdge(
            name,
            nodes={host: node for host, (node, _error) in seen.items() if node is not None},
            unreachable={host: error for host, (_node, error) in seen.items() if error},
            absent=tuple(absent.get(name, ())),
            master_key=own.get("edge_master_key") or own.get("edge_master_key_file"),
        )
        one = _Edge(edge, _source(own), products.get(name, {}), own.get("edge_products"), unlimited)
        result, tasks = one.advance(phase, task_vars["hostvars"], loader, check_mode=check_mode, now=now)
        told.append(result)
        work += tasks
    return {"edges": told, "work": work}


@dataclass(frozen=True)
class _Edge:
    """One Edge of the run."""

    edge: RotatingEdge
    source: Source
    products: Mapping[str, str]  # host: name of the product
    declared: Sequence[str] | None
    unlimited: Callable[[str], bool]  # whether a host is in the run for all that --limit says

    def advance(
        self, phase: str, hostvars: Mapping[str, Any], loader: Any, *, check_mode: bool, now: datetime
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What is told of the Edge, and what its hosts do in this phase."""
        running = key_version.under_way(self.source.store) if self.source.store else None
        fresh = running is None if self.source.inline is None else self._is_new(self.source.inline)
        found = self._left_out() or obstacle(self.edge, fresh=fresh)
        if found is not None:
            return self._told(REFUSED, running, found.reason, found), []
        if fresh and check_mode:
            made = "the given key" if self.source.given or self.source.inline else "a new key"
            return self._told(PREDICTED, None, f"{made} would be supplied, and all nodes started again"), []
        if fresh and phase != BEGIN:
            return self._told(REFUSED, None, "something spoke against it at the beginning of this run"), []
        key, rotation = self._key(loader, now)
        left = remaining(self.edge, key)
        if not left.nothing:
            told = self._told(ROTATING, rotation, left.reason, key=key)
            return told, [] if check_mode or phase != BEGIN else self._node_work(left)
        waiting = self._waiting(hostvars) if phase == FINISH else []
        if phase == FINISH and not waiting and not check_mode and self.source.store is not None:
            key_version.finish(self.source.store)
        state = DONE if phase == FINISH and not waiting else ROTATING
        reason = f"these products have not joined with the key yet: {', '.join(waiting)}" if waiting else left.reason
        return self._told(state, rotation, reason, key=key), self._product_work() if phase == PRODUCTS else []

    def _left_out(self) -> Obstacle | None:
        """A product that this run cannot reach would be refused by the Edge from then on."""
        hosts = [host for host in self.products if not self.unlimited(host)]
        if not hosts:
            return None
        return Obstacle(
            f"--limit leaves out {', '.join(hosts)}, which need the new key as well",
            f"Run it without --limit, with -e edge_hosts={self.edge.name} or another name of these nodes",
        )

    def _is_new(self, key: str) -> bool:
        """Whether the nodes have never got this key from us, so that a rotation to it has not begun."""
        entry = keys.newest_join_key_entry(list(self.edge.nodes.values()))
        return entry is None or not keys.matches(entry, key)

    def _key(self, loader: Any, now: datetime) -> tuple[str, key_version.Rotation | None]:
        source = self.source
        if source.store is None:
            return keys.check_key(source.inline or "", keys.JOIN_KEY), None
        return key_version.begin(source.store, given=source.given, bits=source.bits, loader=loader, now=now)

    def _node_work(self, left: Remaining) -> list[dict[str, Any]]:
        order = [*left.restart, *(host for host in self.edge.nodes if host not in left.restart)]
        plan = {"nodes": order, "restart_for": [JOIN_KEY] if left.restart else []}
        work = []
        for host in order:
            groups = ["edge_rotation_supply"] if left.supply and host == left.first else []
            groups += ["edge_rotation_restart"] if host in left.restart else []
            if groups:
                work.append({"host": host, "groups": groups, "edge_plan": plan})
        return work

    def _product_work(self) -> list[dict[str, Any]]:
        plan = {"nodes": list(self.edge.nodes)}
        return [{"host": host, "groups": ["edge_rotation_products"], "edge_plan": plan} for host in self.products]

    def _waiting(self, hostvars: Mapping[str, Any]) -> list[str]:
        """The products of the inventory that were not seen to join with the key."""
        results = {host: hostvars[host].get(PRODUCT_RESULT) for host in self.products}
        return [
            host
            for host, result in results.items()
            if not isinstance(result, Mapping)
            or result.get("failed")
            or (result.get("key") or {}).get("state") != "in_use"
        ]

    def _told(
        self,
        state: str,
        rotation: key_version.Rotation | None,
        reason: str,
        found: Obstacle | None = None,
        *,
        key: str | None = None,
    ) -> dict[str, Any]:
        here = set(self.products.values())
        return {
            "name": self.edge.name,
            "state": state,
            "reason": reason,
            "remedy": found.remedy if found else "",
            "fingerprint": keys.fingerprint(key) if key else None,
            "key_file": str(self.source.store) if self.source.store else None,
            "backup_file": rotation.backup if rotation else None,
            "begun_at": rotation.begun_at if rotation else None,
            "nodes": list(self.edge.nodes),
            "products": sorted(self.products),
            "untold": None if self.declared is None else [name for name in self.declared if name not in here],
        }


def _members(variables: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """The nodes of each Edge. Raises InventoryError for a host without an Edge."""
    nameless = [host for host, own in variables.items() if not own.get("edge_name")]
    if nameless:
        raise InventoryError(
            f"Cannot rotate join keys: {', '.join(nameless)} have no edge_name. Set it, or leave these hosts out."
        )
    members: dict[str, list[str]] = {}
    for host, own in variables.items():
        members.setdefault(str(own["edge_name"]), []).append(host)
    return members


def _source(own: Mapping[str, Any]) -> Source:
    """Raises InventoryError when the inventory does not say where the join key is kept, or says it twice."""
    name, inline, file = own["edge_name"], own.get("edge_join_key"), own.get("edge_join_key_file")
    given = own.get("edge_new_join_key") or None
    if not inline and not file:
        raise InventoryError(
            f"Cannot rotate the join key of '{name}': the inventory does not manage it. Set edge_join_key_file, the "
            "file on the controller in which the new key is to be kept, or edge_join_key."
        )
    if inline and given and given != inline:
        raise InventoryError(
            f"Cannot rotate the join key of '{name}' to edge_new_join_key: edge_join_key is in the inventory as well, "
            "and would win with the next run. Put the new key into edge_join_key, and leave edge_new_join_key out."
        )
    store = None if inline else Path(beside_inventory(str(file), own))
    bits = int(own.get("edge_join_key_bits") or 256)
    return Source(store, str(inline) if inline else None, str(given) if given else None, bits)


def _unlimited(task_vars: Mapping[str, Any], hosts: Sequence[str]) -> Callable[[str], bool]:
    """Whether a host is in the run. Ansible tells an action the text of --limit only, and not what it comes to."""
    limit = task_vars.get("ansible_limit")
    if not limit:
        return lambda _host: True
    patterns = [part for part in re.split(r"[,:]", str(limit)) if part]
    names = {host: (host, "all", *task_vars["hostvars"][host].get("group_names", ())) for host in hosts}
    return lambda host: any(fnmatch(name, pattern) for name in names[host] for pattern in patterns)


def _products(task_vars: Mapping[str, Any], group: str) -> dict[str, dict[str, str]]:
    """The hosts of other products, by the Edge that they join. Raises InventoryError for one that says not which."""
    hosts = list(task_vars["groups"].get(group, ()))
    found: dict[str, dict[str, str]] = {}
    for host, own in inventory_variables(task_vars, hosts, PRODUCT_VARIABLES).items():
        if not own.get("product_edge") or not own.get("product_name"):
            raise InventoryError(
                f"Cannot tell which product of which Edge '{host}' is: the hosts of the group {group} need "
                "product_name, such as xray, and product_edge, the edge_name of their Edge. Set them."
            )
        found.setdefault(str(own["product_edge"]), {})[host] = str(own["product_name"])
    return found
