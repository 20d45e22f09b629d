# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""jpd: pairing a registered Edge again."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from ansible_collections.hybrid.jfrog.plugins.modules import jpd as module
from simulator.simulator import Simulator
from unit.modules.rest_cases import FastClock, jpd_options
from unit.modules.run_module import run_module

JPDS = "/mc/api/v1/jpds"
PAIRING = "/access/api/v1/service_trust/pairing"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    fast = FastClock()
    monkeypatch.setattr(module, "Clock", lambda: fast)
    return fast


@pytest.fixture
def broken(simulator: Simulator) -> Simulator:
    """A registered Edge whose pairing does not work any more."""
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.platform.break_pairing("lyon")
    simulator.calls.clear()
    return simulator


def refuse_updates(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """A platform that takes no credential in a PUT; what it answers then is not documented."""

    def refuse(*_args: Any) -> None:
        raise ApiError("refused", http_status=400, api_errors=[said])

    monkeypatch.setattr(MissionControl, "update_jpd", refuse)


def registered(simulator: Simulator) -> dict[str, str]:
    return {jpd["name"]: jpd["id"] for jpd in simulator.platform.jpds}


def test_broken_pairing_is_healed_in_place(broken: Simulator) -> None:
    result = run_module("jpd", jpd_options(broken))

    assert (result["changed"], result["drift"]) == (True, ["pairing"])
    assert (result["diff"]["before"]["pairing"], result["diff"]["after"]["pairing"]) == ("broken", "established")
    assert (result["jpd"]["id"], result["jpd"]["status"]["code"]) == ("JPD-2", "ONLINE")


def test_broken_pairing_and_other_drift_are_repaired_by_one_request(broken: Simulator) -> None:
    broken.platform.edit_jpd("lyon", name="lyon-old")

    result = run_module("jpd", jpd_options(broken))

    assert result["drift"] == ["name", "pairing"]
    assert registered(broken) == {"HOME": "JPD-1", "lyon": "JPD-2"}
    assert len(broken.calls.find(site="acme", method="PUT")) == 1


@pytest.mark.parametrize(("repair", "status"), [("when_broken", "ONLINE"), ("never", "UNAUTHORIZED")])
def test_broken_pairing_that_a_wrong_url_hid_is_healed_in_the_same_run(
    broken: Simulator, repair: str, status: str
) -> None:
    broken.platform.edit_jpd("lyon", url="https://127.0.0.1:1/")

    result = run_module("jpd", jpd_options(broken, adopt_by_name=True, repair=repair, wait_timeout=0))

    assert (result.get("failed", False), result["jpd"]["status"]["code"]) == (status != "ONLINE", status)
    assert registered(broken) == {"HOME": "JPD-1", "lyon": "JPD-2"}


def test_repair_never_leaves_a_broken_pairing(broken: Simulator) -> None:
    result = run_module("jpd", jpd_options(broken, repair="never"))

    assert (result["changed"], result["drift"]) == (False, [])
    assert result["jpd"]["status"]["code"] == "UNAUTHORIZED"
    assert broken.calls.writes == []


def test_repair_always_pairs_on_every_run(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    options = jpd_options(simulator, repair="always")
    run_module("jpd", options)
    predicted = run_module("jpd", options, check=True)
    simulator.calls.clear()

    result = run_module("jpd", options)

    assert (result["changed"], result["drift"], result["diff"]) == (True, ["pairing"], predicted["diff"])
    assert result["diff"]["after"]["pairing"] == "renewed"
    assert len(simulator.calls.find(method="POST", path=PAIRING)) == 1


def test_pairing_whose_answer_was_lost_is_not_repeated(broken: Simulator) -> None:
    broken.faults.add(site="acme", method="PUT", path=JPDS, kind="drop_answer")

    result = run_module("jpd", jpd_options(broken))

    assert (result.get("msg"), result["changed"]) == (None, True)
    assert result["jpd"]["status"]["code"] == "ONLINE"
    assert len(broken.calls.find(method="POST", path=PAIRING)) == 1
    assert len(broken.calls.find(site="acme", method="PUT")) == 1


@pytest.mark.parametrize("kind", ["503", "hang_up"])
def test_pairing_that_did_not_happen_is_an_error_and_the_next_run_finishes(broken: Simulator, kind: str) -> None:
    broken.faults.add(site="acme", method="PUT", path=JPDS, kind=kind)

    result = run_module("jpd", jpd_options(broken))

    assert result["failed"] is True
    assert "Cannot update the JPD 'lyon' (JPD-2)" in result["msg"]
    assert len(broken.calls.find(method="POST", path=PAIRING)) == 1
    assert run_module("jpd", jpd_options(broken))["jpd"]["status"]["code"] == "ONLINE"


def test_pairing_that_cannot_be_healed_says_how_to_go_on(broken: Simulator, clock: FastClock) -> None:
    broken.switches.put_with_token_repairs = False

    result = run_module("jpd", jpd_options(broken))

    assert result["failed"] is True
    assert "accepted a new credential for JPD-2 and still shows UNAUTHORIZED" in result["msg"]
    assert "run again in some minutes. If it stays so, set recreate_when_unrepairable to true" in result["msg"]
    assert registered(broken) == {"HOME": "JPD-1", "lyon": "JPD-2"}
    assert 0 < sum(clock.slept) <= 15


@pytest.mark.parametrize("refused", [False, True], ids=["accepted-without-effect", "refused"])
def test_pairing_that_cannot_be_healed_is_made_anew_when_allowed(
    broken: Simulator, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken.switches.put_with_token_repairs = False
    if refused:
        refuse_updates(monkeypatch, "Failed to join the JPD. Are the credentials correct?")

    result = run_module("jpd", jpd_options(broken, recreate_when_unrepairable=True))

    assert (result.get("msg"), result["changed"], result["drift"]) == (None, True, ["pairing"])
    assert (result["jpd"]["id"], result["jpd"]["status"]["code"]) == ("JPD-3", "ONLINE")
    assert registered(broken) == {"HOME": "JPD-1", "lyon": "JPD-3"}
    assert run_module("jpd", jpd_options(broken))["changed"] is False


def test_jpd_whose_healed_pairing_shows_late_is_not_deleted(
    broken: Simulator, clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How often the platform looks at its JPDs is not published."""
    get = MissionControl.get_jpd

    def late(service: MissionControl, jpd_id: str) -> Any:
        seen = get(service, jpd_id)
        return seen if sum(clock.slept) > 100 else {**seen, "status": {"code": "UNAUTHORIZED", "message": ""}}

    monkeypatch.setattr(MissionControl, "get_jpd", late)

    result = run_module("jpd", jpd_options(broken, recreate_when_unrepairable=True))

    assert (result.get("msg"), result["jpd"]["id"], result["jpd"]["status"]["code"]) == (None, "JPD-2", "ONLINE")
    assert broken.calls.find(method="DELETE", path=JPDS) == []


def test_run_that_was_interrupted_between_deleting_and_registering_is_finished(broken: Simulator) -> None:
    broken.switches.put_with_token_repairs = False
    broken.faults.add(site="acme", method="POST", path=JPDS, kind="503")
    first = run_module("jpd", jpd_options(broken, recreate_when_unrepairable=True))

    second = run_module("jpd", jpd_options(broken))

    assert first["failed"] is True
    assert (second["changed"], second["jpd"]["status"]["code"]) == (True, "ONLINE")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        pytest.param("0123456789abcdef" * 4, None, id="with-the-join-key"),
        pytest.param(None, "there is no credential for the trust method circle_of_trust", id="without-a-credential"),
    ],
)
def test_join_key_registration_is_healed_with_the_key(simulator: Simulator, key: str | None, says: str | None) -> None:
    real = "0123456789abcdef" * 4
    simulator.add_edge("quito", version="7.25.7", join_key=real)
    options: dict[str, Any] = {"trust_method": "circle_of_trust", "edge_access_token": None}
    run_module("jpd", jpd_options(simulator, "quito", join_key=real, **options))
    simulator.platform.break_pairing("quito")

    result = run_module("jpd", jpd_options(simulator, "quito", join_key=key, **options))

    if says is None:
        assert (result.get("msg"), result["jpd"]["status"]["code"]) == (None, "ONLINE")
    else:
        assert says in result["msg"]


def test_renewal_that_the_platform_refuses_is_an_error_although_the_old_pairing_holds(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    run_module("jpd", jpd_options(simulator))
    simulator.faults.add(site="lyon", path="/access/api/v1/service_trust/exchange", kind="503")

    result = run_module("jpd", jpd_options(simulator, repair="always"))

    assert result["failed"] is True
    assert "the platform answered 400" in result["msg"]
    assert run_module("jpd", jpd_options(simulator))["jpd"]["status"]["code"] == "ONLINE"


@pytest.mark.parametrize("said", ["Failed to connect to the JPD. Please verify it", "Validation constraint violation"])
def test_jpd_is_not_deleted_when_a_new_one_would_be_refused_as_well(
    broken: Simulator, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_updates(monkeypatch, said)

    result = run_module("jpd", jpd_options(broken, recreate_when_unrepairable=True))

    assert result["failed"] is True
    assert registered(broken) == {"HOME": "JPD-1", "lyon": "JPD-2"}


def test_jpd_is_not_deleted_when_the_edge_gives_no_second_token(broken: Simulator) -> None:
    broken.switches.put_with_token_repairs = False
    mint = Access.create_pairing_token
    minted: list[str] = []

    def once(access: Access) -> str:
        if minted:
            raise ApiError("Cannot create a pairing token", http_status=503)
        minted.append(mint(access))
        return minted[0]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Access, "create_pairing_token", once)
        result = run_module("jpd", jpd_options(broken, recreate_when_unrepairable=True))

    assert (result["failed"], result["msg"]) == (True, "Cannot create a pairing token")
    assert registered(broken) == {"HOME": "JPD-1", "lyon": "JPD-2"}
