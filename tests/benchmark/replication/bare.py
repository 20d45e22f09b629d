# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick: a client that only reads what a run of the replication has to read, and keeps it.

``python -m benchmark.replication.bare INVENTORY``. Plain sessions of requests, as many at a time for each instance as a
run has; no time limits that hold, no second attempts, no errors that say something, and nothing is compared.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

PARALLEL = 4  # the default of the replication
PAGE = 1000
KINDS = {"users": "username", "groups": "group_name", "permissions": "name"}


class Instance:
    """One instance, over a session for each thread."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._own = threading.local()

    def get(self, path: str, **query: Any) -> Any:
        if not hasattr(self._own, "session"):
            session = self._own.session = requests.Session()
            session.trust_env = False
            session.verify = self._options["ca_path"]
            session.headers["Authorization"] = f"Bearer {self._options['access_token']}"
        answer = self._own.session.get(self._options["url"] + path, params=query, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def names(self, kind: str, key: str) -> list[str]:
        found: list[str] = []
        query: dict[str, Any] = {"limit": PAGE}
        while True:
            page = self.get(f"/access/api/v2/{kind}", **query)
            found += [one[key] for one in page[kind]]
            if "cursor" not in page:
                return found
            query["cursor"] = page["cursor"]


def read(options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All objects by kind and name."""
    instance, held = Instance(options), {}
    with ThreadPoolExecutor(PARALLEL) as pool:
        pool.submit(instance.get, "/artifactory/api/repositories").result()
        for kind, key in KINDS.items():
            names = pool.submit(instance.names, kind, key).result()
            paths = [f"/access/api/v2/{kind}/{quote(name, safe='')}" for name in names]
            held[kind] = dict(zip(names, pool.map(instance.get, paths), strict=True))
    return held


def main() -> None:
    inventory = json.loads(Path(sys.argv[1]).read_text())
    instances = inventory["all"]["hosts"]["localhost"]["security_replication_instances"]
    with ThreadPoolExecutor(len(instances)) as pool:
        for options, held in zip(instances, pool.map(read, instances), strict=True):
            print(options["name"], {kind: len(objects) for kind, objects in held.items()})


if __name__ == "__main__":
    main()
