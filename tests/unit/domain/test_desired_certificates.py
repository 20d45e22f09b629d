# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the inventory for what lies on the nodes: certificates with their keys, and settings."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.fleet import parse_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import (
    CertificateAndKey,
    DesiredEdge,
    NamedCertificate,
)
from unit.domain.test_desired import host, problems_of


def pem(number: int, label: str = "CERTIFICATE") -> str:
    """The smallest text that has the form of a certificate: one ASN.1 sequence."""
    body = base64.b64encode(bytes([0x30, 3, 2, 1, number])).decode()
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def digest(number: int) -> str:
    return hashlib.sha256(bytes([0x30, 3, 2, 1, number])).hexdigest()


KEY = pem(9, "PRIVATE KEY")


def edge_of(**variables: Any) -> DesiredEdge:
    return parse_fleet({"lyon-1": host(**variables)}).edges[0]


def test_parse_fleet_tls_certificates_are_read_by_name() -> None:
    given = [{"name": "proxy", "content": pem(2)}, {"name": "corporate-ca", "content": pem(1)}]

    assert edge_of(edge_tls_ca_certificates=given).tls_ca_certificates == (
        NamedCertificate("corporate-ca", pem(1), digest(1)),
        NamedCertificate("proxy", pem(2), digest(2)),
    )


def test_parse_fleet_no_tls_certificates_wanted_is_not_the_same_as_not_managed() -> None:
    assert edge_of(edge_tls_ca_certificates=[]).tls_ca_certificates == ()
    assert edge_of().tls_ca_certificates is None


@pytest.mark.parametrize(
    ("subject", "field"),
    [("edge_access_ca", "access_ca"), ("edge_token_signing", "token_signing")],
)
def test_parse_fleet_pair_of_an_edge_is_read_and_its_key_not_shown(subject: str, field: str) -> None:
    edge = edge_of(**{f"{subject}_certificate": pem(1), f"{subject}_private_key": KEY})

    assert getattr(edge, field) == CertificateAndKey(pem(1), KEY, digest(1))
    assert KEY.splitlines()[1] not in repr(edge)


def test_parse_fleet_server_certificate_is_each_node_s_own() -> None:
    fleet = parse_fleet(
        {
            "osaka-1": host("osaka", edge_server_certificate=pem(1), edge_server_private_key=KEY),
            "osaka-2": host("osaka", edge_server_certificate=pem(2), edge_server_private_key=KEY),
            "osaka-3": host("osaka"),
        }
    )
    found = {name: node.server_certificate for name, node in fleet.edges[0].of_nodes.items()}

    assert found == {
        "osaka-1": CertificateAndKey(pem(1), KEY, digest(1)),
        "osaka-2": CertificateAndKey(pem(2), KEY, digest(2)),
        "osaka-3": None,
    }


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        pytest.param({"edge_tls_ca_certificates": pem(1)}, "edge_tls_ca_certificates is no list", id="one-text"),
        pytest.param(
            {"edge_tls_ca_certificates": [pem(1)]},
            "edge_tls_ca_certificates has a wrong item 1: it is not made of name and content",
            id="no-names",
        ),
        pytest.param(
            {"edge_tls_ca_certificates": [{"name": "../ca", "content": pem(1)}]},
            "item 1: it is refused. Cannot use '../ca' as the name of a certificate",
            id="name-leads-elsewhere",
        ),
        pytest.param(
            {"edge_tls_ca_certificates": [{"name": "ca", "content": pem(n)} for n in (1, 2)]},
            "edge_tls_ca_certificates has the name ca twice",
            id="same-name",
        ),
        pytest.param(
            {"edge_tls_ca_certificates": [{"name": "ca", "content": pem(1) + KEY}]},
            "item 1: it is refused. Cannot use the text as a certificate: it holds a private key",
            id="key-beside-it",
        ),
        pytest.param(
            {"edge_access_ca_certificate": pem(1)},
            "edge_access_ca_certificate is set, and edge_access_ca_private_key is not. Set both, or none of them",
            id="certificate-alone",
        ),
        pytest.param(
            {"edge_server_private_key": KEY},
            "edge_server_private_key is set, and edge_server_certificate is not. Set both, or none of them",
            id="key-alone",
        ),
        pytest.param(
            {"edge_token_signing_certificate": pem(1) + pem(2), "edge_token_signing_private_key": KEY},
            "edge_token_signing_certificate is refused. Cannot use the text as a certificate: it holds 2 certificates",
            id="bundle",
        ),
        pytest.param(
            {"edge_token_signing_certificate": pem(1), "edge_token_signing_private_key": pem(1)},
            "edge_token_signing_private_key is no private key in PEM form",
            id="certificate-in-place-of-the-key",
        ),
        pytest.param(
            {"edge_access_ca_certificate": pem(1), "edge_access_ca_private_key": pem(9, "ENCRYPTED PRIVATE KEY")},
            "edge_access_ca_private_key is an encrypted private key. Decrypt it",
            id="encrypted-key",
        ),
        pytest.param({"edge_certificate_days_left": "soon"}, "edge_certificate_days_left is 'soon'", id="days-word"),
        pytest.param({"edge_certificate_days_left": "9" * 5000}, "edge_certificate_days_left is '999", id="days-long"),
        pytest.param({"edge_certificate_days_left": "²"}, "edge_certificate_days_left is '²'", id="days-of-no-digit"),
        pytest.param({"edge_certificate_days_left": -1}, "edge_certificate_days_left is -1", id="days-negative"),
        pytest.param({"edge_certificate_days_left": True}, "edge_certificate_days_left is True", id="days-truth"),
        pytest.param(
            {"edge_system_yaml": {"router": {"proxy": None}}, "edge_router_proxy": {"http_url": "http://proxy:3128"}},
            "edge_system_yaml has router.proxy, and edge_router_proxy is set. Remove one of them",
            id="proxy-said-twice",
        ),
        pytest.param(
            {"edge_access_config": {"security": {"tls": True}}},
            "edge_access_config has security.tls. Take it out, and set edge_tls",
            id="tls-among-the-settings",
        ),
        pytest.param(
            {"edge_system_yaml": {"shared.database.password": "hunter2hunter2"}},
            "edge_system_yaml cannot be used: 'shared.database.password' holds a secret",
            id="secret-setting",
        ),
        pytest.param({"edge_tls": "perhaps"}, "edge_tls is no truth value", id="tls"),
    ],
)
def test_parse_fleet_bad_certificate_variable_is_a_problem_with_a_remedy(
    variables: dict[str, Any], problem: str
) -> None:
    (found,) = problems_of({"lyon-1": host(**variables)})

    assert problem in found
    assert KEY.splitlines()[1] not in found
