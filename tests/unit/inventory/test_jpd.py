# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin hybrid.jfrog.jpd, run by ansible-inventory against the simulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hybrid.jfrog.plugins.inventory.jpd import EXAMPLES
from simulator.platform import Credential
from simulator.simulator import Simulator
from unit.inventory.ansible_inventory import COLLECTIONS, ansible_inventory, failure, list_hosts, options, store, stored

LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}
QUITO = {"city_name": "San José", "country_code": "EC", "latitude": -0.18, "longitude": -78.47}
JPDS = "/mc/api/v1/jpds"


def register(simulator: Simulator, name: str, **fields: Any) -> None:
    """A JPD that somebody has registered; nothing has to be behind it."""
    entry = {
        "name": name,
        "url": f"https://{name}.example.com/",
        "base_url": f"https://{name}.example.com",
        "location": LYON,
        "tags": [],
        **fields,
    }
    simulator.platform.add_jpd(entry, Credential(None))


@pytest.fixture
def acme(simulator: Simulator) -> Simulator:
    register(simulator, "lyon", tags=["prod", "eu-west"])
    register(simulator, "quito", location=QUITO, tags=["test"])
    return simulator


def requests(simulator: Simulator) -> list[tuple[str, str]]:
    return [(call.method, f"{call.path}{call.query}") for call in simulator.calls if call.by_client]


def test_registered_jpds_are_hosts_with_variables_and_groups_after_one_request(acme: Simulator, tmp_path: Path) -> None:
    listed = list_hosts(tmp_path, options(acme))

    assert requests(acme) == [("GET", JPDS)]
    assert listed.hosts == {
        "lyon": {
            "jfrog_id": "JPD-2",
            "jfrog_name": "lyon",
            "jfrog_url": "https://lyon.example.com/",
            "jfrog_base_url": "https://lyon.example.com/",
            "jfrog_local": False,
            "jfrog_status": "OFFLINE",
            "jfrog_status_message": "The JPD cannot be reached",
            "jfrog_services": [{"type": "ARTIFACTORY", "status": "OFFLINE"}],
            "jfrog_licenses": [],
            "jfrog_location": LYON,
            "jfrog_tags": ["eu-west", "prod"],
            "edge_name": "lyon",
            "edge_url": "https://lyon.example.com/",
            "edge_location": LYON,
            "edge_tags": ["eu-west", "prod"],
        },
        "quito": {**listed.hosts["quito"], "edge_name": "quito", "edge_location": QUITO, "edge_tags": ["test"]},
    }
    assert listed.groups == {
        "jfrog_tag_prod": ["lyon"],
        "jfrog_tag_eu_west": ["lyon"],
        "jfrog_tag_test": ["quito"],
        "jfrog_city_Lyon": ["lyon"],
        "jfrog_city_San_José": ["quito"],
        "jfrog_country_FR": ["lyon"],
        "jfrog_country_EC": ["quito"],
        "jfrog_status_OFFLINE": ["lyon", "quito"],
    }


def test_graph_shows_the_groups(acme: Simulator, tmp_path: Path) -> None:
    ended = ansible_inventory(tmp_path, options(acme, tag=["test"], group_by=["country", "status"]), "--graph")

    assert [line.strip(" |-") for line in ended.stdout.splitlines()] == (
        ["@all:", "@ungrouped:", "@jfrog_country_EC:", "quito", "@jfrog_status_OFFLINE:", "quito"]
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({}, {"lyon", "quito"}, id="none"),
        pytest.param({"tag": ["prod", "test"]}, {"lyon", "quito"}, id="one-of-the-tags-is-enough"),
        pytest.param({"tag": ["prod"]}, {"lyon"}, id="tag"),
        pytest.param({"tag": ["Prod"]}, set(), id="tag-in-another-case"),
        pytest.param({"status": ["ONLINE"]}, set(), id="status"),
        pytest.param({"status": ["OFFLINE"], "tag": ["test"]}, {"quito"}, id="both"),
        pytest.param({"include_home": True, "status": ["ONLINE"]}, {"HOME"}, id="home"),
    ],
)
def test_filters_are_applied_here(acme: Simulator, tmp_path: Path, filters: dict[str, Any], expected: set[str]) -> None:
    listed = list_hosts(tmp_path, options(acme, **filters))

    assert set(listed.hosts) == expected
    assert requests(acme) == [("GET", JPDS)]


def test_home_deployment_gets_no_variables_of_an_edge(acme: Simulator, tmp_path: Path) -> None:
    listed = list_hosts(tmp_path, options(acme, include_home=True))

    assert listed.hosts["HOME"]["jfrog_local"] is True
    assert [name for name in listed.hosts["HOME"] if name.startswith("edge_")] == []


