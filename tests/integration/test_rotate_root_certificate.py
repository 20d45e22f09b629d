# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``rotate_root_certificate.yml``: a new root certificate, and who trusted the old one trusts it before its use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from integration.fleet import Fleet
from integration.killing import EVERY, run_until_task
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.simulator import Simulator
from simulator.switches import Switches

PLAYBOOK = "rotate_root_certificate.yml"
ACKNOWLEDGED = {"edge_circle_of_trust_acknowledged": True}


@dataclass
class Rotated:
    """An HA Edge with a new pair in the inventory, and a peer with which it is in a circle of trust."""

    fleet: Fleet
    old: str = ""
    new: str = ""
    key: str = field(default="", repr=False)

    @property
    def osaka(self) -> Any:
        return self.fleet.simulator.edge("osaka")

    @property
    def rome(self) -> Any:
        return self.fleet.simulator.edge("rome")

    def is_done(self) -> None:
        """The Edge signs with the new root, everybody trusts it, and the old tokens still work."""
        assert root_of(self.osaka) == self.new
        assert {self.old, self.new} <= set(self.rome.database.trusted)
        assert self.old in self.osaka.database.trusted
        assert root_of(self.rome) in self.osaka.database.trusted
        assert [node.state for node in self.osaka.nodes] == ["running", "running"]


def root_of(site: Any) -> str:
    return sha256(site.database.root_certificate)


def rotate(fleet: Fleet, name: str = "osaka") -> Rotated:
    """Put a new pair into the inventory."""
    key = POOL.take()
    certificate = self_signed(f"JFrog Token Issuer {name} 2", key)
    found = Rotated(fleet, root_of(fleet.simulator.edge(name)), sha256(certificate), key_to_pem(key))
    pair = {"edge_token_signing_certificate": to_pem(certificate), "edge_token_signing_private_key": found.key}
    fleet.variables[name].update(pair)
    return found


def trust_each_other(*sites: Any) -> None:
    for one in sites:
        for other in sites:
            if one is not other:
                one.database.trust(other.database.root_certificate)


@pytest.fixture
def rotated(tmp_path: Path) -> Iterator[Rotated]:
    switches = Switches(start_duration=0.6, trusted_import_delay=0.3, signing_pair_of_nodes="of_their_start")
    with Simulator(tmp_path / "simulator", switches=switches) as running:
        running.add_platform("acme")
        fleet = Fleet(running, tmp_path / "controller")
        fleet.add("osaka", nodes=2, edge_join_key_file=None, **ACKNOWLEDGED)
        fleet.add("rome", edge_join_key_file=None, **ACKNOWLEDGED)
        trust_each_other(running.edge("osaka"), running.edge("rome"))
        yield rotate(fleet)


class Caller:
    """A client with a token of the old root, which keeps calling the Edge through its load balancer."""

    def __init__(self, rotated: Rotated) -> None:
        self.refused: list[str] = []
        self.lost: list[str] = []
        self.count = 0
        self._rotated = rotated
        self._token = rotated.osaka.admin_token(expires_in=3600)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._call, daemon=True)

    def __enter__(self) -> Caller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _call(self) -> None:
        edge, ca = self._rotated.osaka, str(self._rotated.fleet.simulator.ca_path)
        while not self._stop.wait(0.02):
            down = self._down()
            try:
                answer = requests.get(
                    f"{edge.url}/access/api/v1/cert/root",
                    headers={"Authorization": f"Bearer {self._token}"},
                    verify=ca,
                    timeout=10,
                )
                outcome = str(answer.status_code)
            except requests.RequestException as exc:
                outcome = type(exc).__name__
            self.count += 1
            if outcome in ("401", "403"):
                self.refused.append(f"{outcome} {down}")
            elif outcome != "200" and not (down or self._down()):
                self.lost.append(outcome)

    def _down(self) -> list[str]:
        return [node.name for node in self._rotated.osaka.nodes if node.state != "running"]


