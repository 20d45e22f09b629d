# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the documentation is tried: here, by a test of its own, or there is a reason why none can."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.cli.playbook import PlaybookCLI

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.fleet import parse_fleet
from unit.domain.issuing import issue, server
from unit.meta import examples
from unit.meta.examples import BLOCKS, CLAIMS, ROOT, Block, tried_by
from unit.meta.test_documentation import MODULES, PREFIX, options

# Ansible's own variables, and those of the examples themselves.
OTHERS = {"ansible_become", "entry", "jpd_status_interval"}
EDGE = {
    "platform_url": "https://acme.jfrog.io",
    "edge_name": "lyon",
    "edge_url": "https://edge-lyon.example.com",
    "edge_location": {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357},
}


def shown(claim: str) -> Any:
    found = tried_by(claim)
    return pytest.mark.parametrize("block", found, ids=map(str, found))


@pytest.mark.parametrize("block", BLOCKS, ids=map(str, BLOCKS))
def test_example_is_tried_or_there_is_a_reason_why_not(block: Block) -> None:
    assert block.claims, "Add it to CLAIMS in tests/unit/meta/examples.py"
    claim = block.claims[0]

    if isinstance(claim, str) and claim not in examples.TRIED:
        page = Path(block.page).name
        assert re.search(rf'docs/{page}"|"{page}"', (ROOT / claim).read_text()), f"{claim} does not read {page}"


def test_every_claim_is_about_an_example() -> None:
    claimed = {(page, start) for page, starts in CLAIMS.items() for start in starts}

    assert {
        (page, start) for page, start in claimed if not any(b.page == page and b.text.startswith(start) for b in BLOCKS)
    } == set()


def commands(block: Block) -> list[list[str]]:
    """The calls of ansible-playbook and make in a block of any language."""
    joined = block.text.replace("\\\n", " ")
    return [shlex.split(line, comments=True) for line in re.findall(r"\b(?:ansible-playbook|make) [^\n']*", joined)]


CODE = [*tried_by(examples.PLAYBOOK), *tried_by(examples.TASKS)]


@cache
def words() -> set[str]:
    """Everything that is a name in what the collection runs."""
    files = [
        path for folder in ("playbooks", "roles", "plugins", "extensions/eda") for path in (ROOT / folder).rglob("*")
    ]
    return {word for path in files if path.suffix in {".py", ".yml"} for word in re.findall(r"\w+", path.read_text())}


def unknown(names: Any) -> set[str]:
    return set(names) - words() - OTHERS


@shown(examples.COMMANDS)
def test_commands_name_what_exists(block: Block) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    playbooks = {f"{PREFIX}{path.stem}" for path in (ROOT / "playbooks").glob("*.yml")}
    calls = commands(block)

    assert calls
    for program, *arguments in calls:
        if program == "make":
            assert {word for word in arguments if "=" not in word} <= targets
            continue
        cli = PlaybookCLI([program, *arguments])
        cli.init_parser()
        given = cli.parser.parse_args(arguments)
        named = {name for name in given.args if name != "plugin.yml"}  # an example of the page itself
        assert named <= playbooks
        assert unknown(pair.partition("=")[0] for pair in given.extra_vars) == set()


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What the templates of the examples stand for, by a word of theirs."""
    root = issue()
    router = server(root)
    return {"pki/corporate.crt": root.pem, "pki/osaka-1.crt": router.pem, "osaka_1_private_key": router.key_pem}


def rendered(value: Any, told: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: rendered(one, told) for name, one in value.items()}
    if isinstance(value, list):
        return [rendered(one, told) for one in value]
    if isinstance(value, str) and "{{" in value:
        text = next((text for word, text in told.items() if word in value), "told")
        return re.sub(r"\{\{.*?\}\}", lambda _: text, value)
    return value


def hosts(groups: dict[str, Any], inherited: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The hosts of an inventory with the variables of their groups."""
    for group in groups.values():
        own = {**inherited, **(group.get("vars") or {})}
        for host, variables in (group.get("hosts") or {}).items():
            yield host, {**own, **(variables or {})}
        yield from hosts(group.get("children") or {}, own)


@shown(examples.INVENTORY)
def test_inventory_is_understood(block: Block, told: dict[str, str]) -> None:
    found = dict(hosts(rendered(yaml.safe_load(block.text), told), {}))

    assert found
    assert unknown(name for variables in found.values() for name in variables) == set()
    if any(name.startswith("edge_") for variables in found.values() for name in variables):
        fleet = parse_fleet({host: {**EDGE, **variables} for host, variables in found.items()})
        assert {host for edge in fleet.edges for host in edge.nodes} == set(found)


@shown(examples.VARIABLES)
def test_variables_are_known_and_can_be_read(block: Block, told: dict[str, str]) -> None:
    for part in block.text.split("\n\n"):  # alternatives
        variables = rendered(yaml.safe_load(part), told)

        assert unknown(variables) == set()
        assert len(parse_fleet({"lyon-1": {**EDGE, **variables}}).edges) == 1


def plays(block: Block) -> Any:
    found = yaml.safe_load(block.text)
    return found if "hosts" in found[0] else [{"hosts": "localhost", "gather_facts": False, "tasks": found}]


def test_playbooks_and_tasks_pass_the_syntax_check(tmp_path: Path) -> None:
    """All in one call, because what costs is to start Ansible."""
    files = []
    for number, block in enumerate(CODE):
        files.append(tmp_path / f"{number}.yml")
        files[-1].write_text(yaml.safe_dump(plays(block)))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}

    checked = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "--syntax-check", *map(str, files)],
        env={**environment, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("block", CODE, ids=map(str, CODE))
def test_tasks_use_only_options_and_variables_that_exist(block: Block) -> None:
    modules = {f"{PREFIX}{path.stem}": path for path in MODULES}
    found = plays(block)
    tasks = [task for play in found for task in play.get("tasks") or []]
    used = [(name, option) for task in tasks for name in task.keys() & modules.keys() for option in task[name]]

    assert [(name, option) for name, option in used if option not in options(modules[name])] == []
    assert unknown(name for part in [*found, *tasks] for name in part.get("vars") or {}) == set()


@shown(examples.SETTINGS)
def test_settings_are_options_of_the_callback(block: Block) -> None:
    settings = ConfigParser()
    settings.read_string(block.text)
    name = settings["defaults"]["callbacks_enabled"].removeprefix(PREFIX)
    source = ast.parse((ROOT / f"plugins/callback/{name}.py").read_text())
    documentation = next(
        yaml.safe_load(node.value.value)
        for node in source.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION"
    )
    known = {(ini["section"], ini["key"]) for option in documentation["options"].values() for ini in option["ini"]}

    own = [section for section in settings.sections() if section != "defaults"]
    assert own
    assert {(section, key) for section in own for key in settings[section]} <= known
