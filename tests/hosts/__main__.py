# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m hosts 3 --share FOLDER``: hosts to log in to, until the command is ended."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from hosts.light_hosts import HostsUnavailable, LightHosts, shell_commands


def main() -> int:
    parser = argparse.ArgumentParser(prog="hosts", description="Light hosts that are reached over SSH.")
    parser.add_argument("number", type=int)
    parser.add_argument("--share", type=Path, action="append", default=[], metavar="FOLDER")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="hosts-") as folder:
        try:
            with LightHosts(options.number, Path(folder), shared=options.share) as hosts:
                print("\n".join(shell_commands(hosts)), flush=True)
                signal.pause()
        except HostsUnavailable as exc:
            print(f"Cannot make hosts: {exc}.", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
