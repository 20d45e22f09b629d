# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The canary's names, trackers in all their forms, and the verdicts with their causes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution import canary as domain
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution import tracker as trackers
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.canary import Canary, Seen, judge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.tracker import Site
from unit.domain.fleet_shapes import HOME, jpd

NOW = datetime(2026, 11, 22, 17, 39, 5, 123456, tzinfo=timezone.utc)
CANARY = Canary("v2-20261122T173905123-0a1b2c3d4e", "canary-local", "canary-local")
LICENSED = jpd(licenses=[{"type": "EDGE_TRIAL"}])


def test_version_fits_into_a_bundle_and_tells_its_maker_and_its_time() -> None:
    version = domain.new_version("v2", NOW, maker="0a1b2", random="c3d4e")

    assert version == CANARY.version
    # "Create Release Bundle v2 Version": 32 characters, letters, digits, underscores, periods, hyphens.
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}", version)
    assert domain.form_of(version) == "v2"


@pytest.mark.parametrize(
    ("made", "ended", "found"),
    [
        pytest.param(NOW - timedelta(seconds=1), None, False, id="young-and-somebody-elses"),
        pytest.param(NOW - timedelta(hours=2), None, True, id="old"),
        pytest.param(NOW - timedelta(milliseconds=5), "0a1b2", True, id="young-and-its-maker-has-ended"),
        pytest.param(NOW - timedelta(seconds=1), "ffff0", False, id="another-maker-has-ended"),
        pytest.param(NOW, "0a1b2", False, id="made-in-this-moment"),
        pytest.param(NOW + timedelta(seconds=1), "0a1b2", False, id="made-by-a-run-that-began-later"),
    ],
)
def test_what_ended_runs_left_behind(made: datetime, ended: str | None, found: bool) -> None:
    version = domain.new_version("v1", made, maker="0a1b2", random="c3d4e")

    assert domain.left_behind([f"{version}.txt"], now=NOW, older_than=3600, ended=ended) == ([version] if found else [])


@pytest.mark.parametrize(
    "name", ["readme.txt", CANARY.version, "v2-99999999T999999000-0a1b2c3d4e.txt", f"{CANARY.version}.txt.bak"]
)
def test_other_files_are_left_alone(name: str) -> None:
    assert domain.left_behind([name], now=NOW + timedelta(days=1), older_than=0) == []


def test_mapping_leads_to_the_other_repository_only_when_there_is_one() -> None:
    other = replace(CANARY, source="canary.local", target="edge-local")

    assert CANARY.mappings == []
    [mapping] = other.mappings
    assert re.fullmatch(mapping["input"], f"canary.local/{other.file}")
    assert not re.fullmatch(mapping["input"], f"canary-local/{other.file}")
    assert mapping["output"] == "edge-local/$1"


SITE = {
    "status": "Completed",
    "general_error": "",
    "target_artifactory": {"name": "lyon", "service_id": "jfrt@1", "type": "edge"},
    "file_errors": [],
}


@pytest.mark.parametrize(
    ("data", "tracker_id", "kind", "status", "over", "targets"),
    [
        pytest.param(
            {"distribution_id": 123456789012345678, "type": "distribute", "status": "In progress", "sites": [SITE]},
            "123456789012345678",
            "DISTRIBUTE",
            "IN_PROGRESS",
            False,
            ("lyon",),
            id="one-tracker",
        ),
        pytest.param(
            {"distribution_tracker_friendly_id": 4, "type": "DISTRIBUTE", "status": "COMPLETED", "targets": ["lyon"]},
            "4",
            "DISTRIBUTE",
            "COMPLETED",
            True,
            ("lyon",),
            id="of-a-list",
        ),
        pytest.param(
            {"id": 123456789012345678, "sites": [{"name": "lyon", "service_id": "x", "type": "edge"}]},
            "123456789012345678",
            "DISTRIBUTE",
            "",
            False,
            ("lyon",),
            id="answer-of-distribute",
        ),
        pytest.param(
            {"distribution_id": 1, "type": "delete_release_bundle_version", "status": "Failed"},
            "1",
            "DELETE_RELEASE_BUNDLE_VERSION",
            "FAILED",
            True,
            (),
            id="deletion",
        ),
    ],
)
def test_tracker_has_one_form(
    data: Any, tracker_id: str, kind: str, status: str, over: bool, targets: tuple[str, ...]
) -> None:
    tracker = trackers.from_api(data)

    assert tracker is not None
    assert (tracker.tracker_id, tracker.kind, tracker.status, tracker.over) == (tracker_id, kind, status, over)
    assert tracker.targets == targets


