# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How a node's service is controlled: systemd, artifactoryctl, a command of the user's own, or not at all."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Sequence

from .._domain.errors import ServiceError
from .account import Account
from .layout import Layout
from .logs import quotable

AUTO = "auto"
SYSTEMD = "systemd"
ARTIFACTORYCTL = "artifactoryctl"
COMMAND = "command"
NONE = "none"
CONTROLS = (AUTO, SYSTEMD, ARTIFACTORYCTL, COMMAND, NONE)
UNIT = "artifactory.service"

QUERY_SECONDS = 30
# systemd waits 90 s for a start by default, the start script 60 s (shared.script.serviceStartTimeout).
ORDER_SECONDS = 300
LONGEST_QUOTE = 2000  # of what a command said
LONGEST_ANSWER = 1 << 18  # of a unit with a large environment
SYSTEMD_RUNS = Path("/run/systemd/system")  # what sd_booted(3) looks at


class Service:
    """One way to control the service of one node."""

    control = NONE

    def running(self) -> bool | None:
        """Whether it runs; None when this control cannot tell."""
        return None

    def start(self) -> None:
        """Start it. Raises ServiceError."""
        raise ServiceError(
            "Cannot start the service of the node: no control is set. Start it by hand, or set the option control."
        )

    def restart(self) -> None:
        """Start it again. Raises ServiceError."""
        self.start()

    def stop(self) -> None:
        """Stop it. Raises ServiceError."""
        raise ServiceError(
            f"Cannot stop the service of the node: the control {self.control} has no way to. Stop it by hand, or set "
            "the option control to systemd or artifactoryctl."
        )


class SystemdUnit(Service):
    """A systemd unit."""

    control = SYSTEMD

    def __init__(self, unit: str) -> None:
        self._unit = unit

    def state(self) -> dict[str, str]:
        """LoadState and ActiveState of the unit."""
        return self.properties("LoadState", "ActiveState")

    def properties(self, *names: str) -> dict[str, str]:
        """What systemd tells of the unit; a property that it tells several times has a line for each."""
        query = ["systemctl", "show", f"--property={','.join(names)}", "--", self._unit]
        _code, output = _run(query, QUERY_SECONDS, limit=LONGEST_ANSWER)
        found: dict[str, str] = {}
        for line in output.splitlines():
            name, separator, value = line.partition("=")
            if separator:
                found[name] = f"{found[name]}\n{value}" if name in found else value
        return found

    def running(self) -> bool | None:
        active = self.state().get("ActiveState")
        return None if active is None else active in ("active", "activating", "reloading")

    def start(self) -> None:
        _order(["systemctl", "start", "--", self._unit])

    def restart(self) -> None:
        _order(["systemctl", "restart", "--", self._unit])

    def stop(self) -> None:
        _order(["systemctl", "stop", "--", self._unit])


class ControlScript(Service):
    """The product's artifactoryctl, run as the service user, so that no file becomes root's (trap 12)."""

    control = ARTIFACTORYCTL

    def __init__(self, script: Path, account: Account) -> None:
        self._script = str(script)
        self._account = account

    def running(self) -> bool | None:
        code, _output = _run([self._script, "status"], QUERY_SECONDS, self._account)
        return code == 0

    def start(self) -> None:
        _order([self._script, "start"], self._account)

    def restart(self) -> None:
        # The product's script knows restart, but an older one starts before the old process has gone.
        self.stop()
        self.start()

    def stop(self) -> None:
        _order([self._script, "stop"], self._account)


class OwnCommand(Service):
    """A command of the user's own, for example one that restarts a container. Empty where nothing is to be started."""

    control = COMMAND

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    def start(self) -> None:
        _order(self._command)


def find(layout: Layout | None, control: str, unit: str = UNIT, command: Sequence[str] = ()) -> Service:
    """The control that was asked for; with auto the unit if there is one, else the script, else none."""
    if control == AUTO:
        control = _best(layout, unit)
    if control == COMMAND:
        return OwnCommand(command)
    if control == SYSTEMD:
        return SystemdUnit(unit)
    if control == ARTIFACTORYCTL and layout is not None:
        return ControlScript(layout.control_script, layout.account())
    return Service()


def _best(layout: Layout | None, unit: str) -> str:
    systemd = SYSTEMD_RUNS.is_dir() and shutil.which("systemctl") is not None
    if systemd and SystemdUnit(unit).state().get("LoadState") == "loaded":
        return SYSTEMD
    return ARTIFACTORYCTL if layout is not None and layout.control_script.is_file() else NONE


def _order(command: Sequence[str], account: Account | None = None) -> None:
    code, output = _run(command, ORDER_SECONDS, account)
    if code != 0:
        said = f" and said: {quotable(output)}" if output.strip() else ""
        raise ServiceError(
            f"Cannot control the service of the node: '{shlex.join(command)}' ended with {code}{said}. "
            "Run it on the node by hand to see why, or set another control."
        )


def _run(
    command: Sequence[str], seconds: int, account: Account | None = None, *, limit: int = LONGEST_QUOTE
) -> tuple[int, str]:
    """Exit code and the end of the output. A file takes the output: a service that the command leaves running would
    keep a pipe open for ever."""
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
                **_identity(account),
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


def _identity(account: Account | None) -> dict[str, Any]:
    """Root becomes the service user; anybody else stays who they are."""
    if account is None or os.geteuid() != 0 or account.uid == 0:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": account.groups()}
