# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node tells of its system.yaml, and how the file is swapped."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import system_yaml, system_yaml_file
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.files import refused
from simulator.node.testing import Workbench, start
from unit.node.node_tree import put, seven, six, snapshot

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
NOW = datetime(2026, 11, 22, 10, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("shared:\n  user: art\n", {"shared.user": "art"}, id="nested"),
        pytest.param(
            "shared:\n    security:\n        a: 1\n    user: art # yes\n",
            {"shared.security.a": "1", "shared.user": "art"},
            id="back-to-a-parent",
        ),
        pytest.param("shared:\n  user: 'art # no'\n", {"shared.user": "art # no"}, id="quoted"),
        pytest.param("shared:\n  #user: art\n", {}, id="comment"),
        pytest.param("shared:\n  hosts:\n    - art\n", {}, id="list-is-no-single-setting"),
        pytest.param("shared: {user: art}\nx: y\n", {}, id="flow-style-is-not-looked-into"),
        pytest.param("\tshared: x\n%%%\n", {}, id="no-yaml"),
    ],
)
def test_scalars_are_read_by_their_path(text: str, expected: dict[str, str]) -> None:
    assert system_yaml.scalars(text) == expected


def test_read_missing_file_has_no_settings(tmp_path: Path) -> None:
    assert system_yaml.read(tmp_path / "system.yaml") == {}


def test_observe_tells_settings_and_only_the_paths_of_secrets(tmp_path: Path) -> None:
    text = (
        'shared:\n  node:\n    id: a\n  database:\n    password: "hunter2"\nrouter:\n  proxy:\n    ignoredHosts: [x]\n'
    )
    seen = system_yaml.observe(layouts.require(str(seven(tmp_path, system_yaml=text))).system_yaml)

    assert seen["settings"] == {"shared.node.id": "a", "router.proxy.ignoredHosts": ["x"]}
    assert (seen["secrets"], seen["encrypted"], seen["problem"]) == (["shared.database.password"], [], None)
    assert "hunter2" not in json.dumps(seen)


def test_observe_after_the_first_start_tells_what_the_product_encrypted(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    assert node.layout.system_yaml is not None
    put(node.layout.system_yaml, "shared:\n  security:\n    joinKey: " + "ab" * 16 + "\n  database:\n    password: x\n")
    start(node)
    seen = system_yaml.observe(layouts.require(str(node.home)).system_yaml)

    assert seen["encrypted"] == ["shared.database.password", "shared.security.joinKey"]
    assert (seen["settings"], seen["secrets"]) == ({}, [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"a: [\n", "not closed", id="broken"),
        pytest.param(b"a: 1\na: 2\n", "twice", id="key-twice"),
        pytest.param(b"a:\n\tb: 1\n", "tab", id="tab"),
        pytest.param(b"a: 1\n---\nb: 1\n", "end of its document", id="two-documents"),
        pytest.param(b"\xef\xbb\xbfa: 1\n", "byte order mark", id="byte-order-mark"),
        pytest.param(b"a: 1\nb: \xff\n", "line 2 is not UTF-8", id="not-utf-8"),
        pytest.param(b"#" * ((1 << 20) + 1), "more than a megabyte", id="huge"),
    ],
)
def test_observe_unreadable_file_is_a_problem_and_no_error(tmp_path: Path, content: bytes, says: str) -> None:
    home = seven(tmp_path)
    (home / "var/etc/system.yaml").write_bytes(content)
    seen = system_yaml.observe(layouts.require(str(home)).system_yaml)

    assert seen["settings"] == {}
    assert seen["problem"] is not None
    assert says in seen["problem"]


def test_observe_link_in_its_place_is_a_problem(tmp_path: Path) -> None:
    home = seven(tmp_path)
    (home / "var/etc/system.yaml").rename(tmp_path / "elsewhere.yaml")
    (home / "var/etc/system.yaml").symlink_to(tmp_path / "elsewhere.yaml")

    assert "symbolic link" in str(system_yaml.observe(layouts.require(str(home)).system_yaml)["problem"])


def test_observe_six_has_no_such_file(tmp_path: Path) -> None:
    seen = system_yaml.observe(layouts.require(str(six(tmp_path))).system_yaml)
    assert (seen["path"], seen["problem"]) == (None, None)


def own_file(tmp_path: Path, text: str = "a: 1\n") -> system_yaml_file.Target:
    return system_yaml_file.find(str(seven(tmp_path, system_yaml=text)), None)


def due(target: system_yaml_file.Target) -> dict[str, Any]:
    assert target.layout is not None
    ledger = target.layout.ledger
    found: dict[str, Any] = json.loads(ledger.read_text())["restart_due"] if ledger.exists() else {}
    return found


def test_find_own_file_is_recognised_behind_a_link_above_it(tmp_path: Path) -> None:
    home = seven(tmp_path)
    (tmp_path / "link").symlink_to(home / "var")
    path = str(tmp_path / "link/etc/system.yaml")

    assert system_yaml_file.find(str(home), path).layout is not None
    assert system_yaml_file.find(str(home), str(tmp_path / "xray/var/etc/system.yaml")).layout is None
    assert system_yaml_file.find("/nothing", path).layout is None


def test_find_six_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"6\.x has no system\.yaml"):
        system_yaml_file.find(str(six(tmp_path)), None)


