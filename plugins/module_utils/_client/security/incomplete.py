# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What must not be taken for a deletion: an instance that told only a part of what it has."""

from __future__ import annotations

from ..._domain.errors import EdgeError


class IncompleteError(EdgeError):
    """A list with objects missing, so nothing may be concluded from what is not in it."""


def incomplete(url: str, kind: str, what: str) -> IncompleteError:
    """The error for one kind of objects at one instance."""
    return IncompleteError(
        f"Cannot read all {kind} of {url}: {what}. Nothing that is missing is taken for deleted. Look at the instance "
        "and at what is between, such as a proxy that keeps answers, and try again.",
        kind=kind,
        url=url,
    )
