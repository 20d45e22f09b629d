# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.licenses import Licenses
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license.keys import check
from simulator.licences import Licence
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.client.stub_server import Stub, serve
from unit.modules.rest_cases import assert_no_secret, edge_options, platform_options
from unit.modules.run_module import run_module

LICENSES = "/artifactory/api/system/licenses"
SINGLE = "/artifactory/api/system/license"


@pytest.fixture
def osaka(simulator: Simulator) -> Edge:
    """Two nodes without a licence."""
    return simulator.add_edge("osaka", nodes=2, licensed=False)


def run(simulator: Simulator, edge: str = "osaka", *, check: bool = False, **changes: Any) -> dict[str, Any]:
    return run_module("artifactory_license", {**edge_options(simulator, edge), **changes}, check=check)


def two(simulator: Simulator) -> list[str]:
    return [simulator.make_license_key() for _ in range(2)]


def sent(simulator: Simulator, method: str = "POST") -> int:
    return len(simulator.calls.find(method=method, path=SINGLE))


def test_five_runs(simulator: Simulator, osaka: Edge) -> None:
    keys = two(simulator)

    predicted = run(simulator, check=True, keys=keys)
    assert (predicted["changed"], simulator.calls.writes) == (True, [])

    real = run(simulator, keys=keys)
    assert (real["diff"], real["drift"]) == (predicted["diff"], ["licenses"])
    assert [licence.key for licence in osaka.licences] == keys
    assert [(one["type"], one["node_id"]) for one in real["licenses"]] == [("Edge", "osaka-1"), ("Edge", "osaka-2")]

    again = run(simulator, keys=keys)
    assert (again["changed"], again["drift"], sent(simulator)) == (False, [], 1)

    del osaka.licences[0]
    found = run(simulator, check=True, keys=keys)
    assert (found["drift"], sent(simulator)) == (["licenses"], 1)
    assert found["diff"]["before"] == {"licenses": 1}

    assert run(simulator, keys=keys)["diff"] == found["diff"]
    last = run(simulator, keys=keys)
    assert last["changed"] is False
    lines = [line for key in keys for line in key.splitlines()]
    assert_no_secret([predicted, real, again, found, last], simulator, *lines)


@pytest.mark.parametrize("nodes", ["one", "pool"])
@pytest.mark.parametrize("form", ["lines", "compact", "other"])
def test_key_takes_the_place_of_a_trial_on_one_node(simulator: Simulator, nodes: str, form: str) -> None:
    simulator.switches.licences_of_one_node = nodes  # type: ignore[assignment]
    simulator.switches.licence_hash = form  # type: ignore[assignment]
    lyon = simulator.add_edge("lyon")
    key = simulator.make_license_key("Edge", simulator.clock.now() + timedelta(days=2000))

    first = run(simulator, "lyon", keys=[key])

    assert (first["changed"], [one.key for one in lyon.licences][-1]) == (True, key)
    assert run(simulator, "lyon", keys=[key], check=True)["changed"] is False
    assert run(simulator, "lyon", keys=[key])["changed"] is False


@pytest.mark.parametrize("form", ["lines", "compact"])
def test_line_breaks_of_the_inventory_do_not_matter(simulator: Simulator, osaka: Edge, form: str) -> None:
    simulator.switches.licence_hash = form  # type: ignore[assignment]
    key = simulator.make_license_key()
    osaka.licences.append(Licence.of_key(key))

    for text in (key, "".join(key.split()), key.replace("\n", "\\n"), f"\n{key}\n"):
        assert run(simulator, keys=[text])["changed"] is False


def test_server_without_a_list_takes_one_key_by_the_other_call(simulator: Simulator) -> None:
    simulator.switches.licenses_without_ha = False
    lyon = simulator.add_edge("lyon", licensed=False)
    key = simulator.make_license_key()

    first = run(simulator, "lyon", keys=[key])

    assert (first["changed"], [one.key for one in lyon.licences]) == (True, [key])
    assert run(simulator, "lyon", keys=[key])["changed"] is False


def test_two_keys_for_a_server_without_a_list_are_told(simulator: Simulator) -> None:
    simulator.switches.licenses_without_ha = False
    lyon = simulator.add_edge("lyon", licensed=False)

    assert "it has one node and takes one key" in run(simulator, "lyon", keys=two(simulator))["msg"]
    assert lyon.licences == []


def test_two_keys_on_one_node_that_keeps_one_are_told(simulator: Simulator) -> None:
    simulator.add_edge("lyon", licensed=False)

    result = run(simulator, "lyon", keys=two(simulator))

    assert "it took the keys and lists 1 of them. An Edge of one node has one licence" in result["msg"]


def test_key_that_cannot_be_told_is_left_to_artifactory(simulator: Simulator, osaka: Edge) -> None:
    """The last resort: Artifactory lists a hash that is not the key's, and says that it has the key."""
    key = simulator.make_license_key()
    simulator.switches.licence_hash = "other"
    run(simulator, keys=[key])
    osaka.licences[0].licensed_to = "Somebody Else"

    result = run(simulator, keys=[key])

    assert (result["changed"], result["drift"], len(osaka.licences)) == (False, [], 1)
    assert "Artifactory says that it has these licence keys already" in result["warnings"][0]


def test_key_given_twice_is_one(simulator: Simulator, osaka: Edge) -> None:
    key = simulator.make_license_key()

    assert run(simulator, keys=[key, "".join(key.split())])["diff"]["after"] == {"licenses": 1}
    assert len(osaka.licences) == 1


