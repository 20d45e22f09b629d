# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The families of options of what is done once for the whole fleet. They are documented in doc_fragments/fleet.py."""

from __future__ import annotations

from ...module_utils._adapter.options import PLATFORM_OPTIONS_OF_TASK, Family
from ...module_utils._domain.plan.shapes import POLICY_NAMES
from ...module_utils._domain.policy import ALL

READING: Family = {
    **PLATFORM_OPTIONS_OF_TASK,
    "hosts": {"type": "list", "elements": "str"},
    "max_parallel": {"type": "int", "default": 32},
    "edge_timeout": {"type": "float", "default": 60.0},
    "progress_interval": {"type": "float", "default": 10.0},
}

PLANNING: Family = {
    "nodes_variable": {"type": "str", "default": "edge_observed"},
    "onboarding": {"type": "bool", "default": False},
    "approve": {"type": "list", "elements": "str", "choices": [ALL, *POLICY_NAMES], "default": []},
}


def list_of(*names: str) -> dict[str, object]:
    """An option that is a list of dictionaries with these texts."""
    texts = {name: {"type": "str", "required": True} for name in names}
    return {"type": "list", "elements": "dict", "default": [], "options": texts}


FAILURES: Family = {"failures": list_of("host", "step", "message")}
TIMES: Family = {"times": list_of("phase", "at")}
