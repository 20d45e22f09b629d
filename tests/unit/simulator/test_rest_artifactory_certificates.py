# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client certificates for remote repositories: control-plane-api.md 4."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes

from simulator.rest.artifactory_certificates import PATH, certificate_in
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.client.client_certificates import PASSWORD, Company
from unit.simulator.calling import Client

TEXT = {"Content-Type": "application/text"}


def bundle(folder: Path, name: str = "anna", **options: str) -> str:
    certificate, key = Company(folder).client(name, **options)  # type: ignore[arg-type]
    return key.read_text() + certificate.read_text()


def test_installed_certificate_is_listed_without_its_key(call: Client, lyon: Edge, tmp_path: Path) -> None:
    pem = bundle(tmp_path)
    installed = call(lyon, "POST", f"{PATH}/remote", data=pem, headers=TEXT)
    (listed,) = call(lyon, "GET", PATH).json()

    assert installed.json() == {"status": 200, "message": ["The certificates were successfully installed"]}
    assert (listed["certificateAlias"], listed["issuedTo"], listed["issuedBy"]) == ("remote", "anna", "Example CA")
    assert listed["fingerPrint"] == certificate_in(pem).fingerprint(hashes.SHA256()).hex(":").upper()
    assert "PRIVATE" not in call(lyon, "GET", PATH).text


@pytest.mark.parametrize(("form", "length"), [("SHA256", 95), ("sha256", 95), ("bare sha256", 64), ("SHA1", 59)])
def test_form_of_the_fingerprint_is_a_switch(
    simulator: Simulator, call: Client, lyon: Edge, tmp_path: Path, form: str, length: int
) -> None:
    simulator.switches.certificate_fingerprint = form  # type: ignore[assignment]
    call(lyon, "POST", f"{PATH}/remote", data=bundle(tmp_path), headers=TEXT)

    assert len(call(lyon, "GET", PATH).json()[0]["fingerPrint"]) == length


@pytest.mark.parametrize("field", ["fingerPrint", "fingerprint"])
def test_name_of_the_fingerprint_is_a_switch(
    simulator: Simulator, call: Client, lyon: Edge, tmp_path: Path, field: str
) -> None:
    simulator.switches.certificate_fingerprint_field = field  # type: ignore[assignment]
    call(lyon, "POST", f"{PATH}/remote", data=bundle(tmp_path), headers=TEXT)

    assert [name for name in call(lyon, "GET", PATH).json()[0] if name.lower() == "fingerprint"] == [field]


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z"),
        ("offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000"),
        ("sample", r"\w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT \+00:00 \(UTC\)"),
    ],
)
def test_form_of_the_times_is_a_switch(
    simulator: Simulator, call: Client, lyon: Edge, tmp_path: Path, form: str, pattern: str
) -> None:
    simulator.switches.certificate_times = form  # type: ignore[assignment]
    call(lyon, "POST", f"{PATH}/remote", data=bundle(tmp_path), headers=TEXT)

    (listed,) = call(lyon, "GET", PATH).json()
    assert [name for name in ("issuedOn", "validUntil") if re.fullmatch(pattern, listed[name]) is None] == []


@pytest.mark.parametrize(("reusable", "status", "name"), [(True, 200, "otto"), (False, 400, "anna")])
def test_second_certificate_with_the_same_alias_replaces_the_first(
    simulator: Simulator, call: Client, lyon: Edge, tmp_path: Path, reusable: bool, status: int, name: str
) -> None:
    simulator.switches.certificate_alias_reusable = reusable
    call(lyon, "POST", f"{PATH}/remote", data=bundle(tmp_path), headers=TEXT)

    assert call(lyon, "POST", f"{PATH}/remote", data=bundle(tmp_path, "otto"), headers=TEXT).status_code == status
    assert [listed["issuedTo"] for listed in call(lyon, "GET", PATH).json()] == [name]


@pytest.mark.parametrize("what", ["key", "certificate", "encrypted", "wrong-pair", "damaged", "text"])
def test_pem_that_is_no_pair_is_refused(call: Client, lyon: Edge, tmp_path: Path, what: str) -> None:
    certificate, key = Company(tmp_path).client("anna")
    pem = {
        "key": key.read_text(),
        "certificate": certificate.read_text(),
        "encrypted": bundle(tmp_path, password=PASSWORD) if what == "encrypted" else "",
        "wrong-pair": key.read_text() + Company(tmp_path).client("otto")[0].read_text(),
        "damaged": key.read_text() + certificate.read_text().replace("M", "!"),
        "text": "hello",
    }[what]

    assert call(lyon, "POST", f"{PATH}/remote", data=pem, headers=TEXT).status_code == 400
    assert call(lyon, "GET", PATH).json() == []


def test_removed_certificate_is_gone_and_a_second_removal_finds_none(call: Client, lyon: Edge, tmp_path: Path) -> None:
    call(lyon, "POST", f"{PATH}/remote", data=bundle(tmp_path), headers=TEXT)

    assert [call(lyon, "DELETE", f"{PATH}/remote").status_code for _time in range(2)] == [200, 404]
    assert call(lyon, "GET", PATH).json() == []


def test_certificates_are_for_admins_and_in_one_form_only(call: Client, lyon: Edge, tmp_path: Path) -> None:
    reader = lyon.admin_token(username="reader", scope="applied-permissions/user")
    pem = bundle(tmp_path)

    assert call(lyon, "GET", PATH, token=reader).status_code == 403
    assert call(lyon, "POST", f"{PATH}/remote", token=reader, data=pem, headers=TEXT).status_code == 403
    assert call(lyon, "POST", f"{PATH}/remote", json={"pem": pem}).status_code == 415
    assert call(lyon, "POST", f"{PATH}/remote", data=pem, headers=TEXT, params={"x": "y"}).status_code == 400
    assert call(lyon, "PUT", f"{PATH}/remote", data=pem, headers=TEXT).status_code == 405
