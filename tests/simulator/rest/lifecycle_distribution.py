# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distributing release bundles v2 and watching it: control-plane-api.md 6.1, 6.3 and 6.4."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.delivery import V2_SINCE, V2_SINCE_DISTRIBUTION
from simulator.envelopes import Refusal
from simulator.key_propagation import propagate
from simulator.release_bundles import COMPLETED, V2
from simulator.rest.distribution_request import DistributionRequest
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.rest.lifecycle_bundles import COMMON_QUERY, found_bundle, moment, repository_key_of
from simulator.trackers import DELETE, DISTRIBUTE, SiteDelivery, Tracker

ENDPOINTS = Endpoints()
PATH = "/lifecycle/api/v2/distribution"
LIMITS: dict[str, Any] = {"since": V2_SINCE, "distribution_since": V2_SINCE_DISTRIBUTION}
DISTRIBUTE_BODY = frozenset({"dry_run", "auto_create_missing_repositories", "distribution_rules", "modifications"})
DELETE_BODY = frozenset({"dry_run", "distribution_rules"})
# Lists have capitals, and "CREATED" for what one tracker calls "In queue".
LISTED = {"In queue": "CREATED"}


@ENDPOINTS.add("POST", PATH + "/key/propagate/{key_name}", "6.1", **LIMITS)
def propagate_key(incoming: Incoming) -> Response:
    """6.1: one entry per JPD, HOME among them, also when some of them fail."""
    pair = incoming.simulator.platform.key_pairs.get(incoming.parameters["key_name"])
    if pair is None:
        status = incoming.simulator.switches.unknown_signing_key_status
        raise Refusal(status, f"Could not find key pair '{incoming.parameters['key_name']}'")
    return JSONResponse(propagate(incoming.simulator, [pair]))


@ENDPOINTS.add("POST", PATH + "/distribute/{name}/{version}", "6.3", body=JSON, query=COMMON_QUERY, **LIMITS)
def distribute(incoming: Incoming) -> Response:
    """6.3: the id of a tracker and the Edges that are meant; a dry run makes no tracker."""
    incoming.simulator.deliveries.tick()
    bundle = found_bundle(incoming)
    request = DistributionRequest.read(incoming, incoming.json_object(), DISTRIBUTE_BODY)
    if bundle.status != COMPLETED:
        raise Refusal(400, f"Release bundle {bundle.label} is {bundle.status} and cannot be distributed")
    if request.dry_run:
        return JSONResponse({"sites": sites_of(incoming, request.entries)})
    tracker = incoming.simulator.deliveries.start(
        DISTRIBUTE,
        bundle,
        request.entries,
        by=incoming.user.username,
        rules=request.rules,
        auto_create=request.auto_create,
        mappings=request.mappings,
    )
    shown = {"id": tracker.distribution_id, "sites": sites_of(incoming, request.entries)}
    return JSONResponse(shown, incoming.simulator.switches.distribute_status)


@ENDPOINTS.add("POST", PATH + "/remote_delete/{name}/{version}", "6.4", body=JSON, query=COMMON_QUERY, **LIMITS)
def remote_delete(incoming: Incoming) -> Response:
    """6.4 "Clean up": from Edges; the platform keeps the bundle. It is one of the trackers, too."""
    bundle = found_bundle(incoming)
    request = DistributionRequest.read(incoming, incoming.json_object(), DELETE_BODY)
    if request.dry_run:
        return JSONResponse({"sites": sites_of(incoming, request.entries)}, 202)
    tracker = incoming.simulator.deliveries.start(
        DELETE, bundle, request.entries, by=incoming.user.username, rules=request.rules
    )
    return JSONResponse({"id": tracker.distribution_id, "sites": sites_of(incoming, request.entries)}, 202)


@ENDPOINTS.add("GET", PATH + "/trackers/{name}/{version}", "6.4", query=COMMON_QUERY, **LIMITS)
def list_trackers(incoming: Incoming) -> Response:
    """6.4: an array, oldest first, with states in capitals."""
    found_bundle(incoming)
    return JSONResponse([_listed(one) for one in _trackers(incoming)])


@ENDPOINTS.add("GET", PATH + "/trackers/{name}/{version}/{tracker_id}", "6.4", query=COMMON_QUERY, **LIMITS)
def get_tracker(incoming: Incoming) -> Response:
    """6.4: one, with its sites and with states in sentence case."""
    found_bundle(incoming)
    wanted = incoming.parameters["tracker_id"]
    friendly = incoming.simulator.switches.tracker_by_friendly_id
    for one in _trackers(incoming):
        if wanted == str(one.distribution_id) or (friendly and wanted == str(one.friendly_id)):
            return JSONResponse(detailed(one))
    raise Refusal(404, f"Distribution {wanted} was not found")


def detailed(tracker: Tracker) -> dict[str, Any]:
    """One tracker, as v1 shows it, too (6.5)."""
    files = len(tracker.bundle.files)
    size = sum(one.stored.size for one in tracker.bundle.files)
    lasted = int((tracker.finished - tracker.started).total_seconds()) if tracker.finished is not None else 0
    return {
        "distribution_id": tracker.distribution_id,
        "distribution_friendly_id": tracker.friendly_id,
        "type": tracker.kind,
        "release_bundle_name": tracker.bundle.name,
        "release_bundle_version": tracker.bundle.version,
        "status": tracker.status,
        "distributed_by": tracker.by,
        "start_time": moment(tracker.started),
        "finish_time": moment(tracker.finished),
        "duration": lasted,
        "distribution_rules": tracker.rules,
        "sites": [_site(one, files, size) for one in tracker.sites],
    }


def _site(site: SiteDelivery, files: int, size: int) -> dict[str, Any]:
    return {
        "status": site.status,
        "general_error": site.general_error,
        "target_artifactory": {"name": site.name, "service_id": site.service_id, "type": "edge"},
        "total_files": files,
        "total_bytes": size,
        "distributed_files": site.files,
        "distributed_bytes": site.size,
        "file_errors": site.file_errors,
        "files_in_progress": [],
    }


def _trackers(incoming: Incoming) -> list[Tracker]:
    found = incoming.simulator.deliveries.of(V2, incoming.parameters["name"], incoming.parameters["version"])
    return [one for one in found if one.bundle.repository_key == repository_key_of(incoming)]


def _listed(tracker: Tracker) -> dict[str, Any]:
    return {
        "distribution_tracker_friendly_id": tracker.friendly_id,
        "type": tracker.kind.upper(),
        "release_bundle_name": tracker.bundle.name,
        "release_bundle_version": tracker.bundle.version,
        "storing_repository": tracker.bundle.repository_key,
        "status": LISTED.get(tracker.status) or tracker.status.upper().replace(" ", "_"),
        "distributed_by": tracker.by,
        "created": moment(tracker.started),
        "start_time": moment(tracker.started),
        "finish_time": moment(tracker.finished),
        "targets": tracker.targets,
    }


def sites_of(incoming: Incoming, entries: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The Edges of a reply. What a JPD's address leads to has the service id."""
    shown = []
    for entry in entries:
        found = incoming.simulator.site_at(entry["url"])
        if found is not None and not entry["local"]:
            service = found[0].database.service("jfrt")
            shown.append({"name": entry["name"], "service_id": service, "type": "edge"})
    return shown
