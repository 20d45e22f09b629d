#!/usr/bin/env python3
# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Join three simulated Edges to a simulated platform, twice, and show what came of it. Started by ``make demo``."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".demo"
COLLECTIONS = ROOT / ".venv/collections"
PORT_BASE = 28443
PORTS = range(PORT_BASE, PORT_BASE + 6)
SITES = ["--platform", "acme", "--edge", "lyon", "--edge", "osaka:nodes=2", "--edge", "quito:version=7.25.7"]

# No comments behind the commands: not every shell takes them on its command line.
PLAY_WITH_IT = """
The simulator is still up; its data is in {data}. Things to try, from this folder, in one shell:

  export PATH="{bin}:$PATH" ANSIBLE_COLLECTIONS_PATH="{collections}" PYTHONPATH="{tests}"
  export JFROG_PLATFORM_TOKEN="$(cat .demo/secrets/acme.token)" no_proxy="127.0.0.1"

Break something; 'python -m simulator ctl --help' lists more:

  python -m simulator ctl --data .demo delete-jpd lyon
  python -m simulator ctl --data .demo edit-jpd osaka name=kyoto
  rm .demo/nodes/osaka-2/opt/jfrog/artifactory/var/etc/security/master.key

See what drifted (exit code 2), repair it, and see what was written and by whom:

  ansible-playbook -i demo/inventory playbooks/report_drift.yml
  ansible-playbook -i demo/inventory playbooks/correct_drift.yml
  python -m simulator ctl --data .demo calls --writes

Stop the simulator:

  make stop
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the simulator up at the end")
    parser.add_argument("--stop", action="store_true", help="only stop a simulator that was left up")
    args = parser.parse_args()

    stop_simulator()
    if args.stop:
        return 0
    refuse_used_ports()
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(mode=0o700)
    try:
        start_simulator()
        first = onboard("first")
        jfrog_support_imports_the_certificates()
        second = onboard("second")
        show(second, first_changed=first["changed"])
    except BaseException:
        stop_simulator()
        raise
    if args.keep:
        print(
            PLAY_WITH_IT.format(
                data=DATA, bin=Path(sys.executable).parent, collections=COLLECTIONS, tests=ROOT / "tests"
            )
        )
    else:
        stop_simulator()
    return 0 if second["changed"] == 0 else 1


def start_simulator() -> None:
    """Start the simulator in the background; it serves when this returns."""
    if simulator("up", "--port-base", str(PORT_BASE), *SITES) != 0:
        sys.exit("The simulator did not start.")
    # The key that osaka's nodes share was made when Artifactory was installed; its owner keeps a copy, as one should.
    made = DATA / "nodes/osaka-1/opt/jfrog/artifactory/var/etc/security/master.key"
    kept = DATA / "secrets/osaka.master.key"
    kept.touch(mode=0o600)
    kept.write_text(made.read_text())


def stop_simulator() -> None:
    """Stop the simulator of this or an earlier demo, if it is still up."""
    simulator("down")


def simulator(part: str, *arguments: str) -> int:
    """Run a part of the simulator's command line over the demo's folder; its exit code."""
    command = [sys.executable, "-m", "simulator", part, "--data", str(DATA), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False).returncode


def refuse_used_ports() -> None:
    """The inventory names the ports, so they have to be free."""
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                sys.exit(
                    f"Cannot start the demo: port {port} of 127.0.0.1 is in use by another program. "
                    f"Stop that program; the demo needs the ports {PORTS.start} to {PORTS.stop - 1}."
                )


def onboard(name: str) -> dict:
    """Run onboard_edge.yml, show its output, and return the report and how much it changed."""
    report = DATA / f"report-{name}.json"
    no_settings = DATA / "ansible.cfg"
    no_settings.touch()
    print(f"\n=== {name} run: ansible-playbook -i demo/inventory playbooks/onboard_edge.yml\n", flush=True)
    process = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "ansible-playbook"),
            *("-i", "demo/inventory", "playbooks/onboard_edge.yml"),
            *("-e", json.dumps({"edge_report_path": str(report)})),
        ],
        cwd=ROOT,
        env={
            # The settings that a person has for Ansible could change the output, which is counted below.
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            "ANSIBLE_CONFIG": str(no_settings),
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "JFROG_PLATFORM_TOKEN": (DATA / "secrets/acme.token").read_text().strip(),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        lines.append(line)
    if process.wait() != 0:
        sys.exit(f"The {name} run ended with code {process.returncode}.")
    changed = sum(int(found) for line in lines for found in re.findall(r"\bok=\d+\s+changed=(\d+)", line))
    return {"changed": changed, "edges": json.loads(report.read_text())["edges"]}


def jfrog_support_imports_the_certificates() -> None:
    """Play the part of JFrog Support, who alone can make a SaaS platform trust an Edge's root certificate."""
    for certificate in sorted(DATA.glob("support_requests/*/root.crt")):
        print(f"\n=== JFrog Support imports {certificate.relative_to(ROOT)}")
        if simulator("ctl", "support-import", str(certificate)) != 0:
            sys.exit("JFrog Support could not import it.")


def show(run: dict, *, first_changed: int) -> None:
    """The short table at the end."""
    rows = [("Edge", "JPD", "status", "trust")]
    for edge in run["edges"]:
        jpd = edge["jpd"] or {"id": "-", "status": "-"}
        rows.append((edge["name"], jpd["id"], jpd["status"], f"{edge['trust_method']}, {edge['trust_state']}"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print(f"\nfirst run: {first_changed} changed\nsecond run: {run['changed']} changed")


if __name__ == "__main__":
    sys.exit(main())
