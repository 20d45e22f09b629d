# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired import fleet as desired
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.fleet import parse_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredEdge, DesiredNode
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.policy import Policy

PLATFORM = "https://acme.jfrog.io"
KEY = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}


def host(name: str = "lyon", **changed: Any) -> dict[str, Any]:
    """The variables of a host of an Edge; None takes a variable away."""
    variables = {
        "platform_url": PLATFORM,
        "platform_access_token": "platform-token",
        "edge_name": name,
        "edge_url": f"https://{name}.example.net",
        "edge_access_token": "edge-token",
        "edge_location": LYON,
    }
    return {key: value for key, value in {**variables, **changed}.items() if value is not None}


def problems_of(hosts: dict[str, dict[str, Any]]) -> list[str]:
    with pytest.raises(InventoryError) as refused:
        parse_fleet(hosts)
    problems: list[str] = refused.value.details["problems"]
    assert refused.value.msg.splitlines()[1:] == [f"- {line}" for line in problems]
    return problems


def test_parse_fleet_minimal_edge_has_the_documented_defaults() -> None:
    fleet = parse_fleet({"lyon-1": host()})

    assert fleet.platform_url == "https://acme.jfrog.io/"
    assert fleet.edges == (
        DesiredEdge(
            name="lyon",
            url="https://lyon.example.net/",
            location=LYON,
            nodes=("lyon-1",),
            tags=None,
            trust_method="auto",
            acknowledged=False,
            repair="when_broken",
            on_unknown="report",
            adopt_by_name=False,
            join_key=None,
            join_key_file=None,
            join_key_bits=256,
            master_key=None,
            of_nodes={"lyon-1": DesiredNode()},
        ),
    )


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        pytest.param(None, Policy(), id="nothing"),
        pytest.param("ask", Policy("ask"), id="one-word"),
        pytest.param({}, Policy(), id="no-fact"),
        pytest.param(
            {"default": "report", "base_url": "correct", "tls_ca_prune": "ask"},
            Policy("report", {"base_url": "correct", "tls_ca_prune": "ask"}),
            id="by-fact",
        ),
    ],
)
def test_parse_fleet_policy_of_an_edge_is_a_word_or_a_word_for_each_fact(said: Any, policy: Policy) -> None:
    assert parse_fleet({"lyon-1": host(edge_policy=said)}).edges[0].policy == policy


def test_parse_fleet_everything_set_as_people_write_it_is_read() -> None:
    variables = host(
        edge_url="HTTPS://Lyon.example.net:443",
        edge_location={"city_name": "Lyon", "country_code": "fr", "latitude": "45.7", "longitude": 4},
        edge_tags=["prod", "hybrid", "prod", 7],
        edge_trust_method="circle_of_trust",
        edge_circle_of_trust_acknowledged="yes",
        edge_repair="always",
        edge_on_unknown="supply",
        edge_adopt_by_name=1,
        edge_validate_certs="off",
        edge_ca_path="/etc/pki/ca.pem",
        edge_join_key=KEY,
        edge_join_key_bits="128",
        edge_master_key=OTHER,
    )
    assert parse_fleet({"lyon-1": variables}).edges == (
        DesiredEdge(
            name="lyon",
            url="https://lyon.example.net/",
            location={"city_name": "Lyon", "country_code": "FR", "latitude": 45.7, "longitude": 4.0},
            nodes=("lyon-1",),
            tags=("7", "hybrid", "prod"),
            trust_method="circle_of_trust",
            acknowledged=True,
            repair="always",
            on_unknown="supply",
            adopt_by_name=True,
            join_key=KEY,
            join_key_file=None,
            join_key_bits=128,
            master_key=OTHER,
            of_nodes={"lyon-1": DesiredNode()},
        ),
    )


