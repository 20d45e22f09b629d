# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where an Artifactory node keeps its files, for both generations (node-files.md 11)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .._domain import observed
from .._domain.errors import LayoutError
from . import files, system_yaml
from .account import Account

SEVEN = observed.SEVEN
SIX = observed.SIX
OUR_FOLDER = "hybrid.jfrog"


@dataclass(frozen=True)
class Layout:
    """The paths of one node. ``var`` is the home itself on 6.x."""

    generation: str
    home: Path
    var: Path
    configuration: Path  # its owner is the service user, unless system.yaml names another
    control_script: Path
    system_yaml: Path | None
    master_key: Path
    live_join_key: Path
    bootstrap_join_key: Path
    access: Path  # the folder of Access's configuration
    tls_trusted: Path
    version_files: tuple[tuple[Path, str], ...]  # file and property, the more reliable one first
    logs: tuple[Path, ...]
    # Read at a start (node-files.md 3.4); 6.x has no such folders.
    bootstrap_access_keys: Path | None = None
    bootstrap_router_keys: Path | None = None

    @property
    def access_keys(self) -> Path:
        return self.access / "keys"

    @property
    def trusted(self) -> Path:
        """The watched drop box for certificates of token issuers (node-files.md 3, column a)."""
        return self.access_keys / "trusted"

    @property
    def bootstrap_credentials(self) -> Path:
        """The first administrators, read at every start (node-files.md 9 "First admin")."""
        return self.access / "bootstrap.creds"

    @property
    def token_request(self) -> Path | None:
        """Asks the next start for a short-lived admin token (node-files.md 3.4); 6.x has nothing like it."""
        return None if self.bootstrap_access_keys is None else self.bootstrap_access_keys / "generate.token.json"

    @property
    def token_file(self) -> Path:
        """Where the answer lies for a minute."""
        return self.access_keys / "token.json"

    @property
    def ledger(self) -> Path:
        return self.var / OUR_FOLDER / "ledger.json"

    def account(self) -> Account:
        """The service user: shared.user of system.yaml, else the owner of the configuration folder (trap 12)."""
        found = self._folder_owner()
        user, group = self._configured_account()
        return Account.named(user, group, default=found) if user or group else found

    def _folder_owner(self) -> Account:
        try:
            return Account.of(os.stat(self.configuration))
        except OSError as exc:
            raise LayoutError(
                f"Cannot tell the service user of the node in {self.home}: {self.configuration} cannot be read "
                f"({exc.strerror}). Run the task with become: true."
            ) from exc

    def _configured_account(self) -> tuple[str | None, str | None]:
        if self.system_yaml is None:
            return None, None
        settings = system_yaml.read(self.system_yaml)
        return settings.get("shared.user"), settings.get("shared.group")

    def ever_started(self) -> bool:
        """Whether Access has run here. Logs are no evidence: a first start that failed leaves some, too."""
        return files.exists(self.live_join_key) or files.exists(self.access_keys / "root.crt")

    def master_key_in_memory(self) -> bool:
        """Whether the router removes the master key file once every service is up (node-files.md 2, since 7.29.7)."""
        if self.system_yaml is None:
            return False
        return system_yaml.read(self.system_yaml).get("shared.security.masterKeyExternal", "").lower() == "true"


def find(home: str) -> Layout | None:
    """The node in this folder; None when there is none. Raises LayoutError when the folder cannot be looked into."""
    root = Path(home)
    if not root.is_absolute():
        raise LayoutError(f"Cannot look for a node in '{home}': it is not an absolute path. Give the full path.")
    if _is_seven(root):
        return _seven(root)
    return _six(root) if _is_six(root) else None


def require(home: str) -> Layout:
    """The node in this folder. Raises LayoutError, with a hint where the home may be instead."""
    layout = find(home)
    if layout is not None:
        return layout
    below = os.path.join(home, "artifactory")
    hint = "Set artifactory_home to the folder that holds app and var (7.x), or etc and tomcat (6.x)."
    if find(below) is not None:
        hint = f"There is one in {below}: set artifactory_home to that."
    raise LayoutError(f"Cannot find an Artifactory node in {home}: it has neither the files of 7.x nor of 6.x. {hint}")


def facts(home: str, layout: Layout | None) -> observed.Layout:
    """The shape that the plan reads."""
    if layout is None:
        return {"installed": False, "generation": None, "home": home, "var": None, "owner": None, "group": None}
    account = layout.account()
    return {
        "installed": True,
        "generation": layout.generation,
        "home": str(layout.home),
        "var": str(layout.var),
        "owner": account.user,
        "group": account.group,
    }


def _is_seven(root: Path) -> bool:
    return files.exists(root / "app/artifactory.product.version.properties") or files.exists(
        root / "var/etc/system.yaml"
    )


def _is_six(root: Path) -> bool:
    if not files.exists(root / "etc/artifactory.properties") or files.exists(root / "var/etc"):
        return False
    return files.exists(root / "tomcat") or files.exists(root / "access/etc")


def _seven(home: Path) -> Layout:
    var = home / "var"
    settings = system_yaml.read(var / "etc/system.yaml")
    services = ("access", "router", "artifactory", "metadata", "event", "frontend", "observability")
    return Layout(
        generation=SEVEN,
        home=home,
        var=var,
        configuration=var / "etc",
        control_script=home / "app/bin/artifactoryctl",
        system_yaml=var / "etc/system.yaml",
        master_key=configured_key(settings, "masterKeyFile", var / "etc/security/master.key"),
        live_join_key=configured_key(settings, "joinKeyFile", var / "etc/security/join.key"),
        # The two orders under bootstrap differ: join key access/etc, certificates etc/access (trap 20).
        bootstrap_join_key=var / "bootstrap/access/etc/security/join.key",
        access=var / "etc/access",
        bootstrap_access_keys=var / "bootstrap/etc/access/keys",
        bootstrap_router_keys=var / "bootstrap/router/keys",
        tls_trusted=var / "etc/security/keys/trusted",
        version_files=(
            (home / "app/artifactory.product.version.properties", "artifactory.product.version"),
            (var / "etc/artifactory/artifactory.properties", "artifactory.version"),
        ),
        logs=(var / "log/console.log", *(var / f"log/{service}-service.log" for service in services)),
    )


def configured_key(settings: dict[str, str], name: str, default: Path) -> Path:
    """Where a key lies: system.yaml may name another file (node-files.md 1.2, 2)."""
    configured = settings.get(f"shared.security.{name}", "")
    return Path(configured) if os.path.isabs(configured) else default


def _six(home: Path) -> Layout:
    return Layout(
        generation=SIX,
        home=home,
        var=home,
        configuration=home / "etc",
        control_script=home / "bin/artifactoryctl",
        system_yaml=None,
        master_key=home / "etc/security/master.key",
        live_join_key=home / "etc/security/join.key",
        bootstrap_join_key=home / "access/etc/keys/join.key",
        access=home / "access/etc",
        tls_trusted=home / "etc/security/keys/trusted",
        version_files=((home / "etc/artifactory.properties", "artifactory.version"),),
        logs=(home / "logs/artifactory.log", home / "access/logs/access.log", home / "logs/catalina/catalina.out"),
    )
