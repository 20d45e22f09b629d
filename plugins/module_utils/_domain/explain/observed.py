# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What was observed of one Edge, in words: on each of its nodes, of the Edge as a whole, over REST, at the platform."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence, Tuple

from ..keys.keys import KEPT_IN_MEMORY
from ..observed import EdgeSeen, Jpd, Node, Platform
from ..plan.shapes import (
    ACCESS_FEDERATION,
    ARTIFACTORY_LICENSE,
    BASE_URL,
    JPD,
    JPD_LICENSE,
    SIGNING_KEY,
    TRUSTED_CERTIFICATE,
    TRUSTED_SIGNING_KEY,
)
from ..verdict import IN_ORDER

_AT_PLATFORM = (JPD, "pairing", JPD_LICENSE, ACCESS_FEDERATION, "trusted_by_platform", "support_request")
_OVER_REST = (
    *("rest", "bridge", "preflight", "tokens"),
    *(BASE_URL, ARTIFACTORY_LICENSE, SIGNING_KEY, TRUSTED_SIGNING_KEY, TRUSTED_CERTIFICATE),
)

Group = Tuple[str, List[str]]


def seen_groups(
    planned: Mapping[str, Any], nodes: Mapping[str, Optional[Node]], seen: Optional[EdgeSeen], platform: Platform
) -> List[Group]:
    """What was seen and how that was judged, by where it was seen; facts that were judged come as the plan has them."""
    facts = planned["facts"]
    groups: List[Group] = []
    for host in planned["nodes"]:
        of_node = [fact for fact in facts if fact["node"] == host]
        groups.append((f"on {host}", [*map(_judged, of_node), *_node(nodes.get(host))]))
    shared = [fact for fact in facts if fact["node"] is None]
    elsewhere = (*_AT_PLATFORM, *_OVER_REST)
    groups.append(("of the Edge as a whole", [_judged(fact) for fact in shared if fact["fact"] not in elsewhere]))
    groups.append(("over REST", [*_rest(seen), *_of(shared, _OVER_REST)]))
    groups.append(("at the platform", [*_platform(platform, planned["jpd"]), *_of(shared, _AT_PLATFORM)]))
    return [(title, lines or ["nothing was looked at"]) for title, lines in groups]


def _of(facts: Sequence[Mapping[str, Any]], names: Sequence[str]) -> List[str]:
    return [_judged(fact) for fact in facts if fact["fact"] in names]


def _judged(fact: Mapping[str, Any]) -> str:
    state = "" if fact["state"] == IN_ORDER else f" ({fact['state'].replace('_', ' ')})"
    return f"{fact['fact'].replace('_', ' ')}{state}: {fact['reason']}"


def _node(node: Optional[Node]) -> List[str]:
    """What no verdict tells: the key that it has, and what this collection has supplied to it."""
    if node is None or not node["layout"]["installed"]:
        return []
    key, ledger = node["master_key"], node["ledger"]
    lines = [f"master.key: {key['fingerprint'] or key['problem'] or 'it has none'}"]
    if key["problem"] == KEPT_IN_MEMORY:
        lines = [f"master.key: {KEPT_IN_MEMORY}"]
    supplied = [
        _supplied(name.replace("_", " "), entry)
        for name, entry in (("join_key", ledger["join_key"]), ("master_key", ledger["master_key"]))
        if entry is not None
    ]
    supplied += [_supplied(name.partition(":")[0].replace("_", " "), e) for name, e in ledger["certificates"].items()]
    supplied += [_supplied(f"certificate of {name}", e) for name, e in ledger["trusted_certificates"].items()]
    unique = list(dict.fromkeys(supplied))
    told = "nothing" if ledger["present"] else "nothing that is recorded"
    return [*lines, f"supplied by this collection: {'; '.join(unique) or told}"]


def _supplied(what: str, entry: Mapping[str, Any]) -> str:
    confirmed = entry.get("confirmed_at")
    return f"{what} at {entry['supplied_at']}" + (f", in use since {confirmed}" if confirmed else "")


def _rest(seen: Optional[EdgeSeen]) -> List[str]:
    if seen is None:
        return ["it was not asked"]
    if not seen["reachable"]:
        return [f"{seen['url']} does not answer: {seen['error']}"]
    rights = {True: "has admin rights", False: "has no admin rights", None: "could not be tried"}[seen["admin"]]
    health = seen["health"]["state"].lower() if seen["health"] else "not told"
    license = f"a licence of the type {seen['license_type']}" if seen["license_type"] else "no licence that it tells of"
    return [f"Artifactory {seen['version']} with {license}; its health is {health}; our access token {rights}"]


def _platform(platform: Platform, planned: Optional[Mapping[str, Any]]) -> List[str]:
    if not platform["reachable"]:
        return [f"{platform['url']} could not be read: {platform['error']}"]
    found: Optional[Jpd] = next((one for one in platform["jpds"] if planned and one["id"] == planned["id"]), None)
    if found is None:
        return [f"{platform['url']} has no deployment that is this Edge"]
    said = f' ("{found["status"]["message"]}")' if found["status"]["message"] else ""
    tags, where = ", ".join(found["tags"]) or "none", found["location"]
    return [
        f"{platform['url']} has it as {found['id']} '{found['name']}' at {found['url']}",
        f"its status is {found['status']['code']}{said}",
        f"in {where.get('city_name')}, {where.get('country_code')}, with the tags: {tags}; licences: "
        f"{', '.join(str(one['type']) for one in found['licenses']) or 'none'}",
    ]
