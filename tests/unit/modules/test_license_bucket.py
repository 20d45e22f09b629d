# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.modules import license_bucket as module
from simulator.license_buckets import BucketFile, opened
from simulator.simulator import Simulator
from unit.modules.license_cases import BUCKETS, add_bucket
from unit.modules.rest_cases import FastClock, assert_no_secret, platform_options
from unit.modules.run_module import run_module


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    fast = FastClock()
    monkeypatch.setattr(module, "Clock", lambda: fast)
    return fast


@pytest.fixture
def file(simulator: Simulator) -> BucketFile:
    return simulator.platform.make_license_bucket(3)


def source(file: BucketFile, way: str) -> dict[str, str]:
    return {"url": file.url, "key": file.key} if way == "url" else {"file": str(file.path), "key": file.key}


def run(simulator: Simulator, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    return run_module("license_bucket", {**platform_options(simulator), "name": "edges", **changes}, check=check)


@pytest.mark.parametrize("way", ["url", "file"])
def test_five_runs(simulator: Simulator, file: BucketFile, way: str) -> None:
    wanted = source(file, way)

    predicted = run(simulator, check=True, **wanted)
    assert (predicted["changed"], predicted["bucket"]) == (True, None)
    assert simulator.calls.writes == []

    real = run(simulator, **wanted)
    assert (real["diff"], real["drift"], real["bucket"]["size"]) == (predicted["diff"], ["name"], 3)
    assert simulator.platform.buckets["edges"].identifier == file.identifier
    sent = len(simulator.calls.writes)

    again = run(simulator, **wanted)
    assert (again["changed"], again["drift"], len(simulator.calls.writes)) == (False, [], sent)

    del simulator.platform.buckets["edges"]
    found = run(simulator, check=True, **wanted)
    assert (found["drift"], len(simulator.calls.writes)) == (["name"], sent)

    assert run(simulator, **wanted)["diff"] == found["diff"]
    last = run(simulator, **wanted)
    assert not last["changed"]
    assert_no_secret([predicted, real, again, found, last], simulator, file.key, file.url)


def test_bucket_that_is_there_needs_neither_file_nor_key(simulator: Simulator) -> None:
    add_bucket(simulator)

    assert run(simulator)["changed"] is False


@pytest.mark.parametrize("path", ["both", "name", "identifier"])
def test_deleted_once(simulator: Simulator, path: str) -> None:
    simulator.switches.bucket_path = path  # type: ignore[assignment]
    add_bucket(simulator)

    predicted = run(simulator, check=True, state="absent")
    assert list(simulator.platform.buckets) == ["edges"]
    removed = run(simulator, state="absent")

    assert (removed["changed"], removed["diff"], removed["bucket"]) == (True, predicted["diff"], None)
    assert simulator.platform.buckets == {}
    assert run(simulator, state="absent")["changed"] is False


def test_bucket_in_use_is_deleted_only_by_force(simulator: Simulator, tmp_path: Path) -> None:
    add_bucket(simulator)
    label = {**platform_options(simulator), "bucket": "edges", "label": "ship", "path": str(tmp_path / "keys")}
    assert run_module("license_acquisition", label)["changed"]

    kept = run(simulator, state="absent")
    assert "1 of its licences is in use ('ship': 1). Release them with" in kept["msg"]
    assert list(simulator.platform.buckets) == ["edges"]

    assert run(simulator, state="absent", force=True)["changed"]
    assert simulator.platform.buckets == {}


def test_platform_that_keeps_a_bucket_in_use_says_so_in_spite_of_force(simulator: Simulator, tmp_path: Path) -> None:
    simulator.switches.bucket_in_use_deletable = False
    add_bucket(simulator)
    label = {**platform_options(simulator), "bucket": "edges", "label": "ship", "path": str(tmp_path / "keys")}
    assert run_module("license_acquisition", label)["changed"]

    result = run(simulator, state="absent", force=True)

    assert "Cannot delete the licence bucket 'edges' at the platform" in result["msg"]
    assert "it answered 409 Conflict (\"Bucket 'edges' has licenses in use\")." in result["msg"]
    assert list(simulator.platform.buckets) == ["edges"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"url": "https://192.0.2.1/b"}, "key is missing. Give what the vendor sent.", id="no-key"),
        pytest.param({"key": "0" * 64}, "url or file is missing.", id="no-source"),
        pytest.param({}, "key and url or file are missing.", id="neither"),
        pytest.param(
            {"key": "0" * 64, "url": "https://192.0.2.1/b", "file": "b.json"}, "mutually exclusive: url|file", id="both"
        ),
        pytest.param(
            {"key": "0" * 64, "file": "/nowhere/b.json"}, "/nowhere/b.json: no such file or directory", id="file"
        ),
        pytest.param({"key": "0" * 64, "file": "/dev/null"}, "/dev/null: it is no plain file", id="device"),
    ],
)
def test_mistake_is_told_before_anything_is_sent(simulator: Simulator, changes: dict[str, Any], says: str) -> None:
    result = run(simulator, **changes)

    assert result["failed"]
    assert says in result["msg"]
    assert simulator.calls.writes == []


