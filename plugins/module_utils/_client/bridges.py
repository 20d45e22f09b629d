# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The Bridge Client of an Edge. Only what is public of it is called (control-plane-api.md 2.6, docs/bridge.md)."""

from __future__ import annotations

from typing import Any

from .._domain.bridge import from_api
from .._domain.observed import BridgeSeen
from .session import JFrogSession

BRIDGES = "/bridge-client/api/v1/bridges"


class BridgeClient:
    """The Bridge Client service of one deployment, which is installed on its own."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def debug(self) -> list[Any]:
        """GET /bridge-client/api/v1/bridges/debug ("Get Bridge Client Debug Snapshot"): the bridges of this client.

        No other call that lists them is documented. Tokens in it are removed by the server.
        """
        answer = self._session.call("GET", f"{BRIDGES}/debug", purpose="read the bridges of the Bridge Client")
        bridges = answer.object("bridges")["bridges"]
        if not isinstance(bridges, list):
            raise answer.refused()
        return bridges


def read_bridges(session: JFrogSession) -> list[BridgeSeen]:
    """The bridges whose client this Edge is, sorted by id."""
    return from_api(BridgeClient(session).debug())
