# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reset_master_key.yml``: the documented reset, with a DBA between its two runs."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from integration.fleet import Fleet
from integration.killing import run_until_task
from simulator import certificates
from simulator.commands import COMMANDS

PLAYBOOK = "reset_master_key.yml"
NEW_KEY = "5ec2e7a1" * 4
CIPHER = "JE" + "3x4mpleC1pherText" * 3
BREAKS = ["join_key", "root_certificate", "access_tokens", "circle_of_trust", "pairing", "encrypted_settings"]


def add_edge(fleet: Fleet, *, version: str = "7.104.2", nodes: int = 2) -> Any:
    """An Edge whose join key the inventory has, and everything that the reset asks for."""
    edge = fleet.add(
        "osaka",
        nodes=nodes,
        version=version,
        edge_master_key=NEW_KEY,
        edge_master_key_reset_acknowledged=[*BREAKS, *(["ldap_settings"] if version.startswith("7.") else [])],
        edge_master_key_reset_database_backup="pg_dump of 2026-11-22, 09:00",
        edge_master_key_reset_stop=True,
    )
    (fleet.folder / "secrets/osaka.join.key").write_text(edge.database.join_key)
    return edge


def statements_of(fleet: Fleet) -> Path:
    return fleet.folder / "master_key_resets/osaka/statements.sql"


def play_the_dba(fleet: Fleet) -> None:
    COMMANDS["reset-master-key"](fleet.simulator, edge="osaka")


def confirm(fleet: Fleet) -> None:
    fleet.variables["osaka"]["edge_master_key_reset_database_done"] = True


def checked(fleet: Fleet) -> None:
    """Check mode finds nothing that speaks against the run, and changes nothing."""
    before = fleet.snapshot()
    run = fleet.run(PLAYBOOK, "--check", "--diff")
    assert run.code == 0, run.output
    assert run.changed > 0
    assert fleet.snapshot() == before


@pytest.mark.parametrize("version", ["7.104.2", "6.23.1"])
def test_reset_in_two_runs_gives_all_nodes_the_new_key(fleet: Fleet, version: str) -> None:
    osaka = add_edge(fleet, version=version)
    former = osaka.nodes[0].layout.master_key.read_text()
    root = osaka.database.root_certificate
    join_key = osaka.database.join_key

    checked(fleet)
    first = fleet.run(PLAYBOOK, verbosity=3)

    assert first.code == 0, first.output
    assert [node.state for node in osaka.nodes] == ["stopped", "stopped"]
    assert [node.layout.master_key.read_text() for node in osaka.nodes] == [former, former]
    sql = statements_of(fleet)
    assert stat.S_IMODE(sql.stat().st_mode) == 0o600
    assert "DELETE FROM access_master_key_status WHERE status = 'on';" in sql.read_text()
    assert ("OR data LIKE 'AM%'" in sql.read_text()) == version.startswith("6.")
    assert "mc_token" not in sql.read_text()
    started = fleet.run("correct_drift.yml")
    assert started.code == 2
    assert [node.state for node in osaka.nodes] == ["stopped", "stopped"]

    play_the_dba(fleet)
    confirm(fleet)
    checked(fleet)
    second = fleet.run(PLAYBOOK, verbosity=3)

    assert second.code == 0, second.output
    assert [node.state for node in osaka.nodes] == ["running", "running"]
    assert [node.layout.master_key.read_text() for node in osaka.nodes] == [NEW_KEY, NEW_KEY]
    assert osaka.database.join_key == join_key
    assert osaka.database.root_certificate != root
    fleet.simulator.switches.trusted_import_delay = 0.0
    osaka.nodes[0].tick()
    assert certificates.sha256(root) in osaka.database.trusted
    kept = next((osaka.nodes[0].layout.var / "hybrid.jfrog").glob("master_key_reset-*"))
    assert (kept / "master.key").read_text() == former
    assert stat.S_IMODE((kept / "master.key").stat().st_mode) == 0o600
    assert "onboard_edge.yml" in second.output
    for secret in (former, NEW_KEY, join_key):
        assert secret not in first.output + second.output
    assert not statements_of(fleet).exists()

    before = fleet.snapshot()
    third = fleet.run(PLAYBOOK)

    assert (third.code, third.changed) == (0, 0), third.output
    assert "The master key of osaka was reset. Left to people:" in third.output
    assert fleet.snapshot() == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param(
            {"edge_master_key_reset_acknowledged": ["join_key"]},
            ("root_certificate: a new root certificate is made", "support request", "LDAP settings", "pairs again"),
            id="not-acknowledged",
        ),
        pytest.param({"edge_master_key_reset_database_backup": ""}, ("no backup of the database",), id="no-backup"),
        pytest.param({"edge_master_key_reset_stop": False}, ("osaka-1, osaka-2 run",), id="running"),
        pytest.param({"edge_master_key": None}, ("the same new key on all of them",), id="no-new-key"),
        pytest.param({"edge_master_key": "ab" * 24}, ("48 hexadecimal digits",), id="bad-new-key"),
        pytest.param(
            {"edge_master_key_reset_database_done": True}, ("the statements for it were not written",), id="too-early"
        ),
        pytest.param({"edge_service_control": "none"}, ("run cannot be told",), id="no-control"),
    ],
)
def test_reset_that_lacks_something_is_refused_and_nothing_is_written(
    fleet: Fleet, changes: dict[str, Any], says: tuple[str, ...]
) -> None:
    osaka = add_edge(fleet)
    fleet.variables["osaka"].update(changes)
    before = fleet.snapshot()

    run = fleet.run(PLAYBOOK)

    assert run.code == 2
    told = " ".join(run.output.split())
    assert [words for words in says if words not in told] == []
    assert "Traceback" not in run.output
    assert fleet.snapshot() == before
    assert [node.state for node in osaka.nodes] == ["running", "running"]
    assert not statements_of(fleet).parent.exists()


