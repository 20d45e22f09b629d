# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Access Federation: at the source itself, and through Mission Control. One method per endpoint."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from .._domain.errors import ApiError
from .._domain.federation import source as sources
from .._domain.federation.target import access_url
from .._domain.observed import FederationSource
from .problems import messages
from .segment import segment
from .session import JFrogSession

AT_SOURCE = "/access/api/v1/system/federation"
AT_PLATFORM = "/mc/api/v1/federation"

STARTED = "started"
RUNNING = "already running"
NOT_ELIGIBLE = "not eligible"
BROADCASTS = {204: STARTED, 202: RUNNING, 304: NOT_ELIGIBLE}


class AccessFederation:
    """The targets of one source, at the source (control-plane-api.md 7.1). Admins only."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def list_targets(self) -> list[Any]:
        """GET /access/api/v1/system/federation ("Get All Access Federations")."""
        answer = self._session.call("GET", AT_SOURCE, purpose="list the federation targets")
        found = answer.object("targets")["targets"]
        if not isinstance(found, list):
            raise answer.refused()
        return found

    def create_target(self, body: Mapping[str, Any]) -> None:
        """POST /access/api/v1/system/federation ("Register Access Federation"): 201. Tried once."""
        name = body.get("name")
        self._session.call(
            "POST", AT_SOURCE, json=dict(body), ok=(201,), purpose=f"register the federation target '{name}'"
        )

    def update_target(self, name: str, body: Mapping[str, Any]) -> None:
        """PATCH /access/api/v1/system/federation/{name} ("Update Access Federation"): 200, 204 by the older page."""
        purpose = f"change the federation target '{name}'"
        self._session.call("PATCH", _path(name), json=dict(body), ok=(200, 204), purpose=purpose)

    def delete_target(self, name: str) -> bool:
        """DELETE /access/api/v1/system/federation/{name} ("Delete Access Federation"): 204, or 404 when it was gone."""
        purpose = f"remove the federation target '{name}'"
        return self._session.call("DELETE", _path(name), ok=(204, 404), purpose=purpose).status == 204

    def full_broadcast(self, name: str) -> str:
        """PUT /access/api/v1/system/federation/{name}/full_broadcast ("Full Broadcast"): a word of ``BROADCASTS``."""
        purpose = f"start a full broadcast to the federation target '{name}'"
        answer = self._session.call("PUT", f"{_path(name)}/full_broadcast", ok=tuple(BROADCASTS), purpose=purpose)
        return BROADCASTS[answer.status]

    def refusal_of(self, url: str) -> str | None:
        """POST /access/api/v1/system/federation/validate_server ("Validate Target for Circle of Trust").

        Why the deployment at this URL does not accept this one's tokens; None when it does. It changes nothing.
        """
        answer = self._session.call(
            "POST",
            f"{AT_SOURCE}/validate_server",
            json={"url": access_url(url)},
            ok=(204, 412),
            safe=True,
            purpose=f"test the circle of trust with {access_url(url)}",
        )
        return None if answer.status == 204 else "; ".join(messages(answer.text)) or "it answered 412"


class MissionControlFederation:
    """All sources, through the platform (control-plane-api.md 7.2). There is no delete."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def list_sources(self) -> list[Any]:
        """GET /mc/api/v1/federation ("Get Access Federation Configuration for All JPDs"): those that have targets.

        The parameter has two names, one in the pages and one in the vendor's Terraform provider.
        """
        query = {"include_non_configured": "false", "includeNonConfiguredJPDs": "false"}
        return self._session.call("GET", AT_PLATFORM, query=query, purpose="list the federation sources").array()

    def configure(self, jpd_id: str, entities: Sequence[str], targets: Sequence[Mapping[str, Any]]) -> list[Any]:
        """PUT /mc/api/v1/federation/{id} ("Configure Access Federation on a JPD"): 200 with a result for each step."""
        body = {"entities": [kind.upper() for kind in entities], "targets": [dict(target) for target in targets]}
        path = f"{AT_PLATFORM}/{segment(jpd_id)}"
        return self._session.call("PUT", path, json=body, purpose=f"federate the JPD {jpd_id}").array()

    def create_mesh(self, jpd_ids: Sequence[str], entities: Sequence[str]) -> list[Any]:
        """POST /mc/api/v1/federation/create_mesh ("Create Mesh"): 200 with results. Tried once."""
        body = {"jpd_ids": list(jpd_ids), "entities": [kind.upper() for kind in entities]}
        purpose = f"create a mesh of the JPDs {', '.join(jpd_ids)}"
        return self._session.call("POST", f"{AT_PLATFORM}/create_mesh", json=body, purpose=purpose).array()


def read_federation(session: JFrogSession) -> list[FederationSource]:
    """All sources, as Mission Control lists them in one request, and the platform's own Access in a second one.

    The latter stands under the name ``source.OWN``: it knows the group filters of the platform's targets, and whether
    they are active. A platform that does not tell it is read all the same.
    """
    found = [sources.listed(item) for item in MissionControlFederation(session).list_sources()]
    listed = [source for source in found if source is not None]
    try:
        return [*listed, sources.own(AccessFederation(session).list_targets())]
    except ApiError:
        return listed


def _path(name: str) -> str:
    return f"{AT_SOURCE}/{segment(name)}"
