# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What policy leaves of a plan: by the word of the inventory, by what cannot be taken back, and what waits for that."""

from __future__ import annotations

import base64
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
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import POLICY_NAMES
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.policy import ASK, CORRECT, REPORT, WORDS, Policy
from unit.domain.fleet_shapes import (
    CIRCLE,
    DOWN,
    FRESH,
    HOME,
    MASTER,
    OTHER_KEY,
    OTHER_MASTER,
    STOPPED,
    SUPPLIED,
    edge,
    jpd,
    node,
    plan_one,
    platform,
    seen,
    steps_of,
)
from unit.domain.fleet_strategies import EDGES, JPDS, NODES, REST
from unit.domain.issuing import issue, server
from unit.domain.node_shapes import key_entry, key_file

URL = "https://lyon.example.net/"
RENAMED = platform(jpds=[HOME, jpd(tags=[])])
UNKNOWN_TO_PLATFORM = platform(jpds=[HOME])
SETTING = {"lyon-1": DesiredNode({"shared.logging.consoleLog.enabled": True})}
CA = issue("corporate CA")
TRUSTED = (NamedCertificate("corporate", CA.pem, CA.sha256),)
OWN = server(CA)
LOST = key_file(None)


def held_of(plan: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """What policy leaves: its name, the word, and what it waits for."""
    return [(one["name"], one["policy"], one["waits_for"]) for one in plan["edges"][0]["held"]]


def steps(plan: dict[str, Any]) -> list[str]:
    return [step for step, _host in steps_of(plan)]


def with_cas(*digests: str, **changed: Any) -> Any:
    shape = node(**changed)
    files = [{"file": f"{number}.crt", "sha256": digest, "der": None} for number, digest in enumerate(digests)]
    shape["tls_ca_certificates"] = files
    return shape


def said(**words: str) -> Policy:
    return Policy(words.pop("default", None), words)


# What can be taken back, each drifted alone on a converged Edge.
DRIFTS: dict[str, dict[str, Any]] = {
    "jpd": {"of_platform": RENAMED},
    "system_yaml": {"wanted": {"of_nodes": SETTING}},
    "tls_ca_certificate": {"wanted": {"tls_ca_certificates": TRUSTED}},
    "access_config": {"wanted": {"access_config": {"token.max-expiry": 60}}},
    "base_url": {"wanted": {"base_url": URL, "repair": "never"}, "rest": seen(base_url="https://old.example.net")},
    "signing_key": {"wanted": {"signing_key": "release"}, "rest": seen(trusted_signing_keys=[])},
    "restart": {"nodes": {"lyon-1": node(**STOPPED)}},
}


def plan_of(case: dict[str, Any], policy: Policy, **arguments: Any) -> dict[str, Any]:
    given = {**case, **arguments}
    return plan_one(
        edge(**given.pop("wanted", {}), policy=policy),
        given.pop("nodes", None),
        rest=given.pop("rest", None),
        of_platform=given.pop("of_platform", None),
        **given,
    )


@pytest.mark.parametrize("fact", DRIFTS)
@pytest.mark.parametrize(
    ("policy", "approved", "done"),
    [
        pytest.param(lambda fact: Policy(), (), True, id="nothing-said"),
        pytest.param(lambda fact: Policy(CORRECT), (), True, id="correct"),
        pytest.param(lambda fact: Policy(REPORT), (), False, id="report"),
        pytest.param(lambda fact: Policy(REPORT), ("all",), False, id="report-is-never-approved"),
        pytest.param(lambda fact: Policy(ASK), (), False, id="ask"),
        pytest.param(lambda fact: Policy(ASK), ("all",), True, id="ask-all-approved"),
        pytest.param(lambda fact: said(**{fact: REPORT}), (), False, id="report-this-fact"),
        pytest.param(
            lambda fact: said(**{"restart": CORRECT, fact: CORRECT}, default=REPORT),
            (),
            True,
            id="correct-only-this-fact",
        ),
        pytest.param(lambda fact: said(master_key=REPORT), (), True, id="report-another-fact"),
    ],
)
def test_policy_decides_whether_a_drifted_fact_is_corrected(
    fact: str, policy: Any, approved: tuple[str, ...], done: bool
) -> None:
    whole = plan_of(DRIFTS[fact], Policy(CORRECT))
    plan = plan_of(DRIFTS[fact], policy(fact), approved=approved)

    assert fact in steps(whole)
    assert steps(plan) == (steps(whole) if done else [])
    assert plan["edges"][0]["facts"] == whole["edges"][0]["facts"]
    assert [one["name"] for one in plan["edges"][0]["held"]] == ([] if done else steps(whole))
    assert plan["edges"][0]["state"] == "drifted"
    assert bool(plan["work"]) == done


def test_held_change_tells_what_a_change_tells_and_whose_word_holds_it() -> None:
    plan = plan_of(DRIFTS["base_url"], said(base_url=ASK))

    assert plan["edges"][0]["held"] == [
        {
            "step": "base_url",
            "host": "lyon-1",
            "reason": "the Edge calls itself https://old.example.net instead of https://lyon.example.net/",
            "pass": 1,
            "name": "base_url",
            "policy": "ask",
            "waits_for": None,
        }
    ]


@pytest.mark.parametrize("approved", [("base_url",), ("jpd", "base_url"), ("all",)])
def test_approval_of_a_run_lets_it_do_what_policy_asks_for(approved: tuple[str, ...]) -> None:
    plan = plan_of(DRIFTS["base_url"], said(base_url=ASK), approved=approved)
    assert (steps(plan), held_of(plan)) == (["base_url"], [])


def test_approval_of_something_else_is_none() -> None:
    plan = plan_of(DRIFTS["base_url"], said(base_url=ASK), approved=("jpd",))
    assert (steps(plan), held_of(plan)) == ([], [("base_url", "ask", None)])


STARTED = {"lyon-1": node(entry=key_entry(OTHER_KEY, "2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z"))}
TWO = {"nodes": ("lyon-1", "lyon-2"), "master_key": MASTER, "join_key": None}


@pytest.mark.parametrize(
    ("wanted", "nodes", "arguments", "planned", "held"),
    [
        pytest.param(
            {},
            STARTED,
            {},
            [],
            [("join_key", "report", None), ("restart", "report", "join_key")],
            id="another-join-key-on-an-edge-that-has-started",
        ),
        pytest.param(
            {},
            {"lyon-1": node(refused_at="2026-11-22T12:00:00.000Z")},
            {},
            [],
            [("join_key", "report", None), ("restart", "report", "join_key")],
            id="database-with-a-join-key-of-somebody-else",
        ),
        pytest.param(
            {},
            STARTED,
            {"onboarding": True, "of_platform": UNKNOWN_TO_PLATFORM},
            ["join_key", "restart", "jpd"],
            [],
            id="onboarding-of-an-edge-that-the-platform-does-not-know",
        ),
        pytest.param(
            {"join_key": None, "join_key_file": "secrets/lyon"},
            {"lyon-1": node(entry=None)},
            {"onboarding": True},
            [],
            [("join_key", "report", None), ("restart", "report", "join_key")],
            id="new-join-key-for-an-edge-that-the-platform-knows",
        ),
        pytest.param(
            {},
            {"lyon-1": node(**FRESH)},
            {"of_platform": UNKNOWN_TO_PLATFORM, "rest": seen(**DOWN)},
            ["join_key", "restart", "jpd"],
            [],
            id="edge-that-has-never-started",
        ),
        pytest.param({}, {"lyon-1": node(entry=SUPPLIED)}, {}, ["join_key", "restart"], [], id="supply-to-be-finished"),
        pytest.param(
            {"on_unknown": "supply"},
            {"lyon-1": node(entry=None)},
            {},
            ["join_key", "restart"],
            [],
            id="supply-without-a-record-that-was-asked-for",
        ),
        pytest.param(
            TWO,
            {"lyon-1": node(master_key=key_file(MASTER)), "lyon-2": node(master_key=LOST)},
            {},
            ["master_key"],
            [],
            id="master-key-that-another-node-has",
        ),
        pytest.param(
            {**TWO, "nodes": ("lyon-1",)},
            {"lyon-1": node(master_key=LOST, master_entry=key_entry(MASTER, "2026-11-22T10:00:00.000Z"))},
            {},
            ["master_key"],
            [],
            id="master-key-of-our-record",
        ),
        pytest.param(
            {**TWO, "nodes": ("lyon-1",)},
            {"lyon-1": node(master_key=LOST)},
            {},
            [],
            [("master_key", "report", None)],
            id="master-key-that-nothing-proves",
        ),
        pytest.param(
            TWO,
            {
                "lyon-1": node(master_key=LOST),
                "lyon-2": node(**{**FRESH, "master_key": key_file(OTHER_MASTER), "entry": None}),
            },
            {"of_platform": RENAMED},
            ["master_key", "jpd"],
            [("master_key", "report", None), ("restart", "report", "master_key")],
            id="node-that-has-never-started-beside-one-that-has",
        ),
        pytest.param(
            {"tls_ca_certificates": TRUSTED, "tls_ca_prune": True},
            {"lyon-1": with_cas(CA.sha256, "d" * 64)},
            {},
            ["tls_ca_certificate", "restart"],
            [],
            id="pruning-that-the-inventory-asks-for",
        ),
        pytest.param(
            {"federation": Federation()},
            None,
            {
                "of_platform": platform(
                    federation=[
                        {
                            "source": "JPD-1",
                            "error": None,
                            "entities": ["USERS"],
                            "targets": [{"id": "JPD-7", "name": "lyon", "url": f"{URL}access", "entities": ["users"]}],
                        }
                    ]
                )
            },
            ["access_federation"],
            [],
            id="federation-that-the-inventory-ends",
        ),
    ],
)
def test_without_a_word_only_what_cannot_be_taken_back_is_left(
    wanted: dict[str, Any], nodes: Any, arguments: dict[str, Any], planned: list[str], held: list[Any]
) -> None:
    plan = plan_of({"wanted": wanted, "nodes": nodes, **arguments}, Policy())

    assert (steps(plan), held_of(plan)) == (planned, held)


OLD = {"version": "7.25.7", "trusts_platform": True, "trusted_by_platform": True}
JOINED_BY_KEY = {"trust_method": "join_key"}


@pytest.mark.parametrize(
    ("policy", "case", "planned", "held"),
    [
        pytest.param(
            said(base_url=REPORT),
            {"wanted": {"base_url": URL}, "rest": seen(base_url=None), "of_platform": UNKNOWN_TO_PLATFORM},
            [],
            [("base_url", "report", None), ("jpd", "report", "base_url")],
            id="pairing-token-without-its-base-url",
        ),
        pytest.param(
            said(base_url=REPORT),
            {"wanted": {"base_url": URL}, "rest": seen(base_url="https://old"), "of_platform": RENAMED},
            ["jpd"],
            [("base_url", "report", None), ("jpd", "report", "base_url")],
            id="tags-without-the-new-pairing",
        ),
        pytest.param(
            said(join_key=ASK),
            {"wanted": JOINED_BY_KEY, "nodes": STARTED, "of_platform": UNKNOWN_TO_PLATFORM},
            [],
            [("join_key", "ask", None), ("restart", "ask", "join_key"), ("jpd", "ask", "join_key")],
            id="registration-by-the-join-key-that-is-held",
        ),
        pytest.param(
            said(join_key=ASK),
            {"nodes": STARTED, "of_platform": UNKNOWN_TO_PLATFORM},
            ["jpd"],
            [("join_key", "ask", None), ("restart", "ask", "join_key")],
            id="pairing-token-needs-no-join-key",
        ),
        pytest.param(
            said(join_key=ASK),
            {"wanted": JOINED_BY_KEY, "nodes": STARTED, "of_platform": RENAMED},
            ["jpd"],
            [("join_key", "ask", None), ("restart", "ask", "join_key")],
            id="tags-need-no-join-key",
        ),
        pytest.param(
            said(trusted_certificate=REPORT),
            {
                "wanted": {"acknowledged": True},
                "nodes": {"lyon-1": node(version="7.25.7")},
                "rest": seen(**{**CIRCLE, "trusts_platform": False}),
                "of_platform": UNKNOWN_TO_PLATFORM,
            },
            [],
            [("trusted_certificate", "report", None), ("jpd", "report", "trusted_certificate")],
            id="registration-without-the-circle-of-trust",
        ),
        pytest.param(
            said(jpd=REPORT),
            {
                "wanted": {"signing_key": "release"},
                "rest": seen(trusted_signing_keys=[]),
                "of_platform": UNKNOWN_TO_PLATFORM,
            },
            [],
            [("jpd", "report", None), ("signing_key", "report", "jpd")],
            id="what-the-platform-does-with-an-edge-that-it-knows",
        ),
        pytest.param(
            said(jpd=REPORT),
            {
                "wanted": {"signing_key": "release"},
                "rest": seen(trusted_signing_keys=[]),
                "of_platform": RENAMED,
            },
            ["signing_key"],
            [("jpd", "report", None)],
            id="signing-key-of-a-registered-edge",
        ),
        pytest.param(
            said(restart=REPORT),
            {"wanted": {"of_nodes": SETTING}, "of_platform": RENAMED},
            ["jpd"],
            [("system_yaml", "report", "restart"), ("restart", "report", None)],
            id="file-that-would-wait-for-anybodys-start",
        ),
        pytest.param(
            said(restart=ASK),
            {"nodes": {"lyon-1": node(**STOPPED)}, "rest": seen(**DOWN), "of_platform": RENAMED},
            [],
            [("restart", "ask", None), ("jpd", "ask", "restart")],
            id="edge-that-is-down",
        ),
        pytest.param(
            said(system_yaml=REPORT),
            {"wanted": {"of_nodes": SETTING}},
            [],
            [("system_yaml", "report", None), ("restart", "report", "system_yaml")],
            id="start-without-a-reason",
        ),
        pytest.param(
            said(system_yaml=REPORT),
            {"wanted": {"of_nodes": SETTING, "tls_ca_certificates": TRUSTED}},
            ["tls_ca_certificate", "restart"],
            [("system_yaml", "report", None)],
            id="start-with-another-reason",
        ),
        pytest.param(
            Policy(),
            {"nodes": {"lyon-1": node(pending=OTHER_KEY)}, "wanted": {"of_nodes": SETTING}, "of_platform": RENAMED},
            ["jpd"],
            [("join_key", "report", None), ("system_yaml", "report", "restart"), ("restart", "report", "join_key")],
            id="start-that-would-take-a-join-key-of-somebody-else",
        ),
        pytest.param(
            said(join_key=REPORT),
            {"nodes": {"lyon-1": node(**FRESH)}, "rest": seen(**DOWN), "of_platform": UNKNOWN_TO_PLATFORM},
            [],
            [("join_key", "report", None), ("restart", "report", "join_key"), ("jpd", "report", "restart")],
            id="first-start-that-would-make-a-join-key",
        ),
        pytest.param(
            said(tls_ca_prune=ASK),
            {
                "wanted": {"tls_ca_certificates": TRUSTED, "tls_ca_prune": True},
                "nodes": {"lyon-1": with_cas("d" * 64)},
            },
            ["tls_ca_certificate", "restart"],
            [("tls_ca_prune", "ask", None)],
            id="pruning-alone",
        ),
        pytest.param(
            said(tls_ca_certificate=REPORT, tls_ca_prune=CORRECT),
            {
                "wanted": {"tls_ca_certificates": TRUSTED, "tls_ca_prune": True},
                "nodes": {"lyon-1": with_cas("d" * 64)},
            },
            [],
            [
                ("tls_ca_certificate", "report", None),
                ("tls_ca_prune", "report", "tls_ca_certificate"),
                ("restart", "report", "tls_ca_certificate"),
            ],
            id="pruning-comes-after-what-is-wanted",
        ),
        pytest.param(
            said(tls_ca_certificate=REPORT),
            {
                "wanted": {"tls_ca_certificates": TRUSTED, "tls_ca_prune": True},
                "nodes": {"lyon-1": with_cas(CA.sha256, "d" * 64)},
            },
            [],
            [("tls_ca_prune", "report", None), ("restart", "report", "tls_ca_prune")],
            id="pruning-has-the-word-of-its-step",
        ),
    ],
)
def test_what_makes_no_sense_without_a_held_step_waits_and_the_rest_goes_on(
    policy: Policy, case: dict[str, Any], planned: list[str], held: list[Any]
) -> None:
    plan = plan_of(case, policy)

    assert (steps(plan), held_of(plan)) == (planned, held)


def test_start_has_only_the_reasons_that_are_left() -> None:
    case = {"wanted": {"of_nodes": SETTING, "tls_ca_certificates": TRUSTED}}

    plan = plan_of(case, said(system_yaml=REPORT))

    assert [change["reason"] for change in plan["edges"][0]["changes"] if change["step"] == "restart"] == [
        "it reads at a start: tls_ca_certificate"
    ]
    assert plan["work"][0]["edge_plan"]["restart_for"] == ["tls_ca_certificate"]


def test_roles_are_told_which_part_of_their_step_is_held() -> None:
    wanted = {"tls_ca_certificates": TRUSTED, "tls_ca_prune": True}
    case = {"wanted": wanted, "nodes": {"lyon-1": with_cas("d" * 64)}}

    plan = plan_of(case, said(tls_ca_prune=REPORT))

    assert plan["work"][0]["edge_plan"]["held"] == ["tls_ca_prune"]


@pytest.mark.parametrize(
    ("policy", "planned"),
    [
        pytest.param(
            Policy(), [(1, "server_certificate"), (1, "restart"), (2, "system_yaml"), (2, "restart")], id="none"
        ),
        pytest.param(said(server_certificate=REPORT), [], id="what-it-builds-on"),
        pytest.param(said(restart=REPORT), [], id="the-start-in-between"),
        pytest.param(said(system_yaml=REPORT), [(1, "server_certificate"), (1, "restart")], id="itself"),
    ],
)
def test_second_pass_waits_for_what_is_held_of_the_first(policy: Policy, planned: list[Any]) -> None:
    pair = CertificateAndKey(OWN.pem, OWN.key_pem, OWN.sha256)
    shape = node()
    shape["tls_ca_certificates"] = [
        {"file": "corporate.crt", "sha256": CA.sha256, "der": base64.b64encode(CA.der).decode()}
    ]

    plan = plan_of({"wanted": {"of_nodes": {"lyon-1": DesiredNode({}, pair)}}, "nodes": {"lyon-1": shape}}, policy)

    assert [(change["pass"], change["step"]) for change in plan["edges"][0]["changes"]] == planned


def test_step_that_cannot_be_done_now_holds_up_the_others_whatever_policy_says_of_it() -> None:
    nodes = {"lyon-1": STARTED["lyon-1"]}
    wanted = edge(nodes=("lyon-1", "lyon-2"), policy=said(join_key=REPORT))

    plan = plan_one(wanted, nodes, unreachable={"lyon-2": "timed out"}, of_platform=RENAMED)

    assert (steps(plan), held_of(plan)) == ([], [])


_MORE = st.fixed_dictionaries(
    {},
    optional={
        "base_url": st.just(URL),
        "of_nodes": st.just(SETTING),
        "tls_ca_certificates": st.just(TRUSTED),
        "tls_ca_prune": st.booleans(),
        "access_config": st.just({"token.max-expiry": 60}),
        "signing_key": st.just("release"),
    },
)
_POLICIES = st.builds(
    Policy, st.sampled_from([None, *WORDS]), st.dictionaries(st.sampled_from(POLICY_NAMES), st.sampled_from(WORDS))
)
_ANY_EDGE = (
    st.builds(lambda one, more: {**one, **more}, EDGES, _MORE),
    st.lists(st.one_of(st.none(), NODES), min_size=2, max_size=2),
    REST,
    JPDS,
    st.booleans(),
)


def any_plan(parts: tuple[Any, ...], policy: Policy, **arguments: Any) -> dict[str, Any]:
    changed, nodes, rest, jpds, onboarding = parts
    told = {"base_url": "https://old.example.net", "trusted_signing_keys": []}
    return plan_one(
        edge(nodes=("lyon-1", "lyon-2"), **changed, policy=policy),
        {f"lyon-{number}": node(**given) for number, given in enumerate(nodes, 1) if given is not None},
        rest=seen(**told, **rest),
        of_platform=platform(jpds=jpds),
        onboarding=onboarding,
        **arguments,
    )


def changes_of(plan: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {(change["pass"], change["step"], change["host"]) for change in plan["edges"][0]["changes"]}


def left_of(plan: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {(one["pass"], one["step"], one["host"]) for one in plan["edges"][0]["held"]}


@given(st.tuples(*_ANY_EDGE), _POLICIES, st.lists(st.sampled_from(["all", *POLICY_NAMES]), max_size=3))
@settings(max_examples=300, deadline=None)
def test_no_policy_ever_adds_a_change_nor_hides_a_fact(
    parts: tuple[Any, ...], policy: Policy, approved: list[str]
) -> None:
    whole = any_plan(parts, Policy(CORRECT))
    plan = any_plan(parts, policy, approved=approved)

    assert changes_of(plan) <= changes_of(whole)
    assert left_of(plan) <= changes_of(whole)
    verdicts = [
        [(fact["fact"], fact["node"], fact["state"], fact["reason"]) for fact in one["edges"][0]["facts"]]
        for one in (plan, whole)
    ]
    assert verdicts[0] == verdicts[1]
    assert bool(plan["edges"][0]["held"]) <= (plan["edges"][0]["state"] == "drifted")
    assert all(one["policy"] in (REPORT, ASK) for one in plan["edges"][0]["held"])


@given(st.tuples(*_ANY_EDGE))
@settings(max_examples=150, deadline=None)
def test_report_for_everything_leaves_every_change(parts: tuple[Any, ...]) -> None:
    whole, plan = any_plan(parts, Policy(CORRECT)), any_plan(parts, Policy(REPORT), approved=("all",))

    assert (plan["edges"][0]["changes"], plan["work"]) == ([], [])
    assert left_of(plan) == changes_of(whole)


@given(st.tuples(*_ANY_EDGE))
@settings(max_examples=100, deadline=None)
def test_ask_for_everything_with_all_approved_is_the_same_as_correct(parts: tuple[Any, ...]) -> None:
    assert any_plan(parts, Policy(ASK), approved=("all",)) == any_plan(parts, Policy(CORRECT))
