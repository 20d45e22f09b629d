# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences: dates, what is told of them, keys, and how many of a bucket are missing."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license import keys, quota, seen, validity
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license.assignment import assignment, find
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license.dates import days_until, iso_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("May 15, 2030", "2030-05-15", id="artifactory"),
        pytest.param("Jun 7, 2022", "2022-06-07", id="one-digit"),
        pytest.param("September 30, 2030", "2030-09-30", id="whole-month"),
        pytest.param("2030-02-14", "2030-02-14", id="mission-control"),
        pytest.param("2019-04-12T16:02:54.759+03:00", "2019-04-12", id="rfc-3339"),
        pytest.param("2026-11-22T00:00:00Z", "2026-11-22", id="utc"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="none"),
        pytest.param("N/A", None, id="not-available"),
        pytest.param("Feb 30, 2030", None, id="no-such-day"),
        pytest.param("Foo 3, 2030", None, id="no-such-month"),
        pytest.param("2030-13-01", None, id="no-such-month-in-iso"),
    ],
)
def test_date_is_read_in_all_three_forms(text: Any, expected: str | None) -> None:
    assert iso_date(text) == expected


@pytest.mark.parametrize(("day", "left"), [("2026-11-22", 0), ("2026-11-23", 1), ("2026-11-21", -1)])
def test_days_count_to_the_last_day(day: str, left: int) -> None:
    assert days_until(day, date(2026, 11, 22)) == left


HA = {
    "type": "Edge",
    "validThrough": "May 15, 2030",
    "licensedTo": "Example Corp",
    "licenseHash": "ab12",
    "nodeId": "osaka-1",
    "nodeUrl": "http://192.0.2.1/artifactory",
    "expired": False,
}
SEEN: Any = {
    "type": "Edge",
    "valid_through": "2030-05-15",
    "licensed_to": "Example Corp",
    "hash": "ab12",
    "node_id": "osaka-1",
    "expired": False,
}
SINGLE = {"type": "Edge", "validThrough": "May 15, 2030", "licensedTo": "Example Corp"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([HA], [SEEN], id="ha"),
        pytest.param({"licenses": [HA]}, [SEEN], id="list-in-an-object"),
        pytest.param([{**HA, "nodeId": "Not in use"}], [{**SEEN, "node_id": None}], id="spare"),
        pytest.param(SINGLE, [{**SEEN, "hash": None, "node_id": None, "expired": None}], id="one-node"),
        pytest.param({"type": "N/A", "validThrough": "", "licensedTo": ""}, [], id="none"),
        pytest.param([None, "x"], [], id="odd"),
    ],
)
def test_licences_of_artifactory_have_one_form(told: Any, expected: list[Any]) -> None:
    assert seen.of_artifactory(told) == expected


def test_licences_of_a_jpd_have_the_same_form() -> None:
    told = {
        "type": "EDGE",
        "expired": True,
        "licensed_to": "Example Corp",
        "license_hash": "ab12",
        "valid_through": "2020-05-15",
    }
    expected = {**SEEN, "type": "EDGE", "valid_through": "2020-05-15", "node_id": None, "expired": True}
    assert seen.of_jpd([told, None]) == [expected]


LISTED = {"identifier": "5fa8", "name": "edges", "size": 10, "license_type": "EDGE"}
REPORT = {
    "identifier": "5fa8",
    "name": "edges",
    "size": 10,
    "valid_through": "2030-02-14",
    "issued": "2026-02-14",
    "type": "EDGE",
    "licenses": {"used": 4, "available": 6, "max_used": 5},
    "jpds": [{"name": "lyon", "license_count": 1}, {"name": "osaka", "license_count": 2}],
    "unknown_uses": [{"name": "ship", "license_count": 1}],
    "split_buckets": [],
    "pipelines": {"execution_nodes": 0},
}
BUCKET: Any = {
    "name": "edges",
    "identifier": "5fa8",
    "license_type": "EDGE",
    "size": 10,
    "used": 4,
    "available": 6,
    "valid_through": "2030-02-14",
    "jpds": {"lyon": 1, "osaka": 2},
    "unknown_uses": {"ship": 1},
}


def without(*names: str) -> dict[str, Any]:
    return {key: value for key, value in REPORT.items() if key not in names}


@pytest.mark.parametrize(
    ("listed", "report", "changes"),
    [
        pytest.param(LISTED, REPORT, {}, id="whole"),
        pytest.param({**LISTED, "identifier": None, "id": "5fa8"}, REPORT, {}, id="id-as-in-the-sample"),
        pytest.param(LISTED, without("licenses"), {}, id="no-numbers"),
        pytest.param(
            LISTED,
            {**without("jpds", "unknown_uses"), "licenses": {"used": 0, "available": 10}},
            {"used": 0, "available": 10, "jpds": {}, "unknown_uses": {}},
            id="unused",
        ),
        pytest.param(
            LISTED,
            {**REPORT, "jpds": [{"name": "lyon", "license_count": 1}, {"name": "lyon", "license_count": 2}, None]},
            {"jpds": {"lyon": 3}},
            id="twice-the-same-name",
        ),
    ],
)
def test_bucket_is_read_with_what_its_report_leaves_out(listed: Any, report: Any, changes: dict[str, Any]) -> None:
    assert seen.bucket(listed, report) == {**BUCKET, **changes}