def test_parse_fleet_groups_nodes_of_an_edge_in_the_order_of_the_inventory() -> None:
    same_in_other_form = host(
        "osaka",
        edge_url="https://OSAKA.example.net/",
        edge_tags="b,a",
        edge_location={**LYON, "latitude": "45.764"},
        edge_adopt_by_name="no",
    )
    fleet = parse_fleet(
        {"osaka-2": host("osaka", edge_tags=["a", "b"]), "lyon-1": host(), "osaka-1": same_in_other_form}
    )
    assert [(edge.name, edge.nodes) for edge in fleet.edges] == [
        ("osaka", ("osaka-2", "osaka-1")),
        ("lyon", ("lyon-1",)),
    ]


def test_deployment_of_an_edge_is_what_shall_be_registered() -> None:
    edge = parse_fleet({"lyon-1": host(edge_tags=["hybrid"])}).edges[0]
    assert edge.deployment.to_api() == {
        "name": "lyon",
        "url": "https://lyon.example.net/",
        "location": LYON,
        "tags": ["hybrid"],
    }


def test_variables_are_all_that_is_read() -> None:
    asked: set[str] = set()

    class Noting(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            asked.add(key)
            return super().get(key, default)

    parse_fleet({"lyon-1": Noting(host())})
    assert asked == set(desired.VARIABLES)


def test_parse_fleet_join_key_file_left_over_is_a_store_without_a_key() -> None:
    edge = parse_fleet({"lyon-1": host(edge_join_key_file="secrets/lyon")}).edges[0]
    assert (edge.join_key, edge.join_key_file) == (None, "secrets/lyon")


@pytest.mark.parametrize("value", [True, "yes", "True", "on", 1, "1", "Y"])
def test_parse_fleet_truth_values_in_ansible_spellings_are_true(value: Any) -> None:
    assert parse_fleet({"h": host(edge_adopt_by_name=value)}).edges[0].adopt_by_name is True


@pytest.mark.parametrize("value", [False, "no", "FALSE", "off", 0, "0", "n"])
def test_parse_fleet_truth_values_in_ansible_spellings_are_false(value: Any) -> None:
    assert parse_fleet({"h": host(edge_adopt_by_name=value)}).edges[0].adopt_by_name is False


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        pytest.param({"edge_name": None}, ["edge_name is not set. Set it to the name"], id="no-name"),
        pytest.param({"edge_url": None}, ["edge_url is not set. Set it to the base URL"], id="no-url"),
        pytest.param({"platform_url": None}, ["platform_url is not set. Set it to the platform"], id="no-platform"),
        pytest.param({"edge_location": None}, ["edge_location is not set. Give city_name"], id="no-location"),
        pytest.param({"edge_location": {}}, ["edge_location has no city_name, country_code, lat"], id="empty-location"),
        pytest.param({"edge_location": "Lyon"}, ["edge_location is no dictionary"], id="location-is-text"),
        pytest.param(
            {"edge_location": {"city_name": "Lyon", "country_code": "FR", "latitude": 95}},
            ["edge_location has no longitude. Give", "edge_location has a wrong latitude: it is 95. Write degrees"],
            id="location-two-problems",
        ),
        pytest.param({"edge_location": {**LYON, "longitude": -180.5}}, ["longitude: it is -180.5"], id="longitude"),
        pytest.param(
            {"edge_location": {**LYON, "latitude": "45,7"}}, ["latitude: it is '45,7', no number"], id="comma"
        ),
        pytest.param(
            {"edge_location": {**LYON, "latitude": 10**400}}, ["wrong latitude: it is 1"], id="larger-than-a-float"
        ),
        pytest.param(
            {"edge_location": {**LYON, "latitude": True}}, ["it is True, no number"], id="latitude-is-a-truth"
        ),
        pytest.param({"edge_location": {**LYON, "latitude": "nan"}}, ["it is 'nan', no number"], id="latitude-nan"),
        pytest.param({"edge_location": {**LYON, "latitude": [1]}}, ["it is [1], no number"], id="latitude-list"),
        pytest.param({"edge_location": {**LYON, "country_code": "FRA"}}, ["country_code: it is 'FRA'"], id="country"),
        pytest.param({"edge_location": {**LYON, "country_code": 33}}, ["country_code: it is 33"], id="country-number"),
        pytest.param({"edge_location": {**LYON, "country_code": False}}, ["YAML reads NO as false"], id="norway"),
        pytest.param({"edge_location": {**LYON, "city_name": " "}}, ["city_name: it is empty"], id="city-blank"),
        pytest.param(
            {"edge_location": {**LYON, "city_name": "x" * 50, "country_code": "y" * 50}}, ["yyy..."], id="long"
        ),
        pytest.param({"edge_name": " lyon"}, ["edge_name has blanks around it"], id="name-blank"),
        pytest.param({"edge_name": "ly\x07on"}, ["edge_name has control characters"], id="name-control"),
        pytest.param({"edge_name": ""}, ["edge_name is empty"], id="name-empty"),
        pytest.param({"edge_name": True}, ["edge_name is no text"], id="name-is-a-truth"),
        pytest.param(
            {"edge_url": "https://lyon.example.net/artifactory"},
            ["edge_url cannot be used: 'https://lyon.example.net/artifactory' has /artifactory in it"],
            id="edge-artifactory",
        ),
        pytest.param(
            {"platform_url": "https://acme.jfrog.io/artifactory/"},
            ["platform_url cannot be used: 'https://acme.jfrog.io/artifactory/' has /artifactory in it"],
            id="platform-artifactory",
        ),
        pytest.param(
            {"edge_url": "https://a:hunter2@lyon"}, ["edge_url cannot be used: it holds cred"], id="url-creds"
        ),
        pytest.param({"edge_url": "lyon.example.net"}, ["edge_url cannot be used: it is not a URL"], id="url-rubbish"),
        pytest.param({"edge_url": ["https://lyon"]}, ["edge_url is no text"], id="url-list"),
        pytest.param({"edge_access_token": ""}, ["edge_access_token is empty. Give an access token"], id="edge-token"),
        pytest.param({"platform_access_token": " "}, ["platform_access_token is empty"], id="platform-token"),
        pytest.param({"edge_trust_method": "magic"}, ["edge_trust_method is 'magic'. Write one of: auto"], id="method"),
        pytest.param({"edge_repair": False}, ["edge_repair is False. Write one of: never"], id="repair"),
        pytest.param(
            {"edge_on_unknown": "x"}, ["edge_on_unknown is 'x'. Write one of: report, supply"], id="on-unknown"
        ),
        pytest.param({"edge_adopt_by_name": "maybe"}, ["edge_adopt_by_name is no truth value"], id="truth"),
        pytest.param({"edge_join_key_bits": 192}, ["edge_join_key_bits is 192. Write 128 or 256"], id="bits"),
        pytest.param(
            {"edge_service_control": "launchd"}, ["edge_service_control is 'launchd'. Write one"], id="control"
        ),
        pytest.param(
            {"edge_service_control": "command"},
            ["edge_service_control is command, and edge_service_restart_command is not set"],
            id="control-without-command",
        ),
        pytest.param(
            {"edge_service_control": "command", "edge_service_restart_command": "docker restart artifactory"},
            ["edge_service_restart_command is no list of words. Write one, such as [docker, restart, artifactory]"],
            id="command-in-one-word",
        ),
        pytest.param(
            {"edge_proxy_url": "squid:hunter2@proxy"}, ["edge_proxy_url cannot be used: it does not begin"], id="proxy"
        ),
        pytest.param({"edge_no_proxy": 5}, ["edge_no_proxy is no list of hosts"], id="no-proxy"),
        pytest.param({"edge_no_proxy": ["a b"]}, ["edge_no_proxy cannot be used: 'a b' in it"], id="no-proxy-entry"),
        pytest.param({"edge_tags": 5}, ["edge_tags is no list"], id="tags-number"),
        pytest.param({"edge_tags": ["a", ""]}, ["edge_tags has an item that is no word"], id="tags-empty-word"),
        pytest.param({"edge_tags": [True]}, ["edge_tags has an item that is no word"], id="tags-truth"),
        pytest.param({"edge_join_key": "ab" * 24}, ["edge_join_key is refused. Cannot use the"], id="key-48"),
        pytest.param({"edge_join_key": "E" * 32}, ["edge_join_key is refused. Cannot use the"], id="key-published"),
        pytest.param({"edge_join_key": 12345678}, ["edge_join_key is no text"], id="key-number"),
        pytest.param({"edge_master_key": "hello"}, ["edge_master_key is refused. Cannot use the"], id="master-key"),
        pytest.param(
            {"edge_join_key": KEY, "edge_join_key_file": "k"},
            ["edge_join_key and edge_join_key_file are both set"],
            id="two-sources-of-the-join-key",
        ),
        pytest.param(
            {"edge_master_key": KEY, "edge_master_key_file": "k"},
            ["edge_master_key and edge_master_key_file are both set"],
            id="two-sources-of-the-master-key",
        ),
        pytest.param({"edge_master_key_file": "m"}, ["there is no file m, and a master key is never"], id="no-master"),
        pytest.param(
            {"edge_bridge_id": "lyon"},
            ["edge_bridge_id is set, and edge_connection is not bridge, so the bridge would not be used"],
            id="bridge-that-is-not-used",
        ),
        pytest.param({"edge_url": PLATFORM}, ["its edge_url is the platform's own"], id="edge-is-the-platform"),
        pytest.param(
            {"edge_policy": "reprot"},
            ["edge_policy is 'reprot'. Write correct, report or ask, or a dictionary of facts"],
            id="policy-word",
        ),
        pytest.param({"edge_policy": ["ask"]}, ["edge_policy is no word and no dictionary. Write"], id="policy-list"),
        pytest.param(
            {"edge_policy": {"base-url": "ask", "jpd": "no", "default": False, "restart": "ask"}},
            [
                "edge_policy has 'base-url', which is no fact. Did you mean base_url? It knows default, master_key",
                "edge_policy has jpd: 'no'. Write correct, report or ask",
                "edge_policy has default: no text. Write correct, report or ask",
            ],
            id="policy-of-wrong-facts-and-words",
        ),
    ],
)
def test_parse_fleet_bad_value_is_a_problem_with_a_remedy(changed: dict[str, Any], problems: list[str]) -> None:
    variables = {key: value for key, value in {**host(), **changed}.items() if value is not None}

    found = problems_of({"lyon-1": variables})

    assert len(found) == len(problems)
    for line, words in zip(found, problems):
        assert line.startswith(("Host lyon-1: ", "Edge 'lyon': "))
        assert words in line
        assert line.endswith(".")
        assert "hunter2" not in line


