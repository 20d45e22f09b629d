# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``access.config.*.yml`` files at start (node-files.md 4 'The access-config files', Traps 2)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from . import yaml_text
from .failure import StartFailed
from .start import Start

# Only what the reference gives a default for (node-files.md 3.4, 4, 5); any other setting counts as changed.
DEFAULTS: dict[str, Any] = {
    "security": {"tls": False, "authentication": {"mtls": {"enabled": False}}},
    "bootstrap-token-delete-in-minutes": 1,
}
# The "list of configurable parameters" (jfrog.com/confluence, "Access YAML Configuration"), with a line that is no YAML
# as a client found it in 7.161. Only names of the reference and of "Recommended configurations"; the product has more.
TEMPLATE = """# DO NOT IMPORT THIS FILE. It describes the configuration file and is only a reference.
---
do-not-import-this-file
security:
  tls: false
  authentication:
    mtls:
      enabled: false
      extraction-regex: "(.*)"
token:
  default-expiry: 31536000
  max-expiry: 0
  allow-refreshable: true
# bootstrap-token-delete-in-minutes: 1
"""
KNOWN: dict[str, Any] = {
    "security": {"tls": None, "authentication": {"mtls": {"enabled": None, "extraction-regex": None}}},
    "token": {"default-expiry": None, "max-expiry": None, "allow-refreshable": None},
    "bootstrap-token-delete-in-minutes": None,
}


def load(start: Start) -> None:
    """Import replaces all settings, patch some; both files are gone afterwards. Then the read-back is written."""
    folder = start.layout.access_etc
    for name in ("access.config.import.yml", "access.config.patch.yml"):
        path = folder / name
        if not path.exists():
            continue
        settings = _read(path)
        with start.database.lock:
            before = {} if name == "access.config.import.yml" else start.database.access_config
            merged = merge(before, settings)
            shown = start.switches.unknown_access_setting_shown
            start.database.access_config = merged if shown else known_settings(merged, KNOWN)
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "access.config.template.yml").write_text(TEMPLATE, encoding="utf-8")
    _write(folder / "access.config.latest.yml", changed_settings(start.database.access_config, DEFAULTS))


def merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The values of ``new`` replace those of ``old``, the rest stays."""
    merged = copy.deepcopy(dict(old))
    for key, value in new.items():
        inner = merged.get(key)
        merged[key] = merge(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return merged


def known_settings(settings: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that Access does not know."""
    kept: dict[str, Any] = {}
    for key, value in settings.items():
        inner = known.get(key)
        if isinstance(value, Mapping) and isinstance(inner, Mapping):
            kept[key] = known_settings(value, inner)
        elif key in known:
            kept[key] = value
    return kept


def changed_settings(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """What ``latest`` shows: only settings that differ from their defaults."""
    shown: dict[str, Any] = {}
    for key, value in settings.items():
        default = defaults.get(key)
        if isinstance(value, Mapping):
            inner = changed_settings(value, default if isinstance(default, Mapping) else {})
            if inner:
                shown[key] = inner
        elif key not in defaults or value != default:
            shown[key] = value
    return shown


def setting(settings: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value of a setting, or its default; None for a setting of which the reference gives none."""
    for document in (settings, DEFAULTS):
        value: Any = document
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def find(settings: Mapping[str, Any], name: str) -> Any:
    """The value of a setting whose section is not known; None when it is not set."""
    if name in settings:
        return settings[name]
    for value in settings.values():
        if isinstance(value, Mapping) and (found := find(value, name)) is not None:
            return found
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        settings = yaml_text.load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise StartFailed(f"Failed to load {path}: it is not valid YAML") from exc
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise StartFailed(f"Failed to load {path}: it is not a mapping")
    return settings


def _write(path: Path, settings: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(settings), sort_keys=True) if settings else "", encoding="utf-8")
