# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate import load, pair, reading
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.pair import Pair, Purpose
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from simulator.key_pool import POOL
from unit.domain.issuing import ADDRESS, DAY, NOW, YEAR, Issued, ec_key, issue, server

WHAT = "the certificate of lyon-1"
CA = issue("acme TLS CA")
OTHER_CA = issue("other TLS CA")
SAME_NAME_CA = issue("acme TLS CA")
SIGNING = issue("acme token issuer")
SERVER = server(CA)
CLIENT = issue("lyon", issuer=CA, authority=False, usages=("digital_signature",), extended=("clientAuth",))
GOOD = {pair.SIGNING: SIGNING, pair.AUTHORITY: CA, pair.SERVER: SERVER, pair.CLIENT: CLIENT}
NAMES = {pair.SIGNING: "signing", pair.AUTHORITY: "authority", pair.SERVER: "server", pair.CLIENT: "client"}
every_purpose = pytest.mark.parametrize("purpose", GOOD, ids=NAMES.get)


def tiny_key() -> rsa.RSAPrivateKey:
    """512 bits, which the library does not make any more."""
    p = 106879398767786080161987865056609075402880446141639747443662495969419716736959
    q = 95738351133392322821702403661858741695788901986299572427557236029309582519121
    d = pow(65537, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, p * q)
    ).private_key(unsafe_skip_rsa_key_validation=True)


def load_it(issued: Issued, purpose: Purpose, **changes: Any) -> Pair:
    given = {"certificate": issued.pem, "private_key": issued.key_pem, **changes}
    return pair.load_pair(**{"now": NOW, "what": WHAT, "purpose": purpose, **given})


@every_purpose
def test_load_pair_that_meets_all_demands_is_taken_without_a_warning(purpose: Purpose) -> None:
    loaded = load_it(GOOD[purpose], purpose)

    assert loaded.certificate == load.from_der(base64.b64encode(GOOD[purpose].der).decode())
    assert (loaded.private_key, loaded.warnings) == (GOOD[purpose].key_pem, ())
    assert [f"CN={name}" for name in loaded.names] == [loaded.certificate.subject]


def test_load_pair_for_a_server_with_its_address_and_issuer_is_taken() -> None:
    issuer = load.load_ca(CA.pem, now=NOW, what="the CA")
    assert load_it(SERVER, pair.SERVER, address=ADDRESS, issuer=issuer).warnings == ()


@pytest.mark.parametrize(
    ("address", "sans"),
    [
        pytest.param("lyon-1.example.com", ["lyon-1.example.com"], id="host-name"),
        pytest.param("lyon-1.example.com", ["LYON-1.Example.com"], id="host-name-in-other-case"),
        pytest.param("fd00::5", ["fd00:0:0:0:0:0:0:5"], id="ipv6"),
    ],
)
def test_load_pair_for_a_server_any_kind_of_address_is_taken(address: str, sans: list[str]) -> None:
    load_it(server(CA, address, sans=sans), pair.SERVER, address=address)


def test_load_pair_white_space_around_the_texts_is_taken_off() -> None:
    around = {"certificate": f"\n {SERVER.pem}\n\n", "private_key": f"\n {SERVER.key_pem}\n\n"}
    loaded = load_it(SERVER, pair.SERVER, **around)

    assert (loaded.certificate.pem, loaded.private_key) == (SERVER.pem, SERVER.key_pem)


@pytest.mark.parametrize(
    ("option", "what"),
    [("certificate", WHAT), ("private_key", f"the private key of {WHAT}")],
    ids=["public", "private"],
)
@pytest.mark.parametrize(
    ("form", "words"),
    [
        pytest.param(
            lambda text: "\ufeff" + text,
            "it starts with a byte order mark. Take its three bytes off: tail -c +4 FILE > NEW.",
            id="byte-order-mark",
        ),
        pytest.param(
            lambda text: text.replace("\n", "\r\n"),
            "it has Windows line ends (CRLF). Convert it: tr -d '\\r' < FILE > NEW.",
            id="windows-line-ends",
        ),
    ],
)
def test_load_pair_what_windows_left_is_told_with_how_to_take_it_off(
    option: str, what: str, form: Any, words: str
) -> None:
    texts = {"certificate": SERVER.pem, "private_key": SERVER.key_pem}
    with pytest.raises(CertificateError) as refused:
        load_it(SERVER, pair.SERVER, **{**texts, option: form(texts[option])})

    assert refused.value.msg == f"Cannot use {what} as {pair.SERVER.use}: {words}"


def test_load_pair_private_key_keeps_its_kind_of_armour() -> None:
    for legacy, label in ((True, "RSA PRIVATE KEY"), (False, "PRIVATE KEY")):
        loaded = load_it(SERVER, pair.SERVER, private_key=SERVER.private(legacy=legacy).decode())
        assert loaded.private_key.startswith(f"-----BEGIN {label}-----\n")


