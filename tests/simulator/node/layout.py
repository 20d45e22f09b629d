# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an Artifactory node keeps its files, for 7.x and 6.x (node-files.md 11, path shorthand, 1.2, 2, 3)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Where a package puts a node, below the root of its file system, and a version for those who do not care.
HOMES = {"7": "opt/jfrog/artifactory", "6": "var/opt/jfrog/artifactory"}
VERSIONS = {"7": "7.104.2", "6": "6.23.1"}


@dataclass(frozen=True)
class Layout:
    """The paths of one node. ``None`` where a generation has no such place."""

    generation: str
    home: Path  # 7.x: $JFROG_HOME/artifactory; 6.x: $ARTIFACTORY_HOME
    var: Path  # 7.x: <home>/var; 6.x: the home itself
    control_script: Path
    version_files: tuple[tuple[Path, str], ...]  # file and the key that holds the version
    security: Path
    master_key: Path
    live_join_key: Path
    bootstrap_join_key: Path
    access_etc: Path
    access_keys: Path
    trusted: Path
    tls_trusted: Path
    access_log: Path
    artifactory_log: Path
    logs: Path
    system_yaml: Path | None
    bootstrap_keys: Path | None
    router_keys: Path | None

    @property
    def bootstrap_credentials(self) -> Path:
        return self.access_etc / "bootstrap.creds"

    @property
    def filestore(self) -> Path:
        """The bytes of all repositories: the default of 7.x and of 6.x; nodes of an HA site are given one in common."""
        return self.var / ("data/artifactory/filestore" if self.generation == "7" else "data/filestore")

    @property
    def plugins(self) -> Path:
        """User plugins: $ARTIFACTORY_HOME/etc/plugins of 6.x (JFrog docs, "User Plugins" of 6.x and of 7.x)."""
        return self.var / ("etc/artifactory/plugins" if self.generation == "7" else "etc/plugins")

    @property
    def token_file(self) -> Path:
        return self.access_keys / "token.json"


def layout_7(home: Path) -> Layout:
    """The 7.x tree (node-files.md 1.2, 2, 3, 9 'Version on disk', 10, 11)."""
    var = home / "var"
    return Layout(
        generation="7",
        home=home,
        var=var,
        control_script=home / "app/bin/artifactoryctl",
        version_files=((home / "app/artifactory.product.version.properties", "artifactory.product.version"),),
        security=var / "etc/security",
        master_key=var / "etc/security/master.key",
        live_join_key=var / "etc/security/join.key",
        bootstrap_join_key=var / "bootstrap/access/etc/security/join.key",
        access_etc=var / "etc/access",
        access_keys=var / "etc/access/keys",
        trusted=var / "etc/access/keys/trusted",
        tls_trusted=var / "etc/security/keys/trusted",
        access_log=var / "log/access-service.log",
        artifactory_log=var / "log/artifactory-service.log",
        logs=var / "log",
        system_yaml=var / "etc/system.yaml",
        bootstrap_keys=var / "bootstrap/etc/access/keys",
        router_keys=var / "data/router/keys",
    )


def layout_6(home: Path) -> Layout:
    """The 6.x tree (node-files.md 11, first column)."""
    return Layout(
        generation="6",
        home=home,
        var=home,
        control_script=home / "bin/artifactoryctl",
        version_files=((home / "etc/artifactory.properties", "artifactory.version"),),
        security=home / "etc/security",
        master_key=home / "etc/security/master.key",
        live_join_key=home / "etc/security/join.key",
        bootstrap_join_key=home / "access/etc/keys/join.key",
        access_etc=home / "access/etc",
        access_keys=home / "access/etc/keys",
        trusted=home / "access/etc/keys/trusted",
        tls_trusted=home / "etc/security/keys/trusted",
        access_log=home / "access/logs/access.log",
        artifactory_log=home / "logs/artifactory.log",
        logs=home / "logs",
        system_yaml=None,
        bootstrap_keys=None,
        router_keys=None,
    )


def layout_of(generation: str, home: Path) -> Layout:
    """The layout of a generation, "7" or "6"."""
    if generation == "7":
        return layout_7(home)
    if generation == "6":
        return layout_6(home)
    raise ValueError(f"there is no layout for generation {generation!r}")
