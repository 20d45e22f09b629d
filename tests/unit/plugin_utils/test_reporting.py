# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where reports go: what can be told beforehand, and that a file which cannot be written loses no other."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.library import installation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import history, junit, metrics
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.whole_file import write_whole
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report import history as report_history
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report import reporting
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report.reporting import (
    FORMATS,
    Destinations,
    write_reports,
)
from unit.domain.report_shapes import DRIFTED, IN_ORDER, document, fleet_plan, named

REPORT = document(fleet_plan(named(DRIFTED, "lyon"), named(IN_ORDER, "osaka")))
NAMES = {
    "path": "report.json",
    "junit_path": "report.xml",
    "metrics_path": "fleet.prom",
    "history_path": "history.json",
}
REMEDY = "Choose a file on the controller that you may write, with room on its disk."


class Warnings(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


def destinations(folder: Path, **paths: Any) -> Destinations:
    """All formats but the page into one folder; a path may be given, or be None."""
    wanted = {**{option: str(folder / name) for option, name in NAMES.items()}, "html_path": None, **paths}
    return Destinations.from_options({**wanted, "history_keep": 3, "metrics_labels": {}})


def write(to: Destinations, report: dict[str, Any] = REPORT) -> list[str]:
    return write_reports(report, to, warn=Warnings(), clock=Clock())


def remember(path: Path, at: str, *, keep: int = 30, warn: Warnings | None = None, clock: Clock | None = None) -> Any:
    run = {**history.entry(REPORT), "at": at}
    return report_history.remember(
        str(path), run, keep=keep, warn=Warnings() if warn is None else warn, clock=clock or Clock()
    )


def times(path: Path) -> list[str]:
    return [run["at"] for run in history.parse(path.read_text())]


@pytest.fixture
def full_disk() -> Iterator[int]:
    """No file of this process may grow beyond so many bytes, as on a disk with that much room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    room = 4096
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    yield room
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder in which this process may not write; for root, whom permissions do not hold up, as another user."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        yield folder
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_every_format_is_written_for_its_owner_and_the_metrics_for_all(tmp_path: Path) -> None:
    assert write(destinations(tmp_path / "new" / "folder")) == []

    written = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new" / "folder").iterdir()}
    assert written == {
        "report.json": 0o600,
        "report.xml": 0o600,
        "fleet.prom": 0o644,
        "history.json": 0o600,
        ".history.json.lock": 0o600,
    }
    assert json.loads((tmp_path / "new/folder/report.json").read_text()) == REPORT


def test_mode_that_the_owner_gave_a_file_is_kept(tmp_path: Path) -> None:
    """As for a web server that shows it."""
    target = tmp_path / "report.xml"
    target.write_text("")
    target.chmod(0o640)
    (tmp_path / "fleet.prom").write_text("")
    (tmp_path / "fleet.prom").chmod(0o600)

    assert write(destinations(tmp_path)) == []

    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "fleet.prom").stat().st_mode) == 0o644


def test_link_stays_a_link_to_the_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "latest.json").symlink_to(tmp_path / "today.json")

    assert write(destinations(tmp_path, path=str(tmp_path / "latest.json"))) == []

    assert (tmp_path / "latest.json").is_symlink()
    assert json.loads((tmp_path / "today.json").read_text()) == REPORT


@pytest.mark.parametrize("option", NAMES)
def test_folder_in_place_of_a_file_is_told_beforehand_and_loses_no_other_format(tmp_path: Path, option: str) -> None:
    (tmp_path / NAMES[option]).mkdir()
    to = destinations(tmp_path)
    what = next(each.what for each in FORMATS if each.option == option)
    problem = f"Cannot write {what} to {tmp_path / NAMES[option]}: it is a folder. {REMEDY}"

    assert to.problems() == [problem]
    problems = write(to)

    if option == "history_path":
        assert problems == [f"Cannot read the history {tmp_path / NAMES[option]}: is a directory. {REMEDY}"]
    else:
        assert problems == [problem]
    assert {name for name in NAMES.values() if (tmp_path / name).is_file()} == {*NAMES.values()} - {NAMES[option]}


@pytest.mark.parametrize("device", ["/dev/full", "/dev/null"])
def test_device_is_refused_and_left_as_it_is(tmp_path: Path, device: str) -> None:
    before = os.stat(device)
    to = destinations(tmp_path, path=device)

    assert to.problems() == [f"Cannot write the report as JSON to {device}: it is no plain file. {REMEDY}"]
    assert write(to) == to.problems()

    assert os.stat(device).st_rdev == before.st_rdev
    assert (tmp_path / "report.xml").exists()


def test_pipe_is_refused_and_nobody_waits_for_its_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fleet.prom")
    to = destinations(tmp_path)

    assert to.problems() == [f"Cannot write the metrics to {tmp_path}/fleet.prom: it is no plain file. {REMEDY}"]


def test_file_in_place_of_a_folder_is_told_beforehand(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    to = destinations(tmp_path, path=str(tmp_path / "file" / "a" / "report.json"))

    assert to.problems() == [
        f"Cannot write the report as JSON to {tmp_path}/file/a/report.json: {tmp_path}/file is no folder. {REMEDY}"
    ]
    assert write(to) == [f"Cannot write the report as JSON to {tmp_path}/file/a/report.json: not a directory. {REMEDY}"]


def test_folder_that_may_not_be_written_is_told_beforehand(locked_folder: Path) -> None:
    folder = locked_folder
    to = destinations(folder / "new", junit_path=None, metrics_path=None, history_path=None)

    assert to.problems() == [
        f"Cannot write the report as JSON to {folder}/new/report.json: you may not write in {folder}. {REMEDY}"
    ]
    assert write(to) == [f"Cannot write the report as JSON to {folder}/new/report.json: permission denied. {REMEDY}"]


def test_name_that_no_file_can_have_is_told_beforehand(tmp_path: Path) -> None:
    to = destinations(tmp_path, path=str(tmp_path / ("x" * 300)))

    assert "file name too long" in to.problems()[0]
    assert "file name too long" in write(to)[0]
    assert (tmp_path / "report.xml").exists()


def test_disk_that_is_full_loses_only_what_does_not_fit(tmp_path: Path, full_disk: int) -> None:
    """The history and the metrics of two Edges fit, the rest does not; what was there before stays."""
    (tmp_path / "report.json").write_text("the report of yesterday")
    (tmp_path / "small").mkdir()
    to = destinations(tmp_path)
    assert to.problems() == []

    problems = write(to)

    assert [problem for problem in problems if "as JSON" in problem] == [
        f"Cannot write the report as JSON to {tmp_path}/report.json: file too large. {REMEDY}"
    ]
    assert (tmp_path / "report.json").read_text() == "the report of yesterday"
    assert times(tmp_path / "history.json") == [REPORT["finished_at"]]
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".report-")]


def test_two_formats_in_one_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(tmp_path)
    to = destinations(tmp_path, junit_path=str(tmp_path / "other" / "report.json"))

    assert to.problems() == [
        f"Cannot write the report as JSON and the report as JUnit XML to one file, {tmp_path}/report.json. "
        "Give each a file of its own."
    ]


@pytest.mark.parametrize(
    ("option", "package"),
    [("junit_path", "junitparser"), ("metrics_path", "prometheus-client"), ("html_path", "pygal")],
)
def test_package_that_is_missing_is_named_beforehand(
    tmp_path: Path, option: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package.replace("-", "_"), None)
    only = {**dict.fromkeys(NAMES), option: str(tmp_path / "file")}
    to = destinations(tmp_path, **only)

    what = next(each.what for each in FORMATS if each.option == option)
    problem = (
        f"Cannot write {what}: the Python package {package} is not installed on the controller. "
        f"Run {installation(package)} and try again."
    )
    assert to.problems() == [problem]
    assert write(to) == [problem]


def test_format_that_nobody_asked_for_needs_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("junitparser", "prometheus_client", "pygal"):
        monkeypatch.setitem(sys.modules, package, None)
    to = destinations(tmp_path, junit_path=None, metrics_path=None)

    assert (to.problems(), write(to)) == ([], [])


@pytest.mark.parametrize(
    ("maker", "what", "package"),
    [(junit, "the report as JUnit XML", "junitparser"), (metrics, "the metrics", "prometheus-client")],
)
def test_package_that_is_too_old_is_told_with_what_it_lacks(
    tmp_path: Path, maker: Any, what: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker, "_PROBLEM", ImportError("cannot import name 'SystemOut'"))

    assert write(destinations(tmp_path)) == [
        f"Cannot make {what}: ImportError: cannot import name 'SystemOut'. "
        f"Update the Python package {package}, or report this as a bug of the collection."
    ]


def test_library_that_fails_loses_only_its_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> str:
        raise AttributeError("no attribute 'append'")

    monkeypatch.setattr(reporting, "_junit", broken)

    assert write(destinations(tmp_path)) == [
        "Cannot make the report as JUnit XML: AttributeError: no attribute 'append'. "
        "Update the Python package junitparser, or report this as a bug of the collection."
    ]
    assert (tmp_path / "fleet.prom").exists()


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    options = {**dict.fromkeys(("html_path", "junit_path", "history_path")), "path": str(tmp_path / "report.json")}
    wanted = {**options, "metrics_path": str(tmp_path / "m"), "history_keep": 0, "metrics_labels": {"edge": "x"}}

    assert [problem.split(":")[0].split(". ")[0] for problem in Destinations.from_options(wanted).problems()] == [
        f"Cannot write the report as JSON to {tmp_path}/report.json",
        "Cannot keep a history of 0 runs",
        "Cannot label the metrics",
    ]


def test_last_success_survives_a_run_that_failed_by_the_metrics_themselves(tmp_path: Path) -> None:
    to = destinations(tmp_path, history_path=None)
    well = document(fleet_plan(named(IN_ORDER, "lyon")))
    later = {**REPORT, "finished_at": "2026-11-22T18:30:00Z"}

    assert write(to, well) + write(to, later) == []

    assert (
        'hybrid_jfrog_last_success_timestamp_seconds{platform="acme.jfrog.io"} 1.7953506e+09'
        in (tmp_path / "fleet.prom").read_text()
    )


def test_last_success_survives_the_loss_of_the_metrics_by_the_history(tmp_path: Path) -> None:
    to = destinations(tmp_path)
    assert write(to, document(fleet_plan(named(IN_ORDER, "lyon")))) == []
    (tmp_path / "fleet.prom").write_bytes(b"\xff\x00 damaged")

    assert write(to, {**REPORT, "finished_at": "2026-11-22T18:30:00Z"}) == []

    assert (
        'last_success_timestamp_seconds{platform="acme.jfrog.io"} 1.7953506e+09'
        in (tmp_path / "fleet.prom").read_text()
    )


def test_history_keeps_the_last_runs_and_returns_those_before(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    days = [f"2026-11-{day:02d}T00:00:00Z" for day in range(1, 6)]

    earlier = [remember(path, day, keep=3) for day in days]

    assert times(path) == days[2:]
    assert [run["at"] for run in earlier[-1]] == days[1:4]


def test_history_that_is_damaged_is_put_aside_and_said(tmp_path: Path) -> None:
    path, warnings = tmp_path / "history.json", Warnings()

    for text in ('{"version": 1, "runs": [{"at"', "again"):
        path.write_text(text)
        assert remember(path, "2026-11-22T00:00:00Z", warn=warnings) == []

    assert times(path) == ["2026-11-22T00:00:00Z"]
    assert (tmp_path / "history.json.damaged").read_text().startswith('{"version"')
    assert (tmp_path / "history.json.damaged-2").read_text() == "again"
    assert warnings[1].startswith(f"The history {path} cannot be read (")
    assert warnings[1].endswith(f"It was put aside as {path}.damaged-2, and a new one is begun.")


def test_history_that_several_runs_write_at_once_has_all_of_them(tmp_path: Path) -> None:
    """As slices of a fleet that end together."""
    path = tmp_path / "history.json"
    days = [f"2026-11-{day:02d}T00:00:00Z" for day in range(1, 21)]
    threads = [threading.Thread(target=remember, args=(path, day)) for day in days]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert times(path) == days


def test_history_that_another_run_holds_is_a_problem_of_the_history_only(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    passed = iter(range(0, 1000, 10))
    clock = Clock(monotonic=lambda: float(next(passed)), sleep=lambda _seconds: None)

    with report_history._locked(str(path), Clock()), pytest.raises(EdgeError) as refused:
        remember(path, "2026-11-22T00:00:00Z", clock=clock)

    assert refused.value.msg == (
        f"Cannot write the history to {path}: another run has had its lock for 30 s. "
        "Look for a run that hangs on this controller."
    )


def test_file_is_never_seen_half_written(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    write_whole(str(target), "old" * 100_000)
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add(target.read_text()[:3] + target.read_text()[-3:])

    reader = threading.Thread(target=look)
    reader.start()
    for _time in range(50):
        write_whole(str(target), "new" * 100_000)
    done.set()
    reader.join(timeout=30)

    assert seen <= {"oldold", "newnew", "oldnew"}
