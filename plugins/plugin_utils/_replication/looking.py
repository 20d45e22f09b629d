# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Reads all instances of a mesh side by side, and says which of them cannot take part in the run, and why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Mapping, Sequence, Union

from ...module_utils._client.security.lines import Lines
from ...module_utils._client.security.reading import Reading, read_instance
from ...module_utils._domain.errors import EdgeError, InventoryError
from ...module_utils._domain.replication import cycle
from ...module_utils._domain.replication.abilities import abilities_of
from .._action.progress import Speaker
from .members import Member


@dataclass(frozen=True)
class Look:
    """What was read, by name and in the order of priority. ``away``: why the others take no part."""

    read: Mapping[str, Reading]
    away: Mapping[str, str]


def look(members: Sequence[Member], *, level: int, parallel: int, speaker: Speaker) -> Look:
    """Read all of them. An instance that fails in any way is away: what is missing of it looks like a deletion.

    Raises InventoryError where two of them are one instance.
    """

    def read(member: Member) -> Union[Reading, EdgeError]:
        try:
            with Lines(lambda: member.connection.session(read_only=True), parallel) as lines:
                progress = speaker.about(f"Read {member.name}", None, "objects of a kind")
                found = read_instance(lines, level=level, choice=member.api, progress=progress)
        except EdgeError as exc:
            return exc
        if member.target and found.instance.may_write is False:
            return EdgeError("its token may read and not write. Give it the scope of an admin, or make it a source")
        return found

    with ThreadPoolExecutor(max_workers=len(members)) as pool:
        found = dict(zip((member.name for member in members), pool.map(read, members)))
    whole = {name: one for name, one in found.items() if isinstance(one, Reading)}
    _refuse_one_for_two(whole)
    return Look(whole, {name: one.msg for name, one in found.items() if isinstance(one, EdgeError)})


def for_the_cycle(member: Member, reading: Reading) -> cycle.Reading:
    """What was read, as the decisions take it."""
    served = {kind: one.api for kind, one in reading.instance.served.items()}
    return cycle.Reading(
        name=member.name,
        snapshot=reading.snapshot,
        repositories=reading.repositories,
        abilities=abilities_of(**served, roles=reading.roles),
        source=member.source,
        target=member.target,
        accounts=[reading.instance.username] if reading.instance.username else [],
        join=member.join,
    )


def _refuse_one_for_two(read: Mapping[str, Reading]) -> None:
    """Two URLs of one instance would see each other's writes as those of people."""
    names: dict[str, list[str]] = {}
    for name, one in read.items():
        if one.instance.service_id:
            names.setdefault(one.instance.service_id, []).append(name)
    twice = {identity: same for identity, same in names.items() if len(same) > 1}
    problems = [f"{' and '.join(same)} are one instance ({identity})" for identity, same in twice.items()]
    if problems:
        raise InventoryError(
            f"Cannot replicate: {'; '.join(problems)}. Correct the url of one of them, or take it out of the list.",
            problems=problems,
        )
