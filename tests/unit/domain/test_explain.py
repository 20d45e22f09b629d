# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Edge in words: what is wanted and by which variable, what was seen where, what follows, and what is left."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import (
    CertificateAndKey,
    DesiredNode,
    Federation,
    NamedCertificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.explain import explanation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.explain.explanation import explain, text
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import fingerprint
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import STEPS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.policy import Policy
from unit.domain.fleet_shapes import (
    DOWN,
    HOME,
    KEY,
    MASTER,
    OTHER_KEY,
    OTHER_MASTER,
    STOPPED,
    edge,
    jpd,
    node,
    plan_one,
    platform,
    seen,
)
from unit.domain.fleet_strategies import EDGES, JPDS, NODES, REST
from unit.domain.node_shapes import key_entry, key_file


def explained(
    wanted: Any = None, nodes: Any = None, *, rest: Any = None, of_platform: Any = None, **arguments: Any
) -> dict[str, list[str]]:
    """The lines of each section."""
    wanted = wanted or edge()
    nodes = {host: node() for host in wanted.nodes} if nodes is None else nodes
    rest, of_platform = rest or seen(), of_platform or platform()
    planned = plan_one(wanted, nodes, rest=rest, of_platform=of_platform, **arguments)["edges"][0]
    sections = explain(wanted, planned, nodes=nodes, seen=rest, platform=of_platform)
    return {section["title"]: section["lines"] for section in sections}


def test_explanation_of_an_edge_in_order_says_what_is_managed_and_that_nothing_is_to_be_done() -> None:
    found = explained()

    assert found["Desired"] == [
        "it is called lyon (edge_name)",
        "the platform reaches it at https://lyon.example.net/ (edge_url)",
        "it is in Lyon, FR, at 45.764, 4.8357 (edge_location)",
        "it has the nodes lyon-1 (the inventory's hosts with this edge_name)",
        "it is joined by the method auto (edge_trust_method)",
        "it is paired again: when_broken (edge_repair)",
        "tags: hybrid (edge_tags)",
        f"join key: {fingerprint(KEY)} (edge_join_key, or the file of edge_join_key_file)",
        "not managed: master key (edge_master_key), system.yaml (edge_system_yaml), "
        "proxy of the routers (edge_router_proxy), CAs for TLS (edge_tls_ca_certificates), "
        "server certificate (edge_server_certificate), certificate authority of Access (edge_access_ca_certificate), "
        "token signing certificate (edge_token_signing_certificate), settings of Access (edge_access_config), "
        "TLS between services (edge_tls), custom base URL (edge_base_url), own licences (edge_license_keys), "
        "licence bucket (edge_license_bucket), signing key of the platform (edge_signing_key), "
        "other signing keys (edge_trusted_signing_keys), Access Federation (edge_federation)",
    ]
    assert found["Observed"] == [
        "on lyon-1:",
        "  node: Artifactory 7.104.2 in /node",
        "  service: the service runs",
        "  restart: no restart is due",
        "  health: healthy at http://127.0.0.1:8082/",
        "  master.key: it has none",
        "  supplied by this collection: join key at 2026-11-22T10:00:00.000Z, in use since 2026-11-22T11:00:00.000Z",
        "of the Edge as a whole:",
        "  join key: supplied at 2026-11-22T10:00:00.000Z, confirmed at 2026-11-22T11:00:00.000Z",
        "over REST:",
        "  Artifactory 7.104.2 with a licence of the type Edge; its health is healthy; our access token has admin "
        "rights",
        "  rest: https://lyon.example.net/ answers with version 7.104.2",
        "at the platform:",
        "  https://acme.jfrog.io/ has it as JPD-7 'lyon' at https://lyon.example.net/",
        "  its status is ONLINE",
        "  in Lyon, FR, with the tags: hybrid; licences: none",
        "  jpd: registered as wanted",
        "  pairing: the JPD is ONLINE",
    ]
    assert {title: found[title] for title in ("Drift", "Plan", "Held by policy", "Findings")} == {
        "Drift": ["none: everything that is managed is as it is wanted"],
        "Plan": ["nothing is to be done"],
        "Held by policy": ["nothing"],
        "Findings": ["none"],
    }


