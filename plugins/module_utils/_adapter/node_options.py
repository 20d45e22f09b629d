# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The families of options of everything that works on a node. Standard library and ansible only: it runs there."""

from __future__ import annotations

from typing import Any, Dict

from .options import EDGE_OPTIONS, PLATFORM_OPTIONS

Family = Dict[str, Dict[str, Any]]

HOME_OPTION: Family = {"artifactory_home": {"type": "str", "default": "/opt/jfrog/artifactory"}}

CONTROL_OPTIONS: Family = {
    "control": {
        "type": "str",
        "choices": ["auto", "systemd", "artifactoryctl", "command", "none"],
        "default": "auto",
    },
    "unit": {"type": "str", "default": "artifactory.service"},
}

HEALTH_OPTIONS: Family = {"node_url": {"type": "str"}, "node_ca_path": {"type": "str"}}

OBSERVATION_OPTIONS: Family = {
    **HOME_OPTION,
    **CONTROL_OPTIONS,
    **HEALTH_OPTIONS,
    "from_inventory": {"type": "bool", "default": False},
    "timeout": {"type": "float", "default": 120.0},
}

KEY_OPTIONS: Family = {
    "key": {"type": "str", "no_log": True},
    "key_file": {"type": "str", "no_log": False},
    "peers": {"type": "list", "elements": "dict", "default": [], "no_log": False},
}

JOIN_KEY_OPTIONS: Family = {
    **HOME_OPTION,
    **KEY_OPTIONS,
    **HEALTH_OPTIONS,
    "generate": {"type": "bool", "default": False},
    "bits": {"type": "int", "choices": [128, 256], "default": 256},
    "vault": {"type": "bool", "default": False},
    "on_unknown": {"type": "str", "choices": ["report", "supply"], "default": "report"},
    "made": {"type": "bool", "default": False},
}

MASTER_KEY_OPTIONS: Family = {**HOME_OPTION, **KEY_OPTIONS, **CONTROL_OPTIONS, **HEALTH_OPTIONS}

MASTER_KEY_RESET_OPTIONS: Family = {
    **HOME_OPTION,
    **CONTROL_OPTIONS,
    "state": {"type": "str", "choices": ["prepared", "replaced", "trusted", "finished"], "required": True},
    "stop": {"type": "bool", "default": False},
    "key": {"type": "str", "no_log": True},
    "key_file": {"type": "str", "no_log": False},
}

OFFBOARDING_OPTIONS: Family = {
    **HOME_OPTION,
    **CONTROL_OPTIONS,
    **HEALTH_OPTIONS,
    "state": {"type": "str", "choices": ["left", "stopped", "closed", "keys_removed"], "required": True},
    "edge": {"type": "str"},
    "platform": {"type": "str"},
    "jpd_id": {"type": "str"},
    "trusts_platform": {"type": "bool"},
    "trusted_by_platform": {"type": "bool"},
}

PRODUCT_JOIN_KEY_OPTIONS: Family = {
    "product": {"type": "str", "required": True},
    "product_home": {"type": "str"},
    "key": {"type": "str", "no_log": True},
    "key_file": {"type": "str", "no_log": False},
    "control": CONTROL_OPTIONS["control"],
    "unit": {"type": "str"},
    "restart_command": {"type": "list", "elements": "str", "default": []},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
}

TRUSTED_CERTIFICATE_OPTIONS: Family = {
    **HOME_OPTION,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "content": {"type": "str"},
    "repair": {"type": "str", "choices": ["never", "when_broken", "always"], "default": "when_broken"},
    "forget": {"type": "bool", "default": False},
    "issuer": {"type": "str", "choices": ["platform", "edge"], "default": "platform"},
    "truster_url": {"type": "str"},
    "proof": {"type": "str", "choices": ["acceptance", "import"], "default": "acceptance"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
    "probe": {"type": "bool"},
    "confirm": {"type": "bool", "default": False},
    **PLATFORM_OPTIONS,
    **EDGE_OPTIONS,
}
TRUSTED_CERTIFICATE_RULES = [("state", "present", ["content"])]

# Answered on the controller; they do not travel to the node.
KEY_SOURCE_OPTIONS = ("key_file", "generate", "bits", "vault")
TRUST_CONTROLLER_OPTIONS = (*PLATFORM_OPTIONS, "validate_certs", *EDGE_OPTIONS, "truster_url", "probe", "confirm")

SERVICE_OPTIONS: Family = {
    **HOME_OPTION,
    **CONTROL_OPTIONS,
    **HEALTH_OPTIONS,
    "state": {"type": "str", "choices": ["started", "restarted_when_due"], "default": "restarted_when_due"},
    "restart_command": {"type": "list", "elements": "str", "default": []},
    "master_key": {"type": "str", "no_log": True},
    "master_key_file": {"type": "str", "no_log": False},
    "peers": {"type": "list", "elements": "dict", "default": []},
    "due_for": {"type": "list", "elements": "str", "default": []},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
}

ACCESS_CONFIG_OPTIONS: Family = {
    **HOME_OPTION,
    "settings": {"type": "dict", "required": True},
    "on_unknown": {"type": "str", "choices": ["report", "supply"], "default": "report"},
}

NAMED_CERTIFICATE: Family = {
    "name": {"type": "str", "required": True},
    "content": {"type": "str"},
    "path": {"type": "str"},
}

TLS_CA_CERTIFICATE_OPTIONS: Family = {
    **HOME_OPTION,
    "certificates": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": NAMED_CERTIFICATE,
    },
    "prune": {"type": "bool", "default": False},
    "days_left": {"type": "int", "default": 30},
}

