# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release bundles v2 at the platform: control-plane-api.md 6.2.

What a name and a version are made of is on JFrog's page "Create Release Bundle v2 Version". That deleting answers 204,
or 200 in the background, is in jfrog-client-go, lifecycle/services/delete.go.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.release_bundles import COMPLETED, DELETING, NAME, STARTED, V2, VERSION, BundleFile, ReleaseBundle
from simulator.repositories import Item, NoSuchItem
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.signing_keys import KeyPair

ENDPOINTS = Endpoints()
PATH = "/lifecycle/api/v2/release_bundle"
SINCE = "7.63.2"
COMMON_QUERY = {"project", "repository_key"}
BODY = frozenset(
    {
        "release_bundle_name",
        "release_bundle_version",
        "skip_docker_manifest_resolution",
        "source_type",
        "source",
        "sources",
        "draft",
    }
)
ARTIFACT = frozenset({"path", "sha256"})
SIGNING_KEY = "x-jfrog-signing-key-name"
STORAGE = "release-bundles-v2"
TIMES = "%Y-%m-%dT%H:%M:%S.000Z"


@ENDPOINTS.add("POST", PATH, "6.2", body=JSON, query={"async", *COMMON_QUERY}, since=SINCE)
def create(incoming: Incoming) -> Response:
    """6.2: 201 when it is there at once, 202 when it is made in the background; 409 for a name and version twice."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, BODY)
    name, version = _label(content)
    in_background = flag(incoming, "async", default=True)
    pair = _signing_key(incoming)
    platform, switches = incoming.simulator.platform, incoming.simulator.switches
    repository_key = repository_key_of(incoming)
    wanted = [artifact for source in _sources(incoming, content) for artifact in _artifacts(incoming, source)]
    with platform.release_bundles.lock:
        if platform.release_bundles.find(V2, name, version, repository_key) is not None:
            raise Refusal(409, f"Release bundle {name}/{version} already exists")
        bundle = ReleaseBundle(
            V2, repository_key, name, version, incoming.site.now(), incoming.user.username, [], COMPLETED, pair
        )
        late = in_background and switches.bundle_artifacts_checked == "in_background"
        try:
            found = [_find(incoming, path, sha256) for path, sha256 in wanted]
        except Refusal as refusal:
            if not late:
                raise
            found, bundle.failure = [], str(refusal.message)
        bundle.files = [keep(incoming, bundle, one) for one in found]
        if in_background:
            bundle.status = STARTED
            bundle.due = incoming.site.now() + timedelta(seconds=switches.bundle_creation_duration)
        platform.release_bundles.add(bundle)
    shown = {
        "repository_key": repository_key,
        "release_bundle_name": name,
        "release_bundle_version": version,
        "created": f"{bundle.created:{TIMES}}",
    }
    return JSONResponse(shown, switches.bundle_in_background_status if in_background else 201)


@ENDPOINTS.add("GET", PATH + "/statuses/{name}/{version}", "6.2", query=COMMON_QUERY, since=SINCE)
def status(incoming: Incoming) -> Response:
    """6.2: STARTED, COMPLETED, FAILED or DELETING, with messages."""
    incoming.simulator.deliveries.tick()
    bundle = found_bundle(incoming)
    messages = [{"source": "ARTIFACTORY", "text": bundle.failure, "created": f"{bundle.created:{TIMES}}"}]
    known = bool(bundle.failure) and bundle.status != STARTED
    return JSONResponse({"status": bundle.status, "messages": messages if known else []})


@ENDPOINTS.add("DELETE", PATH + "/records/{name}/{version}", "6.4", query={"async", *COMMON_QUERY}, since=SINCE)
def delete(incoming: Incoming) -> Response:
    """6.4 "Clean up": from the platform only; what Edges have received stays there."""
    bundle = found_bundle(incoming)
    if not flag(incoming, "async", default=True):
        incoming.simulator.deliveries.forget(bundle)
        return Response(status_code=204)
    bundle.status = DELETING
    bundle.due = incoming.site.now() + timedelta(seconds=incoming.simulator.switches.bundle_creation_duration)
    return JSONResponse({"repository_key": bundle.repository_key}, 200)


def found_bundle(incoming: Incoming) -> ReleaseBundle:
    """The bundle that the path and the query name. Raises Refusal 404."""
    name, version = incoming.parameters["name"], incoming.parameters["version"]
    found = incoming.simulator.platform.release_bundles.find(V2, name, version, repository_key_of(incoming))
    if found is None:
        raise Refusal(404, f"Release bundle {name}/{version} was not found")
    return found


def repository_key_of(incoming: Incoming) -> str:
    """6.3: the default one, or the project's, of which the pages have two spellings; or the one that is named."""
    project = incoming.query.get("project")
    default = f"{project}-{STORAGE}" if project and project != "default" else STORAGE
    return incoming.query.get("repository_key") or default