def test_explanation_of_drift_says_what_differs_what_is_done_and_why_in_that_order() -> None:
    wanted = edge(of_nodes={"lyon-1": DesiredNode({"shared.logging.consoleLog.enabled": True})})

    found = explained(wanted, of_platform=platform(jpds=[HOME, jpd(tags=["x"])]))

    assert "system.yaml: on lyon-1: shared.logging.consoleLog.enabled = true (edge_system_yaml)" in found["Desired"]
    assert found["Drift"] == [
        "system yaml of lyon-1 differs in shared.logging.consoleLog.enabled: settings differ: "
        "shared.logging.consoleLog.enabled",
        'jpd differs in tags: tags is ["x"] instead of ["hybrid"]',
    ]
    assert found["Plan"] == [
        "1. system yaml on lyon-1: settings differ: shared.logging.consoleLog.enabled",
        "   before the start that reads it",
        "2. restart on lyon-1: it reads at a start: system_yaml",
        "   after everything that a start reads, and node by node",
        '3. jpd on lyon-1: tags is ["x"] instead of ["hybrid"]',
        "   when the Edge is up, has its base URL and trusts whom it has to",
    ]


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        pytest.param(
            Policy(words={"base_url": "ask"}),
            "The policy is ask: edge_policy says so of base_url. Run with -e edge_approve=base_url, or apply a plan",
            id="ask",
        ),
        pytest.param(
            Policy("report"),
            "The policy is report: edge_policy says so of everything that it does not name. To have it done, set "
            "base_url to ask in edge_policy, and run with -e edge_approve=base_url.",
            id="report",
        ),
    ],
)
def test_explanation_of_what_is_held_names_whose_word_it_is_and_what_to_do(policy: Policy, words: str) -> None:
    found = explained(edge(base_url="https://lyon.example.net", policy=policy), rest=seen(base_url=None))

    assert found["Held by policy"][0].startswith(
        "base url on lyon-1: none is set instead of https://lyon.example.net. "
    )
    assert words in found["Held by policy"][0]


def test_explanation_of_what_waits_for_something_held_names_that() -> None:
    wanted = edge(base_url="https://lyon.example.net", policy=Policy(words={"base_url": "ask"}))

    held = explained(wanted, rest=seen(base_url=None))["Held by policy"]

    assert [line.partition(" (")[0] for line in held[1:]] == ["jpd on lyon-1: it makes no sense without base url"]


def test_explanation_of_what_cannot_be_taken_back_says_so() -> None:
    used = {"lyon-1": node(entry=key_entry(OTHER_KEY, "2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z"))}

    found = explained(edge(policy=Policy()), used)

    assert "edge_policy says nothing of it, and it cannot be taken back" in found["Held by policy"][0]


def test_explanation_of_an_edge_that_is_down_says_who_does_not_answer() -> None:
    found = explained(nodes={"lyon-1": node(**STOPPED)}, rest=seen(**DOWN), of_platform=platform(jpds=[HOME]))

    assert "  https://lyon.example.net/ does not answer: connection refused" in found["Observed"]
    assert "  https://acme.jfrog.io/ has no deployment that is this Edge" in found["Observed"]
    assert "rest is not known: connection refused" in found["Drift"]