def test_load_pair_ec_key_with_its_parameters_is_taken() -> None:
    client = issue("lyon", issuer=CA, key=ec_key(), authority=False, usages=None)
    parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    sec1 = client.private(legacy=True).decode()

    assert load_it(client, pair.CLIENT, private_key=parameters + sec1).private_key == sec1


def test_pair_never_shows_its_private_key() -> None:
    loaded = load_it(SERVER, pair.SERVER)
    key = reading.private_key(SERVER.key_pem, pkcs8=True)
    assert SERVER.key_pem.splitlines()[1] not in repr(loaded) + repr(key)


@every_purpose
def test_load_pair_of_two_pairs_is_refused(purpose: Purpose) -> None:
    with pytest.raises(CertificateError, match=rf"^Cannot use {WHAT} as {purpose.use}: the private key belongs to ano"):
        load_it(GOOD[purpose], purpose, private_key=OTHER_CA.key_pem)


@dataclass(frozen=True)
class Bad:
    """A pair that is refused for one reason."""

    purpose: Purpose
    issued: Issued
    words: str
    remedy: str
    options: dict[str, Any]


def bad(name: str, purpose: Purpose, issued: Issued, words: str, remedy: str, **options: Any) -> Any:
    return pytest.param(Bad(purpose, issued, words, remedy, options), id=f"{NAMES[purpose]}-{name}")


