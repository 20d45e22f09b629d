# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing keys: fingerprints of OpenPGP keys, what servers list, and what a propagation answers."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution import openpgp, propagation, trusted_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.versions import (
    choose_form,
    propagates_by_alias,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    ConflictError,
    InventoryError,
    KeyFormatError,
)
from unit.domain.pgp_keys import BEGIN, END, armoured, body, fingerprint_of, public_key

FINGERPRINT, OTHER = fingerprint_of("release"), fingerprint_of("other")


def old_packet(content: bytes, size: int) -> bytes:
    kind = {1: 0, 2: 1, 4: 2}[size]
    return bytes([0x80 | 6 << 2 | kind]) + len(content).to_bytes(size, "big") + content


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(bytes([0xC6, len(body("release"))]) + body("release"), id="new-format-one-octet"),
        pytest.param(b"\xc6\xff" + len(body("release")).to_bytes(4, "big") + body("release"), id="new-five-octets"),
        pytest.param(old_packet(body("release"), 1), id="old-format-one-octet"),
        pytest.param(old_packet(body("release"), 2), id="old-format-two-octets"),
        pytest.param(old_packet(body("release"), 4), id="old-format-four-octets"),
    ],
)
@pytest.mark.parametrize(
    "armour",
    [
        pytest.param({}, id="plain"),
        pytest.param({"headers": "Version: GnuPG v2\nComment: of a test"}, id="headers"),
        pytest.param({"checksum": ""}, id="no-checksum"),
        pytest.param({"line": 10}, id="short-lines"),
    ],
)
def test_fingerprint_does_not_depend_on_the_form(packet: bytes, armour: dict[str, Any]) -> None:
    text = armoured(packet, **armour)

    assert openpgp.fingerprint(text) == FINGERPRINT
    assert openpgp.fingerprint("Our key:\r\n" + text.replace("\n", "\r\n")) == FINGERPRINT


def test_fingerprint_of_a_long_packet() -> None:
    content = body("release") + bytes(300)
    length = len(content) - 192
    packet = bytes([0xC6, (length >> 8) + 192, length & 0xFF]) + content

    assert (
        openpgp.fingerprint(armoured(packet))
        == hashlib.sha1(  # noqa: S324
            b"\x99" + len(content).to_bytes(2, "big") + content
        ).hexdigest()
    )


def test_fingerprint_of_version_6_is_a_sha256() -> None:
    content = body("release", version=6)

    assert (
        openpgp.fingerprint(armoured(bytes([0xC6, len(content)]) + content))
        == hashlib.sha256(b"\x9b" + len(content).to_bytes(4, "big") + content).hexdigest()
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "it is no armoured OpenPGP block", id="empty"),
        pytest.param("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no armoured OpenPGP", id="pem"),
        pytest.param(public_key().replace("PUBLIC", "PRIVATE"), "it is a private key", id="private-key"),
        pytest.param(public_key().replace("PUBLIC KEY", "MESSAGE"), "a block of the kind 'MESSAGE'", id="message"),
        pytest.param(f"{BEGIN}\n\n!!!!\n{END}", "what is in its armour is no base64", id="no-base64"),
        pytest.param(f"{BEGIN}\n\n\n{END}", "it ends in the middle", id="nothing-inside"),
        pytest.param(armoured(b"\xc6\x40\x04"), "it ends in the middle", id="cut-off"),
        pytest.param(armoured(b"\xcd\x04test"), "it does not begin with a public key", id="user-id-first"),
        pytest.param(armoured(b"\x04\x04test"), "it does not begin with a public key", id="no-packet"),
        pytest.param(armoured(b"\xc6\x02\x03\x00"), "it is a key of version 3", id="version-3"),
    ],
)
def test_what_is_no_public_key_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(KeyFormatError) as caught:
        openpgp.fingerprint(text, what="the public key 'release'")

    assert caught.value.msg.startswith("Cannot use the public key 'release': ")
    assert says in caught.value.msg
    assert caught.value.msg.endswith("Export it with: gpg --armor --export <key id>.")


