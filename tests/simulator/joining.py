# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Mission Control joins an Edge: control-plane-api.md 1.5, with the errors' exact texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Optional

import jwt
import requests

from simulator import certificates, tokens
from simulator.bridges import is_bridge, through
from simulator.dialling import Unreachable, dial
from simulator.envelopes import Refusal
from simulator.platform import Credential, Platform
from simulator.urls import host, is_url

if TYPE_CHECKING:
    from simulator.simulator import Simulator

NO_CREDENTIAL = "Provide either a token or a username/password pair."
NOT_JOINED = "Failed to join the JPD. Are the credentials correct?"
NOT_CONNECTED = "Failed to connect to the JPD. Please verify that the JPD information provided is correct"
JOIN_KEY = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{64}")
PAIRING_SCOPE = "internal:service-trust/pairing/mission-control:x"


class Joining:
    """One attempt to connect the platform to what is behind ``url``. Raises Refusal 400."""

    def __init__(self, simulator: Simulator, url: str) -> None:
        self._simulator = simulator
        self._platform: Platform = simulator.platform
        self._url = url.rstrip("/")

    def probe(self) -> None:
        """Is there a JFrog platform behind the URL? A router that calls itself unhealthy is one, too."""
        answer = self._call("GET", self._url + "/router/api/v1/system/health")
        if _field(answer, "router") is None:
            raise self._refusal(NOT_CONNECTED)

    def with_token(self, token: str) -> tuple[Credential, str]:
        """A pairing token, or the Edge's join key. Returns the credential and the Edge's base URL."""
        if JOIN_KEY.fullmatch(token):
            return self._with_join_key(token)
        claims = tokens.unverified_claims(token)
        extension = tokens.extension_of(claims or {})
        if claims is None or not self._fits(claims, extension):
            raise self._refusal(NOT_JOINED)
        if claims["exp"] <= self._platform.now().timestamp():
            raise self._refusal(self._simulator.switches.expired_pairing_token_message)
        exchange_url = str(extension["exchange_url"])
        if is_bridge(self._url):
            exchange_url = through(self._url, exchange_url)
        return self._trade(exchange_url, token), str(extension["base_url"])

    def with_password(self, name: str, password: str) -> tuple[Credential, str]:
        """1.3: legacy 6.x only, whose URL includes the context /artifactory."""
        answer = self._call("GET", self._url + "/api/system/version", basic=(name, password))
        if not answer.ok:
            raise self._refusal(NOT_JOINED if answer.status_code in (401, 403) else NOT_CONNECTED)
        if not str(_field(answer, "version")).startswith("6."):
            raise self._refusal(NOT_JOINED)
        return Credential(None, legacy=True), self._url

    def within_circle_of_trust(self) -> tuple[Credential, str]:
        """The switch jpd_without_token: both sides trust each other's root already."""
        found = self._simulator.site_at(self._url)
        trusted = self._platform.database.trusted
        if found is None or certificates.sha256(found[0].database.root_certificate) not in trusted:
            raise self._refusal(NO_CREDENTIAL)
        answer = self._call("GET", self._url + "/access/api/v1/cert/ca", token=self._platform.server_token())
        if not answer.ok:
            raise self._refusal(NO_CREDENTIAL)
        return Credential(None, circle_of_trust=True), self._url

    def _fits(self, claims: dict[str, Any], extension: dict[str, Any]) -> bool:
        """What Mission Control can tell without asking: right kind of token, and of this JPD (2.2)."""
        base_url, exchange_url = extension.get("base_url"), extension.get("exchange_url")
        if not (is_url(base_url) and is_url(exchange_url) and isinstance(claims.get("exp"), (int, float))):
            return False
        if claims.get("scp") != PAIRING_SCOPE:
            return False
        # 2.6: behind a bridge the Edge cannot know the URL that it is registered with.
        unknown = is_bridge(self._url) and self._simulator.switches.bridge_pairing_base_url == "any"
        return unknown or host(str(base_url)) == host(self._url)

    def _with_join_key(self, key: str) -> tuple[Credential, str]:
        if self._simulator.switches.join_key_registration != "accepted":
            raise self._refusal(NOT_JOINED)
        proof = jwt.encode({"iss": self._platform.database.service("jfmc")}, key, algorithm="HS256")
        return self._trade(self._url + "/access/api/v1/registry/join", proof), self._url

    def _trade(self, url: str, token: str) -> Credential:
        """Hand in a proof, get the master token (2.4)."""
        content = {"service_id": self._platform.database.service("jfmc"), "base_url": self._platform.base_url}
        answer = self._call("POST", url, token=token, content=content)
        if answer.status_code >= 500:
            raise self._refusal(NOT_CONNECTED)
        if answer.status_code != 200:
            raise self._refusal(self._reason(answer))
        master_token = _field(answer, "master_token")
        if master_token is None:
            raise self._refusal(NOT_JOINED)
        return Credential(str(master_token))

    def _reason(self, answer: requests.Response) -> str:
        """What the Edge said, as far as it makes a difference."""
        for word, message in (
            ("expired", self._simulator.switches.expired_pairing_token_message),
            ("revoked", self._simulator.switches.spent_pairing_token_message),
        ):
            if answer.status_code == 401 and word in answer.text:
                return message
        return NOT_JOINED

    def _call(
        self,
        method: str,
        url: str,
        *,
        token: Optional[str] = None,
        basic: Optional[tuple[str, str]] = None,
        content: Any = None,
    ) -> requests.Response:
        try:
            return dial(self._simulator, self._platform, method, url, token=token, basic=basic, content=content)
        except Unreachable as error:
            raise self._refusal(NOT_CONNECTED) from error

    def _refusal(self, message: str) -> Refusal:
        return Refusal(400, message, kind=self._simulator.switches.join_error_type)


def _field(answer: requests.Response, name: str) -> Any:
    """One field of a JSON object. None when the answer is something else, or has no such field."""
    try:
        content = answer.json()
    except ValueError:
        return None
    return content.get(name) if isinstance(content, dict) else None
