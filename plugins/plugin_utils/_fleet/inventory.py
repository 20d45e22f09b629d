# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The variables of the inventory's hosts as plain data, for actions that look at the whole fleet at once."""

from __future__ import annotations

from collections.abc import Mapping as AbcMapping
from collections.abc import Set as AbcSet
from typing import Any, Iterable, Mapping, Sequence

from ansible.errors import AnsibleError
from ansible.template import Templar

from ...module_utils._domain.errors import InventoryError


def inventory_variables(
    task_vars: Mapping[str, Any], hosts: Sequence[str], names: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """These variables of these hosts, templated, as plain str, int, float, bool, None, list and dict.

    A variable that a host does not have is not in its result. Raises InventoryError with all values that cannot be
    templated or decrypted. ``hostvars[host][name]`` would template too, but leaves an undefined variable inside a
    value unnoticed on ansible-core before 2.19.
    """
    hostvars = task_vars["hostvars"]
    wanted = tuple(names)
    problems: list[str] = []
    variables: dict[str, dict[str, Any]] = {}
    for host in hosts:
        if host not in hostvars:
            problems.append(f"host '{host}' is not in the inventory")
            continue
        raw = hostvars.raw_get(host)
        variables[host] = {}
        templar: Templar | None = None  # made when something needs it, because it costs a copy of all variables
        for name in wanted:
            if name not in raw:
                continue
            if _is_plain(raw[name]):
                variables[host][name] = plain(raw[name])
                continue
            # hostvars are no part of the raw variables, but a value may look at another host's.
            templar = templar or Templar(
                loader=getattr(hostvars, "_loader", None), variables={**raw, "hostvars": hostvars}
            )
            try:
                variables[host][name] = plain(templar.template(raw[name]))
            except AnsibleError as exc:
                problems.append(f"{name} of host '{host}' cannot be evaluated: {_first_line(exc)}")
    if problems:
        raise InventoryError(
            "Cannot read the inventory's variables: "
            + "; ".join(problems)
            + ". Define what is missing, or correct it.",
            problems=problems,
        )
    return variables


def registered(task_vars: Mapping[str, Any], hosts: Sequence[str], name: str) -> dict[str, Any]:
    """What these hosts have registered under a name in this run; None for a host that has not.

    A result is data, and never a template: ``hostvars[host][name]`` would walk through the whole of it all the same.
    """
    hostvars = task_vars["hostvars"]
    return {host: plain(hostvars.raw_get(host).get(name)) for host in hosts}


def plain(value: Any) -> Any:
    """The value without Ansible's own types: tagged, lazy, unsafe and vaulted values become Python's."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, AbcMapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, AbcSet)):
        return [plain(item) for item in value]
    # A vaulted text is decrypted by this, a date becomes ISO 8601.
    return str(value)


def _is_plain(value: Any) -> bool:
    """Whether templating would change nothing; it costs more than all the rest here."""
    if isinstance(value, str):
        return "{" not in value and not value.startswith("#jinja2:")
    if isinstance(value, AbcMapping):
        return all(_is_plain(item) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, (bool, int, float))


def _first_line(exc: AnsibleError) -> str:
    """The reason, without the excerpt of the file, which could show a secret."""
    text = str(getattr(exc, "message", "") or exc)
    return text.strip().splitlines()[0].rstrip(".") if text.strip() else type(exc).__name__
