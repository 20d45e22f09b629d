# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Artifactory: pings, version, base URL: control-plane-api.md 5."""

from __future__ import annotations

from xml.sax.saxutils import escape

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.dialling import Unreachable, dial
from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, TEXT, USER, Endpoints, Incoming
from simulator.urls import is_url, normal

ENDPOINTS = Endpoints()
CONNECTION_FIELDS = frozenset({"endpoint", "username", "password"})
# The switch that opens the pings.
OPEN = "anonymous_ping"
NOT_ON_SAAS = "This operation is not supported in this environment"


@ENDPOINTS.add("GET", "/artifactory/api/system/ping", "5.1", access=USER, open_by=OPEN)
def ping(incoming: Incoming) -> Response:
    """5.1: up well before Access is."""
    return PlainTextResponse("OK")


@ENDPOINTS.add("GET", "/artifactory/api/v1/system/readiness", "5.1", access=USER, open_by=OPEN, since="7.31.0")
def readiness(incoming: Incoming) -> Response:
    """5.1: since 7.31."""
    return JSONResponse({"code": "OK"})


@ENDPOINTS.add("GET", "/artifactory/api/v1/system/liveness", "5.1", access=USER, open_by=OPEN, since="7.31.0")
def liveness(incoming: Incoming) -> Response:
    """5.1: since 7.31."""
    return JSONResponse({"code": "OK"})


@ENDPOINTS.add("GET", "/artifactory/api/system/version", "5.2", access=USER)
def version(incoming: Incoming) -> Response:
    """5.2: for any valid user."""
    licence = incoming.site.licence
    revision = incoming.site.version.replace(".", "") + "00"
    return JSONResponse(
        {
            "version": incoming.site.version,
            "revision": revision,
            "addons": ["ha", "distribution"],
            "license": licence.shown_hash(incoming.simulator.switches.licence_hash) if licence else "",
        }
    )


@ENDPOINTS.add("GET", "/artifactory/api/system/service_id", "5.2")
def service_id(incoming: Incoming) -> Response:
    """5.2: plain text, for admins."""
    return PlainTextResponse(incoming.site.database.service("jfrt"))


@ENDPOINTS.add("PUT", "/artifactory/api/system/configuration/baseUrl", "5.4", body=TEXT)
def set_base_url(incoming: Incoming) -> Response:
    """5.4: text, self-hosted only. 2.4: pairings made under the old URL may break."""
    refuse_on_saas(incoming)
    url = incoming.body.decode("utf-8", "replace").strip()
    if not is_url(url):
        raise Refusal(400, f"Illegal base URL: '{url}'")
    site = incoming.site
    before = site.base_url
    site.custom_base_url = url
    if incoming.simulator.switches.base_url_change_breaks_pairing and normal(before) != normal(site.base_url):
        site.revoke_pairings(before)
    return PlainTextResponse(f'URL base has been successfully updated to "{url}".\n')


@ENDPOINTS.add("GET", "/artifactory/api/system/configuration", "5.4")
def configuration(incoming: Incoming) -> Response:
    """5.4: the only way to read the base URL back."""
    url = incoming.site.custom_base_url
    content = f"    <urlBase>{escape(url)}</urlBase>\n" if url is not None else ""
    page = f'<?xml version="1.0" encoding="UTF-8"?>\n<config xmlns="http://artifactory.jfrog.org/xsd/3.1.0">\n{content}</config>\n'
    return Response(page, media_type="application/xml")


@ENDPOINTS.add("POST", "/artifactory/api/system/verifyconnection", "5.4", body=JSON, reads=True, dials=True)
def verify_connection(incoming: Incoming) -> Response:
    """5.4: the site itself calls the endpoint and says what it got."""
    refuse_on_saas(incoming)
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, CONNECTION_FIELDS)
    endpoint = content.get("endpoint")
    if not is_url(endpoint):
        raise Refusal(400, f"Invalid endpoint url: {endpoint}")
    user = content.get("username")
    basic = (str(user), str(content.get("password", ""))) if user is not None else None
    try:
        response = dial(incoming.simulator, incoming.site, "GET", str(endpoint), basic=basic)
    except Unreachable as error:
        words = incoming.simulator.switches.endpoint_without_answer_message
        raise Refusal(400, words.format(reason=error)) from error
    if not response.ok:
        raise Refusal(400, f"Received error from endpoint url: HTTP {response.status_code} {response.reason}")
    return PlainTextResponse("Successfully connected to endpoint")


def refuse_on_saas(incoming: Incoming) -> None:
    """5.3 and 5.4: not for SaaS (trap 26)."""
    if incoming.site.saas:
        raise Refusal(incoming.simulator.switches.saas_refusal_status, NOT_ON_SAAS)
