# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What of an Edge is at the platform: where it is a target or a source, its licences, its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from ..access.access_token import Token
from ..federation import source as sources
from ..license.assignment import assigned
from ..observed import FederationSource, Jpd
from ..url import normal
from .shapes import Centre, Leaving

OURS = "hybrid.jfrog "  # how the descriptions of our own tokens begin: admin_token, run_token, automation
OF_EDGE = "hybrid.jfrog edge {name}"  # at the platform, where our tokens may be for the whole fleet


@dataclass(frozen=True)
class Source:
    """A source and the targets that are to be removed from it.

    ``host``: of the inventory, with whose edge_url and token it is reached; empty for the platform itself, None when
    nobody knows a way.
    """

    name: str
    host: Optional[str]
    targets: List[Mapping[str, Any]]

    def facts(self) -> dict[str, Any]:
        return {"source": self.name, "host": self.host, "targets": self.targets}


def sources_of(edge: Leaving, jpd: Optional[Jpd], centre: Centre) -> List[Source]:
    """Who tells this Edge, and whom it tells while it answers. A source that is gone tells nobody any more."""
    told = centre.seen.get("federation") or []
    home = sources.home_of(centre.seen["jpds"])
    found = []
    at_home = sources.find(told, home, is_home=True)
    if at_home is not None:
        found.append(_source(home["name"] if home is not None else "HOME", "", _towards(at_home, edge, jpd)))
    for other in centre.seen["jpds"]:
        mine = next((one for one in told if sources.is_of(one, other)), None)
        if mine is None or other is home:
            continue
        if jpd is not None and other["id"] == jpd["id"]:
            found.append(_source(edge.name, edge.nodes[0], _all(mine) if edge.answers else []))
        else:
            found.append(_source(other["name"], centre.ways.get(normal(other["url"])), _towards(mine, edge, jpd)))
    return [source for source in found if source.targets]


def unread_sources(jpd: Optional[Jpd], centre: Centre) -> List[Tuple[str, str]]:
    """The other sources of which Mission Control could not tell the targets, each with the reason."""
    found = []
    for told in centre.seen.get("federation") or []:
        if told["error"] and not (jpd is not None and sources.is_of(told, jpd)):
            who = next((one["name"] for one in centre.seen["jpds"] if sources.is_of(told, one)), told["source"])
            found.append((who, told["error"]))
    return found


def licenses_of(edge: Leaving, jpd_id: Optional[str], centre: Centre) -> dict[str, int]:
    """By bucket, how many licences its report counts for the Edge."""
    counted = {
        bucket["name"]: assigned(bucket, jpd_id=jpd_id, name=edge.name)
        for bucket in centre.seen.get("license_buckets") or []
    }
    return {name: count for name, count in counted.items() if count}


def acquired_of(edge: Leaving, centre: Centre) -> List[str]:
    """The buckets from which licences were acquired under the name of the Edge."""
    return [
        bucket["name"] for bucket in centre.seen.get("license_buckets") or [] if bucket["unknown_uses"].get(edge.name)
    ]


def tokens_of(edge: Leaving, centre: Centre) -> List[dict[str, str]]:
    """The tokens to be revoked on both sides, by their ids. The one that is used for it is not among them."""
    here = _meant(edge.tokens or (), (f"{OURS}*", *edge.wishes.edge_tokens)) if edge.answers else []
    named = OF_EDGE.format(name=edge.name)
    there = _meant(centre.tokens or (), (named, f"{named} *", *edge.wishes.platform_tokens))
    return [
        *(_told("edge", token) for token in here if token.token_id != edge.own_token),
        *(_told("platform", token) for token in there),
    ]


def _meant(tokens: Sequence[Token], patterns: Sequence[str]) -> List[Token]:
    return [token for token in tokens if any(_fits(token.description or "", pattern) for pattern in patterns)]


def _fits(text: str, pattern: str) -> bool:
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


def _told(side: str, token: Token) -> dict[str, str]:
    return {"of": side, "token_id": token.token_id, "description": token.description or ""}


def _source(name: str, host: Optional[str], targets: List[Mapping[str, Any]]) -> Source:
    return Source(name, host, [{"name": target["name"], "url": target["url"]} for target in targets])


def _towards(source: FederationSource, edge: Leaving, jpd: Optional[Jpd]) -> List[Mapping[str, Any]]:
    urls = {normal(edge.wanted.url), *([normal(jpd["url"])] if jpd is not None else [])}
    ids = {jpd["id"]} if jpd is not None else set()
    return [target for target in source["targets"] if target["url"] in urls or target["id"] in ids]


def _all(source: FederationSource) -> List[Mapping[str, Any]]:
    return list(source["targets"])
