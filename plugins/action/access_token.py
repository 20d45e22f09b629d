# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes and revokes an access token, whose value goes into a file on the controller and nowhere else.

The documentation is in plugins/modules/access_token.py.
"""

from __future__ import annotations

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import ControllerAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.access_token import (
    ACCESS_TOKEN_OPTIONS,
    ensure_access_token,
)


class ActionModule(ControllerAction):
    SPEC = ACCESS_TOKEN_OPTIONS
    ensure = staticmethod(ensure_access_token)