def test_empty_file_is_told_before_anything_is_sent(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "b.json").touch()

    result = run(simulator, key="0" * 64, file=str(tmp_path / "b.json"))

    assert result["msg"].endswith("b.json: it is empty. Correct file.")
    assert simulator.calls.writes == []


def wrong_key(simulator: Simulator, file: BucketFile) -> dict[str, str]:
    return {"url": file.url, "key": "ab" * 32}


def other_file(simulator: Simulator, file: BucketFile) -> dict[str, str]:
    return {"url": "https://releases.example.com/license-buckets/other.json", "key": file.key}


def url_taken(simulator: Simulator, file: BucketFile) -> dict[str, str]:
    run(simulator, name="first", url=file.url, key=file.key)
    return {"url": file.url, "key": file.key}


def no_admin(simulator: Simulator, file: BucketFile) -> dict[str, str]:
    token = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")
    return {"url": file.url, "key": file.key, "platform_access_token": token}


def no_token(simulator: Simulator, file: BucketFile) -> dict[str, str]:
    return {"url": file.url, "key": file.key, "platform_access_token": "eyJ.eyJ.x"}


@pytest.mark.parametrize(
    ("prepare", "status", "says"),
    [
        pytest.param(
            wrong_key,
            400,
            "Cannot add the licence bucket 'edges': the platform answered 400 (\"Your bucket file could not be used. "
            'Please verify that the file is correct and that the key is valid."). Check that the key belongs to this '
            "file, and that the platform itself can load it when it is a url.",
            id="wrong-key",
        ),
        pytest.param(other_file, 400, "Your bucket file could not be used.", id="nothing-at-the-url"),
        pytest.param(url_taken, 409, 'already exists"). Another bucket has been made of the same file', id="url-taken"),
        pytest.param(no_admin, 403, "Use platform_access_token with admin rights", id="no-admin"),
        pytest.param(no_token, 401, "Use a valid platform_access_token", id="no-token"),
    ],
)
def test_refusal_is_told_with_its_remedy(
    simulator: Simulator, file: BucketFile, prepare: Any, status: int, says: str
) -> None:
    options = prepare(simulator, file)
    result = run(simulator, **options)

    assert (result["failed"], result["http_status"]) == (True, status)
    assert says in result["msg"]
    assert "edges" not in simulator.platform.buckets
    assert_no_secret(result, simulator, file.key, file.url)


@pytest.mark.parametrize("way", ["url", "file"])
def test_lost_answer_leaves_one_bucket_and_is_no_failure(simulator: Simulator, file: BucketFile, way: str) -> None:
    simulator.faults.add(site="acme", method="POST", path=BUCKETS, kind="drop_answer")

    result = run(simulator, **source(file, way))

    assert (result["changed"], result["bucket"]["name"]) == (True, "edges")
    assert len(simulator.calls.find(method="POST", path=BUCKETS)) == 1


def test_bucket_that_somebody_else_adds_meanwhile_is_theirs_and_ours(
    simulator: Simulator, file: BucketFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = module.add

    def late(params: Any, *rest: Any) -> None:
        simulator.platform.buckets["edges"] = opened(file.content, file.key, name="edges", url=file.url)
        add(params, *rest)

    monkeypatch.setattr(module, "add", late)

    assert run(simulator, **source(file, "url"))["bucket"]["name"] == "edges"


def test_answer_lost_before_the_work_is_told_after_one_attempt(
    simulator: Simulator, file: BucketFile, clock: FastClock
) -> None:
    simulator.faults.add(site="acme", method="POST", path=BUCKETS, kind="hang_up")

    result = run(simulator, **source(file, "url"))

    assert "Cannot add the licence bucket 'edges' at the platform" in result["msg"]
    assert (simulator.platform.buckets, sum(clock.slept)) == ({}, module.SETTLE_SECONDS)


def test_busy_platform_is_told(simulator: Simulator, file: BucketFile) -> None:
    simulator.faults.add(site="acme", method="POST", path=BUCKETS, kind="502_html")

    assert "it answered 502" in run(simulator, **source(file, "url"))["msg"]
