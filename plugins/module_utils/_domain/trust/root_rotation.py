# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The rotation of an Edge's root certificate with overlap: how far it is, and what comes next.

A new root breaks every circle of trust of the Edge, and ends its tokens (node-files.md 6, trap 30). So the new one is
made known first: to every deployment that trusts the Edge, and to the Edge itself, whose nodes are started one after
the other and meet tokens of both roots meanwhile. The stage is read from what is observed alone, so an interrupted
rotation goes on where it was. Which certificate a database trusts cannot be read before the Edge signs with it: that it
was supplied and taken out of the folder has to do until then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from ..moment import is_later
from ..observed import SIX, Node
from .trust import PERMANENT

FACT = "token_signing_certificate"
PREVIOUS = "previous-root-"  # how that module names the root that it keeps trusted

IN_ORDER = "in order"
OVERLAP = "make the new root known"
REFUSED = "not switched"
SWITCH = "switch"
RESTART = "start again"
PROVE = "prove"
FORGET = "forget the old root"
UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Truster:
    """A deployment that is to go on accepting the Edge: another Edge, or a self-hosted platform.

    ``nodes`` are those that were read; without one nothing can be supplied. ``accepts``: whether it accepts the tokens
    that the Edge signs now; None when that could not be asked.
    """

    name: str
    nodes: Mapping[str, Node]
    accepts: Optional[bool]


@dataclass(frozen=True)
class Cloud:
    """A platform in the cloud that is to go on accepting the Edge. ``confirmed``: JFrog Support says it trusts it."""

    name: str
    accepts: Optional[bool]
    confirmed: bool


@dataclass(frozen=True)
class RotationView:
    """Everything that this run knows of one Edge whose inventory has a token signing pair."""

    name: str
    wanted: Mapping[str, Any]  # facts of the new root, with pem
    current: Optional[Mapping[str, Any]]  # of the root that REST shows
    error: Optional[str]
    hosts: Tuple[str, ...]
    nodes: Mapping[str, Node]
    trusters: Tuple[Truster, ...] = ()
    cloud: Optional[Cloud] = None
    accept_gap: bool = False
    # Deployments that nobody knows to trust the Edge, and that could not be asked.
    unasked: Tuple[str, ...] = ()
    # Issuers that the Edge accepted so far, or is to accept, and whether it accepts them now.
    accepts: Mapping[str, Optional[bool]] = field(default_factory=dict)


@dataclass
class Rotation:
    """How far it is. ``problems`` keep it from going on, ``notes`` are to be known."""

    name: str
    new: Mapping[str, Any]  # facts of the new root, with pem
    stage: str
    reason: str
    supplies: List[dict[str, Any]] = field(default_factory=list)
    request: bool = False
    switch: Optional[str] = None
    restart: List[str] = field(default_factory=list)
    forget: List[dict[str, str]] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)


def plan_rotation(view: RotationView) -> Rotation:
    """The stage of the rotation, and what is to be done in it."""
    stuck = _stuck(view)
    if stuck is not None:
        return stuck
    if view.current is None:
        return Rotation(view.name, view.wanted, UNREACHABLE, view.error or "the Edge does not answer")
    if view.current["sha256"] != view.wanted["sha256"]:
        return _before(view)
    behind = [host for host in view.hosts if _is_behind(view, host)]
    if behind:
        return Rotation(
            view.name, view.wanted, RESTART, f"{', '.join(behind)} may still sign with the old root", restart=behind
        )
    return _after(view)


def is_in_progress(view: RotationView) -> bool:
    """Whether an earlier run has switched this Edge, as far as its nodes tell."""
    return any(_supplied_at(node, view.wanted) or _is_staged(node, view.wanted) for node in view.nodes.values())


def _stuck(view: RotationView) -> Rotation | None:
    silent = [host for host in view.hosts if host not in view.nodes]
    if silent:
        reason = f"all nodes of the Edge are needed, and {', '.join(silent)} was not read in this run"
        return Rotation(view.name, view.wanted, UNREACHABLE, reason)
    old = next((host for host, node in view.nodes.items() if node["layout"]["generation"] == SIX), None)
    if old is not None:
        reason = f"{old} has Artifactory 6.x, which takes no pair of one's own; upgrade it to 7.x"
        return Rotation(view.name, view.wanted, REFUSED, "it is not possible", problems=[reason])
    still = [host for host, node in view.nodes.items() if node["service"]["running"] is False]
    if still and is_in_progress(view):
        # An earlier run ended between a stop and a start.
        behind = [host for host in view.hosts if host not in still and _is_behind(view, host)]
        return Rotation(view.name, view.wanted, RESTART, f"{', '.join(still)} does not run", restart=[*still, *behind])
    return None


