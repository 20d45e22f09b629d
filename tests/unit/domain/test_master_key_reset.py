# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.master_key_reset import (
    ResettingEdge,
    Wishes,
    consequences,
    left_to_people,
    obstacles,
    plain_text_hint,
    statements,
)
from unit.domain.node_shapes import node_shape

CLEAN: dict[str, Any] = {"cipher_texts": [], "mission_control": False, "reset": None}
PREPARED = {**CLEAN, "reset": {"begun_at": "2026-11-22T10:00:00.000Z", "replaced_at": None, "trusted_at": None}}
REPLACED = {**PREPARED, "reset": {**PREPARED["reset"], "replaced_at": "2026-11-22T11:00:00.000Z"}}
WITH_MC = {**CLEAN, "mission_control": True}
WITH_CIPHER = {**CLEAN, "cipher_texts": [{"file": "/etc/x", "key": "shared.database.password"}]}
ALL = (
    "join_key",
    "root_certificate",
    "access_tokens",
    "circle_of_trust",
    "pairing",
    "encrypted_settings",
    "ldap_settings",
)
READY = Wishes(acknowledged=ALL, database_backup="a dump")


def edge(seen: Any = CLEAN, *, version: str = "7.104.2", nodes: int = 1, running: bool = False, **given: Any) -> Any:
    shapes: dict[str, Any] = {f"osaka-{n + 1}": node_shape(running=running) for n in range(nodes)}
    for shape in shapes.values():
        shape["version"] = version
    return ResettingEdge("osaka", shapes, dict.fromkeys(shapes, seen), **{"key_known": True, **given})


def wishes(**changes: Any) -> Wishes:
    return Wishes(**{"acknowledged": ALL, "database_backup": "a dump", **changes})


@pytest.mark.parametrize(
    ("seen", "said", "written", "says"),
    [
        pytest.param(edge(), READY, False, None, id="ready"),
        pytest.param(edge(running=True), wishes(stop=True), False, None, id="may-be-stopped"),
        pytest.param(edge(running=True), READY, False, "osaka-1 run. Stop them", id="runs"),
        pytest.param(edge(absent=("osaka-2",)), READY, False, "leaves out osaka-2", id="limited"),
        pytest.param(edge(unreachable={"osaka-2": "no route"}), READY, False, "cannot be reached", id="unreachable"),
        pytest.param(
            edge(), wishes(acknowledged=()), False, "pairing: the platform's master token", id="not-acknowledged"
        ),
        pytest.param(edge(WITH_MC), READY, False, "mission_control", id="mission-control-not-acknowledged"),
        pytest.param(edge(), wishes(database_backup=""), False, "no backup", id="no-backup"),
        pytest.param(edge(nodes=2, key_known=False), READY, False, "the same new key", id="ha-without-a-key"),
        pytest.param(edge(key_known=False), READY, False, None, id="alone-without-a-key"),
        pytest.param(edge(WITH_CIPHER), READY, False, "Put the plain text there", id="cipher-text"),
        pytest.param(edge(), wishes(database_done=True), False, "not written by this controller", id="not-prepared"),
        pytest.param(edge(PREPARED), wishes(database_done=True), False, "not written by this controller", id="no-file"),
        pytest.param(edge(PREPARED), wishes(database_done=True), True, None, id="database-done"),
        pytest.param(
            edge(PREPARED, running=True), wishes(database_done=True, stop=True), True, "run them again", id="runs-again"
        ),
        pytest.param(edge(REPLACED, running=True), READY, False, None, id="interrupted-after-the-new-key"),
    ],
)
def test_obstacles_name_all_that_speaks_against_a_reset(
    seen: ResettingEdge, said: Wishes, written: bool, says: str | None
) -> None:
    found = obstacles(seen, said, statements_written=written)

    assert len(found) == (0 if says is None else 1)
    assert says is None or says in found[0]


def test_obstacles_are_told_all_at_once() -> None:
    assert len(obstacles(edge(WITH_CIPHER, running=True), Wishes(), statements_written=False)) == 4


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        pytest.param(edge(), set(ALL), id="7.104"),
        pytest.param(edge(version="7.70.9"), set(ALL) - {"ldap_settings"}, id="before-7.71"),
        pytest.param(edge(WITH_MC), {*ALL, "mission_control"}, id="mission-control"),
    ],
)
def test_consequences_are_those_of_the_version_and_its_services(seen: ResettingEdge, words: set[str]) -> None:
    assert set(consequences(seen)) == words


@pytest.mark.parametrize(
    ("generation", "mission_control", "rows"),
    [
        pytest.param("7", False, 5, id="7"),
        pytest.param("7", True, 7, id="7-with-mission-control"),
        pytest.param("6", False, 5, id="6"),
    ],
)
def test_statements_count_before_they_delete_and_again(generation: str, mission_control: bool, rows: int) -> None:
    text = statements("osaka", generation, mission_control=mission_control, backup="a dump", now="now")

    assert text.count("DELETE FROM ") == rows
    assert text.count("SELECT COUNT(*) FROM ") == 2 * rows
    assert text.index("SELECT COUNT(*)") < text.index("DELETE FROM") < text.rindex("SELECT COUNT(*)")
    assert text.rstrip().endswith("COMMIT;")
    assert text.count("COMMIT;") == 2  # one of them in the comment that says what it is for
    assert ("OR data LIKE 'AM%'" in text) == (generation == "6")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("shared.security.joinKey", "Remove that line; the join key"),
        ("shared.security.masterKey", "Remove that line; the new key"),
        ("shared.database.password", "Put the plain text there"),
    ],
)
def test_plain_text_hint_says_what_belongs_there(key: str, says: str) -> None:
    assert says in plain_text_hint(key)


@pytest.mark.parametrize(("managed", "told"), [(True, False), (False, True)])
def test_left_to_people_depends_on_who_knows_the_join_key(managed: bool, told: bool) -> None:
    left = " ".join(left_to_people(edge(), join_key_managed=managed))

    assert ("new join key to the other products" in left) == told
    assert "onboard_edge.yml" in left
    assert "LDAP" in left
