# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node's router that keeps whoever asks it waiting: an observation ends all the same."""

from __future__ import annotations

import signal
import time

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import health, server_certificate
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.within import within
from unit.client.hanging_server import BEHAVIOURS, hanging


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_router_that_sends_a_byte_now_and_then_is_given_up_in_time(behaviour: str) -> None:
    begun = time.monotonic()

    with hanging(behaviour) as url:
        seen = health.read(url, timeout=0.5)

    assert (seen["state"], seen["error"]) == ("UNREACHABLE", "no answer in time")
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("behaviour", ["silent", "endless-handshake"])
def test_certificate_of_such_a_router_is_given_up_in_time(behaviour: str) -> None:
    with hanging(behaviour) as url, pytest.raises(TimeoutError):
        server_certificate._served(url, 0.5)


def test_limit_leaves_no_timer_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)

    with within(0.05):
        pass

    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before
