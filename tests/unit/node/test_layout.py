# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import version
from unit.node.node_tree import put, seven, six

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def test_find_seven_has_the_documented_paths(tmp_path: Path) -> None:
    layout = layouts.require(str(seven(tmp_path)))
    home = tmp_path / "opt/jfrog/artifactory"

    assert layout.generation == "7"
    assert layout.var == home / "var"
    assert layout.bootstrap_join_key == home / "var/bootstrap/access/etc/security/join.key"
    assert layout.live_join_key == home / "var/etc/security/join.key"
    assert layout.master_key == home / "var/etc/security/master.key"
    assert layout.trusted == home / "var/etc/access/keys/trusted"
    assert layout.tls_trusted == home / "var/etc/security/keys/trusted"
    assert layout.ledger == home / "var/hybrid.jfrog/ledger.json"
    assert layout.control_script == home / "app/bin/artifactoryctl"


def test_find_six_has_the_documented_paths(tmp_path: Path) -> None:
    layout = layouts.require(str(six(tmp_path)))
    home = tmp_path / "var/opt/jfrog/artifactory"

    assert layout.generation == "6"
    assert layout.bootstrap_join_key == home / "access/etc/keys/join.key"
    assert layout.live_join_key == home / "etc/security/join.key"
    assert layout.master_key == home / "etc/security/master.key"
    assert layout.trusted == home / "access/etc/keys/trusted"
    assert layout.ledger == home / "hybrid.jfrog/ledger.json"
    assert layout.control_script == home / "bin/artifactoryctl"


def only(path: str) -> dict[str, str]:
    return {path: "x"}


@pytest.mark.parametrize(
    ("files", "generation"),
    [
        pytest.param({}, None, id="empty-folder"),
        pytest.param(only("app/artifactory.product.version.properties"), "7", id="seven-by-its-version-file"),
        pytest.param(only("var/etc/system.yaml"), "7", id="seven-by-system-yaml"),
        pytest.param(only("etc/artifactory.properties"), None, id="six-needs-more-than-its-version-file"),
        pytest.param({**only("etc/artifactory.properties"), **only("tomcat/x")}, "6", id="six-with-tomcat"),
        pytest.param({**only("etc/artifactory.properties"), **only("access/etc/x")}, "6", id="six-with-access"),
        pytest.param(
            {**only("etc/artifactory.properties"), **only("tomcat/x"), **only("var/etc/system.yaml")},
            "7",
            id="migrated-with-remains-of-six",
        ),
        pytest.param(
            {**only("etc/artifactory.properties"), **only("tomcat/x"), **only("var/etc/other")},
            None,
            id="six-has-no-var-etc",
        ),
    ],
)
def test_find_decides_by_the_files_of_each_generation(
    tmp_path: Path, files: dict[str, str], generation: str | None
) -> None:
    for name, text in files.items():
        put(tmp_path / name, text)
    found = layouts.find(str(tmp_path))

    assert (found.generation if found else None) == generation


def test_find_missing_folder_is_no_error(tmp_path: Path) -> None:
    assert layouts.find(str(tmp_path / "nothing/here")) is None
    assert layouts.facts("/nothing", None) == {
        "installed": False,
        "generation": None,
        "home": "/nothing",
        "var": None,
        "owner": None,
        "group": None,
    }


def test_require_home_of_the_platform_given_names_the_folder_below(tmp_path: Path) -> None:
    home = seven(tmp_path)
    with pytest.raises(LayoutError) as caught:
        layouts.require(str(home.parent))
    assert f"There is one in {home}: set artifactory_home to that." in caught.value.msg


def test_require_relative_path_is_refused() -> None:
    with pytest.raises(LayoutError) as caught:
        layouts.require("opt/jfrog/artifactory")
    assert "not an absolute path" in caught.value.msg


@as_root
@pytest.mark.parametrize(
    ("text", "uid", "gid"),
    [
        pytest.param("configVersion: 1\n", 1030, 1031, id="owner-of-the-configuration-folder"),
        pytest.param("shared:\n  user: daemon\n", 1, 1, id="user-of-system-yaml-with-its-group"),
        pytest.param("shared:\n  user: daemon\n  group: bin\n", 1, 2, id="user-and-group-of-system-yaml"),
        pytest.param("shared:\n  user: nobody-here\n", 1030, 1031, id="name-that-only-a-container-knows"),
        pytest.param("# shared:\n#   user: daemon\n", 1030, 1031, id="commented-out"),
    ],
)
def test_account_is_that_of_the_service(tmp_path: Path, text: str, uid: int, gid: int) -> None:
    home = seven(tmp_path, system_yaml=text)
    os.chown(home / "var/etc", 1030, 1031)
    account = layouts.require(str(home)).account()

    assert (account.uid, account.gid) == (uid, gid)


@as_root
def test_account_without_a_name_is_shown_by_number(tmp_path: Path) -> None:
    home = seven(tmp_path)
    os.chown(home / "var/etc", 54321, 54322)
    facts = layouts.facts(str(home), layouts.require(str(home)))

    assert (facts["owner"], facts["group"]) == ("54321", "54322")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, None, id="nothing-tells"),
        pytest.param(
            {"app/artifactory.product.version.properties": "artifactory.product.version=7.104.2\n"}, "7.104.2", id="app"
        ),
        pytest.param(
            {"var/etc/artifactory/artifactory.properties": "#x\nartifactory.version = 7.2.1\n"}, "7.2.1", id="var"
        ),
        pytest.param(
            {
                "app/artifactory.product.version.properties": "artifactory.product.version=7.104.2\n",
                "var/etc/artifactory/artifactory.properties": "artifactory.version=7.90.0\n",
            },
            "7.104.2",
            id="what-is-installed-beats-what-last-ran",
        ),
        pytest.param({"app/artifactory.product.version.properties": "other=1\n"}, None, id="another-property"),
    ],
)
def test_version_is_read_from_property_files(tmp_path: Path, files: dict[str, str], expected: str | None) -> None:
    put(tmp_path / "var/etc/system.yaml", "")
    for name, text in files.items():
        put(tmp_path / name, text)
    assert version.read(layouts.require(str(tmp_path))) == expected


def test_version_of_six_is_read(tmp_path: Path) -> None:
    assert version.read(layouts.require(str(six(tmp_path)))) == "6.23.1"


@pytest.mark.parametrize(
    ("evidence", "started"),
    [
        pytest.param("etc/security/join.key", True, id="live-join-key"),
        pytest.param("etc/access/keys/root.crt", True, id="root-certificate"),
        pytest.param("etc/security/master.key", False, id="master-key-may-be-supplied"),
        pytest.param("log/access-service.log", False, id="a-failed-start-leaves-logs"),
    ],
)
def test_ever_started_only_what_access_writes_is_evidence(tmp_path: Path, evidence: str, started: bool) -> None:
    home = seven(tmp_path)
    put(home / "var" / evidence, "x")
    assert layouts.require(str(home)).ever_started() is started
