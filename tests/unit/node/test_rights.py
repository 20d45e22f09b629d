# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.account import Account
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.rights import demand_its_own, demand_readable

MINE, GROUP = os.geteuid(), os.getegid()
OTHER = 54321


@pytest.mark.parametrize(
    ("account", "mode"),
    [
        pytest.param(Account(0, 0), 0o000, id="root-may-do-everything"),
        pytest.param(Account(OTHER, GROUP), 0o750, id="group"),
        pytest.param(Account(OTHER, OTHER), 0o755, id="everybody"),
    ],
)
def test_demand_readable_folder_that_the_service_can_use_passes(tmp_path: Path, account: Account, mode: int) -> None:
    folder = tmp_path / "trusted"
    folder.mkdir()
    folder.chmod(mode)
    demand_readable(folder, account)


@pytest.mark.parametrize(
    ("account", "mode"),
    [
        pytest.param(Account(OTHER, OTHER), 0o750, id="everybody-may-not"),
        pytest.param(Account(OTHER, GROUP), 0o705, id="group-may-not"),
        pytest.param(Account(OTHER, OTHER), 0o751, id="enters-but-sees-nothing"),
    ],
)
def test_demand_readable_folder_of_somebody_else_says_whose_it_is_and_whose_it_should_be(
    tmp_path: Path, account: Account, mode: int
) -> None:
    folder = tmp_path / "trusted"
    folder.mkdir()
    folder.chmod(mode)
    owner = Account(MINE, GROUP)
    with pytest.raises(LayoutError) as refused:
        demand_readable(folder, account)

    assert refused.value.msg == (
        f"Cannot use the folder {folder}: it belongs to {owner.user}:{owner.group} (mode {mode:04o}), so the service "
        f"user {account.user} cannot look into it. Give it to that user: chown {account.user}:{account.group} {folder}."
    )


def test_demand_readable_folder_that_is_missing_is_left_to_others(tmp_path: Path) -> None:
    demand_readable(tmp_path / "none", Account(OTHER, OTHER))


@pytest.mark.parametrize(
    ("account", "mode"),
    [
        pytest.param(Account(0, 0), 0o600, id="root-reads-everything"),
        pytest.param(Account(MINE, OTHER), 0o400, id="owner"),
        pytest.param(Account(OTHER, GROUP), 0o640, id="group"),
        pytest.param(Account(OTHER, OTHER), 0o644, id="everybody"),
    ],
)
def test_demand_its_own_file_that_the_service_could_read_passes(tmp_path: Path, account: Account, mode: int) -> None:
    (tmp_path / "key").touch()
    (tmp_path / "key").chmod(mode)
    demand_its_own(tmp_path / "key", (tmp_path / "key").stat(), account)


@pytest.mark.parametrize(
    ("account", "mode"),
    [
        pytest.param(Account(OTHER, OTHER), 0o640, id="everybody-may-not"),
        pytest.param(Account(OTHER, GROUP), 0o604, id="group-may-not"),
    ],
)
def test_demand_its_own_file_of_somebody_else_is_refused(tmp_path: Path, account: Account, mode: int) -> None:
    (tmp_path / "shadow").touch()
    (tmp_path / "shadow").chmod(mode)
    with pytest.raises(LayoutError, match=r"Cannot copy .*/shadow: it belongs to .* Correct its owner, or "):
        demand_its_own(tmp_path / "shadow", (tmp_path / "shadow").stat(), account)
