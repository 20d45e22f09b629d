# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m fuzz run`` gives every reader hostile texts for some time, ``python -m fuzz replay FILE`` one text again.

The readers, the samples that texts are made of, and what has to be true are those of ``tests/unit/hostile``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import platform
import sys
from pathlib import Path

FOLDER = Path(".fuzz")
NEEDED = (
    f"There is no atheris for Python {platform.python_version()} on {platform.system()} {platform.machine()}. "
    "It is there for Python 3.11 to 3.14 on Linux x86_64: "
    "remove .venv/fuzz.stamp, and name one: make fuzz PYTHON=/path/to/python3.11. "
    "Without it, HOSTILE_EXAMPLES=5000 pytest tests/unit/hostile gives the readers texts of the same kind, blindly."
)


def main() -> int:
    options = _options()
    return options.work(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    commands = parser.add_subparsers(required=True)

    many = commands.add_parser("run", help="try hostile texts, led by what the code does with them")
    many.add_argument("--minutes", type=float, default=10.0, help="how long for all readers (default %(default)s)")
    many.add_argument("--entry", help="this reader alone")
    many.set_defaults(work=_run)

    one = commands.add_parser("replay", help="read one text that was found")
    one.add_argument("file", type=Path, help="its folder is named after the reader")
    one.set_defaults(work=_replay)
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    try:
        import atheris
    except ImportError:
        print(NEEDED, file=sys.stderr)
        return 2
    # What is imported here is what tells atheris where a text leads. So this comes before any other import of it.
    quiet = contextlib.redirect_stderr(io.StringIO())  # a line for each file
    with quiet, atheris.instrument_imports(include=["ansible_collections.hybrid.jfrog.plugins", "ruamel.yaml"]):
        from unit.hostile.entry_points import ENTRIES
    from fuzz import running, table

    entries = [entry for entry in ENTRIES if options.entry in (None, entry.slug)]
    if not entries:
        print(
            f"There is no reader {options.entry}. There are: {', '.join(one.slug for one in ENTRIES)}", file=sys.stderr
        )
        return 2
    seconds = max(1, round(options.minutes * 60 / len(entries)))
    results = []
    for entry in entries:
        results.append(running.run(entry, seconds, FOLDER))
        print(table.line(results[-1]), flush=True)
    print(table.of(results))
    return 1 if any(one.found for one in results) else 0


def _replay(options: argparse.Namespace) -> int:
    from fuzz.target import decoded
    from unit.hostile import oracle
    from unit.hostile.entry_points import ENTRIES

    entry = next(one for one in ENTRIES if one.slug == options.file.resolve().parent.name)
    text = decoded(options.file.read_bytes())
    print(f"{entry.name} reads {text!r}", flush=True)
    oracle.read(entry, text)
    print("It ends as designed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
