# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""fleet_info through proxies and with client certificates, as the inventory names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError, InventoryError
from simulator.simulator import Simulator
from unit.client.client_certificates import PASSWORD, Company
from unit.client.connect_proxy import ConnectProxy, proxying
from unit.modules.test_fleet_info import Inventory, run_playbook

CREDENTIALS = "anna:marked-proxy-word"


@pytest.fixture
def inventory(simulator: Simulator, tmp_path: Path) -> Inventory:
    found = Inventory(simulator, tmp_path)
    found.add(simulator.add_edge("lyon"))
    return found


def ports(proxy: ConnectProxy) -> set[str]:
    return {asked.rpartition(":")[2] for asked in proxy.asked}


def port(url: str) -> str:
    return url.rpartition(":")[2]


def test_platform_and_edge_each_have_their_proxy(simulator: Simulator, inventory: Inventory) -> None:
    with proxying(ConnectProxy(CREDENTIALS)) as outer, proxying(ConnectProxy()) as inner:
        inventory.common["platform_proxy_url"] = outer.url_with(CREDENTIALS)
        inventory.common["edge_proxy_url"] = inner.url
        fleet, warnings = inventory.observe()

    assert (fleet["platform"]["reachable"], fleet["edges"]["lyon"]["reachable"], warnings) == (True, True, [])
    assert ports(outer) == {port(simulator.platform.url)}
    assert ports(inner) == {port(simulator.edge("lyon").url)}


@pytest.mark.parametrize("exceptions", [["127.0.0.1"], "localhost,127.0.0.0/8"], ids=["list", "text"])
def test_excepted_edge_is_read_directly(inventory: Inventory, exceptions: object) -> None:
    with proxying(ConnectProxy()) as proxy:
        inventory.common["edge_proxy_url"] = proxy.url
        inventory.common["edge_no_proxy"] = exceptions
        fleet, _warnings = inventory.observe()

    assert fleet["edges"]["lyon"]["reachable"] is True
    assert proxy.asked == []


def test_option_of_the_task_wins_over_the_inventory(simulator: Simulator, inventory: Inventory) -> None:
    inventory.common["platform_proxy_url"] = "http://proxy.invalid:3128"
    with proxying(ConnectProxy()) as proxy:
        fleet, _warnings = inventory.observe(platform_proxy_url=proxy.url)

    assert fleet["platform"]["reachable"] is True
    assert ports(proxy) == {port(simulator.platform.url)}


def test_settings_that_do_not_fit_are_told_together(simulator: Simulator, inventory: Inventory) -> None:
    inventory.common["platform_proxy_url"] = f"{CREDENTIALS}@proxy:3128"
    inventory.common["edge_no_proxy"] = ["http://edge"]
    inventory.common["edge_client_key_path"] = "/etc/pki/anna.key"

    with pytest.raises(InventoryError) as caught:
        inventory.observe()

    for part in (
        "platform_proxy_url cannot be used: it does not begin with http://",
        "Host lyon-1: edge_no_proxy cannot be used",
        "Host lyon-1: edge_client_key_path is set, and edge_client_certificate_path is not",
    ):
        assert part in caught.value.msg
    assert "marked-proxy-word" not in caught.value.msg
    assert list(simulator.calls) == []


def test_client_certificate_of_an_edge_that_cannot_be_used_is_told_with_that_edge(
    simulator: Simulator, inventory: Inventory, tmp_path: Path
) -> None:
    osaka = simulator.add_edge("osaka")
    certificate, key = Company(tmp_path).client("anna", password=PASSWORD)
    inventory.add(osaka, edge_client_certificate_path=str(certificate), edge_client_key_path=str(key))

    fleet, _warnings = inventory.observe()

    assert fleet["edges"]["lyon"]["reachable"] is True
    assert fleet["edges"]["osaka"]["reachable"] is False
    assert "it is encrypted" in str(fleet["edges"]["osaka"]["error"])
    assert simulator.calls.find(site="osaka", path="/") == []


def test_client_certificate_of_the_platform_that_cannot_be_used_stops_before_the_first_call(
    simulator: Simulator, inventory: Inventory, tmp_path: Path
) -> None:
    certificate, key = Company(tmp_path).client("anna")
    certificate.unlink()
    inventory.common["platform_client_certificate_path"] = str(certificate)
    inventory.common["platform_client_key_path"] = str(key)

    with pytest.raises(CertificateError, match="Cannot read platform_client_certificate_path"):
        inventory.observe()

    assert list(simulator.calls) == []


@pytest.mark.parametrize("proxy", [ConnectProxy(CREDENTIALS), ConnectProxy("other:word")], ids=["works", "refuses"])
def test_playbook_at_the_highest_verbosity_shows_no_credentials_of_a_proxy(
    inventory: Inventory, tmp_path: Path, proxy: ConnectProxy
) -> None:
    certificate, key = Company(tmp_path).client("anna")
    with proxying(proxy):
        inventory.common["platform_proxy_url"] = proxy.url_with(CREDENTIALS)
        inventory.common["edge_client_certificate_path"] = str(certificate)
        inventory.common["edge_client_key_path"] = str(key)
        arguments = f"{{platform_proxy_url: '{proxy.url_with(CREDENTIALS)}'}}"
        ended = run_playbook(inventory, tmp_path, arguments, "-vvvv")

    assert ended.returncode == 0, ended.stdout
    told = ended.stdout + ended.stderr + (tmp_path / "lyon-1.json").read_text()
    assert "marked-proxy-word" not in told
    assert key.read_text().splitlines()[1] not in told