@pytest.mark.parametrize(
    "case",
    [
        bad(
            "expired",
            pair.SERVER,
            server(CA, end=NOW - DAY),
            "it expired on 2026-11-21T12:00:00Z",
            "Get the current one",
        ),
        bad(
            "not-yet-valid",
            pair.CLIENT,
            issue("lyon", issuer=CA, start=NOW + DAY),
            "it is not valid before 2026-11-23T12:00:00Z",
            "Check the clock",
        ),
        bad(
            "less-than-seven-days-left",
            pair.SIGNING,
            issue("short", end=NOW + 7 * DAY - timedelta(seconds=1)),
            "it expires on 2026-11-29T11:59:59Z, and must stay valid for 7 days at least",
            "Make one that lasts longer",
        ),
        bad(
            "ec-key",
            pair.SIGNING,
            issue("ec", key=ec_key()),
            "its key is of the kind EC, and must be RSA",
            "Make one with an RSA key of 2048 bits or more",
        ),
        bad("ec-key", pair.SERVER, server(CA, key=ec_key()), "its key is of the kind EC, and must be RSA", "Make one"),
        bad(
            "ed25519-key",
            pair.SERVER,
            server(CA, key=ed25519.Ed25519PrivateKey.generate()),
            "its key is of the kind another kind, and must be RSA",
            "Make one",
        ),
        bad(
            "tiny-key",
            pair.SERVER,
            server(CA, key=tiny_key()),
            "its RSA key has 512 bits, and must have 1024 at least",
            "Make one with 2048 bits or more",
        ),
        bad(
            "no-ca",
            pair.SIGNING,
            issue("leaf", authority=False),
            "it is no CA certificate",
            "Make one with basicConstraints=critical,CA:TRUE",
        ),
        bad("no-constraints", pair.AUTHORITY, issue("leaf", authority=None), "it is no CA certificate", "Make one"),
        bad(
            "ca-as-leaf",
            pair.SERVER,
            server(CA, authority=True),
            "it is a CA certificate",
            "Give the certificate that this CA issued for the node",
        ),
        bad("no-key-usage", pair.SERVER, server(CA, usages=None), "it has no key usage", "Make one with keyUsage"),
        bad(
            "key-usage-not-critical",
            pair.SERVER,
            server(CA, critical=False),
            "its key usage is not marked as critical",
            "Make one with keyUsage=critical,digitalSignature,keyEncipherment",
        ),
        bad(
            "no-digital-signature",
            pair.SERVER,
            server(CA, usages=("key_encipherment",)),
            "its key usage lacks digitalSignature",
            "Make one with keyUsage",
        ),
        bad(
            "no-key-encipherment",
            pair.SERVER,
            server(CA, usages=("digital_signature",)),
            "its key usage lacks keyEncipherment",
            "Make one with keyUsage",
        ),
        bad(
            "no-certificate-signing",
            pair.SIGNING,
            issue("root", usages=("digital_signature",)),
            "its key usage lacks keyCertSign",
            "Make one with keyUsage=critical,digitalSignature,keyCertSign",
        ),
        bad(
            "no-signature",
            pair.SIGNING,
            issue("root", usages=("key_cert_sign",)),
            "its key usage lacks digitalSignature",
            "Make one",
        ),
        bad("no-key-usage", pair.SIGNING, issue("root", usages=None), "it has no key usage", "Make one"),
        bad(
            "no-certificate-signing",
            pair.AUTHORITY,
            issue("root", usages=("digital_signature",)),
            "its key usage lacks keyCertSign",
            "Make one",
        ),
        bad(
            "no-extended-usage",
            pair.SERVER,
            server(CA, extended=None),
            "it has no extended key usage",
            "Make one with extendedKeyUsage=serverAuth,clientAuth",
        ),
        bad(
            "no-server-auth",
            pair.SERVER,
            server(CA, extended=("clientAuth",)),
            "its extended key usage lacks serverAuth",
            "Make one",
        ),
        bad(
            "no-client-auth",
            pair.SERVER,
            server(CA, extended=("serverAuth",)),
            "its extended key usage lacks clientAuth",
            "Make one",
        ),
        bad(
            "no-client-auth",
            pair.CLIENT,
            issue("lyon", issuer=CA, usages=None, extended=("serverAuth",)),
            "its extended key usage lacks clientAuth",
            "Make one with extendedKeyUsage=clientAuth",
        ),
        bad(
            "no-alternative-names",
            pair.SERVER,
            server(CA, sans=()),
            "it has no subject alternative names",
            f"Make one with subjectAltName=IP:{ADDRESS}",
        ),
        bad(
            "subject-not-among-them",
            pair.SERVER,
            server(CA, sans=("localhost", "127.0.0.1")),
            f"its subject {ADDRESS} is not among its subject alternative names",
            f"Make one with subjectAltName=IP:{ADDRESS}",
        ),
        bad(
            "address-as-a-host-name",
            pair.SERVER,
            server(CA, sans=(x509.DNSName(ADDRESS),)),
            f"its subject {ADDRESS} is not among its subject alternative names as an address, only as a host name",
            f"Make one with subjectAltName=IP:{ADDRESS}",
        ),
        bad(
            "host-name-not-among-them",
            pair.SERVER,
            server(CA, "lyon.example.com", sans=("*.example.com",)),
            "its subject lyon.example.com is not among its subject alternative names",
            "Make one with subjectAltName=DNS:lyon.example.com",
        ),
        bad(
            "no-common-name",
            pair.SERVER,
            server(CA, address="", sans=("localhost",)),
            "its subject has no common name",
            "Make one whose common name is the node's address",
        ),
        bad(
            "another-address",
            pair.SERVER,
            SERVER,
            f"its subject's common name is {ADDRESS}, and must be the node's address (shared.node.ip) 10.20.0.6",
            "Make one with CN=10.20.0.6 and subjectAltName=IP:10.20.0.6",
            address="10.20.0.6",
        ),
        bad(
            "another-issuer",
            pair.SERVER,
            SERVER,
            "its issuer is CN=acme TLS CA, and the CA is CN=other TLS CA",
            "Give the certificate of the CA that signed it",
            issuer=OTHER_CA,
        ),
        bad(
            "issuer-with-another-key",
            pair.SERVER,
            SERVER,
            "CN=acme TLS CA did not sign it: the CA has that name, but another key",
            "Give the certificate of the CA that signed it",
            issuer=SAME_NAME_CA,
        ),
    ],
)
def test_load_pair_that_misses_a_demand_is_refused_with_cause_and_remedy(case: Bad) -> None:
    options = dict(case.options)
    if "issuer" in options:
        options["issuer"] = load.load_ca(options["issuer"].pem, now=NOW, what="the CA")
    with pytest.raises(CertificateError) as refused:
        load_it(case.issued, case.purpose, **options)

    assert refused.value.msg.startswith(f"Cannot use {WHAT} as {case.purpose.use}: {case.words}. {case.remedy}")
    assert refused.value.details["certificate"]["sha256"] == case.issued.sha256


def test_load_pair_that_misses_several_demands_is_told_all_of_them_at_once() -> None:
    plain = server(CA, usages=None, extended=("serverAuth",), sans=())
    with pytest.raises(CertificateError) as refused:
        load_it(plain, pair.SERVER)

    assert refused.value.msg == (
        f"Cannot use {WHAT} as the router's server certificate: it has no key usage. "
        "Make one with keyUsage=critical,digitalSignature,keyEncipherment. "
        "Besides, its extended key usage lacks clientAuth. Make one with extendedKeyUsage=serverAuth,clientAuth. "
        f"Besides, it has no subject alternative names. Make one with subjectAltName=IP:{ADDRESS}."
    )


def armoured(label: str) -> str:
    return f"-----BEGIN {label}-----\n{base64.b64encode(b'x' * 40).decode()}\n-----END {label}-----\n"


