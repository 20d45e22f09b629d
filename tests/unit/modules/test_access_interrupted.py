# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Supplies to Access that are killed at each of their file operations: the next run finishes them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.node import RUNNING
from simulator.node.node import Node
from simulator.node.testing import Workbench, restart
from unit.modules.run_module import run_module

KEY = POOL.take()
CERTIFICATE = self_signed("lyon", KEY)
PAIR = {"certificate": to_pem(CERTIFICATE), "private_key": key_to_pem(KEY)}
SETTINGS = {"token": {"max-expiry": 3600}}

CASES: dict[str, tuple[str, dict[str, Any], Callable[[Node, str], bool]]] = {
    "token_signing_certificate": (
        "token_signing_certificate",
        PAIR,
        lambda node, _ca: sha256(node.database.root_certificate) == sha256(CERTIFICATE) and bool(node.database.trusted),
    ),
    "access_ca_certificate-present": (
        "access_ca_certificate",
        PAIR,
        lambda node, _ca: sha256(node.database.ca_certificate) == sha256(CERTIFICATE),
    ),
    "access_ca_certificate-renewed": (
        "access_ca_certificate",
        {"state": "renewed", "needed": True},
        lambda node, ca: sha256(node.database.ca_certificate) != ca,
    ),
    "access_config": (
        "access_config",
        {"settings": SETTINGS},
        lambda node, _ca: node.database.access_config == SETTINGS,
    ),
}


NAMES = {"ca.crt": "certificate", "ca.private.key": "private_key"}
GONE = 9


def interrupted() -> None:
    raise KeyboardInterrupt


class Killer:
    """Ends the run before its file operation of that number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int, end: Callable[[], Any] = interrupted) -> None:
        self.left, self.end = number, end
        for name in ("rename", "unlink", "link", "mkdir"):
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def counted(path: Any, *arguments: Any, **options: Any) -> Any:
            folders = [folder for option, folder in options.items() if option.endswith("dir_fd")]
            if not any("/jfrog/artifactory/" in os.readlink(f"/proc/self/fd/{folder}") for folder in folders):
                return operation(path, *arguments, **options)
            self.left -= 1
            if self.left == 0:
                self.end()
            return operation(path, *arguments, **options)

        return counted


def run(node: Node, case: str) -> dict[str, Any]:
    module, options, _reached = CASES[case]
    result = run_module(module, {"artifactory_home": str(node.home), **options})
    assert not result.get("failed"), result["msg"]
    return result


def killed(node: Node, case: str, number: int) -> bool:
    """Whether the run was killed; it ends by itself when it has fewer operations."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        Killer(monkeypatch, number)
        try:
            run(node, case)
        except KeyboardInterrupt:
            return True
    return False


def leftovers(node: Node) -> list[str]:
    return sorted(path.name for path in (node.home / "var").rglob("*hybrid.jfrog.tmp*"))


@pytest.mark.parametrize("case", CASES)
def test_run_killed_at_any_file_operation_is_finished_by_the_next(tmp_path: Path, case: str) -> None:
    number = 0
    while True:
        number += 1
        node = Workbench(tmp_path / str(number)).started()
        ca = sha256(node.database.ca_certificate)
        was_killed = killed(node, case, number)
        run(node, case)
        assert not run(node, case)["changed"]
        node.tick()
        restart(node)
        assert CASES[case][2](node, ca), number
        if not was_killed:
            break
    assert number > 3


def ended_by_the_system(node: Node, case: str, number: int) -> bool:
    """As ``killed``, by a child that is gone before its file operation of that number: no clean-up of its own runs."""
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as monkeypatch:
            Killer(monkeypatch, number, end=lambda: os._exit(GONE))
            run(node, case)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == GONE


@pytest.mark.parametrize("case", ["token_signing_certificate", "access_config"])
def test_run_that_the_system_ended_leaves_nothing_behind_after_the_next(tmp_path: Path, case: str) -> None:
    left_behind = 0
    for number in range(1, 40):
        node = Workbench(tmp_path / str(number)).started()
        if not ended_by_the_system(node, case, number):
            break
        left_behind += bool(leftovers(node))
        run(node, case)
        assert leftovers(node) == []
        assert not run(node, case)["changed"]
    assert left_behind > 0  # else this would prove nothing


OTHER_KEY = POOL.take()
OTHER_PAIR = {"certificate": to_pem(self_signed("lyon", OTHER_KEY)), "private_key": key_to_pem(OTHER_KEY)}


def test_pair_in_place_of_another_that_waits_never_has_the_key_of_one_and_the_certificate_of_the_other(
    tmp_path: Path,
) -> None:
    wholes = [{name: pair[option] for name, option in NAMES.items()} for pair in (PAIR, OTHER_PAIR)]
    for number in range(1, 40):
        node = Workbench(tmp_path / str(number)).started()
        run(node, "access_ca_certificate-present")
        with pytest.MonkeyPatch.context() as monkeypatch:
            Killer(monkeypatch, number)
            options = {"artifactory_home": str(node.home), **OTHER_PAIR}
            try:
                run_module("access_ca_certificate", options)
            except KeyboardInterrupt:
                folder = node.home / "var/bootstrap/etc/access/keys"
                waiting = {name: (folder / name).read_text() for name in NAMES if (folder / name).exists()}
                assert waiting in wholes or "ca.crt" not in waiting
                continue
        break
    assert number > 3


@pytest.mark.parametrize("case", ["token_signing_certificate", "access_ca_certificate-present", "access_config"])
def test_start_after_a_killed_run_is_never_stopped_but_by_a_lone_key(tmp_path: Path, case: str) -> None:
    """What the product does with a key without a certificate is not stated; the simulator takes the worse reading."""
    alone = 0
    for number in range(1, 40):
        node = Workbench(tmp_path / str(number)).started()
        if not killed(node, case, number):
            break
        folder = node.home / "var/bootstrap/etc/access/keys"
        waiting = (
            {path.name for path in folder.glob("*") if not path.name.startswith(".")} if folder.is_dir() else set()
        )
        assert waiting in (
            {*()},
            {"private.key"},
            {"ca.private.key"},
            {"root.crt", "private.key"},
            {"ca.crt", "ca.private.key"},
        )
        node.stop()
        node.start(at_once=True)
        if len(waiting) == 1:
            alone += 1
            continue
        assert node.state == RUNNING, node.reason
    assert alone <= 1
