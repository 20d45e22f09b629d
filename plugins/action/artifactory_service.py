# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a node when it is due; the master key that a start may need is read and checked on the controller.

The documentation is in plugins/modules/artifactory_service.py, and what is done here in plugin_utils/_steps/steps.py.
"""

from __future__ import annotations

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeStepAction


class ActionModule(NodeStepAction):
    """Everything is in the step."""
