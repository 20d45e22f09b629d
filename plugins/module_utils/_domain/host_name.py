# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Names and addresses of hosts, so that two ways of writing one of them compare as one."""

from __future__ import annotations

import ipaddress


def is_address(text: str) -> bool:
    """Whether this is an IP address and no name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def normal(text: str) -> str:
    """The one form of a name or an address."""
    return str(ipaddress.ip_address(text)) if is_address(text) else text.lower().rstrip(".")
