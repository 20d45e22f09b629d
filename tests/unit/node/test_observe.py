# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger, pem
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.observe import observe
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service
from simulator.certificates import self_signed, to_pem
from simulator.key_pool import POOL
from simulator.node.testing import Workbench, restart
from unit.node.node_tree import as_nobody, folder_for_all, put, seven, six, snapshot

KEY = "0123456789abcdef0123456789abcdef"


def test_observe_nothing_installed_is_no_failure(tmp_path: Path) -> None:
    node = observe(str(tmp_path), Service())

    assert not node["layout"]["installed"]
    assert node["version"] is None
    assert node["service"] == {"control": "none", "running": None, "ever_started": False}
    assert node["ledger"] == ledger.empty()
    assert node["health"] is None


@pytest.mark.parametrize("generation", ["7", "6"])
def test_observe_installed_node_has_nothing_yet(tmp_path: Path, generation: str) -> None:
    simulated = Workbench(tmp_path).node(generation=generation)
    node = observe(str(simulated.home), Service())

    assert node["layout"]["generation"] == generation
    assert node["version"] == simulated.version
    assert not node["service"]["ever_started"]
    assert (node["join_key"]["live"], node["master_key"]["present"]) == (False, False)


@pytest.mark.parametrize("generation", ["7", "6"])
def test_observe_started_node_tells_its_master_key_by_fingerprint(tmp_path: Path, generation: str) -> None:
    simulated = Workbench(tmp_path).started(generation=generation)
    before = snapshot(tmp_path)
    node = observe(str(simulated.home), Service())

    key = simulated.layout.master_key.read_text()
    assert node["service"]["ever_started"]
    assert node["join_key"]["live"]
    assert node["master_key"]["fingerprint"] == keys.fingerprint(key)
    assert node["master_key"]["problem"] is None
    assert snapshot(tmp_path) == before
    shown = json.dumps(node)
    assert key not in shown
    assert (simulated.database.join_key or "?") not in shown


def test_observe_bootstrap_key_is_pending_and_then_imported(tmp_path: Path) -> None:
    simulated = Workbench(tmp_path).started()
    put(simulated.layout.bootstrap_join_key, KEY)
    assert observe(str(simulated.home), Service())["join_key"]["pending"]["fingerprint"] == keys.fingerprint(KEY)

    restart(simulated)
    seen = observe(str(simulated.home), Service())["join_key"]
    assert not seen["pending"]["present"]
    assert seen["imported_at"] is not None
    assert seen["refused_at"] is None


def test_observe_key_replaced_in_the_database_is_refused_until_the_next_start(tmp_path: Path) -> None:
    simulated = Workbench(tmp_path).started()
    simulated.database.join_key = KEY
    simulated.tick()
    assert observe(str(simulated.home), Service())["join_key"]["refused_at"] is not None

    restart(simulated)
    assert observe(str(simulated.home), Service())["join_key"]["refused_at"] is None


def seen(file: str, text: str) -> dict[str, Any]:
    return {"file": file, "sha256": pem.der_sha256(text), "der": "".join(text.splitlines()[1:-1])}


def test_observe_certificates_are_told_by_hash_and_content(tmp_path: Path) -> None:
    simulated = Workbench(tmp_path).node()
    root, other = (to_pem(self_signed("JFrog Token Issuer", POOL.take())) for _ in range(2))
    put(simulated.layout.trusted / "acme.crt", root)
    put(simulated.layout.trusted / "bare.crt", "".join(root.splitlines()[1:-1]))
    put(simulated.layout.tls_trusted / "chain.pem", root + other)
    node = observe(str(simulated.home), Service())

    assert node["trusted_certificates"] == [
        seen("acme.crt", root),
        {"file": "bare.crt", "sha256": None, "der": None},
    ]
    assert node["tls_ca_certificates"] == [
        seen("chain.pem", root),
        seen("chain.pem", other),
    ]


def test_observe_access_keys_are_the_copies_of_the_database_and_what_waits(tmp_path: Path) -> None:
    simulated = Workbench(tmp_path).started()
    waiting = to_pem(self_signed("Example CA", POOL.take()))
    put(simulated.layout.var / "bootstrap/etc/access/keys/ca.crt", waiting)
    database = simulated.database

    assert observe(str(simulated.home), Service())["access_keys"] == {
        "root": seen("root.crt", to_pem(database.root_certificate)),
        "ca": seen("ca.crt", to_pem(database.ca_certificate)),
        "pending_root": None,
        "pending_ca": seen("ca.crt", waiting),
        "pending_root_key": False,
        "pending_ca_key": False,
        "reset_ca": False,
    }


def test_observe_master_key_kept_in_memory_is_told(tmp_path: Path) -> None:
    home = seven(tmp_path, system_yaml="shared:\n  security:\n    masterKeyExternal: true\n")
    node = observe(str(home), Service())

    assert (node["master_key"]["present"], node["master_key"]["problem"]) == (False, keys.KEPT_IN_MEMORY)
    put(home / "var/etc/security/master.key", KEY)
    assert observe(str(home), Service())["master_key"]["problem"] is None


@pytest.mark.parametrize("name", ["app/artifactory.product.version.properties", "var/etc/system.yaml"])
def test_observe_pipe_in_place_of_a_file_does_not_block(tmp_path: Path, name: str) -> None:
    home = seven(tmp_path)
    (home / name).unlink(missing_ok=True)
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(home / name)

    assert observe(str(home), Service())["layout"]["generation"] == "7"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("make", "closed"),
    [
        pytest.param(seven, "var", id="everything"),
        pytest.param(seven, "var/etc/security", id="live-join-key"),
        pytest.param(seven, "var/etc/access", id="settings-of-access"),
        pytest.param(seven, "var/etc/access/keys", id="certificates-of-access"),
        pytest.param(seven, "var/bootstrap/etc/access/keys", id="pairs-that-wait"),
        pytest.param(seven, "var/hybrid.jfrog", id="ledger"),
        pytest.param(six, "etc/security", id="live-join-key-of-6"),
        pytest.param(six, "access/etc/keys", id="certificates-of-6"),
    ],
)
def test_observe_closed_folder_asks_for_become_instead_of_calling_it_empty(make: Any, closed: str) -> None:
    with folder_for_all() as folder:
        home = make(folder)
        (home / closed).mkdir(parents=True, exist_ok=True)
        (home / closed).chmod(0o700)
        with as_nobody(), pytest.raises(EdgeError) as caught:
            observe(str(home), Service())

    assert str(home / closed) in caught.value.msg
    assert "Run the task with become: true" in caught.value.msg
