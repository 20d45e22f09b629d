# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""jpd: the life of a registered Edge, each documented answer of the platform, and answers that get lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.modules import jpd as module
from simulator.simulator import Simulator
from unit.modules.rest_cases import LYON, FastClock, assert_no_secret, jpd_options, platform_options
from unit.modules.run_module import run_module

JPDS = "/mc/api/v1/jpds"
PAIRING = "/access/api/v1/service_trust/pairing"
PARIS = {"city_name": "Paris", "country_code": "FR", "latitude": 48.8566, "longitude": 2.3522}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    fast = FastClock()
    monkeypatch.setattr(module, "Clock", lambda: fast)
    return fast


@pytest.fixture
def lyon(simulator: Simulator) -> Any:
    """A registered Edge."""
    edge = simulator.add_edge("lyon")
    assert run_module("jpd", jpd_options(simulator))["changed"] is True
    simulator.calls.clear()
    return edge


def registered(simulator: Simulator) -> dict[str, str]:
    return {jpd["name"]: jpd["id"] for jpd in simulator.platform.jpds}


def mints(simulator: Simulator) -> int:
    return len(simulator.calls.find(method="POST", path=PAIRING))


def other_name(url: str) -> str:
    """The same Edge by another name of this host."""
    return url.replace("127.0.0.1", "localhost")


# Changes


@pytest.mark.parametrize(
    ("changes", "drift"),
    [
        pytest.param({"name": "lyon-2"}, ["name"], id="renamed"),
        pytest.param({"location": PARIS}, ["location"], id="moved"),
        pytest.param({"tags": []}, ["tags"], id="tags-taken-away"),
        pytest.param({"name": "lyon-2", "location": PARIS, "tags": ["x"]}, ["location", "name", "tags"], id="all"),
    ],
)
def test_change_is_one_put_of_everything_without_a_token(
    simulator: Simulator, lyon: Any, changes: dict[str, Any], drift: list[str]
) -> None:
    predicted = run_module("jpd", jpd_options(simulator, **changes), check=True)
    result = run_module("jpd", jpd_options(simulator, **changes))

    assert (result["changed"], result["drift"], result["diff"]) == (True, drift, predicted["diff"])
    assert (result["jpd"]["id"], result["jpd"]["status"]["code"]) == ("JPD-2", "ONLINE")
    wanted = {"name": "lyon", "location": LYON, "tags": ["hybrid", "prod"], **changes}
    assert {name: result["jpd"][name] for name in wanted} == wanted
    writes = [(call.method, call.path) for call in simulator.calls.writes if call.by_client]
    assert writes == [("PUT", f"{JPDS}/JPD-2")]
    assert run_module("jpd", jpd_options(simulator, **changes))["changed"] is False


def moved(simulator: Simulator, edge: Any) -> dict[str, Any]:
    """The Edge gets another URL, and the options that say so."""
    edge.custom_base_url = other_name(edge.url)
    return {"url": other_name(edge.url), "edge_url": edge.url, "adopt_by_name": True}


def test_edge_with_another_url_is_paired_again_in_the_same_step(simulator: Simulator, lyon: Any) -> None:
    options = jpd_options(simulator, **moved(simulator, lyon))

    predicted = run_module("jpd", options, check=True)
    assert (predicted["drift"], mints(simulator), simulator.calls.writes) == (["url"], 0, [])
    result = run_module("jpd", options)

    assert (result.get("msg"), result["changed"], result["drift"]) == (None, True, ["url"])
    assert result["diff"] == predicted["diff"]
    assert result["jpd"]["url"] == other_name(lyon.url) + "/"
    assert (result["jpd"]["id"], result["jpd"]["status"]["code"]) == ("JPD-2", "ONLINE")
    assert (mints(simulator), len(simulator.calls.find(site="acme", method="PUT"))) == (1, 1)
    assert run_module("jpd", options)["changed"] is False


def test_edge_with_another_url_that_calls_itself_by_the_old_one_is_told_before_the_platform_is(
    simulator: Simulator, lyon: Any
) -> None:
    options = jpd_options(simulator, url=other_name(lyon.url), edge_url=lyon.url, adopt_by_name=True)

    result = run_module("jpd", options)

    assert f"the Edge calls itself {lyon.url} in its pairing token" in result["msg"]
    assert "Set the Edge's custom base URL" in result["msg"]
    assert simulator.calls.find(site="acme", method="PUT") == []


