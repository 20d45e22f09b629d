# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The configuration of Artifactory that a pairing depends on. One method per endpoint."""

from __future__ import annotations

from typing import List, Optional
from xml.parsers import expat

from .session import Answer, JFrogSession

CONFIGURATION = "/artifactory/api/system/configuration"
# The configuration of an Artifactory with thousands of repositories has a few megabytes.
_LARGEST = 16 << 20
_PATH = ["config", "urlBase"]


class Configuration:
    """The configuration of the Artifactory service of one deployment."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def base_url(self) -> Optional[str]:
        """GET /artifactory/api/system/configuration (control-plane-api.md 5.4): the custom base URL. Admins only.

        XML is the only form in which it can be read back. None: none is set.
        """
        answer = self._session.call("GET", CONFIGURATION, purpose="read the custom base URL")
        return _url_base(answer)

    def set_base_url(self, url: str) -> None:
        """PUT /artifactory/api/system/configuration/baseUrl ("Update Custom URL Base"; control-plane-api.md 5.4)."""
        self._session.call(
            "PUT", f"{CONFIGURATION}/baseUrl", content=("text/plain", url), purpose=f"set the custom base URL to {url}"
        )

    def verify_connection(self, endpoint: str) -> None:
        """POST /artifactory/api/system/verifyconnection ("Verify Connection"; control-plane-api.md 5.4). Admins only.

        The deployment itself calls the endpoint; it changes nothing. Raises ApiError with what it got there.
        """
        self._session.call(
            "POST",
            "/artifactory/api/system/verifyconnection",
            json={"endpoint": endpoint},
            safe=True,
            purpose=f"let it call {endpoint}",
        )


def read_base_url(session: JFrogSession) -> Optional[str]:
    """The custom base URL of the deployment; None when none is set. Raises ApiError or TransportError."""
    return Configuration(session).base_url()


def _url_base(answer: Answer) -> Optional[str]:
    """The text of config/urlBase. Raises ApiError for what is no configuration.

    Read as it passes by, without a tree; what could make it grow has to be declared in a DOCTYPE, which is refused.
    """
    if len(answer.text) > _LARGEST:
        raise answer.refused()
    path: List[str] = []
    found: List[str] = []
    root: List[str] = []

    def start(name: str, _attributes: object) -> None:
        path.append(name.rpartition(":")[2])
        root.append(path[0])

    def end(_name: str) -> None:
        path.pop()

    def text(part: str) -> None:
        if path == _PATH:
            found.append(part)

    def refuse(*_declaration: object) -> None:
        raise answer.refused()

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, refuse
    try:
        parser.Parse(answer.text, True)
    except expat.ExpatError as exc:
        raise answer.refused() from exc
    if root[0] != _PATH[0]:
        raise answer.refused()
    return "".join(found).strip() or None
