# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are reached over SSH and cost a megabyte each: for what a local connection cannot show.

A host is an OpenSSH server in namespaces of its own (mounts, processes, host name), whose file system is this machine's
with a layer over it that is lost with the host. It listens at an address of the loopback network, so nobody else gets
there. Folders that are shared are the same inside and outside. All hosts end with the process that made them, however
that ends.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

FIRST_ADDRESS = ipaddress.IPv4Address("127.0.77.1")
PORT = 22022
START_SECONDS = 60.0

# $1: folder of the host, $2: its name, then the shared folders up to "--", then the command of the SSH server. All that
# is mounted goes with the namespace. The machine's own /run is not shared: systemd is there, and the host has none.
_HOST = """
set -e
folder=$1 name=$2; shift 2
mount -t tmpfs -o mode=0755 tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs -o mode=0755 tmpfs run
mkdir run/sshd
while [ "$1" != -- ]; do mkdir -p ".$1"; mount --bind "$1" ".$1"; shift; done
shift
hostname "$name"
exec chroot . "$@"
"""


class HostsUnavailable(Exception):
    """Why hosts cannot be made here, and what to do about it."""


@dataclass(frozen=True)
class Host:
    """A host that can be reached."""

    name: str
    address: str


class LightHosts:
    """``with LightHosts(5, folder, shared=[...]) as hosts:`` five hosts named host-1 and so on.

    ``folder`` holds keys and mount points; ``shared`` are folders that the hosts see as they are. It belongs to the
    thread that enters it, since the hosts end with that. Raises HostsUnavailable.
    """

    def __init__(self, number: int, folder: Path, *, shared: Sequence[Path] = (), names: Sequence[str] = ()) -> None:
        self.folder = folder.resolve()
        self._shared = [path.resolve() for path in shared]
        given = names or [f"host-{one}" for one in range(1, number + 1)]
        self.hosts = [Host(name, str(FIRST_ADDRESS + place)) for place, name in enumerate(given)]
        self._processes: list[subprocess.Popen[bytes]] = []
        # A socket's path may have 107 characters at most, so the connections that are kept open have a folder on top.
        self._sockets = tempfile.TemporaryDirectory(prefix="hosts-", dir="/tmp", ignore_cleanup_errors=True)

    def __enter__(self) -> LightHosts:
        demand_rights()
        taken = [host.address for host in self.hosts if _answers(host)]
        if taken:
            raise HostsUnavailable(f"others have hosts at {', '.join(taken)}. Wait for them, or end them")
        try:
            self._make_keys()
            self._processes = [self._start(host) for host in self.hosts]
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End all hosts and everything that runs in them."""
        for process in self._processes:
            process.kill()  # and with it what it has forked: --kill-child
        for process in self._processes:
            process.wait()
        self._processes = []
        self._sockets.cleanup()

    @property
    def process_ids(self) -> list[int]:
        """The first process of each host, as this machine counts them."""
        return [process.pid for process in self._processes]

    def variables(self, host: Host) -> dict[str, Any]:
        """How Ansible reaches a host."""
        options = {
            "UserKnownHostsFile": self.folder / "known_hosts",
            "IdentityFile": self.folder / "client",
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
            "ControlPath": Path(self._sockets.name, "%C"),
            "ControlMaster": "auto",
            "ControlPersist": "60s",
        }
        return {
            "ansible_connection": "ssh",
            "ansible_host": host.address,
            "ansible_port": PORT,
            "ansible_user": "root",
            "ansible_ssh_common_args": "-F none " + " ".join(f"-o {name}={value}" for name, value in options.items()),
        }

    def _make_keys(self) -> None:
        """One key pair for the controller, and one for all hosts."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("client", "server"):
            if not (self.folder / name).exists():
                command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(self.folder / name)]
                subprocess.run(command, check=True, timeout=30)
        shutil.copy(self.folder / "client.pub", self.folder / "authorized_keys")
        known = (self.folder / "server.pub").read_text()
        (self.folder / "known_hosts").write_text(f"* {known}")

    def _start(self, host: Host) -> subprocess.Popen[bytes]:
        mounted = self.folder / "mounts" / host.name
        mounted.mkdir(parents=True, exist_ok=True)
        options = {
            "ListenAddress": f"{host.address}:{PORT}",
            "HostKey": self.folder / "server",
            "AuthorizedKeysFile": self.folder / "authorized_keys",
            "PidFile": "none",
            "UsePAM": "no",
            "UseDNS": "no",
            "StrictModes": "no",
            "PasswordAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "MaxStartups": "200:30:400",
            "Subsystem": "sftp internal-sftp",
        }
        server = [str(sshd()), "-D", "-e", "-f", "/dev/null"]
        for name, value in options.items():
            server += ["-o", f"{name}={value}"]
        shared = [str(path) for path in (self.folder, *self._shared)]
        with (self.folder / f"{host.name}.log").open("wb") as log:
            return subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--uts", "--ipc", "--fork"),
                    *("--kill-child=KILL", "--propagation", "private"),
                    *("sh", "-c", _HOST, "host", str(mounted), host.name, *shared, "--", *server),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait(self) -> None:
        """Until every host takes connections."""
        deadline = time.monotonic() + START_SECONDS
        for host, process in zip(self.hosts, self._processes):
            while not _answers(host):
                if process.poll() is not None or time.monotonic() > deadline:
                    said = (self.folder / f"{host.name}.log").read_text(errors="replace").strip()
                    raise HostsUnavailable(f"the host {host.name} at {host.address} did not start: {said[-500:]}")
                time.sleep(0.02)


def demand_rights() -> None:
    """Raises HostsUnavailable where no hosts can be made."""
    if os.geteuid() != 0:
        raise HostsUnavailable("hosts are made of namespaces and mounts: only root may. Run it as root, or do without")
    missing = [name for name in ("unshare", "setpriv", "chroot", "ssh", "ssh-keygen") if shutil.which(name) is None]
    if sshd() is None:
        missing.append("sshd")
    if missing:
        raise HostsUnavailable(f"not found: {', '.join(missing)}. Install util-linux, coreutils and openssh-server")
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if tried.returncode != 0:
        raise HostsUnavailable(
            f"this root may not make namespaces or mounts ({tried.stderr.strip()}). A container needs SYS_ADMIN for it"
        )


def sshd() -> Optional[Path]:
    """The SSH server, which has to be called by its whole path."""
    for folder in [*os.environ.get("PATH", "").split(":"), "/usr/sbin", "/usr/local/sbin"]:
        with contextlib.suppress(OSError):
            if os.access(Path(folder, "sshd"), os.X_OK):
                return Path(folder, "sshd").resolve()
    return None


def _answers(host: Host) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host.address, PORT), timeout=2) as connection:
        return connection.recv(4) == b"SSH-"
    return False


def shell_commands(hosts: LightHosts) -> Iterator[str]:
    """How a person logs in."""
    for host in hosts.hosts:
        arguments = hosts.variables(host)["ansible_ssh_common_args"]
        yield f"ssh {arguments} -p {PORT} root@{shlex.quote(host.address)}"
