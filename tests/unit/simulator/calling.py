# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calling the simulator over TLS, as its own tests do: with requests, and with nothing of the collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import requests

from simulator.simulator import Simulator
from simulator.sites import Edge, Site

LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}
JPDS = "/mc/api/v1/jpds"
PAIRING = "/access/api/v1/service_trust/pairing/mission-control"
TOKENS = "/access/api/v1/tokens"


class Client:
    """One caller. An admin's token is sent unless another one is given; an empty one means none."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(simulator.ca_path)

    def __call__(
        self,
        site: Site,
        method: str,
        path: str,
        *,
        token: Optional[str] = None,
        headers: Optional[dict[str, str]] = None,
        url: Optional[str] = None,
        **content: Any,
    ) -> requests.Response:
        sent = dict(headers or {})
        if token is None:
            token = site.admin_token()
        if token and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {token}"
        return self._session.request(method, (url or site.url) + path, headers=sent, timeout=20, **content)

    def pairing_token(self, edge: Edge) -> str:
        """Mint one on the Edge."""
        return str(self(edge, "POST", PAIRING).json()["pairing_token"])

    def register(self, edge: Edge, **changes: Any) -> requests.Response:
        """Post an Edge to the platform, with a fresh pairing token unless something else is given. None leaves out."""
        body: dict[str, Any] = {"name": edge.name, "url": edge.url, "location": LYON, "tags": ["hybrid"], **changes}
        if "token" not in body and "username" not in body:
            body["token"] = self.pairing_token(edge)
        body = {key: value for key, value in body.items() if value is not None}
        return self(self.simulator.platform, "POST", JPDS, json=body)

    def jpd(self, name: str) -> dict[str, Any]:
        """A JPD as the platform's list shows it."""
        found = self(self.simulator.platform, "GET", JPDS).json()
        return next(entry for entry in found if entry["name"] == name)


@dataclass
class World:
    """A fleet that tests share as long as they leave it as it is."""

    simulator: Simulator
    call: Client

    def site(self, name: str) -> Site:
        return self.simulator.site(name)

    def edge(self, name: str) -> Edge:
        return self.simulator.edge(name)


def message(response: requests.Response) -> str:
    """The text of an error of Access, Artifactory or Mission Control."""
    return str(response.json()["errors"][0]["message"])
