# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a key comes from, on the controller."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret, is_encrypted

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import JOIN_KEY_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, KeyFormatError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import JOIN_KEY, fingerprint
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files import key_source
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import carry_out
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.key import supply_key
from simulator.node.testing import Workbench
from unit.modules.node_cases import KEY
from unit.modules.run_module import run_module
from unit.node.node_tree import put, snapshot

SECRET = VaultSecret(b"a vault password")


def loader(*secrets: VaultSecret) -> DataLoader:
    """What an action has of the run: its vault secrets."""
    one = DataLoader()
    one.set_vault_secrets([("default", secret) for secret in secrets])
    return one


def vaulted(text: str, secret: VaultSecret = SECRET) -> str:
    return str(VaultLib().encrypt(text, secret).decode())


def params(**changes: Any) -> dict[str, Any]:
    return {**{name: option.get("default") for name, option in JOIN_KEY_OPTIONS.items()}, **changes}


@pytest.mark.parametrize(
    "text", [KEY, KEY + "\n", vaulted(KEY), vaulted(KEY + "\n")], ids=["plain", "line", "vaulted", "vaulted-line"]
)
def test_read_key_file_gives_the_key(tmp_path: Path, text: str) -> None:
    assert key_source.read_key_file(str(put(tmp_path / "key", text)), loader=loader(SECRET)) == KEY


def test_read_key_file_relative_path_is_that_of_the_playbook(tmp_path: Path) -> None:
    put(tmp_path / "secrets/key", KEY)
    known = loader()
    known.set_basedir(str(tmp_path))
    assert key_source.read_key_file("secrets/key", loader=known) == KEY


def test_read_key_file_missing_file_is_none(tmp_path: Path) -> None:
    assert key_source.read_key_file(str(tmp_path / "key"), loader=loader()) is None


@pytest.mark.parametrize(
    ("secrets", "words"),
    [((), "has no vault secret"), ((VaultSecret(b"another"),), "no vault secret of this run opens it")],
    ids=["none", "another"],
)
def test_read_key_file_that_cannot_be_decrypted_says_so(
    tmp_path: Path, secrets: tuple[VaultSecret, ...], words: str
) -> None:
    with pytest.raises(KeyFormatError) as caught:
        key_source.read_key_file(str(put(tmp_path / "key", vaulted(KEY))), loader=loader(*secrets))
    assert words in caught.value.msg
    assert str(tmp_path / "key") in caught.value.msg


def test_read_key_file_that_is_a_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyFormatError) as caught:
        key_source.read_key_file(str(tmp_path), loader=loader())
    assert "is a directory" in caught.value.msg


def test_wanted_key_bad_content_of_a_file_names_the_file(tmp_path: Path) -> None:
    path = put(tmp_path / "key", "a" * 48)
    with pytest.raises(KeyFormatError) as caught:
        key_source.wanted_key(params(key_file=str(path)), JOIN_KEY, loader=loader(), check_mode=False)
    assert caught.value.msg.startswith(f"Cannot use what {path} holds as a join key: it has 48 hexadecimal digits")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param("\ufeff" + KEY, "it starts with a byte order mark", id="byte-order-mark"),
        pytest.param(KEY + "\r\n", "it has Windows line ends", id="windows-line-ends"),
    ],
)
def test_wanted_key_what_windows_left_in_a_file_is_told(tmp_path: Path, data: str, words: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(data.encode())
    with pytest.raises(KeyFormatError) as caught:
        key_source.wanted_key(params(key_file=str(path)), JOIN_KEY, loader=loader(), check_mode=False)
    assert caught.value.msg.startswith(f"Cannot use what {path} holds as a join key: {words}")


def test_wanted_key_missing_file_without_generate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFormatError) as caught:
        key_source.wanted_key(params(key_file=str(tmp_path / "key")), JOIN_KEY, loader=loader(), check_mode=False)
    assert "there is no such file on the controller" in caught.value.msg
    assert list(tmp_path.iterdir()) == []


def test_wanted_key_made_never_replaces_a_store_that_came_meanwhile(tmp_path: Path) -> None:
    store = tmp_path / "lyon.key"
    made = key_source.wanted_key(
        params(key_file=str(store), generate=True), JOIN_KEY, loader=loader(), check_mode=False
    )
    put(store, KEY)

    with pytest.raises(KeyFormatError, match="another run made it meanwhile"):
        made.keep()

    assert store.read_text() == KEY
    assert (tmp_path / "lyon.key.new").read_text() == made.text


def test_wanted_key_store_that_came_while_one_was_made_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "lyon.key"
    stage = key_source._stage

    def slow(*arguments: Any) -> str:
        made = stage(*arguments)
        put(store, KEY)
        return made

    monkeypatch.setattr(key_source, "_stage", slow)

    taken = key_source.wanted_key(
        params(key_file=str(store), generate=True), JOIN_KEY, loader=loader(), check_mode=False
    )

    assert (taken.text, taken.staged) == (KEY, False)
    assert [path.name for path in tmp_path.iterdir()] == ["lyon.key"]


@pytest.mark.parametrize("bits", [128, 256])
def test_wanted_key_made_is_staged_closed_and_kept_under_its_name(tmp_path: Path, bits: int) -> None:
    store = tmp_path / "secrets/lyon.key"
    options = params(key_file=str(store), generate=True, bits=bits)
    first = key_source.wanted_key(options, JOIN_KEY, loader=loader(), check_mode=False)

    assert len(first.text) == bits // 4
    assert first.text not in repr(first)
    assert not store.exists()
    again = key_source.wanted_key(options, JOIN_KEY, loader=loader(), check_mode=False)
    assert again.text == first.text

    first.keep()
    again.keep()
    assert [path.name for path in store.parent.iterdir()] == ["lyon.key"]
    assert store.read_text() == first.text
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700
    later = key_source.wanted_key(options, JOIN_KEY, loader=loader(), check_mode=False)
    assert (later.text, later.staged) == (first.text, False)


