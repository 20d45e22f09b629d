# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A module of the node's side as one script, which carries the files of this collection that it imports.

Ansible packs a module together with its own library, and compiling that library takes most of the time of a small
module on its node: 0.17 of 0.2 seconds. A module that needs nothing of it but options, result and standard library can
do without. Nothing is written on the node for it, not even a temporary folder: the script goes to the standard input of
Python.

Compiling the collection's own files takes half of what is left, so they are carried compiled as well, for a node whose
Python is of the same release as the controller's.
"""

from __future__ import annotations

import base64
import json
import marshal
import re
import sys
import zlib
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Sequence

from ...module_utils._domain.foreign_json import parsed
from .._steps.exchange import Ask

PLUGINS = Path(__file__).parents[2]
PACKAGE = "ansible_collections.hybrid.jfrog.plugins"
# What stands before the answer in a line of its own: a login may print whatever it likes.
MARK = "hybrid.jfrog answers: "
# Printed before the module begins. Without it, it is certain that nothing was done.
BEGUN = "hybrid.jfrog begins"
# -I and -S: only the standard library, whatever the environment and site-packages of the node have.
PYTHON_OPTIONS = "-IS"

_IMPORT = re.compile(rf"^[ \t]*from (?:(\.+)|{re.escape(PACKAGE)}\.)([\w.]*) import (\([^)]*\)|.+)$", re.MULTILINE)

# A package is there without a file of its own. The form of compiled code is that of a release of Python, and its cache
# tag names that.
_SCRIPT = """\
import base64, json, marshal, sys, zlib
from importlib import import_module
from importlib.machinery import ModuleSpec

class Carried:
    compiled = sys.implementation.cache_tag == "{release}"
    packed = zlib.decompress(base64.b64decode("{compiled}" if compiled else "{files}"))
    files = (marshal if compiled else json).loads(packed)

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return ModuleSpec(name, cls, is_package=not cls.files[name]) if name in cls.files else None

    @staticmethod
    def create_module(spec):
        return None

    @classmethod
    def exec_module(cls, module):
        code = cls.files[module.__name__]
        exec(code if cls.compiled else compile(code, module.__name__, "exec", dont_inherit=True), module.__dict__)

sys.meta_path.insert(0, Carried)
AnsibleModule = import_module("ansible.module_utils.basic").AnsibleModule
orders = json.loads(base64.b64decode("{orders}"))
modules = [import_module(name) for name in {modules}]
print("\\n{begun}", flush=True)
for AnsibleModule.order, module in zip(orders, modules):
    try:
        module.main()
    except SystemExit:
        pass
    if AnsibleModule.failed:
        break
"""


class NodeScript:
    """Modules of this collection by their names, such as ``join_key``. The files are read when this is made."""

    def __init__(self, *names: str) -> None:
        files = carried(*names)
        self._files = _packed(json.dumps(files).encode())
        self._compiled = _packed(marshal.dumps({each: text and _compiled(each, text) for each, text in files.items()}))

    def text(self, asks: Sequence[Ask], *, check_mode: bool, diff: bool, syslog: bool) -> bytes:
        """The script that carries out what is asked for, until one fails.

        The options are not part of a command line and so not seen by others.
        """
        orders = [
            {
                "module": ask.module,
                "options": dict(ask.options),
                "check_mode": check_mode,
                "diff": diff,
                "syslog": syslog,
                "mark": MARK,
            }
            for ask in asks
        ]
        return _SCRIPT.format(
            release=sys.implementation.cache_tag,
            compiled=self._compiled,
            files=self._files,
            modules=json.dumps([f"{PACKAGE}.modules.{ask.module}" for ask in asks]),
            orders=base64.b64encode(json.dumps(orders).encode()).decode(),
            begun=BEGUN,
        ).encode()


@cache
def script_of(*names: str) -> NodeScript:
    """The script of modules. Ansible forks a worker for each host, so it is made before that."""
    return NodeScript(*names)


def answers_in(output: str) -> list[dict[str, Any]]:
    """What the modules returned, in the script's output, up to the first of which nothing can be read."""
    answers = []
    for line in output.splitlines():
        if line.startswith(MARK):
            try:
                answer = parsed(line[len(MARK) :])
            except ValueError:
                break
            if not isinstance(answer, dict):
                break
            answers.append(answer)
    return answers


def has_begun(output: str) -> bool:
    """Whether the module began, so that it may have done something."""
    return BEGUN in output.splitlines()


def carried(*names: str) -> dict[str, str]:
    """The texts of modules and of all that they import of this collection, by name; packages have none."""
    found = {
        "ansible": "",
        "ansible.module_utils": "",
        "ansible.module_utils.basic": _text("module_utils._adapter.stand_in"),
    }
    parts = PACKAGE.split(".")
    found.update({".".join(parts[:end]): "" for end in range(1, len(parts) + 1)})
    waiting = ["modules", *(f"modules.{name}" for name in names)]
    while waiting:
        each = waiting.pop()
        if f"{PACKAGE}.{each}" in found:
            continue
        text = found[f"{PACKAGE}.{each}"] = _text(each)
        waiting += _imported(each, text)
    return found


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode()


@cache
def _compiled(name: str, text: str) -> CodeType:
    """Without docstrings, which nobody reads on a node."""
    return compile(text, name, "exec", dont_inherit=True, optimize=2)


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
