# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a module of this collection uses of ``ansible.module_utils.basic``, where it runs as a script (see node_script).

The options come from an action that has checked them against the module's argument spec. Runs on nodes, so Python 3.9
and the standard library are enough for it.
"""

from __future__ import annotations

import json
import sys
import syslog
from typing import Any, Dict, Iterator, List, Mapping, NoReturn, Set

# Ansible's own words for a value that is not shown.
WHOLE = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
PART = "********"


class AnsibleModule:
    """``order`` is set before one is made: the module's name, its options, and how the task runs.

    ``failed`` tells afterwards whether a module of this process has failed.
    """

    order: Mapping[str, Any] = {}
    failed = False

    def __init__(self, argument_spec: Mapping[str, Mapping[str, Any]], **_rules: Any) -> None:
        given = self.order["options"]
        self.params = {name: given.get(name, spec.get("default")) for name, spec in argument_spec.items()}
        self.check_mode = bool(self.order["check_mode"])
        self._diff = bool(self.order["diff"])
        self.no_log_values: Set[str] = set(secrets_of(argument_spec, self.params))
        self._warnings: List[str] = []
        if self.order["syslog"]:
            syslog.openlog(f"ansible-hybrid.jfrog.{self.order['module']}", 0, syslog.LOG_USER)
            syslog.syslog("Invoked as a script")

    def warn(self, warning: str) -> None:
        self._warnings.append(warning)

    def exit_json(self, **result: Any) -> NoReturn:
        self._end(result)

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        AnsibleModule.failed = True
        self._end({"changed": False, **result, "failed": True, "msg": msg})

    def _end(self, result: Dict[str, Any]) -> NoReturn:
        if self._warnings:
            result["warnings"] = self._warnings
        sys.stdout.write(f"{self.order['mark']}{json.dumps(masked(result, self.no_log_values))}\n")
        sys.stdout.flush()
        raise SystemExit(0)


def env_fallback(*_names: str) -> NoReturn:
    """Options of the REST side name it; nothing on a node looks into its environment."""
    raise KeyError


def masked(value: Any, secrets: Set[str]) -> Any:
    """The value without any of the secrets."""
    if isinstance(value, str):
        if value in secrets:
            return WHOLE
        for secret in secrets:
            value = value.replace(secret, PART)
        return value
    if isinstance(value, Mapping):
        return {masked(key, secrets): masked(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [masked(item, secrets) for item in value]
    return value


def secrets_of(argument_spec: Mapping[str, Mapping[str, Any]], params: Mapping[str, Any]) -> Iterator[str]:
    """The texts in options with ``no_log``, also of options in options."""
    for name, spec in argument_spec.items():
        value = params.get(name)
        if spec.get("no_log"):
            yield from _texts(value)
        elif spec.get("options"):
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, Mapping):
                    yield from secrets_of(spec["options"], item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from [value] if value else []
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
