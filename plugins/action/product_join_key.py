# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Supplies the join key to another product: the key is read and checked on the controller.

The documentation is in plugins/modules/product_join_key.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import PRODUCT_JOIN_KEY_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import JOIN_KEY
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.key import supply_key


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=PRODUCT_JOIN_KEY_OPTIONS)
        exchange = supply_key(
            "product_join_key",
            params,
            JOIN_KEY,
            loader=self._loader,
            check_mode=self._task.check_mode,
            variables=task_vars,
        )
        return {**result, **self.carried_out(exchange, task_vars)}
