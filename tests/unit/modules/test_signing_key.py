# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""signing_key: one request for all Edges that lack the key, per-Edge answers, and the role in a playbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.lifecycle import Lifecycle
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution.propagation import Asked, Outcome, propagate
from simulator import pgp
from simulator.signing_keys import KeyPair
from simulator.simulator import Simulator
from unit.modules.distribution_cases import (
    KEY,
    add_key_pair,
    calls_of,
    edge_of,
    inventory,
    platform_of,
    play_on,
    register,
    trust_key,
    trusted,
)
from unit.modules.rest_cases import assert_no_secret

PROPAGATE = "/lifecycle/api/v2/distribution/key/propagate"
PROPAGATE_V1 = "/distribution/api/v1/keys"
TRUSTED = "/artifactory/api/security/keys/trusted"
FINGERPRINT = pgp.read(pgp.sample("canary")[0]).fingerprint.lower()
Break = Callable[[Simulator], Any]


@pytest.fixture
def edges(simulator: Simulator) -> list[Any]:
    add_key_pair(simulator)
    found = register(simulator, "lyon", "osaka")
    simulator.calls.clear()
    return found


def run(
    simulator: Simulator, *names: str, key: str = KEY, check: bool = False, release_bundle: str = "auto"
) -> Outcome:
    asked = [Asked(name, key, edge_of(simulator, name)) for name in names or ("lyon", "osaka")]
    return propagate(platform_of(simulator), asked, release_bundle=release_bundle, read_only=check, max_parallel=4)


def states(outcome: Outcome) -> dict[str, str]:
    return {name: told["state"] for name, told in outcome.edges.items()}


def forget(simulator: Simulator) -> None:
    for key in simulator.edge("lyon").trusted_keys.all:
        simulator.edge("lyon").trusted_keys.remove(key.key.fingerprint)


def renew(simulator: Simulator) -> None:
    """The platform signs with a new key of the same name, and trusts it itself."""
    add_key_pair(simulator, KEY, "other")
    platform = simulator.platform
    for key in platform.trusted_keys.all:
        platform.trusted_keys.remove(key.key.fingerprint)
    trust_key(platform, KEY, "other")
    for key in simulator.edge("osaka").trusted_keys.all:
        simulator.edge("osaka").trusted_keys.remove(key.key.fingerprint)
    trust_key(simulator.edge("osaka"), KEY, "other")


@pytest.mark.parametrize(
    "tamper", [pytest.param(forget, id="removed-at-one-edge"), pytest.param(renew, id="renewed-at-the-platform")]
)
def test_signing_key_five_runs(simulator: Simulator, edges: list[Any], tamper: Break) -> None:
    predicted = run(simulator, check=True)
    assert states(predicted) == {"lyon": "to be propagated", "osaka": "to be propagated"}
    assert simulator.calls.writes == []

    real = run(simulator)
    assert states(real) == {"lyon": "propagated", "osaka": "propagated"}
    assert (real.before, real.after) == (predicted.before, predicted.after)
    assert [trusted(edge) for edge in edges] == [{KEY: FINGERPRINT}] * 2
    assert calls_of(simulator, PROPAGATE) == [f"{PROPAGATE}/{KEY}"]
    sent = len(simulator.calls.writes)

    again = run(simulator)
    assert states(again) == {"lyon": "present", "osaka": "present"}
    assert (again.before, len(simulator.calls.writes)) == ({}, sent)

    tamper(simulator)
    found = run(simulator, check=True)
    assert sorted(found.before) == ["lyon"]
    assert len(simulator.calls.writes) == sent

    repaired = run(simulator)
    assert (repaired.before, states(repaired)["lyon"]) == (found.before, "propagated")
    assert run(simulator).before == {}
    for outcome in (predicted, real, again, found, repaired):
        told = [outcome.edges, outcome.others, outcome.before, outcome.after]
        assert_no_secret(told, simulator, str(edge_of(simulator, "lyon").token), str(platform_of(simulator).token))


