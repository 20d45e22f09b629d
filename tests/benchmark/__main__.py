# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m benchmark``: measures what is not measured yet, and writes the report. Started by ``make benchmark``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from benchmark import document, fleet, measuring
from benchmark.replication import comparison
from benchmark.results import Results, Run
from benchmark.scenarios import CHECK, LOCAL, PLAYBOOKS, SIZES, SSH, Scenario, scenarios
from hosts.light_hosts import HostsUnavailable, demand_rights

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / ".benchmark"
FORKS = 5


def main() -> int:
    options = _options()
    results, of_replication = Results(RESULTS), Results(RESULTS / comparison.NAME)
    if options.fresh:
        results.clear()
    transports = _transports(options.transports)
    wanted = [] if options.report_only else options.only or [""]
    for scenario in scenarios(options.sizes, transports, quick=options.quick):
        if any(word in scenario.name for word in wanted):
            _measure(scenario, results)
    if any(word in comparison.NAME for word in wanted):
        comparison.measure(of_replication, quick=options.quick)
    runs, runs_of_replication = results.runs(), of_replication.runs()
    if not runs and not runs_of_replication:
        print("Nothing is measured yet.", file=sys.stderr)
        return 1
    if runs:
        print(_write(runs, options.to))
    if runs_of_replication:
        print(_write_replication(runs_of_replication, options.to))
    return 0


def _write(runs: Sequence[Run], asked: Optional[Path]) -> str:
    """The report of a part of the sizes is for whoever measured it, and no replacement for that of all of them."""
    if asked is not None:
        return document.write(runs, asked)
    if {run.size for run in runs if run.playbook == CHECK} >= set(SIZES):
        return document.write(runs, ROOT / "docs", readme=ROOT / "README.md")
    return document.write(runs, RESULTS / "report")


def _write_replication(runs: Sequence[Run], asked: Optional[Path]) -> str:
    whole = max(run.size for run in runs) == comparison.USERS
    if asked is None and whole:
        return document.write_replication(runs, ROOT / "docs", readme=ROOT / "README.md")
    return document.write_replication(runs, asked or RESULTS / "report")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmark", description="How long a check of a fleet takes, and why.")
    parser.add_argument("--sizes", type=_numbers, default=SIZES, help="Edges, for example 10,50 (default: all)")
    parser.add_argument("--transports", default=f"{LOCAL},{SSH}", help="local, ssh, or both (default)")
    parser.add_argument(
        "--only", action="append", help="only scenarios with this in their name, such as ssh, onboard or replication"
    )
    parser.add_argument("--quick", action="store_true", help="each once")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured, instead of going on with it")
    parser.add_argument("--report-only", action="store_true", help="write the report of what is measured")
    parser.add_argument("--to", type=Path, help="the folder of the report, in place of docs and the README")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.replace(" ", ",").split(",") if part)


def _transports(text: str) -> list[str]:
    """Without the rights that hosts over SSH need, the rest is measured all the same."""
    asked = [part for part in text.split(",") if part]
    if SSH in asked:
        try:
            demand_rights()
        except HostsUnavailable as exc:
            print(f"Not over SSH: {exc}.", file=sys.stderr)
            asked.remove(SSH)
    return asked


def _measure(scenario: Scenario, results: Results) -> None:
    missing = [step for step in scenario.steps if not results.has(scenario, step)]
    if not missing:
        return
    print(f"{scenario.name}: {scenario.size} Edges", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    try:
        with fleet.running(
            folder / "fleet", scenario.size, joined=scenario.joined, over_ssh=scenario.transport == SSH
        ) as simulated:
            if scenario.joined:
                # Connections, caches and files are warm for all that is compared.
                measuring.run(PLAYBOOKS["ping"], simulated.inventory, forks=FORKS, log=folder / "warm.log")
            for step in missing:
                simulated.ask("clear")
                log = folder / f"{step.playbook}-{step.number}.log".replace(" ", "-")
                measured = measuring.run(PLAYBOOKS[step.playbook], simulated.inventory, forks=FORKS, log=log)
                if measured.code != 0:
                    kept = results.keep_log(log)
                    raise SystemExit(f"{step.playbook} ended with {measured.code}; what it printed is in {kept}")
                counts = simulated.ask("counts")
                run = Run(
                    scenario=scenario.name,
                    transport=scenario.transport,
                    size=scenario.size,
                    playbook=step.playbook,
                    number=step.number,
                    measured=measured.as_dict(),
                    counts=counts,
                    load=Path("/proc/loadavg").read_text().split()[0],
                    at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                )
                results.add(run)
                requests = counts["platform_requests"] + counts["edge_requests"]
                print(
                    f"  {step.playbook:17} {measured.seconds:8.1f} s  {measured.cpu_seconds:8.1f} s CPU  "
                    f"{measured.memory_mib:6.0f} MiB  {requests} requests",
                    flush=True,
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
