# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of the collection: imports point down only, and what runs on a node needs nothing but Python."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
UTILS = PLUGINS / "module_utils"
PREFIX = "ansible_collections.hybrid.jfrog.plugins."

# What each layer may import, of the collection and of others' libraries.
MAY_IMPORT = {
    "_domain": {"_domain", "cryptography", "jinja2", "junitparser", "markupsafe", "prometheus_client", "pygal"},
    "_node": {"_node", "_domain"},
    "_client": {"_client", "_domain", "requests", "urllib3"},
    "_adapter": {"_adapter", "_client", "_node", "_domain", "ansible"},
    "plugin_utils": {"plugin_utils", "_adapter", "_client", "_node", "_domain", "ansible", "ruamel"},
    "modules": {"_adapter", "_client", "_node", "_domain", "ansible"},
    "action": {"plugin_utils", "_adapter", "_client", "_node", "_domain", "ansible"},
    "inventory": {"plugin_utils", "_adapter", "_client", "_domain", "ansible"},
    "callback": {"_domain", "ansible"},
    "filter": {"_domain", "ansible"},
}
# Ansible gives a module nothing else of itself, and ansible-test's import refuses it.
OF_ANSIBLE = "ansible.module_utils"
# Goes to a node as text, instead of what it stands in for.
STAND_IN = UTILS / "_adapter/stand_in.py"
ON_THE_NODE = [
    "admin_token",
    "access_ca_certificate",
    "access_config",
    "artifactory_service",
    "bootstrap_credentials",
    "join_key",
    "master_key",
    "master_key_reset",
    "master_key_reset_info",
    "node_info",
    "offboarding",
    "offboarding_info",
    "product_join_key",
    "replication_plugin",
    "server_certificate",
    "system_yaml",
    "tls_ca_certificate",
    "token_signing_certificate",
    "trusted_certificate",
]


def layer(parts: Sequence[str]) -> str:
    """The layer, by the parts of the path or of the name of a file in plugins."""
    return parts[1] if parts[0] == "module_utils" else parts[0]


@cache
def imported(path: Path) -> frozenset[str]:
    """Absolute names of all modules that the file imports, wherever the import stands."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = [*PREFIX.split(".")[:-1], *path.relative_to(PLUGINS).parent.parts]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *filter(None, [node.module])])
            # A name of the module, or a module of the package.
            yield from (each if file_of(each := f"{origin}.{alias.name}") else origin for alias in node.names)


def file_of(name: str) -> Path | None:
    """The file of a module of this collection."""
    path = PLUGINS / (name.removeprefix(PREFIX).replace(".", "/") + ".py")
    return path if name.startswith(PREFIX) and path.exists() else None


def target(name: str) -> str:
    """The layer or the library that a name belongs to."""
    return layer(name.removeprefix(PREFIX).split(".")) if name.startswith(PREFIX) else name.split(".")[0]


def needed(*paths: Path) -> set[Path]:
    """The files, and those of this collection without which they cannot be imported."""
    seen: set[Path] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += filter(None, map(file_of, imported(path)))
    return seen


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (PLUGINS / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(PLUGINS))


FILES = files("module_utils", "plugin_utils", "modules", "action", "inventory", "callback", "filter")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_file_imports_only_from_layers_below(path: Path) -> None:
    foreign = {target(name) for name in imported(path)} - set(sys.stdlib_module_names)

    assert foreign <= MAY_IMPORT[layer(path.relative_to(PLUGINS).parts)]


@pytest.mark.parametrize("path", files("module_utils", "modules"), ids=named)
def test_file_of_a_module_imports_of_ansible_what_modules_get(path: Path) -> None:
    of_ansible = {name for name in imported(path) if target(name) == "ansible"}

    assert {name for name in of_ansible if not f"{name}.".startswith(f"{OF_ANSIBLE}.")} == set()


def test_what_only_plugins_need_is_in_plugin_utils() -> None:
    of_modules = needed(STAND_IN, *files("modules"))

    assert [named(path) for path in files("module_utils/_adapter") if path not in of_modules] == []


@pytest.mark.parametrize("module", ON_THE_NODE)
def test_module_on_the_node_needs_nothing_but_ansible_and_the_standard_library(module: str) -> None:
    names = {name for path in needed(PLUGINS / "modules" / f"{module}.py") for name in imported(path)}

    assert {target(name) for name in names if not name.startswith(PREFIX)} - set(sys.stdlib_module_names) == {"ansible"}


def test_certificates_are_parsed_in_one_place_only() -> None:
    with_cryptography = {path.name for path in FILES if "cryptography" in {target(name) for name in imported(path)}}

    assert with_cryptography == {"reading.py"}


def test_files_of_the_user_are_edited_with_ruamel_in_one_place_only() -> None:
    with_ruamel = {named(path) for path in FILES if "ruamel" in {target(name) for name in imported(path)}}

    assert with_ruamel == {"plugin_utils/_yaml/tree.py"}


@pytest.mark.parametrize(
    ("library", "name"),
    [
        ("jinja2", "html.py"),
        ("junitparser", "junit.py"),
        ("prometheus_client", "metrics.py"),
        ("pygal", "page/chart.py"),
    ],
)
def test_library_of_a_format_is_needed_by_that_format_only(library: str, name: str) -> None:
    """So that nobody needs it who does not ask for the format."""
    path = UTILS / "_domain/report" / name

    assert {path for path in FILES if library in {target(each) for each in imported(path)}} == {path}