def test_edge_behind_a_bridge_has_its_own_url_where_the_platform_knows_it(simulator: Simulator, tmp_path: Path) -> None:
    register(simulator, "lyon", url="http://localhost:8046/bridge-lyon-1/")
    register(
        simulator,
        "quito",
        url="http://localhost:8046/bridge-quito/",
        base_url="http://localhost:8046/bridge-quito",
    )

    found = list_hosts(tmp_path, options(simulator, hostnames=["url_host ~ edge_bridge_id", "edge_bridge_id"])).hosts

    assert {
        host: {name: value for name, value in variables.items() if name in ("edge_url", "edge_connection")}
        for host, variables in found.items()
    } == {
        "lyon-1": {"edge_url": "https://lyon.example.com/", "edge_connection": "bridge"},
        "quito": {"edge_connection": "bridge"},
    }


def test_hosts_are_called_by_the_first_entry_that_gives_a_name(acme: Simulator, tmp_path: Path) -> None:
    entries = ["nothing.there", "edge_location.country_code | lower ~ '-' ~ edge_name if 'prod' in edge_tags else ''"]

    listed = list_hosts(tmp_path, options(acme, hostnames=[*entries, "url_host"]))

    assert set(listed.hosts) == {"fr-lyon", "quito.example.com"}


def test_names_of_variables_and_groups_can_be_chosen(acme: Simulator, tmp_path: Path) -> None:
    chosen = {"variable_prefix": "acme_", "group_prefix": "edges-", "group_by": ["tag"], "edge_variables": False}

    listed = list_hosts(tmp_path, options(acme, **chosen, tag=["test"]))

    assert listed.groups == {"edges_tag_test": ["quito"]}
    assert all(name.startswith("acme_") for name in listed.hosts["quito"])


def test_variables_and_groups_are_composed(acme: Simulator, tmp_path: Path) -> None:
    composed = {
        "strict": True,
        "compose": {"edge_api_host": "'localhost'", "where": "edge_location.city_name ~ region"},
        "groups": {"unlicensed": "jfrog_licenses | length == 0", "in-france": "edge_location.country_code == 'FR'"},
        "keyed_groups": [
            {"key": "edge_tags", "prefix": "", "separator": "+"},
            {"key": "edge_name", "prefix": "edge", "parent_group": "edges"},
        ],
        "leading_separator": False,
        "use_extra_vars": True,
        "group_by": [],
    }

    listed = list_hosts(tmp_path, options(acme, **composed), "-e", "region=!")

    assert (listed.hosts["lyon"]["edge_api_host"], listed.hosts["lyon"]["where"]) == ("localhost", "Lyon!")
    assert listed.groups == {
        "unlicensed": ["lyon", "quito"],
        "in_france": ["lyon"],
        "prod": ["lyon"],
        "eu_west": ["lyon"],
        "test": ["quito"],
        "edge_lyon": ["lyon"],
        "edge_quito": ["quito"],
    }


def test_name_that_cannot_be_that_of_a_host_is_refused_and_the_next_entry_is_taken(
    simulator: Simulator, tmp_path: Path
) -> None:
    register(simulator, "../../.ssh/\x1b[2J", url="https://lyon.example.com/", base_url="https://lyon.example.com")
    identifier = simulator.platform.jpds[-1]["id"]

    refused = failure(tmp_path, options(simulator))
    listed = list_hosts(tmp_path, options(simulator, hostnames=["name", "id"]))

    assert "no entry of hostnames gives it a name ('name' gives a name that has invisible characters in it)" in refused
    assert "\x1b" not in refused
    assert list(listed.hosts) == [identifier]


def test_what_the_platform_says_is_never_a_template(simulator: Simulator, tmp_path: Path) -> None:
    trap = "{{ lookup('ansible.builtin.env', 'HOME') }}"
    register(simulator, "lyon", tags=[trap])
    inventory = options(simulator)
    ansible_inventory(tmp_path, inventory)

    ended = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "ansible"), "-i", str(tmp_path / "acme.jpd.yml"), "lyon"),
            *("-m", "ansible.builtin.debug", "-a", "var=edge_tags[0]"),
        ],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "HOME": "/taken"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert "/taken" not in ended.stdout


