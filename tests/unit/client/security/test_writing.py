# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One write of a plan, by every API: security-replication.md 5.2 to 5.8, 7.1 and 7.3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.probing import probe
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.writing import (
    Settling,
    Written,
    write_object,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.canonical import canonicalise
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.writes import Write, writes
from simulator.security.state import new_group, new_permission, new_user
from simulator.simulator import Simulator
from simulator.sites import Site
from unit.client.security.instances import ALL, DOCS, VERSIONS, fill, opener, read

AT_ONCE = Settling(pauses=(), sleep=lambda seconds: None)
PATTERNS = {"includes": ["docs/**"], "excludes": ["docs/private/**"]}
EVERYTHING = {"includes": ["**"], "excludes": []}
Edit = Callable[[dict[str, Any]], Any]


@pytest.fixture(params=VERSIONS)
def site(request: pytest.FixtureRequest, simulator: Simulator) -> Site:
    """An instance with the given API of permissions, with something in it."""
    return filled(simulator, VERSIONS[request.param])


@pytest.fixture
def newest(simulator: Simulator) -> Site:
    return filled(simulator, VERSIONS["access"])


@pytest.fixture
def oldest(simulator: Simulator) -> Site:
    return filled(simulator, VERSIONS["legacy_v1"])


def filled(simulator: Simulator, version: str) -> Site:
    made = simulator.add_edge("lyon", version=version)
    fill(made)
    return made


def planned(simulator: Simulator, site: Site, edit: Edit, *, resave: tuple[str, ...] = ()) -> list[Write]:
    """The writes that a run plans who reads the instance and wants it edited."""
    reading = read(simulator, site)
    seen = canonicalise(reading.snapshot, repositories=reading.repositories, by_repository=True)
    target = canonicalise(reading.snapshot, repositories=reading.repositories, by_repository=True)
    edit(target)
    simulator.calls.clear()
    return writes(seen, target, resave=resave)


def carry_out(simulator: Simulator, site: Site, plan: list[Write], **options: Any) -> list[Written]:
    options.setdefault("settling", AT_ONCE)
    repositories = {one.key: str(one.configuration["rclass"]).upper() for one in site.repositories}
    with opener(simulator, site)() as session:
        instance = probe(session)
        simulator.calls.clear()
        return [
            write_object(instance.api(one["kind"], session), one, repositories=repositories, **options) for one in plan
        ]


def run(simulator: Simulator, site: Site, edit: Edit, **options: Any) -> list[tuple[str, str]]:
    done = carry_out(simulator, site, planned(simulator, site, edit), **options)
    return [(one.name, one.outcome) for one in done]


def sent(simulator: Simulator) -> list[tuple[str, str]]:
    return [(call.method, call.path) for call in simulator.calls.writes]


def grow(target: dict[str, Any]) -> None:
    target["groups"]["new group"] = {
        "description": "New",
        "isdefault": False,
        "admin": False,
        "permissions": {"new/p": "r"},
    }
    target["users"]["carl"] = {"email": "carl@example.com", "admin": False, "groups": ["new group"], "permissions": {}}
    target["permissions"]["new/p"] = {"targets": {"docs": PATTERNS}}
    target["users"]["bert"]["permissions"]["new/p"] = "dr"


def test_new_objects_are_made_in_an_order_in_which_each_finds_what_it_names(simulator: Simulator, site: Site) -> None:
    done = run(simulator, site, grow)
    assert done == [
        ("new/p", "written"),
        ("new group", "written"),
        ("carl", "written"),
        ("new/p", "written"),
    ]
    state = site.security
    assert state.members("new group") == ["carl"]
    assert (state.get("groups", "new group") or {})["description"] == "New"
    carl = state.get("users", "carl") or {}
    # Not in the group that all new users join: nobody asked for that.
    assert (carl["email"], carl["groups"], carl["internal_password_disabled"]) == (
        "carl@example.com",
        ["new group"],
        True,
    )
    assert (state.get("permissions", "new/p") or {})["resources"] == {
        "artifact": {
            "actions": {"users": {"bert": ["READ", "DELETE"]}, "groups": {"new group": ["READ"]}},
            "targets": {"docs": DOCS},
        }
    }


def test_second_run_has_nothing_to_write(simulator: Simulator, site: Site) -> None:
    run(simulator, site, grow)

    def again(target: dict[str, Any]) -> None:
        grow_fields = {"new group": "groups", "carl": "users", "new/p": "permissions"}
        assert all(name in target[kind] for name, kind in grow_fields.items())

    assert planned(simulator, site, again) == []


def shift(target: dict[str, Any]) -> None:
    target["users"]["anna"].update(email="a@example.com", groups=["ops"])
    target["groups"]["dev"].update(description=None, isdefault=True)
    target["groups"]["dev"]["permissions"]["team docs"] = "nr"
    target["users"]["bert"]["permissions"] = {}
    target["permissions"]["team docs"]["targets"] = {"libs": PATTERNS, "docs": PATTERNS}


def test_objects_are_changed_as_planned_and_in_nothing_else(simulator: Simulator, site: Site) -> None:
    before = {name: site.security.get("users", name) for name in ("admin", "bert")}
    assert run(simulator, site, shift) == [("team docs", "written"), ("dev", "written"), ("anna", "written")]
    state = site.security
    anna, dev = state.get("users", "anna") or {}, state.get("groups", "dev") or {}
    assert (anna["email"], anna["groups"], anna["profile_updatable"]) == ("a@example.com", ["ops"], True)
    assert (dev["description"], dev["auto_join"]) == (None, True)
    assert site.database.users["anna"].password == "S3cret-word"
    assert (state.get("permissions", "team docs") or {})["resources"]["artifact"] == {
        "actions": {"users": {}, "groups": {"dev": ["READ", "ANNOTATE"]}},
        "targets": {"libs": DOCS, "docs": DOCS},
    }
    assert {name: state.get("users", name) for name in before} == before


def shrink(target: dict[str, Any]) -> None:
    del target["users"]["bert"], target["groups"]["ops"], target["permissions"]["team docs"]
    target["groups"]["dev"]["permissions"] = {}


def test_objects_are_deleted(simulator: Simulator, site: Site) -> None:
    assert run(simulator, site, shrink) == [("bert", "written"), ("ops", "written"), ("team docs", "written")]
    assert site.security.names("groups") == ["dev", "readers"]
    assert "bert" not in site.security.names("users")
    assert site.security.names("permissions") == ["Any Remote", "Anything"]


def touch(site: Site, kind: str, name: str, **fields: Any) -> None:
    site.security.put(kind, name, {**(site.security.get(kind, name) or {}), **fields})


@pytest.mark.parametrize(
    ("edit", "somebody", "reason"),
    [
        pytest.param(
            lambda target: target["users"]["anna"].update(email="a@example.com"),
            lambda site: touch(site, "users", "anna", email="other@example.com"),
            "it has been changed meanwhile: email",
            id="same-field",
        ),
        pytest.param(
            lambda target: target["users"]["anna"].update(email="a@example.com"),
            lambda site: site.security.remove("users", "anna"),
            "it is gone meanwhile",
            id="deleted",
        ),
        pytest.param(
            lambda target: target["users"].update(carl={"email": "carl@example.com", "groups": [], "permissions": {}}),
            lambda site: site.security.put("users", "carl", new_user(email="another@example.com")),
            "there is another one of this name meanwhile",
            id="made-otherwise",
        ),
        pytest.param(
            lambda target: target["users"].pop("anna"),
            lambda site: touch(site, "users", "anna", email="other@example.com"),
            "it has been changed meanwhile: email",
            id="changed-before-deletion",
        ),
        pytest.param(
            lambda target: target["groups"]["dev"]["permissions"].update({"team docs": "r"}),
            lambda site: site.security.remove("groups", "dev"),
            "it has been changed meanwhile: groups.dev",
            id="principal-deleted",
        ),
        pytest.param(
            lambda target: target["permissions"]["team docs"]["targets"].pop("libs"),
            lambda site: site.security.remove("permissions", "team docs"),
            "it is gone meanwhile",
            id="permission-deleted",
        ),
    ],
)
def test_object_that_moved_since_it_was_read_is_left_for_the_next_run(
    simulator: Simulator, site: Site, edit: Edit, somebody: Callable[[Site], None], reason: str
) -> None:
    plan = planned(simulator, site, edit)
    somebody(site)
    (done,) = carry_out(simulator, site, plan)
    assert (done.outcome, done.reason) == ("moved", reason)
    assert simulator.calls.writes == []


@pytest.mark.parametrize(
    ("edit", "somebody"),
    [
        pytest.param(
            lambda target: target["users"]["anna"].update(email="a@example.com"),
            lambda site: touch(site, "users", "anna", email="a@example.com"),
            id="changed-alike",
        ),
        pytest.param(
            lambda target: target["users"].pop("anna"), lambda site: site.security.remove("users", "anna"), id="deleted"
        ),
        pytest.param(
            lambda target: target["groups"].update(qa={"description": "Quality", "permissions": {}}),
            lambda site: site.security.put("groups", "qa", new_group(description="Quality")),
            id="made-alike",
        ),
    ],
)
def test_what_somebody_has_done_already_is_not_done_again(
    simulator: Simulator, site: Site, edit: Edit, somebody: Callable[[Site], None]
) -> None:
    plan = planned(simulator, site, edit)
    somebody(site)
    assert [one.outcome for one in carry_out(simulator, site, plan)] == ["unchanged"]
    assert simulator.calls.writes == []


def test_change_beside_the_planned_one_is_kept(simulator: Simulator, site: Site) -> None:
    plan = planned(simulator, site, shift)
    touch(site, "users", "anna", disable_ui_access=True)
    site.security.change_groups("anna", add=["dev", "readers"])
    touch(site, "groups", "dev", admin_privileges=False, external_id="42")
    assert {one.outcome for one in carry_out(simulator, site, plan)} == {"written"}
    anna = site.security.get("users", "anna") or {}
    assert (anna["disable_ui_access"], anna["email"]) == (True, "a@example.com")
    assert (site.security.get("groups", "dev") or {})["external_id"] == "42"


def test_only_the_section_that_differs_is_written(simulator: Simulator, newest: Site) -> None:
    artifact = (newest.security.get("permissions", "team docs") or {})["resources"]["artifact"]
    build = {"actions": {"users": {}, "groups": {"dev": ["READ"]}}, "targets": {"artifactory-build-info": ALL}}
    newest.security.put("permissions", "team docs", new_permission({"artifact": artifact, "build": build}))

    def edit(target: dict[str, Any]) -> None:
        target["groups"]["dev"]["resources"]["build"]["team docs"] = "rw"

    assert run(simulator, newest, edit) == [("team docs", "written")]
    assert sent(simulator) == [("PUT", "/access/api/v2/permissions/team docs/build")]
    resources = (newest.security.get("permissions", "team docs") or {})["resources"]
    assert resources["artifact"] == artifact
    assert resources["build"]["actions"]["groups"] == {"dev": ["READ", "WRITE"]}


def test_section_that_is_not_wanted_any_more_is_deleted(simulator: Simulator, newest: Site) -> None:
    artifact = (newest.security.get("permissions", "team docs") or {})["resources"]["artifact"]
    build = {"actions": {"users": {}, "groups": {}}, "targets": {"artifactory-build-info": ALL}}
    newest.security.put("permissions", "team docs", new_permission({"artifact": artifact, "build": build}))

    assert run(simulator, newest, lambda target: target["permissions"]["team docs"].pop("resources")) == [
        ("team docs", "written")
    ]
    assert sent(simulator) == [("DELETE", "/access/api/v2/permissions/team docs/build")]


@pytest.mark.parametrize("shown", ["cache", "both", "plain"])
def test_remote_repository_keeps_its_name_whatever_it_is_shown_as(simulator: Simulator, site: Site, shown: Any) -> None:
    simulator.switches.remote_repositories_shown = shown

    def edit(target: dict[str, Any]) -> None:
        target["groups"]["dev"]["permissions"]["team docs"] = "r"

    assert run(simulator, site, edit) == [("team docs", "written")]
    assert (site.security.get("permissions", "team docs") or {})["resources"]["artifact"]["targets"] == {
        "libs": DOCS,
        "npm": DOCS,
    }


def test_resave_writes_what_does_not_differ(simulator: Simulator, site: Site) -> None:
    before = (site.security.get("permissions", "team docs") or {})["resources"]
    plan = planned(simulator, site, lambda target: None, resave=("team docs",))
    assert [(one.action, one.outcome) for one in carry_out(simulator, site, plan)] == [("resave", "written")]
    assert [method for method, _ in sent(simulator)] == ["PUT"]
    assert (site.security.get("permissions", "team docs") or {})["resources"] == before


def test_patterns_by_repository_cannot_be_said_to_the_legacy_api(simulator: Simulator, oldest: Site) -> None:
    def edit(target: dict[str, Any]) -> None:
        target["permissions"]["team docs"]["targets"]["libs"] = EVERYTHING

    (done,) = carry_out(simulator, oldest, planned(simulator, oldest, edit))
    assert done.outcome == "impossible"
    assert done.reason.startswith("this API has one list of patterns for all repositories")
    assert simulator.calls.writes == []


@pytest.mark.parametrize(("api", "outcome"), [("access", "impossible"), ("legacy_v2", "written")])
def test_realm_of_a_group_is_for_the_legacy_api(simulator: Simulator, api: str, outcome: str) -> None:
    where = filled(simulator, VERSIONS[api])
    where.security.change_groups("bert", add=["dev"])

    def edit(target: dict[str, Any]) -> None:
        target["groups"]["dev"].update(realm="ldap", realmattrs="groupName=dev")

    assert run(simulator, where, edit) == [("dev", outcome)]
    dev = where.security.get("groups", "dev") or {}
    written = ("ldap", "groupName=dev") if outcome == "written" else ("internal", None)
    assert (dev["realm"], dev["realm_attributes"], dev["description"]) == (*written, "Developers")
    # The whole group is replaced there, and its members stay.
    assert where.security.members("dev") == ["anna", "bert"]


def carl(target: dict[str, Any]) -> None:
    target["users"]["carl"] = {"email": "carl@example.com", "groups": ["dev"], "permissions": {}}


def team(target: dict[str, Any]) -> None:
    target["permissions"]["team"] = {"targets": {"docs": EVERYTHING}}


@pytest.mark.parametrize("edit", [carl, team], ids=["user", "permission"])
@pytest.mark.parametrize("fault", ["drop_answer", "hang_up", "503"])
def test_creation_whose_answer_got_lost_is_looked_for_and_never_repeated_blindly(
    simulator: Simulator, newest: Site, edit: Edit, fault: str
) -> None:
    plan = planned(simulator, newest, edit)
    kind = plan[0]["kind"]
    simulator.faults.add(site="lyon", method="POST", path=f"/access/api/v2/{kind}", kind=fault)
    assert [one.outcome for one in carry_out(simulator, newest, plan)] == ["written"]
    posts = [call.status for call in simulator.calls.find(method="POST")]
    assert posts == ([201] if fault == "drop_answer" else [None if fault == "hang_up" else 503, 201])


def test_creation_that_lags_behind_is_refused_the_second_time_and_found(simulator: Simulator, newest: Site) -> None:
    plan = planned(simulator, newest, team)
    simulator.faults.add(site="lyon", method="POST", path="/access/api/v2/permissions", kind="drop_answer")
    newest.security.settle()
    simulator.switches.security_read_lag = 1.0
    (done,) = carry_out(simulator, newest, plan, settling=Settling(pauses=(0.3,) * 10))
    assert done.outcome == "written"
    assert [call.status for call in simulator.calls.find(method="POST")] == [201, 409]


@pytest.mark.parametrize(
    ("edit", "names"),
    [
        (grow, ["new/p", "new group", "carl"]),
        (shift, ["team docs", "dev", "anna"]),
        (shrink, ["bert", "ops", "team docs"]),
    ],
    ids=["made", "changed", "deleted"],
)
def test_write_is_looked_for_until_reads_have_caught_up(
    simulator: Simulator, newest: Site, edit: Edit, names: list[str]
) -> None:
    plan = planned(simulator, newest, edit)[:3]
    newest.security.settle()
    simulator.switches.security_read_lag = 0.5
    done = [carry_out(simulator, newest, [one], settling=Settling(pauses=(0.2,) * 10))[0] for one in plan]
    assert [(one.name, one.outcome) for one in done] == [(name, "written") for name in names]


def test_account_that_somebody_else_made_meanwhile_is_not_touched(simulator: Simulator, newest: Site) -> None:
    plan = planned(simulator, newest, carl)
    newest.security.settle()
    simulator.switches.security_read_lag = 0.5
    # Not to be seen yet when the plan is carried out, so only the creation comes upon it.
    newest.security.put("users", "carl", new_user(email="another@example.com", groups=["readers"]))
    (done,) = carry_out(simulator, newest, plan, settling=Settling(pauses=(0.3,) * 4))
    assert (done.outcome, done.reason) == ("moved", "there is another one of this name meanwhile")
    assert sent(simulator) in ([], [("POST", "/access/api/v2/users")])
    assert (newest.security.get("users", "carl") or {})["groups"] == ["readers"]


def test_write_that_an_instance_takes_and_does_not_keep_differs(simulator: Simulator, newest: Site) -> None:
    simulator.switches.unknown_repository_in_permission = "dropped"

    def edit(target: dict[str, Any]) -> None:
        target["permissions"]["team docs"]["targets"]["later"] = EVERYTHING

    pauses: list[float] = []
    (done,) = carry_out(
        simulator, newest, planned(simulator, newest, edit), settling=Settling((1.0, 2.0), pauses.append)
    )
    assert (done.outcome, pauses) == ("differs", [1.0, 2.0])
    assert set((done.seen or {})["targets"]) == {"libs", "npm"}


def test_write_that_is_refused_stops_no_other(simulator: Simulator, site: Site) -> None:
    def edit(target: dict[str, Any]) -> None:
        target["permissions"]["team docs"]["targets"]["later"] = PATTERNS
        target["users"]["anna"]["email"] = "a@example.com"

    done = carry_out(simulator, site, planned(simulator, site, edit))
    assert [(one.name, one.outcome) for one in done] == [("team docs", "failed"), ("anna", "written")]
    assert "reference to a non-existing repository 'later'" in done[0].reason


@pytest.mark.parametrize("fault", ["404", "405", "406", "500", "501", "503", "hang_up"])
@pytest.mark.parametrize("edit", [carl, shift, shrink], ids=["made", "changed", "deleted"])
def test_write_that_fails_for_good_is_an_outcome(simulator: Simulator, newest: Site, edit: Edit, fault: str) -> None:
    plan = planned(simulator, newest, edit)[:1]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        simulator.faults.add(site="lyon", method=method, kind=fault, times=None)
    (done,) = carry_out(simulator, newest, plan)
    if (plan[0]["action"], fault) == ("delete", "404"):
        # Gone already, says the answer; there it is, says the look.
        assert (done.outcome, (done.seen or {})["email"]) == ("differs", "bert@example.com")
        return
    assert done.outcome == "failed"
    assert done.reason.startswith("Cannot ")


@pytest.mark.parametrize("status", [401, 403])
def test_token_that_is_refused_ends_the_writing(simulator: Simulator, newest: Site, status: int) -> None:
    plan = planned(simulator, newest, shift)
    simulator.faults.add(site="lyon", method="PUT", kind=str(status), times=None)
    with pytest.raises(ApiError) as caught:
        carry_out(simulator, newest, plan)
    assert caught.value.details["http_status"] == status
    assert simulator.calls.writes == []


def test_busy_instance_gets_the_write_once(simulator: Simulator, site: Site) -> None:
    plan = planned(simulator, site, carl)
    for method in ("POST", "PUT"):
        simulator.faults.add(site="lyon", method=method, kind="429", times=2)
    assert [one.outcome for one in carry_out(simulator, site, plan)] == ["written"]
    assert len([call for call in simulator.calls.writes if call.status == 201]) == 1


def test_new_user_gets_a_password_on_demand_and_no_error_tells_it(simulator: Simulator, site: Site) -> None:
    plan = planned(simulator, site, carl)
    assert [one.outcome for one in carry_out(simulator, site, plan, password="Br4nd-new")] == ["written"]
    assert site.database.users["carl"].password == "Br4nd-new"
    assert (site.security.get("users", "carl") or {})["internal_password_disabled"] is False


def test_new_user_stays_in_groups_outside_of_the_scope(simulator: Simulator, newest: Site) -> None:
    plan = planned(simulator, newest, carl)
    assert [one.outcome for one in carry_out(simulator, newest, plan, left_alone=["readers"])] == ["written"]
    assert (newest.security.get("users", "carl") or {})["groups"] == ["dev", "readers"]


def test_name_in_other_case_is_the_same_user(simulator: Simulator, newest: Site) -> None:
    def edit(target: dict[str, Any]) -> None:
        target["users"]["anna"]["admin"] = True

    plan = planned(simulator, newest, edit)
    assert [(one.name, one.outcome) for one in carry_out(simulator, newest, plan)] == [("anna", "written")]
    assert newest.database.users["anna"].admin is True


def test_each_object_is_read_before_and_after_its_write(simulator: Simulator, newest: Site) -> None:
    plan = planned(simulator, newest, lambda target: target["users"]["anna"].update(email="a@example.com"))
    carry_out(simulator, newest, plan)
    anna = "/access/api/v2/users/anna"
    assert [(call.method, call.path) for call in simulator.calls] == [("GET", anna), ("PATCH", anna), ("GET", anna)]


def test_check_mode_cannot_write(simulator: Simulator, newest: Site) -> None:
    (write,) = planned(simulator, newest, carl)
    with opener(simulator, newest, read_only=True)() as session, pytest.raises(AssertionError):
        write_object(probe(session).api("users", session), write, settling=AT_ONCE)
    assert simulator.calls.writes == []
