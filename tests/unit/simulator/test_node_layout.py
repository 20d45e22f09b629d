# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an installer and a first start leave on disk (node-files.md 3.1, 3.3, 9, 10, 11)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from simulator.node.testing import Workbench, files, start

FRESH = {
    "7": {
        "app/artifactory.product.version.properties",
        "app/bin/artifactoryctl",
        "app/bin/installService.sh",
        "var/etc/system.yaml",
        "var/etc/system.basic-template.yaml",
        "var/etc/system.full-template.yaml",
    },
    "6": {
        "bin/artifactoryctl",
        "bin/artifactory.default",
        "etc/artifactory.properties",
        "etc/db.properties",
        "tomcat/conf/server.xml",
    },
}
STARTED = {
    "7": {
        "var/etc/security/master.key",
        "var/etc/security/join.key",
        "var/etc/security/artifactory.key",
        "var/etc/access/keys/README.md",
        "var/etc/access/keys/root.crt",
        "var/etc/access/keys/private.key",
        "var/etc/access/keys/ca.crt",
        "var/etc/access/keys/ca.private.key",
        "var/etc/access/access.config.latest.yml",
        "var/etc/access/access.config.template.yml",
        "var/etc/artifactory/artifactory.properties",
        "var/data/router/keys/trusted/access-root-ca.crt",
        "var/log/console.log",
        "var/log/access-service.log",
        "var/log/artifactory-service.log",
        "var/log/router-service.log",
        "var/log/metadata-service.log",
        "var/log/event-service.log",
        "var/log/frontend-service.log",
    },
    "6": {
        "etc/security/master.key",
        "etc/security/join.key",
        "access/etc/keys/README.md",
        "access/etc/keys/root.crt",
        "access/etc/keys/private.key",
        "access/etc/keys/ca.crt",
        "access/etc/keys/ca.private.key",
    },
}


@pytest.mark.parametrize("generation", ["7", "6"])
def test_install_leaves_what_an_installer_leaves(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).node(generation=generation)
    assert files(node.home) == FRESH[generation]


@pytest.mark.parametrize("generation", ["7", "6"])
def test_first_start_adds_keys_and_logs(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).started(generation=generation)
    assert files(node.home) == FRESH[generation] | STARTED[generation]


def test_install_creates_no_folder_for_keys_or_bootstrap_files(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    assert not (node.layout.var / "bootstrap").exists()
    assert not node.layout.security.exists()
    assert not node.layout.trusted.exists()
    assert node.layout.logs.is_dir()


@pytest.mark.parametrize("generation", ["7", "6"])
def test_first_start_creates_both_trusted_folders(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).started(generation=generation)
    assert list(node.layout.trusted.iterdir()) == []
    assert list(node.layout.tls_trusted.iterdir()) == []


@pytest.mark.parametrize(
    ("generation", "version", "file", "line"),
    [
        pytest.param(
            "7",
            "7.104.2",
            "app/artifactory.product.version.properties",
            "artifactory.product.version=7.104.2",
            id="7.x",
        ),
        pytest.param("6", "6.23.1", "etc/artifactory.properties", "artifactory.version=6.23.1", id="6.x"),
    ],
)
def test_install_writes_the_version(tmp_path: Path, generation: str, version: str, file: str, line: str) -> None:
    node = Workbench(tmp_path).node(generation=generation, version=version)
    assert (node.home / file).read_text() == line + "\n"


def test_old_build_has_its_version_in_the_settings_folder_only(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node(version="7.2.1")
    (node.home / "app/artifactory.product.version.properties").unlink()
    node.install(product_properties=False)
    start(node)
    assert not (node.home / "app/artifactory.product.version.properties").exists()
    assert (node.layout.var / "etc/artifactory/artifactory.properties").read_text() == "artifactory.version=7.2.1\n"


def test_fresh_system_yaml_equals_the_basic_template(tmp_path: Path) -> None:
    etc = Workbench(tmp_path).node().layout.var / "etc"
    fresh = (etc / "system.yaml").read_text()
    assert fresh == (etc / "system.basic-template.yaml").read_text()
    assert yaml.safe_load(fresh) == {"configVersion": 1, "shared": {"security": None, "node": None}}


def test_ha_node_says_so_in_its_settings(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.install(ha=True)
    settings = yaml.safe_load((node.layout.var / "etc/system.yaml").read_text())
    assert settings["shared"]["node"] == {"haEnabled": True}


def test_everything_belongs_to_the_service_user(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    assert {path.stat().st_uid for path in node.home.rglob("*")} == {os.geteuid()}


def test_secret_files_are_not_readable_for_others(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    secret = [
        node.layout.master_key,
        node.layout.live_join_key,
        node.layout.access_keys / "private.key",
        node.layout.access_keys / "ca.private.key",
        node.layout.control_script,
    ]
    assert [path.name for path in secret if path.stat().st_mode & 0o007] == []


def test_licence_file_is_left_alone(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    licence = node.layout.var / "etc/artifactory/artifactory.lic"
    licence.parent.mkdir()
    licence.write_text("a licence")
    start(node)
    node.tick()
    assert licence.read_text() == "a licence"
