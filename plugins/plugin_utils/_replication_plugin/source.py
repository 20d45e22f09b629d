# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The user's own copy of the plugin: a file on the controller, or its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Tuple

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._domain.errors import InventoryError
from .._files.key_source import beside_inventory

_LARGEST = 1 << 20


def plugin_of(options: Mapping[str, Any], variables: Mapping[str, Any]) -> Tuple[str, str] | None:
    """The text of the plugin and where it comes from; None when the options name none. Raises InventoryError."""
    if options.get("plugin"):
        return options["plugin"], "the text in plugin"
    if not options.get("plugin_path"):
        return None
    path = Path(beside_inventory(str(options["plugin_path"]), variables))
    try:
        return read_plain(path, limit=_LARGEST)[0].decode("utf-8"), str(path)
    except OSError as exc:
        reason = (exc.strerror or "unknown").lower()
        raise InventoryError(
            f"Cannot read your copy of the plugin from {path}: {reason}. Put securityReplication.groovy there, on the "
            "controller, or correct plugin_path; this collection brings none."
        ) from exc
    except UnicodeDecodeError:
        raise InventoryError(f"Cannot use {path} as the plugin: it is no text in UTF-8. Correct plugin_path.") from None
