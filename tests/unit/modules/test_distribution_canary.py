# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""distribution_canary: the proof by bytes, what is said when it fails, and that nothing is left behind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.lifecycle import Lifecycle
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.canary import Canary, Seen
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.tracker import Site
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, EdgeError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution import canary as adapter
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution.canary import Asked, Proof, Settings, prove
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution.canary_edges import Look
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution.canary_maker import maker
from simulator.simulator import Simulator
from simulator.sites import FILE_FAILS, NORMAL, STUCK
from unit.modules.distribution_cases import (
    KEY,
    REPOSITORY,
    SimulatedTime,
    add_key_pair,
    calls_of,
    edge_of,
    files_of,
    inventory,
    platform_of,
    play_on,
    register,
    run_ansible,
    trust_key,
)
from unit.modules.rest_cases import assert_no_secret

DISTRIBUTE = "/lifecycle/api/v2/distribution/distribute"
CREATE = "/lifecycle/api/v2/release_bundle"
REMOTE_DELETE = "/lifecycle/api/v2/distribution/remote_delete"
V1 = "/distribution/api/v1"
RECORDS = "/lifecycle/api/v2/release_bundle/records"
Break = Callable[[Simulator], Any]


@pytest.fixture(autouse=True)
def _lock_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(adapter, "maker", lambda: maker(str(tmp_path / "canary.lock")))


@pytest.fixture
def edges(simulator: Simulator) -> list[Any]:
    """Two Edges that are ready for release bundles, and a source repository."""
    add_key_pair(simulator)
    platform = simulator.platform
    platform.repositories.create(REPOSITORY, platform.now(), "admin")
    found = register(simulator, "lyon", "osaka")
    for edge in found:
        trust_key(edge)
    simulator.calls.clear()
    return found


def proof_of(simulator: Simulator, *names: str, check: bool = False, target: str = REPOSITORY, **changes: Any) -> Proof:
    settings = {
        "source": REPOSITORY,
        "key": KEY,
        "release_bundle": "auto",
        "create_repository": False,
        "seconds": 60.0,
        "max_parallel": 4,
        **changes,
    }
    asked = [Asked(name, edge_of(simulator, name), target) for name in names or ("lyon", "osaka")]
    return prove(
        platform_of(simulator),
        asked,
        Settings(**settings),
        read_only=check,
        clock=SimulatedTime(simulator),  # type: ignore[arg-type]
    )


def verdicts(proof: Proof) -> dict[str, bool]:
    return {name: verdict.proven for name, verdict in proof.verdicts.items()}


def assert_nothing_left(simulator: Simulator, proof: Proof | None = None) -> None:
    assert {site.name: files_of(site) for site in (simulator.platform, *simulator.edges)} == {
        site.name: [] for site in (simulator.platform, *simulator.edges)
    }
    assert {edge.name: dict(edge.received) for edge in simulator.edges} == {edge.name: {} for edge in simulator.edges}
    assert len(simulator.platform.release_bundles) == 0
    assert proof is None or proof.left == []


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> dict[str, list[str]]:
    """By Edge the files in its tree at the moment in which the canary looks for its own."""
    found: dict[str, list[str]] = {}
    look = Look.arrival

    def spy(self: Look, *arguments: Any, **options: Any) -> Any:
        found[self.name] = files_of(simulator.edge(self.name))
        return look(self, *arguments, **options)

    monkeypatch.setattr(Look, "arrival", spy)
    return found


def test_bytes_reach_every_edge_by_one_bundle_and_nothing_stays(
    simulator: Simulator, edges: list[Any], arrived: dict[str, list[str]]
) -> None:
    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": True, "osaka": True}
    [version] = proof.versions
    assert arrived == {name: [f"{REPOSITORY}/edge-canary/{version}.txt"] for name in ("lyon", "osaka")}
    assert proof.verdicts["lyon"].reason.startswith("the file arrived with the same SHA-256, ")
    assert [len(calls_of(simulator, path)) for path in (CREATE, DISTRIBUTE, REMOTE_DELETE)] == [1, 1, 1]
    assert_nothing_left(simulator, proof)


