# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Repositories of one deployment and the files in them. One method per endpoint."""

from __future__ import annotations

from typing import Any, Mapping
from urllib.parse import quote

from .segment import segment
from .session import JFrogSession

REPOSITORIES = "/artifactory/api/repositories"
STORAGE = "/artifactory/api/storage"


class Repositories:
    """The repositories of one deployment."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def repository(self, key: str) -> Mapping[str, Any] | None:
        """GET /artifactory/api/repositories/{key} ("Get Repository Configuration"); None when there is none.

        Servers answer 400 for one that does not exist (github.com/chef/artifactory-client/pull/12), newer ones 404.
        """
        answer = self._session.call(
            "GET", f"{REPOSITORIES}/{segment(key)}", ok=(200, 400, 404), purpose=f"read the repository '{key}'"
        )
        return answer.object("key") if answer.status == 200 else None

    def create_local(self, key: str) -> None:
        """PUT /artifactory/api/repositories/{key} ("Create Repository"): a local repository for any files."""
        self._session.call(
            "PUT",
            f"{REPOSITORIES}/{segment(key)}",
            json={"key": key, "rclass": "local", "packageType": "generic"},
            ok=(200, 201),
            purpose=f"create the repository '{key}'",
        )

    def deploy(self, repository: str, path: str, text: str) -> None:
        """PUT /artifactory/{repository}/{path} ("Deploy Artifact"): 201. The same again replaces it."""
        self._session.call(
            "PUT",
            _file(repository, path),
            content=("text/plain", text),
            ok=(200, 201),
            purpose=f"deploy {repository}/{path}",
        )

    def fetch(self, repository: str, path: str) -> bytes | None:
        """GET /artifactory/{repository}/{path} ("Retrieve Artifact"; control-plane-api.md 6.4); None: not there."""
        answer = self._session.call("GET", _file(repository, path), ok=(200, 404), purpose=f"fetch {repository}/{path}")
        return None if answer.status == 404 else answer.body

    def files(self, repository: str, folder: str) -> list[str]:
        """GET /artifactory/api/storage/{repository}/{folder} ("Folder Info"): names of the files; none: no folder."""
        answer = self._session.call(
            "GET",
            f"{STORAGE}/{segment(repository)}/{quote(folder)}",
            ok=(200, 404),
            purpose=f"list {repository}/{folder}",
        )
        if answer.status == 404:
            return []
        children = answer.object().get("children") or []
        if not isinstance(children, list):
            raise answer.refused()
        return [
            str(child.get("uri", "")).lstrip("/")
            for child in children
            if isinstance(child, dict) and not child.get("folder")
        ]

    def delete(self, repository: str, path: str) -> None:
        """DELETE /artifactory/{repository}/{path} ("Delete Item"): 204. Gone is fine."""
        self._session.call("DELETE", _file(repository, path), ok=(200, 204, 404), purpose=f"delete {repository}/{path}")


def _file(repository: str, path: str) -> str:
    return f"/artifactory/{segment(repository)}/{quote(path)}"
