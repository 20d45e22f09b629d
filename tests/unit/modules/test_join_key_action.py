# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions around the two keys, by ansible-playbook."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import fingerprint
from simulator.node.testing import Workbench
from unit.modules.node_cases import KEY, OTHER
from unit.modules.play import play
from unit.node.node_tree import put

# Nobody listens there: what fails with a designed error has not tried to connect.
UNREACHABLE = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}


def test_key_actions_check_make_and_supply_keys(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "sim").started()
    fresh = Workbench(tmp_path / "fresh").node()
    home = {"artifactory_home": str(node.home)}
    store, vaulted = tmp_path / "secrets/lyon.key", tmp_path / "secrets/rome.key"
    password = put(tmp_path / "password", "a vault password")
    master = put(tmp_path / "master.key", KEY + "\n")
    made = {**home, "key_file": str(store), "generate": True}
    rome = {"artifactory_home": str(fresh.home), "key_file": str(vaulted), "generate": True, "vault": True, "bits": 128}
    played = play(
        tmp_path / "play",
        {
            "bad": {"hybrid.jfrog.join_key": {**home, "key": "b" * 48}, "vars": UNREACHABLE},
            "made": {"hybrid.jfrog.join_key": made},
            "again": {"hybrid.jfrog.join_key": made},
            "vaulted": {"hybrid.jfrog.join_key": rome},
            "master": {"hybrid.jfrog.master_key": {"artifactory_home": str(fresh.home), "key_file": str(master)}},
            "master differs": {"hybrid.jfrog.master_key": {**home, "key": OTHER}},
        },
        "-vvvv",
        "--diff",
        f"--vault-id=default@{password}",
    )
    results = played.results

    assert results["bad"]["failed"]
    assert "unreachable" not in results["bad"]
    assert "48 hexadecimal digits" in results["bad"]["msg"]

    key = store.read_text()
    assert results["made"]["changed"]
    assert results["made"]["key"]["fingerprint"] == fingerprint(key)
    assert results["made"]["key_file"] == {"path": str(store), "created": True}
    assert node.layout.bootstrap_join_key.read_text() == key
    assert (results["again"]["changed"], results["again"]["key_file"]["created"]) == (False, False)

    assert vaulted.read_text().startswith("$ANSIBLE_VAULT;")
    supplied = fresh.layout.bootstrap_join_key.read_text()
    assert len(supplied) == 32
    assert results["vaulted"]["key"]["fingerprint"] == fingerprint(supplied)

    assert fresh.layout.master_key.read_text() == KEY
    assert results["master"]["changed"]
    assert results["master differs"]["failed"]
    assert "nothing is written" in results["master differs"]["msg"]

    for secret in (key, supplied, KEY, node.layout.master_key.read_text(), OTHER):
        assert secret not in played.output
