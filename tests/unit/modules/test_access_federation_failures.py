# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_federation: what can go wrong, in the words that the user sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.federation import (
    LONGEST_WAIT,
    ROUNDS,
    Federator,
    Source,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.federation import (
    AccessFederation,
    MissionControlFederation,
)
from simulator.federation import Target
from simulator.simulator import Simulator
from unit.modules.federation_cases import at_source, mesh_options, star_options, target_of
from unit.modules.rest_cases import assert_no_secret
from unit.modules.run_module import run_module
from unit.simulator.federating import add_edge, mesh, targets, trust

MC, ACCESS = "/mc/api/v1/federation", "/access/api/v1/system/federation"
REFUSED = "Circle of trust validation failed (response from target server: 401)"
CIRCLE = (
    "Pairing is not enough for it. Let each of the two trust the other's root certificate: edge_trust_method "
    "circle_of_trust for an Edge and the platform, the playbook trust_edges for Edges, a request to JFrog Support for "
    "what a platform in the cloud has to trust"
)
UNTRUSTED = f"Cannot federate HOME to all its targets: lyon does not accept HOME: {REFUSED}. {CIRCLE}."


@pytest.mark.parametrize("check", [True, False], ids=["check-mode", "real"])
def test_pairing_alone_is_refused_before_anything_is_written(simulator: Simulator, check: bool) -> None:
    add_edge(simulator, "lyon", trusted=False)
    simulator.calls.clear()

    result = run_module("access_federation", star_options(simulator, "lyon"), check=check)

    assert (result["failed"], result["msg"], result["changed"]) == (True, UNTRUSTED, False)
    assert result["failures"] == [{"what": "lyon does not accept HOME", "reason": REFUSED, "remedy": CIRCLE}]
    assert simulator.calls.writes == []


def test_target_that_cannot_be_federated_stops_no_other(simulator: Simulator) -> None:
    add_edge(simulator, "lyon", trusted=False)
    osaka = add_edge(simulator, "osaka")

    result = run_module("access_federation", star_options(simulator, "lyon", "osaka"))

    assert (result["msg"], result["changed"]) == (UNTRUSTED, True)
    assert list(targets(simulator.platform)) == [osaka.url]


def half_trust(simulator: Simulator) -> None:
    trust(add_edge(simulator, "lyon", trusted=False), simulator.platform)


def no_base_url(simulator: Simulator) -> None:
    add_edge(simulator, "lyon").custom_base_url = None


@pytest.mark.parametrize(
    ("prepare", "what", "reason", "remedy"),
    [
        pytest.param(half_trust, "Check if HOME trusts lyon", REFUSED, CIRCLE, id="one-direction-only"),
        pytest.param(
            no_base_url,
            "Check the base URL of lyon",
            "The custom base URL is not set",
            "Set the base URL, edge_base_url for an Edge",
            id="no-base-url",
        ),
    ],
)
def test_error_within_a_success_fails_with_its_text(
    simulator: Simulator, prepare: Callable[[Simulator], None], what: str, reason: str, remedy: str
) -> None:
    prepare(simulator)

    result = run_module("access_federation", star_options(simulator, "lyon"))

    assert result["msg"] == f"Cannot federate HOME to all its targets: {what}: {reason}. {remedy}."
    assert (result["changed"], targets(simulator.platform)) == (False, {})


def test_one_direction_is_enough_where_mission_control_says_so(simulator: Simulator) -> None:
    simulator.switches.federation_trust = "target_trusts_source"
    half_trust(simulator)

    assert run_module("access_federation", star_options(simulator, "lyon"))["changed"] is True


def test_source_that_mission_control_cannot_reach_is_told(simulator: Simulator) -> None:
    mesh(simulator, "lyon", "osaka")
    simulator.platform.break_pairing("lyon")

    result = run_module("access_federation", star_options(simulator, "osaka", source="lyon"))

    assert "Mission Control says Failed to connect to lyon: UNAUTHORIZED" in result["msg"]
    assert "Check that the platform shows this JPD as ONLINE, or give edge_url" in result["msg"]


def test_warning_within_a_success_is_a_warning(simulator: Simulator) -> None:
    add_edge(simulator, "lyon").unhealthy["jfrt"] = "no database"

    result = run_module("access_federation", star_options(simulator, "lyon"))

    assert (result["changed"], result["warnings"]) == (
        True,
        ["Mission Control warns: Check the services of lyon: Some services are offline"],
    )


