# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pem import der_sha256
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import trusted_certificate
from simulator.certificates import self_signed, to_pem
from simulator.key_pool import POOL
from simulator.node.node import Node
from simulator.node.testing import Workbench, put
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot


@pytest.fixture(scope="module")
def roots() -> list[str]:
    """Root certificates of two peers."""
    return [to_pem(self_signed("JFrog Token Issuer", POOL.take())) for _ in range(2)]


def supply(node: Node, content: str, *, check: bool = False, **params: Any) -> dict[str, Any]:
    home = {"artifactory_home": str(node.home)}
    return run_module("trusted_certificate", {**home, "name": "acme", "content": content, **params}, check=check)


def recorded(node: Node) -> dict[str, Any]:
    text = (node.layout.var / "hybrid.jfrog/ledger.json").read_text()
    certificates: dict[str, Any] = json.loads(text)["trusted_certificates"]
    return certificates


@pytest.mark.parametrize("generation", ["7", "6"])
def test_trusted_certificate_lies_in_the_folder_whole_and_under_its_name(
    tmp_path: Path, roots: list[str], generation: str
) -> None:
    node = Workbench(tmp_path).node(generation=generation)
    result = supply(node, roots[0])

    assert [path.name for path in node.layout.trusted.iterdir()] == ["acme.crt"]
    assert [path.name for path in node.layout.access_keys.iterdir()] == ["trusted"]
    path = node.layout.trusted / "acme.crt"
    assert path.read_text() == roots[0]
    assert stat.S_IMODE(path.lstat().st_mode) == 0o644
    assert result["certificate"] == {"name": "acme", "sha256": der_sha256(roots[0])}
    assert recorded(node)["acme"]["confirmed_at"] is None


def test_trusted_certificate_waiting_for_its_import_is_in_order(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).node()
    supply(node, roots[0], probe=False)
    again = supply(node, roots[0], probe=False)

    assert (again["changed"], again["verdict"]["state"]) == (False, "in_order")
    assert again["evidence"] == {
        "probe": False,
        "pending": der_sha256(roots[0]),
        "recorded": der_sha256(roots[0]),
    }


@pytest.mark.parametrize("text", ["", "rubbish", None], ids=["empty", "rubbish", "of-another-peer"])
def test_trusted_certificate_other_file_in_its_place_is_replaced(
    tmp_path: Path, roots: list[str], text: str | None
) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.trusted / "acme.crt", roots[1] if text is None else text)
    result = supply(node, roots[0])

    assert (result["changed"], result["drift"]) == (True, ["sha256"])
    assert (node.layout.trusted / "acme.crt").read_text() == roots[0]


def test_trusted_certificate_new_root_of_the_peer_is_supplied(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).started()
    supply(node, roots[0])
    node.tick()
    result = supply(node, roots[1], probe=True)
    node.tick()

    assert (result["changed"], result["drift"]) == (True, ["sha256"])
    assert set(node.database.trusted) == {der_sha256(root) for root in roots}


def test_trusted_certificate_swallowed_file_is_no_drift(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).started()
    supply(node, roots[0])
    node.tick()
    assert list(node.layout.trusted.iterdir()) == []

    assert not supply(node, roots[0])["changed"]
    assert not supply(node, roots[0], probe=True)["changed"]


def test_trusted_certificate_trust_made_by_somebody_else_is_in_order(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).started()
    before = snapshot(tmp_path)
    assert not supply(node, roots[0], probe=True)["changed"]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("repair", "changed", "state"),
    [("when_broken", True, "drifted"), ("never", False, "unknown"), ("always", True, "drifted")],
)
def test_trusted_certificate_lost_in_the_service_follows_the_policy(
    tmp_path: Path, roots: list[str], repair: str, changed: bool, state: str
) -> None:
    node = Workbench(tmp_path).started()
    supply(node, roots[0])
    node.tick()
    result = supply(node, roots[0], probe=False, repair=repair)

    assert (result["changed"], result["verdict"]["state"]) == (changed, state)
    assert bool(result["warnings"]) == (state == "unknown")


