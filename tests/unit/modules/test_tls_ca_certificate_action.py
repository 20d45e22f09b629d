# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to TLS CA certificates on the controller, before the node is reached."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import carry_out
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.tls_ca import supply_tls_cas
from simulator.node.testing import Workbench
from unit.domain.issuing import DAY, NOW, ec_key, issue, server
from unit.modules.play import play, run_playbook

CA = issue("acme CA", key=ec_key())
ENDED = issue("older CA", key=ec_key(), end=NOW - DAY)
ENDING = issue("old CA", key=ec_key(), end=NOW + 12 * DAY + timedelta(hours=3))


def supply(
    *items: dict[str, Any], result: dict[str, Any] | None = None, **changes: Any
) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
    """The result, what went to the node, and the warnings."""
    sent: list[dict[str, Any]] = []
    warned: list[str] = []

    def execute(arguments: Any) -> dict[str, Any]:
        sent.append(dict(arguments))
        there = [{"name": item["name"], "file": f"{item['name']}.crt"} for item in arguments["certificates"]]
        return result or {"changed": True, "certificates": there}

    params = {
        "certificates": [{"content": None, "path": None, **item} for item in items],
        "prune": False,
        "days_left": 30,
        "artifactory_home": "/opt",
    }
    exchange = supply_tls_cas(params, warn=warned.append, now=NOW, **changes)
    answer = carry_out(exchange, lambda ask: execute(ask.options))
    return answer, sent, warned


def test_certificates_travel_to_the_node_in_one_form_and_come_back_dated(tmp_path: Path) -> None:
    (tmp_path / "old.pem").write_text(f"\n{ENDING.pem}\n")
    answer, sent, warned = supply(
        {"name": "new", "content": CA.pem.rstrip()},
        {"name": "old", "path": "old.pem"},
        variables={"inventory_dir": str(tmp_path)},
    )

    assert sent == [
        {
            "certificates": [{"name": "new", "content": CA.pem}, {"name": "old", "content": ENDING.pem}],
            "prune": False,
            "days_left": 30,
            "artifactory_home": "/opt",
        }
    ]
    assert [(one["subject"], one["days_left"], one["state"]) for one in answer["certificates"]] == [
        ("CN=acme CA", 365, "ok"),
        ("CN=old CA", 12, "expiring"),
    ]
    [warning] = warned
    assert warning.startswith(
        "The TLS CA certificate 'old' ends on 2026-12-04T15:00:00Z, in 12 days. Add its successor"
    )


def test_result_of_a_failure_is_handed_on_as_it_is() -> None:
    assert supply({"name": "new", "content": CA.pem}, result={"failed": True, "msg": "no"})[0]["failed"]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        pytest.param([{"name": "a", "content": server(CA).pem}], "it is no CA certificate", id="leaf"),
        pytest.param([{"name": "a", "content": CA.pem + ENDING.pem}], "it holds 2 certificates", id="two"),
        pytest.param([{"name": "a", "content": CA.key_pem}], "it holds a private key", id="private-key"),
        pytest.param([{"name": "a", "content": ENDED.pem}], "it expired on .* Or take 'a' out of the list", id="ended"),
        pytest.param([{"name": "a"}], "exactly one of content and path", id="neither"),
        pytest.param([{"name": "a", "content": "x", "path": "y"}], "exactly one of content and path", id="both"),
        pytest.param([{"name": "a", "path": "/no/such"}], "there is no such file on the controller", id="missing-file"),
        pytest.param([{"name": "a/b", "content": CA.pem}], "as the name of a TLS CA certificate", id="name"),
        pytest.param([{"name": "a", "content": CA.pem}] * 2, "two have this name", id="same-name"),
    ],
)
def test_mistake_is_told_before_the_node_is_reached(items: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(CertificateError, match=words):
        supply(*items, result={"failed": True, "msg": "the node was reached"})


def test_certificates_by_a_playbook(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "node").node()
    now = datetime.now(timezone.utc)
    ca = issue("acme CA", key=ec_key(), start=now - DAY, end=now + 5 * DAY)
    (tmp_path / "ca.pem").write_text(ca.pem)
    task = {"certificates": [{"name": "acme", "path": "ca.pem"}], "artifactory_home": str(node.home)}
    played = play(
        tmp_path,
        {
            "predicted": {"hybrid.jfrog.tls_ca_certificate": task, "check_mode": True},
            "supplied": {"hybrid.jfrog.tls_ca_certificate": task},
            "again": {"hybrid.jfrog.tls_ca_certificate": task},
            "refused": {
                "hybrid.jfrog.tls_ca_certificate": {**task, "certificates": [{"name": "acme", "content": "x"}]}
            },
        },
    )
    results = played.results

    assert [results[name]["changed"] for name in ("predicted", "supplied", "again")] == [True, True, False]
    assert results["supplied"]["certificates"][0]["state"] == "expiring"
    assert (node.layout.tls_trusted / "acme.crt").read_text() == ca.pem
    assert "The TLS CA certificate 'acme' ends on" in played.output
    assert results["refused"]["msg"].startswith("Cannot use 'acme' as a TLS CA certificate: it is no certificate.")


def test_certificates_by_the_role(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "node").node()
    ca = issue("acme CA", key=ec_key(), end=datetime.now(timezone.utc) + 365 * DAY)
    variables = {
        "edge_tls_ca_certificates": [{"name": "acme", "content": ca.pem}],
        "edge_artifactory_home": str(node.home),
    }
    ended = run_playbook(tmp_path, {"roles": ["hybrid.jfrog.tls_ca_certificate"], "vars": variables})

    assert ended.returncode == 0, ended.stdout
    assert (node.layout.tls_trusted / "acme.crt").read_text() == ca.pem
