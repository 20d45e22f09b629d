# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps a pairing token of an Edge in a file on the controller, for a person who has to paste it.

The documentation is in plugins/modules/pairing_token.py.
"""

from __future__ import annotations

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import ControllerAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.pairing_token import (
    PAIRING_TOKEN_OPTIONS,
    ensure_pairing_token,
)


class ActionModule(ControllerAction):
    SPEC = PAIRING_TOKEN_OPTIONS
    ensure = staticmethod(ensure_pairing_token)
