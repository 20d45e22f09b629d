# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A module of the node's side as one script, which carries the files of this collection that it imports.

Ansible packs a module together with its own library, and compiling that library takes most of the time of a small
module on its node: 0.17 of 0.2 seconds. A module that needs nothing of it but options, result and standard library can
do without. Nothing is written on the node for it, not even a temporary folder: the script goes to the standard input of
Python.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from functools import cache
from pathlib import Path
from typing import Any, Mapping, Optional

PLUGINS = Path(__file__).parents[2]
PACKAGE = "ansible_collections.hybrid.jfrog.plugins"
# What stands before the answer in a line of its own: a login may print whatever it likes.
MARK = "hybrid.jfrog answers: "
# Printed before the module begins. Without it, it is certain that nothing was done.
BEGUN = "hybrid.jfrog begins"
# -I and -S: only the standard library, whatever the environment and site-packages of the node have.
PYTHON_OPTIONS = "-IS"

_IMPORT = re.compile(rf"^[ \t]*from (?:(\.+)|{re.escape(PACKAGE)}\.)([\w.]*) import (\([^)]*\)|.+)$", re.MULTILINE)

# A package is there without a file of its own.
_SCRIPT = """\
import base64, json, sys, zlib
from importlib import import_module
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
module = import_module("{module}")
import_module("ansible.module_utils.basic").AnsibleModule.order = json.loads(base64.b64decode("{order}"))
print("\\n{begun}", flush=True)
module.main()
"""


class NodeScript:
    """A module of this collection by its name, such as ``join_key``. The files are read when this is made."""

    def __init__(self, name: str) -> None:
        self._name = name
        packed = zlib.compress(json.dumps(carried(name)).encode())
        self._files = base64.b64encode(packed).decode()

    def text(self, options: Mapping[str, Any], *, check_mode: bool, diff: bool, syslog: bool) -> bytes:
        """The script for these options, which are not part of a command line and so not seen by others."""
        order = {
            "module": self._name,
            "options": dict(options),
            "check_mode": check_mode,
            "diff": diff,
            "syslog": syslog,
            "mark": MARK,
        }
        return _SCRIPT.format(
            files=self._files,
            module=f"{PACKAGE}.modules.{self._name}",
            order=base64.b64encode(json.dumps(order).encode()).decode(),
            begun=BEGUN,
        ).encode()


@cache
def script_of(name: str) -> NodeScript:
    """The script of a module. Ansible forks a worker for each host, so it is made before that."""
    return NodeScript(name)


def answer_in(output: str) -> Optional[dict[str, Any]]:
    """What the module returned, in the script's output; None when it did not come to that."""
    for line in reversed(output.splitlines()):
        if line.startswith(MARK):
            try:
                answer = json.loads(line[len(MARK) :])
            except ValueError:
                return None
            return answer if isinstance(answer, dict) else None
    return None


def has_begun(output: str) -> bool:
    """Whether the module began, so that it may have done something."""
    return BEGUN in output.splitlines()


def carried(name: str) -> dict[str, str]:
    """The texts of a module and of all that it imports of this collection, by name; packages have none."""
    found = {
        "ansible": "",
        "ansible.module_utils": "",
        "ansible.module_utils.basic": _text("module_utils._adapter.stand_in"),
    }
    parts = PACKAGE.split(".")
    found.update({".".join(parts[:end]): "" for end in range(1, len(parts) + 1)})
    waiting = ["modules", f"modules.{name}"]
    while waiting:
        each = waiting.pop()
        if f"{PACKAGE}.{each}" in found:
            continue
        text = found[f"{PACKAGE}.{each}"] = _text(each)
        waiting += _imported(each, text)
    return found


def _text(name: str) -> str:
    path = PLUGINS / name.replace(".", "/")
    return "" if path.is_dir() else path.with_suffix(".py").read_text(encoding="utf-8")


def _imported(name: str, text: str) -> list[str]:
    """Modules of this collection that a file imports, and the packages that they are in."""
    found: list[str] = []
    for dots, rest, names in _IMPORT.findall(text):
        base = [*name.split(".")[: -len(dots)], *filter(None, rest.split("."))] if dots else rest.split(".")
        found += (".".join(base[:end]) for end in range(1, len(base) + 1))
        for imported in re.findall(r"(\w+)(?: as \w+)?(?:,|\s|\)|$)", names):
            # A name of the module, or a module of the package.
            if PLUGINS.joinpath(*base, imported).with_suffix(".py").exists():
                found.append(".".join([*base, imported]))
    return found