@pytest.mark.parametrize(("listed", "report"), [(None, REPORT), (LISTED, []), ({"size": 1}, REPORT)])
def test_answer_that_is_no_bucket_is_told(listed: Any, report: Any) -> None:
    with pytest.raises(ApiError, match="Check that platform_url leads to the platform itself"):
        seen.bucket(listed, report)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def key_text(number: int = 1, kind: str = "Edge", ends: str = "2030-05-15") -> str:
    """A key as the vendor's page on its expiration date takes it apart."""
    product = f"expires: {ends}T00:00:00.000Z\nid: {number}\nowner: Example Corp\ntype: {kind}\n"
    text = encoded(f"license: {encoded(f'product: {encoded(product)}')}\nsignature: {number}\n")
    return "\n".join(text[start : start + 76] for start in range(0, len(text), 76))


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324


KEY, OTHER = key_text(1), key_text(2)


@pytest.mark.parametrize(
    "installed",
    [
        pytest.param(KEY, id="lines"),
        pytest.param("".join(KEY.split()), id="one-line"),
        pytest.param(KEY + "\n", id="line-end"),
        pytest.param(KEY.replace("\n", "\r\n"), id="windows"),
    ],
)
@pytest.mark.parametrize("given", [KEY, "".join(KEY.split()), KEY.replace("\n", "\\n"), f"\ufeff{KEY}\n\n"])
def test_key_is_recognised_by_its_hash_however_its_lines_are_broken(installed: str, given: str) -> None:
    key = keys.check(given, "a key")

    assert keys.missing([key], [{**SEEN, "hash": sha1(installed) + "5"}]) == []


@pytest.mark.parametrize(
    ("given", "listed", "missing"),
    [
        pytest.param([KEY], [], [KEY], id="nothing-installed"),
        pytest.param([KEY, OTHER], [{**SEEN, "hash": sha1(KEY) + "5"}], [OTHER], id="one-of-two"),
        pytest.param([OTHER], [{**SEEN, "hash": sha1(KEY) + "5"}], [OTHER], id="alike-and-another-hash"),
        pytest.param([KEY], [{**SEEN, "hash": None}], [], id="alike-and-no-hash"),
        pytest.param([KEY, OTHER], [{**SEEN, "hash": "x"}], [OTHER], id="one-licence-for-one-key"),
        pytest.param([KEY], [{**SEEN, "hash": None, "valid_through": "2029-01-01"}], [KEY], id="another-end"),
        pytest.param([KEY], [{**SEEN, "hash": None, "licensed_to": "Other"}], [KEY], id="another-owner"),
        pytest.param([KEY], [{**SEEN, "hash": None, "type": "Enterprise"}], [KEY], id="another-type"),
        pytest.param([KEY], [{**SEEN, "hash": None, "type": "EDGE_TRIAL"}], [], id="trial"),
    ],
)
def test_keys_that_are_not_installed_are_found(given: list[str], listed: list[Any], missing: list[str]) -> None:
    found = keys.missing([keys.check(text, "a key") for text in given], listed)

    assert [key.text for key in found] == missing


def test_key_that_tells_nothing_is_missing_when_no_hash_is_known() -> None:
    key = keys.check("A" * 100, "a key")

    assert keys.missing([key], [{**SEEN, "hash": None}]) == [key]
    assert (keys.ends(key), keys.ends(keys.check(KEY, "a key"))) == (None, "2030-05-15")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(" \n ", "Cannot use entry 1 of keys: it is empty", id="empty"),
        pytest.param("short", "it is no licence key", id="short"),
        pytest.param(f"{KEY};{OTHER}", "one per entry", id="two-in-one"),
        pytest.param("secret " * 30 + "!", "it is no licence key", id="words"),
    ],
)
def test_text_that_is_no_key_is_refused_without_being_shown(text: str, says: str) -> None:
    with pytest.raises(InventoryError) as caught:
        keys.check(text, "entry 1 of keys")

    assert says in caught.value.msg
    assert "secret" not in caught.value.msg


def test_key_is_not_shown_by_its_repr_and_all_its_lines_are_secret() -> None:
    key = keys.check(KEY, "a key")

    assert KEY.split()[0] not in repr(key)
    assert {KEY, "".join(KEY.split()), *KEY.split()[:-1]} <= set(key.secrets)