def test_root_certificate_of_an_ha_edge_is_rotated_while_a_client_keeps_calling(rotated: Rotated) -> None:
    before = rotated.fleet.snapshot()
    predicted = rotated.fleet.run(PLAYBOOK, "--check", "--diff")
    assert predicted.code == 0, predicted.output
    assert predicted.changed > 0
    assert rotated.fleet.snapshot() == before

    with Caller(rotated) as caller:
        run = rotated.fleet.run(PLAYBOOK, verbosity=4)

    assert run.code == 0, run.output
    rotated.is_done()
    assert "go on trusting the old root" in run.output
    assert rotated.key.splitlines()[1] not in run.output
    # The documented window: a connection that a node cuts when it stops. A token is never refused.
    assert (caller.refused, caller.lost) == ([], [])
    assert caller.count > 50
    second = rotated.fleet.run(PLAYBOOK)
    assert (second.code, second.changed) == (0, 0), second.output
    assert "osaka: in order" in second.output
    assert set(second.executions.values()) == {1}


def new_root_lies_at_the_peer(rotated: Rotated) -> bool:
    return any(rotated.rome.nodes[0].layout.trusted.glob("osaka.crt"))


def new_pair_lies_there(rotated: Rotated) -> bool:
    folder = rotated.osaka.nodes[0].layout.bootstrap_keys
    return (folder / "root.crt").exists() and (folder / "private.key").exists()


def first_node_is_down(rotated: Rotated) -> bool:
    return bool(rotated.osaka.nodes[0].state != "running")


def second_node_is_down(rotated: Rotated) -> bool:
    return bool(rotated.osaka.nodes[1].state != "running")


# In the middle of a task; the test below kills between two.
MOMENTS = [
    new_root_lies_at_the_peer,
    new_pair_lies_there,
    first_node_is_down,
    second_node_is_down,
]


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
def test_rotation_that_was_killed_is_finished_by_the_next_run(
    rotated: Rotated, moment: Callable[[Rotated], bool]
) -> None:
    with Caller(rotated) as caller:
        rotated.fleet.run_until(PLAYBOOK, lambda: moment(rotated))
        time.sleep(0.2)
        finished = rotated.fleet.run(PLAYBOOK)

    assert finished.code == 0, finished.output
    rotated.is_done()
    assert (caller.refused, caller.lost) == ([], [])
    again = rotated.fleet.run(PLAYBOOK)
    assert (again.code, again.changed) == (0, 0), again.output


@pytest.mark.slow
def test_rotation_killed_at_any_task_is_finished_by_the_next_run(rotated: Rotated) -> None:
    """A rotation per task of the playbook, each killed when that task begins."""
    rotated.fleet.simulator.switches.start_duration = 0.1
    rotated.fleet.simulator.switches.trusted_import_delay = 0.1
    killed = []
    number = 2  # at the first one nothing has happened yet
    while (task := run_until_task(rotated.fleet, PLAYBOOK, number)) is not None:
        killed.append(task)
        finished = rotated.fleet.run(PLAYBOOK)
        assert finished.code == 0, f"after {task}: {finished.output}"
        rotated.is_done()
        rotated = rotate(rotated.fleet)
        number += EVERY
    assert len(killed) > 10 // EVERY
    if EVERY == 1:
        assert any("Start the node again when it is due" in task for task in killed)
        assert any("Drop the record of the old roots" in task for task in killed)


def circle_with_the_cloud(fleet: Fleet) -> Rotated:
    fleet.add("osaka", nodes=2, edge_join_key_file=None, edge_trust_method="circle_of_trust", **ACKNOWLEDGED)
    trust_each_other(fleet.simulator.edge("osaka"), fleet.simulator.platform)
    return rotate(fleet)