def test_explanation_of_everything_that_can_be_wanted_names_the_variable_of_each() -> None:
    pair = CertificateAndKey("certificate", "private-key-of-the-pair", "a" * 64)
    wanted = edge(
        master_key=MASTER,
        of_nodes={"lyon-1": DesiredNode({"shared.node.id": "one"}, pair)},
        tls_ca_certificates=(NamedCertificate("corporate", "pem", "b" * 64),),
        tls_ca_prune=True,
        tls=False,
        access_config={"token.max-expiry": 60},
        access_ca=pair,
        token_signing=pair,
        router_proxy={"http_url": "http://proxy:3128"},
        base_url="https://lyon.example.net",
        license_bucket="edges",
        license_keys=("licence-key-text",),
        signing_key="release",
        trusted_signing_keys=(),
        federation=Federation(("users",), {"include_patterns": ("a",)}),
    )

    lines = explained(wanted)["Desired"]

    assert [line for line in lines if "not managed" in line] == []
    assert lines[8:] == [
        f"master key: {fingerprint(MASTER)} (edge_master_key)",
        'system.yaml: on lyon-1: shared.node.id = "one" (edge_system_yaml)',
        'proxy of the routers: http_url = "http://proxy:3128" (edge_router_proxy)',
        "CAs for TLS: corporate (sha256 bbbbbbbbbbbbbbbb), and no others (edge_tls_ca_certificates)",
        "server certificate: on lyon-1: sha256 aaaaaaaaaaaaaaaa (edge_server_certificate)",
        "certificate authority of Access: sha256 aaaaaaaaaaaaaaaa (edge_access_ca_certificate)",
        "token signing certificate: sha256 aaaaaaaaaaaaaaaa (edge_token_signing_certificate)",
        "settings of Access: token.max-expiry = 60 (edge_access_config)",
        "TLS between services: off (edge_tls)",
        "custom base URL: https://lyon.example.net (edge_base_url)",
        "own licences: 1 licence key (edge_license_keys)",
        "licence bucket: 'edges', for 1 licence (edge_license_bucket)",
        "signing key of the platform: release (edge_signing_key)",
        "other signing keys: none (edge_trusted_signing_keys)",
        "Access Federation: users, with permission_filters (edge_federation)",
    ]


def test_explanation_of_what_others_wrote_does_not_steer_the_terminal() -> None:
    evil = platform(jpds=[HOME, jpd(tags=["\x1b[2J"], status={"code": "OFFLINE", "message": "\x07gone"})])

    found = explained(of_platform=evil)

    assert [line for lines in found.values() for line in lines if not line.isprintable()] == []


def test_every_step_of_a_plan_has_a_reason_for_its_place() -> None:
    assert set(explanation._PLACES) == set(STEPS)


@given(EDGES, st.lists(st.one_of(st.none(), NODES), min_size=2, max_size=2), REST, JPDS, st.booleans())
@settings(max_examples=150, deadline=None)
def test_explanation_of_any_edge_is_plain_and_has_no_secret(
    changed: dict[str, Any], nodes: list[Any], rest: dict[str, Any], jpds: list[Any], onboarding: bool
) -> None:
    wanted = edge(nodes=("lyon-1", "lyon-2"), **changed, policy=Policy())
    observed = {f"lyon-{number}": node(**given) for number, given in enumerate(nodes, 1) if given is not None}
    seen_now, told = seen(**rest), platform(jpds=jpds)
    planned = plan_one(wanted, observed, rest=seen_now, of_platform=told, onboarding=onboarding)["edges"][0]

    sections = explain(wanted, planned, nodes=observed, seen=seen_now, platform=told)

    shown = json.dumps(sections) + text(planned, sections)
    assert [key for key in (KEY, OTHER_KEY, MASTER, OTHER_MASTER) if key in shown] == []
    assert [section["title"] for section in sections] == [
        "Desired",
        "Observed",
        "Drift",
        "Plan",
        "Held by policy",
        "Findings",
    ]
    assert all(section["lines"] for section in sections)


def test_master_key_of_a_node_is_a_fingerprint() -> None:
    found = explained(nodes={"lyon-1": node(master_key=key_file(MASTER))})
    assert f"  master.key: {fingerprint(MASTER)}" in found["Observed"]
