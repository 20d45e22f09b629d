# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local repositories: JFrog's pages "Create Repository", "Get Repositories", "Repository Configuration JSON".

The reference has them in 6.6, by name only: an Edge takes in a bundle where the target repository exists. Paths and
status codes are those of ruizink/py-jfrog-client (docs/RepositoriesApi.md).
"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.envelopes import Refusal
from simulator.repositories import NoSuchItem, Repository
from simulator.rest.endpoint import JSON, USER, Endpoints, Incoming

ENDPOINTS = Endpoints()
PATH = "/artifactory/api/repositories"
# Those of local repositories on the page "Repository Configuration JSON", and what later versions added.
_NAMES = """
key rclass packageType description notes includesPattern excludesPattern repoLayoutRef checksumPolicyType
handleReleases handleSnapshots maxUniqueSnapshots maxUniqueTags debianTrivialLayout snapshotVersionBehavior
suppressPomConsistencyChecks blackedOut xrayIndex propertySets dockerApiVersion archiveBrowsingEnabled
calculateYumMetadata yumRootDepth enableFileListsIndexing optionalIndexCompressionFormats downloadRedirect cdnRedirect
blockPushingSchema1 primaryKeyPairRef secondaryKeyPairRef priorityResolution cargoInternalIndex terraformType
projectKey environments
"""
FIELDS = frozenset(_NAMES.split())


@ENDPOINTS.add("GET", PATH, "6.6", access=USER, query={"type", "packageType", "project"})
def list_repositories(incoming: Incoming) -> Response:
    """6.6: a bare array; filters ignore the case."""
    wanted = {key: incoming.query[key].lower() for key in ("type", "packageType") if key in incoming.query}
    shown = [_summary(incoming, one) for one in incoming.site.repositories if not one.hidden]
    return JSONResponse([one for one in shown if all(one[key].lower() == word for key, word in wanted.items())])


@ENDPOINTS.add("GET", PATH + "/{key}", "6.6", access=USER)
def get(incoming: Incoming) -> Response:
    """6.6: the configuration as it was given."""
    return JSONResponse(_repository(incoming).configuration)


@ENDPOINTS.add("PUT", PATH + "/{key}", "6.6", body=JSON)
def create(incoming: Incoming) -> Response:
    """6.6: plain text, also when all went well. Only local repositories are simulated."""
    key = incoming.parameters["key"]
    content = _configuration(incoming, key)
    site = incoming.site
    with site.repositories.lock:
        if any(one.key.lower() == key.lower() for one in site.repositories):
            raise Refusal(400, "Case insensitive repository key already exists")
        site.repositories.create(key, site.now(), incoming.user.username, content)
    return PlainTextResponse(f"Successfully created repository '{key}' \n")


@ENDPOINTS.add("POST", PATH + "/{key}", "6.6", body=JSON)
def update(incoming: Incoming) -> Response:
    """6.6: fields that are left out stay as they are."""
    repository = _repository(incoming)
    repository.configuration.update(_configuration(incoming, repository.key))
    return PlainTextResponse(f"Repository {repository.key} update successfully.\n")


@ENDPOINTS.add("DELETE", PATH + "/{key}", "6.6")
def delete(incoming: Incoming) -> Response:
    """6.6: with all that is in it."""
    key = _repository(incoming, missing=404).key
    incoming.site.repositories.remove(key)
    return PlainTextResponse(f"Repository '{key}' and all its content have been removed successfully.")


def _repository(incoming: Incoming, missing: int | None = None) -> Repository:
    try:
        found = incoming.site.repositories.repository(incoming.parameters["key"])
    except NoSuchItem as error:
        status = missing or incoming.simulator.switches.unknown_repository_status
        raise Refusal(status, "Bad Request" if status == 400 else None) from error
    return found


def _configuration(incoming: Incoming, key: str) -> dict[str, Any]:
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, FIELDS)
    if content.get("key", key) != key:
        raise Refusal(400, "The repository key in the body differs from the one in the path")
    if content.get("rclass", "local") != "local":
        raise Refusal(400, f"No valid rclass '{content['rclass']}': only local repositories are simulated")
    return {**content, "key": key}


def _summary(incoming: Incoming, repository: Repository) -> dict[str, str]:
    base = incoming.site.base_url_at(incoming.node)
    return {
        "key": repository.key,
        "description": str(repository.configuration.get("description") or ""),
        "type": str(repository.configuration["rclass"]).upper(),
        "url": f"{base}/artifactory/{repository.key}",
        "packageType": str(repository.configuration.get("packageType") or "generic").capitalize(),
    }
