# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a node that could not be read. The messages are those of ansible-core 2.16 to 2.19 and of sudo."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.unread import why_unread

MAY_NOT = "Give ansible_user the right to, or its password with --ask-become-pass"
NO_SUDOER = "guest is not in the sudoers file.  This incident will be reported."


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        pytest.param({}, "it was not observed in this run", id="nothing"),
        pytest.param({"msg": "No route to host", "unreachable": True}, "No route to host", id="as-it-is"),
        pytest.param({"msg": "Task failed: Module failed: no such node"}, "no such node", id="without-prefixes"),
        pytest.param(
            {"msg": "Task failed: Missing sudo password"},
            f"its user may not become root there (Missing sudo password). {MAY_NOT}",
            id="no-password",
        ),
        pytest.param(
            {"msg": "MODULE FAILURE", "module_stderr": f"\nWarning: x\n{NO_SUDOER}\n"},
            f"its user may not become root there ({NO_SUDOER.rstrip('.')}). {MAY_NOT}",
            id="no-sudoer",
        ),
        pytest.param(
            {"msg": "MODULE FAILURE", "module_stderr": "/bin/sh: 1: /usr/bin/python3: not found"},
            "MODULE FAILURE It said: /bin/sh: 1: /usr/bin/python3: not found",
            id="no-python",
        ),
        pytest.param(
            {"msg": "Timed out after 180 second(s).", "timedout": {"period": 180}},
            "Timed out after 180 second(s): the host hangs, or something that it waits for, such as a network file "
            "system. See what it does",
            id="hangs",
        ),
    ],
)
def test_why_unread_says_what_can_be_done(result: dict[str, Any], reason: str) -> None:
    assert why_unread(result) == reason
