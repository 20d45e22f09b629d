# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of system.yaml and of Access, in the plan."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_config import digest, fact_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import CertificateAndKey, DesiredNode
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import moment
from unit.domain.fleet_shapes import FRESH, T0, T1, T2, T3, edge, facts_of, findings_of, node, plan_one, steps_of
from unit.domain.issuing import ADDRESS, issue, server

PROXY = {"router.proxy.httpUrl": "http://proxy:3128"}
MTLS = {"security.authentication.mtls.enabled": True}
HA = edge(nodes=("lyon-1", "lyon-2"), access_config=MTLS, join_key=None)


def with_settings(settings: dict[str, str], **changed: Any) -> Any:
    shape = node()
    shape["system_yaml"] = {**shape["system_yaml"], "settings": settings, **changed}
    return shape


def with_access(settings: dict[str, str], **changed: Any) -> Any:
    pending = changed.pop("pending", [])
    shape = node(**changed)
    shape["access_config"] = {**shape["access_config"], "settings": settings, "pending": pending}
    return shape


def supplied(shape: Any, settings: dict[str, Any], at: str) -> Any:
    """The node with the record that settings of Access were supplied to it."""
    for path, value in settings.items():
        shape["ledger"] = model.record_supplied(shape["ledger"], fact_of(path), digest(value), moment(at))
    return shape


@pytest.mark.parametrize(
    ("seen", "state", "drift", "steps", "findings"),
    [
        pytest.param(with_settings(PROXY), "in_order", [], [], [], id="as-wanted"),
        pytest.param(
            with_settings({}), "drifted", ["router.proxy.httpUrl"], ["system_yaml", "restart"], [], id="missing"
        ),
        pytest.param(
            with_settings({"router.proxy.httpUrl": "http://old:1"}),
            "drifted",
            ["router.proxy.httpUrl"],
            ["system_yaml", "restart"],
            [],
            id="another-value",
        ),
        pytest.param(
            with_settings({}, problem="line 3: a tab"),
            "unknown",
            [],
            [],
            ["!system.yaml of lyon-1"],
            id="cannot-be-compared",
        ),
        pytest.param(
            with_settings({}, path=None), "unknown", [], [], ["!system.yaml of lyon-1"], id="generation-without-it"
        ),
    ],
)
def test_system_yaml_is_judged_by_the_managed_settings_alone(
    seen: Any, state: str, drift: list[str], steps: list[str], findings: list[str]
) -> None:
    plan = plan_one(edge(of_nodes={"lyon-1": DesiredNode(PROXY)}), {"lyon-1": seen})

    assert facts_of(plan, "system_yaml")["lyon-1"][:2] == (state, drift)
    assert [step for step, _host in steps_of(plan)] == steps
    assert findings_of(plan) == findings
    assert [item["edge_plan"]["system_yaml"] for item in plan["work"]] == ([PROXY] if steps else [])


def test_system_yaml_that_nobody_manages_is_no_fact() -> None:
    assert facts_of(plan_one(), "system_yaml") == {}


@pytest.mark.parametrize(
    ("seen", "state", "steps", "findings"),
    [
        pytest.param(with_access({next(iter(MTLS)): "true"}), "in_order", [], [], id="in-use"),
        pytest.param(with_access({}), "drifted", ["access_config", "restart"], [], id="default-instead"),
        pytest.param(with_access({}, **FRESH), "drifted", ["join_key", "access_config", "restart"], [], id="new-node"),
        pytest.param(
            with_access({}, pending=["access.config.import.yml"]),
            "unknown",
            [],
            ["!settings of Access"],
            id="an-import-would-replace-all",
        ),
        pytest.param(
            supplied(with_access({}, written_at=T3), MTLS, T2),
            "unknown",
            [],
            ["!settings of Access"],
            id="the-product-did-not-take-it",
        ),
    ],
)
def test_settings_of_access_are_judged_by_what_access_shows(
    seen: Any, state: str, steps: list[str], findings: list[str]
) -> None:
    plan = plan_one(edge(access_config=MTLS), {"lyon-1": seen})

    assert facts_of(plan, "access_config")[None][0] == state
    assert [step for step, _host in steps_of(plan)] == steps
    assert findings_of(plan) == findings


def test_settings_of_access_are_given_to_one_node_and_all_nodes_are_started_again_that_one_first() -> None:
    nodes = {"lyon-1": with_access({}), "lyon-2": supplied(with_access({}, written_at=T0), {"a.b": "c"}, T1)}
    plan = plan_one(HA, nodes)

    assert steps_of(plan) == [("access_config", "lyon-2"), ("restart", "lyon-2"), ("restart", "lyon-1")]
    assert {item["host"]: item["edge_plan"]["restart_for"] for item in plan["work"]} == {
        "lyon-1": ["access_config"],
        "lyon-2": ["access_config"],
    }