def test_trouble_of_a_target_that_nobody_asked_for_is_a_warning(simulator: Simulator) -> None:
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    run_module("access_federation", star_options(simulator, "osaka"))
    simulator.edge("osaka").forget_trusted()

    result = run_module("access_federation", star_options(simulator, "lyon"))

    assert result["changed"] is True
    assert [warning[:41] for warning in result["warnings"]] == [f"Check if osaka trusts HOME: {REFUSED}"[:41]]
    assert len(targets(simulator.platform)) == 2


def test_mesh_tells_every_pair_that_failed_and_federates_the_others(simulator: Simulator) -> None:
    lyon, osaka, quito = mesh(simulator, "lyon", "osaka", "quito")
    quito.forget_trusted()
    trust(quito, simulator.platform)
    trust(quito, osaka)

    result = run_module("access_federation", mesh_options(simulator, "lyon", "osaka", "quito"))

    assert result["failed"] is True
    assert f"Check if quito trusts lyon: {REFUSED}" in result["msg"]
    assert set(targets(lyon)) == {osaka.url}
    # both_ways: the other direction needs the same circle
    assert set(targets(osaka)) == {lyon.url, quito.url}


def test_mesh_of_which_a_part_cannot_work_is_not_made_in_one_call(simulator: Simulator) -> None:
    """The one call would write the good parts of it, and say of the others only that they failed."""
    lyon, osaka = mesh(simulator, "lyon", "osaka")
    osaka.forget_trusted()
    trust(osaka, lyon)

    result = run_module("access_federation", mesh_options(simulator, "HOME", "lyon", "osaka"))

    assert f"osaka does not accept HOME: {REFUSED}" in result["msg"]
    assert simulator.calls.find(method="POST", path=f"{MC}/create_mesh") == []
    assert list(targets(simulator.platform)) == [lyon.url]


STATUSES = [
    pytest.param(400, "Correct what the answer names.", id="400"),
    pytest.param(401, "Use a valid platform_access_token", id="401"),
    pytest.param(403, "Use platform_access_token with admin rights", id="403"),
    pytest.param(404, "Check that platform_url is the deployment's base URL", id="404"),
    pytest.param(409, "Correct what the answer names.", id="409"),
    pytest.param(422, "Correct what the answer names.", id="422"),
    pytest.param(500, "See the logs of the service.", id="500"),
]


class Refusing:
    """A session whose one answer is not of success."""

    def __init__(self, status: int) -> None:
        self.status = status

    def call(self, method: str, path: str, *, purpose: str, **_options: Any) -> Any:
        from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import PLATFORM, Attempt

        attempt = Attempt(PLATFORM, "https://acme.jfrog.io", method, path, purpose, frozenset())
        raise attempt.refusal(self.status, "", {}, '{"errors":[{"message":"as said"}]}')


CALLS: list[Any] = [
    pytest.param(lambda s: AccessFederation(s).list_targets(), "list the federation targets", id="list"),
    pytest.param(
        lambda s: AccessFederation(s).create_target({"name": "x"}), "register the federation target 'x'", id="create"
    ),
    pytest.param(lambda s: AccessFederation(s).update_target("x", {}), "change the federation target 'x'", id="update"),
    pytest.param(lambda s: AccessFederation(s).delete_target("x"), "remove the federation target 'x'", id="delete"),
    pytest.param(
        lambda s: AccessFederation(s).full_broadcast("x"), "start a full broadcast to the federation", id="broadcast"
    ),
    pytest.param(lambda s: AccessFederation(s).refusal_of("https://x"), "test the circle of trust with", id="validate"),
    pytest.param(lambda s: MissionControlFederation(s).list_sources(), "list the federation sources", id="sources"),
    pytest.param(
        lambda s: MissionControlFederation(s).configure("JPD-2", [], []), "federate the JPD JPD-2", id="configure"
    ),
    pytest.param(
        lambda s: MissionControlFederation(s).create_mesh(["JPD-2"], []), "create a mesh of the JPDs", id="mesh"
    ),
]


