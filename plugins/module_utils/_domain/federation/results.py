# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What Mission Control says of the steps that it has done: a 200 may hold failures (control-plane-api.md, Traps 29)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, List, Mapping, Sequence, Tuple

from ..wording import printable

OK = "OK"
WARNING = "WARNING"

CIRCLE_REMEDY = (
    "Pairing is not enough for it. Let each of the two trust the other's root certificate: edge_trust_method "
    "circle_of_trust for an Edge and the platform, the playbook trust_edges for Edges, a request to JFrog Support for "
    "what a platform in the cloud has to trust"
)
BASE_URL_REMEDY = "Set the base URL, edge_base_url for an Edge"
CONNECTION_REMEDY = "Check that the platform shows this JPD as ONLINE"
OTHER_REMEDY = "Correct what Mission Control names"


@dataclass(frozen=True)
class Failure:
    """One thing that could not be done, and what to do about it."""

    what: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}: {self.reason.rstrip('.')}. {self.remedy}"

    def mentions(self, name: str) -> bool:
        """Whether it is about this source or target; Mission Control's labels name them in words."""
        return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", self.what) is not None


def read_steps(steps: Sequence[Any]) -> Tuple[List[Failure], List[str]]:
    """Failures and warnings of a list of steps. A status that no page knows counts as a failure."""
    failures: List[Failure] = []
    warnings: List[str] = []
    for step in steps:
        said = step if isinstance(step, Mapping) else {"label": step, "status": "?"}
        status = str(said.get("status")).upper()
        label = printable(str(said.get("label")))
        message = printable(str(said.get("status_message") or said.get("message") or f"the status is {status}"))
        if status == WARNING:
            warnings.append(f"Mission Control warns: {label}: {message}")
        elif status != OK:
            failures.append(Failure(label, message, _remedy(f"{label} {message}".lower())))
    return failures, warnings


def untrusted(source: str, target: str, said: str) -> Failure:
    """What a refused test of the circle of trust means."""
    return Failure(f"{target} does not accept {source}", said, CIRCLE_REMEDY)


def _remedy(said: str) -> str:
    if "trust" in said:
        return CIRCLE_REMEDY
    if "base url" in said:
        return BASE_URL_REMEDY
    if "connect" in said or "get configuration" in said or "access token" in said:
        return CONNECTION_REMEDY
    return OTHER_REMEDY
