# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes to one instance: side by side within a step, the steps in order: security-replication.md 2.5, 5.8, 7.2."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.writes import Write
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication import writing
from simulator.simulator import Simulator
from unit.plugin_utils.replication.mesh import Mesh, granting

MANY = 8
ALL_DELETIONS = {kind: {"percent": 100} for kind in ("users", "groups", "permissions")}


@pytest.fixture
def mesh(simulator: Simulator, tmp_path: Path) -> Mesh:
    """Of two; lyon gets, changes and loses some objects of each kind."""
    mesh = Mesh(simulator, tmp_path)
    del mesh.instances["osaka"]
    for number in range(MANY):
        for word in ("kept", "lost"):
            mesh.add_user("acme", f"{word}{number}")
            mesh.add_group("acme", f"{word}-group{number}")
            mesh.put("acme", "permissions", f"{word}-permission{number}", granting("libs"))
    mesh.run()
    for number in range(MANY):
        mesh.add_user("acme", f"new{number}", groups=[f"new-group{number}"])
        mesh.add_group("acme", f"new-group{number}")
        mesh.put("acme", "permissions", f"new-permission{number}", granting("libs", **{f"new{number}": ["READ"]}))
        mesh.add_user("acme", f"kept{number}", email="other@example.com")
        mesh.add_group("acme", f"kept-group{number}", description="Changed")
        mesh.put("acme", "permissions", f"kept-permission{number}", granting("libs", **{f"kept{number}": ["WRITE"]}))
        for kind, name in (("users", "lost"), ("groups", "lost-group"), ("permissions", "lost-permission")):
            mesh.sites["acme"].security.remove(kind, f"{name}{number}")
    return mesh


class Watch:
    """Which writes are under way at the same time."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str]] = []
        self.together: set[frozenset[tuple[str, str]]] = set()
        self.most = 0
        self._now: list[tuple[str, str]] = []
        self._turn = threading.Lock()

    @contextmanager
    def write(self, write: Write) -> Iterator[None]:
        step = (write["action"], write["kind"])
        with self._turn:
            self.begun.append(step)
            self._now.append(step)
            self.most = max(self.most, len(self._now))
            self.together.add(frozenset(self._now))
        try:
            yield
        finally:
            with self._turn:
                self._now.remove(step)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    write_object = writing.write_object

    def watched(api, write, **options):  # type: ignore[no-untyped-def]
        with watch.write(write):
            return write_object(api, write, **options)

    monkeypatch.setattr(writing, "write_object", watched)
    return watch


def test_steps_come_one_after_the_other_and_the_objects_of_one_side_by_side(mesh: Mesh, watch: Watch) -> None:
    result = mesh.run(delete_thresholds=ALL_DELETIONS)

    assert "failed" not in result, result
    assert [step for step, _group in itertools.groupby(watch.begun)] == [
        ("create", "permissions"),
        ("create", "groups"),
        ("create", "users"),
        ("update", "permissions"),
        ("update", "groups"),
        ("update", "users"),
        ("delete", "users"),
        ("delete", "groups"),
        ("delete", "permissions"),
    ]
    assert [steps for steps in watch.together if len(steps) > 1] == []
    assert watch.most == 4
    # What is told has the order of the plan, whichever was done first.
    told = [(one["kind"], one["name"]) for one in result["instances"]["lyon"]["outcomes"]]
    assert told == [(one["kind"], one["name"]) for one in result["instances"]["lyon"]["plan"]]
    for number in range(MANY):
        assert mesh.get("lyon", "users", f"new{number}")["groups"] == [f"new-group{number}"]
        assert not mesh.sites["lyon"].security.has("groups", f"lost-group{number}")
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


@pytest.mark.parametrize("bound", [1, 2])
def test_no_more_writes_are_under_way_than_the_task_allows(mesh: Mesh, watch: Watch, bound: int) -> None:
    mesh.run(max_parallel=bound)

    assert watch.most == bound


def test_failures_end_the_run_of_an_instance_soon_and_the_next_run_makes_what_is_left(mesh: Mesh, watch: Watch) -> None:
    mesh.simulator.faults.add(site="lyon", method="POST", path="/access/api/v2/groups", kind="500", times=None)

    failed = mesh.run(give_up_after=2, max_parallel=3, delete_thresholds=ALL_DELETIONS)

    # Two ended it, and what was under way beside them still ended.
    kinds = [kind for action, kind in watch.begun if action == "create"]
    assert kinds.count("permissions") == MANY
    assert 2 <= kinds.count("groups") <= 2 + 2
    assert "users" not in kinds
    assert "broken off: " in failed["msg"]
    assert "objects could not be written" in failed["instances"]["lyon"]["broken_off"]

    mesh.simulator.faults.clear()
    mended = mesh.run(delete_thresholds=ALL_DELETIONS)

    assert "failed" not in mended, mended
    assert mesh.holds("groups", "new-group7") == ["acme", "lyon"]
    assert mesh.get("lyon", "users", "new7")["groups"] == ["new-group7"]


def test_token_that_is_refused_in_the_middle_loses_nothing_that_was_written(
    mesh: Mesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = JFrogSession.call
    left = itertools.count(MANY - 5, -1)

    def refused_later(session, method, path, **options):  # type: ignore[no-untyped-def]
        if method == "POST" and "/v2/groups" in path and next(left) <= 0:
            raise ApiError("Cannot create: it answered 401.", http_status=401)
        return call(session, method, path, **options)

    monkeypatch.setattr(JFrogSession, "call", refused_later)

    broken = mesh.run()

    written = [one["name"] for one in broken["instances"]["lyon"]["outcomes"] if one["kind"] == "groups"]
    assert broken["instances"]["lyon"]["broken_off"] == "Cannot create: it answered 401."
    assert len(written) == MANY - 5
    assert [name for name in written if name not in mesh.state["instances"]["lyon"]["base"]["groups"]] == []
