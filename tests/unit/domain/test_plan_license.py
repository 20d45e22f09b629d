# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences, as the plan judges them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredEdge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.license import (
    FleetQuota,
    judge_licenses,
    judge_quota,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView, Judged
from unit.domain.fleet_shapes import DOWN, HOME, NOW, STOPPED, edge, jpd, node, platform, seen
from unit.domain.test_license import BUCKET, KEY, OTHER, SEEN, key_text, sha1

INSTALLED = {**SEEN, "node_id": "lyon-1", "hash": sha1(KEY) + "5"}
LICENSED = [{"type": "EDGE", "expired": False, "valid_through": "2030-05-15", "licensed_to": "X", "license_hash": "a"}]
LYON = jpd(licenses=LICENSED)
OWN = {"license_keys": (KEY,)}
OF_BUCKET = {"license_bucket": "edges"}


def judge(
    wanted: DesiredEdge,
    *,
    licenses: Any = None,
    buckets: Any = None,
    jpds: Any = None,
    rest: Any = None,
    unread: dict[str, str] | None = None,
    **of_node: Any,
) -> Judged:
    """The judgement on an Edge; what is None was not asked for."""
    observed = {**seen(**(rest or {})), **({} if licenses is None else {"licenses": licenses})}
    centre = {
        **platform(jpds=[HOME, LYON] if jpds is None else jpds),
        **({} if buckets is None else {"license_buckets": buckets}),
    }
    if unread:
        observed["unread"] = centre["unread"] = unread
    nodes = {host: node(**of_node) for host in wanted.nodes}
    view = EdgeView(wanted, centre, Registered(centre["jpds"]), observed, nodes, NOW)  # type: ignore[arg-type]
    return judge_licenses(view)


def facts(judged: Judged) -> dict[str, tuple[str, str]]:
    return {fact["fact"]: (fact["state"], fact["reason"]) for fact in judged.facts}


def needs(judged: Judged) -> list[tuple[str, str | None]]:
    return [(need.step, need.host) for need in judged.needs if not need.blocked]


def told(judged: Judged) -> list[tuple[str, bool]]:
    return [(finding["reason"], finding["needs_person"]) for finding in judged.findings]


def test_licences_that_nobody_manages_are_no_fact() -> None:
    judged = judge(edge())

    assert (judged.facts, judged.needs, judged.findings) == ([], [], [])


@pytest.mark.parametrize(
    ("keys", "licenses", "state", "reason", "steps"),
    [
        pytest.param((KEY,), [INSTALLED], "in_order", "the licence key is installed", [], id="installed"),
        pytest.param(
            (KEY, OTHER),
            [INSTALLED, {**SEEN, "hash": sha1(OTHER) + "5"}],
            "in_order",
            "all 2 licence keys are installed",
            [],
            id="two",
        ),
        pytest.param(
            (KEY, OTHER),
            [INSTALLED],
            "drifted",
            "1 of 2 licence keys not installed",
            [("artifactory_license", "lyon-1")],
            id="one-missing",
        ),
        pytest.param(
            (KEY,),
            [],
            "drifted",
            "1 of 1 licence keys not installed",
            [("artifactory_license", "lyon-1")],
            id="no-licence",
        ),
    ],
)
def test_own_keys_are_installed_where_they_are_missing(
    keys: tuple[str, ...], licenses: Any, state: str, reason: str, steps: Any
) -> None:
    judged = judge(edge(license_keys=keys), licenses=licenses)

    assert facts(judged) == {"artifactory_license": (state, reason)}
    assert needs(judged) == steps
    assert told(judged) == []


def test_key_that_has_ended_is_told_and_not_sent() -> None:
    judged = judge(edge(license_keys=(key_text(ends="2026-11-21"),)), licenses=[INSTALLED])

    assert facts(judged)["artifactory_license"][0] == "drifted"
    assert needs(judged) == []
    assert told(judged) == [("a key of edge_license_keys expired on 2026-11-21", True)]


def test_text_that_is_no_key_needs_a_person() -> None:
    judged = judge(edge(license_keys=("secret",)), licenses=[])

    assert facts(judged)["artifactory_license"][0] == "unknown"
    assert "is no licence key" in judged.findings[0]["reason"]
    assert "secret" not in str(judged)


@pytest.mark.parametrize(
    ("rest", "of_node", "unread", "steps", "reason"),
    [
        pytest.param(DOWN, STOPPED, None, [("artifactory_license", "lyon-1")], "connection refused", id="will-start"),
        pytest.param(DOWN, {}, None, [], "connection refused", id="stays-away"),
        pytest.param(None, {}, {"licenses": "Cannot list the licences: 403."}, [], "Cannot list", id="refused"),
        pytest.param(None, {}, None, [], "the licences were not asked for", id="not-asked"),
    ],
)
def test_own_keys_of_an_edge_that_was_not_read_are_unknown(
    rest: Any, of_node: Any, unread: Any, steps: Any, reason: str
) -> None:
    judged = judge(edge(**OWN), rest=rest, unread=unread, **of_node)

    state, why = facts(judged)["artifactory_license"]
    assert (state, needs(judged)) == ("unknown", steps)
    assert reason in why
    assert [finding["needs_person"] for finding in judged.findings] == ([True] if unread else [])