def seen(alias: str = "release", fingerprint: str | None = FINGERPRINT, key_id: str | None = "0a1b2c") -> Any:
    return {"alias": alias, "fingerprint": fingerprint, "key_id": key_id}


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(
            {
                "kid": "0a1b2c",
                "type": "GPG",
                "alias": "release",
                "fingerprint": FINGERPRINT,
                "issuedBy": "Test",
                "issued": 1,
                "expiry": 2,
            },
            id="as-the-go-client-reads-it",
        ),
        pytest.param(
            {
                "kid": "0a1b2c",
                "alias": "release",
                "key": public_key(),
                "fingerprint": ":".join(FINGERPRINT[i : i + 2] for i in range(0, 40, 2)).upper(),
                "issued_on": "x",
                "issued_by": "x",
                "valid_until": "x",
            },
            id="as-the-terraform-provider-reads-it",
        ),
    ],
)
def test_trusted_keys_have_one_form(item: dict[str, Any]) -> None:
    assert trusted_key.from_api([item]) == [seen()]


def test_fingerprint_of_a_version_6_key_is_compared_as_well() -> None:
    digits = "0a" * 32

    assert trusted_key.from_api([{"alias": "new", "fingerprint": digits.upper()}]) == [seen("new", digits, None)]


def test_trusted_keys_without_what_is_not_told_are_read_all_the_same() -> None:
    listed = [{"alias": "b", "fingerprint": "unknown form"}, "no key", {"alias": "a"}]

    assert trusted_key.from_api(listed) == [seen("a", None, None), seen("b", None, None)]


@pytest.mark.parametrize(
    ("keys", "present", "action", "drift"),
    [
        pytest.param([], True, "create", ["alias", "fingerprint"], id="missing"),
        pytest.param([seen()], True, "none", [], id="there"),
        pytest.param([seen(fingerprint=OTHER)], True, "update", ["fingerprint"], id="another-key"),
        pytest.param([seen(fingerprint=None)], True, "none", [], id="fingerprint-not-told"),
        pytest.param([seen("other", OTHER)], True, "create", ["alias", "fingerprint"], id="only-others"),
        pytest.param([seen()], False, "delete", ["alias", "fingerprint"], id="there-and-unwanted"),
        pytest.param([seen("other", OTHER)], False, "none", [], id="unwanted-and-gone"),
    ],
)
def test_change_of_a_trusted_key(keys: list[Any], present: bool, action: str, drift: list[str]) -> None:
    found = trusted_key.change(keys, "release", FINGERPRINT if present else None, present=present)

    assert (found.action, found.drift) == (action, drift)


def test_the_same_key_under_another_alias_is_a_conflict() -> None:
    with pytest.raises(ConflictError) as caught:
        trusted_key.change([seen("propagated")], "release", FINGERPRINT, present=True)

    assert caught.value.msg == (
        "Cannot add the signing key 'release': the Edge trusts the same key as 'propagated'. "
        "Use that alias, or remove the key under it first."
    )


SAMPLE = {
    "status": "PARTIAL_SUCCESS",
    "details": [
        {"jpd_id": "JPD-1", "name": "HOME", "key_alias": "release", "status": "SUCCESS"},
        {"jpd_id": "JPD-7", "name": "lyon", "key_alias": "release", "status": "SUCCESS"},
        {"jpd_id": "JPD-8", "name": "osaka", "key_alias": "release", "status": "FAILURE"},
    ],
}


@pytest.mark.parametrize("data", [SAMPLE, {"report": SAMPLE}], ids=["bare", "in-a-report"])
def test_propagation_is_read_in_both_shapes(data: Any) -> None:
    answer = propagation.from_api(data)

    assert [(jpd.name, jpd.succeeded) for jpd in answer.jpds] == [("HOME", True), ("lyon", True), ("osaka", False)]
    assert propagation.failure(answer, "lyon", "release") is None


def test_answer_about_the_wanted_key_counts_where_an_edge_is_named_twice() -> None:
    details = [
        {**SAMPLE["details"][2], "key_alias": alias, "status": status}
        for alias, status in (  # type: ignore[index]
            ("former", "FAILURE"),
            ("release", "SUCCESS"),
        )
    ]
    answer = propagation.from_api({**SAMPLE, "details": details})

    assert propagation.failure(answer, "osaka", "release") is None
    assert "the platform answered FAILURE for it" in str(propagation.failure(answer, "osaka", "former"))


