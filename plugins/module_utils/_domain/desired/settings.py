# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Readers of settings that are managed one by one in files with many more."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ..access import access_config as access
from ..errors import InventoryError
from ..settings import router_proxy as proxies
from ..settings import system_yaml as system
from .values import Unusable


def system_yaml(value: Any) -> Mapping[str, Any]:
    """Settings of system.yaml by their dotted path, without secrets."""
    return _checked(lambda: system.check_settings(value, "it"))


def access_config(value: Any) -> Mapping[str, Any]:
    """Settings of Access by their dotted path, without secrets."""
    return _checked(lambda: access.check_settings(value))


def router_proxy(value: Any) -> Mapping[str, Any]:
    """The proxy of the routers, without credentials."""
    return _checked(lambda: proxies.check_proxy(value, "it"))


def _checked(check: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        return check()
    except InventoryError as exc:
        raise Unusable(f"cannot be used: {exc.msg.partition(': ')[2].rstrip('.')}") from None