def test_requests_to_the_platform_do_not_grow_with_the_edges(simulator: Simulator, edges: list[Any]) -> None:
    run(simulator)

    ours = [(call.method, call.path) for call in simulator.calls.find(site="acme", by_client=True)]
    assert ours == [
        ("GET", TRUSTED),
        ("GET", "/distribution/api/v1/system/info"),
        ("GET", "/artifactory/api/system/version"),
        ("POST", f"{PROPAGATE}/{KEY}"),
    ]


def test_edge_that_did_not_get_it_is_told_and_stops_no_other(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.break_pairing("lyon")

    outcome = run(simulator)

    assert states(outcome) == {"lyon": "failed", "osaka": "propagated"}
    assert outcome.edges["lyon"]["reason"] == (
        "the platform answered FAILURE for it. Check that the platform shows it as ONLINE, that it is licensed, and "
        "that its pairing works"
    )


def test_others_are_told_and_are_no_failure(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.break_pairing("osaka")

    outcome = run(simulator, "lyon")

    assert outcome.failed == []
    assert outcome.others == {
        "HOME": {"key": KEY, "ok": True, "status": "SUCCESS"},
        "osaka": {"key": KEY, "ok": False, "status": "FAILURE"},
    }


def test_edge_without_a_jpd_is_not_named_by_the_platform(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.delete_jpd("lyon")

    outcome = run(simulator)

    assert "the platform propagated the key and did not name this Edge" in outcome.edges["lyon"]["reason"]
    assert "Check that its JPD has this name" in outcome.edges["lyon"]["reason"]


def test_each_key_is_propagated_once(simulator: Simulator, edges: list[Any]) -> None:
    add_key_pair(simulator, "second", "other")
    asked = [Asked("lyon", KEY, edge_of(simulator, "lyon")), Asked("osaka", "second", edge_of(simulator, "osaka"))]

    outcome = propagate(platform_of(simulator), asked, release_bundle="auto", read_only=False, max_parallel=4)

    assert states(outcome) == {"lyon": "propagated", "osaka": "propagated"}
    assert sorted(calls_of(simulator, PROPAGATE)) == [f"{PROPAGATE}/{KEY}", f"{PROPAGATE}/second"]


@pytest.mark.parametrize("status", [400, 404])
def test_one_wrong_key_stops_no_other(simulator: Simulator, edges: list[Any], status: int) -> None:
    simulator.switches.unknown_signing_key_status = status
    asked = [Asked("lyon", "nobody", edge_of(simulator, "lyon")), Asked("osaka", KEY, edge_of(simulator, "osaka"))]

    outcome = propagate(platform_of(simulator), asked, release_bundle="auto", read_only=False, max_parallel=4)

    assert states(outcome) == {"lyon": "failed", "osaka": "propagated"}
    assert outcome.edges["lyon"]["reason"] == (
        f"Cannot propagate the signing key 'nobody' at the platform {simulator.platform.url}: it answered {status} "
        "(\"Could not find key pair 'nobody'\"). See whether the platform has a key pair of this name, and correct "
        "edge_signing_key or create it"
    )


def test_edge_whose_keys_cannot_be_read_gets_the_key_all_the_same(simulator: Simulator, edges: list[Any]) -> None:
    simulator.faults.add(site="lyon", method="GET", path=TRUSTED, kind="503", times=None)

    outcome = run(simulator)

    assert states(outcome) == {"lyon": "propagated", "osaka": "propagated"}
    assert "Cannot list the trusted signing keys at the Edge" in outcome.before["lyon"]


def test_answer_that_is_lost_is_settled_by_the_edges(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.break_pairing("osaka")
    simulator.faults.add(site="acme", method="POST", path=PROPAGATE, kind="drop_answer", times=1)

    outcome = run(simulator)

    assert states(outcome) == {"lyon": "propagated", "osaka": "failed"}
    assert outcome.edges["lyon"]["reason"] == "the platform's answer was lost, and the Edge has the key"
    assert len(calls_of(simulator, PROPAGATE)) == 1


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("429", "it answered 429", id="too-many-requests"),
        pytest.param("503", "it answered 503", id="unavailable"),
        pytest.param("502_html", "it answered 502", id="bad-gateway"),
        pytest.param("hang_up", "Check platform_url", id="no-answer"),
    ],
)
def test_refusal_of_the_platform_is_each_edges_reason(
    simulator: Simulator, edges: list[Any], kind: str, says: str
) -> None:
    simulator.faults.add(site="acme", method="POST", path=PROPAGATE, kind=kind, times=None)

    outcome = run(simulator)

    assert states(outcome) == {"lyon": "failed", "osaka": "failed"}
    assert "Cannot propagate the signing key 'release-key' at the platform" in outcome.edges["lyon"]["reason"]
    assert says in outcome.edges["lyon"]["reason"]
    # Of these, 429 alone says that nothing was done.
    assert len(calls_of(simulator, PROPAGATE)) <= (1 + session.ATTEMPTS_WHEN_BUSY if kind == "429" else 1)


def test_platform_that_refuses_the_token_is_told_at_once(simulator: Simulator, edges: list[Any]) -> None:
    token = simulator.platform.admin_token(expires_in=-10)

    with pytest.raises(ApiError, match="it answered 401"):
        propagate(
            platform_of(simulator, platform_access_token=token),
            [Asked("lyon", KEY, edge_of(simulator, "lyon"))],
            release_bundle="auto",
            read_only=False,
            max_parallel=4,
        )
    assert simulator.calls.writes == []


def test_key_pair_with_another_alias_is_a_warning(simulator: Simulator, edges: list[Any]) -> None:
    add_key_pair(simulator, "pair", alias="alias")

    outcome = run(simulator, key="pair")

    assert states(outcome) == {"lyon": "propagated", "osaka": "propagated"}
    assert len(outcome.warnings) == 1
    assert outcome.warnings[0].startswith("The key pair 'pair' has the alias 'alias' on the Edges.")


def test_answer_that_names_no_alias_is_no_reason_for_a_warning(
    simulator: Simulator, edges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    details = [
        {"jpd_id": f"JPD-{number}", "name": name, "status": "SUCCESS"} for number, name in ((2, "lyon"), (3, "osaka"))
    ]
    monkeypatch.setattr(Lifecycle, "propagate_key", lambda *_: {"status": "SUCCESS", "details": details})

    outcome = run(simulator)

    assert (states(outcome), outcome.warnings) == ({"lyon": "propagated", "osaka": "propagated"}, [])


def v1_platform(simulator: Simulator, version: str) -> None:
    platform = simulator.platform
    platform.distribution = version
    public, private = pgp.sample("canary")
    platform.distribution_keys[KEY] = KeyPair(KEY, KEY, "GPG", public, private)
    platform.default_distribution_key = KEY


@pytest.mark.parametrize("wrapped", [True, False], ids=["in-a-report", "bare"])
@pytest.mark.parametrize(
    ("version", "path"),
    [
        pytest.param("2.13.2", f"{PROPAGATE_V1}/pgp/propagate", id="by-alias"),
        pytest.param("2.4.0", f"{PROPAGATE_V1}/gpg/propagate", id="the-default-key"),
    ],
)
def test_older_distribution_propagates_its_own_keys(
    simulator: Simulator, edges: list[Any], version: str, path: str, wrapped: bool
) -> None:
    v1_platform(simulator, version)
    simulator.switches.key_report_wrapped = wrapped

    outcome = run(simulator)

    assert states(outcome) == {"lyon": "propagated", "osaka": "propagated"}
    assert calls_of(simulator, PROPAGATE_V1) == [path]
    assert run(simulator).before == {}


def test_older_distribution_without_a_key_says_so(simulator: Simulator, edges: list[Any]) -> None:
    simulator.platform.distribution = "2.4.0"

    outcome = run(simulator)

    assert outcome.edges["lyon"]["reason"] == "the platform has no key to propagate. Upload a key pair there first"


def test_v2_on_request_is_refused_by_an_older_platform(simulator: Simulator, edges: list[Any]) -> None:
    v1_platform(simulator, "2.13.2")

    with pytest.raises(InventoryError, match="Use release_bundle=v1, or update it"):
        run(simulator, release_bundle="v2")


def test_role_propagates_once_and_each_host_judges_its_own_edge(
    simulator: Simulator, edges: list[Any], tmp_path: Path
) -> None:
    simulator.platform.break_pairing("osaka")
    path = inventory(simulator, tmp_path, "lyon", "osaka", common={"edge_signing_key": KEY})

    ended = play_on(tmp_path, path, roles=["hybrid.jfrog.signing_key"])

    assert len(calls_of(simulator, PROPAGATE)) == 1
    assert "Cannot propagate the signing key 'release-key' to the Edge 'osaka': the platform answered FAILURE" in ended
    recap = {line.split()[0]: line for line in ended.splitlines() if "unreachable=" in line}
    # The request, and that lyon has the key.
    assert ("changed=2" in recap["lyon-1"], "failed=0" in recap["lyon-1"]) == (True, True)
    assert ("changed=0" in recap["osaka-1"], "failed=1" in recap["osaka-1"]) == (True, True)


def test_role_in_check_mode_and_over_edges_in_order(simulator: Simulator, edges: list[Any], tmp_path: Path) -> None:
    path = inventory(simulator, tmp_path, "lyon", "osaka", common={"edge_signing_key": KEY})

    checked = play_on(tmp_path, path, "--check", "--diff", roles=["hybrid.jfrog.signing_key"])
    assert simulator.calls.writes == []
    play_on(tmp_path, path, roles=["hybrid.jfrog.signing_key"])
    again = play_on(tmp_path, path, roles=["hybrid.jfrog.signing_key"])

    assert "it does not trust the key 'release-key'" in checked
    assert ("changed=2" in checked, "changed=1" in checked) == (True, True)
    assert "failed=1" not in checked
    assert ("changed=2" in again, "changed=1" in again) == (False, False)
    assert len(calls_of(simulator, PROPAGATE)) == 1


def test_role_leaves_an_edge_without_a_key_alone(simulator: Simulator, edges: list[Any], tmp_path: Path) -> None:
    path = inventory(simulator, tmp_path, "lyon", "osaka", lyon={"edge_signing_key": KEY})

    ended = play_on(tmp_path, path, roles=["hybrid.jfrog.signing_key"])

    assert "failed=1" not in ended
    assert [call.site for call in simulator.calls.find(path=TRUSTED, by_client=True)] == ["lyon", "acme"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(
            {"name": KEY}, "Cannot propagate the signing key: osaka: the platform answered FAILURE", id="fails"
        ),
        pytest.param(
            {"name": KEY, "hosts": ["lyon-1"], "require_all": True},
            "Cannot propagate the signing key: osaka: FAILURE.",
            id="others-count-when-asked",
        ),
        pytest.param({}, "no Edge of these hosts has edge_signing_key. Set it", id="no-key-is-named"),
    ],
)
def test_task_alone_fails_with_the_reason(
    simulator: Simulator, edges: list[Any], tmp_path: Path, arguments: dict[str, Any], says: str
) -> None:
    simulator.platform.break_pairing("osaka")
    path = inventory(simulator, tmp_path, "lyon", "osaka")

    ended = play_on(tmp_path, path, tasks=[{"hybrid.jfrog.signing_key": arguments, "run_once": True}])

    assert says in ended
    assert "failed=1" in ended