def flag(incoming: Incoming, name: str, *, default: bool) -> bool:
    """A boolean of the query."""
    value = incoming.query.get(name, str(default)).lower()
    if value not in ("true", "false"):
        raise Refusal(400, f"'{name}' must be true or false")
    return value == "true"


def keep(incoming: Incoming, bundle: ReleaseBundle, found: Item) -> BundleFile:
    """A bundle has copies of its own: its files may go from where they were."""
    repositories, now, who = incoming.simulator.platform.repositories, incoming.site.now(), incoming.user.username
    repositories.create(bundle.repository_key, now, who, hidden=True)
    path = f"{bundle.name}/{bundle.version}/artifacts/{found.repo}/{found.path}"
    content = repositories.content(found)
    return BundleFile(f"{found.repo}/{found.path}", repositories.store(bundle.repository_key, path, content, now, who))


def moment(value: datetime | None) -> str | None:
    """As trackers write a time; none for what has not happened."""
    return f"{value:{TIMES}}" if value is not None else None


def _label(content: dict[str, Any]) -> tuple[str, str]:
    name, version = content.get("release_bundle_name"), content.get("release_bundle_version")
    for what, value, pattern in (("name", name, NAME), ("version", version, VERSION)):
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Refusal(400, f"Invalid release bundle {what}: '{value}'")
    return str(name), str(version)


def _signing_key(incoming: Incoming) -> KeyPair:
    pairs, switches = incoming.simulator.platform.key_pairs, incoming.simulator.switches
    name = incoming.headers.get(SIGNING_KEY)
    if not name:
        first = next((pairs[key] for key in sorted(pairs)), None)
        if switches.bundle_without_signing_key == "default_key" and first is not None:
            return first
        raise Refusal(400, "The header X-JFrog-Signing-Key-Name is missing")
    if name not in pairs:
        raise Refusal(switches.unknown_signing_key_status, f"Could not find key pair '{name}'")
    return pairs[name]


def _sources(incoming: Incoming, content: dict[str, Any]) -> list[dict[str, Any]]:
    """Both forms of 6.2 as the newer one, which has a list."""
    if "sources" in content:
        if "source" in content or "source_type" in content:
            raise Refusal(400, "Either 'source' or 'sources', not both")
        sources = content["sources"]
        if not isinstance(sources, list) or not sources or not all(isinstance(one, dict) for one in sources):
            raise Refusal(400, "'sources' must be a list of objects")
        return sources
    source = content.get("source")
    if not isinstance(source, dict):
        raise Refusal(400, "'source' must be an object")
    return [{"source_type": content.get("source_type"), **source}]


def _artifacts(incoming: Incoming, source: dict[str, Any]) -> list[tuple[str, Any]]:
    kind = source.get("source_type")
    if kind not in ("artifacts", "aql", "builds", "packages", "release_bundles"):
        raise Refusal(400, f"Invalid source_type '{kind}'")
    if kind != "artifacts":
        raise Refusal(422, f"Only artifacts are simulated as a source, not {kind}")
    incoming.refuse_unknown_fields(source, frozenset({"source_type", "artifacts"}))
    artifacts = source.get("artifacts")
    if not isinstance(artifacts, list) or not artifacts:
        raise Refusal(422, "A release bundle must have at least one artifact")
    for one in artifacts:
        if not isinstance(one, dict) or not isinstance(one.get("path"), str):
            raise Refusal(400, "An artifact must have a path")
        incoming.refuse_unknown_fields(one, ARTIFACT)
    return [(one["path"], one.get("sha256")) for one in artifacts]


def _find(incoming: Incoming, where: str, sha256: Any) -> Item:
    switches = incoming.simulator.switches
    repo, _, path = where.strip("/").partition("/")
    try:
        item = incoming.simulator.platform.repositories.item(repo, path)
    except NoSuchItem as error:
        raise Refusal(switches.bundle_artifact_missing_status, f"Artifact {where} was not found") from error
    if item.checksums is None:
        raise Refusal(switches.bundle_artifact_missing_status, f"Artifact {where} is a folder")
    if sha256 is not None and sha256 != item.checksums.sha256:
        raise Refusal(422, f"Artifact {where} does not have the SHA-256 {sha256}")
    return item