KEY = SERVER.key_pem
LEGACY_ENCRYPTED = SERVER.private(legacy=True, password=b"x").decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param(SERVER.pem, "it holds a certificate", id="certificate"),
        pytest.param(SERVER.pem + KEY, "it holds a certificate beside the private key", id="certificate-and-key"),
        pytest.param(KEY + CA.key_pem, "it holds 2 private keys", id="two-keys"),
        pytest.param(SERVER.private(password=b"x").decode(), "it is encrypted", id="encrypted"),
        pytest.param(LEGACY_ENCRYPTED, "it is encrypted", id="encrypted-the-old-way"),
        pytest.param(armoured("OPENSSH PRIVATE KEY"), "it is a private key of the kind OpenSSH", id="openssh"),
        pytest.param(armoured("DSA PRIVATE KEY"), "it is a private key of the kind DSA", id="dsa"),
        pytest.param(armoured("PUBLIC KEY"), "it holds a public key", id="public-key"),
        pytest.param(armoured("PRIVATE KEY"), "it is damaged", id="rubbish-in-armour"),
        pytest.param(KEY + "trailing", "there is text beside the private key", id="text-after"),
        pytest.param("Bag Attributes\n" + KEY, "there is text beside the private key", id="text-before"),
        pytest.param(KEY[:300], "its END line is missing", id="cut-short"),
        pytest.param("hunter2", "it is no private key", id="password"),
        pytest.param(KEY.replace("\n", "\\n"), "its line ends are written as the two characters \\n", id="one-line"),
        pytest.param(SERVER.private(der=True).decode("latin-1"), "it is binary (DER), not text", id="der"),
        pytest.param(
            SERVER.private(der=True).decode("utf-8", "surrogateescape"), "it is binary (DER), not text", id="der-2"
        ),
        pytest.param(SERVER.private(der=True).decode("utf-8", "replace"), "it is binary (DER), not text", id="der-3"),
    ],
)
def test_load_pair_private_key_that_is_something_else_is_refused_and_never_shown(text: str, words: str) -> None:
    with pytest.raises(CertificateError) as refused:
        load_it(SERVER, pair.SERVER, private_key=text)

    said = str(refused.value.to_fail_json())
    assert refused.value.msg.startswith(f"Cannot use the private key of {WHAT} as {pair.SERVER.use}: {words}")
    assert not text or max(text.splitlines(), key=len)[:30] not in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(KEY, "it holds a private key", id="private-key"),
        pytest.param(SERVER.pem + KEY, "it holds a private key", id="certificate-and-key"),
        pytest.param(SERVER.pem + CA.pem, "it holds 2 certificates", id="chain"),
        pytest.param(SERVER.pem.replace("\n", "\\n"), "its line ends are written as the two", id="one-line"),
        pytest.param(SERVER.pem + "trailing", "there is text beside the certificate", id="text-after"),
        pytest.param(SERVER.der.decode("latin-1"), "it is binary (DER), not text", id="der"),
    ],
)
def test_load_pair_certificate_that_is_something_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(CertificateError) as refused:
        load_it(SERVER, pair.SERVER, certificate=text)
    assert refused.value.msg.startswith(f"Cannot use {WHAT} as {pair.SERVER.use}: {words}")


def test_load_pair_seven_days_to_the_second_are_enough() -> None:
    load_it(issue("short", end=NOW + 7 * DAY), pair.SIGNING)


def test_load_pair_weak_rsa_key_is_warned_about() -> None:
    weak = server(CA, key=rsa.generate_private_key(65537, 1024))  # noqa: S505
    assert load_it(weak, pair.SERVER).warnings == (f"{WHAT} has an RSA key of 1024 bits. Use 2048 or more.",)


def test_warnings_signature_that_can_be_forged_is_one() -> None:
    profile = reading.profile(load.from_der(base64.b64encode(SERVER.der).decode()))
    assert profile is not None
    assert profile.weak_hash is None
    assert reading._weak_hash(Forged()) == "SHA1"  # type: ignore[arg-type]


class Forged:
    """The library does not sign with SHA-1 any more."""

    signature_hash_algorithm = hashes.SHA1()  # noqa: S303


def test_load_pair_ca_with_an_ec_key_is_taken() -> None:
    load_it(issue("ec CA", key=ec_key()), pair.AUTHORITY)


def test_load_pair_ca_without_key_usage_is_taken() -> None:
    load_it(issue("plain CA", usages=None), pair.AUTHORITY)


def test_load_pair_client_certificate_that_says_nothing_about_its_use_is_taken() -> None:
    load_it(issue("lyon", authority=None, usages=None), pair.CLIENT)


def test_load_pair_extension_that_cannot_be_read_is_refused() -> None:
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), b"\x30\x00")
    key = POOL.take()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, ADDRESS)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - YEAR, NOW + YEAR)
    issued = Issued(key, builder.add_extension(broken, critical=True).sign(key, hashes.SHA256()))
    with pytest.raises(CertificateError, match="its extensions cannot be read"):
        load_it(issued, pair.SERVER)