@pytest.mark.parametrize(("status", "remedy"), STATUSES)
@pytest.mark.parametrize(("call", "purpose"), CALLS)
def test_refused_call_says_what_it_was_for_and_what_to_do(
    call: Callable[[Any], Any], purpose: str, status: int, remedy: str
) -> None:
    with pytest.raises(Exception, match=f"Cannot {purpose}") as caught:
        call(Refusing(status))
    assert f'it answered {status} ("as said")' in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("scope", "says"),
    [
        pytest.param(None, "Use a valid platform_access_token", id="401"),
        pytest.param("applied-permissions/user", "Use platform_access_token with admin rights", id="403"),
    ],
)
def test_token_that_does_not_do_is_told(simulator: Simulator, scope: str | None, says: str) -> None:
    add_edge(simulator, "lyon")
    token = simulator.platform.admin_token(scope=scope) if scope else "e30.e30.x"

    result = run_module("access_federation", star_options(simulator, "lyon", platform_access_token=token))

    assert says in result["msg"]
    assert_no_secret(result, simulator, token)


@pytest.mark.parametrize("pages", ["new", "old"])
def test_name_that_is_taken_at_the_source_is_told(simulator: Simulator, pages: Any) -> None:
    """Somebody else registers the name between our reading and our writing."""
    simulator.switches.federation_pages = pages
    lyon, osaka = mesh(simulator, "lyon", "osaka")
    options = {**at_source(simulator, "lyon"), "entities": ["users"], "targets": [{"name": "osaka", "url": osaka.url}]}
    create = AccessFederation.create_target

    def late(access: AccessFederation, body: Any) -> None:
        lyon.federation.targets.setdefault("osaka", Target("osaka", "https://192.0.2.7/access"))
        create(access, body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AccessFederation, "create_target", late)
        result = run_module("access_federation", options)

    assert "target osaka of lyon: Cannot register the federation target 'osaka' at the Edge" in result["msg"]
    assert "A federation target named 'osaka' already exists" in result["msg"]


@pytest.mark.parametrize("times", [1, 9], ids=["one-answer", "all-answers"])
@pytest.mark.parametrize(
    ("prefix", "method"), [(f"{MC}/JPD-1", "PUT"), (ACCESS, "POST"), (ACCESS, "PATCH")], ids=["put", "post", "patch"]
)
def test_answer_that_was_lost_is_settled_by_reading(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, prefix: str, method: str, times: int
) -> None:
    """A POST and a PATCH are tried once; a PUT again, and when no answer ever comes, the next run sees it as done."""
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    wanted: list[dict[str, Any]] = [{"name": "lyon"}]
    if method == "POST":
        wanted.append({"name": "osaka", "entities": ["tokens"]})
        # Its path begins as that of the POST, and faults know beginnings only.
        monkeypatch.setattr(AccessFederation, "refusal_of", lambda *_: None)
    options = star_options(simulator, targets=wanted)
    if method == "PATCH":
        run_module("access_federation", options)
        options["active"] = False
    simulator.faults.add(site="acme", method=method, path=prefix, kind="drop_answer", times=times)

    result = run_module("access_federation", options)

    simulator.faults.clear()
    if (method, times) == ("PUT", 9):
        assert "before an answer came" in result["msg"]
    else:
        assert (result.get("msg"), result["changed"]) == (None, True)
    assert run_module("access_federation", options)["changed"] is False
    names = [target.url for target in simulator.platform.federation.targets.values()]
    assert len(names) == len(set(names)) == len(wanted)


def test_broadcast_that_was_not_started_says_that_the_next_run_does_not_make_up_for_it(simulator: Simulator) -> None:
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    lyon = simulator.edge("lyon").database.service_id
    path = f"{ACCESS}/{lyon}/full_broadcast"
    simulator.faults.add(site="acme", method="PUT", path=path, kind="502_html", times=None)
    options = star_options(simulator, "lyon", "osaka", full_broadcast="when_changed")

    result = run_module("access_federation", options)

    assert (result["failed"], result["changed"]) == (True, True)
    what = f"target lyon of HOME: Cannot start a full broadcast to the federation target '{lyon}' at the platform"
    assert f"Cannot federate HOME to all its targets: {what}" in result["msg"]
    assert "it answered 502 Bad Gateway" in result["msg"]
    assert "and run once with full_broadcast=always." in result["msg"]
    # The other target has got it.
    assert len(simulator.calls.find(method="PUT", path=f"{ACCESS}/{simulator.edge('osaka').database.service_id}")) == 1