@pytest.mark.parametrize(
    ("variable", "values"),
    [
        pytest.param("edge_location", (LYON, {**LYON, "latitude": 1}), id="location"),
        pytest.param("edge_tags", (["a"], ["b"]), id="tags"),
        pytest.param("edge_tags", ([], None), id="tags-set-once"),
        pytest.param("edge_trust_method", ("auto", "join_key"), id="trust-method"),
        pytest.param("edge_circle_of_trust_acknowledged", (True, None), id="acknowledged"),
        pytest.param("edge_repair", ("never", "always"), id="repair"),
        pytest.param("edge_on_unknown", ("supply", None), id="on-unknown"),
        pytest.param("edge_adopt_by_name", ("yes", "no"), id="adopt"),
        pytest.param("edge_validate_certs", (False, None), id="validate-certs"),
        pytest.param("edge_ca_path", ("/a", "/b"), id="ca-path"),
        pytest.param("edge_proxy_url", ("http://hunter2@a:1", "http://hunter3@b:1"), id="proxy"),
        pytest.param("edge_join_key", (KEY, OTHER), id="join-key"),
        pytest.param("edge_join_key_file", ("a", "b"), id="join-key-file"),
        pytest.param("edge_join_key_bits", (128, 256), id="join-key-bits"),
        pytest.param("edge_master_key", (KEY, None), id="master-key"),
        pytest.param("edge_access_token", ("hunter2", "hunter3"), id="token"),
    ],
)
def test_parse_fleet_nodes_that_disagree_are_named_without_the_values(variable: str, values: tuple[Any, Any]) -> None:
    hosts = {f"osaka-{number}": host("osaka", **{variable: value}) for number, value in enumerate(values, start=1)}

    assert problems_of(hosts) == [
        f"Edge 'osaka': its nodes osaka-1 and osaka-2 disagree on {variable}. Set it once, for the group of the Edge."
    ]


