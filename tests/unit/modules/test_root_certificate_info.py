# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.load import load_trusted
from ansible_collections.hybrid.jfrog.plugins.modules import root_certificate_info as module
from simulator import certificates
from simulator.simulator import Simulator
from unit.modules.rest_cases import FastClock, assert_no_secret, edge_options, platform_options
from unit.modules.run_module import run_module


@pytest.mark.parametrize("since", ["7.12.0", "99.0.0"], ids=["formatted", "bare-base64"])
@pytest.mark.parametrize("of", ["platform", "edge"])
def test_root_certificate_is_returned_with_its_facts(simulator: Simulator, of: str, since: str) -> None:
    edge = simulator.add_edge("lyon")
    simulator.switches.cert_root_formatted_since = since
    site = simulator.platform if of == "platform" else edge
    options = platform_options(simulator) if of == "platform" else edge_options(simulator, "lyon")

    result = run_module("root_certificate_info", {**options, "of": of})
    in_check_mode = run_module("root_certificate_info", {**options, "of": of}, check=True)

    certificate = result["certificate"]
    assert certificate["url"] == site.url + "/"
    assert certificate["sha256"] == certificates.sha256(site.database.root_certificate)
    again = load_trusted(certificate["pem"], now=datetime.now(timezone.utc), what="it")
    assert again.facts() == {name: value for name, value in certificate.items() if name not in ("url", "pem")}
    assert certificate["pem"].endswith("-----END CERTIFICATE-----\n")
    assert (result["changed"], in_check_mode["certificate"]) == (False, certificate)
    assert result["accepted"] is None
    assert_no_secret(result, simulator, *(value for name, value in options.items() if name.endswith("token")))
    assert simulator.calls.writes == []


def test_acceptance_by_another_deployment_is_told(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    options = {**edge_options(simulator, "lyon"), "of": "edge", "accepted_by": simulator.platform.url}

    assert run_module("root_certificate_info", options)["accepted"] is False
    simulator.platform.support.import_certificate(certificates.to_pem(edge.database.root_certificate))
    assert run_module("root_certificate_info", options, check=True)["accepted"] is True


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param({"of": "edge"}, "missing: edge_url, edge_access_token", id="edge"),
        pytest.param({}, "missing: platform_url, platform_access_token", id="platform"),
    ],
)
def test_options_of_the_side_that_is_read_are_required(options: dict[str, str], says: str) -> None:
    result = run_module("root_certificate_info", options)

    assert result["failed"] is True
    assert says in result["msg"]


def test_root_certificate_that_has_expired_is_an_error(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FastClock(slept=[timedelta(days=40_000).total_seconds()])
    monkeypatch.setattr(module, "Clock", lambda: clock)

    result = run_module("root_certificate_info", platform_options(simulator))

    assert result["failed"] is True
    assert f"the root certificate of {simulator.platform.url}" in result["msg"]
    assert "it expired on" in result["msg"]


def test_token_without_admin_rights_is_an_error(simulator: Simulator) -> None:
    token = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")

    result = run_module("root_certificate_info", platform_options(simulator, platform_access_token=token))

    assert result["http_status"] == 403
    assert result["msg"].startswith("Cannot read the root certificate at the platform")
