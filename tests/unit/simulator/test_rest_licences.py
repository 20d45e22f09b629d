# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences of a self-hosted server: control-plane-api.md 5.3."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from simulator.licences import Licence
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client, message

ONE = "/artifactory/api/system/license"
ALL = "/artifactory/api/system/licenses"
INVALID = "The license key is invalid."


@pytest.fixture
def osaka(simulator: Simulator) -> Edge:
    """Two nodes without a licence."""
    return simulator.add_edge("osaka", nodes=2, licensed=False)


def install(call: Client, edge: Edge, *keys: str) -> Any:
    return call(edge, "POST", ALL, json=[{"licenseKey": key} for key in keys])


def users(call: Client, edge: Edge) -> list[tuple[str, str]]:
    return [(one["licenseHash"], one["nodeId"]) for one in call(edge, "GET", ALL).json()]


def test_key_is_installed_on_one_node(simulator: Simulator, call: Client, lyon: Edge) -> None:
    key = simulator.make_license_key("Edge", simulator.clock.now() + timedelta(days=400))

    response = call(lyon, "POST", ONE, json={"licenseKey": key})

    assert response.json() == {"status": 200, "message": "The license has been successfully installed."}
    assert call(lyon, "GET", ONE).json()["type"] == "Edge"
    assert [licence.key for licence in lyon.licences] == [key]


def test_spare_licences_are_not_in_use(simulator: Simulator, call: Client, osaka: Edge) -> None:
    keys = [simulator.make_license_key() for _ in range(3)]

    response = install(call, osaka, *keys)

    assert response.json() == {"status": 200, "messages": dict.fromkeys(keys, "OK")}
    assert [node for _hash, node in users(call, osaka)] == ["osaka-1", "osaka-2", "Not in use"]
    spare = call(osaka, "GET", ALL).json()[2]
    assert (spare["nodeUrl"], spare["expired"]) == ("Not in use", False)


def test_node_takes_a_valid_licence_before_an_expired_one(simulator: Simulator, call: Client, osaka: Edge) -> None:
    old = Licence("Edge", "EDGE", simulator.clock.now() - timedelta(days=1))
    new = [Licence("Edge", "EDGE", simulator.clock.now() + timedelta(days=9)) for _ in range(2)]
    osaka.licences.extend([old, *new])

    assert users(call, osaka) == [(old.hash, "Not in use"), (new[0].hash, "osaka-1"), (new[1].hash, "osaka-2")]


def test_key_that_is_there_is_said_to_exist(simulator: Simulator, call: Client, osaka: Edge) -> None:
    key, other = simulator.make_license_key(), simulator.make_license_key()
    install(call, osaka, key)

    again = install(call, osaka, key)
    both = install(call, osaka, "".join(key.split()), other)

    assert (again.status_code, again.json()["messages"]) == (400, {key: "License already exists."})
    assert (both.status_code, list(both.json()["messages"].values())) == (400, ["License already exists.", "OK"])
    assert [licence.key for licence in osaka.licences] == [key, other]


@pytest.mark.parametrize(
    ("key", "says"),
    [
        pytest.param("no key at all", INVALID, id="text"),
        pytest.param("bm8ga2V5", INVALID, id="other-base64"),
        pytest.param("{expired}", "The license has expired.", id="expired"),
    ],
)
def test_key_that_is_none_is_refused(simulator: Simulator, call: Client, osaka: Edge, key: str, says: str) -> None:
    key = key.format(expired=simulator.make_license_key("Edge", simulator.clock.now() - timedelta(days=1)))

    many, one = install(call, osaka, key), call(osaka, "POST", ONE, json={"licenseKey": key})

    assert (many.status_code, many.json()["messages"]) == (400, {key: says})
    assert (one.status_code, message(one)) == (400, says)
    assert osaka.licences == []


def test_bare_object_may_be_taken_for_an_array(simulator: Simulator, call: Client, osaka: Edge) -> None:
    body = {"licenseKey": simulator.make_license_key()}

    assert call(osaka, "POST", ALL, json=body).status_code == 200
    simulator.switches.licenses_bare_object_accepted = False
    assert call(osaka, "POST", ALL, json=body).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([], id="empty"),
        pytest.param("x", id="text"),
        pytest.param([{"key": "x"}], id="other-name"),
        pytest.param([{"licenseKey": "x", "name": "y"}], id="unknown-field"),
    ],
)
def test_body_of_another_form_is_refused(call: Client, osaka: Edge, body: Any) -> None:
    assert call(osaka, "POST", ALL, json=body).status_code == 400


def test_licences_are_deleted_by_their_hashes(simulator: Simulator, call: Client, osaka: Edge) -> None:
    install(call, osaka, *(simulator.make_license_key() for _ in range(3)))
    hashes = [one for one, _node in users(call, osaka)]

    unknown = call(osaka, "DELETE", ALL, params={"licenseHash": f"{hashes[0]},nothing"})
    known = call(osaka, "DELETE", ALL, params={"licenseHash": ",".join(hashes[:2])})

    assert (unknown.status_code, known.status_code) == (400, 200)
    assert users(call, osaka) == [(hashes[2], "osaka-1")]
    assert call(osaka, "DELETE", ALL).status_code == 400


@pytest.mark.parametrize(("switch", "count"), [("one", 1), ("pool", 2)])
def test_server_of_one_node_keeps_one_licence_or_all(
    simulator: Simulator, call: Client, lyon: Edge, switch: str, count: int
) -> None:
    simulator.switches.licences_of_one_node = switch  # type: ignore[assignment]

    install(call, lyon, simulator.make_license_key())

    assert len(call(lyon, "GET", ALL).json()) == count


def test_list_may_be_for_ha_only(simulator: Simulator, call: Client, lyon: Edge, osaka: Edge) -> None:
    simulator.switches.licenses_without_ha = False

    assert [call(edge, "GET", ALL).status_code for edge in (lyon, osaka)] == [400, 200]


@pytest.mark.parametrize("form", ["lines", "compact", "other"])
def test_hash_is_of_the_key_or_of_nothing_that_is_known(
    simulator: Simulator, call: Client, osaka: Edge, form: str
) -> None:
    simulator.switches.licence_hash = form  # type: ignore[assignment]
    key = simulator.make_license_key()
    install(call, osaka, key)

    texts = {"lines": key, "compact": "".join(key.split()), "other": ""}
    ((shown, _node),) = users(call, osaka)
    assert (shown[:40] == hashlib.sha1(texts[form].encode()).hexdigest()) is (form != "other")  # noqa: S324


@pytest.mark.parametrize(("method", "path"), [("POST", ONE), ("POST", ALL), ("DELETE", ALL), ("GET", ALL)])
def test_platform_in_the_cloud_refuses(simulator: Simulator, call: Client, method: str, path: str) -> None:
    body = {"json": [{"licenseKey": "x"}]} if method == "POST" else {}
    response = call(simulator.platform, method, path, **body)

    assert (response.status_code, message(response)) == (400, "This operation is not supported in this environment")


def test_edge_can_be_without_a_licence(simulator: Simulator, call: Client, osaka: Edge) -> None:
    assert call(osaka, "GET", ONE).json() == {"type": "N/A", "validThrough": "", "licensedTo": ""}
    assert call(osaka, "GET", ALL).json() == []
