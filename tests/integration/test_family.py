# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import time

import pytest

from integration.family import Family

CHILDREN = "(setsid sleep 60 &) ; setsid sh -c 'sleep 60 & wait' & exec sleep 60"


@pytest.fixture
def family() -> Family:
    """Three that sleep, one in a session of its own and one whose parent has ended, and a shell that waits."""
    found = Family()
    subprocess.Popen(["sh", "-c", CHILDREN], env={**os.environ, **found.environment}, start_new_session=True)
    ends = time.monotonic() + 10
    while commands(found).count("sleep 60") < 3:
        assert time.monotonic() < ends
        time.sleep(0.01)
    return found


def commands(family: Family) -> list[str]:
    told = [(process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip() for process in family.members()]
    return [one for one in told if one]


def test_family_that_is_killed_leaves_nobody_whatever_sessions_they_made(family: Family) -> None:
    assert {"sleep 60", "sh -c sleep 60 & wait"} <= {*commands(family)}

    family.kill()

    assert commands(family) == []


def test_family_of_another_run_goes_on(family: Family) -> None:
    Family().kill()

    assert commands(family).count("sleep 60") == 3
    family.kill()