def test_node_that_an_interrupted_run_left_behind_is_started_again() -> None:
    shown = {next(iter(MTLS)): "true"}
    nodes = {
        "lyon-1": supplied(with_access(shown, written_at=T2), MTLS, T1),
        "lyon-2": with_access({}, written_at=T0),
    }
    plan = plan_one(HA, nodes)

    assert steps_of(plan) == [("restart", "lyon-2")]
    assert plan["work"][0]["edge_plan"]["restart_for"] == ["access_config"]
    assert "a restart is due for: access_config" in facts_of(plan, "restart")["lyon-2"][2]


def test_node_that_was_started_by_others_since_is_not_behind() -> None:
    nodes = {
        "lyon-1": supplied(with_access({}, written_at=T2), MTLS, T1),
        "lyon-2": with_access({}, written_at=T3),
    }

    assert ("restart", "lyon-2") not in steps_of(plan_one(HA, nodes))


def addressed(address: str, **changed: Any) -> Any:
    shape = with_settings({"shared.node.haEnabled": "true"})
    return {**shape, "addresses": [address], **changed}


def test_proxy_of_the_routers_spares_the_nodes_own_addresses_and_its_peers() -> None:
    wanted = edge(nodes=("lyon-1", "lyon-2"), router_proxy={"http_url": "http://proxy:3128"})
    plan = plan_one(wanted, {"lyon-1": addressed("10.0.0.1"), "lyon-2": addressed("10.0.0.2")})

    spared = ["localhost", "127.0.0.1", "10.0.0.1", "10.0.0.2"]
    settings = {"router.proxy.httpUrl": "http://proxy:3128", "router.proxy.ignoredHosts": spared}
    found = [(item["host"], item["edge_plan"]["system_yaml"]) for item in plan["work"]]
    assert found == [("lyon-1", settings), ("lyon-2", settings)]


def test_proxy_of_the_routers_goes_on_to_spare_a_peer_that_cannot_be_reached_now() -> None:
    wanted = edge(nodes=("lyon-1", "lyon-2"), router_proxy={"http_url": "http://proxy:3128"})
    spared = ["localhost", "127.0.0.1", "10.0.0.1", "10.0.0.2"]
    shape = addressed("10.0.0.1")
    shape["system_yaml"]["settings"].update(
        {"router.proxy.httpUrl": "http://proxy:3128", "router.proxy.ignoredHosts": spared}
    )
    plan = plan_one(wanted, {"lyon-1": shape}, unreachable={"lyon-2": "no route to host"})

    assert facts_of(plan, "system_yaml")["lyon-1"][0] == "in_order"


def test_proxy_of_the_routers_goes_on_to_spare_a_peer_that_is_not_in_this_run() -> None:
    spared = ["localhost", "127.0.0.1", "10.0.0.1", "10.0.0.2"]
    shape = addressed("10.0.0.1")
    shape["system_yaml"]["settings"].update(
        {"router.proxy.httpUrl": "http://proxy:3128", "router.proxy.ignoredHosts": spared}
    )
    wanted = edge(router_proxy={"http_url": "http://proxy:3128"})
    plan = plan_one(wanted, {"lyon-1": shape}, absent={"lyon": ["lyon-2"]})

    assert facts_of(plan, "system_yaml")["lyon-1"][0] == "in_order"


def test_proxy_of_the_routers_spares_an_address_that_the_same_run_gives_to_a_node() -> None:
    given = {"lyon-2": DesiredNode({"shared.node.ip": "10.0.0.9"})}
    wanted = edge(nodes=("lyon-1", "lyon-2"), router_proxy={"http_url": "http://proxy:3128"}, of_nodes=given)
    plan = plan_one(wanted, {"lyon-1": addressed("10.0.0.1"), "lyon-2": addressed("10.0.0.2")})

    lists = [item["edge_plan"]["system_yaml"]["router.proxy.ignoredHosts"] for item in plan["work"]]
    assert lists == [["localhost", "127.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.9"]] * 2


CORPORATE = issue("Corporate CA")
OLD, NEW = server(CORPORATE), server(CORPORATE)
TRUSTED = {"file": "corporate.crt", "sha256": CORPORATE.sha256, "der": base64.b64encode(CORPORATE.der).decode()}
CONNECTOR = {"artifactory.tomcat.httpsConnector.enabled": "true"}


def with_router(shown: Any = None, *, entry: Any = NEW, settings: Any = None) -> Any:
    """A node that has started since ``entry`` was supplied to it."""
    shape = node(written_at=T2)
    shape["system_yaml"]["settings"].update(settings or {})
    shape["tls_ca_certificates"] = [TRUSTED]
    served = None if shown is None else {"file": "tls", "sha256": shown.sha256, "der": None}
    shape["server_certificate"] = {**shape["server_certificate"], "served": served}
    if entry is not None:
        shape["ledger"] = model.record_supplied(shape["ledger"], "server_certificate", entry.sha256, moment(T1))
    return shape


