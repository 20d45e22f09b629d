# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Key pairs and trusted public keys in Artifactory: control-plane-api.md 6.1.

Key pairs are on JFrog's pages "Create Key Pair" (201 without a body; also replaces) and "Get Key Pair". What a trusted
key looks like, and that it goes by its "kid", is in terraform-provider-artifactory,
resource_artifactory_distribution_public_key.go, and in jfrog-client-go, artifactory/services/trustedkeys.go and
tests/distribution_test.go.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator import pgp
from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, USER, Endpoints, Incoming
from simulator.signing_keys import KeyPair, TrustedKey
from simulator.sites import Site
from simulator.switches import Switches

ENDPOINTS = Endpoints()
PAIRS = "/artifactory/api/security/keypair"
TRUSTED = "/artifactory/api/security/keys/trusted"
PAIR_FIELDS = frozenset({"pairName", "pairType", "alias", "publicKey", "privateKey", "passphrase"})
TRUSTED_FIELDS = {"key": {"key"}, "public_key": {"public_key"}, "either": {"key", "public_key"}}
# How many digits of the fingerprint an id has.
ID_DIGITS = {"short": 6, "key_id": 16}


@ENDPOINTS.add("GET", PAIRS, "6.1", access=USER, since="7.6.0")
def list_pairs(incoming: Incoming) -> Response:
    """6.1: a bare array, without the private halves."""
    pairs = incoming.site.key_pairs
    return JSONResponse([_pair(pairs[name]) for name in sorted(pairs)])


@ENDPOINTS.add("GET", PAIRS + "/{name}", "6.1", access=USER, since="7.6.0")
def get_pair(incoming: Incoming) -> Response:
    """6.1: without the private half."""
    return JSONResponse(_pair(_known_pair(incoming)))


@ENDPOINTS.add("POST", PAIRS, "6.1", body=JSON, since="7.6.0")
def create_pair(incoming: Incoming) -> Response:
    """6.1: a pair of the same name is replaced. A GPG pair is read as far as its armour and its first packet go."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, PAIR_FIELDS)
    missing = [name for name in sorted(PAIR_FIELDS - {"passphrase"}) if not isinstance(content.get(name), str)]
    if missing:
        raise Refusal(400, f"'{missing[0]}' is mandatory")
    if content["pairType"] not in ("GPG", "RSA"):
        raise Refusal(400, f"Unsupported pair type '{content['pairType']}'")
    if content["pairType"] == "GPG":
        refuse_bad_pair(content["publicKey"], content["privateKey"])
    pair = KeyPair(
        content["pairName"],
        content["alias"],
        content["pairType"],
        content["publicKey"],
        content["privateKey"],
        content.get("passphrase") or "",
    )
    incoming.site.key_pairs[pair.name] = pair
    return Response(status_code=201)


@ENDPOINTS.add("DELETE", PAIRS + "/{name}", "6.1", since="7.6.0")
def delete_pair(incoming: Incoming) -> Response:
    """6.1: 200, or 404 for one that nobody knows. Bundles keep the signature that they have."""
    pair = _known_pair(incoming)
    del incoming.site.key_pairs[pair.name]
    return PlainTextResponse(f"Key pair '{pair.name}' was deleted")


@ENDPOINTS.add("GET", TRUSTED, "6.1")
def list_trusted(incoming: Incoming) -> Response:
    """6.1: an object with a list."""
    switches = incoming.simulator.switches
    return JSONResponse({"keys": [_trusted(one, switches) for one in incoming.site.trusted_keys.all]})


@ENDPOINTS.add("POST", TRUSTED, "6.1", body=JSON)
def add_trusted(incoming: Incoming) -> Response:
    """6.1: the key's text is in "public_key" by one source and in "key" by two."""
    content, switches = incoming.json_object(), incoming.simulator.switches
    names = TRUSTED_FIELDS[switches.trusted_key_field]
    incoming.refuse_unknown_fields(content, frozenset({"alias", *names}))
    alias, texts = content.get("alias"), [content[name] for name in sorted(names) if name in content]
    if not isinstance(alias, str) or not alias or len(texts) != 1 or not isinstance(texts[0], str):
        raise Refusal(400, "An alias and a public key are mandatory")
    try:
        key = pgp.read(texts[0])
    except pgp.NotAKey as error:
        raise Refusal(400, f"Invalid public key: {error}") from error
    site = incoming.site
    with site.trusted_keys.lock:
        _refuse_duplicate(site, alias, key, switches)
        added = site.trusted_keys.add(alias, texts[0], site.now(), incoming.user.username)
    return JSONResponse(_trusted(added, switches), switches.trusted_key_added_status)


@ENDPOINTS.add("DELETE", TRUSTED + "/{kid}", "6.1")
def remove_trusted(incoming: Incoming) -> Response:
    """6.1: 204 without a body; 404 for an id that nobody knows."""
    kid, switches = incoming.parameters["kid"], incoming.simulator.switches
    for one in incoming.site.trusted_keys.all:
        if _trusted(one, switches)["kid"] == kid:
            incoming.site.trusted_keys.remove(one.key.fingerprint)
            return Response(status_code=204)
    raise Refusal(404, f"Could not find a trusted key with the id '{kid}'")


def refuse_bad_pair(public_key: str, private_key: str) -> None:
    """Both halves must be keys, and of one another."""
    try:
        if pgp.belong_together(public_key, private_key):
            return
    except pgp.NotAKey as error:
        raise Refusal(400, f"Invalid key pair: {error}") from error
    raise Refusal(400, "Invalid key pair: the private key does not match the public key")


def _refuse_duplicate(site: Site, alias: str, key: pgp.Key, switches: Switches) -> None:
    for one in site.trusted_keys.all:
        for what, same in (("alias", one.alias == alias), ("key", one.key.fingerprint == key.fingerprint)):
            if same:
                raise Refusal(switches.duplicate_trusted_key_status, f"A trusted key with this {what} already exists")


def _known_pair(incoming: Incoming) -> KeyPair:
    pair = incoming.site.key_pairs.get(incoming.parameters["name"])
    if pair is None:
        raise Refusal(404, f"Could not find key pair '{incoming.parameters['name']}'")
    return pair


def _pair(pair: KeyPair) -> dict[str, str]:
    return {"pairName": pair.name, "pairType": pair.kind, "alias": pair.alias, "publicKey": pair.public_key}


def _trusted(one: TrustedKey, switches: Switches) -> dict[str, Any]:
    digits = one.key.fingerprint
    pairs = ":".join(digits[start : start + 2] for start in range(0, len(digits), 2))
    return {
        "kid": digits[-ID_DIGITS[switches.trusted_key_id] :],
        "alias": one.alias,
        "fingerprint": pairs if switches.trusted_key_fingerprint == "pairs" else digits,
        "key": one.public_key,
        "issued_on": f"{one.key.created:%Y-%m-%dT%H:%M:%SZ}",
        "issued_by": one.key.user_id,
        "valid_until": "",
    }