def test_reset_to_the_key_that_the_nodes_have_is_refused(fleet: Fleet) -> None:
    osaka = add_edge(fleet, nodes=1)
    fleet.variables["osaka"]["edge_master_key"] = osaka.nodes[0].layout.master_key.read_text()

    run = fleet.run(PLAYBOOK)

    assert run.code == 2
    assert "is the one that its nodes have. Put the new one there" in " ".join(run.output.split())
    assert osaka.nodes[0].state == "running"


@pytest.mark.slow
def test_reset_names_every_cipher_text_and_mission_control(fleet: Fleet) -> None:
    osaka = add_edge(fleet, nodes=1)
    layout = osaka.nodes[0].layout
    layout.system_yaml.write_text(f"shared:\n  database:\n    password: {CIPHER}\nmc:\n  enabled: true\n")
    store = layout.var / "etc/artifactory/binarystore.xml"
    store.write_text(
        f'<config version="2"><chain template="s3"/><provider id="s3" type="s3-storage-v3">'
        f"<identity>plain</identity><credential>{CIPHER}</credential></provider></config>"
    )

    run = fleet.run(PLAYBOOK)

    assert run.code == 2
    told = " ".join(run.output.split())
    assert f"{layout.system_yaml} on osaka-1 has cipher text in shared.database.password" in told
    assert f"{store} on osaka-1 has cipher text in /config/provider[s3]/credential" in told
    assert "mission_control: rows of the embedded Mission Control" in told
    assert CIPHER not in run.output
    assert osaka.nodes[0].state == "running"

    layout.system_yaml.write_text("shared:\n  database:\n    password: plain\nmc:\n  enabled: true\n")
    store.write_text(store.read_text().replace(CIPHER, "plain"))
    fleet.variables["osaka"]["edge_master_key_reset_acknowledged"].append("mission_control")
    prepared = fleet.run(PLAYBOOK)
    assert prepared.code == 0, prepared.output
    assert "DELETE FROM mc_cluster_info WHERE property_key = 'master_key_hash';" in statements_of(fleet).read_text()


def test_reset_of_more_than_one_edge_is_refused(fleet: Fleet) -> None:
    add_edge(fleet, nodes=1)
    fleet.add("lyon")

    run = fleet.run(PLAYBOOK)

    assert run.code == 2
    assert "one Edge at a time" in run.output


@pytest.mark.slow
def test_reset_whose_database_was_not_done_is_finished_when_it_is(fleet: Fleet) -> None:
    osaka = add_edge(fleet)
    assert fleet.run(PLAYBOOK).code == 0
    confirm(fleet)

    too_early = fleet.run(PLAYBOOK)
    assert too_early.code == 2
    assert "Master key checksum mismatch" in too_early.output
    assert osaka.nodes[1].state == "stopped"

    play_the_dba(fleet)
    del fleet.variables["osaka"]["edge_master_key_reset_database_done"]
    finished = fleet.run(PLAYBOOK)

    assert finished.code == 0, finished.output
    assert [node.state for node in osaka.nodes] == ["running", "running"]
    assert [node.layout.master_key.read_text() for node in osaka.nodes] == [NEW_KEY, NEW_KEY]


STEP, START = "Bring the node to the next step", "Start the node again when it is due"
FIRST_RUN = [("Plan the next step", 1), (STEP, 1), ("Write the statements", 1)]
SECOND_RUN = [
    ("Plan the next step", 1),
    (STEP, 1),  # before any node has the new key
    ("Supply the join key", 1),
    (START, 1),
    (START, 2),
    (STEP, 2),  # before the former root is trusted
    (STEP, 3),  # before the end
    ("Say what is left", 1),
]


@pytest.mark.slow
def test_reset_killed_at_its_steps_is_finished_by_the_next_run(fleet: Fleet) -> None:
    """Each kill comes a step later than the one before it, and the next run goes on from there."""
    osaka = add_edge(fleet)
    for task, number in FIRST_RUN:
        assert run_until_task(fleet, PLAYBOOK, number, task), task
    assert fleet.run(PLAYBOOK).code == 0
    assert [node.state for node in osaka.nodes] == ["stopped", "stopped"]
    play_the_dba(fleet)
    confirm(fleet)
    for task, number in SECOND_RUN:
        assert run_until_task(fleet, PLAYBOOK, number, task), task

    # All nodes have ended their reset by now, so there is nothing left but to say what is left to people.
    assert [node.state for node in osaka.nodes] == ["running", "running"]
    assert [node.layout.master_key.read_text() for node in osaka.nodes] == [NEW_KEY, NEW_KEY]
    assert osaka.database.join_key == (fleet.folder / "secrets/osaka.join.key").read_text()
    assert [(node.layout.var / "hybrid.jfrog/master_key_reset").exists() for node in osaka.nodes] == [False, False]
    again = fleet.run(PLAYBOOK)
    assert (again.code, again.changed) == (0, 0), again.output
    assert "Run onboard_edge.yml: it pairs the Edge with the platform again" in again.output
    assert not statements_of(fleet).exists()
