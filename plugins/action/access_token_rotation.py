# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaces the automation's own access token, whose value is in a file on the controller and nowhere else.

The documentation is in plugins/modules/access_token_rotation.py.
"""

from __future__ import annotations

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import ControllerAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.rotation import (
    ROTATION_OPTIONS,
    ensure_rotation,
)


class ActionModule(ControllerAction):
    SPEC = ROTATION_OPTIONS
    ensure = staticmethod(ensure_rotation)
