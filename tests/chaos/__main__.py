# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m chaos run`` runs schedules and ends with a table, ``python -m chaos replay --seed 7`` shows one."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any

import counted
from chaos import running, table
from chaos.schedule import PLAYBOOKS, Schedule, draw

RESULTS = Path(".chaos/results.jsonl")
COUNTED = RESULTS.with_name("counted.jsonl")


def main() -> int:
    options = _options()
    return options.work(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    commands = parser.add_subparsers(required=True)

    many = commands.add_parser("run", help="run schedules one after the other, those that were not run yet")
    many.add_argument(
        "--minutes", type=float, default=math.inf, help="begin no schedule after this time (default: all of them)"
    )
    many.add_argument("--count", type=int, default=1000, help="how many seeds (default %(default)s)")
    many.add_argument("--first", type=int, default=0, help="the first seed (default %(default)s)")
    many.add_argument("--jobs", type=int, default=2, help="schedules at the same time (default %(default)s)")
    many.add_argument("--playbook", choices=PLAYBOOKS, help="this one for all seeds, and not all of them in turn")
    many.add_argument("--results", type=Path, default=RESULTS, help="a line each; what is there is not run again")
    many.set_defaults(work=_run)

    one = commands.add_parser("replay", help="run one schedule, and show all of it")
    one.add_argument("--seed", type=int, required=True)
    one.add_argument("--playbook", choices=PLAYBOOKS)
    one.add_argument("--keep", type=Path, help="leave the simulator's and the controller's files in this folder")
    one.set_defaults(work=_replay)

    shown = commands.add_parser("table", help="what the results say")
    shown.add_argument("--results", type=Path, default=RESULTS)
    shown.set_defaults(work=_table)
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    options.results.parent.mkdir(parents=True, exist_ok=True)
    done = {(line["seed"], line["playbook"]) for line in _lines(options.results)}
    seeds = range(options.first, options.first + options.count)
    left = iter(
        [one for one in (draw(seed, options.playbook) for seed in seeds) if (one.seed, one.playbook) not in done]
    )
    ends = time.monotonic() + options.minutes * 60
    with ProcessPoolExecutor(options.jobs) as pool, options.results.open("a", encoding="utf-8") as file:
        for outcome in _outcomes(pool, left, ends, options.jobs):
            file.write(json.dumps(outcome.as_line()) + "\n")
            file.flush()
            print(table.line(outcome.as_line()), flush=True)
    return _table(options)


def _outcomes(pool: ProcessPoolExecutor, left: Iterator[Schedule], ends: float, jobs: int) -> Iterator[running.Outcome]:
    """As they end. No more are waiting than can run, so that the time is kept."""
    busy: set[Future[running.Outcome]] = set()
    while True:
        while len(busy) < jobs and time.monotonic() < ends and (schedule := next(left, None)) is not None:
            busy.add(pool.submit(running.run, schedule))
        if not busy:
            return
        done, busy = wait(busy, return_when=FIRST_COMPLETED)
        yield from (one.result() for one in done)


def _replay(options: argparse.Namespace) -> int:
    schedule = draw(options.seed, options.playbook)
    print(f"{schedule.playbook}: {schedule}\n", flush=True)
    outcome = running.run(schedule, options.keep)
    for output in outcome.outputs:
        print(output)
        print("=" * 100)
    if outcome.error:
        print(outcome.error)
    print(table.line(outcome.as_line()))
    return 0 if outcome.ok else 1


def _table(options: argparse.Namespace) -> int:
    lines = _lines(options.results)
    print(table.of(lines))
    if found := counted.total(COUNTED):
        print(table.of_counted(found))
    return 1 if any(line["found"] or line["error"] for line in lines) else 0


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main())