def test_parse_fleet_two_edges_with_one_name_are_refused() -> None:
    hosts = {"lyon-1": host(), "paris-1": host(edge_url="https://paris.example.net"), "lyon-2": host()}

    assert problems_of(hosts) == [
        "Edge 'lyon': hosts with this edge_name have different edge_url: https://lyon.example.net/ (lyon-1), "
        "https://paris.example.net/ (paris-1). Give each Edge its own name."
    ]


def test_parse_fleet_two_edges_with_one_url_are_refused() -> None:
    hosts = {"lyon-1": host(), "paris-1": host("paris", edge_url="https://LYON.example.net:443/")}

    assert problems_of(hosts) == [
        "Edges 'lyon' and 'paris' have one edge_url, https://lyon.example.net/. "
        "Give each Edge its own, or one name to both."
    ]


def test_parse_fleet_two_platforms_are_refused() -> None:
    hosts = {"Lyon-1": host(), "osaka-1": host("osaka", platform_url="https://other.jfrog.io")}

    assert problems_of(hosts) == [
        "platform_url is not the same everywhere: https://acme.jfrog.io/ (host Lyon-1), "
        "https://other.jfrog.io/ (host osaka-1). Run once per platform."
    ]


def test_parse_fleet_without_hosts_is_refused() -> None:
    assert problems_of({}) == ["No host is in the run. Check the inventory and the limit."]


