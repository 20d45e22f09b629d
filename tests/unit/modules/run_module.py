# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of this collection in this process and returns what it would have told Ansible."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as ansible_warnings

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core before 2.19 has no such helper

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any] | None = None) -> Iterator[None]:
        raw = json.dumps({"ANSIBLE_MODULE_ARGS": args or {}}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", raw):
            yield


from unit.modules.unwritten import nothing_is_written

MODULES = "ansible_collections.hybrid.jfrog.plugins.modules."


def run_module(
    module_name: str, params: Mapping[str, Any], *, check: bool = False, diff: bool = True, verbosity: int = 0
) -> dict[str, Any]:
    """The result of the module, of a failure as well (``failed`` is true then). ``warnings`` is always a list of texts.

    An exception that is no designed error escapes, so a bug fails the test with its traceback. In check mode nothing
    may be written, in no state of any test.
    """
    with nothing_is_written(params) if check else contextlib.nullcontext():
        return _run(module_name, params, check=check, diff=diff, verbosity=verbosity)


def _run(module_name: str, params: Mapping[str, Any], *, check: bool, diff: bool, verbosity: int) -> dict[str, Any]:
    main = importlib.import_module(MODULES + module_name).main
    with tempfile.TemporaryDirectory() as remote_tmp:
        internal = {
            "_ansible_check_mode": check,
            "_ansible_diff": diff,
            "_ansible_verbosity": verbosity,
            "_ansible_module_name": f"hybrid.jfrog.{module_name}",
            "_ansible_remote_tmp": remote_tmp,
            "_ansible_keep_remote_files": False,
        }
        output = io.StringIO()
        _forget_warnings()
        with patch_module_args({**params, **internal}), on_a_node(), unlogged(), contextlib.redirect_stdout(output):
            try:
                main()
            except SystemExit:
                pass
            else:
                raise AssertionError(f"{module_name} ended without a result")
    result: dict[str, Any] = json.loads(output.getvalue().strip().splitlines()[-1])
    result["warnings"] = [_text(warning) for warning in result.get("warnings", [])]
    return result


@contextlib.contextmanager
def on_a_node() -> Iterator[None]:
    """ansible-core 2.19 and later print a module's warnings where anything of the controller was imported before."""
    internal = getattr(ansible_warnings, "_internal", None)
    if not hasattr(internal, "is_controller"):
        yield
        return
    with mock.patch.object(internal, "is_controller", False):
        yield


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Nothing of the tests is written into the log of the machine, which with Python 3.12 takes no NUL in a text."""
    with mock.patch.object(basic.AnsibleModule, "_log_to_syslog"):
        yield


def _forget_warnings() -> None:
    """Warnings are collected per process; a module has a process of its own, except here."""
    for name in ("_global_warnings", "_global_deprecations"):
        getattr(ansible_warnings, name).clear()


def _text(warning: Any) -> str:
    """ansible-core 2.19 and later send a warning as an object whose event holds the message."""
    if isinstance(warning, dict):
        return str(warning.get("msg") or warning.get("event", {}).get("msg") or json.dumps(warning))
    return str(warning)
