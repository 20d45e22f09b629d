# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter import licensing
from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session
from ansible_collections.hybrid.jfrog.plugins.modules import jpd_license as module
from simulator.license_buckets import Bucket
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.modules.license_cases import BUCKETS, add_bucket, registered, stop
from unit.modules.rest_cases import FastClock, jpd_options, platform_options
from unit.modules.run_module import run_module

DEPLOY = f"{BUCKETS}/edges/deploy"
RELEASE = f"{BUCKETS}/edges/release"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    fast = FastClock()
    monkeypatch.setattr(module, "Clock", lambda: fast)
    return fast


@pytest.fixture
def lyon(simulator: Simulator) -> Edge:
    """Registered as JPD-2, without a licence; the bucket "edges" has three."""
    add_bucket(simulator)
    return registered(simulator)


def run(simulator: Simulator, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    options = {**platform_options(simulator), "name": "lyon", "bucket": "edges", **changes}
    return run_module("jpd_license", {key: value for key, value in options.items() if value is not None}, check=check)


def given(simulator: Simulator) -> dict[str, int]:
    return {jpd: len(licences) for jpd, licences in simulator.platform.buckets["edges"].given.items()}


def sent(simulator: Simulator, path: str = DEPLOY) -> int:
    return len(simulator.calls.find(method="POST", path=path))


def test_five_runs(simulator: Simulator, lyon: Edge) -> None:
    simulator.calls.clear()
    predicted = run(simulator, check=True)
    assert (predicted["changed"], simulator.calls.writes) == (True, [])

    real = run(simulator)
    assert (real["diff"], real["drift"]) == (predicted["diff"], ["licenses"])
    assert real["diff"]["before"] == {"licenses": 0}
    assert real["diff"]["after"] == {"licenses": 1}
    assert (given(simulator), sent(simulator)) == ({"JPD-2": 1}, 1)
    assert [one["type"] for one in real["licenses"]] == ["EDGE"]
    assert real["bucket"]["jpds"] == {"lyon": 1}
    assert lyon.licence is not None

    again = run(simulator)
    assert (again["changed"], again["drift"], sent(simulator)) == (False, [], 1)

    simulator.platform.buckets["edges"].release("JPD-2")
    found = run(simulator, check=True)
    assert (found["drift"], sent(simulator)) == (["licenses"], 1)

    assert run(simulator)["diff"] == found["diff"]
    assert run(simulator)["changed"] is False
    assert (given(simulator), sent(simulator)) == ({"JPD-2": 1}, 2)


def test_each_node_gets_a_licence_and_only_what_is_missing_is_attached(simulator: Simulator) -> None:
    add_bucket(simulator)
    osaka = registered(simulator, "osaka", nodes=2)
    run(simulator, name="osaka", count=1)

    result = run(simulator, name="osaka", count=2)

    assert (result["diff"]["before"], result["diff"]["after"]) == ({"licenses": 1}, {"licenses": 2})
    assert (given(simulator), len(osaka.licences)) == ({"JPD-2": 2}, 2)
    assert run(simulator, name="osaka", count=2)["changed"] is False


def test_surplus_is_left_with_a_warning(simulator: Simulator, lyon: Edge) -> None:
    run(simulator, count=2)

    result = run(simulator)

    assert (result["changed"], given(simulator)) == (False, {"JPD-2": 2})
    assert "counts 2 licences for the Edge 'lyon', and 1 are wanted" in result["warnings"][0]


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("bucket_path", "name"),
        ("bucket_path", "identifier"),
        ("bucket_report_names", "id"),
        ("bucket_report_leaves_out_unused", False),
        ("release_takes_back", "one"),
        ("licence_refresh_reads", 0),
        ("licence_refresh_reads", 4),
    ],
)
def test_what_nobody_knows_for_certain_does_not_matter(
    simulator: Simulator, lyon: Edge, switch: str, value: Any
) -> None:
    setattr(simulator.switches, switch, value)

    assert run(simulator, count=2)["changed"] is True
    assert run(simulator, count=2)["changed"] is False
    stop(simulator, lyon)
    assert run(simulator, state="absent")["changed"] is True
    assert run(simulator, state="absent")["changed"] is False
    assert given(simulator) == {}


def test_bucket_can_be_named_by_its_identifier(simulator: Simulator, lyon: Edge) -> None:
    identifier = simulator.platform.buckets["edges"].identifier

    assert run(simulator, bucket=identifier)["changed"] is True
    assert run(simulator)["changed"] is False


def test_licence_that_is_shown_late_is_waited_for(simulator: Simulator, lyon: Edge, clock: FastClock) -> None:
    simulator.switches.licence_refresh_reads = 5

    assert len(run(simulator)["licenses"]) == 1
    assert clock.slept


def test_licence_that_never_shows_is_told_and_attached_once(simulator: Simulator, lyon: Edge) -> None:
    simulator.switches.licence_refresh_reads = 10_000

    first, second = run(simulator), run(simulator)

    for result in (first, second):
        assert "the bucket 'edges' counts it for JPD-2, and the JPD shows none after 120 seconds" in result["msg"]
        assert "take the Edge offline, release it with state=absent, start it, and run again" in result["msg"]
    assert (given(simulator), sent(simulator)) == ({"JPD-2": 1}, 1)


