# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether a node has to be started again, and waiting until it is well after that."""

from __future__ import annotations

from datetime import datetime
from typing import Callable, Sequence

from .._domain import ledger as model
from .._domain.errors import KeyMismatchError, ServiceError
from .._domain.health import HEALTHY, UNREACHABLE
from .._domain.keys import keys
from .._domain.observed import Health, Ledger, Node
from . import (
    access_config,
    bootstrap_pair,
    ca_renewal,
    files,
    join_key,
    ledger,
    logs,
    master_key,
    master_key_reset,
    server_certificate,
)
from .layout import Layout
from .observe import health_of
from .service import Service

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0  # the vendor's role asks every 5 seconds (node-files.md 8)
# A control script may say "stopped" for a moment between the old and the new process.
STOPPED_IN_A_ROW = 3


def open_reasons(layout: Layout, recorded: Ledger) -> list[str]:
    """Reasons in the ledger for which the node has not been started since."""
    return sorted(
        reason for reason, since in recorded["restart_due"].items() if not join_key.started_since(layout, since)
    )


def stands_still(node: Node) -> bool:
    """Whether the node does not run, by its control or, where that cannot tell, because nothing answers."""
    if node["service"]["running"] is None:
        return node["health"] is not None and node["health"]["state"] == UNREACHABLE
    return not node["service"]["running"]


def refuse_during_reset(layout: Layout) -> None:
    """Raises ServiceError between the first step of a reset of the master key and the new key."""
    reset = master_key_reset.read(layout)
    if reset is not None and not reset["replaced_at"]:
        raise ServiceError(
            f"Cannot start the node in {layout.home}: a reset of its master key is under way since "
            f"{reset['begun_at']}, and its database may be done already. Finish it with reset_master_key.yml; to give "
            f"it up before the database is touched, remove {master_key_reset.folder(layout)}."
        )


def master_key_to_put_back(layout: Layout, node: Node, peers: Sequence[Node], key: str | None) -> str | None:
    """The key that a start needs back on a node that keeps it in memory (trap 5); None when its file lies there.

    Raises ServiceError when nobody knows the key, and KeyMismatchError when the given one is not this node's.
    """
    if node["master_key"]["problem"] != keys.KEPT_IN_MEMORY:
        return None
    if key is None:
        raise ServiceError(
            f"Cannot start the node in {layout.home} again: it keeps its master key in memory only, and the file "
            f"{layout.master_key} is not there for the start. Give the key (edge_master_key or edge_master_key_file; "
            "the option master_key of the module), or put the file back, then run again. The node was left as it is."
        )
    verdict = keys.judge_master_key(node, peers, key, restarts=True)
    if verdict.unknown:
        raise KeyMismatchError(
            f"Cannot put the master key {keys.fingerprint(key)} back to {layout.master_key} for a start: "
            f"{verdict.reason}. Put the key that the Edge has into the inventory. The node was left as it is.",
            path=str(layout.master_key),
        )
    return key


def wait_until_healthy(
    layout: Layout,
    service: Service,
    node_url: str,
    ca_path: str | None,
    *,
    since: datetime,
    timeout: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Health:
    """The health once all is well. Raises ServiceError with what the logs say since the given time."""
    begun, pause, stopped = clock(), FIRST_PAUSE, 0
    while True:
        seen = health_of(layout, node_url, ca_path)
        if seen is not None and seen["state"] == HEALTHY:
            return seen
        stopped = stopped + 1 if service.running() is False else 0
        if stopped >= STOPPED_IN_A_ROW:
            raise _failed(layout, service, "it stopped again", seen, since)
        left = timeout - (clock() - begun)
        if left <= 0:
            raise _failed(layout, service, f"it was not healthy after {timeout:g} seconds", seen, since)
        sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE)


def settle(layout: Layout, node: Node, now: datetime, *, begun: datetime | None) -> Ledger:
    """The ledger after a start that was seen to go well; what was supplied before it is proven.

    ``begun`` is when this collection started the node; None when somebody else did.
    """
    recorded = model.settled(ledger.read(layout))
    if begun is not None:
        recorded = model.started(recorded, begun)
    # Whether all is well or not: with the marker still there, the next start would make another CA.
    recorded = ca_renewal.settle(layout, recorded, now)
    if node["health"] is None or node["health"]["state"] != HEALTHY:
        return recorded
    if join_key.is_in_use(layout, node):
        recorded = join_key.confirm(layout, recorded, now)
    entry = recorded[master_key.FACT]
    if entry is not None and entry["confirmed_at"] is None:
        recorded = model.confirm_key(recorded, master_key.FACT, now)
    for prove in (access_config.confirm, bootstrap_pair.settle):
        recorded = prove(layout, recorded, now)
    # A private key that was never placed, on a node that is not supplied again: another of the Edge's nodes was.
    for folder in (layout.bootstrap_access_keys, layout.bootstrap_router_keys):
        if folder is not None:
            files.sweep(folder)
    return server_certificate.settle(layout, node["health"]["url"], recorded, now)


def _failed(layout: Layout, service: Service, what: str, seen: Health | None, since: datetime) -> ServiceError:
    failure = logs.start_failure(layout.logs, since)
    # A process that did not come as far as to its logs.
    reasons = failure.reasons or service.complaints(since)
    state = f" Its health page: {seen['error']}." if seen is not None and seen["error"] else ""
    said = f" Its logs say: {' | '.join(reasons)}." if reasons else " Its logs tell no reason."
    remedy = failure.remedy or f"Look into {layout.logs[0].parent} on the node."
    return ServiceError(
        f"Cannot bring the node in {layout.home} up: {what}.{state}{said} {remedy}",
        health=seen,
        log_lines=reasons,
    )
