# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Names and addresses under which a node is called by itself and by its peers.

They end up in a setting that takes a restart, so only what stays is told: no name that a DNS server has to know, no
address that moves between hosts or comes and goes with a container.
"""

from __future__ import annotations

import fcntl
import ipaddress
import re
import socket
import struct
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional

from . import files
from .layout import Layout

_GET_ADDRESS = 0x8915  # SIOCGIFADDR, netdevice(7): the first address of an interface, so not one that keepalived adds
_NAME_BYTES = 15  # IFNAMSIZ without the closing zero
_HOSTS = Path("/etc/hosts")
_IPV6 = Path("/proc/net/if_inet6")
# Address, index, prefix length, scope, flags, name; all but the name in hex. The scope 00 is global.
_IPV6_GLOBAL = re.compile(r"^([0-9a-f]{32}) [0-9a-f]+ [0-9a-f]+ 00 ([0-9a-f]+) +(\S+)$", re.MULTILINE)
_IPV6_PERMANENT = 0x80  # IFA_F_PERMANENT: configured, and no temporary address for privacy
# Bridges and pairs of container engines, hypervisors and overlay networks.
_INNER = re.compile(r"docker|br-|veth|virbr|cni|cali|flannel|cilium|lxc|lxdbr|podman|tun|tap")


def own(layout: Layout, settings: Mapping[str, Any]) -> List[str]:
    """shared.node.ip, the host's name without and with its domain, and the addresses of its interfaces.

    Loopback is left out. ``settings`` are those of the node's system.yaml by their dotted path. A 6.x node has no
    router and needs none of this.
    """
    if layout.system_yaml is None:
        return []
    address = settings.get("shared.node.ip")
    found = [address] if isinstance(address, str) else []
    found += names(socket.gethostname(), files.read_part(_HOSTS))
    found += sorted({*_ipv4(), *ipv6(files.read_part(_IPV6))})
    return [each for each in dict.fromkeys(found) if each and not is_loopback(each)]


def names(hostname: str, hosts: str) -> List[str]:
    """The host's name, and its name with a domain when the host or its /etc/hosts says it."""
    lines = [line.split("#", 1)[0].split()[1:] for line in hosts.splitlines()]
    known = [name for line in lines if hostname in line for name in line if name.startswith(f"{hostname}.")]
    return [hostname.split(".")[0], hostname, *known[:1]]


def ipv6(table: str) -> List[str]:
    """The lasting addresses of global scope in the kernel's table."""
    return [
        str(ipaddress.IPv6Address(int(address, 16)))
        for address, flags, name in _IPV6_GLOBAL.findall(table)
        if int(flags, 16) & _IPV6_PERMANENT and not _INNER.match(name)
    ]


def is_loopback(text: str) -> bool:
    """Whether this names the host itself on every host."""
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return text == "localhost" or text.startswith("localhost.")


def _ipv4() -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _index, name in socket.if_nameindex():
            address = None if _INNER.match(name) else _address_of(asked, name)
            if address is not None:
                yield address


def _address_of(asked: socket.socket, name: str) -> Optional[str]:
    request = struct.pack("256s", name.encode()[:_NAME_BYTES])
    try:
        answer = fcntl.ioctl(asked.fileno(), _GET_ADDRESS, request)
    except OSError:  # it has none
        return None
    return socket.inet_ntoa(answer[20:24])