@pytest.mark.parametrize("way", ["environment", "lookup", "extra-variable", "vault"])
def test_connection_is_given_as_the_field_gives_secrets(acme: Simulator, tmp_path: Path, way: str) -> None:
    token = acme.platform.admin_token()
    bare = {"platform_access_token": None, "platform_url": None, "platform_ca_path": None}
    environment = {
        "JFROG_PLATFORM_URL": acme.platform.url,
        "JFROG_PLATFORM_TOKEN": token,
        "JFROG_PLATFORM_CA_PATH": str(acme.ca_path),
    }
    (tmp_path / "token").write_text(token)
    (tmp_path / "password").write_text("a password for tests")
    content: Any
    arguments: list[str] = []
    if way == "environment":
        content = options(acme, **bare)
    elif way == "lookup":
        lookup = f"{{{{ lookup('ansible.builtin.file', '{tmp_path}/token') }}}}"
        content, environment = options(acme, platform_access_token=lookup), {}
    elif way == "extra-variable":
        content, environment = options(acme, platform_access_token="{{ the_token }}", timeout="{{ 20 + 5 }}"), {}
        (tmp_path / "extra.json").write_text(json.dumps({"the_token": token}))
        arguments = ["-e", f"@{tmp_path}/extra.json"]
    else:
        vault = Path(sys.executable).parent / "ansible-vault"
        cipher = subprocess.run(
            [
                *(vault, "encrypt_string", "--vault-password-file", tmp_path / "password"),
                *("--name", "platform_access_token", token),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        content = yaml.safe_dump(options(acme, platform_access_token=None)) + cipher
        arguments, environment = ["--vault-password-file", str(tmp_path / "password")], {}

    listed = list_hosts(tmp_path, content, *arguments, "-vvvv", env=environment)

    assert set(listed.hosts) == {"lyon", "quito"}
    # An extra variable is one of every host, which --list shows.
    assert listed.output.count(token) == (2 if way == "extra-variable" else 0)


def test_option_that_a_template_makes_false_is_false(acme: Simulator, tmp_path: Path) -> None:
    """A truth value read before its template would always be false: the certificate would not be verified."""
    inventory = options(acme, platform_validate_certs="{{ 1 == 1 }}", platform_ca_path=None)

    assert "certificate" in failure(tmp_path, inventory)

    listed = list_hosts(tmp_path, {**inventory, "platform_validate_certs": "{{ 1 == 2 }}"})
    assert set(listed.hosts) == {"lyon", "quito"}
    assert "[WARNING]: The TLS certificate of the platform" in listed.output


def cached(simulator: Simulator, folder: Path, **changes: Any) -> dict[str, Any]:
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder / "cache")}
    return options(simulator, **cache, **changes)


def test_second_run_with_a_cache_makes_no_request(acme: Simulator, tmp_path: Path) -> None:
    inventory = cached(acme, tmp_path)
    first = list_hosts(tmp_path, inventory)
    assert requests(acme) == [("GET", JPDS)]
    register(acme, "osaka")

    second = list_hosts(tmp_path, inventory)
    filtered = list_hosts(tmp_path, {**inventory, "tag": ["prod"]})

    assert (second.hosts, second.groups, set(filtered.hosts)) == (first.hosts, first.groups, {"lyon"})
    assert requests(acme) == [("GET", JPDS)]


def test_flushed_cache_is_filled_again(acme: Simulator, tmp_path: Path) -> None:
    inventory = cached(acme, tmp_path)
    list_hosts(tmp_path, inventory)
    register(acme, "osaka")
    if "--flush-cache" not in ansible_inventory(tmp_path, inventory, "--help").stdout:
        pytest.skip("ansible-inventory of this ansible-core has no --flush-cache")

    fresh = list_hosts(tmp_path, inventory, "--flush-cache")

    assert set(fresh.hosts) == {"lyon", "quito", "osaka"}
    assert requests(acme) == [("GET", JPDS)] * 2
    assert set(list_hosts(tmp_path, inventory).hosts) == {"lyon", "quito", "osaka"}


def test_cache_holds_no_secret_and_no_field_that_is_not_known(acme: Simulator, tmp_path: Path) -> None:
    proxy = {"platform_proxy_url": "http://hidden:hunter2@127.0.0.1:9", "platform_no_proxy": ["127.0.0.1"]}
    inventory = cached(acme, tmp_path, **proxy)

    list_hosts(tmp_path, inventory)

    path, content = stored(tmp_path / "cache")
    assert [word for word in (inventory["platform_access_token"], "hunter2") if word in path.read_text()] == []
    assert [set(known) for known in content["jpds"]] == [{"jpd", "base_url", "services"}] * 3


