# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of an offboarding as tables: which steps an Edge still needs, why it is refused, and what stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_token import Token
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Deployment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, LedgerError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.ledger import empty
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding import letter, record, report
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding.plan import plan_edge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding.shapes import (
    GONE,
    PLANNED,
    REFUSED,
    STEPS,
    Centre,
    Leaving,
    Wishes,
)
from unit.domain.fleet_shapes import HOME, NOW, PLATFORM_URL, STOPPED, T1, T2, health, jpd, node
from unit.domain.fleet_shapes import SILENT as NO_HEALTH

URL = "https://lyon.example.net/"
CERTIFICATE = "acme.jfrog.io"
AT_HOME = {"source": "JPD-1", "error": None, "entities": ["users"], "targets": []}


def token(description: str | None, identifier: str = "t1") -> Token:
    return Token(identifier, "jfac@01/users/admin", description=description)


def target(name: str = "lyon", url: str = URL, identifier: str | None = None) -> dict[str, Any]:
    return {"id": identifier, "name": name, "code": None, "url": url, "entities": ["users"]}


def bucket(**counted: int) -> dict[str, Any]:
    used = {"name": "edges", "identifier": "5fa8", "license_type": "EDGE", "size": 9, "used": 1, "available": 8}
    return {**used, "valid_through": None, "jpds": counted, "unknown_uses": {}}


def centre(**changed: Any) -> Centre:
    own = {name: changed.pop(name) for name in ("ways", "owned") if name in changed}
    tokens = changed.pop("tokens", [])
    seen = {
        "url": PLATFORM_URL,
        "reachable": True,
        "error": None,
        "jpds": [HOME, jpd()],
        "federation": [],
        "license_buckets": [],
        **changed,
    }
    return Centre(seen, tokens, **own)  # type: ignore[arg-type]


def rest(**changed: Any) -> Any:
    told = {"url": URL, "reachable": True, "error": None, "admin": True, "health": health()}
    return {**told, "trusts_platform": False, "trusted_by_platform": False, **changed}


UNKNOWN = {"admin": None, "health": NO_HEALTH, "trusts_platform": None, "trusted_by_platform": None}
SILENT = rest(**UNKNOWN, reachable=False, error="connection refused")
# A load balancer without nodes behind it.
EMPTY = rest(**UNKNOWN, error="502")


def leaving(**changed: Any) -> Leaving:
    told: dict[str, Any] = {
        "wanted": Deployment("lyon", URL, {}),
        "nodes": ("lyon-1",),
        "seen": {"lyon-1": node()},
        "unreachable": {},
        "absent": (),
        "rest": rest(),
        "tokens": [],
        "records": {"lyon-1": None},
        "wishes": Wishes(),
        "certificate": CERTIFICATE,
    }
    return Leaving(**{**told, **changed})


def noted(**changed: Any) -> Any:
    told = {"edge": "lyon", "platform": PLATFORM_URL, "jpd_id": "JPD-7", "left_at": T1, "trusts_platform": False}
    return {**told, "trusted_by_platform": False, "supplied": {}, "closed_at": None, **changed}


def steps(edge: Leaving, platform: Centre) -> list[str]:
    return [step.name for step in plan_edge(edge, platform).steps]


LICENSED = centre(license_buckets=[bucket(lyon=1)])
GONE_THERE = centre(jpds=[HOME])
STILL = {"seen": {"lyon-1": node(**STOPPED)}, "rest": SILENT}
LEFT = {**STILL, "records": {"lyon-1": noted()}}
CLOSED = {**STILL, "records": {"lyon-1": noted(closed_at=T2)}}
DEAD = {"seen": {}, "unreachable": {"lyon-1": "no route"}, "rest": SILENT, "wishes": Wishes(dead=True)}


