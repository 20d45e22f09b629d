# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release bundles v1 in Distribution: control-plane-api.md 6.5.

Making and signing them is on JFrog's pages "Create Release Bundle v1 Version" and "Sign Release Bundle v1 Version";
fields and status codes are those of jfrog-client-go, distribution/services and tests/distribution_test.go.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.responses import JSONResponse, Response

from simulator import aql
from simulator.envelopes import Refusal
from simulator.release_bundles import NAME, OPEN, READY, V1, VERSION, ReleaseBundle
from simulator.repositories import Item
from simulator.rest.distribution_keys import default_key
from simulator.rest.distribution_request import mappings_in
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.rest.lifecycle_bundles import keep

ENDPOINTS = Endpoints()
PATH = "/distribution/api/v1/release_bundle"
STORAGE = "release-bundles"
BODY = frozenset(
    {
        "name",
        "version",
        "dry_run",
        "sign_immediately",
        "storing_repository",
        "description",
        "release_notes",
        "spec",
    }
)
QUERY = frozenset({"query_name", "aql", "mappings", "added_props"})
SHOWN = ("description", "release_notes", "spec")


@ENDPOINTS.add("POST", PATH, "6.5", body=JSON)
def create(incoming: Incoming) -> Response:
    """6.5: 201, or 200 for a dry run. Signed at once or later; with a checksum in a header when it is signed."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, BODY)
    name, version = str(content.get("name")), str(content.get("version"))
    if not NAME.fullmatch(name) or not VERSION.fullmatch(version):
        raise Refusal(400, f"Invalid release bundle {name}/{version}")
    flags = {key: content.get(key, False) for key in ("dry_run", "sign_immediately")}
    if not all(isinstance(value, bool) for value in flags.values()):
        raise Refusal(400, "'dry_run' and 'sign_immediately' must be booleans")
    found, mappings = _query(incoming, content.get("spec"))
    bundles = incoming.simulator.platform.release_bundles
    with bundles.lock:
        if bundles.find(V1, name, version) is not None:
            raise Refusal(409, f"Release bundle {name}/{version} already exists")
        who, storage = incoming.user.username, str(content.get("storing_repository") or STORAGE)
        bundle = ReleaseBundle(V1, storage, name, version, incoming.site.now(), who, [], OPEN)
        bundle.specification = {key: content[key] for key in SHOWN if key in content}
        bundle.mappings = mappings
        if flags["dry_run"]:
            return JSONResponse(_shown(bundle))
        if flags["sign_immediately"]:
            _sign(incoming, bundle)
        bundle.files = [keep(incoming, bundle, one) for one in found]
        bundles.add(bundle)
    return JSONResponse(_shown(bundle), 201, _checksum(bundle))


@ENDPOINTS.add("GET", PATH + "/{name}/{version}", "6.5")
def get(incoming: Incoming) -> Response:
    """6.5: with its state."""
    return JSONResponse(_shown(found_v1(incoming)))


@ENDPOINTS.add("POST", PATH + "/{name}/{version}/sign", "6.5", body=JSON)
def sign(incoming: Incoming) -> Response:
    """6.5: with Distribution's default key; the header X-GPG-PASSPHRASE is taken and not looked at."""
    incoming.refuse_unknown_fields(incoming.json_object(), frozenset({"storing_repository"}))
    bundle = found_v1(incoming)
    if bundle.signed_with is not None:
        raise Refusal(409, f"Release bundle {bundle.label} is signed already")
    _sign(incoming, bundle)
    return JSONResponse(_shown(bundle), headers=_checksum(bundle))


@ENDPOINTS.add("DELETE", PATH + "/{name}/{version}", "6.5")
def delete(incoming: Incoming) -> Response:
    """6.5: from Distribution; what Edges have received stays there."""
    incoming.simulator.deliveries.forget(found_v1(incoming))
    return Response(status_code=204)


def found_v1(incoming: Incoming) -> ReleaseBundle:
    """The bundle that the path names. Raises Refusal 404."""
    incoming.simulator.deliveries.tick()
    name, version = incoming.parameters["name"], incoming.parameters["version"]
    found = incoming.simulator.platform.release_bundles.find(V1, name, version)
    if found is None:
        raise Refusal(404, f"Release bundle {name}/{version} was not found")
    return found


def _query(incoming: Incoming, spec: Any) -> tuple[list[Item], list[tuple[str, str]]]:
    """The files that the queries of a bundle mean, each once, and where they shall go."""
    queries = spec.get("queries") if isinstance(spec, dict) else None
    if not isinstance(queries, list) or not queries:
        raise Refusal(400, "'spec' must have at least one query")
    files = incoming.simulator.platform.repositories.files()
    found: dict[tuple[str, str], Item] = {}
    mappings: list[tuple[str, str]] = []
    for one in queries:
        if not isinstance(one, dict) or not isinstance(one.get("aql"), str):
            raise Refusal(400, "A query must have 'aql'")
        incoming.refuse_unknown_fields(one, QUERY)
        mappings += mappings_in(incoming, {"mappings": one.get("mappings")})
        try:
            found.update({(item.repo, item.path): item for item in aql.find(one["aql"], files)})
        except aql.BadQuery as error:
            raise Refusal(400, f"Failed to parse query: {error}") from error
    if not found:
        raise Refusal(400, "The queries of the release bundle find no artifacts")
    return list(found.values()), mappings


def _sign(incoming: Incoming, bundle: ReleaseBundle) -> None:
    key = default_key(incoming.simulator.platform)
    if key is None:
        raise Refusal(400, incoming.simulator.switches.no_distribution_key_message)
    bundle.signed_with, bundle.status = key, READY


def _shown(bundle: ReleaseBundle) -> dict[str, Any]:
    return {
        "name": bundle.name,
        "version": bundle.version,
        "state": bundle.status,
        "created": f"{bundle.created:%Y-%m-%dT%H:%M:%S.000Z}",
        "created_by": bundle.created_by,
        "distributed_by": "",
        "storing_repository": bundle.repository_key,
        **bundle.specification,
        "artifacts": [
            {"sourceRepoPath": one.source, "checksum": one.stored.checksums.sha256}
            for one in bundle.files
            if one.stored.checksums is not None
        ],
        "artifacts_size": sum(one.stored.size for one in bundle.files),
        "archived": False,
    }


def _checksum(bundle: ReleaseBundle) -> dict[str, str]:
    if bundle.signed_with is None:
        return {}
    return {"X-Checksum-Sha256": hashlib.sha256(json.dumps(_shown(bundle)).encode()).hexdigest()}
