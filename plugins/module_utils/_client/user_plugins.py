# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""User plugins of Artifactory, and the executions of securityReplication. One method per call.

The URL of a session is that of an instance as the plugin knows it, with the context of Artifactory
(security-replication.md 1.2). Answers of the validation hold passwords: nobody may show them.
"""

from __future__ import annotations

from typing import Any, Mapping

from .segment import segment
from .session import Answer, JFrogSession

EXECUTE = "/api/plugins/execute"
NAME = "securityReplication"


class UserPlugins:
    """One instance, or one node of it."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def version(self) -> str:
        """GET /api/system/version ("Version and Add-ons"; control-plane-api.md 5.2)."""
        answer = self._session.call("GET", "/api/system/version", purpose="read the Artifactory version")
        return str(answer.object("version")["version"])

    def is_admin(self, username: str) -> bool:
        """GET /api/security/users/{name} (security-replication.md 5.5): only admins get an answer to it."""
        answer = self._session.call(
            "GET", f"/api/security/users/{segment(username)}", ok=(200, 403), purpose="read the plugin's account"
        )
        return answer.status == 200 and answer.object().get("admin") is True

    def is_loaded(self) -> bool:
        """GET /api/plugins ("Retrieve Plugin Info"): whether the replication plugin is in memory."""
        answer = self._session.call("GET", "/api/plugins", purpose="list the user plugins")
        executions = answer.object().get("executions")
        listed = executions if isinstance(executions, list) else []
        return any(isinstance(one, dict) and one.get("name") == "distSecRep" for one in listed)

    def reload(self) -> None:
        """POST /api/plugins/reload ("Reload Plugins"): of this node, and possibly only what was modified."""
        self._session.call("POST", "/api/plugins/reload", purpose="reload the user plugins", once=True)

    def deploy(self, plugin: str) -> None:
        """PUT /api/plugins/securityReplication, the call that the plugin itself distributes with (1.3)."""
        self._session.call(
            "PUT", f"/api/plugins/{NAME}", content=("text/plain", plugin), purpose="deploy the user plugin", once=True
        )

    def distribute(self) -> None:
        """POST distSecRep (1.2): plugin and configuration to all instances, up to the first that refuses."""
        self._session.call("POST", f"{EXECUTE}/distSecRep", purpose="distribute the plugin to all instances", once=True)

    def instance(self) -> Mapping[str, Any]:
        """GET secRepValidate, chain=instance (1.2, 1.5): its nodes by their ids; "!status" 404 if it is not loaded."""
        return self._validate("instance")

    def mesh(self) -> Mapping[str, Any]:
        """GET secRepValidate, chain=mesh (1.2, 1.5): all instances as this one sees them."""
        return self._validate("mesh")

    def _validate(self, chain: str) -> Mapping[str, Any]:
        answer: Answer = self._session.call(
            "GET",
            f"{EXECUTE}/secRepValidate",
            query={"params": f"chain={chain}"},
            ok=(200, 404),
            purpose="let the plugin validate itself",
        )
        return {"!status": 404} if answer.status == 404 else answer.object()
