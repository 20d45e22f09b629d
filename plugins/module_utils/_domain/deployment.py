# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A registered deployment (JPD): one form for what the platform says and what is wanted, and who is who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence, Tuple

from . import url as urls
from .change import Change, reconcile
from .errors import ApiError, ConflictError
from .observed import Jpd, JpdStatus
from .wording import printable

LOCATION = ("city_name", "country_code", "latitude", "longitude")
LICENSE = ("type", "expired", "licensed_to", "license_hash", "valid_through")

# The home deployment is the platform itself (control-plane-api.md 1.4).
HOME_ID = "JPD-1"

ONLINE = "ONLINE"
OFFLINE = "OFFLINE"
PARTIAL = "PARTIAL"
UNKNOWN_STATUS = "UNKNOWN"


@dataclass(frozen=True)
class Deployment:
    """What the inventory wants a JPD to be. ``tags`` None: tags are not managed."""

    name: str
    url: str
    location: Mapping[str, Any]
    tags: Optional[Tuple[str, ...]] = None

    def as_facts(self) -> dict[str, Any]:
        """The managed facts, in the form that ``facts`` gives for a registered JPD."""
        managed: dict[str, Any] = {
            "name": self.name,
            "url": urls.normal(self.url),
            "location": _location(self.location),
        }
        if self.tags is not None:
            managed["tags"] = sorted(set(self.tags))
        return managed

    def to_api(self, token: str | None = None, *, current: Jpd | None = None) -> dict[str, Any]:
        """The body of POST or PUT (control-plane-api.md 1.3).

        PUT replaces everything (1.6), so it needs ``current``: what is not managed is sent as it was.
        """
        body = {"tags": list(current["tags"]) if current is not None else [], **self.as_facts()}
        return body if token is None else {**body, "token": token}


class Registered:
    """The registered JPDs, found by URL and name without reading the list again for each Edge."""

    def __init__(self, jpds: Iterable[Jpd]) -> None:
        self._by_url: dict[str, list[Jpd]] = {}
        self._by_name: dict[str, list[Jpd]] = {}
        for jpd in jpds:
            self._by_url.setdefault(urls.normal(jpd["url"]), []).append(jpd)
            self._by_name.setdefault(jpd["name"], []).append(jpd)

    def match(self, wanted: Deployment, *, adopt_by_name: bool = False) -> Jpd | None:
        """The JPD that is this Edge. Raises ConflictError when URL and name point to different ones.

        The URL decides: a JPD with the wanted URL is this Edge, whatever its name. One with the wanted name only
        may be somebody else's, so it is taken over only when the user says so. The home JPD is never touched.
        """
        by_url = self._by_url.get(urls.normal(wanted.url), [])
        by_name = self._by_name.get(wanted.name, [])
        for jpd in (*by_url, *by_name):
            if jpd["local"]:
                raise _conflict(wanted, f"{_called(jpd)} is the platform itself", "Correct edge_name or edge_url", jpd)
        if len(by_url) > 1:
            raise _conflict(
                wanted, f"{_listed(by_url)} have its URL", "Delete all but the right one at the platform", *by_url
            )
        if by_url:
            owners = [jpd for jpd in by_name if jpd["id"] != by_url[0]["id"]]
            if owners:
                raise _conflict(
                    wanted,
                    f"{_called(by_url[0])} has its URL, but its name belongs to {_called(owners[0])} "
                    f"with URL {owners[0]['url']}",
                    "Give the Edge another edge_name, or correct edge_url",
                    by_url[0],
                    *owners,
                )
            return by_url[0]
        if len(by_name) > 1:
            raise _conflict(wanted, f"{_listed(by_name)} have its name", "Give the Edge another edge_name", *by_name)
        if by_name and not adopt_by_name:
            raise _conflict(
                wanted,
                f"its name belongs to {_called(by_name[0])} with another URL, {by_name[0]['url']}",
                "If that is this Edge under an old URL, set edge_adopt_by_name to true; "
                "else give the Edge another edge_name",
                by_name[0],
            )
        return by_name[0] if by_name else None

    def find(self, wanted: Deployment, *, adopt_by_name: bool = False) -> Jpd | None:
        """The same for those who need not tell of a conflict: then no JPD is known to be this Edge."""
        try:
            return self.match(wanted, adopt_by_name=adopt_by_name)
        except ConflictError:
            return None


def match(jpds: Iterable[Jpd], wanted: Deployment, *, adopt_by_name: bool = False) -> Jpd | None:
    """See ``Registered.match``; for one Edge."""
    return Registered(jpds).match(wanted, adopt_by_name=adopt_by_name)


def change(current: Jpd | None, wanted: Deployment | None) -> Change:
    """What has to happen to the JPD; ``wanted`` None: it is to be unregistered."""
    return reconcile(
        facts(current) if current is not None else None,
        wanted.as_facts() if wanted is not None else None,
    )


def facts(jpd: Jpd) -> dict[str, Any]:
    """The facts of a registered JPD that can be managed."""
    return {
        "name": jpd["name"],
        "url": urls.normal(jpd["url"]),
        "location": _location(jpd["location"]),
        "tags": sorted(set(jpd["tags"])),
    }


def from_api(obj: Any) -> Jpd:
    """A JPD as the platform describes it, in one form (control-plane-api.md 1.4). Raises ApiError."""
    if not isinstance(obj, Mapping):
        raise ApiError(
            "Cannot read the platform's list of JPDs: an entry is no object. "
            "Check that platform_url leads to the platform itself and not to a proxy's page."
        )
    identifier = _text(obj.get("id"))
    return {
        "id": identifier,
        "name": _text(obj.get("name")),
        "url": urls.normal(_text(obj.get("url")) or _text(obj.get("base_url"))),
        "status": _status(obj.get("status")),
        # The UI's own list says is_local (control-plane-api.md 1.3).
        "local": bool(obj.get("local") or obj.get("is_local")) or identifier == HOME_ID,
        "location": _location(_mapping(obj.get("location"))),
        "tags": sorted({_text(tag) for tag in _sequence(obj.get("tags"))}),
        "licenses": [
            {key: item.get(key) for key in LICENSE}
            for item in _sequence(obj.get("licenses"))
            if isinstance(item, Mapping)
        ],
    }


def _status(value: Any) -> JpdStatus:
    """An object in answers, a bare word in the OpenAPI pages (control-plane-api.md, Traps 10)."""
    found = value if isinstance(value, Mapping) else {"code": value}
    return {"code": _text(found.get("code")) or UNKNOWN_STATUS, "message": printable(_text(found.get("message")))}


def _location(value: Mapping[str, Any]) -> dict[str, Any]:
    country = value.get("country_code")
    return {
        "city_name": value.get("city_name"),
        "country_code": country.upper() if isinstance(country, str) else country,
        "latitude": _number(value.get("latitude")),
        "longitude": _number(value.get("longitude")),
    }


def _number(value: Any) -> Any:
    try:
        return value if value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _called(jpd: Jpd) -> str:
    return printable(f"{jpd['id']} '{jpd['name']}'")


def _listed(jpds: Sequence[Jpd]) -> str:
    return " and ".join(_called(jpd) for jpd in jpds)


def _conflict(wanted: Deployment, happened: str, remedy: str, *jpds: Jpd) -> ConflictError:
    said = f"Cannot manage the JPD of Edge '{wanted.name}' ({urls.normal(wanted.url)}): {happened}"
    return ConflictError(
        f"{said}. {remedy}.",
        happened=said,
        remedy=remedy,
        jpds=[{"id": jpd["id"], "name": jpd["name"], "url": jpd["url"]} for jpd in jpds],
    )