@pytest.mark.parametrize(
    ("name", "jpd_id", "wanted", "missing", "surplus"),
    [
        pytest.param("lyon", "JPD-2", 1, 0, 0, id="has-it"),
        pytest.param("osaka", "JPD-3", 3, 1, 0, id="lacks-one"),
        pytest.param("osaka", "JPD-3", 1, 0, 1, id="one-too-many"),
        pytest.param("quito", None, 2, 2, 0, id="not-registered"),
    ],
)
def test_exactly_what_is_missing_is_attached(
    name: str, jpd_id: str | None, wanted: int, missing: int, surplus: int
) -> None:
    has = assignment(BUCKET, wanted, jpd_id=jpd_id, name=name)

    assert (has.missing, has.surplus) == (missing, surplus)


def test_report_may_call_a_jpd_by_its_id() -> None:
    assert assignment({**BUCKET, "jpds": {"JPD-2": 1}}, 1, jpd_id="JPD-2", name="lyon").missing == 0


def test_bucket_is_found_by_name_before_identifier() -> None:
    other: Any = {**BUCKET, "name": "5fa8", "identifier": "77"}

    assert find([BUCKET, other], "5fa8") == other
    assert find([BUCKET], "5fa8") == BUCKET
    assert find([BUCKET], "none") is None


def wish(edge: str, missing: int, bucket: str = "edges") -> quota.Wish:
    return quota.Wish(edge, bucket, missing)


def test_enough_licences_are_no_shortage() -> None:
    assert quota.shortages([wish("a", 3), wish("b", 3)], [BUCKET], names=["lyon", "osaka"]) == {}
    assert quota.shortages([wish("a", 0), wish("b", 9, "none")], [BUCKET], names=[]) == {}


def test_edges_that_would_get_none_are_told_in_order_with_what_could_be_freed() -> None:
    labelled: Any = {**BUCKET, "unknown_uses": {"Ship 7": 1}}
    short = quota.shortages([wish("a", 4), wish("b", 3), wish("c", 2)], [labelled], names=["lyon"])

    assert list(short) == ["b"]
    assert short["b"].reason == (
        "this run needs 9 licences of the bucket 'edges', and 6 of its 10 are free; "
        "2 are left for this Edge, which lacks 3"
    )
    assert short["b"].remedy == (
        "Release what was acquired and is not in use ('Ship 7': 1) with license_acquisition and state=absent; "
        "release what is counted for deployments that are gone ('osaka': 2); "
        "get a larger bucket, or name another one in edge_license_bucket"
    )


def test_empty_bucket_is_a_shortage_for_all() -> None:
    empty: Any = {**BUCKET, "available": 0, "unknown_uses": {}}
    short = quota.shortages([wish("a", 1), wish("b", 1)], [empty], names=["lyon", "osaka"])

    assert list(short) == ["a", "b"]
    assert "none of its 10 is free; none is left for this Edge, which lacks 1" in short["a"].reason
    assert short["a"].remedy == "Get a larger bucket, or name another one in edge_license_bucket"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="fine"),
        pytest.param({"type": "EDGE_TRIAL"}, [], id="trial"),
        pytest.param({"valid_through": "2026-12-22"}, [], id="thirty-days"),
        pytest.param(
            {"valid_through": "2026-12-21"}, ["the licence Edge on osaka-1 ends on 2026-12-21, in 29 days"], id="soon"
        ),
        pytest.param(
            {"valid_through": "2026-11-23"}, ["the licence Edge on osaka-1 ends on 2026-11-23, in 1 day"], id="tomorrow"
        ),
        pytest.param(
            {"valid_through": "2026-11-22"}, ["the licence Edge on osaka-1 ends on 2026-11-22, in 0 days"], id="today"
        ),
        pytest.param(
            {"valid_through": "2026-11-21"}, ["the licence Edge on osaka-1 expired on 2026-11-21"], id="yesterday"
        ),
        pytest.param({"expired": True, "valid_through": None}, ["the licence Edge on osaka-1 expired"], id="expired"),
        pytest.param({"valid_through": None}, [], id="no-date"),
        pytest.param(
            {"type": "Enterprise Plus", "node_id": None},
            ["the licence Enterprise Plus is none for an Edge"],
            id="another-type",
        ),
    ],
)
def test_licence_that_will_not_do_is_told(changes: dict[str, Any], expected: list[str]) -> None:
    assert validity.problems([{**SEEN, **changes}] * 2, today=date(2026, 11, 22), days_left=30) == expected


def test_spare_licences_do_not_count_where_nodes_use_others() -> None:
    spare: Any = {**SEEN, "node_id": None, "hash": "cd"}

    assert validity.in_use([SEEN, spare]) == [SEEN]
    assert validity.in_use([spare]) == [spare]


def test_shapes_are_plain_data() -> None:
    assert json.loads(json.dumps(seen.bucket(LISTED, REPORT))) == BUCKET