def test_no_wait_leaves_it_to_the_platform(simulator: Simulator, lyon: Edge, clock: FastClock) -> None:
    result = run(simulator, wait=False)

    assert (result["changed"], clock.slept) == (True, [])


def test_missing_licences_are_told_before_anything_is_attached(simulator: Simulator, lyon: Edge, tmp_path: Any) -> None:
    label = {**platform_options(simulator), "bucket": "edges", "label": "ship", "path": str(tmp_path / "keys")}
    assert run_module("license_acquisition", {**label, "count": 2})["changed"]

    for check in (True, False):
        result = run(simulator, count=2, check=check)
        assert "this run needs 2 licences of the bucket 'edges', and 1 of its 3 is free" in result["msg"]
        assert "('ship': 2) with license_acquisition and state=absent" in result["msg"]
        assert result["bucket"]["available"] == 1
    assert sent(simulator) == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param({"name": "none"}, "it is not registered at the platform", id="not-registered"),
        pytest.param({"bucket": "none"}, "has no licence bucket 'none'. Add it with license_bucket", id="no-bucket"),
        pytest.param({"name": "HOME"}, "this is the platform itself", id="home"),
        pytest.param({"count": 0}, "give a count of 1 or more", id="count"),
    ],
)
def test_mistake_is_told_before_anything_is_sent(
    simulator: Simulator, lyon: Edge, options: dict[str, Any], says: str
) -> None:
    simulator.calls.clear()
    assert says in run(simulator, **options)["msg"]
    assert simulator.calls.writes == []


@pytest.mark.parametrize("options", [{"name": "none"}, {"bucket": "none"}], ids=["jpd", "bucket"])
def test_check_mode_knows_that_earlier_tasks_make_what_is_missing(
    simulator: Simulator, lyon: Edge, options: dict[str, Any]
) -> None:
    result = run(simulator, check=True, **options)

    assert (result["changed"], result["diff"]["after"]) == (True, {"licenses": 1})


def test_check_mode_takes_what_is_counted_for_a_deleted_jpd_for_an_earlier_registrations(
    simulator: Simulator, lyon: Edge
) -> None:
    run(simulator)
    simulator.platform.delete_jpd("lyon")

    result = run(simulator, check=True)

    assert (result["changed"], result["diff"]["before"]) == (True, {"licenses": 0})


@pytest.mark.parametrize("kind", ["drop_answer", "502_html", "hang_up"])
def test_unclear_answer_never_leads_to_a_second_licence(simulator: Simulator, lyon: Edge, kind: str) -> None:
    simulator.faults.add(site="acme", method="POST", path=DEPLOY, kind=kind)

    result = run(simulator)

    assert sent(simulator) == 1
    if kind == "drop_answer":
        assert (result["changed"], given(simulator)) == (True, {"JPD-2": 1})
    else:
        assert "Nothing was attached. See the answer, and run again." in result["msg"]
        assert given(simulator) == {}
        assert run(simulator)["changed"] is True
        assert given(simulator) == {"JPD-2": 1}


