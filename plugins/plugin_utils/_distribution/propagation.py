# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Propagates signing keys of the platform to the Edges that lack them: one request per key, for all Edges at once.

What an Edge has is read from itself, so a run over Edges that have the key sends nothing that changes anything. What
goes wrong with one Edge is data of it and stops no other.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ...module_utils._adapter.sessions import Connection
from ...module_utils._client.artifactory import Artifactory
from ...module_utils._client.distribution import Distribution
from ...module_utils._client.lifecycle import Lifecycle
from ...module_utils._client.problems import scrub
from ...module_utils._client.session import JFrogSession
from ...module_utils._client.signing_keys import read_trusted_signing_keys
from ...module_utils._domain.distribution import propagation as domain
from ...module_utils._domain.distribution.versions import V2, choose_form, propagates_by_alias
from ...module_utils._domain.errors import ApiError, EdgeError, TransportError
from ...module_utils._domain.observed import SigningKeySeen

PRESENT = "present"
PROPAGATED = "propagated"
PREDICTED = "to be propagated"
FAILED = "failed"

_UNKNOWN_KEY = "See whether the platform has a key pair of this name, and correct edge_signing_key or create it"


@dataclass(frozen=True)
class Asked:
    """One Edge that has to have a key; its name is that of its JPD."""

    name: str
    key: str
    connection: Connection


@dataclass
class Outcome:
    """What was done. ``edges`` and ``others``: by JPD name the key, the state and the reason."""

    edges: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    others: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    before: Dict[str, Any] = field(default_factory=dict)
    after: Dict[str, Any] = field(default_factory=dict)
    warnings: List[str] = field(default_factory=list)

    @property
    def failed(self) -> List[str]:
        """The asked Edges that do not have their key."""
        return [name for name, told in self.edges.items() if not told["ok"]]


def propagate(
    platform: Connection, asked: Sequence[Asked], *, release_bundle: str, read_only: bool, max_parallel: int
) -> Outcome:
    """See who lacks its key, and let the platform propagate it to them. Raises EdgeError when the platform fails us."""
    outcome = Outcome()
    seen = _read_edges(asked, max_parallel)
    with platform.session(read_only=read_only) as session:
        source = _source_keys(session)
        lacking: Dict[str, List[Asked]] = {}
        for one in asked:
            reason = domain.lacks(one.key, seen[one.name][0], source)
            if reason is None:
                _tell(outcome, one, PRESENT, f"it trusts the signing key '{one.key}'")
            else:
                lacking.setdefault(one.key, []).append(one)
                outcome.before[one.name] = seen[one.name][1] or reason
                outcome.after[one.name] = f"it trusts the signing key '{one.key}'"
        for key, edges in lacking.items():
            if read_only:
                for one in edges:
                    _tell(outcome, one, PREDICTED, outcome.before[one.name])
            else:
                _propagate_one(session, key, edges, release_bundle, outcome, max_parallel)
    for one in asked:  # in the order in which they were asked for
        outcome.edges[one.name] = outcome.edges.pop(one.name)
    return outcome


def _propagate_one(
    session: JFrogSession, key: str, edges: Sequence[Asked], release_bundle: str, outcome: Outcome, max_parallel: int
) -> None:
    try:
        answer = domain.from_api(_send(session, key, release_bundle))
    except (ApiError, TransportError) as exc:
        _settle(key, edges, _explained(exc, key, session.url), outcome, max_parallel)
        return
    for one in edges:
        reason = domain.failure(answer, one.name, key)
        _tell(outcome, one, FAILED if reason else PROPAGATED, reason or "the platform propagated the key to it")
    names = {one.name for one in edges}
    for jpd in answer.jpds:
        if jpd.name in names and jpd.alias not in ("", key):
            outcome.warnings.append(
                f"The key pair '{key}' has the alias '{jpd.alias}' on the Edges. Whether an Edge has a key is seen by "
                "its alias, so the key is propagated on every run: give the key pair an alias that equals its name."
            )
        elif jpd.name not in names and jpd.name not in outcome.edges:
            outcome.others[jpd.name] = {"key": key, "ok": jpd.succeeded, "status": jpd.status}
    outcome.warnings = list(dict.fromkeys(outcome.warnings))


def _send(session: JFrogSession, key: str, release_bundle: str) -> Any:
    """The one request for all deployments, in the form that this platform has."""
    distribution = Distribution(session).version()
    form = choose_form(release_bundle, str(Artifactory(session).version()["version"]), distribution)
    if form == V2:
        return Lifecycle(session).propagate_key(key)
    return Distribution(session).propagate_keys(key if propagates_by_alias(distribution) else None)


def _settle(key: str, edges: Sequence[Asked], error: EdgeError, outcome: Outcome, max_parallel: int) -> None:
    """After a refusal or no answer the Edges themselves say who got the key; it is not sent twice."""
    seen = _read_edges(edges, max_parallel)
    for one in edges:
        keys = seen[one.name][0]
        if keys is not None and domain.lacks(key, keys, ()) is None:
            _tell(outcome, one, PROPAGATED, "the platform's answer was lost, and the Edge has the key")
        else:
            _tell(outcome, one, FAILED, error.msg.rstrip("."))


def _explained(error: EdgeError, key: str, platform: str) -> EdgeError:
    """The error with what to do about a key that the platform does not know; the text of that answer is unpublished."""
    status = error.details.get("http_status")
    if status not in (400, 404) or error.details.get("http_method") != "POST":
        return error
    said = "; ".join(error.details.get("api_errors") or ())
    quoted = f' ("{said}")' if said else ""
    return ApiError(
        f"Cannot propagate the signing key '{key}' at the platform {platform}: it answered {status}{quoted}. "
        f"{_UNKNOWN_KEY}.",
        **error.details,
    )


def _read_edges(
    asked: Sequence[Asked], max_parallel: int
) -> Mapping[str, Tuple[Optional[List[SigningKeySeen]], Optional[str]]]:
    """By Edge its trusted keys, or None and why they could not be read."""

    def read(one: Asked) -> Tuple[Optional[List[SigningKeySeen]], Optional[str]]:
        try:
            with one.connection.session(read_only=True) as session:
                return read_trusted_signing_keys(session), None
        except EdgeError as exc:
            return None, exc.msg.rstrip(".")

    if not asked:
        return {}
    with ThreadPoolExecutor(max_workers=max(1, min(max_parallel, len(asked)))) as pool:
        return dict(zip((one.name for one in asked), pool.map(read, asked)))


def _source_keys(session: JFrogSession) -> List[SigningKeySeen]:
    """What the platform itself trusts. One that does not tell leaves the alias to compare."""
    try:
        return read_trusted_signing_keys(session)
    except ApiError as exc:
        if exc.details.get("http_status") == 401:
            raise
        return []


def _tell(outcome: Outcome, one: Asked, state: str, reason: str) -> None:
    outcome.edges[one.name] = {"key": one.key, "ok": state != FAILED, "state": state, "reason": scrub(reason)}
