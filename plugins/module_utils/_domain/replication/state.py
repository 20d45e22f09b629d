# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a mesh remembers from run to run, as a pure value (security-replication.md 7.1).

Files are others' business. It is plain data for JSON and holds no secret. A base is what an instance was *seen* to
hold: it only moves by what was read there, so a write that failed, or that the instance altered, is never taken for
something that people did.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Collection, Mapping, Optional, Sequence, TypedDict, cast

from ..errors import EdgeError
from .difference import diff, put
from .grants import put_permission
from .merging import Merged
from .origins import Origin
from .references import cleaned
from .remarks import Remark, remark
from .scope import Scope, project
from .snapshot import GROUPS, KINDS, PERMISSIONS, Object, Path, Snapshot, value_at
from .tombstones import Tombstone, still_needed
from .writes import Write

FORMAT = "hybrid.jfrog security replication"
VERSION = 1
_SUM = "sha256"
_MISSING = object()


class StateError(EdgeError):
    """A state that cannot be used: damaged, of another version or of another mesh."""


class Instance(TypedDict):
    """What is known of one instance. ``run``: the last one that it took part in; ``last_success``: RFC 3339."""

    base: Snapshot
    run: int
    pending: list[Remark]
    repositories: dict[str, Optional[str]]
    apis: dict[str, str]  # by kind
    last_success: Optional[str]


class State(TypedDict):
    """The memory of a mesh."""

    format: str
    version: int
    mesh: str
    run: int
    scope: dict[str, Any]
    golden: Snapshot
    tombstones: dict[str, dict[str, Tombstone]]
    origins: dict[str, Origin]
    instances: dict[str, Instance]
    archived: dict[str, Instance]


