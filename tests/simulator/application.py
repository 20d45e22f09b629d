# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All endpoints as one Starlette application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from simulator import envelopes
from simulator.call_log import Call
from simulator.envelopes import Refusal
from simulator.gateway import CALL, NODE, SITE
from simulator.rest import (
    access_certificates,
    access_federation,
    access_system,
    access_tokens,
    artifactory,
    artifactory_certificates,
    artifactory_files,
    artifactory_keys,
    artifactory_licences,
    artifactory_repositories,
    artifactory_search,
    bridge_client,
    distribution,
    distribution_bundles,
    distribution_deliveries,
    distribution_keys,
    license_buckets,
    lifecycle_bundles,
    lifecycle_distribution,
    lifecycle_received,
    mission_control,
    mission_control_federation,
    router,
    service_trust,
)
from simulator.rest.authentication import authenticate
from simulator.rest.endpoint import ANYTHING, CONTENT_TYPES, NONE, Endpoint, Incoming, repeated
from simulator.security import (
    access_groups,
    access_permissions,
    access_users,
    legacy_groups,
    legacy_permissions,
    legacy_users,
)
from simulator.sites import Edge, Site
from simulator.user_plugins import executions as plugin_executions
from simulator.user_plugins import management as plugin_management
from simulator.versions import at_least

if TYPE_CHECKING:
    from simulator.simulator import Simulator

# 6.4, "On the edge".
NOT_ON_EDGES = "Part of Release Lifecycle features are not available with Edge license."

ENDPOINTS: tuple[Endpoint, ...] = tuple(
    endpoint
    for part in (
        access_system,
        access_tokens,
        access_certificates,
        access_federation,
        service_trust,
        bridge_client,
        mission_control,
        mission_control_federation,
        license_buckets,
        artifactory,
        artifactory_licences,
        artifactory_certificates,
        artifactory_repositories,
        artifactory_search,
        artifactory_files,
        artifactory_keys,
        lifecycle_bundles,
        lifecycle_distribution,
        lifecycle_received,
        distribution,
        distribution_keys,
        distribution_bundles,
        distribution_deliveries,
        access_users,
        access_groups,
        access_permissions,
        legacy_users,
        legacy_groups,
        legacy_permissions,
        plugin_executions,
        plugin_management,
        router,
    )
    for endpoint in part.ENDPOINTS
)


class Application:
    """Turns an endpoint's declaration into checks, in the order in which the product's layers make them."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        # A handler that waits for another site must not keep that site's handlers from running.
        self._handlers = ThreadPoolExecutor(16, thread_name_prefix="handler")
        self._diallers = ThreadPoolExecutor(32, thread_name_prefix="dialler")
        self.starlette = Starlette(
            routes=[Route(one.path, self._serve(one), methods=[one.method]) for one in ENDPOINTS],
            exception_handlers={HTTPException: _refuse_by_framework},
        )
        self.starlette.router.redirect_slashes = False

    def close(self) -> None:
        self._handlers.shutdown(wait=True, cancel_futures=True)
        self._diallers.shutdown(wait=True, cancel_futures=True)

    def _serve(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        executor = self._diallers if endpoint.dials else self._handlers

        async def serve(request: Request) -> Response:
            incoming = Incoming(
                simulator=self._simulator,
                site=request.scope[SITE],
                node=request.scope[NODE],
                method=request.method,
                path=request.url.path,
                parameters=dict(request.path_params),
                query_pairs=request.query_params.multi_items(),
                headers=request.headers,
                body=await request.body(),
            )
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(executor, self._handle, endpoint, incoming, request.scope[CALL])

        return serve

    def _handle(self, endpoint: Endpoint, incoming: Incoming, call: Call) -> Response:
        try:
            if not at_least(incoming.site.version, endpoint.since) or not self._has_distribution(endpoint):
                raise Refusal(404)
            incoming.caller = authenticate(incoming, endpoint)
            if incoming.caller is not None and call.by_client:
                call.who = incoming.caller.username
            if not endpoint.on_edges and _only_on_platforms(incoming.site, incoming.path):
                raise Refusal(501, NOT_ON_EDGES)
            self._check_form(endpoint, incoming)
            call.write = endpoint.writes
            return endpoint.handler(incoming)
        except Refusal as refusal:
            return envelopes.render(incoming.path, refusal)

    def _has_distribution(self, endpoint: Endpoint) -> bool:
        if endpoint.distribution_since == "0.0":
            return True
        version = self._simulator.platform.distribution
        return version is not None and at_least(version, endpoint.distribution_since)

    def _check_form(self, endpoint: Endpoint, incoming: Incoming) -> None:
        switches = self._simulator.switches
        unknown = sorted(incoming.query.keys() - endpoint.query)
        if unknown and switches.refuse_unknown_query:
            raise Refusal(400, f"Unknown query parameter '{unknown[0]}'")
        twice = repeated(incoming.query_pairs)
        if twice and switches.refuse_unknown_query:
            raise Refusal(400, f"Duplicate query parameter '{twice[0]}'")
        if endpoint.body == NONE:
            if incoming.body and switches.refuse_unexpected_body:
                raise Refusal(400, "No request body is expected here")
        elif endpoint.body != ANYTHING and incoming.content_type not in CONTENT_TYPES[endpoint.body]:
            raise Refusal(switches.wrong_content_type_status)


async def _refuse_by_framework(request: Request, error: Exception) -> Response:
    """Paths and methods that nobody declared: 404 and 405 in the envelope of the service."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        # Starlette names the methods of one route only; a path has one route for each method here.
        routes = [route for route in request.app.routes if route.matches(request.scope)[0] == Match.PARTIAL]
        headers["Allow"] = ", ".join(sorted({method for route in routes for method in route.methods}))
    if _only_on_platforms(request.scope[SITE], request.url.path):
        return envelopes.render(request.url.path, Refusal(501, NOT_ON_EDGES))
    return envelopes.render(request.url.path, Refusal(error.status_code), headers)


def _only_on_platforms(site: Site, path: str) -> bool:
    """6.4: an Edge answers two Lifecycle calls, and all others with 501."""
    return isinstance(site, Edge) and envelopes.service_of(path) == "lifecycle"
