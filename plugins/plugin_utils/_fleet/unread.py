# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Why a node could not be read: from what Ansible says of it to what can be done about it."""

from __future__ import annotations

import re
from typing import Any, Mapping

from ...module_utils._domain.wording import printable

# Said where a node is needed. The plan and the offboarding do without.
NO_ACCESS = "edge_node_access is none, so nothing is done on its nodes"
NOT_OBSERVED = "it was not observed in this run"
LONGEST_QUOTE = 200
# What ansible-core puts before messages from 2.19 on.
_PREFIX = re.compile(r"^(?:(?:Task|Action|Module) failed: )+")
# The words of Ansible's become plugins, and of sudo and su themselves.
_NO_RIGHTS = re.compile(
    r"(?:Missing|Incorrect) \w+ password|[Ii]ncorrect password|password is required|is not in the sudoers"
    r"|may not run sudo|Authentication failure|su: Permission denied"
)


def why_unread(result: Mapping[str, Any]) -> str:
    """The reason in a result of node_info that has no node in it."""
    message = _PREFIX.sub("", str(result.get("msg") or "").strip())
    if not message:
        return NOT_OBSERVED
    if "timedout" in result:
        return (
            f"{message.rstrip('.')}: the host hangs, or something that it waits for, such as a network file system. "
            "See what it does"
        )
    # A module that did not even start says why on another channel.
    stderr = str(result.get("module_stderr") or "").strip().splitlines()
    said = printable(stderr[-1])[:LONGEST_QUOTE] if stderr else ""
    if _NO_RIGHTS.search(f"{message} {said}"):
        return (
            f"its user may not become root there ({(said or message).rstrip('.')}). Give ansible_user the right to, or "
            "its password with --ask-become-pass"
        )
    return f"{message} It said: {said}" if said else message
