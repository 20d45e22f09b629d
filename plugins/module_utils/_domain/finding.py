# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Findings in words: what was seen that the collection does not change by itself, why, and what to do."""

from __future__ import annotations

from typing import Any, Mapping


def finding_line(finding: Mapping[str, Any]) -> str:
    """A finding with its reason and its remedy."""
    kind = "needs a person" if finding["needs_person"] else "note"
    return f"{kind}: {finding['what']}: {sentence(finding)}"


def sentence(finding: Mapping[str, Any]) -> str:
    """The reason and the remedy of a finding."""
    return f"{finding['reason'].rstrip('.')}. {finding['remedy']}."
