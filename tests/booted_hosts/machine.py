# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host as processes of the machine: booting, stopping, and what can happen to it meanwhile.

Nothing is written down about processes. They are found in /proc by the folder of their host, so those of a run that was
killed are found as well, and no number in an old file can be somebody else's by now.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from booted_hosts import cgroups, root
from booted_hosts.description import Description, Host
from booted_hosts.errors import HostError

BOOT_SECONDS = 60
STOP_SECONDS = 30
KILL_SECONDS = 10
_PAUSE = 0.1
_LONGEST_QUOTE = 600
_SYSTEMD_RUNS = Path("/run/systemd/system")  # what sd_booted(3) looks at
_PROC = Path("/proc")


def nspawn(tree: Path, name: str) -> list[str]:
    """The command that makes a host of a tree, without what it runs."""
    merged = [name for name in ("bin", "sbin", "lib", "lib32", "lib64") if (Path("/") / name).is_symlink()]
    own_folders = [f"/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64") if name not in merged]
    shared = ["/usr", *(path for path in own_folders if Path(path).is_dir())]
    # With systemd on the machine, nspawn asks it for a scope; else the cgroup is what it was started in.
    scope = [] if _SYSTEMD_RUNS.is_dir() else ["--keep-unit"]
    return [
        *("/usr/bin/systemd-nspawn", "--quiet", f"--directory={tree}", f"--machine={name}", f"--hostname={name}"),
        *("--register=no", *scope, "--link-journal=no", "--resolv-conf=off", "--timezone=off", "--console=pipe"),
        *(f"--bind-ro={path}" for path in shared),
    ]


def boot(description: Description, hosts: Sequence[Host]) -> list[str]:
    """Boot those that do not run, all at once; their names. Raises HostError for one that does not come up."""
    description.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    public_key = root.make_key(description.folder / root.KEY, "hosts of a test")
    known = root.known_hosts(description.folder, description.hosts, description.port)
    (description.folder / root.KNOWN_HOSTS).write_text(known, encoding="ascii")
    missing = [host for host in hosts if _leader(description, host) is None]
    for host in missing:
        tree = _tree(description, host)
        if not tree.exists():
            root.build(tree, host, port=description.port, public_key=public_key, others=description.hosts)
        _launch(description, host)
    _all_at_once(lambda host: _wait_for_ssh(description, host), hosts)
    return [host.name for host in missing]


def stop(description: Description, hosts: Sequence[Host]) -> list[str]:
    """Shut down those that run, all at once, and remove what is left of them; the names of those that were there."""
    there = [host for host in hosts if _tree(description, host).exists() or _processes(description, host)]
    _all_at_once(lambda host: _stop(description, host), there)
    return [host.name for host in there]


def cut_off(description: Description, hosts: Sequence[Host]) -> None:
    """As a power cut would end a host: its first process is killed, and with it all others. Its disk stays."""
    for host in hosts:
        leader = _leader(description, host)
        if leader is not None:
            os.kill(leader, signal.SIGKILL)
    _all_at_once(lambda host: _wait_until_gone(description, host, KILL_SECONDS), hosts)
    for host in hosts:
        cgroups.remove(_group(description, host))


def freeze(description: Description, hosts: Sequence[Host]) -> None:
    """A host that hangs: its kernel still takes connections, and nobody answers them."""
    _signal_all(description, hosts, signal.SIGSTOP)


def thaw(description: Description, hosts: Sequence[Host]) -> None:
    """The end of that."""
    _signal_all(description, hosts, signal.SIGCONT)


def running(description: Description) -> list[str]:
    """The names of the hosts that run."""
    return [host.name for host in description.hosts if _leader(description, host) is not None]


def _launch(description: Description, host: Host) -> None:
    binds = [f"--bind-ro={path}" for path in host.readable]
    binds += [f"--bind={outside}:{inside}" for inside, outside in host.binds.items()]
    command = [*nspawn(_tree(description, host), host.name), *binds, "--boot", "--", f"--unit={root.TARGET}"]
    group = None if _SYSTEMD_RUNS.is_dir() else _group(description, host)
    with _console(description, host).open("wb") as console:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=None if group is None else lambda: cgroups.join(group),
        )


