# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports for servers that have to be told theirs."""

from __future__ import annotations

import os
import socket


def free_ports(count: int) -> int:
    """The first of some consecutive ports that nobody uses."""
    # Below the ports that the system gives to others; another place for each process that tests.
    for base in range(20_000 + os.getpid() % 1000 * 8, 32_000, count):
        try:
            for port in range(base, base + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise AssertionError("no free ports")
