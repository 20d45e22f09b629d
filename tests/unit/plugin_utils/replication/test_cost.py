# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run costs that finds nothing to do, counted and never timed: security-replication.md 5.8, 7.5."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication import store
from benchmark.replication.simulated import NAMES, SINGLE, fill
from simulator.simulator import Simulator
from unit.plugin_utils.replication.mesh import Mesh

USERS = 50
# Those that are made here, and what every instance has from its beginning.
OBJECTS = USERS + USERS // 10 * 2 + len(("admin", "anonymous", "_internal", "access-admin", "xray")) + 1 + 2


@pytest.fixture
def mesh(simulator: Simulator, tmp_path: Path) -> Mesh:
    """Three instances in step, that have met."""
    mesh = Mesh(simulator, tmp_path)
    for site in mesh.sites.values():
        fill(site, USERS)
    mesh.run()
    return mesh


@pytest.mark.parametrize("parallel", [1, 4])
def test_run_over_instances_in_step_reads_each_object_once_and_writes_nothing(mesh: Mesh, parallel: int) -> None:
    result = mesh.run(max_parallel=parallel)

    assert (result["changed"], mesh.writes) == (False, [])
    for name in NAMES:
        calls = [call for call in mesh.simulator.calls if call.site == name]
        read = Counter(call.path for call in calls if call.path.startswith(SINGLE))
        assert (len(read), max(read.values())) == (OBJECTS, 1)
        # The version, the token, the id, the repositories; of each kind the probe, the list, and a look at its end.
        assert len(calls) - len(read) <= 4 + 3 * 3
        assert len({call.connection for call in calls}) <= parallel


def test_run_says_how_far_the_reading_is(mesh: Mesh, capsys: pytest.CaptureFixture[str]) -> None:
    mesh.simulator.faults.add(path="/access/api/v2/users/", kind="slow", times=10, seconds=0.2)

    mesh.run(progress_interval=0.1)

    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Read ")]
    assert {line.partition(":")[0] for line in told} == {f"Read {name}" for name in NAMES}
    assert all(" objects of a kind after " in line for line in told)


def test_run_over_instances_in_step_saves_its_state_once(mesh: Mesh, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = []
    whole = store.write_whole
    monkeypatch.setattr(
        store, "write_whole", lambda path, *rest, **more: (saved.append(path), whole(path, *rest, **more))
    )

    mesh.run()

    # Before it, that of the run before is put aside.
    assert [Path(path).name for path in saved] == ["state.json.run-1", "state.json"]
    assert {name: one["run"] for name, one in mesh.state["instances"].items()} == dict.fromkeys(NAMES, 2)