@pytest.mark.parametrize(
    ("wanted", "bucket", "jpds", "state", "reason", "steps"),
    [
        pytest.param(
            edge(**OF_BUCKET),
            BUCKET,
            None,
            "in_order",
            "the bucket 'edges' counts 1 licence for JPD-7 'lyon'",
            [],
            id="attached",
        ),
        pytest.param(
            edge(**OF_BUCKET),
            {**BUCKET, "jpds": {}},
            None,
            "drifted",
            "0 of 1 licence of 'edges' attached",
            [("jpd_license", "lyon-1")],
            id="missing",
        ),
        pytest.param(
            edge(**OF_BUCKET, nodes=("lyon-1", "lyon-2")),
            BUCKET,
            None,
            "drifted",
            "1 of 2 licences of 'edges' attached",
            [("jpd_license", "lyon-1")],
            id="one-for-each-node",
        ),
        pytest.param(
            edge(**OF_BUCKET, nodes=("lyon-1", "lyon-2"), license_count=1),
            BUCKET,
            None,
            "in_order",
            "the bucket 'edges' counts 1 licence for JPD-7 'lyon'",
            [],
            id="as-many-as-the-inventory-says",
        ),
        pytest.param(
            edge(license_bucket="5fa8"),
            {**BUCKET, "jpds": {"JPD-7": 1}},
            None,
            "in_order",
            "the bucket 'edges' counts 1 licence for JPD-7 'lyon'",
            [],
            id="by-identifier-and-id",
        ),
        pytest.param(
            edge(**OF_BUCKET),
            {**BUCKET, "jpds": {}},
            [HOME],
            "drifted",
            "the Edge is not registered; 1 licence of 'edges' to be attached when it is",
            [("jpd_license", "lyon-1")],
            id="not-registered",
        ),
        pytest.param(
            edge(**OF_BUCKET),
            {**BUCKET, "jpds": {"lyon": 1}},
            [HOME],
            "drifted",
            "the Edge is not registered; 1 licence of 'edges' to be attached when it is",
            [("jpd_license", "lyon-1")],
            id="not-registered-any-more",
        ),
        pytest.param(
            edge("paris", **OF_BUCKET),
            {**BUCKET, "jpds": {"lyon": 1}},
            [HOME, jpd("lyon", url="https://paris.example.net/", licenses=LICENSED)],
            "in_order",
            "the bucket 'edges' counts 1 licence for JPD-7 'lyon'",
            [],
            id="to-be-renamed",
        ),
    ],
)
def test_licences_of_a_bucket_are_attached_where_they_are_missing(
    wanted: DesiredEdge, bucket: Any, jpds: Any, state: str, reason: str, steps: Any
) -> None:
    judged = judge(wanted, buckets=[bucket], jpds=jpds)

    assert facts(judged) == {"jpd_license": (state, reason)}
    assert needs(judged) == steps


def test_licence_that_the_platform_does_not_show_yet_is_unknown_and_attached_no_second_time() -> None:
    judged = judge(edge(**OF_BUCKET), buckets=[BUCKET], jpds=[HOME, jpd()])

    assert facts(judged)["jpd_license"][0] == "unknown"
    assert needs(judged) == []
    assert told(judged) == [
        (
            "the bucket 'edges' counts 1 licence for JPD-7 'lyon', and the platform shows none on the Edge yet",
            False,
        )
    ]


def test_surplus_is_told_and_left() -> None:
    judged = judge(edge(**OF_BUCKET), buckets=[{**BUCKET, "jpds": {"lyon": 3}}])

    assert facts(judged)["jpd_license"][0] == "in_order"
    assert told(judged) == [("the bucket 'edges' counts 3 licences for JPD-7 'lyon', and 1 is wanted", False)]


def test_edge_without_a_licence_waits_for_its_bucket() -> None:
    judged = judge(edge(license_bucket="none"), licenses=[], buckets=[BUCKET])

    assert [(one["reason"], one["remedy"]) for one in judged.findings] == [
        (
            "the platform has no licence bucket 'none'",
            "Correct edge_license_bucket, or add it to platform_license_buckets",
        ),
        ("the Edge has no licence", "It gets one when the bucket 'none' has one for it"),
    ]


def test_bucket_that_is_not_there_needs_a_person() -> None:
    judged = judge(edge(license_bucket="none"), buckets=[BUCKET])

    assert facts(judged) == {"jpd_license": ("unknown", "the platform has no licence bucket 'none'")}
    assert told(judged) == [("the platform has no licence bucket 'none'", True)]


