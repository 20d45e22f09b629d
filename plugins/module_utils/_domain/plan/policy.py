# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What policy holds back of an Edge's needs, and what would be in vain or do harm without that.

``docs/policy.md`` has the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple

from ..keys.keys import has_foreign_join_key
from ..policy import ALL, ASK, CORRECT
from .rest import rest_error
from .shapes import (
    ACCESS_CA_CERTIFICATE,
    ACCESS_FEDERATION,
    BASE_URL,
    JOIN_KEY,
    JPD,
    JPD_LICENSE,
    MASTER_KEY,
    READ_AT_START,
    RESTART,
    SERVER_CERTIFICATE,
    SIGNING_KEY,
    STEPS,
    TLS,
    TLS_CA_CERTIFICATE,
    TLS_CA_PRUNE,
    TRUSTED_CERTIFICATE,
    EdgeView,
    Need,
)

# What always comes in vain, or too early, without something else.
_TAKES = {
    JOIN_KEY: (MASTER_KEY,),
    RESTART: (MASTER_KEY,),
    TLS_CA_PRUNE: (TLS_CA_CERTIFICATE,),  # one module does both, the wanted ones first
    SERVER_CERTIFICATE: (TLS_CA_CERTIFICATE,),
    TLS: (TLS_CA_CERTIFICATE, SERVER_CERTIFICATE, ACCESS_CA_CERTIFICATE),
    ACCESS_FEDERATION: (TRUSTED_CERTIFICATE, BASE_URL),
}
# What Mission Control does with an Edge that it knows.
_OF_REGISTERED = (JPD_LICENSE, SIGNING_KEY, ACCESS_FEDERATION)
_BEFORE_LATER = (MASTER_KEY, JOIN_KEY, *READ_AT_START, RESTART)
_AFTER_RESTART = STEPS[STEPS.index(RESTART) + 1 :]


@dataclass(frozen=True)
class Held:
    """A need that is left. ``policy`` is the word that holds it, or that holds what it waits for."""

    need: Need
    policy: str
    waits_for: Optional[str] = None

    def facts(self) -> dict[str, Any]:
        """The same as a part of the plan; ``name`` is what edge_policy and edge_approve call it."""
        return {
            **change_of(self.need),
            "name": self.need.name,
            "policy": self.policy,
            "waits_for": self.waits_for,
        }


def change_of(need: Need) -> dict[str, Any]:
    """A need as a change of the plan."""
    return {"step": need.step, "host": need.host, "reason": need.reason, "pass": 2 if need.later else 1}


def hold(view: EdgeView, needs: Sequence[Need]) -> Dict[Tuple[Any, ...], Held]:
    """What is left of these needs, by their keys: what policy holds, and what waits for that."""
    held = {need.key: Held(need, word) for need in needs for word in [_word(view, need)] if word is not None}
    more = True
    while held and more:
        by_name = {one.need.name: one for one in reversed(list(held.values()))}
        waiting = {
            need.key: Held(need, by_name[cause].policy, cause)
            for need in needs
            if need.key not in held
            for cause in [next((name for name in _takes(view, need) if _comes_first(by_name.get(name), need)), None)]
            if cause is not None
        }
        held.update(waiting)
        more = bool(waiting)
    return held


def _comes_first(held: Optional[Held], need: Need) -> bool:
    """Whether this is held, and no matter of a later pass."""
    return held is not None and (need.later or not held.need.later)


def _word(view: EdgeView, need: Need) -> Optional[str]:
    """The word that holds the need; None when it may be done."""
    word = view.edge.policy.word(need.name, step=need.step, final=need.final)
    approved = word == ASK and any(name in view.approved for name in (need.name, need.step, ALL))
    return None if word == CORRECT or approved else word


def _takes(view: EdgeView, need: Need) -> Iterator[str]:
    """The names of what has to be done for this need to make sense, of everything that may be held."""
    yield from need.after
    yield from _TAKES.get(need.name, ())
    if need.later:
        yield from _BEFORE_LATER
    elif need.step in (JOIN_KEY, *READ_AT_START):
        # What waits for a start on a disk takes effect at a time that nobody has chosen.
        yield RESTART
    elif need.step == RESTART and (view.is_new or _has_foreign_join_key(view)):
        # The first start of an Edge without a key makes one.
        yield JOIN_KEY
    if need.step in _AFTER_RESTART and rest_error(view) is not None:
        yield RESTART
    if need.step in _OF_REGISTERED and view.jpd is None:
        yield JPD


def _has_foreign_join_key(view: EdgeView) -> bool:
    """Whether a start would take a join key that is not the wanted one."""
    key = view.edge.join_key
    return key is not None and any(has_foreign_join_key(node, key) for node in view.nodes.values())