def test_parse_fleet_says_a_problem_of_many_hosts_once() -> None:
    hosts = {f"n{number}": host(f"e{number}", platform_url=None) for number in range(1, 8)}
    assert problems_of(hosts) == [
        "Hosts n1, n2, n3, n4, n5 and 2 more: platform_url is not set. "
        "Set it to the platform, such as https://acme.jfrog.io."
    ]


def test_parse_fleet_lists_the_problems_of_the_whole_fleet_in_one_error() -> None:
    hosts = {
        "lyon-1": host(edge_name=None),
        "osaka-1": host("osaka", edge_tags=["a"], edge_repair="x"),
        "osaka-2": host("osaka", edge_join_key="hunter2"),
    }
    with pytest.raises(InventoryError) as refused:
        parse_fleet(hosts)

    assert refused.value.msg.splitlines()[0] == "Cannot plan the fleet: the inventory has 4 problems. Correct:"
    assert [line.split(". ")[0] for line in refused.value.details["problems"]] == [
        "Host lyon-1: edge_name is not set",
        "Host osaka-1: edge_repair is 'x'",
        "Host osaka-2: edge_join_key is refused",
        "Edge 'osaka': its nodes osaka-1 and osaka-2 disagree on edge_tags",
    ]


def test_desired_edge_shown_has_no_key() -> None:
    fleet = parse_fleet({"lyon-1": host(edge_join_key=KEY, edge_master_key=OTHER)})
    assert KEY not in repr(fleet)
    assert OTHER not in repr(fleet)


def test_parse_fleet_two_edges_for_which_one_key_would_be_made_are_refused() -> None:
    store = {"edge_join_key_file": "/secrets/join.key"}
    hosts = {
        "lyon-1": host(**store),
        "lyon-2": host(**store),
        "paris-1": host("paris", edge_url="https://paris.example.net", **store),
    }

    assert problems_of(hosts) == [
        "Edges 'lyon' and 'paris' have one edge_join_key_file, /secrets/join.key, and its key is still to be made. "
        "Give each Edge its own."
    ]