@pytest.mark.parametrize(
    ("edge", "platform", "expected"),
    [
        pytest.param({}, centre(), "pairing record stop jpd ledger", id="registered"),
        pytest.param({}, LICENSED, "pairing record stop license jpd ledger", id="with-a-licence"),
        pytest.param(LEFT, LICENSED, "record license jpd ledger", id="killed-after-the-stop"),
        pytest.param(LEFT, centre(), "record jpd ledger", id="killed-after-the-release"),
        pytest.param(LEFT, GONE_THERE, "record ledger", id="killed-after-the-delete"),
        pytest.param(
            {"records": {"lyon-1": noted()}},
            LICENSED,
            "pairing record stop license jpd ledger",
            id="killed-before-the-stop",
        ),
        pytest.param(CLOSED, GONE_THERE, "", id="gone"),
        pytest.param({"records": CLOSED["records"]}, GONE_THERE, "", id="gone-and-goes-on-by-itself"),
        pytest.param(CLOSED, centre(jpds=[HOME], license_buckets=[bucket(lyon=1)]), "license", id="gone-but-a-licence"),
        pytest.param({}, GONE_THERE, "pairing record ledger", id="unregistered-by-somebody-else"),
        pytest.param(
            {"tokens": [token("hybrid.jfrog run_token x"), token("pipeline", "t2"), token(None, "t3")]},
            centre(),
            "tokens pairing record stop jpd ledger",
            id="our-tokens",
        ),
        pytest.param(
            {"tokens": [token("hybrid.jfrog automation (replaces t0)")], "own_token": "t1"},
            centre(tokens=[token("hybrid.jfrog edge lyon-2"), token("hybrid.jfrog run_token x")]),
            "pairing record stop jpd ledger",
            id="tokens-in-use-and-of-others",
        ),
        pytest.param(
            {"wishes": Wishes(edge_tokens=("pipeline*",))},
            centre(tokens=[token("hybrid.jfrog edge lyon")]),
            "tokens pairing record stop jpd ledger",
            id="token-at-the-platform",
        ),
        pytest.param(
            {},
            centre(federation=[{**AT_HOME, "targets": [target(identifier="JPD-7")]}]),
            "federation pairing record stop jpd ledger",
            id="target-of-the-platform",
        ),
        pytest.param(
            {"wishes": Wishes(restart=True)}, LICENSED, "pairing record stop license jpd ledger restart", id="restart"
        ),
        pytest.param(
            {"wishes": Wishes(restart=True)}, centre(), "pairing record jpd ledger", id="restart-without-a-licence"
        ),
        pytest.param(
            {**LEFT, "wishes": Wishes(restart=True)}, centre(), "record jpd ledger restart", id="restart-after-a-kill"
        ),
        pytest.param(
            {"seen": {"lyon-1": node(recorded={CERTIFICATE: "a" * 64})}},
            centre(),
            "pairing record stop jpd trust ledger",
            id="certificate-in-the-ledger",
        ),
        pytest.param({"requested": True}, centre(), "pairing record stop jpd trust ledger", id="request-under-way"),
        pytest.param({"wishes": Wishes(remove_keys=True)}, centre(), "pairing record stop jpd ledger keys", id="keys"),
        pytest.param({}, centre(owned=True), "pairing record stop jpd trust ledger", id="platform-of-our-own"),
        pytest.param(DEAD, centre(owned=True), "pairing jpd trust", id="dead-at-a-platform-of-our-own"),
        pytest.param(DEAD, LICENSED, "pairing license jpd", id="dead"),
        pytest.param({**DEAD, "rest": EMPTY}, LICENSED, "pairing license jpd", id="dead-behind-a-load-balancer"),
        pytest.param(DEAD, GONE_THERE, "", id="dead-and-gone"),
    ],
)
def test_plan_has_just_the_steps_that_are_left(edge: dict[str, Any], platform: Centre, expected: str) -> None:
    found = steps(leaving(**edge), platform)

    assert found == expected.split()
    assert found == [step for step in STEPS if step in found]
    assert plan_edge(leaving(**edge), platform).state == (PLANNED if expected else GONE)


@pytest.mark.parametrize(
    ("edge", "platform", "says"),
    [
        pytest.param(
            {}, centre(reachable=False, error="Cannot read."), "the platform could not be read", id="platform"
        ),
        pytest.param(
            {"wishes": Wishes(remove_keys=True, restart=True)}, centre(), "a node without its keys", id="keys-and-start"
        ),
        pytest.param({"absent": ("lyon-2",)}, centre(), "leaves out lyon-2", id="half-an-edge"),
        pytest.param({**DEAD, "wishes": Wishes()}, centre(), "not all of its nodes can be reached", id="unreachable"),
        pytest.param(
            {**DEAD, "seen": {"lyon-1": node()}}, centre(), "it answers (lyon-1)", id="dead-but-a-node-answers"
        ),
        pytest.param({**DEAD, "rest": rest()}, centre(), "it answers (https://lyon", id="dead-but-the-url-answers"),
        pytest.param(STILL, centre(), "its pairing can be revoked only while it runs", id="stopped"),
        pytest.param({**STILL, "rest": EMPTY}, centre(), "only while it runs", id="stopped-behind-a-load-balancer"),
        pytest.param({"rest": rest(admin=False, error="401")}, centre(), "its token does not work", id="no-admin"),
        pytest.param(
            {"records": {"lyon-1": noted(platform="https://other.jfrog.io/")}},
            centre(),
            "is under way",
            id="other-platform",
        ),
        pytest.param({}, centre(jpds=[HOME, jpd("rome", url=URL)]), "is JPD-7 'rome'", id="only-the-url"),
        pytest.param({}, centre(jpds=[HOME, jpd(url="https://x.example.net")]), "another URL", id="only-the-name"),
        pytest.param({}, centre(jpds=[{**HOME, "url": URL}]), "the platform itself", id="home"),
    ],
)
def test_edge_is_refused_with_the_reason_and_a_remedy(edge: dict[str, Any], platform: Centre, says: str) -> None:
    plan = plan_edge(leaving(**edge), platform)

    assert (plan.state, plan.steps) == (REFUSED, [])
    assert says in plan.reason
    assert plan.remedy


