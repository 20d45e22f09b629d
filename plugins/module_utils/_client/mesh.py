# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Reads who trusts whom: one root certificate per deployment and one question per pair, all deployments side by side.

What goes wrong with one deployment is data of it and stops no other. Nothing is asked about one that does not answer
us: its peers would wait for it as long as their own time limits are.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Sequence

from .._domain.certificate.load import load_trusted
from .._domain.errors import EdgeError
from .._domain.trust.mesh import Member, Mesh, Pair, PairName
from .._domain.url import normal
from .access import Access
from .session import JFrogSession


@dataclass(frozen=True)
class Source:
    """One deployment: its URL as the others reach it, and how to open a session with it."""

    name: str
    url: str
    open: Callable[[], JFrogSession]


def read_mesh(sources: Sequence[Source], pairs: Sequence[PairName], *, now: datetime, max_parallel: int = 32) -> Mesh:
    """What the deployments say. Never raises for what one of them does wrong."""
    with ThreadPoolExecutor(max_workers=max(1, min(max_parallel, len(sources)))) as pool:
        read = pool.map(lambda source: _read(source, now), sources)
        members = dict(zip((source.name for source in sources), read))
    return {"members": members, "pairs": ask(sources, members, pairs, max_parallel=max_parallel)}


def ask(
    sources: Sequence[Source], members: dict[str, Member], pairs: Sequence[PairName], *, max_parallel: int = 32
) -> list[Pair]:
    """What the issuers say of these pairs, in the same order; each issuer is asked over one connection."""
    by_name = {source.name: source for source in sources}
    questions: dict[str, list[str]] = {}
    for truster, issuer in pairs:
        questions.setdefault(issuer, []).append(truster)
    with ThreadPoolExecutor(max_workers=max(1, min(max_parallel, len(questions) or 1))) as pool:
        asked = pool.map(
            lambda item: _ask(by_name[item[0]], [by_name[name] for name in item[1]], members), questions.items()
        )
        answers = {(pair["truster"], pair["issuer"]): pair for found in asked for pair in found}
    return [answers[pair] for pair in pairs]


def _read(source: Source, now: datetime) -> Member:
    member: Member = {"url": normal(source.url), "error": None, "root_certificate": None}
    try:
        with source.open() as session:
            text = Access(session).root_certificate()
        found = load_trusted(text, now=now, what=f"the root certificate of {source.url}")
        member["root_certificate"] = {**found.facts(), "pem": found.pem}
    except EdgeError as exc:
        member["error"] = exc.msg
    return member


def _ask(issuer: Source, trusters: Sequence[Source], members: dict[str, Member]) -> list[Pair]:
    silent = {source.name for source in (issuer, *trusters) if members[source.name]["error"]}
    found: list[Pair] = [
        {"truster": truster.name, "issuer": issuer.name, "trusted": None, "error": None} for truster in trusters
    ]
    try:
        with issuer.open() as session:
            for pair, truster in zip(found, trusters):
                name = next((name for name in (issuer.name, truster.name) if name in silent), None)
                if name is not None:
                    pair["error"] = f"{name} does not answer"
                else:
                    _ask_one(session, pair, truster)
    except EdgeError as exc:  # the session could not be made: a CA file that is missing, for example
        for pair in found:
            pair["error"] = pair["error"] or exc.msg
    return found


def _ask_one(session: JFrogSession, pair: Pair, truster: Source) -> None:
    try:
        pair["trusted"] = Access(session).validate_server(truster.url.rstrip("/") + "/access")
    except EdgeError as exc:
        pair["error"] = exc.msg
