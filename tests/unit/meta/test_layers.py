# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of the collection: imports point down only, and what runs on a node needs nothing but Python."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
UTILS = PLUGINS / "module_utils"
PREFIX = "ansible_collections.hybrid.jfrog.plugins.module_utils."

# What each layer may import, of the collection and of others' libraries.
MAY_IMPORT = {
    "_domain": {"_domain", "cryptography", "jinja2", "junitparser", "markupsafe", "prometheus_client", "pygal"},
    "_node": {"_node", "_domain"},
    "_client": {"_client", "_domain", "requests", "urllib3"},
    "_adapter": {"_adapter", "_client", "_node", "_domain", "ansible", "ruamel"},
    "modules": {"_adapter", "_client", "_node", "_domain", "ansible"},
    "action": {"_adapter", "_client", "_node", "_domain", "ansible"},
    "inventory": {"_adapter", "_client", "_domain", "ansible"},
    "callback": {"_domain", "ansible"},
}
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


def layer_of(path: Path) -> str:
    parts = path.relative_to(PLUGINS).parts
    return parts[1] if parts[0] == "module_utils" else parts[0]


def imported(path: Path) -> Iterator[str]:
    """Absolute names of all modules that the file imports, wherever the import stands."""
    package = path.relative_to(UTILS).parent.parts if UTILS in path.parents else ()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = ".".join(package[: len(package) - node.level + 1])
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (PREFIX + ".".join(filter(None, [base, name])) for name in names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def target(name: str) -> str:
    """The layer or the library that a name belongs to."""
    return name.removeprefix(PREFIX).split(".")[0] if name.startswith(PREFIX) else name.split(".")[0]


FILES = sorted(
    path
    for layer in ("module_utils", "modules", "action", "inventory", "callback")
    for path in (PLUGINS / layer).rglob("*.py")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_file_imports_only_from_layers_below(path: Path) -> None:
    foreign = {target(name) for name in imported(path)} - set(sys.stdlib_module_names)

    assert foreign <= MAY_IMPORT[layer_of(path)]


@pytest.mark.parametrize("module", ON_THE_NODE)
def test_module_on_the_node_needs_nothing_but_ansible_and_the_standard_library(module: str) -> None:
    seen: set[Path] = set()
    waiting = [PLUGINS / "modules" / f"{module}.py"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for name in imported(path):
            if name.startswith(PREFIX):
                below = UTILS / (name.removeprefix(PREFIX).replace(".", "/") + ".py")
                waiting += [below] if below.exists() and below not in seen else []

    foreign = {target(name) for path in seen for name in imported(path) if not name.startswith(PREFIX)}

    assert foreign - set(sys.stdlib_module_names) == {"ansible"}


def test_certificates_are_parsed_in_one_place_only() -> None:
    with_cryptography = {path.name for path in FILES if "cryptography" in {target(name) for name in imported(path)}}

    assert with_cryptography == {"reading.py"}


def test_files_of_the_user_are_edited_with_ruamel_in_one_place_only() -> None:
    assert {path.name for path in FILES if "ruamel" in {target(name) for name in imported(path)}} == {"yaml_tree.py"}


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
