# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One onboarding of Edges of which only some can be joined: the others are told with what to do, and left alone."""

from __future__ import annotations

import pytest

from integration.fleet import Fleet
from simulator.certificates import self_signed, to_pem
from simulator.key_pool import POOL
from simulator.license_buckets import opened

BUCKET = "edges"
BRIDGED = "7.125.4"
JOINED = ("lyon", "osaka")
# What the report tells of those that cannot be joined, and what preflight.yml tells of them.
TOLD = {
    "quito": ("needs_person", "bridge", "the Edge has no bridge 'quito'", "Make the bridge as docs/bridge.md says"),
    "rome": ("unreachable", "preflight: tls of the Edge", "certificate", "edge_ca_path"),
    "sofia": (
        "needs_person",
        "preflight: token of the Edge",
        "no admin rights",
        "Use an access token with admin scope",
    ),
    "tokyo": ("needs_person", "preflight: clock of the Edge", "600 seconds ahead of", "Set the clocks by NTP"),
    "vienna": (
        "needs_person",
        "licence bucket",
        "this run needs 2 licences of the bucket 'edges', and 1 of its 2 is free",
        "Release what was acquired and is not in use ('ship': 1)",
    ),
}
# The Bridge Client is installed with the Edge's join key, so that is there before the bridge.
STEPS_BEFORE_BRIDGE = {"quito": {"join_key", "restart"}}
OF_PREFLIGHT = {"rome": "tls", "sofia": "token", "tokyo": "clock"}


@pytest.fixture
def mixed(fleet: Fleet) -> Fleet:
    simulator, platform = fleet.simulator, fleet.simulator.platform
    file = platform.make_license_bucket(2)
    platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)
    platform.buckets[BUCKET].take(1, platform.buckets[BUCKET].labelled, "ship")
    fleet.add("lyon", licensed=False, edge_license_bucket=BUCKET, edge_connection="direct")
    for name in ("osaka", "quito"):
        edge = fleet.add(name, version=BRIDGED, edge_connection="bridge", edge_bridge_id=name)
        edge.outbound_only = edge.bridge_client = True
    simulator.bridges.establish(simulator.edge("osaka"), "osaka")
    other_ca = fleet.folder / "secrets" / "other.pem"
    other_ca.write_text(to_pem(self_signed("Another CA", POOL.take())))
    fleet.add("rome", edge_ca_path=str(other_ca))
    sofia = fleet.add("sofia")
    fleet.variables["sofia"]["edge_access_token"] = sofia.admin_token(scope="applied-permissions/user")
    fleet.add("tokyo")
    simulator.clock.skew["tokyo"] = 600.0
    fleet.add("vienna", licensed=False, edge_license_bucket=BUCKET)
    return fleet


def homes(fleet: Fleet) -> dict[str, tuple[int, bytes]]:
    """The files of those that are not to be touched."""
    folders = [str(fleet.simulator.edge(name).nodes[0].home) for name in TOLD if name != "quito"]
    return {path: seen for path, seen in fleet.snapshot().items() if path.startswith(tuple(folders))}


@pytest.mark.slow
def test_edges_that_cannot_be_joined_are_told_and_left_alone_and_the_next_run_joins_those_that_were_mended(
    mixed: Fleet,
) -> None:
    simulator, platform = mixed.simulator, mixed.simulator.platform
    before = homes(mixed)

    looked = mixed.run("preflight.yml")

    assert looked.code == 2
    for name, check in OF_PREFLIGHT.items():
        assert f"Edge '{name}': {check}" in looked.output, looked.output
    assert simulator.calls.writes == []

    first = mixed.run("onboard_edge.yml")

    assert first.code == 4, first.output  # rome could not be read
    states = {name: state for name, (state, *_told) in TOLD.items()}
    assert mixed.edge_states(first) == {**dict.fromkeys(JOINED, "corrected"), **states}
    for name, (_state, what, reason, remedy) in TOLD.items():
        found = {finding["what"]: finding for finding in first.edge(name)["findings"]}
        assert reason in found[what]["reason"], found
        assert remedy in found[what]["remedy"], found
        assert {change["step"] for change in first.edge(name)["corrected"]} == STEPS_BEFORE_BRIDGE.get(name, set())
        assert f"needs a person: {what}: " in first.output
    assert homes(mixed) == before
    assert {call.site for call in simulator.calls.writes if call.by_client} <= {"acme", *JOINED}
    assert sorted((jpd["name"], jpd["url"]) for jpd in platform.jpds[1:]) == [
        ("lyon", simulator.edge("lyon").url + "/"),
        ("osaka", "http://localhost:8046/bridge-osaka/"),
    ]

    # All is mended, and somebody has renamed the JPD behind the bridge.
    simulator.bridges.establish(simulator.edge("quito"), "quito")
    mixed.variables["rome"].pop("edge_ca_path")
    mixed.variables["sofia"]["edge_access_token"] = simulator.edge("sofia").admin_token()
    del simulator.clock.skew["tokyo"]
    platform.buckets[BUCKET].release("ship")
    platform.edit_jpd("osaka", name="kobe")
    simulator.calls.clear()
    second = mixed.run("onboard_edge.yml")

    assert second.code == 0, second.output
    assert mixed.edge_states(second) == {"lyon": "in_order", "osaka": "corrected", **dict.fromkeys(TOLD, "corrected")}
    assert second.edge("osaka")["corrected"][0]["reason"] == 'name is "kobe" instead of "osaka"'
    paired = {call.site for call in simulator.calls.find(method="POST", path="/access/api/v1/service_trust")}
    assert paired == set(TOLD)
    made = [call for call in simulator.calls.find(method="POST", path="/mc/api/v1/jpds") if call.status == 201]
    assert len(made) == len(TOLD)

    simulator.bridges.remove("osaka", simulator.edge("osaka"))
    simulator.calls.clear()
    last = mixed.run("onboard_edge.yml")

    assert (last.code, last.changed, simulator.calls.writes) == (2, 0, []), last.output
    order = dict.fromkeys([*JOINED, *TOLD], "in_order")
    assert mixed.edge_states(last) == {**order, "osaka": "needs_person"}
    assert {finding["what"] for finding in last.edge("osaka")["findings"]} >= {"bridge"}
    of_preflight = ("/artifactory/api/system/verifyconnection", "/mc/api/v1/system")
    assert [call for path in of_preflight for call in simulator.calls.find(path=path)] == []
