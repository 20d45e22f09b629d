# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter import acquiring
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.secret_file import SecretFile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.modules import license_acquisition as module
from simulator.license_buckets import Bucket
from simulator.simulator import Simulator
from unit.modules.license_cases import BUCKETS, add_bucket
from unit.modules.rest_cases import FastClock, assert_no_secret, edge_options, platform_options
from unit.modules.run_module import run_module

ACQUIRE = f"{BUCKETS}/edges/acquire"
RELEASE = f"{BUCKETS}/edges/release"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    fast = FastClock()
    monkeypatch.setattr(module, "Clock", lambda: fast)
    return fast


@pytest.fixture(autouse=True)
def _edges(simulator: Simulator) -> None:
    add_bucket(simulator)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ship.keys"


def run(simulator: Simulator, path: Path, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    options = {**platform_options(simulator), "bucket": "edges", "label": "ship", "path": str(path), **changes}
    return run_module("license_acquisition", options, check=check)


def counted(simulator: Simulator) -> dict[str, int]:
    return {label: len(keys) for label, keys in simulator.platform.buckets["edges"].labelled.items()}


def acquired(simulator: Simulator) -> list[str]:
    return [one.compact_key for one in simulator.platform.buckets["edges"].labelled.get("ship", [])]


def sent(simulator: Simulator, path: str = ACQUIRE) -> int:
    return len(simulator.calls.find(method="POST", path=path))


def test_five_runs(simulator: Simulator, path: Path) -> None:
    simulator.calls.clear()
    predicted = run(simulator, path, check=True, count=2)
    assert (predicted["changed"], predicted["keys"], simulator.calls.writes) == (True, 2, [])
    assert not path.exists()

    real = run(simulator, path, count=2)
    assert (real["diff"], real["drift"]) == (predicted["diff"], ["keys", "mode"])
    keys = acquired(simulator)
    assert path.read_text() == f"{keys[0]}\n\n{keys[1]}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (counted(simulator), list(path.parent.glob(".ship*"))) == ({"ship": 2}, [])

    again = run(simulator, path, count=2)
    assert (again["changed"], again["drift"], sent(simulator)) == (False, [], 1)

    path.chmod(0o644)
    found = run(simulator, path, check=True, count=2)
    assert (found["drift"], found["diff"]["before"]["mode"]) == (["mode"], "open to others")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644

    assert run(simulator, path, count=2)["diff"] == found["diff"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    last = run(simulator, path, count=2)
    assert (last["changed"], sent(simulator)) == (False, 1)
    assert_no_secret([predicted, real, again, found, last], simulator, *keys)


def test_more_keys_are_added_to_the_file(simulator: Simulator, path: Path) -> None:
    run(simulator, path)

    result = run(simulator, path, count=3)

    assert (result["drift"], result["keys"], counted(simulator)) == (["keys"], 3, {"ship": 3})
    assert path.read_text().split() == acquired(simulator)


def test_keys_can_be_installed_on_the_edge(simulator: Simulator, path: Path) -> None:
    edge = simulator.add_edge("ship", licensed=False)
    run(simulator, path)

    options = {**edge_options(simulator, "ship"), "keys": path.read_text().split()}

    assert run_module("artifactory_license", options)["changed"]
    assert edge.licence is not None
    assert not run_module("artifactory_license", options)["changed"]


@pytest.mark.parametrize("takes_back", ["all", "one"])
def test_released_once_and_the_file_goes(simulator: Simulator, path: Path, takes_back: str) -> None:
    simulator.switches.release_takes_back = takes_back  # type: ignore[assignment]
    run(simulator, path, count=2)

    predicted = run(simulator, path, check=True, state="absent")
    assert path.exists()
    released = run(simulator, path, state="absent")

    assert (released["changed"], released["diff"], counted(simulator)) == (True, predicted["diff"], {})
    assert not path.exists()
    assert run(simulator, path, state="absent")["changed"] is False


def test_file_that_an_interrupted_release_left_is_removed(simulator: Simulator, path: Path) -> None:
    run(simulator, path)
    simulator.platform.buckets["edges"].release("ship")

    assert run(simulator, path, state="absent")["changed"] is True
    assert (path.exists(), sent(simulator, RELEASE)) == (False, 0)


def leaked(result: dict[str, Any], count: int = 1) -> None:
    noun = "1 licence was" if count == 1 else f"{count} licences were"
    assert f"{noun} acquired and the keys are in no file" in result["msg"]
    assert "nothing more is acquired under this label" in result["msg"]
    assert "release the label with state=absent" in result["msg"]
    assert result["leaked"] == {"ship": count}


def test_keys_whose_answer_was_lost_are_told_as_leaked_and_acquired_no_second_time(
    simulator: Simulator, path: Path
) -> None:
    simulator.faults.add(site="acme", method="POST", path=ACQUIRE, kind="drop_answer")

    first = run(simulator, path, count=2)
    second = run(simulator, path, count=2)
    predicted = run(simulator, path, count=2, check=True)

    for result in (first, second, predicted):
        leaked(result, 2)
    assert "the answer with the keys was lost" in first["msg"]
    assert f"it counts 2 for this label, and {path} has 0" in second["msg"]
    assert (counted(simulator), sent(simulator), path.exists()) == ({"ship": 2}, 1, False)

    assert run(simulator, path, state="absent")["changed"] is True
    assert run(simulator, path, count=2)["changed"] is True
    assert counted(simulator) == {"ship": 2}


def test_keys_that_could_not_be_written_are_told_as_leaked(
    simulator: Simulator, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: SecretFile, text: str) -> None:
        raise EdgeError(f"Cannot write the licence keys in {self.path}: no space left on device. Correct that.")

    monkeypatch.setattr(SecretFile, "write", full)
    result = run(simulator, path)
    monkeypatch.undo()

    leaked(result)
    assert "no space left on device" in result["msg"]
    assert list(path.parent.glob(".ship*")) == []
    assert_no_secret(result, simulator, *acquired(simulator))
    leaked(run(simulator, path))


def test_keys_of_a_run_that_ended_between_are_told_as_leaked(simulator: Simulator, path: Path) -> None:
    run(simulator, path, count=1)
    path.unlink()

    leaked(run(simulator, path))
    assert sent(simulator) == 1


@pytest.mark.parametrize("kind", ["hang_up", "502_html"])
def test_answer_lost_before_the_work_leaves_nothing_behind(simulator: Simulator, path: Path, kind: str) -> None:
    simulator.faults.add(site="acme", method="POST", path=ACQUIRE, kind=kind)

    result = run(simulator, path)

    assert "Cannot acquire 1 of the licence bucket 'edges' as 'ship' at the platform" in result["msg"]
    assert (counted(simulator), list(path.parent.glob("*ship*"))) == ({}, [])
    assert run(simulator, path)["changed"] is True


def test_answer_to_a_release_that_is_lost_is_settled_by_reading(simulator: Simulator, path: Path) -> None:
    run(simulator, path)
    simulator.faults.add(site="acme", method="POST", path=RELEASE, kind="drop_answer")

    assert run(simulator, path, state="absent")["changed"] is True
    assert (counted(simulator), path.exists(), sent(simulator, RELEASE)) == ({}, False, 1)


def test_release_that_was_not_done_keeps_the_file(simulator: Simulator, path: Path) -> None:
    run(simulator, path)
    simulator.faults.add(site="acme", method="POST", path=RELEASE, kind="hang_up")

    result = run(simulator, path, state="absent")

    assert "Cannot release the licences of the bucket 'edges' from 'ship'" in result["msg"]
    assert (counted(simulator), path.exists()) == ({"ship": 1}, True)


def test_release_that_changes_nothing_ends_with_what_the_report_counts_and_keeps_the_file(
    simulator: Simulator, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(simulator, path)
    monkeypatch.setattr(Bucket, "release", lambda *_, **__: 1)

    result = run(simulator, path, state="absent")

    assert "says that it did, and its report still counts 1 of 'edges'. See it in the web page." in result["msg"]
    assert (sent(simulator, RELEASE), path.exists()) == (1, True)


def test_too_few_licences_are_told_before_any_is_acquired(simulator: Simulator, path: Path) -> None:
    for check in (True, False):
        result = run(simulator, path, count=4, check=check)
        assert (
            "Cannot acquire licences as 'ship': this run needs 4 licences of the bucket 'edges', and 3 of its 3 are "
            "free; 3 are left for 'ship', which lacks 4." in result["msg"]
        )
    assert sent(simulator) == 0


@pytest.mark.parametrize("status", [500, 409])
def test_refusal_of_the_platform_is_told(
    simulator: Simulator, path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    simulator.switches.acquire_none_left_status = status
    monkeypatch.setattr(acquiring, "shortages", lambda *_, **__: {})

    result = run(simulator, path, count=4)

    assert f"it answered {status}" in result["msg"]
    assert "Cannot acquire licenses from bucket edges" in result["msg"]
    assert list(path.parent.glob("*ship*")) == []


def prepared(path: Path, what: str) -> dict[str, Any]:
    if what == "folder":
        return {"path": str(path / "no" / "keys")}
    if what == "other-file":
        path.write_text("something else\n")
    if what == "directory":
        path.mkdir()
    if what == "link":
        path.symlink_to(path.parent / "elsewhere")
    if what == "count":
        return {"count": 0}
    return {"bucket": "none"} if what == "bucket" else {}


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("folder", "no such file or directory. Correct that on the host that runs the module."),
        ("other-file", "it is no licence key"),
        ("directory", "is a directory"),
        ("link", "Cannot read the licence keys in"),
        ("count", "give a count of 1 or more"),
        ("bucket", "has no licence bucket 'none'"),
    ],
)
def test_mistake_is_told_before_anything_is_acquired(simulator: Simulator, path: Path, what: str, says: str) -> None:
    options = prepared(path, what)

    assert says in run(simulator, Path(options.pop("path", path)), **options)["msg"]
    assert (counted(simulator), sent(simulator)) == ({}, 0)


def test_file_of_another_bucket_is_left_with_a_warning(simulator: Simulator, path: Path) -> None:
    path.write_text("".join(simulator.make_license_key().split()) + "\n")
    path.chmod(0o600)

    result = run(simulator, path)

    assert (result["changed"], sent(simulator)) == (False, 0)
    assert "has 1 licence keys, and the bucket 'edges' counts 0 as 'ship'" in result["warnings"][0]


def test_key_in_the_file_is_never_shown(simulator: Simulator, path: Path) -> None:
    run(simulator, path)
    key = path.read_text().strip()
    path.write_text(f"{key};{key}\n")

    result = run(simulator, path)

    assert result["failed"]
    assert key not in json.dumps(result)
