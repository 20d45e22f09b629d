# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a start with their origins: environment, ``system.yaml``, built-in default (node-files.md 9).

The router writes them into its log when it starts, in the form of charts #1864 and #1289, without secrets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Optional

from . import environment, system_yaml
from .logs import ROUTER, SCRIPT
from .start import Start

FILE = "File"
DEFAULT = "Default Value"
HIDDEN = "*****"
_SECRETS = ("joinKey", "masterKey", "password", "licenseKey", "clientCertKey")
# Those that the reference, or one of the two logs, gives a default for.
DEFAULTS: dict[str, Any] = {
    "access.grpc.port": 8045,
    "access.http.port": 8040,
    "artifactory.port": 8081,
    "artifactory.tomcat.httpsConnector.enabled": False,
    "router.entrypoints.externalPort": 8082,
    "router.entrypoints.grpcPort": 8047,
    "router.entrypoints.internalPort": 8046,
    "router.entrypoints.traefikApiPort": 8049,
    "router.proxy.httpUrl": "",
    "router.proxy.httpsUrl": "",
    "router.proxy.ignoredHosts": [],
    "router.serviceRegistry.insecure": False,
    "router.serviceRegistry.requestTimeout": "15s",
    "router.serviceRegistry.skipJoinConnectivityTest": False,
    "shared.jfrogUrl": "",
    "shared.logging.consoleLog.enabled": True,
    "shared.node.haEnabled": False,
    "shared.node.id": "",
    "shared.node.ip": "",
    "shared.node.name": "",
    "shared.script.serviceStartTimeout": 60,
    "shared.security.bootstrapKeysReadTimeoutSecs": 120,
    "shared.security.joinKey": "",
    "shared.security.joinKeyFile": "",
    "shared.security.masterKey": "",
    "shared.security.masterKeyExternal": False,
    "shared.security.masterKeyFile": "",
}
# What the start script finds out by itself when nobody says it (charts #1864 and #1064).
_BY_SCRIPT = ("id", "ip", "name")


class Settings:
    """What counts in one start. A value is of the type that the file has, or that the default has."""

    def __init__(
        self,
        document: Optional[Mapping[str, Any]] = None,
        variables: Optional[Mapping[str, str]] = None,
        *,
        separator: str = ",",
    ) -> None:
        self.document = document or {}
        self.variables = variables or {}
        self._file = dict(_leaves(self.document))
        self._separator = separator

    def value(self, path: str) -> Any:
        return self._resolve(path)[0]

    def origin(self, path: str) -> str:
        """Environment variable, file or default, in the words of the router's log."""
        return self._resolve(path)[1]

    def text(self, path: str) -> Optional[str]:
        """A setting that is text, also where YAML sees a number. None when it is not set."""
        value = self.value(path)
        return None if value is None or value == "" else str(value)

    def items(self, path: str) -> list[str]:
        """A setting that is a list."""
        value = self.value(path)
        return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []

    def is_on(self, path: str) -> bool:
        return self.value(path) is True

    @property
    def node_id(self) -> Optional[str]:
        return self.text("shared.node.id")

    @property
    def node_ip(self) -> Optional[str]:
        return self.text("shared.node.ip")

    @property
    def proxy_variables(self) -> dict[str, str]:
        """The environment of the router, as far as ``env`` maps in the file may add to it."""
        added: dict[str, str] = {}
        for section in ("shared", "router"):
            inner = self.document.get(section)
            names = inner.get("env") if isinstance(inner, Mapping) else None
            if isinstance(names, Mapping):
                added.update({str(name): str(value) for name, value in names.items()})
        return {**self.variables, **added}

    def effective(self) -> list[str]:
        """The lines of the router's log: every setting that is known or in the file."""
        lines = []
        for path in sorted({*DEFAULTS, *self._file}):
            value, origin = self._resolve(path)
            lines.append(f"{path} ({origin}): {HIDDEN if path.endswith(_SECRETS) else _shown(value)}")
        access = f"http://localhost:{self.value('access.http.port')}/access"
        lines.append(f"router.serviceRegistry.accessUrl (Applicative Resolution): {access}")
        return sorted(lines)

    def _resolve(self, path: str) -> tuple[Any, str]:
        name = environment.variable(path)
        if name in self.variables:
            return self._typed(self.variables[name], DEFAULTS.get(path)), f"Environment Variable: {name}"
        if path in self._file:
            return self._file[path], FILE
        return DEFAULTS.get(path), DEFAULT

    def _typed(self, text: str, like: Any) -> Any:
        if isinstance(like, bool):
            return text.strip().lower() == "true"
        if isinstance(like, list):
            return [part.strip() for part in text.split(self._separator) if part.strip()]
        return text


def read(start: Start) -> None:
    """Read environment and file, let the start script add what it finds out, and let the router say what counts."""
    assert start.layout.system_yaml is not None
    document = system_yaml.read(start.layout.system_yaml)
    variables = environment.of(start)
    known = Settings(document, variables)
    for name, found in zip(_BY_SCRIPT, (start.node, start.address, start.node)):
        if known.text(f"shared.node.{name}") is None:
            variable = environment.variable(f"shared.node.{name}")
            variables[variable] = found
            start.logs.info(SCRIPT, f"Setting {variable} to {found}")
    start.settings = Settings(document, variables, separator=start.switches.ignored_hosts_separator)
    start.logs.info(ROUTER, "\n".join(["Effective configuration:", *start.settings.effective()]))


def _leaves(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Settings by their dotted path. ``env`` maps are none: they name variables (node-files.md 7)."""
    for key, value in document.items():
        inner = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            if key != "env":
                yield from _leaves(value, inner)
        elif value is not None:
            yield inner, value


def _shown(value: Any) -> str:
    """As Go prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(str(one) for one in value)}]"
    return "" if value is None else str(value)