def test_key_that_a_killed_run_left_half_made_is_taken_away_when_the_file_is_written(tmp_path: Path) -> None:
    names = {".lyon.key.0123456789abcdef": 1, ".lyon.key.notes": 1, ".osaka.key.0123456789abcdef": 1}
    fresh = tmp_path / ".lyon.key.fedcba9876543210"
    fresh.write_text("another run's")
    for name, moment in names.items():
        (tmp_path / name).write_text(KEY)
        os.utime(tmp_path / name, (moment, moment))

    key_source.create_file(tmp_path / "lyon.key", KEY.encode())

    left = {".lyon.key.notes", ".osaka.key.0123456789abcdef", fresh.name, "lyon.key"}
    assert {path.name for path in tmp_path.iterdir()} == left


def test_wanted_key_made_in_check_mode_leaves_nothing(tmp_path: Path) -> None:
    options = params(key_file=str(tmp_path / "new/key"), generate=True)
    assert key_source.wanted_key(options, JOIN_KEY, loader=loader(), check_mode=True).staged
    assert list(tmp_path.iterdir()) == []


def test_wanted_key_made_for_the_vault_is_encrypted_and_read_again(tmp_path: Path) -> None:
    options = params(key_file=str(tmp_path / "key"), generate=True, vault=True)
    made = key_source.wanted_key(options, JOIN_KEY, loader=loader(SECRET), check_mode=False)
    made.keep()

    assert is_encrypted((tmp_path / "key").read_bytes())
    assert key_source.read_key_file(str(tmp_path / "key"), loader=loader(SECRET)) == made.text


@pytest.mark.parametrize("check", [False, True], ids=["run", "check-mode"])
def test_wanted_key_for_the_vault_without_a_secret_is_refused(tmp_path: Path, check: bool) -> None:
    options = params(key_file=str(tmp_path / "key"), generate=True, vault=True)
    with pytest.raises(KeyFormatError) as caught:
        key_source.wanted_key(options, JOIN_KEY, loader=loader(), check_mode=check)
    assert "this run has no vault secret to encrypt with" in caught.value.msg
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_wanted_key_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    options = params(key_file=str(tmp_path / "closed/key"), generate=True)
    with pytest.raises(KeyFormatError) as caught:
        key_source.wanted_key(options, JOIN_KEY, loader=loader(), check_mode=False)
    assert "permission denied" in caught.value.msg


def supply(
    options: dict[str, Any], execute: Callable[[dict[str, Any]], dict[str, Any]] = lambda _options: {}, **context: Any
) -> dict[str, Any]:
    """What the task would return; ``execute`` is the module on the node."""
    exchange = supply_key("join_key", options, JOIN_KEY, **{"loader": loader(), "check_mode": False, **context})
    return carry_out(exchange, lambda ask: execute(dict(ask.options)))


@pytest.mark.parametrize("given", [{}, {"key": KEY, "key_file": "x"}], ids=["none", "both"])
def test_supply_key_needs_exactly_one_source(given: dict[str, Any]) -> None:
    with pytest.raises(EdgeError) as caught:
        supply(params(**given))
    assert "exactly one of key and key_file" in caught.value.msg


def test_supply_key_relative_file_is_made_beside_the_inventory(tmp_path: Path) -> None:
    options = params(key_file="secrets/lyon", generate=True)
    known = loader()
    known.set_basedir("/usr/share/ansible/collections")
    variables = {"inventory_dir": str(tmp_path)}

    supplied = supply(options, loader=known, variables=variables)

    assert supplied["key_file"] == {"path": str(tmp_path / "secrets/lyon"), "created": True}
    assert len((tmp_path / "secrets/lyon").read_text()) == 64


def test_supply_key_made_is_kept_only_when_the_node_has_it(tmp_path: Path) -> None:
    store = tmp_path / "controller/key"
    node = Workbench(tmp_path / "node").started()
    options = params(artifactory_home=str(node.home), key_file=str(store), generate=True)
    failed = supply(options, lambda _options: {"unreachable": True})
    assert failed == {"unreachable": True}
    assert not store.exists()

    supplied = supply(options, lambda given: run_module("join_key", given))
    assert supplied["changed"]
    assert supplied["key_file"] == {"path": str(store), "created": True}
    assert store.read_text() == node.layout.bootstrap_join_key.read_text()
    assert store.read_text() not in str(supplied)
    assert [path.name for path in store.parent.iterdir()] == ["key"]


def test_supply_key_to_be_made_is_predicted_without_a_fingerprint(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "node").started()
    options = params(artifactory_home=str(node.home), key_file=str(tmp_path / "key"), generate=True)
    before = snapshot(tmp_path)
    sent: list[str] = []

    def execute(arguments: Any) -> dict[str, Any]:
        sent.append(arguments["key"])
        return run_module("join_key", arguments, check=True)

    predicted = supply(options, execute, check_mode=True)
    assert predicted["changed"]
    assert predicted["key"]["fingerprint"] == "not made yet"
    assert predicted["diff"]["after"]["fingerprint"] == "not made yet"
    assert predicted["key_file"]["created"]
    assert fingerprint(sent[0]) not in str(predicted)
    assert snapshot(tmp_path) == before