def test_requests_to_the_platform_do_not_grow_with_the_edges(simulator: Simulator, edges: list[Any]) -> None:
    proof_of(simulator, "lyon")
    one = len(simulator.calls.find(site="acme", by_client=True))
    simulator.calls.clear()

    proof_of(simulator, "lyon", "osaka")

    assert len(simulator.calls.find(site="acme", by_client=True)) == one


def test_every_run_has_a_version_of_its_own(simulator: Simulator, edges: list[Any]) -> None:
    versions = [proof_of(simulator, "lyon").versions[0] for _ in range(3)]

    assert len(set(versions)) == 3
    assert {len(version) for version in versions} == {32}


def test_check_mode_only_says_what_it_would_do(simulator: Simulator, edges: list[Any]) -> None:
    simulator.edge("osaka").node("osaka-1").stop()

    proof = proof_of(simulator, check=True)

    assert simulator.calls.writes == []
    assert verdicts(proof) == {"lyon": True, "osaka": False}
    assert proof.verdicts["lyon"].reason == "a release bundle v2 would be distributed to it"
    assert "the platform shows it as OFFLINE" in proof.verdicts["osaka"].reason


def test_edges_with_other_repositories_get_the_file_there(
    simulator: Simulator, edges: list[Any], arrived: dict[str, list[str]]
) -> None:
    proof = proof_of(simulator, target="edge.canary")

    assert verdicts(proof) == {"lyon": True, "osaka": True}
    assert arrived["lyon"] == [f"edge.canary/edge-canary/{proof.versions[0]}.txt"]
    assert_nothing_left(simulator, proof)


def expire(simulator: Simulator) -> None:
    simulator.edge("lyon").licence = None


def offline(simulator: Simulator) -> None:
    simulator.edge("lyon").node("lyon-1").stop()


def forget_key(simulator: Simulator) -> None:
    for key in simulator.edge("lyon").trusted_keys.all:
        simulator.edge("lyon").trusted_keys.remove(key.key.fingerprint)


def unregister(simulator: Simulator) -> None:
    simulator.platform.delete_jpd("lyon")


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        pytest.param(
            expire,
            ['the distribution to it failed ("', "no valid license is installed", "It has no licence"],
            id="without-a-licence",
        ),
        pytest.param(offline, ["the platform shows it as OFFLINE", "Start it"], id="offline"),
        pytest.param(
            forget_key,
            ["signature of key 'release-key' cannot be verified", "It does not trust the signing key 'release-key'"],
            id="key-not-propagated",
        ),
        pytest.param(
            lambda sim: sim.platform.break_pairing("lyon"),
            ["the platform shows it as UNAUTHORIZED", "trust between the two is broken. Pair it again"],
            id="trust-broken",
        ),
        pytest.param(unregister, ["the platform has no JPD with its name. Register it first"], id="not-registered"),
        pytest.param(
            lambda sim: setattr(sim.edge("lyon"), "delivery", FILE_FAILS),
            ['the distribution to it failed ("Failed to replicate'],
            id="file-errors",
        ),
        pytest.param(
            lambda sim: setattr(sim.edge("lyon"), "delivery", STUCK),
            ["the distribution to it did not end in time; its status is IN_PROGRESS"],
            id="not-in-time",
        ),
    ],
)
def test_edge_that_is_not_reached_says_why_and_stops_no_other(
    simulator: Simulator, edges: list[Any], break_it: Break, says: list[str]
) -> None:
    break_it(simulator)

    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": False, "osaka": True}
    assert [part for part in says if part not in proof.verdicts["lyon"].text] == []
    assert files_of(simulator.edge("osaka")) == []


@pytest.mark.parametrize("break_it", [expire, offline, forget_key, unregister], ids=lambda function: function.__name__)
def test_nothing_is_left_behind_after_a_failure(simulator: Simulator, edges: list[Any], break_it: Break) -> None:
    break_it(simulator)

    assert_nothing_left(simulator, proof_of(simulator))


