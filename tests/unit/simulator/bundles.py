# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of distribution have in common: a proof at the platform, a key, and Edges that are ready."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Optional

import requests

from simulator import pgp
from simulator.repositories import NoSuchItem
from simulator.signing_keys import KeyPair
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client

LIFECYCLE = "/lifecycle/api/v2"
BUNDLES = f"{LIFECYCLE}/release_bundle"
DISTRIBUTION = f"{LIFECYCLE}/distribution"
NAME, VERSION = "onboarding-proof", "1.0.0"
LABEL = f"{NAME}/{VERSION}"
KEY = "rb-key"
PROOF = b"here I am\n"
SHA256 = hashlib.sha256(PROOF).hexdigest()
WHERE = "generic-local/a/proof.txt"


def prepare(simulator: Simulator) -> None:
    """A proof and a key at the platform."""
    platform = simulator.platform
    public, private = pgp.sample("canary")
    platform.key_pairs[KEY] = KeyPair(KEY, KEY, "GPG", public, private)
    platform.repositories.create("generic-local", platform.now(), "admin")
    platform.repositories.store("generic-local", "a/proof.txt", PROOF, platform.now(), "admin")


def make_ready(edge: Edge) -> None:
    """The repository and the key that a delivery needs."""
    public, _ = pgp.sample("canary")
    edge.repositories.create("generic-local", edge.now(), "admin")
    edge.trusted_keys.add(KEY, public, edge.now(), "admin")


def body(**changes: Any) -> dict[str, Any]:
    """A bundle with the proof; None leaves a field out."""
    content: dict[str, Any] = {
        "release_bundle_name": NAME,
        "release_bundle_version": VERSION,
        "source_type": "artifacts",
        "source": {"artifacts": [{"path": WHERE, "sha256": SHA256}]},
        **changes,
    }
    return {key: value for key, value in content.items() if value is not None}


def create(call: Client, key: Optional[str] = KEY, query: str = "async=false", **changes: Any) -> requests.Response:
    headers = {"X-JFrog-Signing-Key-Name": key} if key else {}
    return call(call.simulator.platform, "POST", f"{BUNDLES}?{query}", json=body(**changes), headers=headers)


def distribute(call: Client, site: str = "lyon", **changes: Any) -> requests.Response:
    content = {"dry_run": False, "distribution_rules": [{"site_name": site}], **changes}
    return call(call.simulator.platform, "POST", f"{DISTRIBUTION}/distribute/{LABEL}", json=content)


def tracker(call: Client, tracker_id: int) -> dict[str, Any]:
    found: dict[str, Any] = call(call.simulator.platform, "GET", f"{DISTRIBUTION}/trackers/{LABEL}/{tracker_id}").json()
    return found


def trackers(call: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(call.simulator.platform, "GET", f"{DISTRIBUTION}/trackers/{LABEL}").json()
    return found


def delivered(call: Client, site: str = "lyon", **changes: Any) -> dict[str, Any]:
    """Distribute, and let so much time pass that the tracker has ended."""
    made = distribute(call, site, **changes)
    assert made.status_code == 202, made.text
    call.simulator.clock.advance(1)
    return tracker(call, made.json()["id"])


def bytes_in_tree(edge: Edge, content: bytes = PROOF) -> bool:
    """Whether they lie in a file below the node's home."""
    return any(path.read_bytes() == content for path in edge.nodes[0].layout.filestore.rglob("*") if path.is_file())


def arrived(edge: Edge, repo: str = "generic-local", path: str = "a/proof.txt", timeout: float = 5.0) -> bool:
    """Wait in real time, without asking anybody."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            return edge.repositories.content(edge.repositories.item(repo, path)) == PROOF and bytes_in_tree(edge)
        except NoSuchItem:
            time.sleep(0.05)
    return False
