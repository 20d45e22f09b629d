# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How a node's service is controlled: systemd, artifactoryctl, a command of the user's own, or not at all."""

from __future__ import annotations

import shlex
import shutil
from datetime import datetime, timezone
from pathlib import Path
from typing import List, Sequence

from .._domain.errors import ServiceError
from . import commands, files, systemd
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

LONGEST_ANSWER = 1 << 18  # of a unit with a large environment
NO_UNIT = "not-found"  # LoadState of a unit of which systemd knows nothing
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

    def complaints(self, since: datetime) -> List[str]:
        """What this control has noted about the service since then; the product's own logs are not its business."""
        return []


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
        _code, output = commands.query(query, limit=LONGEST_ANSWER)
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
        self._order("start")

    def restart(self) -> None:
        self._order("restart")

    def stop(self) -> None:
        self._order("stop")

    def complaints(self, since: datetime) -> List[str]:
        return systemd.journal(self._unit, since)

    def _order(self, verb: str) -> None:
        since = datetime.now(timezone.utc)
        code, output = commands.order(["systemctl", verb, "--", self._unit])
        if code != 0:
            raise systemd.refused(verb, self._unit, output, self.complaints(since))


class ControlScript(Service):
    """The product's artifactoryctl, run as the service user, so that no file becomes root's (trap 12)."""

    control = ARTIFACTORYCTL

    def __init__(self, script: Path, account: Account) -> None:
        self._script = str(script)
        self._account = account

    def running(self) -> bool | None:
        code, _output = commands.query([self._script, "status"], self._account)
        return code == 0

    def start(self) -> None:
        _demand([self._script, "start"], self._account)

    def restart(self) -> None:
        # The product's script knows restart, but an older one starts before the old process has gone.
        self.stop()
        self.start()

    def stop(self) -> None:
        _demand([self._script, "stop"], self._account)


class OwnCommand(Service):
    """A command of the user's own, for example one that restarts a container. Empty where nothing is to be started."""

    control = COMMAND

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    def start(self) -> None:
        _demand(self._command)


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
    booted = SYSTEMD_RUNS.is_dir() and shutil.which("systemctl") is not None
    # A unit that is masked or cannot be read is there all the same: to start the node behind its back would be wrong.
    if booted and SystemdUnit(unit).state().get("LoadState", NO_UNIT) != NO_UNIT:
        return SYSTEMD
    return ARTIFACTORYCTL if layout is not None and files.exists(layout.control_script) else NONE


def _demand(command: Sequence[str], account: Account | None = None) -> None:
    code, output = commands.order(command, account)
    if code != 0:
        said = f" and said: {quotable(output)}" if output.strip() else ""
        raise ServiceError(
            f"Cannot control the service of the node: '{shlex.join(command)}' ended with {code}{said}. "
            "Run it on the node by hand to see why, or set another control."
        )
