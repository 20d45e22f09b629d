# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distributing release bundles v1: control-plane-api.md 6.5."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.release_bundles import OPEN, V1
from simulator.rest.distribution_bundles import found_v1
from simulator.rest.distribution_request import DistributionRequest
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.rest.lifecycle_distribution import detailed, sites_of
from simulator.trackers import DELETE, DISTRIBUTE, Tracker

ENDPOINTS = Endpoints()
PATH = "/distribution/api/v1/distribution/{name}/{version}"
STATUS = "/distribution/api/v1/release_bundle/{name}/{version}/distribution"
BODY = frozenset({"dry_run", "auto_create_missing_repositories", "distribution_rules"})
LAST_DAYS = frozenset({"edge_name", "last_number_of_days", "date"})
MOST_DAYS = 7


@ENDPOINTS.add("POST", PATH, "6.5", body=JSON)
def distribute(incoming: Incoming) -> Response:
    """6.5: 202 with a tracker's id, 200 for a dry run. Only what is signed is distributed."""
    bundle = found_v1(incoming)
    request = DistributionRequest.read(incoming, incoming.json_object(), BODY)
    if bundle.status == OPEN:
        raise Refusal(400, f"Release bundle {bundle.label} is not signed")
    shown: dict[str, Any] = {"sites": sites_of(incoming, request.entries)}
    if request.dry_run:
        return JSONResponse(shown)
    tracker = incoming.simulator.deliveries.start(
        DISTRIBUTE,
        bundle,
        request.entries,
        by=incoming.user.username,
        rules=request.rules,
        auto_create=request.auto_create,
        mappings=bundle.mappings,
    )
    return JSONResponse({"id": tracker.distribution_id, **shown}, 202)


@ENDPOINTS.add("POST", PATH + "/delete", "6.5", body=JSON)
def delete(incoming: Incoming) -> Response:
    """6.5: from Edges; with "delete" also from Distribution, once it is gone from all of them."""
    bundle = found_v1(incoming)
    content = incoming.json_object()
    on_success = content.pop("on_success", "keep")
    if on_success not in ("keep", "delete"):
        raise Refusal(400, "'on_success' must be keep or delete")
    request = DistributionRequest.read(incoming, content, BODY)
    shown: dict[str, Any] = {"sites": sites_of(incoming, request.entries)}
    if request.dry_run:
        return JSONResponse(shown)
    tracker = incoming.simulator.deliveries.start(
        DELETE,
        bundle,
        request.entries,
        by=incoming.user.username,
        rules=request.rules,
        delete_bundle=on_success == "delete",
    )
    return JSONResponse({"id": tracker.distribution_id, **shown}, 202)


@ENDPOINTS.add("GET", STATUS, "6.5")
def list_statuses(incoming: Incoming) -> Response:
    """6.5: an array."""
    found_v1(incoming)
    return JSONResponse([detailed(one) for one in _trackers(incoming)])


@ENDPOINTS.add("GET", STATUS + "/{tracker_id}", "6.5")
def get_status(incoming: Incoming) -> Response:
    """6.5: an object."""
    found_v1(incoming)
    wanted = incoming.parameters["tracker_id"]
    for one in _trackers(incoming):
        if str(one.distribution_id) == wanted:
            return JSONResponse(detailed(one))
    raise Refusal(404, f"Distribution {wanted} was not found")


@ENDPOINTS.add(
    "POST",
    "/distribution/api/v1/maintenance/distributeByLastDays",
    "6.5",
    body=JSON,
    distribution_since="2.33.0",
)
def distribute_by_last_days(incoming: Incoming) -> Response:
    """6.5 "Late joiner": sends to one Edge what was distributed in the days before a date."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, LAST_DAYS)
    days = content.get("last_number_of_days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
        raise Refusal(400, f"'last_number_of_days' must be a number from 1 to {MOST_DAYS}")
    end = _day(incoming, content.get("date")) + timedelta(days=1)
    rules = [{"site_name": str(content.get("edge_name"))}]
    request = DistributionRequest.read(incoming, {"distribution_rules": rules}, BODY)
    begun = {id(one.bundle): one for one in incoming.simulator.deliveries.of(V1) if _again(one, end, days)}
    started = [
        incoming.simulator.deliveries.start(
            DISTRIBUTE,
            one.bundle,
            request.entries,
            by=incoming.user.username,
            rules=rules,
            auto_create=one.auto_create,
            mappings=one.mappings,
        )
        for one in begun.values()
    ]
    return JSONResponse({"status_code": 200, "message": f"{len(started)} release bundles are distributed"})


def _again(tracker: Tracker, end: datetime, days: int) -> bool:
    return tracker.kind == DISTRIBUTE and end - timedelta(days=days) <= tracker.started < end


def _day(incoming: Incoming, text: Any) -> datetime:
    try:
        day = date.fromisoformat(text) if text is not None else incoming.site.now().date()
    except (TypeError, ValueError) as error:
        raise Refusal(400, "'date' must be yyyy-mm-dd") from error
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def _trackers(incoming: Incoming) -> list[Tracker]:
    return incoming.simulator.deliveries.of(V1, incoming.parameters["name"], incoming.parameters["version"])