@pytest.mark.parametrize("change", ["platform", "form"])
def test_cache_of_another_platform_or_form_is_not_used(acme: Simulator, tmp_path: Path, change: str) -> None:
    inventory = cached(acme, tmp_path)
    list_hosts(tmp_path, inventory)
    path, content = stored(tmp_path / "cache")
    store(path, {**content, change: "something else", "jpds": []})

    assert set(list_hosts(tmp_path, inventory).hosts) == {"lyon", "quito"}
    assert requests(acme) == [("GET", JPDS)] * 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param(
            {"platform_url": None},
            "Cannot ask the platform for its JPDs: platform_url is not set. Set it in the inventory's file, or the "
            "environment variable JFROG_PLATFORM_URL.",
            id="no-url",
        ),
        pytest.param(
            {"platform_access_token": None},
            "platform_access_token is not set. Set it in the inventory's file, or the environment variable "
            "JFROG_PLATFORM_TOKEN.",
            id="no-token",
        ),
        pytest.param(
            {"platform_url": "https://acme.jfrog.io/artifactory"},
            "Give the base URL that all its services share",
            id="url-of-a-service",
        ),
        pytest.param(
            {"platform_url": "https://127.0.0.1:1"},
            "Cannot list the JPDs at the platform https://127.0.0.1:1: connection refused. Check platform_url",
            id="unreachable",
        ),
        pytest.param(
            {"platform_access_token": "marked-secret"},
            "it answered 401 Unauthorized",
            id="wrong-token",
        ),
        pytest.param(
            {"platform_access_token": "marked-secret and more"},
            "Cannot use platform_access_token: it has blanks, line ends",
            id="token-with-blanks",
        ),
        pytest.param(
            {"platform_ca_path": "/nowhere/ca.pem"},
            "the file /nowhere/ca.pem cannot be read",
            id="no-ca-file",
        ),
        pytest.param(
            {"platform_proxy_url": "ftp://marked-secret@proxy"},
            "Cannot call the platform: platform_proxy_url cannot be used",
            id="proxy",
        ),
        pytest.param(
            {"platform_access_token": "{{ not_there }}"},
            "Cannot read the inventory's option platform_access_token: its template cannot be evaluated: "
            "'not_there' is undefined",
            id="template",
        ),
        pytest.param({"status": ["SLEEPING"]}, "SLEEPING", id="status"),
        pytest.param(
            {"hostnames": ["edge_location.country_code.nothing", "''"]},
            "Cannot make a host of the JPD JPD-2 'lyon': no entry of hostnames gives it a name",
            id="no-host-name",
        ),
        pytest.param(
            {"hostnames": ["'same'"]},
            "Cannot make hosts of the JPDs JPD-2 'lyon' and JPD-3 'quito': both get the name 'same'. "
            "Correct hostnames, so that each JPD has a name of its own.",
            id="one-host-name-twice",
        ),
        pytest.param({"strict": True, "compose": {"x": "not_there"}}, "Could not set x for host lyon", id="strict"),
    ],
)
def test_what_cannot_work_is_said_with_a_remedy_and_without_secrets(
    acme: Simulator, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    output = failure(tmp_path, options(acme, **changes), "-vvvv")

    assert says in output
    assert "marked-secret" not in output


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("502_html", "it answered 502 Bad Gateway", id="proxy-page"),
        pytest.param("hang_up", "before an answer came", id="hang-up"),
    ],
)
def test_platform_that_does_not_answer_is_an_error(acme: Simulator, tmp_path: Path, kind: str, says: str) -> None:
    acme.faults.add(site="acme", kind=kind, times=None)

    assert says in failure(tmp_path, options(acme))


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("jpd.yml", True),
        ("acme.jpd.yaml", True),
        ("acme.yml", False),
        ("acme.jpd.json", False),
    ],
)
def test_files_are_known_by_their_names(acme: Simulator, tmp_path: Path, name: str, is_ours: bool) -> None:
    ended = ansible_inventory(tmp_path, options(acme), "--list", name=name)

    assert (ended.returncode == 0, "lyon" in ended.stdout) == (is_ours, is_ours)


def test_examples_of_the_documentation_work(simulator: Simulator, tmp_path: Path) -> None:
    register(simulator, "lyon", tags=["prod"])
    for number, example in enumerate(yaml.safe_load_all(EXAMPLES)):
        here = {**example, **options(simulator), "status": []}
        if "cache_connection" in here:
            here["cache_connection"] = str(tmp_path / "cache")

        listed = list_hosts(tmp_path / str(number), here)

        assert set(listed.hosts) == ({"fr-lyon"} if "hostnames" in example else {"lyon"})
    assert listed.hosts["fr-lyon"]["artifactory_online"] is False
    assert {"needs_licence", "city_Lyon"} <= set(listed.groups)


def test_documentation_is_complete(tmp_path: Path) -> None:
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-doc"), "-t", "inventory", "-j", "hybrid.jfrog.jpd"],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    described = json.loads(ended.stdout)["hybrid.jfrog.jpd"]["doc"]["options"]
    assert {"platform_url", "platform_proxy_url", "hostnames", "keyed_groups", "leading_separator", "cache"} <= set(
        described
    )
    assert {
        name: option["env"][0]["name"]
        for name, option in described.items()
        if name.startswith("platform_") and option.get("env")
    } == {
        "platform_url": "JFROG_PLATFORM_URL",
        "platform_access_token": "JFROG_PLATFORM_TOKEN",
        "platform_ca_path": "JFROG_PLATFORM_CA_PATH",
    }