@pytest.mark.parametrize("data", [None, [], {}, {"report": "x"}, {"status": 1}], ids=repr)
def test_propagation_without_a_status_is_no_answer(data: Any) -> None:
    with pytest.raises(ApiError, match="Cannot tell whether the signing key was propagated"):
        propagation.from_api(data)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(
            {**SAMPLE, "message": "down"}, 'the platform answered FAILURE for it ("down"). Check', id="failure"
        ),
        pytest.param(
            {"status": "SUCCESS"}, "did not name this Edge (SUCCESS). Check that its JPD has this name", id="not-named"
        ),
        pytest.param({"status": "FAILURE", "message": "boom"}, 'did not name this Edge (FAILURE ("boom"))', id="all"),
        pytest.param({"status": "PROPAGATION_NOT_REQUESTED"}, "was not asked to propagate it", id="not-requested"),
        pytest.param(
            {"status": "PROPAGATION_NOT_SUPPORTED_BY_MISSION_CONTROL"},
            "needs version 4.5.0. Put the public key",
            id="old",
        ),
        pytest.param({"status": "NO_GPG_KEY_TO_PROPAGATE"}, "has no key to propagate. Upload a key pair", id="no-key"),
    ],
)
def test_failed_propagation_says_what_to_do(answer: Any, says: str) -> None:
    assert says in str(propagation.failure(propagation.from_api(answer), "osaka", "release"))


@pytest.mark.parametrize(
    ("keys", "source", "says"),
    [
        pytest.param([seen()], [seen()], None, id="has-it"),
        pytest.param([seen()], [], None, id="platform-does-not-tell-its-own"),
        pytest.param([], [seen()], "it does not trust the key 'release'", id="lacks-it"),
        pytest.param(
            [seen(fingerprint=OTHER)], [seen()], "its key 'release' is another one", id="renewed-at-the-platform"
        ),
        pytest.param([seen(fingerprint=None)], [seen()], None, id="fingerprint-not-told"),
        # Of two keys with one alias, nobody tells which one the platform signs with, so either will do.
        pytest.param([seen(fingerprint=OTHER)], [seen(), seen(fingerprint=OTHER)], None, id="two-at-the-platform"),
        pytest.param(None, [seen()], "which keys it trusts could not be read", id="not-asked"),
    ],
)
def test_who_lacks_a_key(keys: Any, source: Any, says: str | None) -> None:
    found = propagation.lacks("release", keys, source)

    assert found is None if says is None else str(found).startswith(says)


@pytest.mark.parametrize(
    ("wanted", "artifactory", "distribution", "form"),
    [
        pytest.param("auto", "7.63.2", "2.19.1", "v2", id="first-with-v2"),
        pytest.param("auto", "7.63.1", "2.19.1", "v1", id="artifactory-before"),
        pytest.param("auto", "7.125.4", "2.19.0", "v1", id="distribution-before"),
        pytest.param("auto", None, None, "v2", id="nothing-told"),
        pytest.param("v1", "7.125.4", "2.33.1", "v1", id="on-request"),
        pytest.param("v2", None, "2.33.1", "v2", id="v2-on-request"),
    ],
)
def test_form_of_release_bundles(wanted: str, artifactory: str | None, distribution: str | None, form: str) -> None:
    assert choose_form(wanted, artifactory, distribution) == form


def test_v2_on_an_older_platform_is_refused() -> None:
    with pytest.raises(InventoryError) as caught:
        choose_form("v2", "7.49.3", "2.13.2")

    assert caught.value.msg == (
        "Cannot use release bundles v2 at this platform: Artifactory is 7.49.3, and they need 7.63.2; Distribution is "
        "2.13.2, and they need 2.19.1. Use release_bundle=v1, or update it."
    )


def test_one_of_several_keys_is_propagated_by_alias_since_2_13_2() -> None:
    assert [propagates_by_alias(version) for version in ("2.13.1", "2.13.2", None)] == [False, True, True]
