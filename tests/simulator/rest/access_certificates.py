# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates, and the test of a circle of trust: control-plane-api.md 4."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, Response

from simulator import certificates
from simulator.envelopes import Refusal
from simulator.federation_traffic import refused_by
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.urls import is_url
from simulator.versions import at_least

ENDPOINTS = Endpoints()
FLAGS = {"true": True, "false": False}


@ENDPOINTS.add("GET", "/access/api/v1/cert/root", "4", query={"formatted"}, open_by="cert_root_for_everyone")
def root(incoming: Incoming) -> Response:
    """4: bare base64 of the DER form, or PEM when asked to format it."""
    certificate = incoming.signing_pair.certificate
    if _formatted(incoming):
        return PlainTextResponse(certificates.to_pem(certificate))
    return PlainTextResponse(certificates.to_base64(certificate, wrapped=incoming.simulator.switches.cert_root_wrapped))


@ENDPOINTS.add("GET", "/access/api/v1/cert/ca", "4")
def ca(incoming: Incoming) -> Response:
    """4: the certificate that signs TLS certificates between services: another one than the root."""
    return PlainTextResponse(certificates.to_base64(incoming.site.database.ca_certificate))


@ENDPOINTS.add(
    "POST", "/access/api/v1/system/federation/validate_server", "4 and 7.1", body=JSON, reads=True, dials=True
)
def validate_server(incoming: Incoming) -> Response:
    """4: calls the target with a token that our root signed; 204 when the target accepts it, 412 when it does not."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"url"}))
    url = content.get("url")
    if not is_url(url) or urlsplit(str(url)).path.rstrip("/") != "/access":
        raise Refusal(400, "The target server URL is invalid")
    refused = refused_by(incoming.simulator, incoming.site, str(url), incoming.signing_pair)
    if refused is not None:
        raise Refusal(*refused)
    return Response(status_code=204)


def _formatted(incoming: Incoming) -> bool:
    text = incoming.query.get("formatted", "false").lower()
    if text not in FLAGS:
        raise Refusal(400, "The parameter 'formatted' must be true or false")
    return FLAGS[text] and at_least(incoming.site.version, incoming.simulator.switches.cert_root_formatted_since)