def test_edge_with_another_url_is_not_paired_again_when_that_is_not_wanted(simulator: Simulator, lyon: Any) -> None:
    result = run_module("jpd", jpd_options(simulator, **moved(simulator, lyon), repair="never", wait=False))

    assert (result["changed"], mints(simulator)) == (True, 0)
    assert result["jpd"]["url"] == other_name(lyon.url) + "/"


def test_url_change_that_heals_nothing_says_how_to_go_on(simulator: Simulator, lyon: Any) -> None:
    options = jpd_options(simulator, **moved(simulator, lyon))
    simulator.platform.break_pairing("lyon")
    simulator.platform.edit_jpd("lyon", url="https://192.0.2.7/")
    simulator.switches.put_with_token_repairs = False

    result = run_module("jpd", options)

    assert "accepted a new credential for JPD-2 and still shows UNAUTHORIZED" in result["msg"]
    assert registered(simulator) == {"HOME": "JPD-1", "lyon": "JPD-2"}


@pytest.mark.parametrize("kind", ["drop_answer", "hang_up"])
def test_url_change_whose_answer_was_lost_is_finished_with_one_jpd(simulator: Simulator, lyon: Any, kind: str) -> None:
    options = jpd_options(simulator, **moved(simulator, lyon))
    simulator.faults.add(site="acme", method="PUT", path=JPDS, kind=kind)

    first = run_module("jpd", options)
    second = run_module("jpd", options)

    assert first.get("failed", False) is (kind == "hang_up")
    assert second["changed"] is (kind == "hang_up")
    assert second["jpd"]["status"]["code"] == "ONLINE"
    assert registered(simulator) == {"HOME": "JPD-1", "lyon": "JPD-2"}


# Waiting


def taken_down(simulator: Simulator, edge: Any) -> None:
    simulator.faults.add(site="lyon", kind="refuse")


def unreachable_for_the_platform(simulator: Simulator, edge: Any) -> None:
    simulator.platform.edit_jpd("lyon", url="https://192.0.2.7/")


def sick(simulator: Simulator, edge: Any) -> None:
    edge.unhealthy["jfrt"] = "no database"


def unpaired(simulator: Simulator, edge: Any) -> None:
    simulator.platform.break_pairing("lyon")


@pytest.mark.parametrize(
    ("happens", "code", "says"),
    [
        pytest.param(
            taken_down,
            "OFFLINE",
            [
                'it is OFFLINE ("The JPD cannot be reached") after 10 seconds',
                "asked from here, {edge}/ does not answer either: connection refused. Start the Edge",
            ],
            id="offline-everywhere",
        ),
        pytest.param(
            unreachable_for_the_platform,
            "OFFLINE",
            [
                "asked from here, {edge}/ answers, and all its services are healthy",
                "The platform itself does not reach https://192.0.2.7/: check DNS, firewall, proxy",
            ],
            id="offline-for-the-platform",
        ),
        pytest.param(
            sick,
            "PARTIAL",
            [
                'it is PARTIAL ("Some services are offline") after 10 seconds',
                "the platform sees that ARTIFACTORY is OFFLINE; asked from here, {edge}/ says that router is UNHEALTHY",
                'is UNHEALTHY ("no database")',
                "See the logs of the services that are named, on the Edge's nodes",
            ],
            id="partial",
        ),
        pytest.param(
            unpaired,
            "UNAUTHORIZED",
            [
                'it is UNAUTHORIZED ("The JPD refuses the credentials of Mission Control") after 10 seconds',
                "The pairing is broken: the platform's token for the Edge was revoked",
                "Run again with repair=when_broken",
            ],
            id="unauthorized",
        ),
    ],
)
def test_wait_in_vain_tells_what_is_known_of_the_reason(
    simulator: Simulator,
    lyon: Any,
    clock: FastClock,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Simulator, Any], None],
    code: str,
    says: list[str],
) -> None:
    """It happens right after the change was made, when the wait begins."""
    update = MissionControl.update_jpd

    def then(self: MissionControl, jpd_id: str, body: Any) -> None:
        update(self, jpd_id, body)
        happens(simulator, lyon)

    monkeypatch.setattr(MissionControl, "update_jpd", then)

    result = run_module("jpd", jpd_options(simulator, tags=["new"], repair="never", wait_timeout=10))

    assert result["failed"] is True
    expected = [text.format(edge=lyon.url) for text in says]
    assert [text for text in expected if text not in result["msg"]] == []
    assert result["jpd"]["status"]["code"] == code
    assert sum(clock.slept) == 10