def _before(view: RotationView) -> Rotation:
    """The new root is to be known by everybody before the switch."""
    found = Rotation(view.name, view.wanted, OVERLAP, "the new root is not known everywhere")
    itself = Truster(view.name, view.nodes, None)
    for truster in (*view.trusters, itself):
        if is_known(truster, view.name, view.wanted["sha256"]):
            continue
        host = next(iter(truster.nodes), None)
        if host is not None:
            found.supplies.append({"host": host, "name": view.name, "content": view.wanted["pem"]})
        else:
            _gap(view, found, f"{truster.name} does not know the new root, and none of its nodes was read in this run")
    if view.cloud is not None and not view.cloud.confirmed:
        found.request = True
        _gap(
            view,
            found,
            f"waiting for the platform: {view.cloud.name} does not trust the new root as far as is known. Send the "
            "support request, and when JFrog Support has confirmed it, set edge_root_certificate_confirmed to its "
            f"SHA-256, {view.wanted['sha256']}; or set edge_rotation_accept_gap to true to go without",
        )
    for name in view.unasked:
        _gap(
            view,
            found,
            f"whether {name} trusts {view.name} could not be asked, and if so it would refuse the new root. Let it "
            "answer, or set edge_rotation_accept_gap to true to go without",
        )
    sick = [host for host, node in view.nodes.items() if node["health"] and node["health"]["state"] != "HEALTHY"]
    if sick:
        found.problems.append(f"{', '.join(sick)} is not healthy, and a switch would make it worse; repair it first")
    if found.supplies:
        return found
    if found.problems:
        found.stage, found.reason = REFUSED, "the new root is not known everywhere"
        return found
    found.stage, found.reason = SWITCH, "the new root is known everywhere"
    # The node on which an earlier run supplied the pair, else the first.
    found.switch = next((host for host, node in view.nodes.items() if _is_staged(node, view.wanted)), view.hosts[0])
    found.restart = [found.switch, *(host for host in view.hosts if host != found.switch)]
    return found


def _gap(view: RotationView, found: Rotation, problem: str) -> None:
    (found.notes if view.accept_gap else found.problems).append(problem)


def _after(view: RotationView) -> Rotation:
    """Every node signs with the new root: what was trusted before is to be trusted now, in both directions."""
    refused = [truster.name for truster in view.trusters if truster.accepts is False]
    unknown = [truster.name for truster in view.trusters if truster.accepts is None]
    lost = [issuer for issuer, said in view.accepts.items() if said is False]
    found = Rotation(view.name, view.wanted, PROVE, "the Edge signs with the new root")
    found.problems += [f"{name} does not accept the new root of {view.name}" for name in refused]
    found.problems += [f"whether {name} accepts the new root of {view.name} could not be asked" for name in unknown]
    found.problems += [f"{view.name} does not accept {name}" for name in lost]
    # A truster that forgot the new root is supplied again.
    found.supplies = [
        {"host": next(iter(truster.nodes)), "name": view.name, "content": view.wanted["pem"]}
        for truster in view.trusters
        if truster.accepts is False and truster.nodes
    ]
    waiting = view.cloud is not None and view.cloud.accepts is not True
    if view.cloud is not None and waiting:
        found.request = True
        found.notes.append(
            f"waiting for the platform: {view.cloud.name} does not accept the new root of {view.name} yet"
        )
    if found.problems or waiting:
        return found
    found.forget = _kept(view)
    if found.forget:
        found.stage = FORGET
        found.notes.append(_still_trusted(view, found.forget))
    else:
        found.stage, found.reason = IN_ORDER, "the Edge signs with the certificate of the inventory"
    return found


def _kept(view: RotationView) -> List[dict[str, str]]:
    """The records of old roots on the Edge's nodes. On its trusters' nodes the record of the new root replaced it."""
    return [
        {"host": host, "name": name, "sha256": str(entry["sha256"])}
        for host, node in view.nodes.items()
        for name, entry in sorted(node["ledger"]["trusted_certificates"].items())
        if name.startswith(PREVIOUS) and entry["sha256"] != view.wanted["sha256"]
    ]


def _still_trusted(view: RotationView, kept: Sequence[Mapping[str, str]]) -> str:
    others = [truster.name for truster in view.trusters] + ([view.cloud.name] if view.cloud else [])
    roots = ", ".join(sorted({entry["sha256"][:16] for entry in kept}))
    return (
        f"the databases of {', '.join([view.name, *others])} go on trusting the old root ({roots}): {PERMANENT}. Keep "
        "its private key safe or destroy it, and ask JFrog Support if it has to be removed from them"
    )


def is_known(truster: Truster, name: str, sha256: str) -> bool:
    """Whether the truster was given this root of the Edge, and has taken it out of the folder."""
    entries = [node["ledger"]["trusted_certificates"].get(name) for node in truster.nodes.values()]
    waits = any(
        item["file"] == f"{name}.crt" for node in truster.nodes.values() for item in node["trusted_certificates"]
    )
    return not waits and any(entry is not None and entry["sha256"] == sha256 for entry in entries)


def knows_of(truster: Truster, name: str) -> bool:
    """Whether the truster was given any root of the Edge."""
    return any(name in node["ledger"]["trusted_certificates"] for node in truster.nodes.values())


def _is_behind(view: RotationView, host: str) -> bool:
    """Whether a node has not been started since the new pair was supplied."""
    node = view.nodes[host]
    if FACT in node["ledger"]["restart_due"]:
        return True
    copy = node["access_keys"]["root"]
    if copy is not None and copy["sha256"] == view.wanted["sha256"]:
        return False
    supplied = [at for at in (_supplied_at(other, view.wanted) for other in view.nodes.values()) if at]
    started = (node["ledger"]["started_at"], node["join_key"]["written_at"])
    # Only a start writes the copy; whether that of a further node does is not confirmed, so a start since counts, too.
    return bool(supplied) and not any(is_later(at, max(supplied)) for at in started)


def _supplied_at(node: Node, wanted: Mapping[str, Any]) -> str | None:
    entry = node["ledger"]["certificates"].get(FACT)
    return str(entry["supplied_at"]) if entry and entry["sha256"] == wanted["sha256"] else None


def _is_staged(node: Node, wanted: Mapping[str, Any]) -> bool:
    pending = node["access_keys"]["pending_root"]
    return pending is not None and pending["sha256"] == wanted["sha256"]
