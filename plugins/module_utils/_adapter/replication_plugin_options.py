# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The families of options about the old user plugin. Standard library and ansible only: it runs on nodes as well."""

from __future__ import annotations

from .options import WAY_OPTIONS, Family

# Where the packages of 5.x and 6.x put their home (node-files.md 11).
HOME = "/var/opt/jfrog/artifactory"

PLUGIN_OPTIONS: Family = {"plugin": {"type": "str"}, "plugin_path": {"type": "str"}}

SETTINGS_OPTIONS: Family = {
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "credential": {"type": "str", "choices": ["password", "api_key"], "default": "password"},
    "urls": {"type": "list", "elements": "str"},
    "filter": {"type": "int", "choices": [1, 2, 3], "default": 1},
    "cron_job": {"type": "str", "default": "0 0 0/1 * * ?"},
    "safety": {"type": "bool", "default": True},
}

NODE_OPTIONS: Family = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "artifactory_home": {"type": "str", "default": HOME},
    "plugins_folder": {"type": "str"},
    "whoami": {"type": "str"},
    **SETTINGS_OPTIONS,
    **PLUGIN_OPTIONS,
}
NODE_RULES = {
    "required_if": [("state", "present", ["username", "password", "urls", "whoami"])],
    "mutually_exclusive": [("plugin", "plugin_path")],
}

REACH_OPTIONS: Family = {**WAY_OPTIONS, "timeout": {"type": "float", "default": 60.0}}

DISTRIBUTION_OPTIONS: Family = {
    **{name: {**spec, "required": True} for name, spec in SETTINGS_OPTIONS.items() if "default" not in spec},
    **{name: spec for name, spec in SETTINGS_OPTIONS.items() if "default" in spec},
    **PLUGIN_OPTIONS,
    "source": {"type": "str"},
    "node_urls": {"type": "dict", "default": {}},
    "written": {"type": "list", "elements": "str", "default": []},
    **REACH_OPTIONS,
}
DISTRIBUTION_RULES = {
    "mutually_exclusive": [("plugin", "plugin_path")],
    "required_one_of": [("plugin", "plugin_path")],
}

INFO_OPTIONS: Family = {
    **{name: {**SETTINGS_OPTIONS[name], "required": True} for name in ("username", "password", "urls")},
    "safety": SETTINGS_OPTIONS["safety"],
    **PLUGIN_OPTIONS,
    "upgrade_to": {"type": "str"},
    "demand": {"type": "str", "choices": ["nothing", "ready", "in_order"], "default": "nothing"},
    **REACH_OPTIONS,
}
INFO_RULES = {"mutually_exclusive": [("plugin", "plugin_path")]}
