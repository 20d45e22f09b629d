# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a server certificate on the controller, before the node is reached."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from cryptography.hazmat.primitives.asymmetric import rsa

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SERVER_CERTIFICATE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import carry_out
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.server_certificate import (
    supply_server_certificate,
)
from simulator.node.testing import Workbench
from unit.domain.issuing import ADDRESS, DAY, NOW, Issued, issue, server
from unit.modules.play import play, run_playbook

CA, OTHER_CA = issue("acme CA"), issue("other CA")
ENDED_CA = issue("old CA", end=NOW - DAY)
PAIR = server(CA)
HOST = {"inventory_hostname": "lyon-1"}


def supply(
    *,
    result: dict[str, Any] | None = None,
    loader: Any = None,
    folder: Path | None = None,
    check_mode: bool = False,
    **options: Any,
) -> Any:
    """The result, what went to the node, and the warnings."""
    sent: list[dict[str, Any]] = []
    warned: list[str] = []

    def execute(arguments: Any) -> dict[str, Any]:
        sent.append(dict(arguments))
        return result or {"changed": True, "certificate": {"sha256": "x"}}

    params = {**{name: spec.get("default") for name, spec in SERVER_CERTIFICATE_OPTIONS.items()}, **options}
    variables = {**HOST, **({"inventory_dir": str(folder)} if folder else {})}
    exchange = supply_server_certificate(
        params, warn=warned.append, loader=loader, variables=variables, now=NOW, check_mode=check_mode
    )
    answer = carry_out(exchange, lambda ask: execute(ask.options))
    return answer, sent, warned


def given(pair: Issued = PAIR, **options: Any) -> dict[str, Any]:
    return {"certificate": pair.pem, "private_key": pair.key_pem, **options}


def test_pair_travels_to_the_node_in_one_form_and_comes_back_dated() -> None:
    around = {"certificate": f"\n {PAIR.pem}\n", "private_key": f"{PAIR.key_pem}\n\n"}
    answer, [sent], warned = supply(**around, ca=CA.pem, address=ADDRESS, node_url="https://127.0.0.1:8082")

    assert sent == {
        "artifactory_home": "/opt/jfrog/artifactory",
        "certificate": PAIR.pem,
        "private_key": PAIR.key_pem,
        "address": ADDRESS,
        "node_url": "https://127.0.0.1:8082",
        "names": [ADDRESS],
        "issuer_sha256": CA.sha256,
    }
    assert (answer["certificate"]["subject"], answer["certificate"]["state"]) == (f"CN={ADDRESS}", "ok")
    assert warned == []


def test_pair_is_read_from_files_beside_the_inventory_and_the_key_may_be_vaulted(tmp_path: Path) -> None:
    secret, loader = VaultSecret(b"a vault password"), DataLoader()
    loader.set_vault_secrets([("default", secret)])
    (tmp_path / "lyon.crt").write_text(PAIR.pem)
    (tmp_path / "lyon.key").write_bytes(VaultLib().encrypt(PAIR.key_pem, secret))
    (tmp_path / "ca.crt").write_text(CA.pem)
    paths = {"certificate_path": "lyon.crt", "private_key_path": "lyon.key", "ca_path": "ca.crt"}
    _answer, [sent], warned = supply(loader=loader, folder=tmp_path, **paths)

    assert (sent["certificate"], sent["private_key"], sent["issuer_sha256"]) == (PAIR.pem, PAIR.key_pem, CA.sha256)
    assert warned == []


def test_private_key_file_that_everybody_may_read_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "lyon.key").write_text(PAIR.key_pem)
    (tmp_path / "lyon.key").chmod(0o644)
    _answer, _sent, warned = supply(certificate=PAIR.pem, private_key_path=str(tmp_path / "lyon.key"))

    assert [warning.partition(" in /")[0] for warning in warned] == [
        "Everybody on the controller may read the private key of lyon-1"
    ]


def test_weak_key_and_near_end_are_warned_about() -> None:
    weak = server(CA, key=rsa.generate_private_key(65537, 1024), end=NOW + 3 * DAY)  # noqa: S505
    answer, _sent, warned = supply(**given(weak))

    assert warned == [
        "the certificate of lyon-1 has an RSA key of 1024 bits. Use 2048 or more.",
        "The server certificate of the router ends on 2026-11-25T12:00:00Z, in 3 days. Give its successor before then.",
    ]
    assert answer["certificate"]["state"] == "expiring"


@pytest.mark.parametrize(
    ("cas", "issuer", "warned"),
    [
        pytest.param([OTHER_CA, CA], CA.sha256, [], id="among-them"),
        pytest.param(
            [OTHER_CA],
            None,
            [
                "None of the CAs ca0 issued the certificate of lyon-1, but CN=acme CA did. Make sure that the node's "
                "services go by that one, or they refuse the router."
            ],
            id="not-among-them",
        ),
        pytest.param([ENDED_CA, CA], CA.sha256, [], id="beside-one-that-has-ended"),
        pytest.param([], None, [], id="none-given"),
    ],
)
def test_issuer_is_looked_for_among_the_cas_that_the_node_goes_by(
    cas: list[Issued], issuer: str | None, warned: list[str]
) -> None:
    items = [{"name": f"ca{number}", "content": ca.pem, "path": None} for number, ca in enumerate(cas)]
    _answer, [sent], told = supply(**given(cas=items))

    assert (sent["issuer_sha256"], told) == (issuer, warned)
    assert "cas" not in sent