def test_find_relative_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="not an absolute path"):
        system_yaml_file.find(str(seven(tmp_path)), "etc/system.yaml")


@as_root
def test_replace_keeps_owner_and_mode_and_a_backup_with_both(tmp_path: Path) -> None:
    target = own_file(tmp_path)
    for path in (target.path, target.path.parent):
        os.chown(path, 1, 2)
    target.path.chmod(0o604)
    backup = system_yaml_file.replace(target, "a: 2\n", expected=system_yaml_file.digest("a: 1\n"), now=NOW)

    assert backup is not None
    assert (target.path.read_text(), backup.read_text()) == ("a: 2\n", "a: 1\n")
    for path in (target.path, backup):
        status = path.lstat()
        assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1, 2, 0o604)
    assert due(target) == {"system_yaml": "2026-11-22T10:00:00.000Z"}


def test_replace_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    target = own_file(tmp_path)
    target.path.write_bytes(b"a: 1\r\n")
    text = system_yaml_file.load(target)
    system_yaml_file.replace(target, "a: 2\r\n", expected=system_yaml_file.digest(text), now=NOW)

    assert (text, target.path.read_bytes()) == ("a: 1\r\n", b"a: 2\r\n")


@pytest.mark.parametrize("expected", ["another", ""], ids=["changed", "appeared"])
def test_replace_file_that_changed_meanwhile_is_refused(tmp_path: Path, expected: str) -> None:
    target = own_file(tmp_path)
    before = snapshot(tmp_path)
    with pytest.raises(ConflictError, match="changed it meanwhile") as caught:
        system_yaml_file.replace(target, "a: 2\n", expected=expected, now=NOW)

    assert "run again" in caught.value.msg
    assert snapshot(tmp_path) == before


def test_replace_file_that_went_meanwhile_is_refused(tmp_path: Path) -> None:
    target = own_file(tmp_path)
    target.path.unlink()
    with pytest.raises(ConflictError, match="changed it meanwhile"):
        system_yaml_file.replace(target, "a: 2\n", expected=system_yaml_file.digest("a: 1\n"), now=NOW)


def test_replace_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = own_file(tmp_path)
    before = {path: text for path, text in snapshot(tmp_path).items() if path.endswith("yaml")}
    write = system_yaml_file.files.write_atomically

    def full(path: Path, *arguments: Any, **named: Any) -> None:
        if path == target.path:
            raise refused("write", path, OSError(28, "No space left on device"))
        write(path, *arguments, **named)

    monkeypatch.setattr(system_yaml_file.files, "write_atomically", full)
    with pytest.raises(LayoutError, match="no space left on device"):
        system_yaml_file.replace(target, "a: 2\n", expected=system_yaml_file.digest("a: 1\n"), now=NOW)

    assert due(target) == {}
    after = snapshot(tmp_path)
    assert {path: after[path] for path in before} == before
    assert [path for path in after if path.endswith(("backup", "tmp"))] == []


def test_replace_creates_a_file_that_only_the_service_reads(tmp_path: Path) -> None:
    target = own_file(tmp_path)
    put(target.path.parents[2] / "app/artifactory.product.version.properties", "artifactory.product.version=7.104.2\n")
    target.path.unlink()
    assert system_yaml_file.load(target) is None
    assert system_yaml_file.replace(target, "a: 2\n", expected="", now=NOW) is None
    assert stat.S_IMODE(target.path.lstat().st_mode) == 0o640


@as_root
@pytest.mark.parametrize("own", [True, False], ids=["own-file", "other-product"])
def test_load_file_of_somebody_else_is_refused(tmp_path: Path, own: bool) -> None:
    home = seven(tmp_path)
    path = put(tmp_path / "xray/var/etc/system.yaml", "a: 1\n")
    target = system_yaml_file.find(str(home), None if own else str(path))
    os.chown(target.path, 1, 1)
    with pytest.raises(LayoutError, match="belongs to daemon, and the service runs as root") as caught:
        system_yaml_file.load(target)
    assert f"chown root {target.path}" in caught.value.msg


def test_load_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    target = system_yaml_file.find(str(seven(tmp_path)), str(tmp_path / "xray/var/etc/system.yaml"))
    with pytest.raises(LayoutError, match="there is no folder"):
        system_yaml_file.load(target)


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_load_anything_but_a_plain_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "xray/var/etc/system.yaml"
    put(path.with_name("other.yaml"), "a: 1\n")
    if kind == "link":
        path.symlink_to("other.yaml")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(LayoutError, match=r"symbolic link|no plain file"):
        system_yaml_file.load(system_yaml_file.find(str(seven(tmp_path)), str(path)))


def test_replace_that_is_killed_before_the_swap_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = own_file(tmp_path)
    expected = system_yaml_file.digest("a: 1\n")
    with monkeypatch.context() as patch:
        patch.setattr(system_yaml_file.files, "keep_backup", lambda _path: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            system_yaml_file.replace(target, "a: 2\n", expected=expected, now=NOW)
    assert (target.path.read_text(), list(due(target))) == ("a: 1\n", ["system_yaml"])

    system_yaml_file.replace(target, "a: 2\n", expected=expected, now=NOW)
    assert (target.path.read_text(), list(due(target))) == ("a: 2\n", ["system_yaml"])
