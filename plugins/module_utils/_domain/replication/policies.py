# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a run does where people disagree, or where somebody is missing (security-replication.md 7.2).

Every option has the safe value as its default; ``PLUGIN_COMPATIBLE`` has the values of the old plugin.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Mapping, Union

from ..errors import InventoryError

PRIORITY, FAIL, KEEP = "priority", "fail", "keep"
DELETE, MODIFY = "delete", "modify"
UNITED, UNION = "principals_united", "union"
ELEMENTS, WHOLE = "elements", "whole"
SKIP, QUORUM, ALL, NO_DELETES = "skip", "quorum", "all", "no_deletes"
REPORT, ADOPT, ADOPT_AND_PRUNE = "report", "adopt", "adopt_and_prune"

# The first value is the default.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "scalar_conflict": (PRIORITY, FAIL, KEEP),
    "delete_against_modify": (DELETE, MODIFY, FAIL),
    "create_on_both": (PRIORITY, UNITED, UNION, FAIL),
    "actions": (ELEMENTS, WHOLE),
    "patterns": (WHOLE, ELEMENTS),
    "unreachable": (SKIP, QUORUM, ALL, NO_DELETES),
    "join": (REPORT, UNION, ADOPT, ADOPT_AND_PRUNE),
    "references": ("clean", "leave"),
}
PLUGIN = "plugin_compatible"


@dataclass(frozen=True)
class Policies:
    """The policies of one run.

    ``scalar_conflict``: two sides set one value differently. ``priority``: the first in order wins; ``fail``: the run
    stops; ``keep``: it stays different, and is reported in every run until people agree.

    ``delete_against_modify``: one side deletes what another one changes. ``delete``, ``modify`` or ``fail``.

    ``create_on_both``: two sides make an object of one name differently. ``priority``: the first one's, whole, with its
    principals, and nobody else's; ``principals_united``: the first one's, and the grants of all (the plugin);
    ``union``: the union of its sets and maps; ``fail``.

    ``actions``: the mask of a grant is merged by single actions (``elements``), or is one value (``whole``).

    ``patterns``: the patterns of a target are one value (``whole``), since a union of two lists that were both replaced
    grants more than either meant; or they are merged one by one (``elements``).

    ``unreachable``: an instance does not answer. ``skip``: it catches up later; ``quorum``: more than half have to
    answer; ``all``; ``no_deletes``: nothing is deleted in such a run.

    ``join``: an instance without a base. ``report``: only told, until it is confirmed by one of the others; ``union``:
    what only it has goes to all; ``adopt``: it takes what is agreed and keeps its own to itself; ``adopt_and_prune``:
    it loses its own.

    ``deletes``: switched off, an object that somebody deleted is held: it stays where it is, and nothing of it is
    replicated until it is switched on again, or the object is made again.

    ``references``: whether memberships in, and grants for, what is deleted go with it (``clean``).
    """

    scalar_conflict: str = PRIORITY
    delete_against_modify: str = DELETE
    create_on_both: str = PRIORITY
    actions: str = ELEMENTS
    patterns: str = WHOLE
    unreachable: str = SKIP
    join: str = REPORT
    references: str = "clean"
    deletes: bool = True


PLUGIN_COMPATIBLE = Policies(
    create_on_both=UNITED, actions=WHOLE, patterns=ELEMENTS, unreachable=QUORUM, join=UNION, references="leave"
)


def read_policies(said: Union[str, Mapping[str, Any], None] = None) -> Policies:
    """The policies of an inventory: ``plugin_compatible``, or values by option, from ``preset`` where it has one.

    Raises InventoryError with all problems at once.
    """
    given = {"preset": said} if isinstance(said, str) else dict(said or {})
    preset = given.pop("preset", None)
    problems = [] if preset in (None, PLUGIN) else [f"the preset '{preset}' is not known; there is {PLUGIN}"]
    known = {field.name for field in fields(Policies)}
    for option, value in given.items():
        if option not in known:
            problems.append(f"the policy '{option}' is not known; there are {', '.join(sorted(known))}")
        elif option in CHOICES and value not in CHOICES[option]:
            problems.append(f"{option} is '{value}', which is none of {', '.join(CHOICES[option])}")
        elif option not in CHOICES and not isinstance(value, bool):
            problems.append(f"{option} is '{value}', which is neither true nor false")
    if problems:
        raise InventoryError(f"Cannot replicate by these policies: {'; '.join(problems)}.", problems=problems)
    return replace(PLUGIN_COMPATIBLE if preset == PLUGIN else Policies(), **given)


@dataclass(frozen=True)
class Quorum:
    """Whether the run goes on with the instances that answered, whether it may delete, and why not."""

    goes_on: bool
    deletes: bool
    reason: str = ""


def quorum(policies: Policies, *, reachable: int, total: int) -> Quorum:
    """What the policy for unreachable instances says of these numbers; the plugin wants a strict majority (2.1)."""
    missing = f"{total - reachable} of {total} instances did not answer"
    if reachable == total:
        return Quorum(True, policies.deletes)
    if policies.unreachable == ALL:
        return Quorum(False, False, f"{missing}, and all have to")
    if policies.unreachable == QUORUM and 2 * reachable <= total:
        return Quorum(False, False, f"{missing}, and more than half have to")
    return Quorum(reachable > 0, policies.deletes and policies.unreachable != NO_DELETES, missing)