@pytest.mark.parametrize("status", ["ABORTED", "PARTIALLY_ABORTED", "Failed", "Completed"])
def test_tracker_is_over(status: str) -> None:
    assert trackers.from_api({"id": 1, "status": status}).over is True  # type: ignore[union-attr]


@pytest.mark.parametrize("status", ["CREATED", "ABORT_IN_PROGRESS", "Not distributed", "In queue", "In progress", None])
def test_tracker_is_not_over(status: Any) -> None:
    assert trackers.from_api({"id": 1, "status": status}).over is False  # type: ignore[union-attr]


def told(site: dict[str, Any] | None, *, status: str = "Completed") -> Seen:
    tracker = trackers.from_api({"id": 1, "status": status, "sites": [site] if site else []})
    assert tracker is not None
    return Seen("lyon", LICENSED, site=tracker.site("lyon"), tracker=tracker, sha256=CANARY.sha256)


LISTED = trackers.from_api({"distribution_tracker_friendly_id": 4, "status": "FAILED", "targets": ["lyon"]})


@pytest.mark.parametrize(
    ("seen", "proven", "reason"),
    [
        pytest.param(told(SITE), True, "the file arrived with the same SHA-256", id="proven"),
        pytest.param(Seen("lyon", error="no JPD"), False, "no JPD", id="not-tried"),
        pytest.param(told(None), False, "did not take it for a target", id="left-out-of-the-sites"),
        pytest.param(
            told({**SITE, "status": "Failed", "general_error": "boom", "file_errors": ["a/b: gone", {"path": "c"}]}),
            False,
            'the distribution to it failed ("boom; a/b: gone; c")',
            id="failed-with-texts",
        ),
        pytest.param(told({**SITE, "status": "Failed"}), False, "the distribution to it failed", id="failed-wordless"),
        pytest.param(
            told({**SITE, "status": "In queue"}, status="In progress"),
            False,
            "did not end in time; its status is IN_QUEUE",
            id="not-in-time",
        ),
        pytest.param(
            replace(told(SITE), received="FAILED", received_messages=("bad signature",)),
            False,
            'the Edge says that it could not take the release bundle ("bad signature")',
            id="received-failed",
        ),
        pytest.param(replace(told(SITE), received="COMPLETED"), True, "the file arrived", id="received"),
        pytest.param(
            replace(told(SITE), sha256=None, fetch_error="Cannot fetch x: refused."),
            False,
            "whether the file arrived could not be seen: Cannot fetch x: refused",
            id="edge-does-not-answer",
        ),
        pytest.param(
            replace(told(SITE), sha256=None),
            False,
            "is not at the Edge, and the status of the distribution is COM",
            id="gone",
        ),
        pytest.param(
            replace(told(SITE), sha256="0" * 64), False, "another file arrived: its SHA-256 is 000", id="other"
        ),
        pytest.param(
            Seen("lyon", LICENSED, tracker=LISTED, sha256=CANARY.sha256),
            True,
            "the file arrived",
            id="list-alone-and-there",
        ),
        pytest.param(
            Seen("lyon", LICENSED, tracker=LISTED),
            False,
            "is not at the Edge, and the status of the distribution is FAILED",
            id="list-alone-and-failed",
        ),
    ],
)
def test_verdict(seen: Seen, proven: bool, reason: str) -> None:
    verdict = judge(CANARY, seen, key="release-key")

    assert verdict.proven is proven
    assert reason in verdict.reason
    assert not verdict.reason.endswith(".")
    assert proven is False or verdict.causes == ()


