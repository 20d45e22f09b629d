# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machine needs so that hosts can boot on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from booted_hosts import machine, root
from booted_hosts.errors import HostError

# What has to be there, and the Debian package that brings it. All of /usr, because the hosts share that.
PROGRAMS = {
    "/usr/bin/systemd-nspawn": "systemd-container",
    "/usr/lib/systemd/systemd": "systemd",
    "/usr/bin/dbus-daemon": "dbus",
    "/usr/sbin/sshd": "openssh-server",
    "/usr/bin/ssh": "openssh-client",
    "/usr/bin/ssh-keygen": "openssh-client",
    "/usr/bin/sudo": "sudo",
    "/usr/bin/python3": "python3",
}
TRIAL_SECONDS = 20


def demand() -> None:
    """Raises HostError when hosts cannot boot here, with what is missing."""
    if os.geteuid() != 0:
        raise HostError("Hosts that boot systemd need root, and this is another user. Run it as root.")
    missing = {program: package for program, package in PROGRAMS.items() if not shutil.which(program)}
    if missing:
        packages = " ".join(sorted({*missing.values()}))
        raise HostError(f"Not found: {', '.join(missing)}. Install them, on Debian with: apt-get install {packages}")
    _try_namespaces()


def _try_namespaces() -> None:
    """Whether nspawn may do here what it needs: a container often may not, even as root."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "root"
        root.lay_out_folders(tree)
        command = [*machine.nspawn(tree, "trial"), "--", "/usr/bin/true"]
        try:
            subprocess.run(
                command,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=TRIAL_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise HostError(f"systemd-nspawn did nothing for {TRIAL_SECONDS} seconds on this machine.") from error
        except subprocess.CalledProcessError as error:
            said = " ".join(error.stdout.decode(errors="replace").split())
            raise HostError(f"systemd-nspawn may not make a host on this machine. It says: {said}") from error