def test_edge_that_cannot_be_asked_from_here_is_told_as_well(
    simulator: Simulator, lyon: Any, clock: FastClock, tmp_path: Any
) -> None:
    simulator.faults.add(site="lyon", kind="refuse")

    result = run_module("jpd", jpd_options(simulator, tags=["new"], edge_ca_path="/nowhere/ca.pem", wait_timeout=4))

    assert "does not answer either: Cannot verify the certificate of the Edge" in result["msg"]


def test_jpd_that_is_removed_while_we_wait_is_told(
    simulator: Simulator, lyon: Any, clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.faults.add(site="lyon", kind="refuse")
    monkeypatch.setattr(clock, "sleep", lambda _seconds: simulator.platform.delete_jpd("lyon"))

    result = run_module("jpd", jpd_options(simulator, tags=["new"]))

    assert "somebody has removed JPD-2 meanwhile. Run again, and it is registered again." in result["msg"]


@pytest.mark.parametrize("reads", [1, 3])
def test_licence_that_is_shown_late_is_waited_for(simulator: Simulator, clock: FastClock, reads: int) -> None:
    simulator.add_edge("lyon")
    simulator.switches.licence_refresh_reads = reads

    without = run_module("jpd", jpd_options(simulator))
    result = run_module("jpd", jpd_options(simulator, wait_for_license=True))

    assert without["jpd"]["licenses"] == []
    assert (result["changed"], [one["type"] for one in result["jpd"]["licenses"]]) == (False, ["EDGE_TRIAL"])


def test_licence_is_not_waited_for_in_check_mode(simulator: Simulator, lyon: Any, clock: FastClock) -> None:
    simulator.switches.licence_refresh_reads = 100

    result = run_module("jpd", jpd_options(simulator, wait_for_license=True), check=True)

    assert (result["changed"], clock.slept) == (False, [])


def test_edge_without_a_licence_is_told_at_the_end_of_the_wait(simulator: Simulator, clock: FastClock) -> None:
    simulator.add_edge("lyon").licence = None

    result = run_module("jpd", jpd_options(simulator, wait_for_license=True, wait_timeout=20))

    assert result["failed"] is True
    assert "Cannot find a licence of 'lyon'" in result["msg"]
    assert "it shows none after 20 seconds. Attach one from a bucket, or install one on the Edge" in result["msg"]
    assert registered(simulator) == {"HOME": "JPD-1", "lyon": "JPD-2"}


# Answers of the platform and of the Edge, sections 1 and 2 of the reference


@pytest.mark.parametrize(
    ("method", "options", "says"),
    [
        pytest.param("create_jpd", {}, "Cannot register the JPD 'lyon' with the URL", id="post"),
        pytest.param("update_jpd", {"tags": ["new"]}, "Cannot update the JPD 'lyon' (JPD-2)", id="put"),
        pytest.param("delete_jpd", {"state": "absent"}, "Cannot unregister the JPD JPD-2", id="delete"),
    ],
)
def test_token_that_ends_between_reading_and_writing_is_told(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, method: str, options: dict[str, Any], says: str
) -> None:
    simulator.add_edge("lyon")
    if method != "create_jpd":
        run_module("jpd", jpd_options(simulator))
    before = registered(simulator)
    original = getattr(MissionControl, method)

    def late(*arguments: Any) -> Any:
        simulator.clock.skew["acme"] = 7200
        return original(*arguments)

    monkeypatch.setattr(MissionControl, method, late)
    result = run_module("jpd", jpd_options(simulator, **options))

    assert result["msg"].startswith(says)
    assert "it answered 401" in result["msg"]
    assert "Use a valid platform_access_token" in result["msg"]
    assert (result["http_status"], registered(simulator)) == (401, before)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_token_without_admin_rights_is_told_whatever_is_to_be_done(simulator: Simulator, lyon: Any, state: str) -> None:
    token = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")

    result = run_module("jpd", jpd_options(simulator, state=state, platform_access_token=token, tags=["new"]))

    assert "Cannot list the JPDs at the platform" in result["msg"]
    assert "Use platform_access_token with admin rights" in result["msg"]
    assert (result["http_status"], registered(simulator)) == (403, {"HOME": "JPD-1", "lyon": "JPD-2"})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        pytest.param("name", " ", "req.name property must not be empty", id="name"),
        pytest.param("url", "the", "req.url property must be a valid URL. Invalid value: 'the'", id="url"),
        pytest.param("location", None, "req.location property must not be null", id="location"),
        pytest.param("tags", "prod", "req.tags property must be a list of strings", id="tags"),
    ],
)
@pytest.mark.parametrize("operation", ["register", "update"])
def test_body_that_the_platform_does_not_take_is_quoted_with_its_details(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, operation: str, field: str, value: Any, says: str
) -> None:
    """400 "Validation constraint violation" with details (1.5); we check what we can, so it takes a body of another."""
    simulator.add_edge("lyon")
    if operation == "update":
        run_module("jpd", jpd_options(simulator))
    method = "create_jpd" if operation == "register" else "update_jpd"
    original = getattr(MissionControl, method)

    def spoiled(*arguments: Any) -> Any:
        return original(*arguments[:-1], {**arguments[-1], field: value})

    monkeypatch.setattr(MissionControl, method, spoiled)
    result = run_module("jpd", jpd_options(simulator, tags=["new"]))

    assert result["msg"].startswith(f"Cannot {operation} the Edge 'lyon'")
    assert '("Validation constraint violation: ' in result["msg"]
    assert says in result["msg"]
    assert result["msg"].endswith("Correct what the answer names.")
    assert result["http_status"] == 400