def test_answer_that_is_lost_with_the_report_is_told_and_the_next_run_looks_first(
    simulator: Simulator, lyon: Edge
) -> None:
    simulator.faults.add(site="acme", method="POST", path=DEPLOY, kind="drop_answer")
    # The first list and report are read before; what follows finds a platform that is busy.
    reads = {"site": "acme", "method": "GET", "path": f"{BUCKETS}/edges/report"}
    original = licensing.Licensing.attach

    def attach(*arguments: Any, **options: Any) -> Any:
        simulator.faults.add(**reads, kind="503", times=4)
        return original(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(licensing.Licensing, "attach", attach)
        result = run(simulator)

    assert (
        "What the bucket counts could not be read, so run again before anything else: it looks first" in result["msg"]
    )
    assert (run(simulator)["changed"], given(simulator), sent(simulator)) == (False, {"JPD-2": 1}, 1)


def test_refusal_by_the_platform_is_told_at_once(
    simulator: Simulator, lyon: Edge, clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licensing, "shortages", lambda *_, **__: {})

    result = run(simulator, count=4)

    assert 'it answered 500 ("Cannot deploy licenses from bucket edges to JPD-2")' in result["msg"]
    assert "3 of the bucket's 3 are free. The Edge may have refused it" in result["msg"]
    assert (result["http_status"], clock.slept) == (500, [])


def test_busy_platform_is_told_and_asked_nothing_more(simulator: Simulator, lyon: Edge) -> None:
    simulator.faults.add(site="acme", method="POST", path=DEPLOY, kind="429", times=None)
    simulator.calls.clear()

    result = run(simulator)

    assert "it answered 429 Too Many Requests" in result["msg"]
    assert "Try again later, or with fewer forks." in result["msg"]
    assert [call.path for call in simulator.calls.find(by_client=True)][-1] == DEPLOY
    assert (sent(simulator), given(simulator)) == (1 + session.ATTEMPTS_WHEN_BUSY, {})


def test_jpd_that_goes_meanwhile_is_told(simulator: Simulator, lyon: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    original = licensing.Licensing.attach

    def attach(*arguments: Any, **options: Any) -> Any:
        simulator.platform.delete_jpd("lyon")
        return original(*arguments, **options)

    monkeypatch.setattr(licensing.Licensing, "attach", attach)

    assert 'it answered 400 ("JPD with id JPD-2 was not found.")' in run(simulator)["msg"]


@pytest.mark.parametrize(
    ("scope", "says"),
    [
        pytest.param("applied-permissions/user", "Use platform_access_token with admin rights", id="403"),
        pytest.param(None, "Use a valid platform_access_token", id="401"),
    ],
)
def test_token_without_rights_is_told(simulator: Simulator, lyon: Edge, scope: str | None, says: str) -> None:
    token = "eyJ.eyJ.x" if scope is None else simulator.platform.admin_token(username="reader", scope=scope)

    assert says in run(simulator, platform_access_token=token)["msg"]


def test_edge_that_is_away_is_waited_for_and_then_told(simulator: Simulator, lyon: Edge, clock: FastClock) -> None:
    stop(simulator, lyon)

    result = run(simulator)

    assert 'shows it as OFFLINE ("The JPD cannot be reached"). Make it reachable' in result["msg"]
    assert (sum(clock.slept), sent(simulator)) == (120.0, 0)


def test_release_needs_an_edge_that_is_offline(simulator: Simulator, lyon: Edge, clock: FastClock) -> None:
    run(simulator)
    clock.slept.clear()

    alive = run(simulator, state="absent")
    assert "shows JPD-2 as ONLINE" in alive["msg"]
    assert "Stop the Edge on all its nodes, release its licences then, and unregister it last." in alive["msg"]
    assert (sum(clock.slept), sent(simulator, RELEASE)) == (120.0, 0)

    stop(simulator, lyon)
    predicted = run(simulator, state="absent", check=True)
    assert given(simulator) == {"JPD-2": 1}
    released = run(simulator, state="absent")

    assert (released["changed"], released["diff"], given(simulator)) == (True, predicted["diff"], {})
    assert released["bucket"]["available"] == 3
    assert run(simulator, state="absent")["changed"] is False


def test_refusal_to_release_from_an_edge_that_came_back_explains_the_order(
    simulator: Simulator, lyon: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(simulator)
    monkeypatch.setattr(licensing, "OFFLINE", "ONLINE")

    result = run(simulator, state="absent")

    assert "it releases only from a JPD that is OFFLINE" in result["msg"]
    assert given(simulator) == {"JPD-2": 1}


@pytest.mark.parametrize("takes_back", ["all", "one"])
@pytest.mark.parametrize("kind", ["drop_answer", "hang_up"])
def test_unclear_answer_to_a_release_is_settled_by_reading(
    simulator: Simulator, lyon: Edge, takes_back: str, kind: str
) -> None:
    simulator.switches.release_takes_back = takes_back  # type: ignore[assignment]
    run(simulator, count=2)
    stop(simulator, lyon)
    simulator.faults.add(site="acme", method="POST", path=RELEASE, kind=kind)

    result = run(simulator, state="absent")

    if kind == "drop_answer":
        assert (result["changed"], given(simulator)) == (True, {})
    else:
        assert "The report still counts them. See the answer, and run again." in result["msg"]
        assert run(simulator, state="absent")["changed"] is True


def test_release_that_changes_nothing_ends_with_what_the_report_counts(
    simulator: Simulator, lyon: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(simulator)
    stop(simulator, lyon)
    monkeypatch.setattr(Bucket, "release", lambda *_, **__: 1)

    result = run(simulator, state="absent")

    assert "says that it did, and its report still counts 1 of 'edges'. See it in the web page." in result["msg"]
    assert sent(simulator, RELEASE) == 1


def test_licences_of_a_jpd_that_is_gone_are_released_by_its_id(simulator: Simulator, lyon: Edge) -> None:
    run(simulator)
    simulator.platform.delete_jpd("lyon")

    asked = run(simulator, state="absent")
    assert "counts 1 for this name, and no JPD has it" in asked["msg"]
    assert "give the id that it had in jpd_id" in asked["msg"]

    assert run(simulator, state="absent", jpd_id="JPD-2")["changed"] is True
    assert run(simulator, state="absent", jpd_id="JPD-2")["changed"] is False
    assert given(simulator) == {}


def test_edge_that_is_registered_anew_keeps_its_licence_and_gets_no_second_one(
    simulator: Simulator, lyon: Edge
) -> None:
    run(simulator)
    simulator.platform.delete_jpd("lyon")
    assert run_module("jpd", jpd_options(simulator))["changed"]

    assert run(simulator)["changed"] is False
    assert (given(simulator), sent(simulator)) == ({"JPD-2": 1}, 1)


def test_bucket_that_is_not_there_has_nothing_to_release(simulator: Simulator, lyon: Edge) -> None:
    assert run(simulator, state="absent", bucket="none")["changed"] is False