@pytest.mark.parametrize(
    ("shape", "passes", "state"),
    [
        pytest.param(with_router(entry=None), {1, 2}, "drifted", id="follows-a-new-certificate"),
        pytest.param(with_router(OLD, entry=OLD, settings=CONNECTOR), {1}, "drifted", id="is-on-at-a-renewal"),
        pytest.param(with_router(NEW), {1}, "drifted", id="the-router-has-read-it"),
        pytest.param(with_router(OLD), set(), "needs_person", id="does-not-follow-what-was-refused"),
        pytest.param(with_router(NEW, settings=CONNECTOR), set(), "in_order", id="all-done"),
    ],
)
def test_connector_of_tomcat_is_switched_on_when_the_router_has_read_its_own_certificate(
    shape: Any, passes: set[int], state: str
) -> None:
    pair = CertificateAndKey(NEW.pem, NEW.key_pem, NEW.sha256)
    found = plan_one(edge(of_nodes={"lyon-1": DesiredNode(server_certificate=pair)}), {"lyon-1": shape})["edges"][0]

    assert {change["pass"] for change in found["changes"]} == passes
    assert found["state"] == state


def test_server_certificate_has_to_be_issued_for_the_address_that_the_same_run_gives_to_the_node() -> None:
    pair = CertificateAndKey(NEW.pem, NEW.key_pem, NEW.sha256)

    def steps(address: str) -> list[str]:
        wanted = edge(of_nodes={"lyon-1": DesiredNode({"shared.node.ip": address}, server_certificate=pair)})
        shape = {**with_settings({"shared.node.ip": "10.99.0.1"}), "tls_ca_certificates": [TRUSTED]}
        return [step for step, _host in steps_of(plan_one(wanted, {"lyon-1": shape}))]

    assert steps(ADDRESS) == ["system_yaml", "server_certificate", "restart", "system_yaml", "restart"]
    assert steps("10.99.0.2") == []


@pytest.mark.parametrize(
    ("environment", "wanted", "finding"),
    [
        pytest.param({"overrides": ["JF_ROUTER_PROXY_HTTPURL"]}, PROXY, "router.proxy.httpUrl of lyon-1", id="hides"),
        pytest.param({"overrides": ["JF_SHARED_NODE_ID"]}, PROXY, None, id="hides-what-nobody-manages"),
        pytest.param({"proxies": ["HTTP_PROXY"]}, {}, "HTTP_PROXY of lyon-1", id="catches-calls-between-services"),
        pytest.param(
            {"proxies": ["HTTP_PROXY"], "no_proxy": ["10.0.0.1", "127.0.0.1", "localhost"]}, {}, None, id="spares-them"
        ),
    ],
)
def test_environment_of_the_service_that_hides_or_misleads_needs_a_person(
    environment: dict[str, Any], wanted: dict[str, str], finding: str | None
) -> None:
    shape = with_settings(PROXY)
    shape["environment"] = {**shape["environment"], **environment}
    plan = plan_one(edge(of_nodes={"lyon-1": DesiredNode(wanted)}), {"lyon-1": shape})

    assert findings_of(plan) == ([] if finding is None else [f"!{finding}"])


STOPPED_SERVICE = {"service": {"control": "artifactoryctl", "running": False, "ever_started": True}}
HA_ON = {"shared.node.haEnabled": "true"}


@pytest.mark.parametrize(
    ("settings", "overrides", "findings"),
    [
        pytest.param({**HA_ON, "shared.node.id": "a"}, [], ["!shared.node.id"], id="one-id-for-two"),
        pytest.param({**HA_ON, "shared.node.id": "a"}, ["JF_SHARED_NODE_ID"], [], id="ids-from-the-environment"),
        pytest.param({}, [], ["shared.node.haEnabled"], id="does-not-know-of-peers"),
        pytest.param({}, ["JF_SHARED_NODE_HAENABLED"], [], id="told-by-the-environment"),
        pytest.param(HA_ON, [], [], id="well"),
    ],
)
def test_nodes_of_an_ha_edge_that_cannot_live_together_are_named(
    settings: dict[str, str], overrides: list[str], findings: list[str]
) -> None:
    shape = with_settings(settings)
    shape["environment"] = {**shape["environment"], "overrides": overrides}

    nodes = {"lyon-1": shape, "lyon-2": {**shape, **STOPPED_SERVICE}}
    plan = plan_one(edge(nodes=("lyon-1", "lyon-2")), nodes)

    assert findings_of(plan) == findings
    # A start of the second one would take it down.
    assert bool(steps_of(plan)) is not any(finding.startswith("!") for finding in findings)
