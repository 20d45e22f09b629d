# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where another JFrog product (Xray, Distribution, Insight …) keeps its files: a tree like that of a 7.x node.

The product's folder is ``$JFROG_HOME/<product>``, and its control script ``app/bin/<product>.sh`` (JFrog's installation
pages of each product, "Start and manage the service").
"""

from __future__ import annotations

from pathlib import Path

from .._domain.errors import LayoutError
from . import system_yaml
from .layout import SEVEN, Layout, configured_key


def require(home: str, product: str) -> Layout:
    """The product in this folder. Raises LayoutError when none lies there."""
    root = Path(home)
    if not root.is_absolute():
        raise LayoutError(f"Cannot look for {product} in '{home}': it is not an absolute path. Give the full path.")
    try:
        if not (root / "var/etc").is_dir():
            raise LayoutError(
                f"Cannot find {product} in {home}: there is no folder var/etc. Set product_home to the folder that "
                "holds app and var."
            )
    except PermissionError as exc:
        raise LayoutError(
            f"Cannot look for {product} in {home}: {exc.filename} is closed to this user. Run the task with "
            "become: true."
        ) from exc
    return _layout(root, product)


def _layout(home: Path, product: str) -> Layout:
    var = home / "var"
    security = var / "etc/security"
    settings = system_yaml.read(var / "etc/system.yaml")
    live = configured_key(settings, "joinKeyFile", security / "join.key")
    return Layout(
        generation=SEVEN,
        home=home,
        var=var,
        configuration=var / "etc",
        control_script=home / f"app/bin/{product}.sh",
        system_yaml=var / "etc/system.yaml",
        master_key=configured_key(settings, "masterKeyFile", security / "master.key"),
        live_join_key=live,
        bootstrap_join_key=live,  # only Access has a bootstrap folder (node-files.md 1.2)
        access=var / "etc/access",
        tls_trusted=security / "keys/trusted",
        version_files=(),
        logs=(var / "log/console.log", var / "log/router-service.log", var / f"log/{product}-service.log"),
    )
