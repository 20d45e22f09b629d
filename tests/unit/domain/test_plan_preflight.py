# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preflight in the plan: what failed stops the Edge, unless this run changes what it is about."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import PUBLISHED
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.nodes import JudgedServices
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.preflight import judge_preflight
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.rest import judge_rest
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView, Judged
from unit.domain.fleet_shapes import HOME, NOW, STOPPED, edge, node, platform, seen
from unit.domain.preflight_shapes import ended, given, of_edge, of_platform, refused

TLS_ENDED = ended("tls", "its TLS certificate is not trusted: self-signed certificate")
PORT_ENDED = ended("port", "connection refused")


NOT_TRUSTED = refused(400, "Received error from endpoint url: PKIX path building failed")


def judge(preflight: Any, *, center: Any = None, of_node: Any = None, **wanted: Any) -> Judged:
    found = platform(jpds=[HOME])
    if center is not None:
        found["preflight"] = center
    return judge_preflight(
        EdgeView(
            edge=edge(**wanted),
            platform=found,
            registered=Registered([HOME]),
            seen=seen(**({} if preflight is None else {"preflight": preflight})),
            nodes={"lyon-1": of_node or node()},
            now=NOW,
        )
    )


def test_edge_that_was_not_looked_at_has_no_findings() -> None:
    judged = judge(None)

    assert (judged.facts, judged.findings, judged.needs, judged.stop) == ([], [], [], False)


def test_edge_in_good_order_may_be_changed_and_the_unknown_is_told() -> None:
    judged = judge(of_edge(), center=of_platform())

    assert (judged.stop, judged.findings) == (False, [])
    assert [(fact["state"], fact["reason"]) for fact in judged.facts] == [
        ("in_order", "13 checks passed; not to be known now: platform_to_edge")
    ]


def test_failed_check_stops_the_edge_with_cause_and_remedy() -> None:
    judged = judge(of_edge(base_url=given("https://10.1.2.3")), center=of_platform())

    assert judged.stop is True
    assert judged.findings == [
        {
            "what": "preflight: base_url of the Edge",
            "reason": "the pairing token would carry https://10.1.2.3/, and the Edge is to be registered as "
            "https://lyon.example.net/",
            "remedy": "Set edge_base_url to https://lyon.example.net/, or correct edge_url",
            "needs_person": True,
        }
    ]
    assert [(fact["state"], "failed: base_url" in fact["reason"]) for fact in judged.facts] == [("unknown", True)]


def test_failed_check_of_the_platform_stops_the_edge() -> None:
    judged = judge(of_edge(), center=of_platform(mission_control=refused(404)))

    assert (judged.stop, [one["what"] for one in judged.findings]) == (
        True,
        ["preflight: mission_control of the platform"],
    )


@pytest.mark.parametrize(
    ("preflight", "seen_as", "what"),
    [
        pytest.param(of_edge(way=TLS_ENDED), {"reachable": False, "error": "it cannot be read"}, "tls", id="ca"),
        pytest.param(
            of_edge(license=refused(401, "Bad credentials")),
            {"admin": False, "error": "it answered 401"},
            "token",
            id="token",
        ),
    ],
)
def test_cause_that_the_preflight_names_is_told_once(preflight: Any, seen_as: Any, what: str) -> None:
    view = EdgeView(
        edge=edge(),
        platform=platform(jpds=[HOME], preflight=of_platform()),
        registered=Registered([HOME]),
        seen=seen(preflight=preflight, **seen_as),
        nodes={"lyon-1": node()},
        now=NOW,
    )

    rest, looked = judge_rest(view, JudgedServices()), judge_preflight(view)

    assert [finding["what"] for finding in rest.findings] == []
    assert [finding["what"] for finding in looked.findings] == [f"preflight: {what} of the Edge"]
    assert [fact["state"] for fact in rest.facts] == ["unknown"]
    assert looked.stop is True


HAS = {"signing_key": given(["release-key"]), "license_bucket": given(["edges"])}
NO_REPOSITORY = {**HAS, "canary_repository": given({"name": "canary-local", "there": False})}


