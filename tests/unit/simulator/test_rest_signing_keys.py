# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Key pairs, trusted keys, and bringing keys to Edges: control-plane-api.md 6.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator import pgp
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.bundles import DISTRIBUTION, KEY, prepare
from unit.simulator.calling import Client, message

PAIRS = "/artifactory/api/security/keypair"
TRUSTED = "/artifactory/api/security/keys/trusted"
KEYS = "/distribution/api/v1/keys"
PUBLIC, PRIVATE = pgp.sample("canary")
OTHER_PUBLIC, OTHER_PRIVATE = pgp.sample("other")
# As gpg shows them.
FINGERPRINT = "6e2481be203335b35beec2e8951e339f8329ec5a"
OTHER_FINGERPRINT = "a6080279757c337d3924bae2961238b6fc8463ea"


def pair(**changes: Any) -> dict[str, Any]:
    content = {
        "pairName": KEY,
        "pairType": "GPG",
        "alias": "proofs",
        "publicKey": PUBLIC,
        "privateKey": PRIVATE,
        "passphrase": "",
        **changes,
    }
    return {key: value for key, value in content.items() if value is not None}


def test_fingerprints_are_those_that_gpg_shows() -> None:
    assert [pgp.read(text).fingerprint for text in (PUBLIC, OTHER_PUBLIC)] == [FINGERPRINT, OTHER_FINGERPRINT]
    assert pgp.read(PUBLIC).user_id == "Simulated canary <canary@example.net>"


def test_key_pair_is_shown_without_its_private_half(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    made = call(acme, "POST", PAIRS, json=pair())
    assert (made.status_code, made.content) == (201, b"")
    shown = {"pairName": KEY, "pairType": "GPG", "alias": "proofs", "publicKey": PUBLIC}
    assert call(acme, "GET", f"{PAIRS}/{KEY}").json() == shown
    assert call(acme, "GET", PAIRS).json() == [shown]
    assert call(acme, "DELETE", f"{PAIRS}/{KEY}").status_code == 200
    assert call(acme, "GET", f"{PAIRS}/{KEY}").status_code == 404
    assert call(acme, "DELETE", f"{PAIRS}/{KEY}").status_code == 404


def test_key_pair_of_the_same_name_is_replaced(simulator: Simulator, call: Client) -> None:
    call(simulator.platform, "POST", PAIRS, json=pair())
    call(simulator.platform, "POST", PAIRS, json=pair(publicKey=OTHER_PUBLIC, privateKey=OTHER_PRIVATE))
    assert simulator.platform.key_pairs[KEY].public_key == OTHER_PUBLIC


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param({"alias": None}, "'alias' is mandatory", id="no-alias"),
        pytest.param({"pairType": "DSA"}, "Unsupported pair type 'DSA'", id="type"),
        pytest.param({"publicKey": "x"}, "Invalid key pair: no PGP public key block", id="no-key"),
        pytest.param({"publicKey": PRIVATE}, "Invalid key pair: no PGP public key block", id="private-for-public"),
        pytest.param({"privateKey": PUBLIC}, "Invalid key pair: no PGP private key block", id="public-for-private"),
        pytest.param(
            {"publicKey": OTHER_PUBLIC},
            "Invalid key pair: the private key does not match the public key",
            id="two-pairs",
        ),
        pytest.param({"colour": "red"}, 'Unrecognized field "colour"', id="unknown-field"),
    ],
)
def test_key_pair_that_is_not_right_is_refused(
    simulator: Simulator, call: Client, changes: dict[str, Any], text: str
) -> None:
    response = call(simulator.platform, "POST", PAIRS, json=pair(**changes))
    assert (response.status_code, message(response)) == (400, text)
    assert simulator.platform.key_pairs == {}


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        pytest.param(lambda text: text.replace("m", "*", 20), "the armour cannot be decoded", id="not-base64"),
        pytest.param(
            lambda text: text[: text.index("\n\n") + 66] + text[text.index("\n-----END") :],
            "the key is cut off",
            id="cut",
        ),
        pytest.param(lambda text: text.replace("\n\nm", "\n\nA", 1), "this is no OpenPGP packet", id="no-packet"),
    ],
)
def test_damaged_key_is_no_key(damage: Callable[[str], str], text: str) -> None:
    with pytest.raises(pgp.NotAKey, match=text):
        pgp.read(damage(PUBLIC))


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("field", ["key", "public_key"])
def test_trusted_key_is_added_shown_and_removed_by_its_id(
    simulator: Simulator, call: Client, lyon: Edge, field: str, status: int
) -> None:
    simulator.switches.trusted_key_added_status = status
    added = call(lyon, "POST", TRUSTED, json={"alias": "proofs", field: PUBLIC})
    assert added.status_code == status
    assert added.json() == {
        "kid": FINGERPRINT[-6:],
        "alias": "proofs",
        "fingerprint": ":".join(FINGERPRINT[start : start + 2] for start in range(0, 40, 2)),
        "key": PUBLIC,
        "issued_on": f"{pgp.read(PUBLIC).created:%Y-%m-%dT%H:%M:%SZ}",
        "issued_by": "Simulated canary <canary@example.net>",
        "valid_until": "",
    }
    assert call(lyon, "GET", TRUSTED).json() == {"keys": [added.json()]}
    removed = call(lyon, "DELETE", f"{TRUSTED}/{added.json()['kid']}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert call(lyon, "GET", TRUSTED).json() == {"keys": []}
    assert call(lyon, "DELETE", f"{TRUSTED}/{added.json()['kid']}").status_code == 404


@pytest.mark.parametrize(
    ("field", "taken"),
    [("key", {"key"}), ("public_key", {"public_key"}), ("either", {"key", "public_key"})],
)
def test_trusted_key_goes_by_one_of_two_names(
    simulator: Simulator, call: Client, lyon: Edge, field: Any, taken: set[str]
) -> None:
    simulator.switches.trusted_key_field = field
    for name, text in (("key", PUBLIC), ("public_key", OTHER_PUBLIC)):
        response = call(lyon, "POST", TRUSTED, json={"alias": name, name: text})
        assert response.status_code == (201 if name in taken else 400)


def test_id_and_fingerprint_have_two_forms(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.trusted_key_id, simulator.switches.trusted_key_fingerprint = "key_id", "plain"
    added = call(lyon, "POST", TRUSTED, json={"alias": "proofs", "key": PUBLIC}).json()
    assert (added["kid"], added["fingerprint"]) == (FINGERPRINT[-16:], FINGERPRINT)
    assert call(lyon, "DELETE", f"{TRUSTED}/{added['kid']}").status_code == 204


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize(
    ("alias", "text", "what"),
    [pytest.param("proofs", OTHER_PUBLIC, "alias", id="alias"), pytest.param("others", PUBLIC, "key", id="key")],
)
def test_duplicate_is_refused(
    simulator: Simulator, call: Client, lyon: Edge, alias: str, text: str, what: str, status: int
) -> None:
    simulator.switches.duplicate_trusted_key_status = status
    call(lyon, "POST", TRUSTED, json={"alias": "proofs", "key": PUBLIC})
    response = call(lyon, "POST", TRUSTED, json={"alias": alias, "key": text})
    assert (response.status_code, message(response)) == (status, f"A trusted key with this {what} already exists")
    assert len(lyon.trusted_keys) == 1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param({"alias": "x"}, "An alias and a public key are mandatory", id="no-key"),
        pytest.param({"key": PUBLIC}, "An alias and a public key are mandatory", id="no-alias"),
        pytest.param({"alias": "x", "key": "-----"}, "Invalid public key: no PGP public key block", id="rubbish"),
        pytest.param({"alias": "x", "key": PRIVATE}, "Invalid public key: no PGP public key block", id="private"),
    ],
)
def test_trusted_key_that_is_none_is_refused(call: Client, lyon: Edge, content: dict[str, str], text: str) -> None:
    response = call(lyon, "POST", TRUSTED, json=content)
    assert (response.status_code, message(response)) == (400, text)