def test_licence_of_another_type_is_installed_with_a_warning(simulator: Simulator, osaka: Edge) -> None:
    key = simulator.make_license_key("Enterprise")

    assert (
        "A licence key is of the type Enterprise, which is none for an Edge"
        in run(simulator, keys=[key], check=True)["warnings"][0]
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param({}, "keys is missing or empty", id="no-keys"),
        pytest.param({"keys": []}, "keys is missing or empty", id="empty"),
        pytest.param({"keys": ["not a key"]}, "Cannot use entry 1 of keys: it is no licence key", id="no-key"),
        pytest.param({"state": "absent"}, "neither keys nor hashes are given", id="absent"),
    ],
)
def test_mistake_is_told_before_anything_is_asked(
    simulator: Simulator, osaka: Edge, options: dict[str, Any], says: str
) -> None:
    assert says in run(simulator, **options)["msg"]
    assert list(simulator.calls) == []


def damaged(simulator: Simulator) -> str:
    return "A" * 200


def ended(simulator: Simulator) -> str:
    return simulator.make_license_key("Edge", simulator.clock.now() - timedelta(days=1))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(damaged, "The license key is invalid.", id="damaged"),
        pytest.param(ended, "The license has expired.", id="expired"),
    ],
)
def test_key_that_artifactory_refuses_is_told_without_being_shown(
    simulator: Simulator, osaka: Edge, make: Any, says: str
) -> None:
    key = make(simulator)

    result = run(simulator, keys=[key])

    assert f'Cannot install the licence key at the Edge {osaka.url}: it answered 400 ("{says}").' in result["msg"]
    assert "Check that each key is complete, still valid, and one for an Edge" in result["msg"]
    assert (result["http_status"], osaka.licences) == (400, [])
    assert_no_secret(result, simulator, *key.splitlines())


@pytest.mark.parametrize(
    ("token", "says"),
    [
        pytest.param("reader", "Use edge_access_token with admin rights", id="403"),
        pytest.param(None, "Use a valid edge_access_token", id="401"),
    ],
)
def test_token_without_rights_is_told(simulator: Simulator, osaka: Edge, token: str | None, says: str) -> None:
    text = "eyJ.eyJ.x" if token is None else osaka.admin_token(username=token, scope="applied-permissions/user")

    assert says in run(simulator, keys=two(simulator), edge_access_token=text)["msg"]


def test_platform_in_the_cloud_takes_no_licence(simulator: Simulator) -> None:
    options = {**edge_options_of_platform(simulator), "keys": two(simulator)}

    result = run_module("artifactory_license", options)

    assert "This operation is not supported in this environment" in result["msg"]


def edge_options_of_platform(simulator: Simulator) -> dict[str, Any]:
    return {key.replace("platform", "edge"): value for key, value in platform_options(simulator).items()}


@pytest.mark.parametrize("kind", ["drop_answer", "hang_up", "502_html"])
def test_unclear_answer_is_settled_by_reading(simulator: Simulator, osaka: Edge, kind: str) -> None:
    keys = two(simulator)
    simulator.faults.add(site="osaka", method="POST", path=LICENSES, kind=kind)

    result = run(simulator, keys=keys)

    assert sent(simulator) == 1
    if kind == "drop_answer":
        assert (result["changed"], len(osaka.licences)) == (True, 2)
    else:
        assert "Cannot install 2 licence keys at the Edge" in result["msg"]
    assert run(simulator, keys=keys)["changed"] is (kind != "drop_answer")


def test_licences_are_removed_by_key_or_hash_once(simulator: Simulator, osaka: Edge) -> None:
    keys = two(simulator)
    run(simulator, keys=keys)
    other = osaka.licences[1].hash
    wanted = {"state": "absent", "keys": keys[:1], "hashes": [other, "0" * 41]}

    predicted = run(simulator, check=True, **wanted)
    assert len(osaka.licences) == 2
    removed = run(simulator, **wanted)

    assert (removed["changed"], removed["diff"], removed["licenses"]) == (True, predicted["diff"], [])
    assert osaka.licences == []
    assert run(simulator, **wanted)["changed"] is False


@pytest.mark.parametrize(("kind", "done"), [("drop_answer", True), ("hang_up", False)])
def test_unclear_answer_to_a_removal_is_settled_by_reading(
    simulator: Simulator, osaka: Edge, kind: str, done: bool
) -> None:
    keys = two(simulator)
    run(simulator, keys=keys)
    simulator.faults.add(site="osaka", method="DELETE", path=LICENSES, kind=kind)

    result = run(simulator, state="absent", keys=keys)

    assert (result.get("failed", False), sent(simulator, "DELETE")) == (not done, 1)
    assert len(osaka.licences) == (0 if done else 2)


def test_list_in_an_object_is_understood() -> None:
    body = {"licenses": [{"type": "Edge", "validThrough": "Dec 7, 2030", "licensedTo": "X", "nodeId": "Not in use"}]}

    with serve(Stub(body=json.dumps(body).encode())) as stub:
        assert Licenses(JFrogSession(stub.url, "t" * 20)).list() == body


@pytest.mark.parametrize("shape", ["messages", "errors", "text"])
def test_refusal_that_echoes_the_key_does_not_show_it(simulator: Simulator, shape: str) -> None:
    key = check(simulator.make_license_key(), "a key")
    bodies = {
        "messages": json.dumps({"status": 400, "messages": {key.text: f"bad {key.text} and {key.compact}"}}),
        "errors": json.dumps({"errors": [{"status": 400, "message": f"bad {key.text.splitlines()[1]}"}]}),
        "text": f"bad {key.compact}",
    }
    with serve(Stub(status=400, body=bodies[shape].encode())) as stub, pytest.raises(ApiError) as caught:
        Licenses(JFrogSession(stub.url, "t" * 20)).install([key])

    shown = json.dumps(caught.value.to_fail_json())
    assert [line for line in key.text.splitlines() if line in shown] == []
    assert "it answered 400" in caught.value.msg