@pytest.mark.slow
def test_platform_in_the_cloud_keeps_the_edge_from_switching_until_support_has_confirmed(fleet: Fleet) -> None:
    found = circle_with_the_cloud(fleet)
    refused = fleet.run(PLAYBOOK)

    assert refused.code == 2, refused.output
    assert "waiting for the platform" in refused.output
    assert root_of(found.osaka) == found.old
    request = fleet.folder / "support_requests/osaka"
    assert "signs with another certificate" in (request / "request.txt").read_text()
    assert "PRIVATE" not in "".join(path.read_text() for path in request.iterdir())

    fleet.simulator.platform.support.import_certificate((request / "root.crt").read_text())
    fleet.variables["osaka"]["edge_root_certificate_confirmed"] = found.new
    run = fleet.run(PLAYBOOK)
    assert run.code == 0, run.output
    assert root_of(found.osaka) == found.new
    assert not request.exists()
    assert fleet.run(PLAYBOOK).changed == 0


@pytest.mark.slow
def test_edge_that_may_switch_without_the_cloud_waits_for_it_afterwards(fleet: Fleet) -> None:
    found = circle_with_the_cloud(fleet)
    fleet.variables["osaka"]["edge_rotation_accept_gap"] = True
    run = fleet.run(PLAYBOOK)

    assert run.code == 0, run.output
    assert "waiting for the platform" in run.output
    assert root_of(found.osaka) == found.new
    request = fleet.folder / "support_requests/osaka"
    fleet.simulator.platform.support.import_certificate((request / "root.crt").read_text())
    done = fleet.run(PLAYBOOK)
    assert (done.code, "osaka: forget the old root" in done.output, request.exists()) == (0, True, False), done.output


def test_self_hosted_platform_gets_the_new_root_directly(tmp_path: Path) -> None:
    switches = Switches(start_duration=0.0, trusted_import_delay=0.2)
    with Simulator(tmp_path / "simulator", switches=switches) as running:
        running.add_platform("acme", saas=False)
        fleet = Fleet(running, tmp_path / "controller")
        fleet.list_platform_node()
        found = circle_with_the_cloud(fleet)
        run = fleet.run(PLAYBOOK)

        assert run.code == 0, run.output
        assert {found.old, found.new} <= set(running.platform.database.trusted)
        assert root_of(found.osaka) == found.new
        assert fleet.run(PLAYBOOK).changed == 0


@pytest.mark.slow
def test_two_edges_that_trust_each_other_rotate_at_once(rotated: Rotated) -> None:
    other = rotate(rotated.fleet, "rome")
    run = rotated.fleet.run(PLAYBOOK)

    assert run.code == 0, run.output
    assert (root_of(rotated.osaka), root_of(rotated.rome)) == (rotated.new, other.new)
    assert {rotated.old, rotated.new} <= set(rotated.rome.database.trusted)
    assert {other.old, other.new} <= set(rotated.osaka.database.trusted)
    assert rotated.fleet.run(PLAYBOOK).changed == 0


@pytest.mark.slow
def test_peer_that_is_gone_keeps_the_edge_from_switching(rotated: Rotated) -> None:
    rotated.fleet.variables["rome"]["edge_trust_peers"] = ["osaka"]
    rotated.fleet.variables["osaka"]["edge_trust_peers"] = []
    rotated.fleet.node_variables["rome-1"] = {"edge_artifactory_home": str(rotated.fleet.folder / "nothing")}
    run = rotated.fleet.run(PLAYBOOK)

    assert run.code == 2, run.output
    assert "rome does not know the new root, and none of its nodes was read in this run" in run.output
    assert root_of(rotated.osaka) == rotated.old


def test_pair_that_cannot_be_used_is_refused_before_anything_is_supplied(rotated: Rotated) -> None:
    other = key_to_pem(POOL.take())
    rotated.fleet.variables["osaka"]["edge_token_signing_private_key"] = other
    before = rotated.fleet.snapshot()
    run = rotated.fleet.run(PLAYBOOK)

    assert run.code == 2
    assert "the token signing pair of the Edge 'osaka'" in run.output
    assert other.splitlines()[1] not in run.output
    assert rotated.fleet.snapshot() == before
