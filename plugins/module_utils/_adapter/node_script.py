# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A function of the node's side as one script, which carries the files that it imports.

Ansible packs a module together with its own library, and compiling that library takes most of the time of a small
module on its node: 0.17 of 0.2 seconds. What only reads, and needs the standard library alone, can do without it.
Nothing is written on the node for it, not even a temporary folder: the script goes to the standard input of Python.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any, Mapping, Optional

UTILS = Path(__file__).parents[1]
# What stands before the answer in a line of its own: a login may print whatever it likes.
MARK = "hybrid.jfrog answers: "
# -I and -S: only the standard library, whatever the environment and site-packages of the node have.
PYTHON_OPTIONS = "-IS"

_IMPORT = re.compile(r"^[ \t]*from (\.+)([\w.]*) import (\([^)]*\)|.+)$", re.MULTILINE)

# The files are modules of the package "carried". A package is there without a file of its own.
_SCRIPT = """\
import base64, json, sys, zlib
from importlib.machinery import ModuleSpec

class Carried:
    files = json.loads(zlib.decompress(base64.b64decode("{files}")))

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return ModuleSpec(name, cls, is_package=not cls.files[name]) if name in cls.files else None

    @staticmethod
    def create_module(spec):
        return None

    @classmethod
    def exec_module(cls, module):
        exec(compile(cls.files[module.__name__], module.__name__, "exec", dont_inherit=True), module.__dict__)

sys.meta_path.insert(0, Carried)
from carried.{module} import {function}
print("\\n{mark}" + json.dumps({function}(json.loads(base64.b64decode("{options}")))))
"""


class NodeScript:
    """``function`` of a module of ``module_utils``, such as ``_node.observation``.

    It takes the options of a task and returns the result of that task. The file is read when this is made.
    """

    def __init__(self, module: str, function: str) -> None:
        self._module = module
        self._function = function
        packed = zlib.compress(json.dumps(carried(module)).encode())
        self._files = base64.b64encode(packed).decode()

    def text(self, options: Mapping[str, Any]) -> bytes:
        """The script for these options, which are not part of a command line and so not seen by others."""
        return _SCRIPT.format(
            files=self._files,
            module=self._module,
            function=self._function,
            mark=MARK,
            options=base64.b64encode(json.dumps(options).encode()).decode(),
        ).encode()


def answer_in(output: str) -> Optional[dict[str, Any]]:
    """What the function returned, in the script's output; None when it did not come to that."""
    for line in reversed(output.splitlines()):
        if line.startswith(MARK):
            try:
                answer = json.loads(line[len(MARK) :])
            except ValueError:
                return None
            return answer if isinstance(answer, dict) else None
    return None


def carried(module: str) -> dict[str, str]:
    """The text of a module and of all that it imports of ``module_utils``, by name; packages have none."""
    found: dict[str, str] = {"carried": ""}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if f"carried.{name}" in found:
            continue
        path = UTILS / name.replace(".", "/")
        if path.is_dir():
            found[f"carried.{name}"] = ""
            continue
        text = found[f"carried.{name}"] = path.with_suffix(".py").read_text(encoding="utf-8")
        waiting += _imported(name, text)
    return found


def _imported(name: str, text: str) -> list[str]:
    """Modules that a file imports of its own package, and the packages that they are in."""
    found: list[str] = []
    for dots, rest, names in _IMPORT.findall(text):
        base = [*name.split(".")[: -len(dots)], *filter(None, rest.split("."))]
        found += (".".join(base[:end]) for end in range(1, len(base) + 1))
        for imported in re.findall(r"(\w+)(?: as \w+)?(?:,|\s|\)|$)", names):
            # A name of the module, or a module of the package.
            if (UTILS.joinpath(*base, imported)).with_suffix(".py").exists():
                found.append(".".join([*base, imported]))
    return found
