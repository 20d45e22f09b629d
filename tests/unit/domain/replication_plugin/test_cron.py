# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cron expressions of Quartz: the examples of its tutorial, and what it refuses."""

from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin.cron import problem


@pytest.mark.parametrize(
    "expression",
    [
        "0 0 0/1 * * ?",
        "0 0 12 * * ?",
        "0 15 10 ? * *",
        "0 15 10 * * ? 2035",
        "0 * 14 * * ?",
        "0 0/5 14,18 * * ?",
        "0 0-5 14 * * ?",
        "0 10,44 14 ? 3 WED",
        "0 15 10 ? * MON-FRI",
        "0 15 10 15 * ?",
        "0 15 10 L * ?",
        "0 15 10 L-2 * ?",
        "0 15 10 LW * ?",
        "0 15 10 15W * ?",
        "0 15 10 ? * 6L",
        "0 15 10 ? * FRIL",
        "0 15 10 ? * 6L 2032-2035",
        "0 15 10 ? * 6#3",
        "0 0 12 1/5 * ?",
        "0 11 11 11 11 ?",
        "0 0 22-2 ? * fri-mon",
        "0 0 0 1 jan,JUL ?",
        "*/10 * * * * ?",
        "/10 * * * * ?",
        "  0   0 0 ? * 1  ",
    ],
)
def test_problem_of_an_expression_that_quartz_takes_is_none(expression: str) -> None:
    assert problem(expression) is None


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        pytest.param("", "has 0 fields", id="empty"),
        pytest.param("*/5 * * * *", "that of a Unix crontab has five", id="unix"),
        pytest.param("0 0 0 ? * * 2035 1", "has 8 fields", id="too-many"),
        pytest.param("@hourly", "has 1 fields", id="macro"),
        pytest.param("0 0 0 * * *", "none of them has it", id="no-question-mark"),
        pytest.param("0 0 0 ? * ?", "both have it", id="two-question-marks"),
        pytest.param("? 0 0 ? * *", "'?' is neither a value", id="question-mark-elsewhere"),
        pytest.param("60 0 0 * * ?", "the seconds '60', where values are 0 to 59", id="seconds"),
        pytest.param("0 60 0 * * ?", "the minutes '60', where values are 0 to 59", id="minutes"),
        pytest.param("0 0 24 * * ?", "the hours '24', where values are 0 to 23", id="hours"),
        pytest.param("0 0 0 0 * ?", "the day of month '0', where values are 1 to 31", id="day"),
        pytest.param("0 0 0 32W * ?", "the day of month '32W'", id="weekday-next-to-no-day"),
        pytest.param("0 0 0 1 13 ?", "the month '13', where values are 1 to 12 or JAN/FEB...", id="month"),
        pytest.param("0 0 0 1 JANUARY ?", "the month 'JANUARY'", id="month-in-full"),
        pytest.param("0 0 0 ? * 0", "the day of week '0', where values are 1 to 7", id="sunday-is-1"),
        pytest.param("0 0 0 ? * 2#6", "the day of week '2#6'", id="sixth-monday"),
        pytest.param("0 0 0 ? * XYZL", "the day of week 'XYZL'", id="last-of-no-day"),
        pytest.param("0 0 0 1 * ? 1969", "the year '1969'", id="year"),
        pytest.param("0 0 0 1 * ? 2040-2035", "goes backwards", id="years-backwards"),
        pytest.param("0 0/0 0 * * ?", "the step of '0/0' is not 1 to 59", id="step-of-nothing"),
        pytest.param("0 0/60 0 * * ?", "the step of '0/60' is not 1 to 59", id="step-too-long"),
        pytest.param("0 1,,2 0 * * ?", "'' is neither a value", id="gap-in-a-list"),
        pytest.param("0 1- 0 * * ?", "'1-' is neither a value", id="open-range"),
        pytest.param("0 *-5 0 * * ?", "the range '*-5' has no beginning", id="range-from-anything"),
        pytest.param("0 0 0 L,1 * ?", "the day of month 'L,1'", id="last-day-in-a-list"),
        pytest.param("0 ٣ 0 * * ?", "'٣' is neither a value", id="digits-of-others"),
        pytest.param(f"0 {'9' * 5000} 0 * * ?", "is neither a value", id="more-digits-than-python-reads"),
    ],
)
def test_problem_of_what_is_no_expression_says_where(expression: str, told: str) -> None:
    assert told in (problem(expression) or "")


def test_problem_names_every_field_that_is_wrong() -> None:
    found = problem("61 0 25 * * ?") or ""

    assert "the seconds '61'" in found
    assert "the hours '25'" in found
