# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Warnings on the controller. What is in them may be somebody else's, and must not steer the terminal."""

from __future__ import annotations

from ansible.utils.display import Display

from ...module_utils._domain.wording import printable


def warn(text: str) -> None:
    """Show a warning. All of the controller's go through here; a test holds that."""
    Display().warning(printable(text))
