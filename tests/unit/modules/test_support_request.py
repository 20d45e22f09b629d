# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``support_request``: what lies in the folder, and what is never in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.load import load_trusted
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import support_request as domain
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.support_bundle import Bundle, keep
from simulator.certificates import key_to_pem, self_signed, to_pem
from simulator.key_pool import POOL
from unit.modules.play import play

PLATFORM = "https://acme.jfrog.io/"


def root(name: str = "JFrog Token Issuer") -> str:
    return to_pem(self_signed(name, POOL.take()))


def edge(name: str, pem: str | None = None, **changed: Any) -> domain.Waiting:
    found = load_trusted(pem or root(), now=datetime.now(timezone.utc), what=name)
    told = {"platform": PLATFORM, "name": name, "url": f"https://{name}.example.com/", **changed}
    return domain.waiting(pem=found.pem, facts=found.facts(), **told)


def kept(folder: Path, *waiting: domain.Waiting, settled: tuple[str, ...] = (), check: bool = False) -> Bundle:
    return keep(str(folder), PLATFORM, waiting, settled, check_mode=check)


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_one_edge_has_a_folder_of_its_own_and_no_common_one(tmp_path: Path) -> None:
    lyon = edge("lyon")
    predicted = kept(tmp_path / "requests", lyon, check=True)
    assert not (tmp_path / "requests").exists()
    real = kept(tmp_path / "requests", lyon)

    files = tree(tmp_path / "requests")
    assert sorted(files) == ["lyon/request.json", "lyon/request.txt", "lyon/root.crt"]
    assert files["lyon/root.crt"] == lyon.pem
    assert lyon.sha256 in files["lyon/request.txt"]
    assert domain.colons(lyon.sha256) in files["lyon/request.txt"]
    assert "self-hosted" not in files["lyon/request.txt"]
    assert (predicted.change, real.common) == (real.change, None)


def test_many_edges_have_one_request_with_a_table_and_all_certificates(tmp_path: Path) -> None:
    lyon, quito = edge("lyon"), edge("quito")
    kept(tmp_path, lyon)
    bundle = kept(tmp_path, quito)  # a run over another part of the fleet

    files = tree(tmp_path)
    assert bundle.waiting == ("lyon", "quito")
    assert {name: text for name, text in files.items() if name.startswith("_all/") and name.endswith(".crt")} == {
        "_all/lyon.crt": lyon.pem,
        "_all/quito.crt": quito.pem,
    }
    letter = files["_all/request.txt"]
    for one in (lyon, quito):
        assert all(part in letter for part in (one.name, one.url, one.sha256, domain.colons(one.sha256), one.not_after))


def test_request_is_rewritten_only_when_it_changes(tmp_path: Path) -> None:
    lyon, quito = edge("lyon"), edge("quito")
    kept(tmp_path, lyon, quito)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*") if path.name != ".lock"}
    again = kept(tmp_path, lyon, quito)

    assert (again.change.changed, again.change.drift) == (False, [])
    assert {path: path.stat().st_mtime_ns for path in before} == before
    renewed = kept(tmp_path, edge("lyon"))
    assert renewed.change.drift == ["files", "lyon"]
    changed = {path.relative_to(tmp_path).as_posix() for path in before if path.stat().st_mtime_ns != before[path]}
    assert changed == {"lyon/root.crt", "lyon/request.txt", "lyon/request.json", "_all/lyon.crt", "_all/request.txt"}


def test_edge_that_is_trusted_by_now_is_removed_everywhere(tmp_path: Path) -> None:
    kept(tmp_path, edge("lyon"), edge("quito"), edge("rome"))
    (tmp_path / "lyon/notes.txt").write_text("ticket 4711")
    bundle = kept(tmp_path, settled=("lyon",))

    assert bundle.waiting == ("quito", "rome")
    assert "_all/lyon.crt" not in tree(tmp_path)
    assert "lyon" not in tree(tmp_path)["_all/request.txt"]
    assert [name for name in tree(tmp_path) if name.startswith("lyon/")] == ["lyon/notes.txt"]
    kept(tmp_path, settled=("quito",))
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["lyon", "rome"]
    assert kept(tmp_path, settled=("rome", "quito", "lyon", "paris")).waiting == ()
    assert not kept(tmp_path, settled=("rome",)).change.changed


