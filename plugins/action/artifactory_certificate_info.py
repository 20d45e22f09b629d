# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs on the controller when it is delegated to it. Documented in plugins/modules/artifactory_certificate_info.py."""

from __future__ import annotations

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.module_here import ModuleHere


class ActionModule(ModuleHere):
    """The module, without a start of Python of its own."""
