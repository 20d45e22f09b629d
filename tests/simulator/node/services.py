# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services of a node say of themselves: the router's health page and their complaints in the logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from simulator.access_database import AccessDatabase

from . import logs as codes
from .failure import StartFailed
from .logs import Logs
from .start import Start

SERVICES_7 = (codes.ARTIFACTORY, codes.ACCESS, codes.METADATA, codes.FRONTEND, codes.EVENT, codes.OBSERVABILITY)
SERVICES_6 = (codes.ARTIFACTORY, codes.ACCESS)
HEALTHY = "HEALTHY"
UNHEALTHY = "UNHEALTHY"

_GO_SERVICES = (codes.ROUTER, codes.METADATA, codes.EVENT, codes.OBSERVABILITY)
# Those that join through the router and write about it.
_JOINING = (codes.ROUTER, codes.METADATA, codes.EVENT, codes.FRONTEND)
_PENDING_SECONDS = (1, 30, 60)
_PING_REFUSED = (
    "Error: Error while trying to connect to local router at address 'http://localhost:8046/access': "
    'Get "http://localhost:8046/access/api/v1/system/ping": dial tcp 127.0.0.1:8046: connect: connection refused'
)

_JOIN_FAILED = "Cluster join: Retry {retry}: Service registry join failed, will retry"
_CERTIFICATE_REFUSED = (
    "Cluster join: Retry {retry}: Service registry ping failed, will retry. "
    "Error: Error while trying to connect to local router at address 'https://localhost:8046/access': "
    'Get "https://localhost:8046/access/api/v1/system/ping": {reason}'
)


@dataclass(frozen=True)
class Trouble:
    """Why the services of a running node, all but Access, are not well."""

    message: str  # on the health page
    line: str  # in the logs of those who complain; {retry} is the number of the attempt
    codes: tuple[str, ...] = _JOINING

    def report(self, logs: Logs, generation: str, retry: int) -> None:
        """They go on trying (node-files.md 1.8). 6.x has no router and no such line."""
        if generation == "7":
            for code in self.codes:
                logs.warn(code, self.line.replace("{retry}", str(retry)))


# Access answers, but not to this key (node-files.md 1.8 last row).
JOIN_REFUSED = Trouble("Service is not healthy", _JOIN_FAILED)


def certificate_refused(reason: str) -> Trouble:
    """The services get no further than the router's certificate."""
    return Trouble("Service is not healthy", _CERTIFICATE_REFUSED.replace("{reason}", reason))


def health_page(
    database: AccessDatabase,
    node_id: str,
    states: dict[str, str],
    *,
    trouble: Optional[Trouble] = None,
    router_trouble: Optional[str] = None,
) -> tuple[int, dict[str, Any]]:
    """``GET /router/api/v1/system/health``: 200, or 503 with the same JSON (control-plane-api.md 5.1)."""
    services_healthy = all(state == HEALTHY for state in states.values())
    healthy = services_healthy and router_trouble is None
    message = trouble.message if trouble is not None else "Service is not healthy"
    services = [
        {
            "service_id": database.service(code),
            "node_id": node_id,
            "state": state,
            "message": "OK" if state == HEALTHY else message,
        }
        for code, state in states.items()
    ]
    router = {
        "node_id": node_id,
        "state": HEALTHY if healthy else UNHEALTHY,
        "message": "OK" if healthy else router_trouble or "Not all services are healthy",
    }
    return (200 if healthy else 503), {"router": router, "services": services}


def report_failed_start(start: Start, failure: StartFailed) -> None:
    """Access says why; the others then wait for a key, which is what users see first (node-files.md 1.8, Traps 13)."""
    logs = start.logs
    logs.error(codes.ACCESS, failure.reason)
    if start.layout.generation == "6":
        return
    if failure.waiting_for == "master key" and not start.master_key_file.exists():
        _report_missing(start, "Master key", "shared.security.masterKey", str(start.master_key_file))
    elif not start.live_join_key.exists():
        _report_missing(start, "Join key", "shared.security.joinKey", str(start.live_join_key))
        logs.error(
            codes.ARTIFACTORY,
            "Application could not be initialized: Cluster join: Failed resolving join key; Missing join key",
        )
    else:
        # The live copy of an earlier start is there, so they get one step further.
        for code in (codes.METADATA, codes.EVENT, codes.FRONTEND):
            logs.warn(code, f"Cluster join: Retry 1: Service registry ping failed, will retry. {_PING_REFUSED}")


def _report_missing(start: Start, key: str, setting: str, path: str) -> None:
    """The lines of node-files.md 1.8 (join key) and 2 'Mismatch messages' (master key)."""
    prefix = "Cluster join: " if key == "Join key" else ""
    for code in _GO_SERVICES:
        for seconds in _PENDING_SECONDS:
            start.logs.info(
                code,
                f"{prefix}{key} is missing. Pending for {seconds} seconds "
                f"with {start.switches.key_pending_timeout} timeout",
            )
    start.logs.write(
        codes.ROUTER,
        "FATAL",
        f"Cluster join: Failed resolving {key.lower()}: failed resolving '{setting}' key; file does not exist: {path}",
    )


def report_joined(logs: Logs, generation: str, database: AccessDatabase, node_id: str) -> None:
    """The lines of success (node-files.md 1.3 step 5)."""
    if generation == "7":
        for code in _JOINING:
            logs.info(code, f"Cluster join: Successfully joined {database.service(code)} with node id {node_id}")
        logs.info(codes.ARTIFACTORY, "Cluster join: Successfully joined the cluster")