def test_file_that_was_changed_on_the_way_is_no_proof(
    simulator: Simulator, edges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Look.arrival

    def tamper(self: Look, canary: Any, *arguments: Any, **options: Any) -> Any:
        lyon = simulator.edge("lyon")
        lyon.repositories.store(REPOSITORY, canary.file, b"\xff\xfe", lyon.now(), "somebody")
        return look(self, canary, *arguments, **options)

    monkeypatch.setattr(Look, "arrival", tamper)
    proof = proof_of(simulator, "lyon")

    assert verdicts(proof) == {"lyon": False}
    other = hashlib.sha256(b"\xff\xfe").hexdigest()
    assert f"another file arrived: its SHA-256 is {other} instead of " in proof.verdicts["lyon"].reason
    assert_nothing_left(simulator, proof)


def test_completed_distribution_without_the_file_is_no_proof(
    simulator: Simulator, edges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Look.arrival

    def take_away(self: Look, canary: Any, *arguments: Any, **options: Any) -> Any:
        simulator.edge("lyon").repositories.remove(REPOSITORY)
        return look(self, canary, *arguments, **options)

    monkeypatch.setattr(Look, "arrival", take_away)
    proof = proof_of(simulator, "lyon")

    assert "is not at the Edge, and the status of the distribution is COMPLETED" in proof.verdicts["lyon"].text
    assert f"It has no repository '{REPOSITORY}'" in proof.verdicts["lyon"].text


def test_missing_source_repository_is_told_before_anything_is_written(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.repositories.remove(REPOSITORY)

    with pytest.raises(InventoryError) as caught:
        proof_of(simulator)

    assert caught.value.msg == (
        f"Cannot prove distribution from the platform {simulator.platform.url}: it has no repository 'canary-local'. "
        "Name a local generic one in platform_canary_repository, or set platform_canary_create_repository."
    )
    assert simulator.calls.writes == []


@pytest.mark.parametrize("fault", [None, "drop_answer"])
@pytest.mark.parametrize("status", [400, 404], ids=["unknown-repository-400", "unknown-repository-404"])
def test_missing_source_repository_is_created_when_wanted(
    simulator: Simulator, edges: list[Any], status: int, fault: str | None
) -> None:
    simulator.switches.unknown_repository_status = status
    simulator.platform.repositories.remove(REPOSITORY)
    if fault:
        simulator.faults.add(site="acme", method="PUT", path="/artifactory/api/repositories", kind=fault, times=1)

    predicted = proof_of(simulator, check=True, create_repository=True)
    assert simulator.calls.writes == []
    proof = proof_of(simulator, create_repository=True)

    assert (predicted.created_repository, proof.created_repository) == (True, True)
    assert simulator.platform.repositories.repository(REPOSITORY).configuration["packageType"] == "generic"
    assert proof_of(simulator, create_repository=True).created_repository is False
    assert_nothing_left(simulator, proof)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("PUT", f"/artifactory/{REPOSITORY}", id="deploy"),
        pytest.param("POST", CREATE, id="create"),
        pytest.param("POST", DISTRIBUTE, id="distribute"),
        pytest.param("GET", "/lifecycle/api/v2/distribution/trackers", id="tracker"),
        pytest.param("POST", REMOTE_DELETE, id="remote-delete"),
        pytest.param("DELETE", RECORDS, id="delete"),
        pytest.param("DELETE", f"/artifactory/{REPOSITORY}", id="delete-the-file"),
    ],
)
@pytest.mark.parametrize("friendly", [True, False], ids=["by-friendly-id", "by-own-id-only"])
def test_lost_answer_makes_nothing_twice(
    simulator: Simulator, edges: list[Any], method: str, path: str, friendly: bool
) -> None:
    simulator.switches.tracker_by_friendly_id = friendly
    simulator.faults.add(site="acme", method=method, path=path, kind="drop_answer", times=1)

    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": True, "osaka": True}
    bundles = [p for p in calls_of(simulator, CREATE) if p == CREATE]
    assert (len(bundles), len(calls_of(simulator, DISTRIBUTE)), len(calls_of(simulator, REMOTE_DELETE))) == (1, 1, 1)
    assert_nothing_left(simulator, proof)


def test_conflict_over_a_version_that_is_ours_alone_is_no_refusal(
    simulator: Simulator, edges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something on the way sends a POST twice, and only its second answer arrives."""
    create = Lifecycle.create_bundle

    def twice(*arguments: Any) -> None:
        create(*arguments)
        create(*arguments)

    monkeypatch.setattr(Lifecycle, "create_bundle", twice)

    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": True, "osaka": True}
    assert_nothing_left(simulator, proof)


def test_removal_that_is_refused_leaves_the_file_that_tells_the_next_run(
    simulator: Simulator, edges: list[Any]
) -> None:
    simulator.faults.add(site="acme", method="POST", path=REMOTE_DELETE, kind="503", times=1)

    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": True, "osaka": True}
    assert len(proof.left) == 1
    assert "Cannot remove the release bundle edge-canary" in proof.left[0]
    again = proof_of(simulator)
    assert again.removed == proof.versions
    assert_nothing_left(simulator, again)


@pytest.mark.parametrize(
    ("method", "path", "times"),
    [
        pytest.param("POST", CREATE, 1, id="before-the-bundle"),
        pytest.param("POST", DISTRIBUTE, 1, id="before-the-distribution"),
        pytest.param("GET", "/lifecycle/api/v2/distribution/trackers", 1, id="while-following"),
        pytest.param("POST", REMOTE_DELETE, 1, id="before-the-removal"),
        pytest.param("DELETE", RECORDS, 1, id="before-the-record"),
        pytest.param("DELETE", f"/artifactory/{REPOSITORY}", 1, id="before-the-file"),
    ],
)
def test_interrupted_run_is_cleaned_up_by_the_next_one(
    simulator: Simulator, edges: list[Any], monkeypatch: pytest.MonkeyPatch, method: str, path: str, times: int
) -> None:
    """The process is gone at this call: nothing of it runs any more, not even its cleaning up."""
    from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession

    call = JFrogSession.call
    dead: list[bool] = []

    def die(self: JFrogSession, how: str, where: str, **options: Any) -> Any:
        if dead or (how == method and where.startswith(path)):
            dead.append(True)
            raise KeyboardInterrupt
        return call(self, how, where, **options)

    with monkeypatch.context() as patch:
        patch.setattr(JFrogSession, "call", die)
        with pytest.raises(KeyboardInterrupt):
            proof_of(simulator)
    # A file is the first that is made, and so the least that is left.
    assert files_of(simulator.platform) != []

    predicted = proof_of(simulator, check=True)
    proof = proof_of(simulator)

    assert len(predicted.removed) == 1
    assert proof.removed == predicted.removed
    assert verdicts(proof) == {"lyon": True, "osaka": True}
    assert_nothing_left(simulator, proof)


def test_edge_whose_part_failed_is_not_waited_for() -> None:
    failed = Seen("lyon", site=Site("lyon", "FAILED", "no"))

    # Without a connection any question would be an error.
    look = Look("lyon", None)  # type: ignore[arg-type]
    assert look.arrival(Canary("v2-1", REPOSITORY, REPOSITORY), failed, clock=SimulatedTime) is failed  # type: ignore[arg-type]


def test_failed_distribution_of_an_interrupted_run_does_not_look_like_a_failed_removal(
    simulator: Simulator, edges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.edge("lyon").delivery = FILE_FAILS
    with monkeypatch.context() as patch:
        patch.setattr(adapter._Run, "_clean", lambda *_: None)
        interrupted = proof_of(simulator)
    simulator.edge("lyon").delivery = NORMAL

    proof = proof_of(simulator)

    assert verdicts(interrupted) == {"lyon": False, "osaka": True}
    assert (proof.removed, verdicts(proof)) == (interrupted.versions, {"lyon": True, "osaka": True})
    assert_nothing_left(simulator, proof)


def test_canary_of_a_run_that_is_going_on_elsewhere_is_left_alone(
    simulator: Simulator, edges: list[Any], tmp_path: Path
) -> None:
    clock = SimulatedTime(simulator)
    platform = simulator.platform
    young = f"v2-{clock.now():%Y%m%dT%H%M%S}000-0000012345"
    platform.repositories.store(REPOSITORY, f"edge-canary/{young}.txt", b"x", platform.now(), "other")
    platform.repositories.store(
        REPOSITORY, "edge-canary/v2-20250101T000000000-0000012345.txt", b"x", platform.now(), "x"
    )
    platform.repositories.store(REPOSITORY, "edge-canary/readme.txt", b"x", platform.now(), "x")

    proof = proof_of(simulator)

    assert proof.removed == ["v2-20250101T000000000-0000012345"]
    assert files_of(platform) == [f"{REPOSITORY}/edge-canary/readme.txt", f"{REPOSITORY}/edge-canary/{young}.txt"]


def test_second_run_on_this_controller_at_the_same_time_leaves_the_first_alone(
    simulator: Simulator, edges: list[Any], tmp_path: Path
) -> None:
    with maker(str(tmp_path / "canary.lock")) as (name, alone):
        assert alone
        platform = simulator.platform
        first = f"v2-{SimulatedTime(simulator).now():%Y%m%dT%H%M%S}000-{name}12345"
        platform.repositories.store(REPOSITORY, f"edge-canary/{first}.txt", b"x", platform.now(), "first")

        assert proof_of(simulator, "lyon").removed == []

    assert proof_of(simulator, "lyon").removed == [first]


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        pytest.param(
            lambda sim: {"key": "nobody"},
            ["Cannot create the release bundle edge-canary v2-", 'it answered 404 Not Found ("Could not find key pair'],
            id="unknown-signing-key",
        ),
        pytest.param(
            lambda sim: {"key": None},
            ["it answered 400 Bad Request", "X-JFrog-Signing-Key-Name is missing"],
            id="no-signing-key-where-one-is-needed",
        ),
        pytest.param(
            lambda sim: sim.faults.add(site="acme", method="POST", path=DISTRIBUTE, kind="429", times=None) or {},
            ["Cannot distribute the release bundle edge-canary", "it answered 429"],
            id="too-many-requests",
        ),
        pytest.param(
            lambda sim: sim.faults.add(site="acme", method="POST", path=CREATE, kind="503", times=None) or {},
            ["Cannot create the release bundle edge-canary", "it answered 503"],
            id="unavailable",
        ),
        pytest.param(
            lambda sim: sim.faults.add(site="acme", method="POST", path=DISTRIBUTE, kind="502_html", times=None) or {},
            ["Cannot distribute the release bundle edge-canary", "it answered 502"],
            id="bad-gateway",
        ),
    ],
)
def test_refusal_of_the_platform_is_every_edges_reason_and_leaves_nothing(
    simulator: Simulator, edges: list[Any], prepare: Any, says: list[str]
) -> None:
    changes = prepare(simulator)

    proof = proof_of(simulator, **changes)

    assert verdicts(proof) == {"lyon": False, "osaka": False}
    assert [part for part in says if part not in proof.verdicts["osaka"].text] == []
    simulator.faults.clear()
    assert_nothing_left(simulator, proof)


@pytest.mark.parametrize(
    ("version", "proven"),
    [
        pytest.param("7.102.9", True, id="edge-that-does-not-tell-what-it-received"),
        pytest.param("7.59.9", False, id="edge-that-is-older-than-bundles-v2"),
    ],
)
def test_older_edge(simulator: Simulator, edges: list[Any], version: str, proven: bool) -> None:
    simulator.edge("lyon").version = version

    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": proven, "osaka": True}
    assert proven or f"not supported by version {version}" in proof.verdicts["lyon"].reason
    assert_nothing_left(simulator, proof)


def test_platforms_default_key_signs_where_it_has_one(simulator: Simulator, edges: list[Any]) -> None:
    simulator.switches.bundle_without_signing_key = "default_key"

    assert verdicts(proof_of(simulator, key=None)) == {"lyon": True, "osaka": True}


@pytest.mark.parametrize("how", ["left_out", "refused", "tried"])
def test_edge_that_went_offline_unnoticed_is_not_proven(
    simulator: Simulator, edges: list[Any], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Between the list of JPDs and the distribution; what the platform does then is not known."""
    simulator.switches.distribution_to_offline = how  # type: ignore[assignment]
    from ansible_collections.hybrid.jfrog.plugins.module_utils._client.lifecycle import Lifecycle

    distribute = Lifecycle.distribute

    def stop_first(self: Lifecycle, *arguments: Any) -> Any:
        offline(simulator)
        return distribute(self, *arguments)

    monkeypatch.setattr(Lifecycle, "distribute", stop_first)
    proof = proof_of(simulator)

    assert verdicts(proof)["lyon"] is False
    assert verdicts(proof)["osaka"] is (how != "refused")
    assert_nothing_left(simulator, proof)


def test_user_without_rights_is_told(simulator: Simulator, edges: list[Any]) -> None:
    token = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")
    settings = Settings(REPOSITORY, KEY, "auto", False, 60.0, 4)

    with pytest.raises(ApiError, match="it answered 403"):
        prove(
            platform_of(simulator, platform_access_token=token),
            [Asked("lyon", edge_of(simulator, "lyon"), REPOSITORY)],
            settings,
            read_only=False,
            clock=SimulatedTime(simulator),  # type: ignore[arg-type]
        )
    assert simulator.calls.writes == []


def test_token_in_a_trackers_text_is_not_shown(simulator: Simulator, edges: list[Any]) -> None:
    token = simulator.platform.admin_token()
    simulator.switches.delivery_error_licence = f"refused with {token}"
    simulator.edge("lyon").licence = None

    proof = proof_of(simulator)

    assert proof.verdicts["lyon"].reason == 'the distribution to it failed ("refused with ********")'


def test_no_secret_is_in_what_is_told(simulator: Simulator, edges: list[Any]) -> None:
    simulator.edge("lyon").licence = None
    connection = edge_of(simulator, "lyon")

    told = adapter.facts(proof_of(simulator))

    assert_no_secret(told, simulator, str(connection.token), str(platform_of(simulator).token))
    assert set(told) == {"release_bundle", "name", "versions", "edges", "removed", "left_behind"}


def test_error_is_designed(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.distribution = "2.13.2"

    with pytest.raises(EdgeError, match="Cannot use release bundles v2 at this platform"):
        proof_of(simulator, release_bundle="v2")


def make_older(simulator: Simulator, version: str = "2.13.2") -> None:
    """A platform with the Distribution of before v2, which signs with a key of its own."""
    platform = simulator.platform
    platform.distribution = version
    platform.distribution_keys[KEY] = platform.key_pairs[KEY]
    platform.default_distribution_key = KEY


@pytest.mark.parametrize("target", [REPOSITORY, "edge-canary"], ids=["same-repository", "other-repository"])
def test_older_distribution_is_proven_with_a_bundle_v1(
    simulator: Simulator, edges: list[Any], arrived: dict[str, list[str]], target: str
) -> None:
    make_older(simulator)

    proof = proof_of(simulator, target=target)

    assert (proof.form, verdicts(proof)) == ("v1", {"lyon": True, "osaka": True})
    assert arrived["lyon"] == [f"{target}/edge-canary/{proof.versions[0]}.txt"]
    assert calls_of(simulator, "/lifecycle") == []
    assert_nothing_left(simulator, proof)


def test_bundle_v1_on_request(simulator: Simulator, edges: list[Any]) -> None:
    make_older(simulator, "2.33.1")

    proof = proof_of(simulator, release_bundle="v1")

    assert (proof.form, verdicts(proof)) == ("v1", {"lyon": True, "osaka": True})
    assert_nothing_left(simulator, proof)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", f"{V1}/release_bundle", id="create"),
        pytest.param("POST", f"{V1}/distribution", id="distribute"),
        pytest.param("DELETE", f"{V1}/release_bundle", id="delete"),
    ],
)
def test_lost_answer_makes_nothing_twice_with_v1(
    simulator: Simulator, edges: list[Any], method: str, path: str
) -> None:
    make_older(simulator)
    simulator.faults.add(site="acme", method=method, path=path, kind="drop_answer", times=1)

    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": True, "osaka": True}
    made = [path for path in calls_of(simulator, V1) if path == f"{V1}/release_bundle"]
    sent = [path for path in calls_of(simulator, f"{V1}/distribution") if not path.endswith("/delete")]
    assert (len(made), len(sent)) == (1, 1)
    assert_nothing_left(simulator, proof)


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        pytest.param(expire, ["no valid license is installed", "It has no licence"], id="without-a-licence"),
        pytest.param(forget_key, ["cannot be verified", "It does not trust the signing key"], id="key-not-propagated"),
        pytest.param(offline, ["the platform shows it as OFFLINE"], id="offline"),
    ],
)
def test_failure_of_a_bundle_v1_is_told(
    simulator: Simulator, edges: list[Any], break_it: Break, says: list[str]
) -> None:
    make_older(simulator)
    break_it(simulator)

    proof = proof_of(simulator)

    assert verdicts(proof) == {"lyon": False, "osaka": True}
    assert [part for part in says if part not in proof.verdicts["lyon"].text] == []
    assert_nothing_left(simulator, proof)


