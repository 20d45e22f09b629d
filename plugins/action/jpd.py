# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registers an Edge: reads the join key's file on the controller, then leaves the rest to the module.

The documentation is in plugins/modules/jpd.py.
"""

from __future__ import annotations

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.module_here import ModuleHere
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.key_source import beside_inventory, read_key_file


class ActionModule(ModuleHere):
    def options(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        given = super().options(variables)
        path = given.get("join_key_file")
        if path and not given.get("join_key"):
            key = read_key_file(beside_inventory(str(path), variables), loader=self._loader)
            if key is not None:
                given["join_key"] = key
        return given
