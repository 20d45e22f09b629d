# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of POST and PUT of a JPD: control-plane-api.md 1.3 and 1.6."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Optional

from simulator.envelopes import Refusal
from simulator.joining import NO_CREDENTIAL
from simulator.rest.endpoint import Incoming
from simulator.urls import is_url, with_slash

FIELDS = ("name", "url", "token", "username", "password", "location", "tags")
LOCATION_FIELDS = ("city_name", "country_code", "latitude", "longitude")
COUNTRY_CODE = re.compile(r"[A-Za-z]{2}")
SECRETS = ("token", "username", "password")


@dataclass(frozen=True)
class JpdRequest:
    """A body that passed validation."""

    name: str
    url: str
    location: dict[str, Any]
    tags: Optional[list[str]]
    token: Optional[str]
    username: Optional[str]
    password: Optional[str]

    @classmethod
    def read(cls, incoming: Incoming, operation: str) -> JpdRequest:
        """Raises Refusal 400: with ``details`` named after the operation, or with the message about credentials.

        A credential under a wrong name is answered by the latter (1.5), so unknown fields are looked at last.
        """
        content = incoming.json_object()
        complaints = _Complaints(f"{operation}.req")
        _check_fields(content, complaints)
        complaints.raise_if_any()
        given = [name for name in SECRETS if content.get(name) is not None]
        needed = operation == "addInstance" and incoming.simulator.switches.jpd_without_token == "refused"
        if (needed and not given) or ("token" in given and len(given) > 1) or given in (["username"], ["password"]):
            raise Refusal(400, NO_CREDENTIAL)
        if incoming.simulator.switches.refuse_unknown_fields:
            for name in sorted(content.keys() - set(FIELDS)):
                complaints.add(name, "is not known")
            for name in sorted(content["location"].keys() - set(LOCATION_FIELDS)):
                complaints.add(f"location.{name}", "is not known")
            complaints.raise_if_any()
        return cls(
            name=content["name"],
            url=content["url"],
            location={name: content["location"][name] for name in LOCATION_FIELDS},
            tags=content.get("tags"),
            token=content.get("token"),
            username=content.get("username"),
            password=content.get("password"),
        )

    def stored(self) -> dict[str, Any]:
        """What is kept: the URL with a trailing slash, never a credential (1.4)."""
        tags = list(self.tags or [])
        return {"name": self.name, "url": with_slash(self.url), "location": self.location, "tags": tags}


class _Complaints:
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._details: list[str] = []

    def add(self, field: str, what: str, value: Any = None) -> None:
        shown = f". Invalid value: '{value}'" if value is not None else ""
        self._details.append(f"{self._prefix}.{field} property {what}{shown}")

    def raise_if_any(self) -> None:
        if self._details:
            raise Refusal(400, "Validation constraint violation", kind="Validation", details=self._details)


def _check_fields(content: dict[str, Any], complaints: _Complaints) -> None:
    if not _text(content.get("name")):
        complaints.add("name", "must not be empty", content.get("name"))
    if not is_url(content.get("url")):
        complaints.add("url", "must be a valid URL", content.get("url", ""))
    for name in SECRETS:
        if content.get(name) is not None and not _text(content[name]):
            complaints.add(name, "must be a non-empty string")
    tags = content.get("tags")
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        complaints.add("tags", "must be a list of strings")
    location = content.get("location")
    if not isinstance(location, dict):
        complaints.add("location", "must not be null")
        return
    if not _text(location.get("city_name")):
        complaints.add("location.city_name", "must not be empty")
    country = location.get("country_code")
    if not (isinstance(country, str) and COUNTRY_CODE.fullmatch(country)):
        complaints.add("location.country_code", "must have two letters", country)
    for name in ("latitude", "longitude"):
        number = location.get(name)
        if not isinstance(number, (int, float)) or isinstance(number, bool):
            complaints.add(f"location.{name}", "must be a number", number)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
