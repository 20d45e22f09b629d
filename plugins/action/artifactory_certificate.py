# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs a client certificate: reads its files on the controller, then leaves the rest to the module.

The documentation is in plugins/modules/artifactory_certificate.py.
"""

from __future__ import annotations

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.module_here import ModuleHere
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.key_source import beside_inventory
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.pem_source import read_pem


class ActionModule(ModuleHere):
    def options(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        given = super().options(variables)
        if given.get("state") != "absent":
            self._read(given, "certificate", variables, private=False)
            self._read(given, "private_key", variables, private=True)
        return given

    def _read(self, arguments: dict[str, Any], name: str, variables: Mapping[str, Any], *, private: bool) -> None:
        """Put the content of the file that the option's path names into the option. Raises CertificateError."""
        path = arguments.get(f"{name}_path")
        if not path or arguments.get(name):  # both are refused by the module
            return
        what = f"the {name.replace('_', ' ')} of '{arguments.get('alias')}'"
        text, warnings = read_pem(
            beside_inventory(str(path), variables), what=what, private=private, loader=self._loader
        )
        for warning in warnings:
            warn(warning)
        del arguments[f"{name}_path"]
        arguments[name] = text