@pytest.mark.parametrize(("method", "path"), [("POST", PAIRS), ("GET", TRUSTED), ("POST", TRUSTED)])
def test_only_admins_deal_with_keys(call: Client, lyon: Edge, method: str, path: str) -> None:
    reader = lyon.admin_token(username="reader", scope="applied-permissions/user")
    assert call(lyon, method, path, token=reader).status_code == 403


@pytest.fixture
def fleet(simulator: Simulator, call: Client) -> Simulator:
    """The platform with a key pair, and lyon and porto registered."""
    prepare(simulator)
    for name in ("lyon", "porto"):
        call.register(simulator.add_edge(name))
    return simulator


def test_key_is_brought_to_every_jpd_and_to_the_platform_itself(fleet: Simulator, call: Client) -> None:
    body = call(fleet.platform, "POST", f"{DISTRIBUTION}/key/propagate/{KEY}").json()
    assert body == {
        "status": "SUCCESS",
        "details": [
            {"jpd_id": f"JPD-{number}", "name": name, "key_alias": KEY, "status": "SUCCESS"}
            for number, name in ((1, "HOME"), (2, "lyon"), (3, "porto"))
        ],
    }
    for site in fleet.sites:
        assert [(one["alias"], one["key"]) for one in call(site, "GET", TRUSTED).json()["keys"]] == [(KEY, PUBLIC)]


def test_propagating_again_changes_nothing(fleet: Simulator, call: Client) -> None:
    path = f"{DISTRIBUTION}/key/propagate/{KEY}"
    assert call(fleet.platform, "POST", path).json() == call(fleet.platform, "POST", path).json()
    assert [len(site.trusted_keys) for site in fleet.sites] == [1, 1, 1]


