# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.modules.rest_cases import assert_no_secret, platform_options
from unit.modules.run_module import run_module


def add(simulator: Simulator, name: str, **made: Any) -> Any:
    file = simulator.platform.make_license_bucket(**made)
    options = {**platform_options(simulator), "name": name, "url": file.url, "key": file.key}
    assert run_module("license_bucket", options)["changed"]
    return file


def read(simulator: Simulator, **options: Any) -> dict[str, Any]:
    return run_module("license_bucket_info", {**platform_options(simulator), **options})


@pytest.mark.parametrize("path", ["both", "name", "identifier"])
def test_buckets_are_read_with_their_reports(simulator: Simulator, path: str) -> None:
    simulator.switches.bucket_path = path  # type: ignore[assignment]
    file = add(simulator, "full", quantity=2)
    add(simulator, "edges", quantity=5)

    result = read(simulator)

    assert [(one["name"], one["size"], one["available"]) for one in result["buckets"]] == [
        ("edges", 5, 5),
        ("full", 2, 2),
    ]
    assert result["buckets"][1] == {
        "name": "full",
        "identifier": file.identifier,
        "license_type": "EDGE",
        "size": 2,
        "used": 0,
        "available": 2,
        "valid_through": f"{simulator.platform.buckets['full'].valid:%Y-%m-%d}",
        "jpds": {},
        "unknown_uses": {},
    }
    assert (result["changed"], len(simulator.calls.writes)) == (False, 2)
    assert_no_secret(result, simulator, file.key, file.url)


def test_one_bucket_is_found_by_name_or_identifier(simulator: Simulator) -> None:
    file = add(simulator, "edges")
    add(simulator, "others")

    assert [one["name"] for one in read(simulator, name="edges")["buckets"]] == ["edges"]
    assert [one["name"] for one in read(simulator, name=file.identifier)["buckets"]] == ["edges"]
    assert read(simulator, name="none")["buckets"] == []


def test_requests_grow_with_the_buckets_only(simulator: Simulator) -> None:
    add(simulator, "edges")
    add(simulator, "others")
    simulator.calls.clear()

    read(simulator)

    assert [(call.method, call.path.removeprefix("/mc/api/v1/buckets")) for call in simulator.calls] == [
        ("GET", ""),
        ("GET", "/edges/report"),
        ("GET", "/others/report"),
    ]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("503", "Cannot list the licence buckets at the platform", id="busy"),
        pytest.param("502_html", "answered 502", id="html"),
    ],
)
def test_platform_that_does_not_answer_is_told(simulator: Simulator, kind: str, says: str) -> None:
    simulator.faults.add(site="acme", kind=kind, times=None)

    assert says in read(simulator)["msg"]
