# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The families of options that say how to reach the platform and an Edge."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible.module_utils.basic import env_fallback

Family = Dict[str, Dict[str, Any]]

# Shared by all REST modules, so that group/hybrid.jfrog.api in module_defaults can hold them.
PLATFORM_OPTIONS: Family = {
    "platform_url": {"type": "str", "fallback": (env_fallback, ["JFROG_PLATFORM_URL"])},
    "platform_access_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["JFROG_PLATFORM_TOKEN"])},
    "platform_ca_path": {"type": "path", "fallback": (env_fallback, ["JFROG_PLATFORM_CA_PATH"])},
    "platform_validate_certs": {"type": "bool", "default": True, "aliases": ["validate_certs"]},
    # The URL may hold a password, so all of it counts as a secret.
    "platform_proxy_url": {"type": "str", "no_log": True},
    "platform_no_proxy": {"type": "list", "elements": "str"},
    "platform_client_certificate_path": {"type": "path"},
    "platform_client_key_path": {"type": "path", "no_log": False},
    "timeout": {"type": "float", "default": 60.0},
}

EDGE_OPTIONS: Family = {
    "edge_url": {"type": "str"},
    "edge_access_token": {"type": "str", "no_log": True},
    "edge_ca_path": {"type": "path"},
    "edge_validate_certs": {"type": "bool", "default": True},
    "edge_proxy_url": {"type": "str", "no_log": True},
    "edge_no_proxy": {"type": "list", "elements": "str"},
    "edge_client_certificate_path": {"type": "path"},
    "edge_client_key_path": {"type": "path", "no_log": False},
}

# How an instance is reached whose options have no prefix, because a task names several.
WAY_OPTIONS: Family = {
    name.removeprefix("edge_"): spec
    for name, spec in EDGE_OPTIONS.items()
    if name not in ("edge_url", "edge_access_token")
}

# For what looks at the whole fleet: what the task does not say, the inventory or the environment does.
PLATFORM_OPTIONS_OF_TASK: Family = {
    name: {key: value for key, value in spec.items() if key not in ("default", "fallback")}
    for name, spec in PLATFORM_OPTIONS.items()
}


def required(family: Mapping[str, Mapping[str, Any]], *names: str) -> Family:
    """The family with these options required."""
    return {name: {**spec, **({"required": True} if name in names else {})} for name, spec in family.items()}
