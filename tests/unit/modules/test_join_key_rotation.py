# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key files of a rotation on the controller; the whole is in tests/integration/test_rotate_join_key.py."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ConflictError,
    EdgeError,
    KeyFormatError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import fingerprint
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files import key_version
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._keys import rotating
from unit.domain.node_shapes import node_shape
from unit.modules.ansible_inventory import SECRETS, task_vars

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
OLD, GIVEN = "0badc0de" * 8, "5ec2e7a1" * 8


class Killed(BaseException):
    """The controller dies."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "secrets/osaka.join.key"
    path.parent.mkdir()
    path.write_text(OLD)
    path.chmod(0o600)
    return path


def begin(store: Path, given: str | None = None) -> str:
    loader = DataLoader()
    loader.set_vault_secrets(SECRETS)
    context: Any = getattr(vault, "VaultSecretsContext", None)
    if context is not None and context.current(optional=True) is None:
        context.initialize(context(SECRETS))
    return key_version.begin(store, given=given, bits=256, loader=loader, now=NOW)[0]


def test_new_version_takes_the_name_and_the_former_one_is_kept(store: Path) -> None:
    key = begin(store)

    assert (store.read_text(), len(key), store.stat().st_mode & 0o777) == (key, 64, 0o600)
    assert [path.read_text() for path in store.parent.glob("*.backup")] == [OLD]
    rotation = key_version.under_way(store)
    assert rotation is not None
    assert (rotation.new, rotation.old) == (fingerprint(key), fingerprint(OLD))
    assert key not in (store.parent / "osaka.join.key.rotation").read_text()

    assert begin(store) == key
    key_version.finish(store)
    key_version.finish(store)
    assert key_version.under_way(store) is None
    assert begin(store) != key


def test_new_version_of_a_vaulted_file_is_vaulted(store: Path) -> None:
    store.write_bytes(vault.VaultLib(SECRETS).encrypt(OLD))

    key = begin(store)

    assert store.read_text().startswith("$ANSIBLE_VAULT;")
    assert vault.VaultLib(SECRETS).decrypt(store.read_bytes()).decode() == key


def test_first_version_of_a_file_has_no_backup(store: Path) -> None:
    store.unlink()

    assert begin(store, GIVEN) == GIVEN == store.read_text()
    assert list(store.parent.glob("*.backup")) == []


@pytest.mark.parametrize("given", [None, GIVEN, OLD], ids=["made", "given", "the-same"])
@pytest.mark.parametrize("call", ["link", "replace", "unlink"])
def test_controller_killed_at_any_change_of_a_file_goes_on_with_one_key(
    store: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, call: str
) -> None:
    """Each call that changes a name is the last one once, before and after it is done."""
    for number in range(8):
        store.write_text(OLD)
        for path in store.parent.iterdir():
            if path != store:
                path.unlink()
        with monkeypatch.context() as patch:
            patch.setattr(os, call, dying(getattr(os, call), number))
            with contextlib.suppress(Killed):
                begin(store, given)
        key = begin(store, given)
        assert store.read_text() == key == begin(store, given)
        assert given in (None, key)
        backups = {path.read_text() for path in store.parent.glob("*.backup")}
        assert backups == ({OLD} if key != OLD else set())


def dying(real: Callable[..., Any], number: int) -> Callable[..., Any]:
    """The call dies at its n-th use: at even numbers before it is done, at odd ones after that."""
    uses = [0]

    def call(*arguments: Any, **options: Any) -> Any:
        uses[0] += 1
        last = uses[0] == number // 2 + 1
        if last and number % 2 == 0:
            raise Killed
        result = real(*arguments, **options)
        if last:
            raise Killed
        return result

    return call


def replaced(store: Path) -> None:
    store.write_text("ab" * 32)


def damaged(store: Path) -> None:
    (store.parent / "osaka.join.key.rotation").write_text("{")


@pytest.mark.parametrize(
    ("happen", "given", "error", "says"),
    [
        pytest.param(replaced, None, ConflictError, "does not hold its new key", id="key-file-replaced"),
        pytest.param(damaged, None, ConflictError, "cannot be read", id="marker-damaged"),
        pytest.param(lambda _store: None, GIVEN, ConflictError, "is under way since", id="another-key-given"),
        pytest.param(lambda _store: None, "abc", KeyFormatError, "hexadecimal digits", id="no-key-given"),
    ],
)
def test_rotation_that_cannot_go_on_is_explained_and_changes_nothing(
    store: Path, happen: Callable[[Path], None], given: str | None, error: type[EdgeError], says: str
) -> None:
    begin(store)
    happen(store)
    before = {path.name: path.read_bytes() for path in store.parent.iterdir()}

    with pytest.raises(error, match=says):
        begin(store, given)

    assert {path.name: path.read_bytes() for path in store.parent.iterdir()} == before


def rotate(folder: Path, phase: str = "begin", *, limit: str = "", check_mode: bool = False, **changes: Any) -> Any:
    """The rotation of the Edge osaka with two nodes and Xray."""
    observed = {"edge_observed": {"node": node_shape()}}
    nodes = {"hosts": {"osaka-1": observed, "osaka-2": observed}, "vars": {"edge_name": "osaka", **changes}}
    xray = {"product_name": "xray", "product_edge": "osaka"}
    product = changes.get("product", xray)
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps({"edge_nodes": nodes, "jfrog_products": {"hosts": {"osaka-xray": product}}}))
    known = {**task_vars(inventory), "ansible_play_hosts_all": ["osaka-1", "osaka-2"]}
    if limit:
        known["ansible_limit"] = limit
    return rotating.rotate(
        known,
        phase=phase,
        nodes_variable="edge_observed",
        products_group="jfrog_products",
        loader=DataLoader(),
        check_mode=check_mode,
        now=NOW,
    )


def test_rotation_begins_with_the_file_and_one_node(tmp_path: Path) -> None:
    told = rotate(tmp_path, edge_join_key_file="secrets/osaka.join.key", edge_products=["xray", "insight"])

    edge = told["edges"][0]
    assert (edge["state"], edge["untold"], edge["products"]) == ("rotating", ["insight"], ["osaka-xray"])
    assert edge["fingerprint"] == fingerprint((tmp_path / "secrets/osaka.join.key").read_text())
    plan = {"nodes": ["osaka-1", "osaka-2"], "restart_for": ["join_key"]}
    assert told["work"] == [
        {"host": "osaka-1", "groups": ["edge_rotation_supply", "edge_rotation_restart"], "edge_plan": plan},
        {"host": "osaka-2", "groups": ["edge_rotation_restart"], "edge_plan": plan},
    ]


@pytest.mark.parametrize(
    ("phase", "check_mode", "state"),
    [("begin", True, "predicted"), ("products", False, "refused"), ("finish", False, "refused")],
)
def test_rotation_begins_in_its_first_phase_only_and_not_in_check_mode(
    tmp_path: Path, phase: str, check_mode: bool, state: str
) -> None:
    told = rotate(tmp_path, phase, check_mode=check_mode, edge_join_key_file="secrets/osaka.join.key")

    assert (told["edges"][0]["state"], told["work"]) == (state, [])
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({}, "the inventory does not manage it", id="no-key"),
        pytest.param(
            {"edge_join_key": OLD, "edge_new_join_key": GIVEN},
            "edge_join_key is in the inventory as well",
            id="two-keys",
        ),
        pytest.param({"edge_name": "", "edge_join_key": OLD}, "have no edge_name", id="no-edge"),
        pytest.param(
            {"edge_join_key": OLD, "product": {"product_name": "xray"}}, "product_edge", id="product-of-no-edge"
        ),
        pytest.param({"edge_join_key": "abc"}, "hexadecimal digits", id="bad-key"),
    ],
)
def test_rotation_of_an_inventory_that_cannot_be_meant_is_refused(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(EdgeError, match=says):
        rotate(tmp_path, **changes)


@pytest.mark.parametrize(
    ("limit", "left_out"),
    [
        ("osaka-1,osaka-2", True),
        ("edge_nodes", True),
        ("osaka*", False),
        ("all:!lyon", False),
        ("jfrog_products", False),
    ],
)
def test_rotation_whose_limit_leaves_a_product_out_is_refused(tmp_path: Path, limit: str, left_out: bool) -> None:
    edge = rotate(tmp_path, limit=limit, edge_join_key=GIVEN)["edges"][0]

    assert (edge["state"] == "refused") == left_out
    assert ("--limit leaves out osaka-xray" in edge["reason"]) == left_out