SYSTEM_YAML_OPTIONS: Family = {
    **HOME_OPTION,
    "path": {"type": "str"},
    "settings": {"type": "dict", "default": {}},
    "secrets": {"type": "dict", "default": {}, "no_log": True},
    "absent": {"type": "list", "elements": "str", "default": []},
    "rewrite_secrets": {"type": "bool", "default": False, "no_log": False},
    "create": {"type": "bool", "default": False},
    "exchange": {"type": "dict", "no_log": True},
}

# What a node gets in one execution: what its steps have in common, and the options of each of them.
NODE_OPTIONS: Family = {
    **HOME_OPTION,
    **CONTROL_OPTIONS,
    **HEALTH_OPTIONS,
    "peers": {"type": "list", "elements": "dict", "default": []},
    "master_key": {"type": "dict", "no_log": True},
    "join_key": {"type": "dict", "no_log": True},
    "system_yaml": {"type": "dict", "no_log": True},
    "tls_ca_certificate": {"type": "dict"},
    "server_certificate": {"type": "dict", "no_log": True},
    "access_config": {"type": "dict"},
    "restart": {"type": "dict", "no_log": True},
}

# A certificate and its key for Access: read and checked on the controller, where REST is asked as well.
PAIR_OPTIONS: Family = {
    "certificate": {"type": "str"},
    "certificate_path": {"type": "str"},
    "private_key": {"type": "str", "no_log": True},
    "private_key_path": {"type": "str", "no_log": False},
    "on_unknown": {"type": "str", "choices": ["report", "supply"], "default": "report"},
    "served": {"type": "str"},
}

TOKEN_SIGNING_CERTIFICATE_OPTIONS: Family = {
    **HOME_OPTION,
    **PAIR_OPTIONS,
    "keep_previous": {"type": "bool", "default": True},
    "acknowledge_tokens_end": {"type": "bool", "default": False, "no_log": False},
    "wait_timeout": {"type": "int", "default": 120},
    **EDGE_OPTIONS,
}

ACCESS_CA_CERTIFICATE_OPTIONS: Family = {
    **HOME_OPTION,
    **PAIR_OPTIONS,
    "state": {"type": "str", "choices": ["present", "renewed"], "default": "present"},
    "renew_when_days_left": {"type": "int", "default": 0},
    "force": {"type": "bool", "default": False},
    "needed": {"type": "bool"},
    **EDGE_OPTIONS,
}

PAIR_CONTROLLER_OPTIONS = (*EDGE_OPTIONS, "certificate_path", "private_key_path")

BOOTSTRAP_CREDENTIALS_OPTIONS: Family = {
    **HOME_OPTION,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "username": {"type": "str", "default": "admin"},
    "address": {"type": "str", "default": "*"},
    "password": {"type": "str", "no_log": True},
    "peers": {"type": "list", "elements": "dict", "default": []},
}

SERVER_CERTIFICATE_OPTIONS: Family = {
    **HOME_OPTION,
    "certificate": {"type": "str"},
    "certificate_path": {"type": "str"},
    "private_key": {"type": "str", "no_log": True},
    "private_key_path": {"type": "str", "no_log": False},
    "ca": {"type": "str"},
    "ca_path": {"type": "str"},
    "cas": {"type": "list", "elements": "dict", "default": [], "options": NAMED_CERTIFICATE},
    "address": {"type": "str"},
    "node_url": {"type": "str"},
    "days_left": {"type": "int", "default": 30},
    "names": {"type": "list", "elements": "str"},
    "issuer_sha256": {"type": "str"},
}
# Answered on the controller; they do not travel to the node.
SERVER_CERTIFICATE_CONTROLLER_OPTIONS = (
    "certificate_path",
    "private_key_path",
    "ca",
    "ca_path",
    "cas",
    "days_left",
)

ADMIN_TOKEN_OPTIONS: Family = {
    **HOME_OPTION,
    **CONTROL_OPTIONS,
    **HEALTH_OPTIONS,
    **PLATFORM_OPTIONS,
    **EDGE_OPTIONS,
    "edge_url": {"type": "str", "required": True},
    "token_file": {"type": "str", "required": True, "no_log": False},
    "vault": {"type": "bool", "default": False},
    "scope": {"type": "str", "default": "applied-permissions/admin"},
    "audience": {"type": "str", "default": "*@*"},
    "valid_days": {"type": "int", "default": 365},
    "renew_before": {"type": "int", "default": 30},
    "restart_command": {"type": "list", "elements": "str", "default": []},
    "master_key": {"type": "str", "no_log": True},
    "wait_timeout": {"type": "int", "default": 600},
    "seal": {"type": "str", "no_log": True},
}
# Answered on the controller; they do not travel to the node.
ADMIN_TOKEN_CONTROLLER_OPTIONS = (
    *PLATFORM_OPTIONS,
    *(name for name in EDGE_OPTIONS if name != "edge_url"),
    "validate_certs",
    "vault",
    "scope",
    "audience",
    "valid_days",
    "renew_before",
)
