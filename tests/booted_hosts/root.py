# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The root of a host's file system: the machine's /usr, which it can only read, and everything else of its own.

So a host needs no base system that somebody has to download and keep, and has nothing of the machine that is nobody's
business: no configuration, no homes, no services, no secrets.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from booted_hosts.description import Host

TARGET = "hosts.target"
SSH_UNIT = "lab-sshd.service"
KEY = "id_ed25519"
KNOWN_HOSTS = "known_hosts"
_USR_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_FOLDERS = (
    *("usr", "proc", "sys", "dev", "run", "tmp", "root", "home", "opt", "srv", "mnt"),
    *("var/log", "var/lib", "var/tmp", "etc/ssh", "etc/pam.d", "etc/systemd/system"),
)


@dataclass(frozen=True)
class User:
    """A user that the hosts have in addition to those of the system."""

    name: str
    uid: int
    home: str
    shell: str = "/bin/bash"
    key: bool = False


# High numbers, which no user of the machine has: the files of the hosts lie in its file system, too.
SERVICE = User("artifactory", 51030, "/opt/jfrog", "/usr/sbin/nologin")
LOGIN = User("deploy", 51031, "/home/deploy", key=True)  # may become root
GUEST = User("guest", 51032, "/home/guest", key=True)  # may not
USERS = (SERVICE, LOGIN, GUEST)
# What sshd and D-Bus are started as; all others come from the machine's sysusers.d.
_SYSTEM_USERS = """\
root:x:0:0:root:/root:/bin/bash
messagebus:x:101:101::/nonexistent:/usr/sbin/nologin
sshd:x:103:65534::/run/sshd:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
_SYSTEM_GROUPS = """\
root:x:0:
adm:x:4:
tty:x:5:
utmp:x:43:
messagebus:x:101:
systemd-journal:x:102:
nogroup:x:65534:
"""

_SSHD_CONFIG = """\
ListenAddress {address}
Port {port}
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile .ssh/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
UsePAM no
UseDNS no
PidFile none
Subsystem sftp internal-sftp
"""
_SSH_SERVICE = """\
[Unit]
Description=SSH server of this host

[Service]
RuntimeDirectory=sshd
ExecStart=/usr/sbin/sshd -D
KillMode=process
"""
# Nothing but what is named here: the machine's units are not started, although they are in its /usr.
_TARGET_UNIT = """\
[Unit]
Description=All that these hosts run
Requires=basic.target
After=basic.target
AllowIsolate=yes
Wants=dbus.service {units}
"""
_SUDOERS = f"""\
Defaults env_reset
root ALL=(ALL:ALL) ALL
{LOGIN.name} ALL=(ALL:ALL) NOPASSWD: ALL
"""
_PAM = "".join(f"{kind} required pam_permit.so\n" for kind in ("auth", "account", "password", "session"))


def lay_out_folders(tree: Path) -> None:
    """The folders and links without which nothing runs, and the file by which nspawn knows a system."""
    for folder in _FOLDERS:
        (tree / folder).mkdir(parents=True, exist_ok=True)
    for folder in ("tmp", "var/tmp"):
        (tree / folder).chmod(0o1777)
    for name in _USR_LINKS:
        if (Path("/") / name).is_symlink():
            (tree / name).symlink_to(f"usr/{name}")
    shutil.copy("/usr/lib/os-release", tree / "etc/os-release")


def build(tree: Path, host: Host, *, port: int, public_key: str, others: Sequence[Host]) -> None:
    """The root of a host that was never booted. A tree that was half made by an earlier run is made anew."""
    draft = tree.with_name(f"{tree.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    lay_out_folders(draft)
    _write_users(draft, public_key)
    _write_configuration(draft, host, port, others)
    _write_units(draft, host)
    for inside, outside in mounts(host).items():
        _make_mount_point(draft / inside.lstrip("/"), outside)
    draft.rename(tree)


def mounts(host: Host) -> dict[str, Path]:
    """What the host sees of the machine beside /usr, by its path on the host."""
    return {**{str(path): path for path in host.readable}, **host.binds}


def make_key(path: Path, comment: str) -> str:
    """A key pair for SSH, unless it is there; its public half."""
    if not path.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=60)
    return path.with_name(f"{path.name}.pub").read_text(encoding="ascii").strip()


def known_hosts(folder: Path, hosts: Sequence[Host], port: int) -> str:
    """The keys of all hosts. They are known because they were made here, so nobody has to be trusted at first sight."""
    lines = [f"[{host.address}]:{port} {make_key(folder / f'{host.name}.key', host.name)}" for host in hosts]
    return "".join(f"{' '.join(line.split()[:3])}\n" for line in lines)


def _write_users(tree: Path, public_key: str) -> None:
    users = "".join(f"{user.name}:x:{user.uid}:{user.uid}::{user.home}:{user.shell}\n" for user in USERS)
    groups = "".join(f"{user.name}:x:{user.uid}:\n" for user in USERS)
    # A locked account is refused by an SSH server without PAM; a star is a password that nothing matches.
    shadow = "".join(f"{name}:*:20000::::::\n" for name in ("root", *(user.name for user in USERS)))
    _write(tree / "etc/passwd", _SYSTEM_USERS + users)
    _write(tree / "etc/group", _SYSTEM_GROUPS + groups)
    _write(tree / "etc/shadow", shadow, 0o640)
    for user in USERS:
        home = tree / user.home.lstrip("/")
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        if user.key:
            (home / ".ssh").mkdir(mode=0o700)
            _write(home / ".ssh/authorized_keys", f"{public_key}\n", 0o600)
        for path in (home, *home.rglob("*")):
            os.chown(path, user.uid, user.uid)


def _write_configuration(tree: Path, host: Host, port: int, others: Sequence[Host]) -> None:
    etc = tree / "etc"
    _write(etc / "hosts", "127.0.0.1 localhost\n" + "".join(f"{one.address} {one.name}\n" for one in others))
    _write(etc / "hostname", f"{host.name}\n")
    _write(etc / "fstab", "")
    _write(etc / "machine-id", "")
    _write(etc / "sudoers", _SUDOERS, 0o440)
    _write(etc / "pam.d/other", _PAM)
    _write(etc / "ssh/sshd_config", _SSHD_CONFIG.format(address=host.address, port=port))
    key = tree.parent / f"{host.name}.key"
    _write(etc / "ssh/ssh_host_ed25519_key", key.read_text(encoding="ascii"), 0o600)


def _write_units(tree: Path, host: Host) -> None:
    units = {
        **host.units,
        SSH_UNIT: _SSH_SERVICE,
        TARGET: _TARGET_UNIT.format(units=" ".join((SSH_UNIT, *host.enabled))),
    }
    for name, text in units.items():
        _write(tree / "etc/systemd/system" / name, text)


def _make_mount_point(path: Path, outside: Path) -> None:
    """What lies above is open to all users of the host, whatever it is on the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if outside.is_dir():
        path.mkdir(exist_ok=True)
    else:
        path.touch()


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
