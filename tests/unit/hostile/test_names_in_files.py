# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that become files and folders, or hosts and groups of Ansible: each stays where it belongs, or is refused."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible.errors import AnsibleParserError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.hybrid.jfrog.plugins.inventory import jpd as inventory
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import jpd_inventory
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.fleet import parse_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.file_name import check_name
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import support_request
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.support_bundle import keep
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._keys import resetting
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._offboarding import phases
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._offboarding.reading import Offboarding
from unit.domain.issuing import issue
from unit.hostile.names import EVIL
from unit.modules.ansible_inventory import task_vars

URL = "https://acme.jfrog.io/"
CERTIFICATE = issue()
FACTS = {"subject": "CN=x", "serial": "1", "not_before": "a", "not_after": "b", "sha256": CERTIFICATE.sha256}
# Those that no file system takes, that lead elsewhere, or that nobody would see as they are.
NO_FOLDER = {
    *("empty", "blank", "dot", "dots", "hidden", "parent", "absolute", "slash", "slash-at-the-end", "all"),
    *("another-address", "script", "entity", "image", "jndi", "query-of-a-path"),
}


def _support_request(folder: Path, name: str) -> None:
    edge = support_request.waiting(platform=URL, name=name, url=URL, pem=CERTIFICATE.pem, facts=FACTS)
    other = support_request.waiting(platform=URL, name="osaka", url=URL, pem=CERTIFICATE.pem, facts=FACTS)
    keep(str(folder), URL, [edge, other], [], check_mode=False)


def _withdrawal(folder: Path, name: str) -> None:
    own = {"edge_support_request_dir": str(folder)}
    run = SimpleNamespace(_variables={"h": own}, _members={name: ["h"]}, platform=SimpleNamespace(url=URL))
    run.requests_of = lambda name: Offboarding.requests_of(cast(Any, run), name)
    plan = {"name": name, "state": "planned", "work": {"trusted_by_platform": True, "url": URL, "nodes": []}}
    phases.write_letters(cast(Any, run), [plan], lambda _host: None)


def _reset(folder: Path, name: str) -> None:
    hosts = {"h": {"edge_observed": {}, "edge_reset_seen": {}}}
    path = folder.parents[3] / "inventory.json"
    wanted = {"edge_name": "lyon", "edge_master_key_reset_dir": str(folder)}
    path.write_text(json.dumps({"edge_nodes": {"hosts": hosts, "vars": wanted}}))
    variables = task_vars(path)
    hostvars = variables["hostvars"]
    usual = hostvars.raw_get
    hostvars.raw_get = lambda host: {**usual(host), "edge_name": name}
    run = resetting.resetting(
        variables, nodes_variable="edge_observed", reset_variable="edge_reset_seen", loader=DataLoader()
    )
    run.folder.mkdir(parents=True)
    run.statements_file.write_text("")


WRITERS: dict[str, Callable[[Path, str], None]] = {
    "support-request": _support_request,
    "withdrawal": _withdrawal,
    "reset-of-a-master-key": _reset,
}


def _files(folder: Path) -> set[str]:
    return {os.path.relpath(Path(parent, file), folder) for parent, _dirs, files in os.walk(folder) for file in files}


@pytest.mark.parametrize("write", WRITERS.values(), ids=list(WRITERS))
def test_name_of_an_edge_is_a_folder_of_that_name_or_refused_before_anything_is_written(
    tmp_path: Path, write: Callable[[Path, str], None]
) -> None:
    wrong: dict[str, Any] = {}
    accepted = set()
    for number, (what, name) in enumerate(EVIL.items()):
        top = tmp_path / str(number)
        folder = top / "a/b/requests"
        folder.parent.mkdir(parents=True)
        try:
            write(folder, name)
        except InventoryError as exc:
            if _files(top) or "Choose another edge_name" not in exc.msg:
                wrong[what] = (_files(top), exc.msg)
            continue
        accepted.add(what)
        folders = {path.parts[:-1] for path in map(Path, _files(top))} - {("a", "b", "requests", "_all")}
        folders -= {("a", "b", "requests"), ("a", "b", "requests", "osaka")}
        if folders != {("a", "b", "requests", name)}:
            wrong[what] = folders
    assert wrong == {}
    # A rule that refused everything would be no help.
    assert {"backslash", "device", "look-alike", "jinja", "plus", "quoted-dots", "slash-of-another-kind"} <= accepted


