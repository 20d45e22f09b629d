# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""trusted_signing_key: the five-run cycle, lost answers, conflicts, and what the user reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.signing_keys import SigningKeys
from simulator import pgp
from simulator.simulator import Simulator
from unit.modules.distribution_cases import trust_key, trusted
from unit.modules.play import run_playbook
from unit.modules.rest_cases import assert_no_secret, edge_options
from unit.modules.run_module import run_module

KEYS = "/artifactory/api/security/keys/trusted"
CANARY, OTHER = pgp.sample("canary")[0], pgp.sample("other")[0]
FINGERPRINT, OTHER_FINGERPRINT = (pgp.read(text).fingerprint.lower() for text in (CANARY, OTHER))
Tamper = Callable[[Simulator], Any]


def options(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    given = {**edge_options(simulator, "lyon"), "alias": "release", "public_key": CANARY, **changes}
    return {name: value for name, value in given.items() if value is not None}


def forget(simulator: Simulator) -> None:
    for key in simulator.edge("lyon").trusted_keys.all:
        simulator.edge("lyon").trusted_keys.remove(key.key.fingerprint)


def exchange(simulator: Simulator) -> None:
    forget(simulator)
    trust_key(simulator.edge("lyon"), "release", "other")


@pytest.mark.parametrize(
    ("tamper", "drift"),
    [
        pytest.param(forget, ["alias", "fingerprint"], id="removed"),
        pytest.param(exchange, ["fingerprint"], id="exchanged"),
    ],
)
@pytest.mark.parametrize(
    ("field", "form", "identifier"),
    [
        pytest.param("either", "pairs", "short", id="as-most-sources-have-it"),
        pytest.param("key", "plain", "key_id", id="as-the-go-client-has-it"),
        pytest.param("public_key", "pairs", "key_id", id="as-the-reference-has-it"),
    ],
)
def test_trusted_signing_key_five_runs(
    simulator: Simulator, tamper: Tamper, drift: list[str], field: Any, form: Any, identifier: Any
) -> None:
    simulator.add_edge("lyon")
    simulator.switches.trusted_key_field = field
    simulator.switches.trusted_key_fingerprint = form
    simulator.switches.trusted_key_id = identifier
    given = options(simulator)

    predicted = run_module("trusted_signing_key", given, check=True)
    assert predicted["changed"] is True
    assert simulator.calls.writes == []

    real = run_module("trusted_signing_key", given)
    assert (real["changed"], real["drift"], real["diff"]) == (True, predicted["drift"], predicted["diff"])
    assert trusted(simulator.edge("lyon")) == {"release": FINGERPRINT}
    sent = len(simulator.calls.writes)

    again = run_module("trusted_signing_key", given)
    assert (again["changed"], again["drift"]) == (False, [])
    assert len(simulator.calls.writes) == sent

    tamper(simulator)
    found = run_module("trusted_signing_key", given, check=True)
    assert (found["changed"], found["drift"]) == (True, drift)
    assert len(simulator.calls.writes) == sent

    repaired = run_module("trusted_signing_key", given)
    assert (repaired["changed"], repaired["drift"], repaired["diff"]) == (True, drift, found["diff"])
    assert trusted(simulator.edge("lyon")) == {"release": FINGERPRINT}
    assert run_module("trusted_signing_key", given)["changed"] is False
    for result in (predicted, real, again, found, repaired):
        assert result["signing_key"] == {"alias": "release", "fingerprint": FINGERPRINT}
        assert result["warnings"] == []
        assert_no_secret(result, simulator, given["edge_access_token"])


def test_absent_removes_once(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    trust_key(edge, "release")
    trust_key(edge, "stays", "other")
    given = options(simulator, state="absent", public_key=None)

    predicted = run_module("trusted_signing_key", given, check=True)
    assert trusted(edge) == {"release": FINGERPRINT, "stays": OTHER_FINGERPRINT}
    real = run_module("trusted_signing_key", given)
    again = run_module("trusted_signing_key", given)

    assert (predicted["changed"], predicted["diff"]) == (True, real["diff"])
    assert (real["changed"], real["signing_key"], real["diff"]["after"]) == (True, None, {})
    assert (again["changed"], again["drift"]) == (False, [])
    assert trusted(edge) == {"stays": OTHER_FINGERPRINT}


@pytest.mark.parametrize("kind", ["drop_answer", "503"])
def test_answer_that_is_lost_adds_nothing_twice(simulator: Simulator, kind: str) -> None:
    edge = simulator.add_edge("lyon")
    simulator.faults.add(site="lyon", method="POST", path=KEYS, kind=kind, times=1)

    first = run_module("trusted_signing_key", options(simulator))
    second = run_module("trusted_signing_key", options(simulator))

    assert first.get("failed", False) is (kind == "503")
    assert second["changed"] is (kind == "503")
    assert trusted(edge) == {"release": FINGERPRINT}
    assert len([c for c in simulator.calls.find(path=KEYS) if c.method == "POST"]) == (
        1 if kind == "drop_answer" else 2
    )


def test_edge_that_stays_silent_after_the_request_gives_the_first_error(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = simulator.add_edge("lyon")
    add = SigningKeys.add

    def add_and_fall_silent(*arguments: Any, **options: Any) -> None:
        simulator.faults.add(site="lyon", method="POST", path=KEYS, kind="drop_answer")
        simulator.faults.add(site="lyon", method="GET", path=KEYS, kind="hang_up", times=None)
        add(*arguments, **options)

    monkeypatch.setattr(SigningKeys, "add", add_and_fall_silent)
    result = run_module("trusted_signing_key", options(simulator))
    monkeypatch.undo()
    simulator.faults.clear()

    assert result["msg"].startswith("Cannot add the trusted signing key 'release' at the Edge")
    assert run_module("trusted_signing_key", options(simulator))["changed"] is False
    assert trusted(edge) == {"release": FINGERPRINT}


def test_replacement_that_was_interrupted_is_finished_by_the_next_run(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    trust_key(edge, "release", "other")
    simulator.faults.add(site="lyon", method="POST", path=KEYS, kind="503", times=1)

    assert run_module("trusted_signing_key", options(simulator))["failed"] is True
    assert trusted(edge) == {}
    assert run_module("trusted_signing_key", options(simulator))["changed"] is True
    assert trusted(edge) == {"release": FINGERPRINT}


def same_key_elsewhere(simulator: Simulator) -> dict[str, Any]:
    trust_key(simulator.edge("lyon"), "propagated")
    return {}


def other_key(simulator: Simulator) -> dict[str, Any]:
    trust_key(simulator.edge("lyon"), "release", "other")
    return {"state": "absent"}


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        pytest.param(
            same_key_elsewhere,
            ["Cannot add the signing key 'release': the Edge trusts the same key as 'propagated'", "Use that alias"],
            id="same-key-under-another-alias",
        ),
        pytest.param(
            other_key,
            [
                "Cannot remove the trusted signing key 'release': its key 'release' is another one",
                "Leave out public_key",
            ],
            id="another-key-is-meant",
        ),
        pytest.param(
            lambda sim: {"public_key": pgp.sample("canary")[1]},
            ["Cannot use the public key: it is a private key, which has to stay where it is"],
            id="private-key",
        ),
        pytest.param(lambda sim: {"public_key": "x"}, ["it is no armoured OpenPGP block. Export it with"], id="no-key"),
        pytest.param(
            lambda sim: {
                "edge_access_token": sim.edge("lyon").admin_token(username="r", scope="applied-permissions/user")
            },
            [
                "Cannot list the trusted signing keys at the Edge",
                "it answered 403",
                "edge_access_token with admin rights",
            ],
            id="no-admin-rights",
        ),
        pytest.param(
            lambda sim: {"edge_access_token": sim.edge("lyon").admin_token(expires_in=-10)},
            ["it answered 401", "Use a valid edge_access_token"],
            id="token-expired",
        ),
        pytest.param(
            lambda sim: sim.faults.add(site="lyon", method="POST", path=KEYS, kind="429", times=None) or {},
            ["Cannot add the trusted signing key 'release' at the Edge", "it answered 429"],
            id="too-many-requests",
        ),
        pytest.param(lambda sim: {"public_key": None}, ["state is present but"], id="no-key-given"),
    ],
)
def test_failure_says_what_happened_and_what_to_do(simulator: Simulator, prepare: Any, says: list[str]) -> None:
    simulator.add_edge("lyon")

    result = run_module("trusted_signing_key", options(simulator, **prepare(simulator)))

    assert result["failed"] is True
    assert [part for part in says if part not in result["msg"]] == []
    assert [call for call in simulator.calls.writes if call.method == "DELETE"] == []


def test_refused_key_is_told_with_the_edges_own_words(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator.add_edge("lyon")
    simulator.switches.trusted_key_field = "public_key"

    def not_a_key(text: str) -> None:
        raise pgp.NotAKey("it has expired")

    monkeypatch.setattr(pgp, "read", not_a_key)
    result = run_module("trusted_signing_key", options(simulator))

    assert 'it answered 400 Bad Request ("Invalid public key: it has expired")' in result["msg"]


def test_edge_that_tells_no_fingerprint_is_compared_by_alias_with_a_warning(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.add_edge("lyon")
    run_module("trusted_signing_key", options(simulator))
    from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution import trusted_key

    monkeypatch.setattr(trusted_key, "normal_fingerprint", lambda value: None)
    result = run_module("trusted_signing_key", options(simulator, public_key=OTHER))

    assert result["changed"] is False
    assert result["warnings"][0].startswith("The trusted signing key 'release' was compared by its alias alone")


def test_role_puts_all_keys_of_the_inventory_on_the_edge(simulator: Simulator, tmp_path: Path) -> None:
    edge = simulator.add_edge("lyon")
    wanted = [{"alias": "one", "public_key": CANARY}, {"alias": "two", "public_key": OTHER}]
    variables = {**edge_options(simulator, "lyon"), "edge_trusted_signing_keys": wanted}

    ended = run_playbook(tmp_path, {"roles": ["hybrid.jfrog.trusted_signing_key"], "vars": variables})
    again = run_playbook(tmp_path, {"roles": ["hybrid.jfrog.trusted_signing_key"], "vars": variables})

    assert "changed=1" in ended.stdout, ended.stdout + ended.stderr
    assert "changed=0" in again.stdout, again.stdout + again.stderr
    assert trusted(edge) == {"one": FINGERPRINT, "two": OTHER_FINGERPRINT}
