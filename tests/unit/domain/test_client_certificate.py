# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls import client_certificate

SHA256 = "0f343b0931126a20f133d67c2b018a3b5c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f"
OTHER = "a" * 64
COLONS = ":".join(SHA256[start : start + 2] for start in range(0, 64, 2))


def listed(alias: str, sha256: str | None) -> dict[str, Any]:
    return {"alias": alias, "sha256": sha256}


@pytest.mark.parametrize(
    ("fingerprint", "expected"),
    [
        pytest.param(COLONS.upper(), SHA256, id="capitals-with-colons"),
        pytest.param(COLONS, SHA256, id="small-with-colons"),
        pytest.param(SHA256, SHA256, id="bare"),
        pytest.param(f" {SHA256.upper()} ", SHA256, id="blanks-around"),
        pytest.param(f"SHA256:{COLONS}", SHA256, id="algorithm-in-front"),
        pytest.param(f"sha-256={SHA256}", SHA256, id="algorithm-with-hyphen"),
        pytest.param(COLONS[:59], None, id="sha1"),
        pytest.param("ab:cd:ef:gh", None, id="sample-of-the-page"),
        pytest.param("", None, id="empty"),
    ],
)
def test_fingerprint_in_every_form_that_may_be_met(fingerprint: str, expected: str | None) -> None:
    assert client_certificate.sha256_of(fingerprint) == expected


@pytest.mark.parametrize("field", ["fingerPrint", "fingerprint"])
def test_fingerprint_under_either_name(field: str) -> None:
    assert client_certificate.from_api({"certificateAlias": "remote", field: COLONS})["sha256"] == SHA256


@pytest.mark.parametrize(
    ("text", "known"),
    [
        pytest.param("2027-01-01T00:00:00.000Z", True, id="as-clients-saw-it"),
        pytest.param("2027-01-01T02:00:00.000+02:00", True, id="offset"),
        pytest.param("2027-01-01T02:00:00.000+0200", True, id="offset-by-the-pattern-of-the-page"),
        pytest.param("2026-12-31T19:00:00.000-0500", True, id="offset-to-the-west"),
        pytest.param("2027-01-01T00:00:00Z", True, id="without-milliseconds"),
        pytest.param("Sun May 01 2019 10:00:00 GMT +02:00 (UTC)", False, id="sample-of-the-page"),
        pytest.param("1798761600000", False, id="number"),
        pytest.param("", False, id="empty"),
    ],
)
def test_end_in_every_form_that_may_be_met(text: str, known: bool) -> None:
    told = {"certificateAlias": "remote", "issuedOn": "2026-01-01T00:00:00.000Z", "validUntil": text}

    certificate = client_certificate.read(client_certificate.from_api(told))

    new_year = datetime(2027, 1, 1, tzinfo=timezone.utc)
    assert (certificate.not_after if certificate else None) == (new_year if known else None)


def test_certificate_is_read_as_far_as_it_was_told() -> None:
    times = {"issuedOn": "2026-01-01T00:00:00.000Z", "validUntil": "2027-01-01T00:00:00.000Z"}
    names = {"certificateAlias": "remote", "issuedTo": "lyon", "issuedBy": "Example CA"}

    certificate = client_certificate.read(client_certificate.from_api({**names, **times, "fingerPrint": COLONS}))

    assert certificate is not None
    assert (certificate.subject, certificate.issuer, certificate.sha256) == ("lyon", "Example CA", SHA256)


@pytest.mark.parametrize(
    ("current", "wanted", "action", "drift"),
    [
        pytest.param(None, SHA256, "create", ["sha256"], id="missing"),
        pytest.param(SHA256, SHA256, "none", [], id="in-order"),
        pytest.param(OTHER, SHA256, "update", ["sha256"], id="another-one"),
        pytest.param("", SHA256, "none", [], id="unknown"),
        pytest.param(OTHER, None, "delete", ["sha256"], id="to-be-removed"),
        pytest.param("", None, "delete", ["sha256"], id="unknown-to-be-removed"),
        pytest.param(None, None, "none", [], id="gone"),
    ],
)
def test_change(current: str | None, wanted: str | None, action: str, drift: list[str]) -> None:
    known = None if current is None else listed("remote", current or None)

    change = client_certificate.change(known, wanted)

    assert (change.action, change.drift) == (action, drift)


def test_alias_is_found_by_its_exact_name() -> None:
    items = [{"certificateAlias": name, "fingerPrint": SHA256} for name in ("Remote", "remote-2")]

    assert client_certificate.find(items, "remote") is None
    assert client_certificate.find(items, "Remote") == client_certificate.from_api(items[0])


@pytest.mark.parametrize("alias", ["", " remote", "remote ", "a/b", "a?b", "a#b", "a%b", "..", "a\nb"])
def test_alias_that_is_no_step_of_a_path_is_refused(alias: str) -> None:
    with pytest.raises(CertificateError, match="as an alias"):
        client_certificate.check_alias(alias)


@pytest.mark.parametrize("alias", ["a", "remote-mtls", "My certificate", "äöü"])
def test_alias_with_a_name_is_accepted(alias: str) -> None:
    assert client_certificate.check_alias(alias) == alias
