# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an installer leaves on disk, and what only the first start adds (node-files.md 3.1, 3.3, 9, 10, 11)."""

from __future__ import annotations

import secrets
from pathlib import Path

from .layout import Layout

_SYSTEM_YAML = """\
## Settings of this node. A setting applies after a restart; environment variables win over this file.
configVersion: 1
shared:
  ## Keys of your own, for a node that was never started. They are encrypted here at first read.
  security:
  #  joinKey: ""
  #  joinKeyFile: "JFROG_HOME/artifactory/var/etc/security/join.key"
  #  masterKey: ""
  #  masterKeyFile: "JFROG_HOME/artifactory/var/etc/security/master.key"
  ## Generated when not set.
  node:
  #  id: ""
  #  ip: ""
"""

_SYSTEM_YAML_HA = "    haEnabled: true\n"

_FULL_TEMPLATE_EXTRA = """\
  logging:
    consoleLog:
      enabled: true
  script:
    serviceStartTimeout: 60
artifactory:
  port: 8081
access:
  http:
    port: 8040
  grpc:
    port: 8045
router:
  entrypoints:
    internalPort: 8046
    externalPort: 8082
    traefikApiPort: 8049
    grpcPort: 8047
"""

_FOLDERS_7 = ("app/bin", "app/misc", "var/etc", "var/log", "var/data", "var/backup", "var/work")
_FOLDERS_7_STARTED = (
    "etc/artifactory/plugins",
    "log/archived/artifactory",
    "log/archived/access",
    "data/artifactory",
    "data/access",
    "data/router/keys/trusted",
    "backup/artifactory",
    "backup/access",
)
_FOLDERS_6 = (
    "bin",
    "tomcat/conf",
    "etc/plugins",
    "access/etc",
    "access/logs",
    "access/data",
    "access/backup",
    "logs",
    "data",
    "backup",
)

_KEYS_README = """\
Access keeps its keys in its database. These files are copies: root.crt and private.key sign tokens, ca.crt and
ca.private.key sign TLS certificates of nodes. Certificates of token issuers to be trusted go into the folder 'trusted'.
"""


def install(layout: Layout, version: str, *, ha: bool, product_properties: bool) -> None:
    """Lay out a node that was never started. Everything belongs to the current user, the service user here.

    ``product_properties``: old builds of 7.x lack that file (node-files.md 9 'Version on disk').
    """
    folders = _FOLDERS_7 if layout.generation == "7" else _FOLDERS_6
    for folder in folders:
        (layout.home / folder).mkdir(parents=True, exist_ok=True)
    if product_properties or layout.generation == "6":
        write_version(layout, version)
    if layout.system_yaml is not None:
        _install_system_yaml(layout.system_yaml, ha=ha)
        _install_service_script(layout.home / "app/bin/installService.sh")
    else:
        _install_settings_6(layout.home, ha=ha)


def write_version(layout: Layout, version: str) -> None:
    """Version on disk (node-files.md 9); an upgrade writes it anew."""
    for file, key in layout.version_files:
        file.write_text(f"{key}={version}\n", encoding="utf-8")


def first_start_folders(layout: Layout, version: str) -> None:
    """What a node has once it has started, and not before (node-files.md 3.1 last line, 3.3, 9, 11)."""
    if layout.generation == "7":
        for folder in _FOLDERS_7_STARTED:
            (layout.var / folder).mkdir(parents=True, exist_ok=True)
        (layout.var / "etc/artifactory/artifactory.properties").write_text(
            f"artifactory.version={version}\n", encoding="utf-8"
        )
    layout.trusted.mkdir(parents=True, exist_ok=True)
    layout.tls_trusted.mkdir(parents=True, exist_ok=True)
    (layout.access_keys / "README.md").write_text(_KEYS_README, encoding="utf-8")
    artifactory_key = layout.security / "artifactory.key"
    if layout.generation == "7" and not artifactory_key.exists():
        # node-files.md 2 'Cipher-text marks': JS.<id>.AES128.<base58>; hexadecimal digits but 0 are base58, too.
        body = secrets.token_hex(24).replace("0", "z")
        write_private(artifactory_key, f"JS.{secrets.token_hex(3)}.AES128.{body}", mode=0o640)


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file that never was readable for others, not even for a moment."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True)
    path.unlink(missing_ok=True)
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_text(text, encoding="utf-8")


def _install_system_yaml(path: Path, *, ha: bool) -> None:
    basic = _SYSTEM_YAML + (_SYSTEM_YAML_HA if ha else "")
    path.write_text(basic, encoding="utf-8")
    # node-files.md 9: identical to a fresh system.yaml.
    path.with_name("system.basic-template.yaml").write_text(_SYSTEM_YAML, encoding="utf-8")
    path.with_name("system.full-template.yaml").write_text(_SYSTEM_YAML + _FULL_TEMPLATE_EXTRA, encoding="utf-8")


def _install_service_script(path: Path) -> None:
    path.write_text(
        "#!/bin/sh\necho 'A simulated node cannot be installed as a service.' >&2\nexit 1\n", encoding="utf-8"
    )
    path.chmod(0o755)


def _install_settings_6(home: Path, *, ha: bool) -> None:
    (home / "etc/db.properties").write_text("type=derby\n", encoding="utf-8")
    (home / "tomcat/conf/server.xml").write_text('<Server port="8015" shutdown="SHUTDOWN"/>\n', encoding="utf-8")
    (home / "bin/artifactory.default").write_text(f"export ARTIFACTORY_HOME={home}\n", encoding="utf-8")
    if ha:
        (home / "etc/ha-node.properties").write_text(f"node.id={home.parent.name}\n", encoding="utf-8")
