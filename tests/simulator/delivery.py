# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One bundle at one Edge: what stands in its way, and what is there afterwards (control-plane-api.md 6, 6.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Optional

from simulator.jpd_view import OFFLINE, UNAUTHORIZED
from simulator.release_bundles import COMPLETED, V2, BundleFile, Received
from simulator.sites import FILE_FAILS, HEALTHY, Edge
from simulator.trackers import DISTRIBUTE, DONE, NOT_DONE, SiteDelivery, Tracker
from simulator.versions import at_least

if TYPE_CHECKING:
    from simulator.simulator import Simulator

# "Since Artifactory 7.63.2 / Distribution 2.19.1" (6.1 and 6.3).
V2_SINCE = "7.63.2"
V2_SINCE_DISTRIBUTION = "2.19.1"


def edge_of(simulator: Simulator, jpd_id: str) -> Optional[Edge]:
    """The Edge behind a JPD. None when the JPD is not registered any more, or leads nowhere."""
    entry = _entry(simulator, jpd_id)
    found = simulator.site_at(entry["url"]) if entry is not None else None
    return found[0] if found is not None and isinstance(found[0], Edge) else None


def finish(simulator: Simulator, tracker: Tracker, site: SiteDelivery) -> None:
    """Bring a site's part of a tracker to its end, good or bad."""
    edge = edge_of(simulator, site.jpd_id)
    error = _obstacle(simulator, tracker, site, edge)
    if error:
        site.status, site.general_error = NOT_DONE, error
        return
    assert edge is not None
    if tracker.kind != DISTRIBUTE:
        _take_away(edge, tracker)
    elif edge.delivery == FILE_FAILS:
        first = tracker.bundle.files[0]
        site.file_errors = [simulator.switches.delivery_file_error.format(path=first.source)]
        site.status = NOT_DONE
        return
    else:
        _bring(simulator, edge, tracker)
        site.files = len(tracker.bundle.files)
        site.size = sum(one.stored.size for one in tracker.bundle.files)
    site.status = DONE


def target(one: BundleFile, mappings: list[tuple[str, str]]) -> tuple[str, str]:
    """The repository and the path of a file at an Edge: the first mapping that fits decides (6.3)."""
    where = one.source
    for pattern, output in mappings:
        match = re.fullmatch(pattern, one.source)
        if match is not None:
            where = re.sub(r"\$(\d+)", lambda found, match=match: match[int(found[1])] or "", output)
            break
    repo, _, path = where.partition("/")
    return repo, path


def _obstacle(simulator: Simulator, tracker: Tracker, site: SiteDelivery, edge: Optional[Edge]) -> str:
    """Why it cannot be done, in the words of the switches. Empty: nothing is in the way."""
    switches = simulator.switches
    entry = _entry(simulator, site.jpd_id)
    status = OFFLINE
    if entry is not None:
        # What was known some time ago does not help when the files are sent.
        simulator.jpd_view.forget(entry)
        status = simulator.jpd_view.status(entry)
    if edge is None or status == OFFLINE:
        return switches.delivery_error_offline.format(name=site.name)
    if status == UNAUTHORIZED:
        return switches.delivery_error_unauthorized.format(name=site.name, word=switches.untrusted_issuer_word)
    if edge.service_states(edge.serving_node()).get("jfrt") != HEALTHY:
        return switches.delivery_error_unhealthy.format(name=site.name)
    if edge.licence is None or edge.licence.valid_through < edge.now():
        return switches.delivery_error_licence.format(name=site.name)
    if tracker.kind != DISTRIBUTE:
        return ""
    bundle = tracker.bundle
    if bundle.kind == V2 and not at_least(edge.version, V2_SINCE):
        return switches.delivery_error_version.format(name=site.name, version=edge.version)
    if bundle.signed_with is None or not edge.trusted_keys.has(bundle.signed_with.public_key):
        alias = bundle.signed_with.alias if bundle.signed_with is not None else ""
        return switches.delivery_error_key.format(name=site.name, key=alias)
    missing = [] if tracker.auto_create else _missing_repositories(edge, tracker)
    return switches.delivery_error_repository.format(name=site.name, repo=missing[0]) if missing else ""


def _missing_repositories(edge: Edge, tracker: Tracker) -> list[str]:
    wanted = {target(one, tracker.mappings)[0] for one in tracker.bundle.files}
    return sorted(key for key in wanted if key not in edge.repositories)


def _bring(simulator: Simulator, edge: Edge, tracker: Tracker) -> None:
    bundle, source = tracker.bundle, simulator.platform.repositories
    paths = []
    with edge.repositories.lock:
        for one in bundle.files:
            repo, path = target(one, tracker.mappings)
            edge.repositories.create(repo, edge.now(), "distribution")
            edge.repositories.store(repo, path, source.content(one.stored), edge.now(), "distribution")
            paths.append((repo, path))
        key = (bundle.kind, bundle.name, bundle.version)
        edge.received[key] = Received(*key, _project(bundle.repository_key), edge.now(), COMPLETED, paths)


def _take_away(edge: Edge, tracker: Tracker) -> None:
    """A file that another bundle brought, too, stays."""
    bundle = tracker.bundle
    with edge.repositories.lock:
        gone = edge.received.pop((bundle.kind, bundle.name, bundle.version), None)
        kept = {path for other in edge.received.values() for path in other.paths}
        for repo, path in gone.paths if gone is not None else []:
            if (repo, path) not in kept:
                edge.repositories.delete(repo, path)


def _project(repository_key: str) -> str:
    return repository_key.removesuffix("release-bundles-v2").rstrip("-")


def _entry(simulator: Simulator, jpd_id: str) -> Optional[dict[str, Any]]:
    return next((one for one in list(simulator.platform.jpds) if one["id"] == jpd_id), None)