def test_trusted_certificate_proof_is_noted_and_nothing_else(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).node()
    supply(node, roots[0])
    (node.layout.trusted / "acme.crt").unlink()
    assert not supply(node, roots[0], probe=True, confirm=True, check=True)["changed"]
    assert recorded(node)["acme"]["confirmed_at"] is None
    supply(node, roots[0], probe=True, confirm=True)

    assert recorded(node)["acme"]["confirmed_at"] is not None
    assert list(node.layout.trusted.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "../../etc/passwd", "a\0b", ".hidden", "a..b", "a.", "a b", "ä", "x" * 101, "a\n"],
    ids=repr,
)
def test_trusted_certificate_name_that_is_no_file_name_is_refused(tmp_path: Path, roots: list[str], name: str) -> None:
    node = Workbench(tmp_path).node()
    before = snapshot(tmp_path)
    result = supply(node, roots[0], name=name)

    assert result["failed"]
    assert "as the name of a trusted certificate" in result["msg"]
    assert snapshot(tmp_path) == before


def test_trusted_certificate_content_that_is_no_single_certificate_is_refused(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).node()
    before = snapshot(tmp_path)
    key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"

    assert "private key" in supply(node, roots[0] + key)["msg"]
    assert "2 certificates" in supply(node, roots[0] + roots[1])["msg"]
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_trusted_certificate_file_and_new_folder_belong_to_the_service_user(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).node()
    os.chown(node.layout.var / "etc", 1030, 1031)
    supply(node, roots[0])

    for path in (node.layout.trusted, node.layout.trusted / "acme.crt"):
        assert (path.lstat().st_uid, path.lstat().st_gid) == (1030, 1031)


def absent(node: Node, *, check: bool = False, **params: Any) -> dict[str, Any]:
    home = {"artifactory_home": str(node.home)}
    return run_module("trusted_certificate", {**home, "name": "acme", "state": "absent", **params}, check=check)


def test_trusted_certificate_that_waits_is_taken_away_with_its_record(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).node()
    supply(node, roots[0])
    before = snapshot(tmp_path)
    predicted = absent(node, check=True)
    assert snapshot(tmp_path) == before
    real = absent(node)

    assert (real["changed"], real["drift"], real["diff"]) == (True, ["sha256"], predicted["diff"])
    assert (list(node.layout.trusted.iterdir()), recorded(node)) == ([], {})
    again = absent(node)
    assert (again["changed"], again["drift"], again["still_trusted"]) == (False, [], False)


@pytest.mark.parametrize("waits", [False, True], ids=["imported", "an-earlier-one-imported"])
def test_trusted_certificate_that_was_imported_cannot_be_withdrawn(
    tmp_path: Path, roots: list[str], waits: bool
) -> None:
    node = Workbench(tmp_path).started()
    supply(node, roots[0])
    node.tick()
    if waits:
        put(node.layout.trusted / "acme.crt", roots[1])
    before = snapshot(tmp_path)
    refused = absent(node)

    assert refused["failed"]
    assert "once imported it cannot be withdrawn" in refused["msg"]
    assert "set forget to true" in refused["msg"]
    assert snapshot(tmp_path) == before


def test_trusted_certificate_that_was_imported_may_be_forgotten_with_a_warning(
    tmp_path: Path, roots: list[str]
) -> None:
    node = Workbench(tmp_path).started()
    supply(node, roots[0])
    node.tick()
    result = absent(node, forget=True)

    assert (result["changed"], result["still_trusted"], recorded(node)) == (True, True, {})
    assert "the deployment still trusts it" in result["warnings"][0]
    assert list(node.database.trusted) == [der_sha256(roots[0])]
    again = absent(node, forget=True)
    assert (again["changed"], again["warnings"]) == (False, [])


def test_trusted_certificate_imported_at_the_very_moment_is_told(
    tmp_path: Path, roots: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).started()
    supply(node, roots[0])
    monkeypatch.setattr(trusted_certificate, "take_away", lambda *_: node.tick())  # the product is quicker

    assert "it was imported" in absent(node)["msg"]
    assert "acme" in recorded(node)


def test_trusted_certificate_that_is_not_imported_in_time_is_an_error(tmp_path: Path, roots: list[str]) -> None:
    node = Workbench(tmp_path).node()
    result = supply(node, roots[0], proof="import", wait_timeout=0)

    assert result["failed"]
    assert "after 0 seconds the file" in result["msg"]
    assert "acme" in recorded(node)


def test_trusted_certificate_without_content_is_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    result = run_module("trusted_certificate", {"artifactory_home": str(node.home), "name": "acme"})
    assert "content" in result["msg"]