def test_settled_edge_of_any_name_takes_no_file_away_but_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "a/b/requests"
    folder.parent.mkdir(parents=True)
    _support_request(folder, "lyon")
    for name in ("a/b/x", "a/x", "x", "a/b", "a", "a/b/requests", "a/b/requests/a/b", "a/b/requests/.ssh"):
        (tmp_path / name).mkdir(exist_ok=True, parents=True)
        (tmp_path / name / "request.txt").write_text("somebody's own")
    before = _files(tmp_path)
    for name in EVIL.values():
        with suppress(InventoryError):
            keep(str(folder), URL, [], [name], check_mode=False)

    assert _files(tmp_path) == before


def test_name_of_a_certificate_is_plain_ascii_in_its_folder_or_refused() -> None:
    taken = set()
    for what, name in EVIL.items():
        try:
            path = Path("/trusted", f"{check_name(name, 'a certificate')}.crt")
        except EdgeError:
            continue
        taken.add(what)
        assert path.parent == Path("/trusted")
        assert os.path.normpath(path) == str(path)
        assert path.name.isascii()
        assert len(path.name) < 200
    assert taken == {"device", "option", "all"}


def test_name_of_an_edge_in_the_inventory_has_no_control_character_and_no_half_of_one() -> None:
    told = {}
    for what, name in EVIL.items():
        with pytest.raises(InventoryError) as caught:  # of more than its name, as nothing else is given
            parse_fleet({"h": {"edge_name": name}})
        told[what] = any("edge_name" in problem for problem in caught.value.details["problems"])

    refused = {what for what, name in EVIL.items() if not name.strip() or not _is_one_line(name)}
    assert {what for what, said in told.items() if said} >= refused
    assert not told["look-alike"]


def _is_one_line(name: str) -> bool:
    return not re.search("[\x00-\x1f\x7f-\x9f\u2028\ud800]", name)


def known(name: str) -> jpd_inventory.Known:
    """A registered JPD in which everything that has a name has this one."""
    location = {"city_name": name, "country_code": name}
    status = {"code": name, "message": name}
    found = {"id": "JPD-2", "name": name, "url": URL, "location": location, "tags": [name], "status": status}
    return jpd_inventory.known(found)


def host_of(name: str, *hostnames: str) -> str:
    options = {"hostnames": list(hostnames) or ["name"]}
    plugin = SimpleNamespace(get_option=options.__getitem__)
    return inventory.InventoryModule._host_name(cast(Any, plugin), known(name), {})


def test_name_that_the_platform_says_is_a_host_or_refused_and_the_next_entry_is_taken() -> None:
    hosts, refusals = {}, {}
    for what, name in EVIL.items():
        try:
            hosts[what] = host_of(name)
        except AnsibleParserError as exc:
            refusals[what] = str(exc)
            assert host_of(name, "name", "id") == "JPD-2"

    assert [what for what, host in hosts.items() if host != EVIL[what].strip() or not host.isprintable()] == []
    assert [host for host in hosts.values() if "/" in host or host in (".", "..") or len(host) > 200] == []
    assert [host for host in hosts.values() if any(mark in host for mark in ("{{", "{%", "{#", "#jinja2:"))] == []
    assert all(text.isprintable() and "or id where the name cannot be one" in text for text in refusals.values())
    assert {"look-alike", "device", "backslash", "quoted-dots", "query", "shell"} <= hosts.keys()


def test_group_of_a_name_that_the_platform_says_is_no_template_and_steers_nothing() -> None:
    kinds = [jpd_inventory.TAG, jpd_inventory.CITY, jpd_inventory.COUNTRY, jpd_inventory.STATUS]
    groups = {what: jpd_inventory.group_names(known(name), "jfrog_", kinds) for what, name in EVIL.items()}

    assert [what for what, names in groups.items() if not all(map(str.isprintable, names))] == []
    assert [what for what, names in groups.items() if any(mark in "".join(names) for mark in ("{{", "{%", "{#"))] == []
    assert groups["look-alike"][0] == f"jfrog_tag_{EVIL['look-alike']}"


def test_variable_that_the_platform_says_is_marked_as_data_where_ansible_would_see_a_template(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inventory, "wrap_var", lambda value: ("data", value))

    marked = {what for what, name in EVIL.items() if inventory._no_templates({"x": [name]})["x"] == [("data", name)]}

    assert marked >= {"jinja", "jinja-of-another-kind", "jndi", "label"}
    assert "look-alike" not in marked