@pytest.mark.parametrize(
    ("has", "wanted", "findings", "stops"),
    [
        pytest.param(
            HAS,
            {"signing_key": "other"},
            [("preflight: signing_key of the Edge", "the platform has no key pair 'other'")],
            True,
            id="key",
        ),
        pytest.param(
            NO_REPOSITORY,
            {"canary": True},
            [
                (
                    "preflight: canary_repository of the Edge",
                    "the platform has no repository 'canary-local' for the canary",
                )
            ],
            True,
            id="repository",
        ),
        pytest.param(HAS, {"license_bucket": "other"}, [], True, id="bucket-which-the-judge-of-licences-tells"),
        pytest.param(NO_REPOSITORY, {"signing_key": "release-key", "license_bucket": "edges"}, [], False, id="there"),
        pytest.param({}, {"signing_key": "other"}, [], False, id="not-looked-for"),
    ],
)
def test_what_the_platform_does_not_have_stops_the_edges_that_want_it(
    has: Any, wanted: Any, findings: Any, stops: bool
) -> None:
    judged = judge(of_edge(), center=of_platform(has=has), **wanted)

    assert [(finding["what"], finding["reason"]) for finding in judged.findings] == findings
    assert judged.stop is stops


def test_warning_is_a_finding_that_stops_nothing() -> None:
    judged = judge(of_edge(license=given("N/A")), center=of_platform())

    assert [(one["what"], one["needs_person"]) for one in judged.findings] == [("preflight: license", False)]
    assert judged.stop is False


@pytest.mark.parametrize(
    ("preflight", "of_node", "wanted", "stops"),
    [
        pytest.param(of_edge(way=PORT_ENDED), node(), {}, True, id="port-although-the-node-is-well"),
        pytest.param(of_edge(way=PORT_ENDED), node(**STOPPED), {}, False, id="port-of-a-stopped-node"),
        pytest.param(of_edge(way=ended("dns", "no name")), node(**STOPPED), {}, True, id="name-that-no-start-mends"),
        pytest.param(of_edge(way=TLS_ENDED), node(), {}, True, id="tls"),
        pytest.param(of_edge(way=TLS_ENDED), node(), {"tls": True}, False, id="tls-that-is-to-be-switched-on"),
        pytest.param(
            of_edge(calls_platform=refused(400, "Received error from endpoint url: PKIX path building failed")),
            node(),
            {},
            True,
            id="edge-does-not-reach-the-platform",
        ),
        pytest.param(
            of_edge(calls_platform=refused(400, "Received error from endpoint url: PKIX path building failed")),
            node(),
            {"router_proxy": {"httpsUrl": "http://proxy:3128"}},
            False,
            id="which-a-proxy-may-mend",
        ),
    ],
)
def test_what_this_run_changes_does_not_stop_it(preflight: Any, of_node: Any, wanted: Any, stops: bool) -> None:
    judged = judge(preflight, center=of_platform(), of_node=of_node, **wanted)

    assert judged.stop is stops
    assert [one["needs_person"] for one in judged.findings] == [stops]


@pytest.mark.parametrize(("wanted", "stops"), [({}, True), ({"tls": True}, False)], ids=["as-it-is", "gets-tls"])
def test_platform_that_refuses_the_edge_s_certificate_stops_it_unless_it_gets_another(wanted: Any, stops: bool) -> None:
    judged = judge(of_edge(called_by_platform=NOT_TRUSTED), center=of_platform(self_hosted=True), **wanted)

    assert [(one["what"], one["needs_person"]) for one in judged.findings] == [
        ("preflight: platform_to_edge of the Edge", stops)
    ]
    assert judged.stop is stops


def test_published_key_on_a_node_stops_the_edge() -> None:
    shape = node()
    shape["master_key"]["problem"] = PUBLISHED

    judged = judge(of_edge(), center=of_platform(), of_node=shape)

    assert (judged.stop, judged.findings[0]["reason"]) == (
        True,
        "master.key of lyon-1: the vendor published this key as an example",
    )