@pytest.mark.parametrize("status", [409, 400])
@pytest.mark.parametrize("what", ["name", "url"])
def test_name_or_url_that_somebody_takes_before_us_is_told(
    simulator: Simulator, lyon: Any, monkeypatch: pytest.MonkeyPatch, status: int, what: str
) -> None:
    """Both readings of the pages, 409 and 400 (1.5), for a PUT that meets another JPD."""
    simulator.switches.duplicate_jpd_status = status
    simulator.add_edge("osaka")
    run_module("jpd", jpd_options(simulator, "osaka"))
    update = MissionControl.update_jpd

    def overtaken(*arguments: Any) -> None:
        taken = {"name": "lyon-2"} if what == "name" else {"url": lyon.url}
        simulator.platform.edit_jpd("osaka", **taken)
        update(*arguments)

    monkeypatch.setattr(MissionControl, "update_jpd", overtaken)
    result = run_module("jpd", jpd_options(simulator, name="lyon-2"))

    assert f"the platform answered {status}" in result["msg"]
    assert f"A JPD with {what} '" in result["msg"]
    remedy = "Another deployment has this name or URL" if status == 409 else "Correct what the answer names"
    assert remedy in result["msg"]
    assert len(registered(simulator)) == 3


def test_jpd_that_is_removed_before_the_update_is_told(
    simulator: Simulator, lyon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = MissionControl.update_jpd

    def removed(*arguments: Any) -> None:
        simulator.platform.delete_jpd("lyon")
        update(*arguments)

    monkeypatch.setattr(MissionControl, "update_jpd", removed)
    result = run_module("jpd", jpd_options(simulator, tags=["new"]))
    monkeypatch.undo()

    assert (
        "its JPD is gone, which somebody has removed meanwhile. Run again, and it is registered again." in result["msg"]
    )
    assert result["http_status"] == 404
    assert run_module("jpd", jpd_options(simulator, wait=False))["jpd"]["id"] == "JPD-3"


TOKEN_REMEDY = "It refused the pairing token: check that edge_url and url lead to the same Edge"


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(None, id="as-inferred"),
        pytest.param("The pairing token has expired", id="with-words-of-its-own"),
    ],
)
@pytest.mark.parametrize("spent", [True, False], ids=["spent", "expired"])
def test_spent_or_expired_token_is_told_with_what_to_do(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, spent: bool, message: str | None
) -> None:
    edge = simulator.add_edge("lyon")
    if message is not None:
        simulator.switches.spent_pairing_token_message = message
        simulator.switches.expired_pairing_token_message = message
    create = MissionControl.create_jpd

    def too_late(*arguments: Any) -> Any:
        if spent:
            create(*arguments)
            simulator.platform.delete_jpd("lyon")
        else:
            simulator.clock.advance(301)
        return create(*arguments)

    monkeypatch.setattr(MissionControl, "create_jpd", too_late)
    result = run_module("jpd", jpd_options(simulator))
    monkeypatch.undo()

    assert (
        f'the platform answered 400 ("{message or "Failed to join the JPD. Are the credentials correct?"}")'
        in (result["msg"])
    )
    assert TOKEN_REMEDY in result["msg"]
    assert_no_secret(result, simulator, *(call.query for call in simulator.calls if call.query))
    again = run_module("jpd", jpd_options(simulator, edge_access_token=edge.admin_token()))
    assert (again["changed"], list(registered(simulator))) == (True, ["HOME", "lyon"])


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("drop_answer", "the connection was closed before an answer came", id="answer-lost"),
        pytest.param("hang_up", "the connection was closed before an answer came", id="not-done"),
        pytest.param("503", "it answered 503", id="503"),
        pytest.param("502_html", "it answered 502", id="502-page"),
    ],
)
def test_pairing_token_that_does_not_arrive_is_asked_for_once_and_the_next_run_finishes(
    simulator: Simulator, kind: str, says: str
) -> None:
    """A token whose answer was lost ends by itself within 300 seconds, and nobody has it."""
    simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", method="POST", path=PAIRING, kind=kind)

    result = run_module("jpd", jpd_options(simulator))

    assert result["msg"].startswith("Cannot create a pairing token at the Edge")
    assert says in result["msg"]
    assert (mints(simulator), registered(simulator)) == (1, {"HOME": "JPD-1"})
    assert run_module("jpd", jpd_options(simulator))["changed"] is True