@pytest.mark.parametrize(
    ("options", "issuer"),
    [
        pytest.param({"cas": [{"name": "acme", "content": CA.pem, "path": None}]}, None, id="to-be-supplied"),
        pytest.param({"ca": CA.pem}, CA.sha256, id="supplied-by-nobody-that-is-known"),
    ],
)
def test_check_mode_counts_the_cas_that_the_same_run_gives_to_the_node(
    options: dict[str, Any], issuer: str | None
) -> None:
    _answer, [sent], told = supply(**given(**options), check_mode=True)

    assert (sent["issuer_sha256"], told) == (issuer, [])


def test_check_mode_warns_of_a_ca_that_no_run_gives_to_the_node() -> None:
    _answer, _sent, [warning] = supply(
        **given(cas=[{"name": "other", "content": OTHER_CA.pem, "path": None}]), check_mode=True
    )

    assert warning.startswith("None of the CAs other issued the certificate of lyon-1")


def test_given_ca_counts_before_those_that_the_node_goes_by() -> None:
    items = [{"name": "other", "content": OTHER_CA.pem, "path": None}]
    _answer, [sent], told = supply(**given(ca=CA.pem, cas=items))

    assert (sent["issuer_sha256"], told) == (CA.sha256, [])


def test_result_of_a_failure_is_handed_on_as_it_is() -> None:
    assert supply(**given(), result={"failed": True, "msg": "no"})[0] == {"failed": True, "msg": "no"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"private_key": PAIR.key_pem}, "neither certificate nor certificate_path", id="no-certificate"),
        pytest.param({"certificate": PAIR.pem}, "neither private_key nor private_key_path", id="no-key"),
        pytest.param(given(ca=CA.pem, ca_path="x"), "both ca and ca_path are given", id="ca-twice"),
        pytest.param(given(certificate_path="x"), "both certificate and certificate_path", id="certificate-twice"),
        pytest.param(given(private_key=CA.key_pem), "belongs to another certificate", id="wrong-pair"),
        pytest.param(given(private_key=PAIR.pem), "it holds a certificate", id="certificate-as-key"),
        pytest.param(given(certificate=PAIR.key_pem), "it holds a private key", id="key-as-certificate"),
        pytest.param(given(address="10.9.9.9"), "must be the node's address .shared.node.ip. 10.9.9.9", id="address"),
        pytest.param(given(ca=OTHER_CA.pem), "its issuer is CN=acme CA, and the CA is CN=other CA", id="issuer"),
        pytest.param(given(ca=PAIR.pem), "the CA certificate of lyon-1 as a TLS CA certificate: it is no CA", id="ca"),
        pytest.param(given(server(CA, end=NOW - DAY)), "it expired", id="expired"),
        pytest.param(
            {**given(), "private_key": None, "private_key_path": "/no"}, "there is no such file", id="missing"
        ),
    ],
)
def test_mistake_is_told_before_the_node_is_reached(options: dict[str, Any], words: str) -> None:
    with pytest.raises(CertificateError, match=words) as refused:
        supply(**options, result={"failed": True, "msg": "the node was reached"})
    assert "lyon-1" in refused.value.msg or "both ca" in refused.value.msg


def test_pair_by_a_playbook_and_by_the_role_shows_no_key(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "node").node()
    now = datetime.now(timezone.utc)
    ca = issue("acme CA", start=now - DAY, end=now + 100 * DAY)
    pair = server(ca, start=now - DAY, end=now + 90 * DAY)
    (tmp_path / "lyon.key").write_text(pair.key_pem)
    (tmp_path / "lyon.key").chmod(0o600)
    home = {"artifactory_home": str(node.home)}
    task = {"certificate": pair.pem, "private_key_path": "lyon.key", "ca": ca.pem, **home}
    cas = {"certificates": [{"name": "a", "content": ca.pem}], **home}
    of_cas = {name: value for name, value in {**task, "cas": cas["certificates"]}.items() if name != "ca"}
    played = play(
        tmp_path,
        {
            "too early": {"hybrid.jfrog.server_certificate": task},
            "trust foretold": {"hybrid.jfrog.tls_ca_certificate": cas, "check_mode": True},
            "foretold": {"hybrid.jfrog.server_certificate": of_cas, "check_mode": True},
            "trust": {"hybrid.jfrog.tls_ca_certificate": cas},
            "predicted": {"hybrid.jfrog.server_certificate": task, "check_mode": True},
            "supplied": {"hybrid.jfrog.server_certificate": task},
            "again": {"hybrid.jfrog.server_certificate": task},
        },
        "-vvvv",
        "--diff",
    )
    results = played.results

    assert "Give the CA to tls_ca_certificate first" in results["too early"]["msg"]
    assert [results[name]["changed"] for name in ("predicted", "supplied", "again")] == [True, True, False]
    assert (results["foretold"]["changed"], results["foretold"].get("warnings", [])) == (True, [])
    assert results["supplied"]["certificate"]["subject"] == f"CN={ADDRESS}"
    variables = {
        "edge_tls_ca_certificates": [{"name": "a", "content": ca.pem}],
        "edge_server_certificate": pair.pem,
        "edge_server_private_key": pair.key_pem,
        "edge_artifactory_home": str(node.home),
    }
    ended = run_playbook(tmp_path, {"roles": ["hybrid.jfrog.server_certificate"], "vars": variables}, "-vvvv")

    assert ended.returncode == 0, ended.stdout
    assert "changed=0 " in ended.stdout
    for line in pair.key_pem.splitlines()[1:-1]:
        assert line not in played.output + ended.stdout + ended.stderr