def _wait_for_ssh(description: Description, host: Host) -> None:
    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection((host.address, description.port), 1) as connection:
            return connection.recv(4) == b"SSH-"
        if _supervisors(description, host):
            return False
        raise HostError(
            f"The host {host.name} ended while it booted. Its console: {_end_of_console(description, host)}"
        )

    if not _until(answers, BOOT_SECONDS):
        raise HostError(
            f"The host {host.name} did not answer at {host.address}:{description.port} within {BOOT_SECONDS} seconds. "
            f"Its console: {_end_of_console(description, host)}"
        )


def _stop(description: Description, host: Host) -> None:
    # One that hangs could not shut down.
    thaw(description, [host])
    # Never nspawn itself with SIGKILL: the host would live on without it.
    for pid in _supervisors(description, host):
        _signal(pid, signal.SIGTERM)
    if not _until(lambda: not _processes(description, host), STOP_SECONDS):
        cut_off(description, [host])
    for pid in _supervisors(description, host):
        _signal(pid, signal.SIGTERM)
    _wait_until_gone(description, host, KILL_SECONDS)
    cgroups.remove(_group(description, host))
    shutil.rmtree(_tree(description, host), ignore_errors=True)


def _wait_until_gone(description: Description, host: Host, seconds: float) -> None:
    if not _until(lambda: not _processes(description, host), seconds):
        left = ", ".join(map(str, _processes(description, host)))
        raise HostError(f"The host {host.name} cannot be ended: processes {left} are left after {seconds} seconds.")


def _signal_all(description: Description, hosts: Sequence[Host], number: signal.Signals) -> None:
    for host in hosts:
        leader = _leader(description, host)
        for pid in _members(leader) if leader is not None else ():
            _signal(pid, number)


def _processes(description: Description, host: Host) -> list[int]:
    leader = _leader(description, host)
    return [*_supervisors(description, host), *([] if leader is None else [leader])]


def _supervisors(description: Description, host: Host) -> list[int]:
    """The nspawn of a host; while that starts and ends there are two."""
    mark = f"--directory={_tree(description, host)}"
    return [pid for pid, words in _commands() if words[0].endswith("systemd-nspawn") and mark in words]


def _leader(description: Description, host: Host) -> int | None:
    """The first process of a host. It is the one whose root is the host's tree, whether its nspawn lives or not."""
    try:
        wanted = (_tree(description, host) / "etc/machine-id").stat()
    except OSError:
        return None
    for pid, words in _commands():
        if words[0].endswith("systemd") and f"--unit={root.TARGET}" in words:
            with contextlib.suppress(OSError):
                found = (_PROC / str(pid) / "root/etc/machine-id").stat()
                if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                    return pid
    return None


def _members(leader: int) -> Iterator[int]:
    """All processes of a host, by its process namespace."""
    with contextlib.suppress(OSError):
        wanted = os.readlink(_PROC / str(leader) / "ns/pid")
        for pid in _pids():
            with contextlib.suppress(OSError):
                if os.readlink(_PROC / str(pid) / "ns/pid") == wanted:
                    yield pid


def _commands() -> Iterator[tuple[int, list[str]]]:
    for pid in _pids():
        with contextlib.suppress(OSError):
            words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
            yield pid, words


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _until(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _all_at_once(work: Callable[[Host], None], hosts: Sequence[Host]) -> None:
    """The work for every host, and the first error after all have ended."""
    if hosts:
        with ThreadPoolExecutor(len(hosts)) as pool:
            for _ in list(pool.map(work, hosts)):
                pass


def _tree(description: Description, host: Host) -> Path:
    return description.folder / host.name


def _console(description: Description, host: Host) -> Path:
    return description.folder / f"{host.name}.log"


def _end_of_console(description: Description, host: Host) -> str:
    text = " ".join(_console(description, host).read_text(encoding="utf-8", errors="replace").split())
    return text[-_LONGEST_QUOTE:] or "nothing"


def _group(description: Description, host: Host) -> str:
    """Two runs of a test have hosts of the same names."""
    return f"{host.name}-{description.folder.stat().st_ino}"
