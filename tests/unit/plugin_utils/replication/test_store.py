# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a mesh as a file: whole, private, with what it was before, and never written over by a second run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.scope import Scope
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.state import (
    State,
    StateError,
    new_state,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.store import Store


def state(run: int, **golden: object) -> State:
    return {**new_state("mesh", Scope()), "run": run, "golden": {"users": dict(golden)}}  # type: ignore[typeddict-item]


def store(folder: Path, *, keep: int = 5, mesh: str = "mesh") -> Store:
    return Store(str(folder / "state/mesh.json"), mesh=mesh, keep=keep)


def test_state_that_was_never_saved_is_none(tmp_path: Path) -> None:
    assert store(tmp_path).load() is None


def test_state_is_saved_for_its_owner_only_and_comes_back_the_same(tmp_path: Path) -> None:
    first = store(tmp_path)
    first.load()
    first.save(state(1, alice={"admin": True}))

    assert store(tmp_path).load() == state(1, alice={"admin": True})
    assert (tmp_path / "state/mesh.json").stat().st_mode & 0o777 == 0o600


def test_last_earlier_runs_are_kept_and_one_of_them_can_be_read(tmp_path: Path) -> None:
    kept = store(tmp_path, keep=2)
    kept.load()
    for run in range(1, 6):
        kept.save(state(run, alice={"run": run}))
        kept.save(state(run, alice={"run": run, "again": True}))  # after each instance of a run

    assert kept.generations() == [3, 4]
    assert kept.generation(3) == state(3, alice={"run": 3, "again": True})
    with pytest.raises(StateError, match=r"run 2: its state is not kept\. Name one of those that are: 3, 4"):
        kept.generation(2)


def test_second_controller_cannot_save_over_what_the_first_one_saved(tmp_path: Path) -> None:
    first, second = store(tmp_path), store(tmp_path)
    first.load()
    second.load()
    first.save(state(1, alice={}))

    with pytest.raises(StateError, match="another controller has saved run 1"):
        second.save(state(1, bob={}))

    assert store(tmp_path).load() == state(1, alice={})


def test_state_that_vanished_meanwhile_is_not_written_again(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.load()
    kept.save(state(1))
    (tmp_path / "state/mesh.json").unlink()

    with pytest.raises(StateError, match="is not what it was"):
        kept.save(state(2))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(lambda text: text[: len(text) // 2], "it is no state", id="cut-off"),
        pytest.param(lambda text: "", "it is no state", id="empty"),
        pytest.param(lambda text: text.replace('"run": 1', '"run": 2'), "changed or damaged", id="edited"),
        pytest.param(lambda text: json.dumps({**json.loads(text), "version": 99}), "version 99", id="of-tomorrow"),
    ],
)
def test_state_that_is_damaged_stops_with_its_path_and_is_left_as_it_is(
    tmp_path: Path, damage: object, words: str
) -> None:
    kept = store(tmp_path)
    kept.load()
    kept.save(state(1, alice={}))
    path = tmp_path / "state/mesh.json"
    damaged = damage(path.read_text())  # type: ignore[operator]
    path.write_text(damaged)

    with pytest.raises(StateError, match=words) as refused:
        store(tmp_path).load()

    assert str(path) in refused.value.msg
    assert path.read_text() == damaged


def test_state_of_another_mesh_is_refused(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.load()
    kept.save(state(1))
    with pytest.raises(StateError, match="it is of the mesh 'mesh'"):
        store(tmp_path, mesh="other").load()