def test_busy_edge_and_platform_are_asked_again_and_the_edge_is_registered_once(simulator: Simulator) -> None:
    simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", method="POST", path=PAIRING, kind="429", times=2)
    simulator.faults.add(site="acme", method="POST", path="/mc/api/v1/jpds", kind="429", times=2)

    assert run_module("jpd", jpd_options(simulator))["changed"] is True
    assert list(registered(simulator)) == ["HOME", "lyon"]


@pytest.mark.parametrize(
    ("token", "says"),
    [
        pytest.param("no token", "it is no JSON web token", id="no-jwt"),
        pytest.param(None, "has no base URL in an 'ext' claim", id="access-token"),
    ],
)
def test_edge_that_answers_with_something_else_than_a_pairing_token_is_told(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, token: str | None, says: str
) -> None:
    edge = simulator.add_edge("lyon")
    given = token or edge.admin_token()
    monkeypatch.setattr(Access, "create_pairing_token", lambda _self: given)

    result = run_module("jpd", jpd_options(simulator))

    assert says in result["msg"]
    assert simulator.calls.find(site="acme", method="POST") == []
    assert_no_secret(result, simulator, given)


# Unregistering


@pytest.mark.parametrize("revokes", [False, True], ids=["pairing-stays", "pairing-revoked"])
@pytest.mark.parametrize("kind", ["drop_answer", "503", "429_retry_after"])
def test_unregistering_whose_answer_was_lost_is_done(simulator: Simulator, lyon: Any, kind: str, revokes: bool) -> None:
    simulator.switches.delete_revokes_master_token = revokes
    simulator.faults.add(site="acme", method="DELETE", path=JPDS, kind=kind, seconds=0)

    result = run_module("jpd", platform_options(simulator, name="lyon", state="absent"))

    assert (result.get("msg"), result["changed"], registered(simulator)) == (None, True, {"HOME": "JPD-1"})
    assert run_module("jpd", platform_options(simulator, name="lyon", state="absent"))["changed"] is False
    assert run_module("jpd", jpd_options(simulator))["jpd"]["id"] == "JPD-3"


def test_unregistering_that_never_gets_an_answer_is_an_error_and_the_next_run_finishes(
    simulator: Simulator, lyon: Any
) -> None:
    simulator.faults.add(site="acme", method="DELETE", path=JPDS, kind="drop_answer", times=10)

    result = run_module("jpd", platform_options(simulator, name="lyon", state="absent"))
    simulator.faults.clear()

    assert result["msg"].startswith("Cannot unregister the JPD JPD-2 at the platform")
    assert run_module("jpd", platform_options(simulator, name="lyon", state="absent"))["changed"] is False
