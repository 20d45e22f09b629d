# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the action system_yaml does on the controller: between reading the file on the node and swapping it there.

The text of the file stays in this process. It travels hidden, and nothing that the module returned is passed on as it
is, so that a secret of the file cannot end in a result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from ...module_utils._adapter.module import Outcome
from ...module_utils._adapter.module import result as result_of
from ...module_utils._domain.change import CREATE, NONE, UPDATE, Change
from ...module_utils._domain.errors import ConflictError, InventoryError, LayoutError
from ...module_utils._domain.seal import FROM_NODE, TO_NODE, new_key, opened, sealed
from ...module_utils._domain.settings.system_yaml import (
    KEYS_OF_THE_FIRST_START,
    blocked,
    check_absent,
    check_secrets,
    check_settings,
    flatten,
    judge_secrets,
    judge_system_yaml,
    seen_in,
)
from .._yaml.edit import edited
from .._yaml.tree import parse, texts
from .exchange import Ask, Exchange, is_failure

MODULE = "system_yaml"
NEW_FILE = "configVersion: 1\n"  # the one key that is no section (node-files.md 9)

# What of the module's result may be passed on.
_FAILURE = ("failed", "unreachable", "msg", "path", "exception", "warnings", "deprecations", "module_stderr", "rc")


@dataclass(frozen=True)
class Wanted:
    """What was asked for, by dotted paths. A setting that is None is not to be there."""

    settings: dict[str, Any]
    secrets: dict[str, str]
    rewrite_secrets: bool

    @property
    def all(self) -> dict[str, Any]:
        return {**self.settings, **self.secrets}


def edit_system_yaml(params: Mapping[str, Any], *, check_mode: bool, with_diff: bool) -> Exchange:
    """Edit the file through the module on the node. Raises InventoryError before any connection is made."""
    wanted = _wanted(params)
    key = new_key()
    arguments = {"artifactory_home": params["artifactory_home"], "path": params["path"]}
    found = yield Ask(MODULE, {**arguments, "exchange": {"key": key}}, reads=True)
    if is_failure(found):
        return _failure(found)
    before = None if found["sealed"] is None else opened(found["sealed"], key, FROM_NODE)
    change, after = _decide(wanted, found, before, create=params["create"])
    backup = None
    if change.changed and not check_mode:
        exchange = {"key": key, "expected": found["digest"], "sealed": sealed(after, key, TO_NODE)}
        written = yield Ask(MODULE, {**arguments, "exchange": exchange})
        if is_failure(written):
            return _failure(written)
        backup = written["backup_file"]
    facts = {
        "path": found["path"],
        "created": change.action == CREATE,
        "restart_due": bool(found["own"] and (change.changed or found["restart_due"])),
        **({"backup_file": backup} if backup else {}),
    }
    shared = {name: found[name] for name in ("warnings", "deprecations") if found.get(name)}
    return {**shared, **result_of(Outcome(change, facts, subject=found["path"]), with_diff=with_diff)}


def _wanted(params: Mapping[str, Any]) -> Wanted:
    settings = check_settings(params["settings"], "settings")
    secrets = check_secrets(params["secrets"], "secrets")
    absent = check_absent(params["absent"], "absent")
    parts = (settings, secrets, absent)
    twice = sorted(path for path in {**settings, **secrets, **absent} if sum(path in part for part in parts) > 1)
    try:
        flatten({**settings, **secrets, **absent})
    except ValueError as exc:
        raise InventoryError(f"Cannot use settings, secrets and absent together: {exc}.") from None
    if twice:
        raise InventoryError(
            f"Cannot use settings, secrets and absent together: {', '.join(twice)} stands in more than one of them."
        )
    return Wanted({**settings, **absent}, secrets, params["rewrite_secrets"])


def _decide(wanted: Wanted, found: Mapping[str, Any], text: str | None, *, create: bool) -> tuple[Change, str]:
    """The change and the new text. Raises ConflictError and LayoutError for what must not be done."""
    path = found["path"]
    base = NEW_FILE if text is None else text
    there = {} if text is None else texts(parse(text, path), path)
    seen = seen_in(path, there)
    obstacle = blocked(seen, wanted.all)
    if obstacle is not None:
        raise ConflictError(f"Cannot edit {path}: {obstacle}. Nothing was written.", path=path)
    change = _joined(
        judge_system_yaml(seen, wanted.settings),
        judge_secrets(there, wanted.secrets, rewrite=wanted.rewrite_secrets),
    )
    if not change.changed:
        return change, base
    differing = {name: value for name, value in wanted.all.items() if _differs(change, name)}
    _refuse_late_keys(differing, found)
    if text is None and not create:
        raise LayoutError(
            f"Cannot edit {path}: it does not exist. Correct the path, or set create to true to make it.", path=path
        )
    action = CREATE if text is None else UPDATE
    return Change(action, change.before, change.after), edited(base, differing, path)


def _joined(settings: Change, secrets: Change) -> Change:
    changed = settings.changed or secrets.changed
    return Change(
        UPDATE if changed else NONE, {**settings.before, **secrets.before}, {**settings.after, **secrets.after}
    )


def _differs(change: Change, name: str) -> bool:
    """Whether the setting, or something in the section, differs."""
    return any(fact == name or fact.startswith((f"{name}.", f"{name}[")) for fact in change.drift)


def _refuse_late_keys(differing: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    late = [name for name in differing if name in KEYS_OF_THE_FIRST_START and differing[name] is not None]
    if late and found["ever_started"]:
        modules = " and ".join(KEYS_OF_THE_FIRST_START[name] for name in late)
        raise ConflictError(
            f"Cannot set {' and '.join(late)} in {found['path']}: the node has started before, and then its database "
            f"wins, or the start fails. Use {modules} instead; nothing was written.",
            path=found["path"],
        )


def _failure(result: Mapping[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in _FAILURE if name in result}
