# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line. What changed something prints the names of its hosts, one a line, and nothing otherwise."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from booted_hosts import demands, description, machine
from booted_hosts.errors import HostError

ORDERS = {
    "up": "boot the hosts that do not run, and wait until they answer over SSH",
    "down": "shut the hosts down and remove them",
    "cut-off": "end hosts as a power cut would; 'up' boots them again",
    "freeze": "let hosts hang: connections are taken, and nobody answers",
    "thaw": "let them go on",
    "running": "show which hosts run",
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        for name in _carry_out(options):
            print(name)
    except HostError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="booted_hosts", description=__doc__)
    orders = parser.add_subparsers(dest="order", required=True)
    orders.add_parser("check", help="whether hosts can boot on this machine")
    for order, text in ORDERS.items():
        added = orders.add_parser(order, help=text, description=text)
        added.add_argument("description", type=Path, help="a JSON file, see README.md")
        if order != "running":
            added.add_argument("hosts", nargs="*", help="names of hosts; without them all")
    return parser


def _carry_out(options: argparse.Namespace) -> Sequence[str]:
    if options.order == "check":
        demands.demand()
        return []
    described = description.read(options.description)
    if options.order == "running":
        return machine.running(described)
    hosts = described.chosen(options.hosts)
    if options.order == "up":
        demands.demand()
        return machine.boot(described, hosts)
    if options.order == "down":
        return machine.stop(described, hosts)
    {"cut-off": machine.cut_off, "freeze": machine.freeze, "thaw": machine.thaw}[options.order](described, hosts)
    return [host.name for host in hosts]


if __name__ == "__main__":
    sys.exit(main())