FAILED = told({**SITE, "status": "Failed", "general_error": "boom"})


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        pytest.param(replace(FAILED, license_type="N/A"), "It has no licence", id="no-licence-by-the-edge"),
        pytest.param(replace(FAILED, jpd=jpd()), "It has no licence", id="no-licence-by-the-platform"),
        pytest.param(
            replace(FAILED, jpd=jpd(), license_type="Edge"), None, id="platform-does-not-know-the-licence-yet"
        ),
        pytest.param(replace(FAILED, keys=[]), "It does not trust the signing key 'release-key': propagate", id="key"),
        pytest.param(replace(FAILED, has_repository=False), None, id="repository-that-a-distribution-would-have-made"),
        pytest.param(
            replace(FAILED, has_repository=False, site=Site("lyon", "FAILED", "repository 'x' does not exist")),
            "It has no repository 'canary-local'",
            id="repository",
        ),
        pytest.param(
            replace(told(SITE), sha256=None, has_repository=False),
            "It has no repository 'canary-local'",
            id="repository-is-gone",
        ),
        pytest.param(
            replace(FAILED, site=Site("lyon", "FAILED", "Token failed verification: signature")),
            "One side refuses the other's token: trust between the two is broken. Pair the Edge again",
            id="trust",
        ),
        pytest.param(FAILED, None, id="nothing-points-anywhere"),
    ],
)
def test_cause_that_the_facts_point_to(seen: Seen, cause: str | None) -> None:
    causes = domain.causes(CANARY, seen, key="release-key")

    assert len(causes) == (0 if cause is None else 1)
    assert cause is None or causes[0].startswith(cause)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        pytest.param(None, "the platform has no JPD with its name. Register it first", id="not-registered"),
        pytest.param(
            jpd(status={"code": "OFFLINE", "message": "No answer"}),
            'the platform shows it as OFFLINE ("No answer"). Start it, and check that the platform reaches it',
            id="offline",
        ),
        pytest.param(
            jpd(status="UNAUTHORIZED"), "as UNAUTHORIZED: trust between the two is broken. Pair it", id="trust"
        ),
        pytest.param(jpd(status="PARTIAL"), None, id="partial"),
        pytest.param(jpd(), None, id="online"),
    ],
)
def test_who_cannot_be_distributed_to(found: Any, says: str | None) -> None:
    reason = domain.why_not_distributable(found)

    assert reason is None if says is None else says in str(reason)


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        pytest.param(SITE, True, id="completed"),
        pytest.param({**SITE, "status": "In progress"}, True, id="under-way"),
        pytest.param({**SITE, "status": "Failed"}, False, id="failed"),
        pytest.param(None, False, id="left-out"),
    ],
)
def test_what_may_be_there_is_looked_for(site: Any, expected: bool) -> None:
    assert domain.may_be_there(told(site)) is expected
    assert domain.may_be_there(Seen("lyon")) is True


def test_targets_of_an_earlier_run_are_without_the_platform_and_without_deletions() -> None:
    listed = trackers.all_from_api(
        [
            {"distribution_tracker_friendly_id": 1, "type": "DISTRIBUTE", "targets": ["HOME", "osaka", "lyon"]},
            {"distribution_tracker_friendly_id": 2, "type": "DELETE_RELEASE_BUNDLE_VERSION", "targets": ["quito"]},
            "no tracker",
        ]
    )

    assert domain.targets_of(listed, {"HOME": {**HOME, "local": True}, "lyon": jpd()}) == ["lyon", "osaka"]
