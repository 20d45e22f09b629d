# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The steps that can be carried out on a node together: their modules, and what is done for them on the controller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping

from ...module_utils._adapter.node_options import (
    ACCESS_CONFIG_OPTIONS,
    JOIN_KEY_OPTIONS,
    MASTER_KEY_OPTIONS,
    SERVER_CERTIFICATE_OPTIONS,
    SERVICE_OPTIONS,
    SYSTEM_YAML_OPTIONS,
    TLS_CA_CERTIFICATE_OPTIONS,
    Family,
)
from ...module_utils._domain.keys.keys import JOIN_KEY, MASTER_KEY
from .exchange import Ask, Exchange
from .key import known_master_key, supply_key
from .server_certificate import supply_server_certificate
from .system_yaml import edit_system_yaml
from .tls_ca import supply_tls_cas


@dataclass(frozen=True)
class Context:
    """What an action knows of its task. ``variables`` are those of the host."""

    loader: Any
    variables: Mapping[str, Any]
    check_mode: bool
    diff: bool
    warn: Callable[[str], None]


@dataclass(frozen=True)
class NodeStep:
    """A module, its options, and its exchange with the node for checked options."""

    module: str
    options: Family
    exchange: Callable[[Mapping[str, Any], Context], Exchange]


def _master_key(params: Mapping[str, Any], context: Context) -> Exchange:
    return _key("master_key", params, MASTER_KEY, context)


def _join_key(params: Mapping[str, Any], context: Context) -> Exchange:
    return _key("join_key", params, JOIN_KEY, context)


def _key(module: str, params: Mapping[str, Any], kind: str, context: Context) -> Exchange:
    return supply_key(
        module,
        params,
        kind,
        loader=context.loader,
        check_mode=context.check_mode,
        variables=context.variables,
    )


def _system_yaml(params: Mapping[str, Any], context: Context) -> Exchange:
    return edit_system_yaml(params, check_mode=context.check_mode, with_diff=context.diff)


def _tls_ca_certificate(params: Mapping[str, Any], context: Context) -> Exchange:
    return supply_tls_cas(params, warn=context.warn, loader=context.loader, variables=context.variables)


def _server_certificate(params: Mapping[str, Any], context: Context) -> Exchange:
    return supply_server_certificate(
        params,
        warn=context.warn,
        loader=context.loader,
        variables=context.variables,
        check_mode=context.check_mode,
    )


def _access_config(params: Mapping[str, Any], context: Context) -> Exchange:
    return (yield Ask("access_config", params))


def _restart(params: Mapping[str, Any], context: Context) -> Exchange:
    key = known_master_key(params, loader=context.loader, variables=context.variables)
    options = {name: value for name, value in params.items() if name != "master_key_file"}
    return (yield Ask("artifactory_service", {**options, "master_key": key}))


# By their names in the plan, and in its order.
NODE_STEPS: Mapping[str, NodeStep] = {
    "master_key": NodeStep("master_key", MASTER_KEY_OPTIONS, _master_key),
    "join_key": NodeStep("join_key", JOIN_KEY_OPTIONS, _join_key),
    "system_yaml": NodeStep("system_yaml", SYSTEM_YAML_OPTIONS, _system_yaml),
    "tls_ca_certificate": NodeStep("tls_ca_certificate", TLS_CA_CERTIFICATE_OPTIONS, _tls_ca_certificate),
    "server_certificate": NodeStep("server_certificate", SERVER_CERTIFICATE_OPTIONS, _server_certificate),
    "access_config": NodeStep("access_config", ACCESS_CONFIG_OPTIONS, _access_config),
    "restart": NodeStep("artifactory_service", SERVICE_OPTIONS, _restart),
}