def test_distribution_without_a_key_cannot_sign_a_bundle_v1(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.distribution = "2.13.2"

    proof = proof_of(simulator)

    assert 'it answered 400 Bad Request ("No signing key was found")' in proof.verdicts["lyon"].reason
    assert_nothing_left(simulator, proof)


@pytest.fixture
def inventory_of(simulator: Simulator, edges: list[Any], tmp_path: Path) -> Callable[..., Path]:
    simulator.switches.distribution_duration = 0.1

    def write(common: Any = None, **of_edges: Any) -> Path:
        variables = {"platform_canary_repository": REPOSITORY, "platform_canary_signing_key": KEY, **(common or {})}
        return inventory(simulator, tmp_path, "lyon", "osaka", common=variables, **of_edges)

    return write


def test_playbook_proves_all_edges_and_fails_for_the_one_that_is_not_reached(
    simulator: Simulator, inventory_of: Callable[..., Path], tmp_path: Path
) -> None:
    simulator.edge("lyon").licence = None

    ended = run_ansible(tmp_path, inventory_of(), "hybrid.jfrog.prove_distribution")

    assert "Distribution to the Edge 'lyon' is not proven: the distribution to it failed (" in ended
    assert "It has no licence: an Edge without one takes no release bundles. Attach or install one." in ended
    assert "A release bundle v2 reached osaka." in ended
    recap = {line.split()[0]: line for line in ended.splitlines() if "unreachable=" in line}
    assert ("failed=1" in recap["lyon-1"], "failed=0" in recap["osaka-1"]) == (True, True)
    assert len(calls_of(simulator, DISTRIBUTE)) == 1
    assert_nothing_left(simulator)


def test_role_proves_the_marked_edges_only(
    simulator: Simulator, inventory_of: Callable[..., Path], tmp_path: Path
) -> None:
    path = inventory_of(osaka={"edge_canary": True})
    roles = [{"role": "hybrid.jfrog.distribution_canary", "distribution_canary_marked_only": True}]

    ended = play_on(tmp_path, path, roles=roles)

    assert "failed=1" not in ended
    assert [call.site for call in simulator.calls.find(path=f"/artifactory/{REPOSITORY}") if call.method == "GET"] != []
    assert {call.site for call in simulator.calls if call.by_client} == {"acme", "osaka"}
    assert_nothing_left(simulator)


def test_check_mode_of_the_playbook_writes_nothing(
    simulator: Simulator, inventory_of: Callable[..., Path], tmp_path: Path
) -> None:
    simulator.platform.repositories.remove(REPOSITORY)
    path = inventory_of({"platform_canary_create_repository": True})

    ended = run_ansible(tmp_path, path, "hybrid.jfrog.prove_distribution", "--check", "--diff", "-v")

    assert simulator.calls.writes == []
    assert '+    "source_repository": "present"' in ended
    assert "A release bundle v2 would be distributed to lyon, osaka" in ended
    assert "failed=1" not in ended


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param({}, "Distribution is not proven. lyon: the distribution to it failed (", id="fails"),
        pytest.param({"marked_only": True}, "No Edge of these hosts has edge_canary=true", id="none-is-marked"),
        pytest.param({"on_failure": "report"}, "A release bundle v2 reached osaka.", id="reports"),
    ],
)
def test_task_alone_tells_the_result(
    simulator: Simulator, inventory_of: Callable[..., Path], tmp_path: Path, arguments: dict[str, Any], says: str
) -> None:
    simulator.edge("lyon").licence = None
    tasks = [{"hybrid.jfrog.distribution_canary": arguments, "run_once": True}]

    ended = play_on(tmp_path, inventory_of(), "-v", tasks=tasks)

    assert says in ended
    assert ("failed=1" in ended) is (arguments == {})


def test_missing_repository_variable_is_told(
    simulator: Simulator, inventory_of: Callable[..., Path], tmp_path: Path
) -> None:
    ended = run_ansible(tmp_path, inventory_of({"platform_canary_repository": ""}), "hybrid.jfrog.prove_distribution")

    assert "Cannot prove distribution: platform_canary_repository is missing. Set it to a local generic" in ended
