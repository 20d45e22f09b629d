# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a person reads at the end of a rotation of join keys."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping

from ..wording import printable

_STATES = {
    "done": "the join key was rotated",
    "rotating": "the rotation is not finished",
    "refused": "the join key was not rotated",
    "predicted": "the join key would be rotated",
}
_EVERY_OTHER = (
    "Give the key to every other product that joins this Edge (Xray, Distribution, Insight …) and is not in the group "
    "jfrog_products; it is refused until then"
)


def text(edges: Iterable[Mapping[str, Any]]) -> str:
    """One paragraph per Edge: how it ended, why, and what is left to a person."""
    return "\n".join(printable(line) for edge in edges for line in _lines(edge))


def headline(edges: List[Mapping[str, Any]]) -> str:
    """The whole in one sentence."""
    done = sum(edge["state"] == "done" for edge in edges)
    return f"{done} of {len(edges)} join keys rotated"


def _lines(edge: Mapping[str, Any]) -> Iterable[str]:
    key = f" to {edge['fingerprint']}" if edge["fingerprint"] else ""
    yield f"{edge['name']}: {_STATES[edge['state']]}{key}: {edge['reason']}"
    if edge["remedy"]:
        yield f"  {edge['remedy']}"
    if edge["backup_file"]:
        yield f"  The former key is kept in {edge['backup_file']}"
    if edge["state"] == "rotating":
        yield "  Run the playbook again; it goes on with the same key"
    if edge["state"] == "refused":
        return
    if edge["products"]:
        yield f"  Products of the inventory: {', '.join(edge['products'])}"
    if edge["untold"] is None:
        yield f"  {_EVERY_OTHER}"
    elif edge["untold"]:
        yield f"  Give the key to {', '.join(edge['untold'])}, too: jfrog_products has no host for them"
