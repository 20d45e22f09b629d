# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the key actions do on the controller around the module on the node: the key is read, made and checked here.

Nothing of the REST side is imported, because that would cost more time than the rest of such a task.
"""

from __future__ import annotations

from typing import Any, Mapping

from ...module_utils._adapter.node_options import KEY_SOURCE_OPTIONS
from ...module_utils._domain.errors import EdgeError
from ...module_utils._domain.keys.keys import MASTER_KEY, fingerprint
from .._files.key_source import WantedKey, beside_inventory, wanted_key
from .exchange import Ask, Exchange, is_failure

NOT_MADE = "not made yet"


def supply_key(
    module: str,
    params: Mapping[str, Any],
    kind: str,
    *,
    loader: Any,
    check_mode: bool,
    variables: Mapping[str, Any] | None = None,
) -> Exchange:
    """Supply a key of a kind through a module on the node. Raises KeyFormatError before any connection is made.

    ``variables`` of the host tell the folder of its inventory, from which a relative ``key_file`` is seen.
    """
    if (params["key"] is None) == (params["key_file"] is None):
        raise EdgeError(f"Cannot supply the {kind}: give exactly one of key and key_file.")
    if params["key_file"] is not None:
        params = {**params, "key_file": beside_inventory(params["key_file"], variables or {})}
    wanted = wanted_key(params, kind, loader=loader, check_mode=check_mode)
    arguments = {name: value for name, value in params.items() if name not in KEY_SOURCE_OPTIONS}
    if wanted.staged:
        arguments["made"] = True
    result = yield Ask(module, {**arguments, "key": wanted.text})
    return _with_key_file(result, wanted, check_mode=check_mode)


def known_master_key(
    params: Mapping[str, Any], *, loader: Any, variables: Mapping[str, Any] | None = None
) -> str | None:
    """The checked master key of the options ``master_key`` and ``master_key_file``; None where neither is given.

    Raises KeyFormatError before any connection is made.
    """
    key, path = params["master_key"], params["master_key_file"]
    if key is not None and path is not None:
        raise EdgeError("Cannot tell the master key: give only one of master_key and master_key_file.")
    if key is None and path is None:
        return None
    options = {"key": key, "key_file": None if path is None else beside_inventory(path, variables or {})}
    return wanted_key(options, MASTER_KEY, loader=loader, check_mode=True).text


def _with_key_file(result: dict[str, Any], wanted: WantedKey, *, check_mode: bool) -> dict[str, Any]:
    if wanted.store is None or is_failure(result):
        return result
    if wanted.staged and check_mode:
        result = _replaced(result, fingerprint(wanted.text), NOT_MADE)
    elif wanted.staged:
        wanted.keep()
    return {
        **result,
        "changed": bool(result.get("changed")) or wanted.staged,
        "key_file": {"path": str(wanted.store), "created": wanted.staged},
    }


def _replaced(value: Any, old: str, new: str) -> Any:
    """The value with one text in place of another, wherever it occurs."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    return value
