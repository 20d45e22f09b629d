# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Labels that a user puts on the metrics, so that two files of one host can be told apart."""

from __future__ import annotations

import re
from typing import List, Mapping

# The labels of the metrics themselves; a test compares them.
OWN = (
    *("city", "country", "edge", "fact", "jfrog_instance", "kind", "outcome", "phase", "platform", "state", "step"),
    *("version", "where"),
    *("instance", "job"),  # what Prometheus itself puts on what it collects
)
# What Prometheus takes as the name of a label; two underscores at the beginning are its own.
_NAME = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")


def label_problems(labels: Mapping[str, str]) -> List[str]:
    """Why these cannot be labels of the metrics, in words."""
    problems = [f"{name!r} is no name of a label" for name in labels if _NAME.fullmatch(name) is None]
    return problems + [f"the metrics have a label {name!r} of their own" for name in labels if name in OWN]
