# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import logs
from unit.node.node_tree import put

IMPORTED = (
    "Bootstrap joinKey found in [/opt/jfrog/artifactory/var/bootstrap/access/etc/security/join.key:]. Deleting original"
)
LOADED = "Cluster join: Join key loaded successfully (from: database)"
REFUSED = "Cluster join: Retry 5: Service registry join failed, will retry. Error: response code: 403"
CREDENTIALS = "'/x/bootstrap.creds' are not as expected. Expected permissions are: OWNER_READ OWNER_WRITE"
JOINED = "Cluster join: Successfully joined the cluster"
EARLY = datetime(2000, 1, 1, tzinfo=timezone.utc)


def line(minute: int, message: str, code: str = "jfmd ", level: str = "INFO ") -> str:
    start = f"2026-11-22T10:{minute:02d}:00.250Z [{code}] [{level}] [1f2e3d4c5b6a7988] [security_keys.go:1 ]"
    return f"{start} [main ] - {message}\n"


def at(minute: int) -> str:
    return f"2026-11-22T10:{minute:02d}:00.250Z"


@pytest.mark.parametrize(
    ("lines", "imported", "refused"),
    [
        pytest.param([], None, None, id="no-lines"),
        pytest.param([line(1, IMPORTED, "shell"), line(9, IMPORTED, "shell")], at(9), None, id="newest-import"),
        pytest.param([line(1, LOADED), line(2, REFUSED), line(3, REFUSED)], None, at(3), id="newest-refusal"),
        pytest.param([line(2, REFUSED), line(3, LOADED)], None, None, id="refusal-before-the-last-start"),
        pytest.param([line(1, LOADED), line(2, REFUSED), line(3, JOINED)], None, None, id="joined-after-retries"),
        pytest.param(
            [line(1, LOADED), line(2, REFUSED, "jfrou"), line(3, JOINED, "jfevt")],
            None,
            at(2),
            id="another-service-joined",
        ),
        pytest.param(
            [
                line(1, LOADED),
                line(2, REFUSED, "jfevt"),
                line(3, "Cluster join: Successfully joined jfevt@01abc with node id x", "jfac "),
            ],
            None,
            None,
            id="access-tells-who-joined",
        ),
        pytest.param(
            [line(2, "Cluster join: Retry 5: Service registry ping failed, will retry")],
            None,
            None,
            id="ping-is-a-symptom",
        ),
        pytest.param(
            [f"2026-11-22T10:07:00.250Z [\x1b[38;5;69mshell\x1b[0m] [\x1b[34mINFO \x1b[0m] [] - {IMPORTED}\n"],
            at(7),
            None,
            id="coloured",
        ),
        pytest.param([line(4, "something"), IMPORTED + "\n"], at(4), None, id="line-without-a-time-has-the-last-one"),
        pytest.param([IMPORTED + "\n"], None, None, id="no-time-at-all"),
    ],
)
def test_join_key_times_newest_lines_count(
    tmp_path: Path, lines: list[str], imported: str | None, refused: str | None
) -> None:
    assert logs.join_key_times([put(tmp_path / "console.log", "".join(lines))]) == (imported, refused)


def test_join_key_times_over_several_files_newest_counts(tmp_path: Path) -> None:
    first = put(tmp_path / "a.log", line(5, LOADED) + line(6, REFUSED))
    second = put(tmp_path / "b.log", line(8, IMPORTED) + line(9, LOADED))

    assert logs.join_key_times([first, second, tmp_path / "missing.log"]) == (at(8), None)


def test_join_key_times_local_time_of_six_is_turned_into_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        log = put(tmp_path / "access.log", f"2026-11-22 19:05:00,250 [main] [INFO ] - {IMPORTED}\n")
        assert logs.join_key_times([log]) == (at(5), None)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_logs_only_their_end_is_read(tmp_path: Path) -> None:
    log = put(tmp_path / "console.log", line(1, IMPORTED) + "x" * (logs.TAIL_BYTES + 10) + "\n" + line(2, "other"))

    assert logs.join_key_times([log]) == (None, None)


def test_logs_huge_file_is_read_in_no_time(tmp_path: Path) -> None:
    log = tmp_path / "console.log"
    with log.open("wb") as stream:
        stream.truncate(1 << 34)
        stream.seek(0, 2)
        stream.write(b"\n" + line(3, IMPORTED).encode())
    begun = time.monotonic()

    assert logs.join_key_times([log]) == (at(3), None)
    assert time.monotonic() - begun < 2


def test_logs_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "console.log")
    assert logs.join_key_times([tmp_path / "console.log"]) == (None, None)