@pytest.mark.parametrize("spoil", ["offline", "unauthorized"])
def test_jpd_that_cannot_be_reached_fails_alone(fleet: Simulator, call: Client, spoil: str) -> None:
    if spoil == "offline":
        fleet.edge("lyon").nodes[0].stop()
        fleet.refresh()
    else:
        fleet.platform.break_pairing("lyon")
    body = call(fleet.platform, "POST", f"{DISTRIBUTION}/key/propagate/{KEY}").json()
    assert body["status"] == "PARTIAL_SUCCESS"
    assert {one["name"]: one["status"] for one in body["details"]} == {
        "HOME": "SUCCESS",
        "lyon": "FAILURE",
        "porto": "SUCCESS",
    }
    assert len(fleet.edge("lyon").trusted_keys) == 0


def test_unknown_key_is_not_propagated(fleet: Simulator, call: Client) -> None:
    response = call(fleet.platform, "POST", f"{DISTRIBUTION}/key/propagate/nope")
    assert (response.status_code, message(response)) == (404, "Could not find key pair 'nope'")


def v1_key(**changes: Any) -> dict[str, Any]:
    return {"key": {"alias": "v1-key", "public_key": PUBLIC, "private_key": PRIVATE}, **changes}


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("protocol", ["gpg", "pgp"])
def test_key_of_distribution_is_uploaded_and_brought_to_the_jpds(
    fleet: Simulator, call: Client, protocol: str, wrapped: bool
) -> None:
    fleet.switches.key_report_wrapped = wrapped
    path = f"{KEYS}/{protocol}"
    uploaded = call(fleet.platform, "POST", path, json=v1_key(propagate_to_edge_nodes=True))
    report = uploaded.json()["report"] if wrapped else uploaded.json()
    assert (uploaded.status_code, report["status"]) == (201, "SUCCESS")
    assert {(one["name"], one["key_alias"]) for one in report["details"]} == {
        ("HOME", "v1-key"),
        ("lyon", "v1-key"),
        ("porto", "v1-key"),
    }
    again = call(fleet.platform, "POST", f"{path}/propagate").json()
    assert (again["report"] if wrapped else again) == report


def test_key_of_distribution_stays_at_home_unless_asked_for(fleet: Simulator, call: Client) -> None:
    report = call(fleet.platform, "POST", f"{KEYS}/gpg", json=v1_key()).json()
    assert report["status"] == "PROPAGATION_NOT_REQUESTED"
    assert len(fleet.edge("lyon").trusted_keys) == 0


def test_nothing_is_propagated_without_a_key(fleet: Simulator, call: Client) -> None:
    body = call(fleet.platform, "POST", f"{KEYS}/gpg/propagate").json()
    assert body == {"status": "NO_GPG_KEY_TO_PROPAGATE", "details": []}


def test_upload_may_insist_on_every_target(fleet: Simulator, call: Client) -> None:
    fleet.platform.break_pairing("lyon")
    content = v1_key(propagate_to_edge_nodes=True, fail_on_propagation_failure=True)
    response = call(fleet.platform, "POST", f"{KEYS}/gpg", json=content)
    assert response.status_code == 500
    assert response.json()["message"] == "The key could not be propagated to all targets"
    assert fleet.platform.distribution_keys == {}


@pytest.mark.parametrize(
    ("query", "status", "aliases"),
    [
        pytest.param("", 200, {"one"}, id="the-default"),
        pytest.param("?alias=two", 200, {"two"}, id="one-of-them"),
        pytest.param("?all=true", 200, {"one", "two"}, id="all"),
        pytest.param("?all=true&alias=two", 400, set(), id="both"),
        pytest.param("?alias=nope", 404, set(), id="unknown"),
    ],
)
def test_one_key_or_all_are_propagated(
    fleet: Simulator, call: Client, query: str, status: int, aliases: set[str]
) -> None:
    for alias, public, private in (("one", PUBLIC, PRIVATE), ("two", OTHER_PUBLIC, OTHER_PRIVATE)):
        key = {"alias": alias, "public_key": public, "private_key": private}
        call(fleet.platform, "POST", f"{KEYS}/pgp", json={"key": key})
    response = call(fleet.platform, "POST", f"{KEYS}/pgp/propagate{query}")
    assert response.status_code == status
    assert {one["key_alias"] for one in response.json().get("details", []) or []} == aliases


def test_choice_of_a_key_is_known_since_2_13_2(fleet: Simulator, call: Client) -> None:
    fleet.platform.distribution = "2.13.1"
    assert call(fleet.platform, "POST", f"{KEYS}/gpg/propagate?all=true").status_code == 400
    assert call(fleet.platform, "POST", f"{KEYS}/gpg/propagate").status_code == 200