def new_state(mesh: str, scope: Scope) -> State:
    """The state of a mesh that never ran: every instance is at its first contact, which deletes nothing."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "mesh": mesh,
        "run": 0,
        "scope": scope.as_data(),
        "golden": {},
        "tombstones": {},
        "origins": {},
        "instances": {},
        "archived": {},
    }


def sealed(state: State) -> dict[str, Any]:
    """The state with its checksum, as it is written."""
    return {**state, _SUM: _sum_of(state)}


def opened(content: Any, *, mesh: str) -> State:
    """The state that was read. Raises StateError for one that is damaged, too new, or of another mesh.

    A state that is lost is ``new_state``. One that is damaged is not: somebody has to look at it first.
    """
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _refused(mesh, "it is no state that this collection has written")
    if content.get("version") != VERSION:
        known = f"this version of the collection reads {VERSION}"
        raise _refused(mesh, f"its format has the version {content.get('version')}, and {known}")
    state = {key: value for key, value in content.items() if key != _SUM}
    if content.get(_SUM) != _sum_of(state) or set(state) != set(State.__annotations__):
        raise _refused(mesh, "it was changed or damaged since it was written. Put an older generation in its place")
    if state["mesh"] != mesh:
        raise StateError(
            f"Cannot use the state of the mesh '{mesh}': it is of the mesh '{state['mesh']}'. Correct the name of the "
            "mesh, or the path of its state.",
            mesh=state["mesh"],
        )
    return cast(State, state)


def refuse_moved(state: State, saved: Optional[State]) -> None:
    """Raises StateError when another run has saved since this one began: compare-and-swap on the number of the run."""
    if saved is not None and saved["run"] >= state["run"]:
        raise StateError(
            f"Cannot save the state of the mesh '{state['mesh']}' as run {state['run']}: another controller has saved "
            f"run {saved['run']} meanwhile. Let one run end before the next begins."
        )


def base_of(state: State, name: str) -> Optional[Snapshot]:
    """What the instance was last seen to hold; None for one that joins."""
    known = state["instances"].get(name)
    return None if known is None else known["base"]


def begin(state: State, merged: Merged, scope: Scope) -> State:
    """The state before the first write of a run: what was agreed. The bases have not moved yet.

    What is out of the scope now is forgotten, without a tombstone: when it comes back into the scope it is a first
    contact again, which deletes nothing.
    """
    return {
        **state,
        "run": state["run"] + 1,
        "scope": scope.as_data(),
        "golden": project(merged.golden, scope),
        "tombstones": {
            kind: {name: grave for name, grave in graves.items() if not scope.why_not(kind, name)}
            for kind, graves in merged.tombstones.items()
        },
        "origins": dict(merged.origins),
    }


def advance(
    state: State,
    name: str,
    *,
    observed: Snapshot,
    scope: Scope,
    writes: Sequence[Write] = (),
    read_back: Optional[Mapping[str, Mapping[str, Optional[Object]]]] = None,
    failed: Optional[Mapping[str, Mapping[str, str]]] = None,
    held: Collection[Path] = (),
    pending: Sequence[Remark] = (),
    repositories: Optional[Mapping[str, Optional[str]]] = None,
    apis: Optional[Mapping[str, str]] = None,
    at: Optional[str] = None,
) -> State:
    """The state after an instance was dealt with.

    ``observed``: what the run read at its beginning, canonical. ``writes``: those that were sent. ``read_back``: by
    kind and name the objects as they were read after their write, in the form of ``Write.after``, None for one that is
    not there. What is not in it was not written, so its base is what was observed: an edit that somebody made in
    between is seen by the next run. ``failed``: by kind and name why a write failed. ``held``: paths at which people
    disagree, so that the base stays what it was, and the next run finds the disagreement again. ``pending``: of the
    plan. ``at``: when, for a success.
    """
    earlier = state["instances"].get(name)
    known: Snapshot = earlier["base"] if earlier else {}
    seen = _overlaid(project(observed, scope), read_back or {})
    for path in sorted(held):
        if len(path) == 2 or value_at(seen, path[:2]) is not None:
            seen = put(seen, path, value_at(known, path, _MISSING), missing=_MISSING)
    left = [*pending, *_not_kept(writes, read_back or {}, failed or {})]
    instance: Instance = {
        "base": project(seen, scope),
        "run": state["run"],
        "pending": left,
        "repositories": dict(repositories if repositories is not None else earlier["repositories"] if earlier else {}),
        "apis": dict(apis if apis is not None else earlier["apis"] if earlier else {}),
        "last_success": at if at is not None and not failed else earlier["last_success"] if earlier else None,
    }
    instances = {**state["instances"], name: instance}
    archived = {other: value for other, value in state["archived"].items() if other != name}
    return _pruned({**state, "instances": instances, "archived": archived})


def archive(state: State, name: str) -> State:
    """The state without an instance that was taken out of the mesh. Nothing is written there; coming back is a join."""
    if name not in state["instances"]:
        return state
    instances = {other: value for other, value in state["instances"].items() if other != name}
    archived = {**state["archived"], name: state["instances"][name]}
    return _pruned({**state, "instances": instances, "archived": archived})


def _overlaid(base: Snapshot, read_back: Mapping[str, Mapping[str, Optional[Object]]]) -> Snapshot:
    """The base with what was read after the writes."""
    objects = [(kind, name) for kind in KINDS for name in read_back.get(kind, {})]
    if not objects:
        return base
    made: Snapshot = json.loads(json.dumps(base))
    gone: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, name in objects:
        value = read_back[kind][name]
        if kind == PERMISSIONS:
            put_permission(made, name, value)
        elif value is None:
            made.get(kind, {}).pop(name, None)
        else:
            # Its grants are told by its permissions.
            grants = {key: inner for key, inner in made.get(kind, {}).get(name, {}).items() if key in _GRANTS}
            made.setdefault(kind, {})[name] = {**(grants or _no_grants(made)), **value}
        if value is None:
            gone[kind].add(name)
    return cleaned(made, groups=gone[GROUPS], permissions=gone[PERMISSIONS])


_GRANTS = (PERMISSIONS, "resources")


def _no_grants(snapshot: Snapshot) -> Object:
    return {PERMISSIONS: {}} if PERMISSIONS in snapshot else {}


def _not_kept(
    writes: Sequence[Write],
    read_back: Mapping[str, Mapping[str, Optional[Object]]],
    failed: Mapping[str, Mapping[str, str]],
) -> list[Remark]:
    """What was written and is not there: the instance refused it, or dropped it without a word (D9 of 2.7)."""
    found = []
    last = {(one["kind"], one["name"]): one for one in writes}
    for (kind, name), write in last.items():
        why = failed.get(kind, {}).get(name)
        if why is not None:
            seen = read_back.get(kind, {}).get(name, write["before"])
            found.append(remark((kind, name), wanted=write["after"], seen=seen, reason=why))
            continue
        if name not in read_back.get(kind, {}):
            continue
        there, wanted = read_back[kind][name], write["after"]
        if there is None or wanted is None:
            if there is not wanted:
                reason = "it was written, and is not there" if there is None else "it was deleted, and is still there"
                found.append(remark((kind, name), wanted=wanted, seen=there, reason=reason))
            continue
        for change in diff({kind: {name: there}}, {kind: {name: _known(wanted, there)}}):
            reason = "it was written, and the instance has something else"
            before = value_at({kind: {name: there}}, change.path)
            found.append(remark(change.path, wanted=change.value, seen=before, reason=reason))
    return found


def _known(wanted: Object, there: Object) -> Object:
    """What is wanted, with the fields that only the answer has: nobody asked for those."""
    return {**{key: value for key, value in there.items() if key not in wanted}, **wanted}


def _pruned(state: State) -> State:
    """Without tombstones and origins that no instance can need any more."""
    instances = state["instances"].values()
    oldest = min((one["run"] for one in instances), default=0)
    graves = still_needed(state["tombstones"], [one["base"] for one in instances])
    origins = {key: origin for key, origin in state["origins"].items() if origin["run"] > oldest}
    tombstones = {kind: dict(named) for kind, named in graves.items()}
    return {**state, "tombstones": tombstones, "origins": origins}


def _sum_of(state: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(state, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _refused(mesh: str, why: str) -> StateError:
    return StateError(
        f"Cannot use the state of the mesh '{mesh}': {why}. Without it the next run is a first contact, which deletes "
        "nothing: take it out of the way to have that.",
        mesh=mesh,
    )