@pytest.mark.parametrize(
    ("lines", "first", "remedy"),
    [
        pytest.param(
            [
                line(2, "Cluster join: Join key is missing. Pending for 5 seconds with 2m0s timeout", "jfrou"),
                line(3, "Master key checksum mismatch. Aborting initialization", "jfac ", "ERROR"),
            ],
            "Master key checksum mismatch. Aborting initialization",
            "Put the master key back that the node's database was made with.",
            id="cause-before-symptom",
        ),
        pytest.param(
            [line(2, "Found existing master key fingerprint in the DB, without master.key file", "jfac ", "ERROR")],
            "Found existing master key fingerprint in the DB, without master.key file",
            "Put the node's master key back in its place.",
            id="master-key-lost",
        ),
        pytest.param(
            [line(2, CREDENTIALS, "jfac ", "ERROR")],
            CREDENTIALS,
            "Correct access/bootstrap.creds",
            id="credentials-file",
        ),
        pytest.param(
            [line(2, "disk full", "jfrt ", "ERROR")], "disk full", "Look at the lines before it", id="any-other-error"
        ),
    ],
)
def test_start_failure_likeliest_cause_comes_first(tmp_path: Path, lines: list[str], first: str, remedy: str) -> None:
    failure = logs.start_failure([put(tmp_path / "access-service.log", "".join(lines))], EARLY)

    assert failure.reasons[0] == first
    assert failure.remedy.startswith(remedy)


def test_start_failure_lines_of_earlier_starts_do_not_count(tmp_path: Path) -> None:
    log = put(tmp_path / "access-service.log", line(1, "Master key mismatch", level="ERROR") + line(9, "all well"))

    failure = logs.start_failure([log], datetime(2026, 11, 22, 10, 5, tzinfo=timezone.utc))
    assert (failure.reasons, failure.remedy) == ([], "")


def test_start_failure_settings_that_the_router_lists_are_no_reason(tmp_path: Path) -> None:
    settings = line(1, "shared.security.masterKey (Default Value): *****") + line(
        1, "shared.security.masterKeyExternal: x"
    )
    missing = line(2, "failed resolving 'shared.security.masterKey' key; file does not exist: /x", "jfrou", "FATAL")

    assert logs.start_failure([put(tmp_path / "a.log", settings)], EARLY).reasons == []
    failure = logs.start_failure([put(tmp_path / "a.log", settings + missing)], EARLY)
    assert len(failure.reasons) == 1
    assert failure.remedy == "Put the node's master key back in its place."


def test_start_failure_same_line_in_two_logs_is_quoted_once_and_not_too_many(tmp_path: Path) -> None:
    text = "".join(line(minute, f"problem {minute % 9}", level="ERROR") for minute in range(30))
    paths = [put(tmp_path / name, text) for name in ("a.log", "b.log")]

    assert logs.start_failure(paths, EARLY).reasons == [f"problem {number}" for number in range(5)]


@pytest.mark.parametrize(
    "secret",
    [
        "0123456789abcdef0123456789abcdef",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
        "password=hunter2",
        "Token: abc",
    ],
)
def test_quotable_nothing_like_a_secret_stays(secret: str) -> None:
    quoted = logs.quotable(line(1, f"failed with {secret} somehow", level="ERROR"))

    assert quoted == "failed with … somehow"


def test_join_key_times_line_without_a_time_has_that_of_the_lines_before(tmp_path: Path) -> None:
    path = put(tmp_path / "a.log", line(4, "first") + line(5, "second") + f"more\n{REFUSED}\n" + line(6, "last"))

    assert logs.join_key_times([path]) == (None, at(5))


def test_join_key_times_line_before_any_time_is_left_out(tmp_path: Path) -> None:
    assert logs.join_key_times([put(tmp_path / "a.log", f"{REFUSED}\n" + line(6, "last"))]) == (None, None)


@pytest.mark.parametrize("stamp", ["2026-99-99T99:99:99.999Z", "0001-01-01 00:00:00,000", "9999-12-31 23:59:59,999"])
def test_join_key_times_digits_that_are_no_time_are_no_crash(tmp_path: Path, stamp: str) -> None:
    path = put(tmp_path / "a.log", f"{stamp} [jfmd ] - {REFUSED}\n" + line(1, LOADED))

    logs.join_key_times([path])


def test_join_key_times_of_a_busy_node_are_found_at_once(tmp_path: Path) -> None:
    path = put(tmp_path / "a.log", line(1, IMPORTED) + line(2, "request " + "x" * 100) * 2000)
    begun = time.process_time()

    for _ in range(8):
        assert logs.join_key_times([path])[0] == at(1)
    assert time.process_time() - begun < 0.15


def test_quotable_line_that_would_steer_the_terminal_or_take_long_is_tamed() -> None:
    begun = time.process_time()

    assert logs.quotable("\x1b]0;title\x07 plain " + "eyJ" * 200_000).startswith(" ]0;title  plain ")
    assert time.process_time() - begun < 0.5
