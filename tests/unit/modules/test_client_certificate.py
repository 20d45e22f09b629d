# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a client certificate, checked before the first call."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter import sessions
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from simulator.certificates import LIFETIME
from unit.client.client_certificates import PASSWORD, Company
from unit.client.connect_proxy import ConnectProxy, proxying
from unit.client.stub_server import Stub, serve
from unit.modules.run_module import run_module

LONG_AGO = datetime.now(timezone.utc) - timedelta(days=4000)
HEALTHY = b'{"router":{"node_id":"lyon-1","state":"HEALTHY","message":"OK"},"services":[]}'


def options(certificate: Path, key: Path, **changes: Any) -> dict[str, Any]:
    return {
        "edge_url": "https://edge.example.com",
        "edge_access_token": "marked-secret",
        "edge_client_certificate_path": str(certificate),
        "edge_client_key_path": str(key),
        **changes,
    }


def broken(company: Company, how: str) -> tuple[Path, Path]:
    certificate, key = company.client("anna")
    if how == "missing":
        certificate.unlink()
    elif how == "folder":
        key = company.folder
    elif how == "expired":
        return company.client("otto", now=LONG_AGO)
    elif how == "wrong-pair":
        key = company.client("otto")[1]
    elif how == "encrypted":
        return company.client("otto", password=PASSWORD)
    elif how == "der":
        certificate.write_bytes(b"\x30\x82\x01\x00\x00\xff")
    elif how == "vaulted":
        key.write_text("$ANSIBLE_VAULT;1.1;AES256\n3031\n")
    elif how == "swapped":
        certificate, key = key, certificate
    elif how == "mark":
        certificate.write_text("\ufeff" + certificate.read_text() + company.ca_path.read_text())
    elif how == "line-ends":
        key.write_bytes(key.read_bytes().replace(b"\n", b"\r\n"))
    return certificate, key


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("missing", "no such file or directory"),
        ("folder", "is a directory"),
        ("expired", "it expired on"),
        ("wrong-pair", "the private key belongs to another certificate"),
        ("encrypted", "it is encrypted"),
        ("der", "it is binary (DER)"),
        ("vaulted", "is vaulted"),
        ("swapped", "it holds a private key"),
        ("mark", "it starts with a byte order mark"),
        ("line-ends", "it has Windows line ends"),
    ],
)
def test_client_certificate_that_cannot_be_used_is_told_before_the_first_call(
    tmp_path: Path, how: str, says: str
) -> None:
    connection = sessions.edge_connection(options(*broken(Company(tmp_path), how)))

    with pytest.raises(CertificateError) as caught:
        connection.session(read_only=True)

    assert says in caught.value.msg.lower() or says in caught.value.msg
    assert str(tmp_path) in caught.value.msg or "edge_client" in caught.value.msg
    assert PASSWORD not in caught.value.msg


def test_client_certificate_with_those_of_the_authorities_behind_it_is_accepted(tmp_path: Path) -> None:
    company = Company(tmp_path)
    certificate, key = company.client("anna")
    certificate.write_text(certificate.read_text() + company.ca_path.read_text())

    assert sessions.edge_connection(options(certificate, key)).warnings() == []


def test_client_certificate_that_was_replaced_is_checked_again(tmp_path: Path) -> None:
    company = Company(tmp_path)
    certificate, key = company.client("anna")
    connection = sessions.edge_connection(options(certificate, key))
    connection.session(read_only=True)
    certificate.write_text("")

    with pytest.raises(CertificateError, match="it is empty"):
        connection.session(read_only=True)


def test_private_key_that_everybody_can_read_is_warned_about(tmp_path: Path) -> None:
    certificate, key = Company(tmp_path).client("anna")
    key.chmod(0o644)

    (warning,) = sessions.edge_connection(options(certificate, key)).warnings()

    assert f"may read the private key {key} (mode 0644)" in warning


def test_client_certificate_that_ends_soon_is_warned_about(tmp_path: Path) -> None:
    files = Company(tmp_path).client("anna", now=datetime.now(timezone.utc) - LIFETIME + timedelta(days=12))

    (warning,) = sessions.edge_connection(options(*files)).warnings()

    assert re.search(r"The client certificate .*anna\.crt ends in 1[0-2] days", warning)


def test_client_certificate_without_tls_is_warned_about(tmp_path: Path) -> None:
    files = Company(tmp_path).client("anna")

    (warning,) = sessions.edge_connection(options(*files, edge_url="http://127.0.0.1:8082")).warnings()

    assert warning.startswith("edge_client_certificate_path has no effect")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"edge_client_key_path": None}, "edge_client_key_path is missing", id="no-key"),
        pytest.param({"edge_client_certificate_path": None}, "edge_client_certificate_path is missing", id="no-cert"),
        pytest.param({"edge_proxy_url": "proxy:3128"}, "edge_proxy_url cannot be used: it does not begin", id="proxy"),
        pytest.param({"edge_no_proxy": ["http://x"]}, "edge_no_proxy cannot be used: 'http://x'", id="no-proxy"),
    ],
)
def test_settings_that_do_not_fit_are_told_under_their_names(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    result = run_module("health_info", options(*Company(tmp_path).client("anna"), of="edge", **changes))

    assert result["failed"]
    assert f"Cannot call the Edge: {says}" in result["msg"]


def test_module_calls_through_a_proxy_with_a_client_certificate(tmp_path: Path) -> None:
    company = Company(tmp_path)
    credentials = "anna:marked-proxy-word"
    stub, proxy = Stub(body=HEALTHY, tls=company.server_context(demands_client=True)), ConnectProxy(credentials)
    with serve(stub), proxying(proxy):
        changes = {
            "of": "edge",
            "edge_url": stub.url,
            "edge_ca_path": str(company.ca_path),
            "edge_proxy_url": proxy.url_with(credentials),
        }
        result = run_module("health_info", options(*company.client("anna"), **changes))

    assert result["health"]["state"] == "HEALTHY"
    assert stub.clients == ["anna"]
    assert len(proxy.asked) == 1
    assert "marked-proxy-word" not in str(result)