def test_plan_without_the_buckets_is_refused_because_licences_would_be_lost_with_the_jpd() -> None:
    platform = centre(unread={"license_buckets": "403 Forbidden."})
    del platform.seen["license_buckets"]

    assert "licences could not be read: 403 Forbidden" in plan_edge(leaving(), platform).reason


CIRCLE = rest(trusts_platform=True, trusted_by_platform=True)
ROOTS = ["the platform's root certificate on the Edge", "the Edge's root certificate at the platform"]


@pytest.mark.parametrize(
    ("edge", "platform", "expected"),
    [
        pytest.param({}, centre(), [], id="nothing"),
        pytest.param({"rest": CIRCLE}, centre(), ROOTS, id="circle-of-trust"),
        pytest.param(
            {**STILL, "records": {"lyon-1": noted(trusts_platform=True, trusted_by_platform=True)}},
            centre(),
            ROOTS,
            id="circle-of-trust-by-the-record",
        ),
        pytest.param(
            {"rest": rest(trusts_platform=None), "seen": {"lyon-1": node(recorded={CERTIFICATE: "a" * 64})}},
            centre(),
            ROOTS[:1],
            id="supplied-and-not-asked",
        ),
        pytest.param(
            DEAD, centre(), ["what lies on the dead host", "a circle of trust with the dead host"], id="dead-host"
        ),
        pytest.param(
            {},
            centre(
                jpds=[HOME, jpd(), jpd("rome", identifier="JPD-9")],
                federation=[{**AT_HOME, "source": "JPD-9", "targets": [target()]}],
            ),
            ["Access Federation from rome"],
            id="source-that-nobody-reaches",
        ),
        pytest.param({}, centre(tokens=None), ["access tokens at the platform"], id="no-token-list"),
        pytest.param(
            {},
            centre(license_buckets=[{**bucket(), "unknown_uses": {"lyon": 1}}]),
            ["a licence that was acquired from 'edges' as 'lyon'"],
            id="acquired-licence",
        ),
    ],
)
def test_what_needs_a_person_is_told(edge: dict[str, Any], platform: Centre, expected: list[str]) -> None:
    left = plan_edge(leaving(**edge), platform).left

    assert [one.what for one in left if one.needs_person] == expected
    assert all(one.reason and one.remedy for one in left)


def test_source_that_is_away_is_a_note_and_the_edge_itself_is_none() -> None:
    told = [{**AT_HOME, "source": source, "error": "OFFLINE"} for source in ("JPD-7", "JPD-9")]
    platform = centre(jpds=[HOME, jpd(), jpd("rome", identifier="JPD-9")], federation=told)

    left = plan_edge(leaving(), platform).left

    assert [(one.what, one.needs_person) for one in left][:-1] == [("Access Federation from rome", False)]


def test_circle_of_trust_of_an_edge_that_is_gone_stays_a_note() -> None:
    trusting = noted(closed_at=T2, trusts_platform=True, trusted_by_platform=True)
    plan = plan_edge(leaving(**STILL, records={"lyon-1": trusting}), GONE_THERE)

    assert (plan.state, [(one.what, one.needs_person) for one in plan.left]) == (
        GONE,
        [(root, False) for root in ROOTS],
    )


def test_sources_are_reached_over_the_platform_the_inventory_and_the_edge_itself() -> None:
    rome = jpd("rome", identifier="JPD-9")
    platform = centre(
        jpds=[HOME, jpd(), rome],
        ways={rome["url"]: "rome-1"},
        federation=[
            {**AT_HOME, "targets": [target(identifier="JPD-7"), target("rome", rome["url"])]},
            {**AT_HOME, "source": "rome", "targets": [target("to-lyon")]},
            {**AT_HOME, "source": "JPD-7", "targets": [target("rome", rome["url"])]},
        ],
    )

    found = plan_edge(leaving(), platform).work["federation"]

    assert [(one["source"], one["host"], [t["name"] for t in one["targets"]]) for one in found] == [
        ("HOME", "", ["lyon"]),
        ("lyon", "lyon-1", ["rome"]),
        ("rome", "rome-1", ["to-lyon"]),
    ]


