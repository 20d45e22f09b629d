# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/running.md says of a run that is cut short, and of its output."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integration.fleet import ROOT, Fleet
from integration.platform_state import platform_state

CUT_SHORT = {
    "a-tag-that-nothing-has": ("--tags", "platform"),
    "only-what-is-tagged-never": ("--tags", "never"),
    "from-the-platform-on": ("--start-at-task", "Observe the platform and the Edges"),
    "from-the-plan-on": ("--start-at-task", "Plan the changes"),
    "from-the-steps-on": ("--start-at-task", "Carry out the steps of the wave, in their order"),
    "from-the-report-on": ("--start-at-task", "Report on every Edge"),
}


@pytest.fixture
def fresh(fleet: Fleet) -> Fleet:
    """An Edge that has not joined yet."""
    fleet.add("lyon")
    return fleet


@pytest.mark.parametrize("arguments", CUT_SHORT.values(), ids=CUT_SHORT)
def test_run_that_is_cut_by_options_of_ansible_changes_nothing(fresh: Fleet, arguments: tuple[str, ...]) -> None:
    shared = "".join(path.read_text() for path in (ROOT / "playbooks/shared").glob("*.yml"))
    assert arguments[0] == "--tags" or f"- name: {arguments[1]}\n" in shared
    before = (platform_state(fresh.simulator), fresh.snapshot())

    run = fresh.run("onboard_edge.yml", *arguments)

    assert run.code in (0, 2), run.output  # 0 where no task is left
    assert "Traceback" not in run.output
    assert fresh.simulator.calls.writes == []
    assert (platform_state(fresh.simulator), fresh.snapshot()) == before


def test_options_of_a_file_and_colour_make_no_other_report(fresh: Fleet) -> None:
    options = fresh.folder / "options.yml"
    options.write_text(json.dumps({"edge_hosts": "lyon"}))

    plain = fresh.run("report_drift.yml", "-e", f"@{options}")
    coloured = fresh.run("report_drift.yml", "-e", f"@{options}", ANSIBLE_NOCOLOR="0", ANSIBLE_FORCE_COLOR="1")

    assert plain.code == coloured.code == 2
    assert "\x1b[" not in plain.output
    assert "\x1b[" in coloured.output
    assert without_times(plain.report) == without_times(coloured.report)


def without_times(report: dict[str, Any]) -> list[Any]:
    """What the report says of the Edges, whenever it was."""
    return [{**edge, "facts": [{**fact, "at": None} for fact in edge["facts"]]} for edge in report["edges"]]
