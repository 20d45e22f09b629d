# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Who trusts whom among several deployments: which pairs are wanted, what is missing, and the matrix in words.

Trust has a direction: the *truster* accepts tokens that the *issuer* signs. The issuer is the one who can find out
(control-plane-api.md 4), so a pair is proven by one question to its issuer.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, TypedDict

from ..errors import InventoryError
from ..wording import printable

PairName = Tuple[str, str]  # truster, issuer


class Member(TypedDict):
    """One deployment's REST side. ``root_certificate`` has its facts and ``pem``; None when it could not be read."""

    url: str
    error: Optional[str]
    root_certificate: Optional[Dict[str, Any]]


class Pair(TypedDict):
    truster: str
    issuer: str
    trusted: Optional[bool]  # None: it could not be asked, see error
    error: Optional[str]


class Mesh(TypedDict):
    members: Dict[str, Member]
    pairs: List[Pair]


def wanted_pairs(peers: Mapping[str, Sequence[str] | None]) -> list[PairName]:
    """Both directions between every two that belong together: either lists the other, or lists nobody (None).

    Raises InventoryError for an Edge that lists one that is not known.
    """
    unknown = sorted({name for listed in peers.values() for name in listed or () if name not in peers})
    if unknown:
        raise InventoryError(
            f"Cannot find the Edges {', '.join(map(repr, unknown))} that edge_trust_peers names: no host of this run "
            "has them as edge_name. Correct the names, or run it with the nodes of these Edges.",
            unknown=unknown,
        )
    names = sorted(peers)
    return [(a, b) for a in names for b in names if a != b and (_lists(peers, a, b) or _lists(peers, b, a))]


def _lists(peers: Mapping[str, Sequence[str] | None], one: str, other: str) -> bool:
    listed = peers[one]
    return listed is None or other in listed


def untrusted(mesh: Mesh) -> list[Pair]:
    """The pairs of which the issuer said that it is not accepted."""
    return [pair for pair in mesh["pairs"] if pair["trusted"] is False]


def missing(mesh: Mesh) -> dict[str, list[dict[str, str]]]:
    """By truster the certificates that it needs, each named as its issuer."""
    found: dict[str, list[dict[str, str]]] = {}
    for pair in untrusted(mesh):
        root = mesh["members"][pair["issuer"]]["root_certificate"]
        if root is not None:
            found.setdefault(pair["truster"], []).append({"name": pair["issuer"], "content": str(root["pem"])})
    return found


def trusted(pairs: Iterable[Pair], truster: str, issuer: str) -> bool | None:
    """What is known of one pair."""
    return next((p["trusted"] for p in pairs if (p["truster"], p["issuer"]) == (truster, issuer)), None)


def matrix(mesh: Mesh) -> str:
    """A row per truster, a column per issuer: yes, no, ? for what could not be asked, - for what is not wanted."""
    names = sorted(mesh["members"])
    words = {(p["truster"], p["issuer"]): _word(p["trusted"]) for p in mesh["pairs"]}
    rows = [["accepts", *names], *([one, *(words.get((one, other), "-") for other in names)] for one in names)]
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def problems(mesh: Mesh) -> list[str]:
    """What keeps the mesh from being whole, in sentences without their last dot."""
    silent = [f"{name}: {member['error']}".rstrip(".") for name, member in mesh["members"].items() if member["error"]]
    asked = [
        f"whether {p['truster']} accepts {p['issuer']} could not be asked: {p['error']}".rstrip(".")
        for p in mesh["pairs"]
        if p["trusted"] is None and not any(mesh["members"][p[side]]["error"] for side in ("truster", "issuer"))
    ]
    return [*silent, *asked, *(f"{p['truster']} does not accept {p['issuer']}" for p in untrusted(mesh))]


def _word(said: bool | None) -> str:
    return "?" if said is None else "yes" if said else "no"
