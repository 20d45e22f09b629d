# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loss is noticed: each is made by hand in a fleet that is in order, and has to be found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos import invariants, stranger
from chaos.launching import Ended
from chaos.scenarios import build_drift, build_join_key
from chaos.schedule import ALONE, HA, Schedule
from chaos.world import STRANGER, World, world

NOTHING = Schedule(0, "correct_drift", ())


@pytest.fixture
def made(tmp_path: Path) -> Iterator[World]:
    """Two Edges, licences, a stranger, and join keys in the store."""
    with world(tmp_path) as found:
        build_drift(found)
        stranger.settle(found)
        yield found


def second_jpd(made: World) -> None:
    made.platform.jpds.append({**made.platform.jpd(ALONE), "id": "JPD-99"})


def lost_licence(made: World) -> None:
    made.platform.buckets["edges"].free.pop()


def doubled_licence(made: World) -> None:
    bucket = made.platform.buckets["edges"]
    bucket.given[made.platform.jpd(ALONE)["id"]] = [bucket.free.pop(), bucket.free.pop()]


def lost_master_key(made: World) -> None:
    made.nodes[0].layout.master_key.write_text("0f" * 32)


def foreign_join_key(made: World) -> None:
    made.simulator.edge(HA).replace_join_key_in_database("ab" * 32)


def stranger_deleted(made: World) -> None:
    made.platform.delete_jpd(STRANGER)


def stranger_revoked(made: World) -> None:
    record = next(one for one in made.platform.database.tokens.values() if one.description == stranger.TOKEN)
    record.revoked = True


def half_a_file(made: World) -> None:
    (made.nodes[0].layout.tls_trusted / "ca.crt").write_text("-----BEGIN CERTIFICATE-----\nMII")


def empty_key(made: World) -> None:
    (made.fleet.folder / "secrets/lyon.join.key").write_text("")


def temporary_file(made: World) -> None:
    (made.nodes[0].layout.security / ".join.key.hybrid.jfrog.tmp").write_text("x")


def lying_ledger(made: World) -> None:
    path = made.nodes[0].layout.var / "hybrid.jfrog/ledger.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"join_key": {"salt": "00" * 8, "hash": "0" * 64, "confirmed_at": None}}))


@pytest.mark.parametrize(
    ("lose", "found"),
    [
        pytest.param(second_jpd, "two JPDs with the names lyon", id="second-jpd"),
        pytest.param(lost_licence, "the bucket has 5 licences and not 6", id="lost-licence"),
        pytest.param(doubled_licence, "2 licences were given to lyon", id="doubled-licence"),
        pytest.param(lost_master_key, "a master key of lyon-1 is lost", id="lost-master-key"),
        pytest.param(foreign_join_key, "the join key that osaka was given is on no controller", id="lost-join-key"),
        pytest.param(stranger_deleted, "the JPD of rome is gone", id="stranger-s-jpd"),
        pytest.param(stranger_revoked, "a token of somebody else at acme", id="stranger-s-token"),
        pytest.param(half_a_file, "ca.crt is not whole: it ends in the middle", id="half-a-certificate"),
        pytest.param(empty_key, "lyon.join.key is not whole: it is empty", id="empty-key"),
        pytest.param(temporary_file, ".join.key.hybrid.jfrog.tmp was left behind", id="temporary-file"),
        pytest.param(lying_ledger, "the ledger of lyon-1 knows a join key that nobody has", id="ledger"),
    ],
)
def test_loss_is_found(made: World, lose: Callable[[World], None], found: str) -> None:
    assert [*invariants.of_state(made), *invariants.of_files(made, NOTHING, killed=False)] == []
    lose(made)
    told = [*invariants.of_state(made), *invariants.of_files(made, NOTHING, killed=False)]
    assert any(found in one for one in told), told


@pytest.mark.parametrize(
    ("event", "told"),
    [
        pytest.param({"where": "node", "node": "lyon-1"}, [], id="its-own-disk"),
        pytest.param({"where": "node", "node": "osaka-1"}, ["left behind"], id="another-node-s"),
        pytest.param({"where": "controller"}, ["left behind"], id="the-controller-s"),
    ],
)
def test_temporary_file_is_excused_on_a_disk_that_became_read_only_alone(
    made: World, event: dict[str, Any], told: list[str]
) -> None:
    temporary_file(made)
    schedule = Schedule(0, "correct_drift", ({**event, "kind": "read_only", "after": 0},))

    found = invariants.of_files(made, schedule, killed=False)

    assert [one[-len("left behind") :] for one in found] == told


def test_lost_former_join_key_is_found(tmp_path: Path) -> None:
    with world(tmp_path) as made:
        build_join_key(made)
        stranger.settle(made)
        assert invariants.keys(made) == []
        for node in made.simulator.edge(HA).nodes:
            node.layout.live_join_key.unlink()
        (made.fleet.folder / "secrets/osaka.join.key").write_text("cd" * 32)
        assert "the former join key of osaka is lost" in invariants.keys(made)


SCHEDULE = Schedule(1, "correct_drift", ())
TOLD = "Cannot read the JPDs of https://acme.example.com: the platform answered 503. Run again later."


def failing(message: str) -> str:
    return f"fatal: [lyon-1]: FAILED! => {json.dumps({'changed': False, 'msg': message})}\n"


@pytest.mark.parametrize(
    ("code", "output", "found"),
    [
        pytest.param(2, failing(TOLD), [], id="cause-and-remedy"),
        pytest.param(2, failing("2 Edges: 1 drifted, 1 corrected."), [], id="summary"),
        pytest.param(2, failing("Cannot do it."), ["a failure without cause and remedy: 'Cannot do it.'"], id="bare"),
        pytest.param(0, "", ["exit code 0, although"], id="not-done"),
        pytest.param(250, "", ["exit code 250"], id="exit-code"),
        pytest.param(
            2,
            "Traceback (most recent call last):\n",
            ["an accident on the terminal: Traceback (most recent call last):"],
            id="traceback",
        ),
    ],
)
def test_answer_is_judged(made: World, code: int, output: str, found: list[str]) -> None:
    told = invariants.of_answer(made, SCHEDULE, Ended(code, output))
    assert [one[: len(expected)] for one, expected in zip(told, found)] == found
    assert len(told) == len(found)


def test_secret_on_the_terminal_is_found(made: World) -> None:
    key = made.simulator.edge(ALONE).database.join_key
    assert invariants.of_secrets(made, Ended(0, "")) == []
    assert "join key of lyon is on the terminal" in invariants.of_secrets(made, Ended(0, f"key {key}"))