def test_lost_answer_of_a_mesh_is_settled_by_reading(simulator: Simulator) -> None:
    mesh(simulator, "lyon", "osaka", "quito")
    options = mesh_options(simulator, "lyon", "osaka", "quito")
    simulator.faults.add(site="acme", method="POST", path=MC, kind="drop_answer", times=1)
    simulator.calls.clear()

    result = run_module("access_federation", options)

    assert (result.get("msg"), result["changed"]) == (None, True)
    assert len(simulator.calls.find(method="POST", path=f"{MC}/create_mesh")) == 1
    assert run_module("access_federation", options)["changed"] is False


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"entities": None}, "Cannot federate to 'lyon': no entities are named", id="no-entities"),
        pytest.param(
            {"source": "nowhere"}, "Cannot federate 'nowhere': the platform has no such JPD, only", id="source"
        ),
        pytest.param(
            {"targets": [{"name": "nowhere"}]},
            "Cannot federate to 'nowhere': the platform has no such JPD",
            id="target",
        ),
        pytest.param(
            {"topology": "mesh", "members": ["lyon"]}, "Cannot make a mesh of fewer than two members", id="mesh-of-one"
        ),
        pytest.param(
            {"topology": "mesh", "members": ["HOME", "lyon"], "state": "absent"},
            "Cannot remove anything from a mesh",
            id="mesh-absent",
        ),
        pytest.param(
            {"platform_url": None}, "Cannot federate: neither platform nor source is known", id="nobody-to-ask"
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(simulator: Simulator, changes: dict[str, Any], says: str) -> None:
    add_edge(simulator, "lyon")
    simulator.calls.clear()

    result = run_module("access_federation", star_options(simulator, "lyon", **changes))

    assert result["failed"] is True
    assert says in result["msg"]
    assert simulator.calls.writes == []


@pytest.mark.parametrize(("times", "fails"), [(1, False), (99, True)], ids=["once", "always"])
def test_list_that_another_controller_overwrites_is_written_again_but_not_for_ever(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, times: int, fails: bool
) -> None:
    """The other one has read before we wrote, and its write arrives when we have already looked."""
    simulator.switches.federation_put_removes_targets = True
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    known = simulator.platform.federation.targets
    overwrites = iter(range(times))

    def overwritten(_self: Federator, _taken: float) -> None:
        if next(overwrites, None) is not None:
            known.clear()
            known["osaka"] = Target("osaka", simulator.edge("osaka").url + "/access", ["users"])

    monkeypatch.setattr(Federator, "_outwait_others", overwritten)

    result = run_module("access_federation", star_options(simulator, "lyon", entities=["users"]))

    written = simulator.calls.find(method="PUT", path=f"{MC}/JPD-1")
    if fails:
        assert "Cannot federate 'HOME': it was written and is not so, lyon is no target." in result["msg"]
        assert len(written) == ROUNDS
    else:
        assert (result.get("msg"), len(written), len(targets(simulator.platform))) == (None, 2, 2)


def test_wait_for_other_writers_goes_by_how_long_ours_took_and_has_an_end(simulator: Simulator) -> None:
    waits: list[float] = []
    source = Source("HOME", "JPD-1", cast("Any", object()), None, lambda _fresh: [])
    federator = Federator(source, clock=Clock(sleep=waits.append))

    federator._outwait_others(2.0)
    federator._outwait_others(3600.0)

    assert 4.0 <= waits[0] <= 6.0
    assert waits[1] == LONGEST_WAIT


def test_platform_without_mission_control_federates_at_its_own_access(simulator: Simulator) -> None:
    edge = add_edge(simulator, "lyon")
    options = star_options(simulator, targets=[{"name": "lyon", "url": edge.url}])
    with pytest.MonkeyPatch.context() as patch:
        from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl

        def none_here(service: MissionControl) -> Any:
            return service._session.call("GET", "/nothing", purpose="list the JPDs")

        patch.setattr(MissionControl, "list_jpds", none_here)
        result = run_module("access_federation", options)

    assert (result.get("msg"), result["changed"]) == (None, True)
    assert "has no Mission Control" in result["warnings"][0]
    assert target_of(simulator.platform, edge).name == "lyon"
