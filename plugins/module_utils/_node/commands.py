# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Commands on the node's host: bounded in time, and never waiting for what they leave running."""

from __future__ import annotations

import os
import pwd
import shlex
import subprocess
import tempfile
from typing import Any, Dict, Sequence

from .._domain.errors import ServiceError
from .account import Account

QUERY_SECONDS = 30
# systemd waits 90 s for a start by default, the start script 60 s (shared.script.serviceStartTimeout).
ORDER_SECONDS = 300
LONGEST_QUOTE = 2000  # of what a command said


def query(command: Sequence[str], account: Account | None = None, *, limit: int = LONGEST_QUOTE) -> tuple[int, str]:
    """Exit code and the end of the output of a command that only looks. Raises ServiceError."""
    return _run(command, QUERY_SECONDS, account, limit)


def order(command: Sequence[str], account: Account | None = None) -> tuple[int, str]:
    """The same for a command that changes something. Raises ServiceError when it cannot be run or does not end."""
    return _run(command, ORDER_SECONDS, account, LONGEST_QUOTE)


def _run(command: Sequence[str], seconds: float, account: Account | None, limit: int) -> tuple[int, str]:
    """A file takes the output: a service that the command leaves running would keep a pipe open for ever."""
    with tempfile.TemporaryFile() as output:
        try:
            ended = subprocess.run(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
                start_new_session=True,
                **as_account(account),
            )
        except subprocess.TimeoutExpired:
            raise ServiceError(
                f"Cannot control the service of the node: '{shlex.join(command)}' did not end within {seconds} "
                "seconds. Look at the node's processes and logs."
            ) from None
        except OSError as exc:
            raise ServiceError(
                f"Cannot control the service of the node: '{command[0]}' cannot be run "
                f"({(exc.strerror or 'unknown').lower()}). Correct the option control, or what it names."
            ) from exc
        output.seek(max(0, output.seek(0, os.SEEK_END) - limit))
        return ended.returncode, output.read().decode("utf-8", errors="replace")


def as_account(account: Account | None) -> Dict[str, Any]:
    """Root becomes the service user, as a login would make it; anybody else stays who they are."""
    if account is None or os.geteuid() != 0 or account.uid == 0:
        return {}
    try:
        home = pwd.getpwuid(account.uid).pw_dir
    except KeyError:  # a number that only a container knows
        home = "/"
    # Root's own folder and home are closed to that user, and a start script that looks for one of them would fail.
    environment = {**os.environ, "HOME": home, "USER": account.user, "LOGNAME": account.user}
    identity = {"user": account.uid, "group": account.gid, "extra_groups": account.groups()}
    return {**identity, "cwd": "/", "env": environment}
