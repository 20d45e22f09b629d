# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JPDs: what is shown, and how they are listed, changed and removed: control-plane-api.md 1.1 to 1.7."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulator.simulator import Simulator
from simulator.sites import Edge, Licence
from unit.simulator.calling import JPDS, LYON, PAIRING, Client, message

OSAKA = {"city_name": "Osaka", "country_code": "JP", "latitude": 34.6937, "longitude": 135.5023}
ONLINE = {"code": "ONLINE", "message": "All services are online", "warnings": []}


def update(call: Client, entry: dict[str, Any], **changes: Any) -> Any:
    """PUT everything that a client has to send, with changes; None leaves out."""
    body = {key: entry[key] for key in ("name", "url", "location", "tags")} | changes
    body = {key: value for key, value in body.items() if value is not None}
    return call(call.simulator.platform, "PUT", f"{JPDS}/{entry['id']}", json=body)


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A fleet of three for tests that only read; nobody reaches lyon-2."""
    with Simulator(tmp_path_factory.mktemp("registered")) as simulator:
        simulator.add_platform("acme")
        call = Client(simulator)
        for name in ("lyon", "lyon-2", "osaka"):
            call.register(simulator.add_edge(name), tags=["prod"] if name == "osaka" else [])
        simulator.faults.add(site="lyon-2", kind="refuse")
        yield call


def test_registration_answers_201_with_the_object(simulator: Simulator, call: Client, lyon: Edge) -> None:
    response = call.register(lyon)
    assert response.status_code == 201
    assert response.json() == {
        "id": "JPD-2",
        "name": "lyon",
        "url": lyon.url + "/",
        "base_url": lyon.url,
        "status": ONLINE,
        "local": False,
        "services": [{"type": "ARTIFACTORY", "status": {"code": "ONLINE"}}],
        "licenses": [],
        "location": LYON,
        "tags": ["hybrid"],
        "is_cold_storage": False,
    }
    assert call(simulator.platform, "GET", JPDS + "/JPD-2").json() == response.json()


def test_registration_dials_the_edge_and_trades_the_token(simulator: Simulator, call: Client, lyon: Edge) -> None:
    token = call.pairing_token(lyon)
    simulator.calls.clear()
    call.register(lyon, token=token)
    assert [(seen.site, seen.method, seen.path, seen.who, seen.by_client, seen.write) for seen in simulator.calls] == [
        ("lyon", "GET", "/router/api/v1/system/health", "acme (server)", False, False),
        ("lyon", "POST", "/access/api/v1/service_trust/exchange", "acme (server)", False, True),
        ("acme", "POST", JPDS, "admin", True, True),
    ]


def test_home_is_there_from_the_beginning(simulator: Simulator, call: Client) -> None:
    (home,) = call(simulator.platform, "GET", JPDS).json()
    assert (home["id"], home["name"], home["local"], home["status"]) == ("JPD-1", "HOME", True, ONLINE)
    assert home["url"] == simulator.platform.url + "/"
    assert [entry["type"] for entry in home["licenses"]] == ["ENTERPRISE_PLUS_TRIAL"]


@pytest.mark.parametrize("reads", [0, 1, 2])
def test_licences_appear_after_some_reads(simulator: Simulator, call: Client, lyon: Edge, reads: int) -> None:
    simulator.switches.licence_refresh_reads = reads
    call.register(lyon)
    seen = [len(call.jpd("lyon")["licenses"]) for _ in range(3)]
    assert seen == [1 if number >= reads else 0 for number in range(3)]


def test_licence_is_shown_as_mission_control_writes_it(simulator: Simulator, call: Client, lyon: Edge) -> None:
    call.register(lyon)
    call.jpd("lyon")
    assert lyon.licence is not None
    assert call.jpd("lyon")["licenses"] == [
        {
            "type": "EDGE_TRIAL",
            "expired": False,
            "licensed_to": "Example Corp",
            "license_hash": lyon.licence.hash,
            "valid_through": f"{lyon.licence.valid_through:%Y-%m-%d}",
        }
    ]
    assert re.fullmatch("[0-9a-f]{40}[0-9]", lyon.licence.hash)
    simulator.clock.advance(1300 * 86_400)
    assert call.jpd("lyon")["licenses"][0]["expired"] is True
    lyon.licence = None
    assert call.jpd("lyon")["licenses"] == []


def test_ids_rise_and_are_never_used_again(simulator: Simulator, call: Client, lyon: Edge) -> None:
    first = call.register(lyon).json()["id"]
    simulator.platform.delete_jpd("lyon")
    assert call.register(lyon, token="x").status_code == 400
    second = call.register(lyon).json()["id"]
    assert (first, second) == ("JPD-2", "JPD-3")


def test_zero_coordinates_are_a_place(call: Client, lyon: Edge) -> None:
    location = {"city_name": "Null Island", "country_code": "XX", "latitude": 0, "longitude": 0}
    assert call.register(lyon, location=location).json()["location"] == location


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param({}, ["HOME", "lyon", "lyon-2", "osaka"], id="all"),
        pytest.param({"name": "lyon"}, ["lyon"], id="name"),
        pytest.param({"name": "lyon*"}, ["lyon", "lyon-2"], id="name-prefix"),
        pytest.param({"name": "*o*"}, ["lyon", "lyon-2", "osaka"], id="name-part"),
        pytest.param({"name": "LYON"}, [], id="name-in-another-case"),
        pytest.param({"name": "l.on"}, [], id="a-dot-is-a-dot"),
        pytest.param({"tag": "prod"}, ["osaka"], id="tag"),
        pytest.param({"tag": "pr*"}, ["osaka"], id="tag-prefix"),
        pytest.param({"url": "https://*"}, ["HOME", "lyon", "lyon-2", "osaka"], id="url"),
        pytest.param({"url": "{lyon}/"}, ["lyon"], id="url-as-stored"),
        pytest.param({"url": "{lyon}"}, [], id="url-without-slash"),
        pytest.param({"status": "ONLINE"}, ["HOME", "lyon", "osaka"], id="online"),
        pytest.param({"status": "OFFLINE"}, ["lyon-2"], id="offline"),
        pytest.param({"status": "PARTIAL"}, [], id="partial"),
        pytest.param({"status": "ONLINE", "name": "l*"}, ["lyon"], id="two-filters"),
    ],
)
def test_list_filters(registered: Client, query: dict[str, str], names: list[str]) -> None:
    simulator = registered.simulator
    query = {key: value.format(lyon=simulator.edge("lyon").url) for key, value in query.items()}
    found = registered(simulator.platform, "GET", JPDS, params=query)
    assert [entry["name"] for entry in found.json()] == names


def test_filters_may_ignore_case(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.filter_ignores_case = True
    call.register(lyon)
    assert [entry["name"] for entry in call(simulator.platform, "GET", JPDS, params={"name": "LYON"}).json()] == [
        "lyon"
    ]


@pytest.mark.parametrize("status", ["online", "HEALTHY", ""])
def test_unknown_status_is_refused(simulator: Simulator, call: Client, status: str) -> None:
    response = call(simulator.platform, "GET", JPDS, params={"status": status})
    assert response.status_code == 400
    assert message(response) == f"Invalid status '{status}'. Use one of ONLINE, OFFLINE, PARTIAL, UNAUTHORIZED"


def stop_nodes(simulator: Simulator, edge: Edge) -> None:
    for node in edge.nodes:
        node.stop()
    simulator.refresh()


STATUSES = {
    "untouched": (lambda sim, edge: None, "ONLINE"),
    "one-node-of-two-stopped": (lambda sim, edge: edge.nodes[0].stop(), "ONLINE"),
    "all-nodes-stopped": (stop_nodes, "OFFLINE"),
    "connections-refused": (lambda sim, edge: sim.faults.add(site="osaka", kind="refuse"), "OFFLINE"),
    "service-down": (lambda sim, edge: edge.unhealthy.update(jfmd="Metadata is down"), "PARTIAL"),
    "artifactory-down": (lambda sim, edge: edge.unhealthy.update(jfrt="Artifactory is down"), "PARTIAL"),
    "master-token-lost": (lambda sim, edge: sim.platform.break_pairing("osaka"), "UNAUTHORIZED"),
    "master-token-revoked": (lambda sim, edge: edge.revoke_pairings(sim.platform.url), "UNAUTHORIZED"),
    "master-token-expired": (lambda sim, edge: sim.clock.advance(31_536_001), "UNAUTHORIZED"),
    "new-root-at-the-edge": (lambda sim, edge: edge.database.renew_root(), "UNAUTHORIZED"),
    "elsewhere": (lambda sim, edge: sim.platform.edit_jpd("osaka", url="https://edge.example.net"), "OFFLINE"),
}


@pytest.mark.parametrize(("change", "code"), STATUSES.values(), ids=STATUSES)
def test_status_tells_how_the_edge_is(simulator: Simulator, call: Client, change: Any, code: str) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)
    assert call.register(osaka).status_code == 201
    change(simulator, osaka)
    entry = call.jpd("osaka")
    assert entry["status"]["code"] == code
    down = code == "OFFLINE" or "jfrt" in osaka.unhealthy
    assert entry["services"] == [{"type": "ARTIFACTORY", "status": {"code": "OFFLINE" if down else "ONLINE"}}]
    assert (entry["status"]["message"] == "All services are online") is (code == "ONLINE")


def test_status_follows_when_the_edge_comes_back(simulator: Simulator, call: Client, lyon: Edge) -> None:
    call.register(lyon)
    stop_nodes(simulator, lyon)
    assert call.jpd("lyon")["status"]["code"] == "OFFLINE"
    lyon.nodes[0].start(at_once=True)
    simulator.refresh()
    assert call.jpd("lyon")["status"]["code"] == "ONLINE"


def test_status_is_kept_between_polls(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.status_poll = 60.0
    call.register(lyon)
    stop_nodes(simulator, lyon)
    assert call.jpd("lyon")["status"]["code"] == "ONLINE"
    simulator.switches.status_poll = 0.0
    assert call.jpd("lyon")["status"]["code"] == "OFFLINE"


def test_update_replaces_everything_and_answers_204(simulator: Simulator, call: Client, lyon: Edge) -> None:
    entry = call.register(lyon).json()
    response = update(call, entry, name="paris", location=OSAKA, tags=["x"])
    assert (response.status_code, response.content) == (204, b"")
    changed = call.jpd("paris")
    assert (changed["id"], changed["location"], changed["tags"], changed["status"]) == ("JPD-2", OSAKA, ["x"], ONLINE)


@pytest.mark.parametrize(
    ("clears", "tags"), [pytest.param(True, [], id="clears"), pytest.param(False, ["hybrid"], id="keeps")]
)
def test_update_without_tags_clears_them_or_not(
    simulator: Simulator, call: Client, lyon: Edge, clears: bool, tags: list[str]
) -> None:
    simulator.switches.put_without_tags_clears = clears
    entry = call.register(lyon).json()
    assert update(call, entry, tags=None).status_code == 204
    assert call.jpd("lyon")["tags"] == tags


@pytest.mark.parametrize("left_out", ["name", "url", "location"])
def test_update_needs_everything(call: Client, lyon: Edge, left_out: str) -> None:
    entry = call.register(lyon).json()
    response = update(call, entry, **{left_out: None})
    assert (response.status_code, message(response)) == (400, "Validation constraint violation")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_id_is_not_found(simulator: Simulator, call: Client, lyon: Edge, method: str) -> None:
    content = {"json": {"name": "x", "url": lyon.url, "location": LYON}} if method == "PUT" else {}
    response = call(simulator.platform, method, JPDS + "/JPD-99", **content)
    assert (response.status_code, message(response)) == (404, "HTTP 404 Not Found")


def test_update_to_the_name_or_url_of_another_is_refused(simulator: Simulator, call: Client, lyon: Edge) -> None:
    entry, osaka = call.register(lyon).json(), simulator.add_edge("osaka")
    call.register(osaka)
    assert update(call, entry, name="osaka").status_code == 409
    assert update(call, entry, url=osaka.url).status_code == 409
    assert update(call, entry).status_code == 204


def test_update_to_a_url_where_nobody_is_cannot_connect(call: Client, lyon: Edge) -> None:
    entry = call.register(lyon).json()
    response = update(call, entry, url="https://127.0.0.1:9")
    assert response.status_code == 400
    assert message(response).startswith("Failed to connect to the JPD.")
    assert call.jpd("lyon")["url"] == entry["url"]


@pytest.mark.parametrize(
    ("repairs", "code"), [pytest.param(True, "ONLINE", id="repairs"), pytest.param(False, "UNAUTHORIZED", id="not")]
)
def test_update_with_a_fresh_token_may_repair_the_pairing(
    simulator: Simulator, call: Client, lyon: Edge, repairs: bool, code: str
) -> None:
    simulator.switches.put_with_token_repairs = repairs
    entry = call.register(lyon).json()
    simulator.platform.break_pairing("lyon")
    assert update(call, entry).status_code == 204
    assert call.jpd("lyon")["status"]["code"] == "UNAUTHORIZED"
    assert update(call, entry, token=call.pairing_token(lyon)).status_code == 204
    assert call.jpd("lyon")["status"]["code"] == code


def test_update_with_a_spent_token_is_refused(call: Client, lyon: Edge) -> None:
    token = call.pairing_token(lyon)
    entry = call.register(lyon, token=token).json()
    response = update(call, entry, token=token, name="paris")
    assert (response.status_code, message(response)) == (400, "Failed to join the JPD. Are the credentials correct?")
    assert call.jpd("lyon")["name"] == "lyon"


def test_delete_answers_204_and_then_404(simulator: Simulator, call: Client, lyon: Edge) -> None:
    entry = call.register(lyon).json()
    first = call(simulator.platform, "DELETE", f"{JPDS}/{entry['id']}")
    assert (first.status_code, first.content) == (204, b"")
    assert call(simulator.platform, "DELETE", f"{JPDS}/{entry['id']}").status_code == 404
    assert [one["name"] for one in call(simulator.platform, "GET", JPDS).json()] == ["HOME"]


@pytest.mark.parametrize("status", [400, 403])
def test_home_is_not_removed(simulator: Simulator, call: Client, status: int) -> None:
    simulator.switches.delete_home_jpd_status = status
    response = call(simulator.platform, "DELETE", JPDS + "/JPD-1")
    assert (response.status_code, message(response)) == (status, "The home JPD cannot be removed")
    assert call.jpd("HOME")["id"] == "JPD-1"


@pytest.mark.parametrize("revokes", [True, False])
def test_delete_may_revoke_the_master_token(simulator: Simulator, call: Client, lyon: Edge, revokes: bool) -> None:
    simulator.switches.delete_revokes_master_token = revokes
    entry = call.register(lyon).json()
    call(simulator.platform, "DELETE", f"{JPDS}/{entry['id']}")
    assert [record.revoked for record in lyon.database.tokens.values() if record.kind == "master"] == [revokes]


@pytest.mark.parametrize(
    ("version", "status"), [pytest.param("7.29.0", 204, id="known"), pytest.param("7.28.0", 404, id="not-yet")]
)
def test_update_exists_since_7_29(simulator: Simulator, call: Client, lyon: Edge, version: str, status: int) -> None:
    entry = call.register(lyon).json()
    simulator.platform.version = version
    assert update(call, entry).status_code == status


def test_changes_behind_our_back_show_in_the_list(simulator: Simulator, call: Client, lyon: Edge) -> None:
    call.register(lyon)
    simulator.platform.edit_jpd("lyon", name="paris", city_name="Paris", tags=["x"], url=lyon.url)
    entry = call.jpd("paris")
    assert (entry["location"], entry["tags"], entry["url"]) == ({**LYON, "city_name": "Paris"}, ["x"], lyon.url + "/")
    with pytest.raises(ValueError, match="a JPD has no field colour"):
        simulator.platform.edit_jpd("paris", colour="blue")
    with pytest.raises(KeyError):
        simulator.platform.delete_jpd("lyon")


def test_credentials_are_never_shown(simulator: Simulator, call: Client, lyon: Edge) -> None:
    token = call.pairing_token(lyon)
    call.register(lyon, token=token)
    master = simulator.platform.credentials["JPD-2"].master_token
    assert master is not None
    text = call(simulator.platform, "GET", JPDS).text
    assert "token" not in text
    assert master not in text


def test_mission_control_pings_for_anyone(simulator: Simulator, call: Client) -> None:
    response = call(simulator.platform, "GET", "/mc/api/v1/system/ping", token="")
    assert (response.status_code, response.text) == (200, "OK")


def test_parallel_registrations_of_one_edge_leave_one(simulator: Simulator, call: Client, lyon: Edge) -> None:
    tokens = [call.pairing_token(lyon) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda token: Client(simulator).register(lyon, token=token).status_code, tokens)
    assert sorted(answers) == [201, 409, 409, 409]
    assert [entry["name"] for entry in simulator.platform.jpds] == ["HOME", "lyon"]


def test_update_of_what_was_removed_meanwhile_is_not_found(simulator: Simulator, call: Client, lyon: Edge) -> None:
    assert call.register(lyon).status_code == 201
    entry, token = call.jpd("lyon"), call.pairing_token(lyon)
    simulator.faults.add(site="lyon", path="/router", kind="slow", seconds=0.3)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(update, call, entry, token=token)
        while simulator.faults.active:
            time.sleep(0.01)
        simulator.platform.delete_jpd("lyon")
        assert answer.result().status_code == 404
    assert simulator.platform.credentials == {}


def test_minting_for_a_registered_edge_changes_nothing(call: Client, lyon: Edge) -> None:
    call.register(lyon)
    assert call(lyon, "POST", PAIRING).status_code == 200
    assert call.jpd("lyon")["status"] == ONLINE


def test_expired_licence_differs_from_a_missing_one(simulator: Simulator, call: Client, lyon: Edge) -> None:
    lyon.licence = Licence("Edge", "EDGE", simulator.clock.now())
    simulator.switches.licence_refresh_reads = 0
    call.register(lyon)
    assert [(one["type"], one["expired"]) for one in call.jpd("lyon")["licenses"]] == [("EDGE", True)]