def test_buckets_that_were_refused_need_a_person() -> None:
    judged = judge(edge(**OF_BUCKET), unread={"license_buckets": "Cannot list the licence buckets: 403."})

    assert facts(judged) == {"jpd_license": ("unknown", "Cannot list the licence buckets: 403.")}
    assert told(judged) == [("Cannot list the licence buckets: 403", True)]


@pytest.mark.parametrize(
    ("wanted", "licenses", "jpds", "reasons"),
    [
        pytest.param(
            edge(),
            [{**INSTALLED, "valid_through": "2026-11-30"}],
            None,
            [("the licence Edge on lyon-1 ends on 2026-11-30, in 8 days", True)],
            id="ends-soon",
        ),
        pytest.param(edge(license_days_left=7), [{**INSTALLED, "valid_through": "2026-11-30"}], None, [], id="limit"),
        pytest.param(
            edge(),
            None,
            [HOME, jpd(licenses=[{**LICENSED[0], "expired": True, "valid_through": "2026-01-01"}])],
            [("the licence EDGE expired on 2026-01-01", True)],
            id="expired-by-the-platform",
        ),
        pytest.param(
            edge(),
            [{**INSTALLED, "type": "Enterprise"}],
            None,
            [("the licence Enterprise on lyon-1 is none for an Edge", True)],
            id="another-type",
        ),
        pytest.param(edge(), [], None, [("the Edge has no licence", True)], id="none"),
        pytest.param(
            edge(**OWN),
            [{**SEEN, "hash": None, "valid_through": "2026-11-01"}],
            None,
            [("the licence Edge on osaka-1 expired on 2026-11-01", False)],
            id="this-run-replaces-it",
        ),
    ],
)
def test_licence_that_will_not_do_is_a_finding(
    wanted: DesiredEdge, licenses: Any, jpds: Any, reasons: list[tuple[str, bool]]
) -> None:
    assert told(judge(wanted, licenses=licenses, jpds=jpds)) == reasons


def test_licence_that_a_bucket_replaces_in_this_run_needs_nobody() -> None:
    expired = [{**INSTALLED, "valid_through": "2026-11-01"}]

    judged = judge(edge(**OF_BUCKET), licenses=expired, buckets=[{**BUCKET, "jpds": {}}])

    assert needs(judged) == [("jpd_license", "lyon-1")]
    assert told(judged) == [("the licence Edge on lyon-1 expired on 2026-11-01", False)]


def quota_of(edges: list[DesiredEdge], bucket: Any, jpds: Any) -> FleetQuota:
    centre = platform(jpds=jpds, license_buckets=[bucket])
    return judge_quota(edges, centre, Registered(centre["jpds"]))


def test_quota_that_is_enough_says_nothing() -> None:
    free = {**BUCKET, "jpds": {"lyon": 1}, "unknown_uses": {}, "available": 1}
    quota = quota_of([edge(**OF_BUCKET), edge("osaka", **OF_BUCKET), edge("quito")], free, [HOME, LYON])

    assert quota == FleetQuota()


def test_edges_that_would_get_none_are_stopped_and_the_others_are_not() -> None:
    short = {**BUCKET, "jpds": {}, "unknown_uses": {"ship": 2}, "available": 1}
    quota = quota_of([edge(**OF_BUCKET), edge("osaka", **OF_BUCKET)], short, [HOME, LYON])

    assert list(quota.short) == ["osaka"]
    assert quota.short["osaka"].stop
    finding = quota.short["osaka"].findings[0]
    assert finding["what"] == "licence bucket"
    assert finding["reason"] == (
        "this run needs 2 licences of the bucket 'edges', and 1 of its 10 is free; "
        "none is left for this Edge, which lacks 1"
    )
    assert "('ship': 2) with license_acquisition and state=absent" in finding["remedy"]


def test_licences_of_deployments_that_are_gone_are_told() -> None:
    quota = quota_of([edge(**OF_BUCKET)], {**BUCKET, "jpds": {"lyon": 1, "old": 2}}, [HOME, LYON])

    assert quota.short == {}
    assert quota.findings == [
        "https://acme.jfrog.io/: the licence bucket 'edges' counts licences for deployments that are not registered "
        "('old': 2). Release them by their old JPD id with jpd_license and state=absent."
    ]


def test_licences_that_are_counted_for_an_edge_of_the_inventory_are_not_leaked() -> None:
    """It is registered in this run, under the name that they are counted for."""
    quota = quota_of([edge("osaka", **OF_BUCKET)], {**BUCKET, "jpds": {"osaka": 1}}, [HOME])

    assert quota == FleetQuota()


def test_quota_is_not_judged_when_no_bucket_was_asked_for() -> None:
    centre = platform()

    assert judge_quota([edge(**OF_BUCKET)], centre, Registered(centre["jpds"])) == FleetQuota()
