# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import is_later, moment, stamp

EARLY = "2026-11-22T10:00:00.001Z"
LATE = "2026-11-22T10:00:00.002Z"


def test_stamp_is_utc_with_milliseconds_and_read_again() -> None:
    tokyo = datetime(2026, 11, 22, 19, 0, 0, 1999, tzinfo=timezone(timedelta(hours=9)))

    assert stamp(tokyo) == EARLY
    assert moment(EARLY) == datetime(2026, 11, 22, 10, 0, 0, 1000, tzinfo=timezone.utc)


@pytest.mark.parametrize("text", ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00", "2026-11-22T11:00:00.000+01:00"])
def test_moment_other_ways_to_write_the_same_time(text: str) -> None:
    assert moment(text) == datetime(2026, 11, 22, 10, tzinfo=timezone.utc)


@pytest.mark.parametrize("text", ["", "soon", "10:00", "Z"])
def test_moment_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        moment(text)


@pytest.mark.parametrize(
    ("left", "right", "later"),
    [
        (LATE, EARLY, True),
        (EARLY, LATE, False),
        (EARLY, EARLY, False),
        (None, EARLY, False),
        (EARLY, None, True),
        (None, None, False),
    ],
)
def test_is_later_unknown_times_come_first(left: str | None, right: str | None, later: bool) -> None:
    assert is_later(left, right) is later