def test_nodes_of_an_ha_edge_have_their_own_steps_and_the_first_one_those_of_the_edge() -> None:
    edge = leaving(
        nodes=("lyon-1", "lyon-2"),
        seen={"lyon-1": node(), "lyon-2": node(**STOPPED)},
        records={"lyon-1": None, "lyon-2": None},
    )

    hosts = {step.name: step.hosts for step in plan_edge(edge, LICENSED).steps}

    both, first = ("lyon-1", "lyon-2"), ("lyon-1",)
    assert hosts == {"pairing": first, "record": both, "stop": first, "license": first, "jpd": first, "ledger": both}


def test_plan_text_has_steps_with_reasons_and_what_stays() -> None:
    plans = [plan_edge(leaving(rest=CIRCLE), LICENSED).facts(), plan_edge(leaving(**STILL), centre()).facts()]

    text = report.plan_text(plans)

    assert "  4. release the licences (lyon-1): it holds licences of the platform: 1 of 'edges'" in text
    assert "  needs a person: the Edge's root certificate at the platform: " in text
    assert "Edge lyon: is left as it is: it does not answer (connection refused)" in text


FAILURE = {"host": "lyon-1", "step": "license", "message": "Cannot release."}


@pytest.mark.parametrize(
    ("edge", "failures", "still", "state"),
    [
        pytest.param({}, [], [], "offboarded", id="done"),
        pytest.param({"rest": CIRCLE}, [], [], "needs_person", id="needs-a-person"),
        pytest.param({}, [FAILURE], [], "failed", id="failed"),
        pytest.param({}, [], ["JPD-7 'lyon' is registered"], "failed", id="still-there"),
        pytest.param(STILL, [], [], "refused", id="refused"),
    ],
)
def test_report_tells_what_was_done_and_what_was_not(
    edge: dict[str, Any], failures: list[Any], still: list[str], state: str
) -> None:
    plans = [plan_edge(leaving(**edge), LICENSED).facts()]

    found = report.rows(plans, failures, {"lyon": still}, check_mode=False)[0]

    assert found["state"] == state
    if failures:
        assert (found["done"], found["not_done"]) == (["pairing", "record", "stop"], ["license", "jpd", "ledger"])
    assert (report.headline([found]) == "Nothing is left to a person.") == (state == "offboarded")


def test_remains_names_what_the_platform_still_shows() -> None:
    here = centre(license_buckets=[bucket(lyon=2)], federation=[{**AT_HOME, "targets": [target(identifier="JPD-7")]}])
    work = plan_edge(leaving(), here).work

    assert report.remains(work, here) == [
        "JPD-7 'lyon' is registered",
        "the bucket 'edges' counts 2 licences for it",
        "it is a target of HOME",
    ]
    assert report.remains(work, GONE_THERE) == []


def leave(known: Any, **changed: Any) -> record.Record:
    told = {"edge": "lyon", "platform": PLATFORM_URL, "jpd_id": "JPD-7", "trusts_platform": None}
    return record.leave(known, **{**told, "trusted_by_platform": None, **changed}, ledger=empty(), now=NOW)


def test_record_keeps_what_was_seen_first_and_adds_what_was_not_known() -> None:
    begun = leave(None, trusts_platform=True)

    assert leave(begun, trusts_platform=False, trusted_by_platform=True) == {**begun, "trusted_by_platform": True}
    assert record.parse(record.serialise(begun)) == begun


def test_record_of_a_closed_offboarding_is_begun_anew() -> None:
    closed = record.close(leave(None), NOW)

    assert record.close(closed, NOW) is closed
    assert leave(closed, platform="https://other.jfrog.io/")["closed_at"] is None


def test_record_of_another_platform_that_is_under_way_is_a_conflict() -> None:
    with pytest.raises(ConflictError, match="is under way on this node since"):
        leave(leave(None), platform="https://other.jfrog.io/")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "edge": "lyon"}'])
def test_record_that_cannot_be_understood_is_no_guess(text: str) -> None:
    with pytest.raises(LedgerError, match="Cannot read the record"):
        record.parse(text)


def test_letter_names_the_certificate_or_says_that_nobody_has_it() -> None:
    root: Any = {"file": "root.crt", "sha256": "ab" * 32, "der": "MIIB" * 20}
    told = {"platform": PLATFORM_URL, "name": "lyon", "url": URL}

    with_root = letter.files(**told, root=root)

    assert "AB:AB:" in with_root[letter.LETTER]
    assert with_root[letter.CERTIFICATE].startswith("-----BEGIN CERTIFICATE-----\nMIIB")
    assert list(letter.files(**told, root=None)) == [letter.LETTER]


def test_edge_behind_its_own_token_is_not_locked_out() -> None:
    edge = leaving(tokens=[token("hybrid.jfrog admin_token ab", "own")], own_token="own")

    assert plan_edge(replace(edge, own_token=""), centre()).work["tokens"][0]["token_id"] == "own"
    assert plan_edge(edge, centre()).work["tokens"] == []
