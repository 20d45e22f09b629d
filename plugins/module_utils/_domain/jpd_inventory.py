# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Registered JPDs as hosts of an inventory: which are meant, what is known of each, and its groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence, Tuple, TypedDict

from . import url as urls
from .bridge import bridge_id
from .deployment import from_api
from .observed import Jpd

# What groups can be made of.
TAG, CITY, COUNTRY, STATUS = "tag", "city", "country", "status"

# What begins a template. Unlike a variable, neither the name of a host nor that of a group can be marked as data.
_TEMPLATES = ("{{", "{%", "{#")
OWN_MARKS = "#jinja2:"  # with it, a text says itself what marks a template in it
_LONGEST = 200  # the name of a file has up to 255 bytes, and may be made of this one


class Service(TypedDict):
    type: str
    status: str


class Known(TypedDict):
    """All that is kept of a JPD, also in a cache: fields that are known to hold no secret, and no others."""

    jpd: Jpd
    base_url: str
    services: List[Service]


@dataclass(frozen=True)
class Selection:
    """Which JPDs become hosts. Without statuses or tags, all do but the home deployment."""

    statuses: Tuple[str, ...] = ()
    tags: Tuple[str, ...] = ()
    home: bool = False

    def has(self, known: Known) -> bool:
        """Whether this one is meant. One of the tags is enough."""
        jpd = known["jpd"]
        return (
            (self.home or not jpd["local"])
            and (not self.statuses or jpd["status"]["code"] in self.statuses)
            and (not self.tags or bool({*self.tags} & {*jpd["tags"]}))
        )


def known(obj: Any) -> Known:
    """What is kept of a JPD as the platform describes it (control-plane-api.md 1.4). Raises ApiError."""
    jpd = from_api(obj)
    services = obj.get("services")
    return {
        "jpd": jpd,
        "base_url": urls.normal(str(obj.get("base_url") or "")),
        "services": [_service(item) for item in services if isinstance(item, Mapping)]
        if isinstance(services, list)
        else [],
    }


def url_host(known: Known) -> str:
    """The host in the URL of a JPD; of the Edge itself where the platform reaches it through a bridge."""
    return urls.host(_own_url(known) or known["jpd"]["url"]) or ""


def variables(known: Known, prefix: str) -> Dict[str, Any]:
    """What the platform says of the JPD, under names with this prefix."""
    jpd = known["jpd"]
    facts = {
        "id": jpd["id"],
        "name": jpd["name"],
        "url": jpd["url"],
        "base_url": known["base_url"],
        "local": jpd["local"],
        "status": jpd["status"]["code"],
        "status_message": jpd["status"]["message"],
        "services": list(known["services"]),
        "licenses": list(jpd["licenses"]),
        "location": jpd["location"],
        "tags": list(jpd["tags"]),
    }
    return {prefix + name: value for name, value in facts.items()}


def edge_variables(known: Known) -> Dict[str, Any]:
    """The variables that the playbooks of this collection want of an Edge; none for the home deployment.

    Behind a bridge the JPD's URL is that of the bridge, so the Edge's own is its base URL, where the platform tells it.
    """
    jpd = known["jpd"]
    if jpd["local"]:
        return {}
    found = {"edge_name": jpd["name"], "edge_location": jpd["location"], "edge_tags": list(jpd["tags"])}
    own = _own_url(known)
    if own:
        found["edge_url"] = own
    bridge = bridge_id(jpd["url"])
    if bridge is not None:
        found.update(edge_connection="bridge", edge_bridge_id=bridge)
    return found


def group_names(known: Known, prefix: str, kinds: Sequence[str]) -> List[str]:
    """The groups of a JPD, not yet in the form that Ansible asks for, and free of what could harm until then."""
    jpd = known["jpd"]
    values = {
        TAG: jpd["tags"],
        CITY: [jpd["location"]["city_name"]],
        COUNTRY: [jpd["location"]["country_code"]],
        STATUS: [jpd["status"]["code"]],
    }
    return [f"{prefix}{kind}_{_harmless(value)}" for kind in kinds for value in values[kind] if value]


def host_name_problem(name: str) -> str | None:
    """Why the text, which a server said, is no name for a host; None when it is one.

    It would steer the terminal, be a template for ansible-core before 2.19, or lead out of the folders in which Ansible
    looks for files of a host's variables and keeps its facts.
    """
    if not name.isprintable():
        return "has invisible characters in it"
    if any(mark in name for mark in _TEMPLATES) or name.startswith(OWN_MARKS):
        return "would be a template"
    if "/" in name or name in (".", ".."):
        return "would be a path"
    return f"has more than {_LONGEST} bytes" if len(name.encode("utf-8")) > _LONGEST else None


def _harmless(text: str) -> str:
    for mark in _TEMPLATES:
        text = text.replace(mark, "__")
    return "".join(character if character.isprintable() else "_" for character in text)


def _own_url(known: Known) -> str:
    url = known["jpd"]["url"]
    if bridge_id(url) is None:
        return url
    base = known["base_url"]
    return base if base and bridge_id(base) is None else ""


def _service(item: Mapping[str, Any]) -> Service:
    """``{type, status: {code}}`` in answers (control-plane-api.md 1.4)."""
    status = item.get("status")
    code = status.get("code") if isinstance(status, Mapping) else status
    return {"type": str(item.get("type") or ""), "status": str(code or "")}
