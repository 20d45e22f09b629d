# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each service says no: the error envelopes of control-plane-api.md 0."""

from __future__ import annotations

from http import HTTPStatus
from typing import Optional

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

SERVICES = {
    "access": "jfac",
    "artifactory": "jfrt",
    "mc": "jfmc",
    "distribution": "jfds",
    "router": "jfrou",
    # A part of Artifactory, with its envelope (control-plane-api.md 0).
    "lifecycle": "jfrt",
    # Its own id and envelope are not published; it is taken for a part of Access, which has its pairing.
    "bridge-client": "jfac",
}


class Refusal(Exception):
    """A handler's no, put into the envelope of the service that it belongs to."""

    def __init__(
        self,
        status: int,
        message: Optional[str] = None,
        *,
        detail: str = "",
        kind: str = "Exception",
        details: Optional[list[str]] = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
        self.kind = kind
        self.details = details


def service_of(path: str) -> Optional[str]:
    """The prefix of the service that a path belongs to. None when no service has it."""
    prefix = path.lstrip("/").partition("/")[0]
    return prefix if prefix in SERVICES else None


def render(path: str, refusal: Refusal, headers: Optional[dict[str, str]] = None) -> Response:
    """A refusal as the service behind ``path`` words it."""
    service = service_of(path)
    status = refusal.status
    phrase = HTTPStatus(status).phrase
    message = refusal.message or phrase
    if service in ("access", "bridge-client"):
        code = HTTPStatus(status).name
        body: object = {"errors": [{"code": code, "message": message, "detail": refusal.detail}]}
    elif service in ("artifactory", "lifecycle"):
        body = {"errors": [{"status": status, "message": message}]}
    elif service == "mc":
        error: dict[str, object] = {"message": refusal.message or f"HTTP {status} {phrase}", "type": refusal.kind}
        if refusal.details is not None:
            error["details"] = refusal.details
        body = {"errors": [error]}
    elif service == "distribution":
        body = {"status_code": status, "message": message, "details": refusal.details or []}
    else:
        return router_page(status, headers)
    return JSONResponse(body, status, headers)


def load_balancer_page(status: int = 502) -> Response:
    """What stands in front of the servers answers by itself, in HTML."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    return HTMLResponse(page + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", status)


def login_page() -> Response:
    """What a proxy shows in place of an answer to those who have to log in first: HTML, and 200."""
    return HTMLResponse("<html>\r\n<head><title>Sign in</title></head>\r\n<body><form></form></body>\r\n</html>\r\n")


def router_page(status: int, headers: Optional[dict[str, str]] = None) -> Response:
    """The router answers in plain text, also in place of a service that is not there, or not well (node-files.md 8)."""
    text = "404 page not found\n" if status == 404 else HTTPStatus(status).phrase
    return PlainTextResponse(text, status, headers)
