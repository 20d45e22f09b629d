# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Artifactory: version, licence, ids, client certificates. One method per endpoint."""

from __future__ import annotations

from typing import Any, Mapping

from .segment import segment
from .session import JFrogSession

CERTIFICATES = "/artifactory/api/system/security/certificates"


class Artifactory:
    """The Artifactory service of one deployment."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def version(self) -> Mapping[str, Any]:
        """GET /artifactory/api/system/version ("Version and Add-ons"; control-plane-api.md 5.2)."""
        answer = self._session.call("GET", "/artifactory/api/system/version", purpose="read the Artifactory version")
        return answer.object("version")

    def license(self) -> Mapping[str, Any]:
        """GET /artifactory/api/system/license ("License Information"; control-plane-api.md 5.3). Admins only.

        Users of HA saw a list under "licenses" (terraform-provider-artifactory #495); the first one stands for all.
        """
        answer = self._session.call("GET", "/artifactory/api/system/license", purpose="read the licence")
        found = answer.object()
        listed = found.get("licenses")
        if "type" not in found and isinstance(listed, list) and listed and isinstance(listed[0], dict):
            found = listed[0]
        if "type" not in found:
            raise answer.refused()
        return found

    def service_id(self) -> str:
        """GET /artifactory/api/system/service_id (control-plane-api.md 5.2). Admins only."""
        return self._session.call(
            "GET", "/artifactory/api/system/service_id", purpose="read the Artifactory service id"
        ).text.strip()

    def ping(self) -> str:
        """GET /artifactory/api/system/ping (control-plane-api.md 5.1). Some servers demand a valid user."""
        return self._session.call("GET", "/artifactory/api/system/ping", purpose="ping Artifactory").text

    def list_certificates(self) -> list[Mapping[str, Any]]:
        """GET /artifactory/api/system/security/certificates ("Get Certificates"; control-plane-api.md 4). Admins only.

        Those that remote repositories show as clients; they have nothing to do with trust.
        """
        answer = self._session.call("GET", CERTIFICATES, purpose="list the client certificates of remote repositories")
        found = answer.array()
        if not all(isinstance(item, dict) and "certificateAlias" in item for item in found):
            raise answer.refused()
        return found

    def install_certificate(self, alias: str, pem: str) -> None:
        """POST /artifactory/api/system/security/certificates/{alias} ("Add Certificate"; control-plane-api.md 4).

        ``pem`` holds the private key and the certificate. One with the same alias is replaced.
        """
        lines = [line for line in pem.splitlines() if not line.startswith("-----")]
        self._session.call(
            "POST",
            f"{CERTIFICATES}/{segment(alias)}",
            content=("application/text", pem),
            secrets=[pem, *lines],
            purpose=f"install the client certificate '{alias}'",
        )

    def delete_certificate(self, alias: str) -> None:
        """DELETE /artifactory/api/system/security/certificates/{alias} ("Delete Certificate"; control-plane-api.md 4).

        One that is gone already is no error.
        """
        self._session.call(
            "DELETE",
            f"{CERTIFICATES}/{segment(alias)}",
            ok=(200, 204, 404),
            purpose=f"remove the client certificate '{alias}'",
        )
