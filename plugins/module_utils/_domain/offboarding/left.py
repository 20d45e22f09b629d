# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What stays after the last step: what cannot be taken back, and what only a person can do."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Mapping, Optional

from ..deployment import OFFLINE
from ..observed import Jpd
from ..trust.trust import PERMANENT
from .belongings import acquired_of, licenses_of, sources_of, unread_sources
from .refusal import closed, last_record, under_way
from .shapes import Centre, Leaving, Left


def remembered(edge: Leaving, centre: Centre) -> List[Left]:
    """What stayed when the Edge was offboarded, by the record on its nodes; whoever had to know was told then."""
    return [replace(one, needs_person=False) for one in _trust(edge, centre)]


def left_behind(edge: Leaving, centre: Centre, jpd: Optional[Jpd]) -> List[Left]:
    """Everything that the steps do not do, in the order in which it matters."""
    return [
        *_trust(edge, centre),
        *_of_dead(edge),
        *_running(edge, centre, jpd),
        *_unreachable_sources(edge, centre, jpd),
        *_unread(edge, centre, jpd),
        *_licenses(edge, centre),
        *_own(edge),
    ]


def waits_for_stop(edge: Leaving, jpd: Optional[Jpd], licenses: Mapping[str, int]) -> bool:
    """Whether it has licences, and somebody else has to stop it before they can be released.

    The platform releases them only of a JPD that is OFFLINE (control-plane-api.md 1.7), and by its id, which has to
    stay until then.
    """
    online = jpd is not None and jpd["status"]["code"] != OFFLINE
    return edge.rest_only and not edge.wishes.dead and online and bool(licenses)


def _running(edge: Leaving, centre: Centre, jpd: Optional[Jpd]) -> List[Left]:
    licenses = licenses_of(edge, jpd["id"], centre) if jpd is not None else {}
    if not waits_for_stop(edge, jpd, licenses):
        return []
    return [
        Left(
            "its licences and its registration",
            "the platform releases licences only of a JPD that is OFFLINE, and with edge_node_access none nobody stops "
            "the Edge here",
            "Stop it where it runs, for example by scaling it to no pod, and run again with its name in "
            "edge_offboard_host_is_dead",
        )
    ]


def _trust(edge: Leaving, centre: Centre) -> List[Left]:
    found = []
    begun = under_way(edge) or (last_record(edge) if closed(edge, centre) else None)
    trusts = begun["trusts_platform"] if begun is not None else edge.rest["trusts_platform"]
    trusted = begun["trusted_by_platform"] if begun is not None else edge.rest["trusted_by_platform"]
    recorded = (begun["supplied"] if begun is not None else {}).get(edge.certificate) or any(
        node["ledger"]["trusted_certificates"].get(edge.certificate) for node in edge.seen.values()
    )
    if trusts or (recorded and trusts is None):
        found.append(
            Left(
                "the platform's root certificate on the Edge",
                f"administrators of the platform stay administrators of the Edge; {PERMANENT}",
                "Install the Edge anew before it serves anybody else, or ask JFrog Support to remove the certificate "
                "from its database",
            )
        )
    if trusted:
        whom = (
            f"ask JFrog Support to remove it from the database of {centre.seen['url']}"
            if centre.owned
            else "send JFrog Support the text in withdrawal.txt"
        )
        found.append(
            Left(
                "the Edge's root certificate at the platform",
                f"administrators of the Edge stay administrators of the platform; {PERMANENT}",
                f"Destroy the Edge's signing key access/keys/private.key when the Edge is given up, and {whom}",
            )
        )
    return found


def _of_dead(edge: Leaving) -> List[Left]:
    if not edge.wishes.dead:
        return []
    return [
        Left(
            "what lies on the dead host",
            "its database holds the platform's master token, tokens, keys and perhaps the platform's root certificate, "
            "and nobody could revoke them there",
            "Wipe or destroy its disks and the backups of its database. Should it come back, do not start it in the "
            "network; run offboard_edge without edge_offboard_host_is_dead",
        ),
        Left(
            "a circle of trust with the dead host",
            "whether the platform trusts the Edge's root certificate can only be asked of the Edge",
            "If it was in a circle of trust or federated, ask JFrog Support to remove its root certificate from the "
            f"platform's database; name the Edge {edge.name}",
        ),
    ]


def _unreachable_sources(edge: Leaving, centre: Centre, jpd: Optional[Jpd]) -> List[Left]:
    return [
        Left(
            f"Access Federation from {source.name}",
            "it tells the Edge of its users, and its URL is none of this inventory",
            f"Remove the target at {source.name}, with access_federation and state absent, or in its web page",
        )
        for source in sources_of(edge, jpd, centre)
        if source.host is None
    ]


def _unread(edge: Leaving, centre: Centre, jpd: Optional[Jpd]) -> List[Left]:
    """What could not be seen may be there."""
    unread = (centre.seen.get("unread") or {}).get("federation")
    found = []
    if unread is not None:
        found.append(
            Left(
                "Access Federation",
                f"its sources could not be read: {unread.rstrip('.')}",
                "Where it is in use, remove the Edge from the targets of the sources",
            )
        )
    found += [
        Left(
            f"Access Federation from {source}",
            f"its targets could not be read: {error.rstrip('.')}",
            "When it is back, run federate_access with access_federation_prune",
            # Who is away tells nobody, and it may have no target at all.
            needs_person=False,
        )
        for source, error in unread_sources(jpd, centre)
    ]
    if centre.tokens is None:
        found.append(
            Left(
                "access tokens at the platform",
                "their list could not be read",
                f"Look for tokens of the Edge {edge.name} there, and revoke them",
            )
        )
    if edge.answers and edge.tokens is None:
        found.append(
            Left("access tokens on the Edge", "their list could not be read", "Look for them there, and revoke them")
        )
    return found


def _licenses(edge: Leaving, centre: Centre) -> List[Left]:
    return [
        Left(
            f"a licence that was acquired from '{name}' as '{edge.name}'",
            "the platform cannot take back a key that was given out",
            "Remove the licence from the Edge, then release the label with license_acquisition and state absent",
        )
        for name in acquired_of(edge, centre)
    ]


def _own(edge: Leaving) -> List[Left]:
    """What stays on purpose, so that the server can go on without the platform."""
    if edge.wishes.dead:
        return []
    keys = "" if edge.wishes.remove_keys else ", and so do its keys"
    return [
        Left(
            "the server itself",
            f"its licence keys and the access token in edge_access_token stay{keys}, because it may go on by itself",
            "Revoke and remove them when the server is given up",
            needs_person=False,
        )
    ]