def test_fleet_without_any_request_gets_no_folder(tmp_path: Path) -> None:
    bundle = kept(tmp_path / "requests", settled=("lyon",))
    assert (bundle.change.changed, bundle.waiting) == (False, ())
    assert not (tmp_path / "requests").exists()


def test_common_request_is_about_one_platform(tmp_path: Path) -> None:
    kept(tmp_path, edge("lyon"), edge("quito"))
    keep(
        str(tmp_path),
        "https://other.jfrog.io/",
        [edge("rome", platform="https://other.jfrog.io/")],
        (),
        check_mode=False,
    )
    assert kept(tmp_path, edge("lyon")).common is not None
    assert "rome" not in tree(tmp_path)["_all/request.txt"]


def test_edge_in_a_rotation_asks_that_both_certificates_are_trusted(tmp_path: Path) -> None:
    kept(tmp_path, edge("lyon", present="ab" * 32))
    assert "signs with another certificate (abababababababab...)" in tree(tmp_path)["lyon/request.txt"]


def test_platform_that_may_be_self_hosted_is_told_the_other_way(tmp_path: Path) -> None:
    kept(tmp_path, edge("lyon", platform="https://jfrog.example.com/"))
    assert "copy root.crt as lyon.crt into access/keys/trusted" in tree(tmp_path)["lyon/request.txt"]


def test_what_somebody_puts_in_the_place_of_a_certificate_is_not_passed_on(tmp_path: Path) -> None:
    kept(tmp_path, edge("lyon"), edge("quito"), edge("rome"))
    (tmp_path / "lyon/root.crt").write_text(key_to_pem(POOL.take()))
    kept(tmp_path, edge("quito"))
    assert [name for name, text in tree(tmp_path).items() if "PRIVATE KEY" in text] == ["lyon/root.crt"]
    assert "lyon" not in tree(tmp_path)["_all/request.txt"]


@pytest.mark.parametrize("name", ["", "_all", "../x", "a/b", ".x", "a\0b"], ids=repr)
def test_edge_whose_name_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(InventoryError, match="a folder gets its name"):
        edge(name, root())


def test_workers_at_once_leave_a_whole_common_request(tmp_path: Path) -> None:
    edges = [edge(f"edge-{number}") for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda one: kept(tmp_path, one), edges))
    assert sum(name.startswith("_all/edge-") for name in tree(tmp_path)) == 12


def test_folder_that_cannot_be_written_is_a_designed_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EdgeError, match="Cannot write the support request to"):
        kept(tmp_path / "file", edge("lyon"))


def test_request_by_a_playbook_and_never_with_a_private_key(tmp_path: Path) -> None:
    key, certificate = POOL.take(), root()

    def task(content: str) -> dict[str, Any]:
        one = {"name": "lyon", "url": "https://lyon.example.com", "certificate": content}
        where = {"path": str(tmp_path / "requests"), "platform": "https://acme.jfrog.io"}
        return {"hybrid.jfrog.support_request": {**where, "waiting": [one]}}

    tasks = {"key": task(key_to_pem(key)), "both": task(certificate + key_to_pem(key)), "good": task(certificate)}
    results = play(tmp_path / "play", {**tasks, "again": task(certificate)}, "--diff").results

    assert all("it holds a private key" in results[name]["msg"] for name in ("key", "both"))
    assert (results["good"]["changed"], results["good"]["request"]["waiting"]) == (True, ["lyon"])
    assert (results["again"]["changed"], results["again"]["drift"]) == (False, [])
    assert [name for name, text in tree(tmp_path / "requests").items() if "PRIVATE" in text] == []
