# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many Edges, several simulators, and time."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509

from simulator.clock import Clock
from simulator.key_pool import KeyPool
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client

HEALTH = "/router/api/v1/system/health"
VALIDATE = "/access/api/v1/system/federation/validate_server"


def test_sixty_edges_start_quickly_and_all_answer(simulator: Simulator, call: Client) -> None:
    begun = time.monotonic()
    edges = [simulator.add_edge(f"edge-{number}") for number in range(60)]
    assert time.monotonic() - begun < 30
    assert {call(edge, "GET", HEALTH, token="").json()["router"]["node_id"] for edge in edges} == {
        f"edge-{number}-1" for number in range(60)
    }
    moduli = {edge.database.root_key.public_key().public_numbers().n for edge in edges}
    assert len(moduli) == 60


def test_two_simulators_know_nothing_of_each_other(tmp_path: Path) -> None:
    with Simulator(tmp_path / "a") as first, Simulator(tmp_path / "b") as second:
        platforms = first.add_platform(), second.add_platform()
        response = Client(first)(platforms[0], "GET", "/mc/api/v1/jpds", token=platforms[1].admin_token())
        assert response.status_code == 401
        assert platforms[0].url != platforms[1].url


def test_name_that_is_taken_is_refused(simulator: Simulator, lyon: Edge) -> None:
    for name in ("lyon", "acme"):
        with pytest.raises(ValueError, match=f"there is a site named {name} already"):
            simulator.add_edge(name)
    with pytest.raises(ValueError, match="there is a platform already"):
        simulator.add_platform("other")


def test_given_keys_are_those_of_the_edge(simulator: Simulator) -> None:
    edge = simulator.add_edge("osaka", nodes=2, join_key="ab" * 16, master_key="cd" * 16)
    assert edge.database.join_key == "ab" * 16
    assert [node.layout.master_key.read_text() for node in edge.nodes] == ["cd" * 16] * 2
    assert [node.state for node in edge.nodes] == ["running", "running"]


def test_every_site_shows_a_certificate_of_its_own_for_its_address(simulator: Simulator, lyon: Edge) -> None:
    context = ssl.create_default_context(cafile=str(simulator.ca_path))
    serials = set()
    for url, name in ((simulator.platform.url, "127.0.0.1"), (lyon.url, "localhost")):
        address = (urlsplit(url).hostname, urlsplit(url).port)
        with socket.create_connection(address) as plain, context.wrap_socket(plain, server_hostname=name) as secure:
            encoded = secure.getpeercert(binary_form=True)
            assert encoded is not None
            serials.add(x509.load_der_x509_certificate(encoded).serial_number)
    assert len(serials) == 2


def test_stopped_simulator_gives_its_ports_back(tmp_path: Path) -> None:
    with Simulator(tmp_path) as simulator:
        url = simulator.add_platform().url
    with socket.socket() as probe:
        assert probe.connect_ex((urlsplit(url).hostname, urlsplit(url).port)) != 0
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((urlsplit(url).hostname, urlsplit(url).port))


def test_version_and_generation_tell_each_other(simulator: Simulator) -> None:
    made = [
        simulator.add_edge("a", generation="6", started=False),
        simulator.add_edge("b", version="6.9.0", started=False),
        simulator.add_edge("c", started=False),
    ]
    assert [(edge.version, edge.generation) for edge in made] == [("6.23.1", "6"), ("6.9.0", "6"), ("7.104.2", "7")]


def test_trouble_at_one_node_does_not_stop_the_time_of_the_others(
    simulator: Simulator, call: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = simulator.add_edge("lyon"), simulator.add_edge("osaka", started=False)

    def broken() -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(first.nodes[0], "tick", broken)
    second.nodes[0].start()
    deadline = time.monotonic() + 10
    while second.nodes[0].state != "running" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert second.nodes[0].state == "running"
    assert [record.getMessage() for record in caplog.records] == ["the time of node lyon-1 stands still from now on"]


def test_stopping_twice_and_with_calls_on_their_way_is_quick(tmp_path: Path) -> None:
    simulator = Simulator(tmp_path)
    simulator.start()
    platform, edge = simulator.add_platform(), simulator.add_edge("lyon")
    call = Client(simulator)
    simulator.faults.add(site="lyon", kind="slow", seconds=60, times=None)
    with ThreadPoolExecutor(2) as pool:
        waiting = [
            pool.submit(Client(simulator), edge, "GET", HEALTH, token=""),
            pool.submit(call, platform, "POST", VALIDATE, json={"url": edge.url + "/access"}),
        ]
        time.sleep(0.3)
        begun = time.monotonic()
        simulator.stop()
        simulator.stop()
        assert time.monotonic() - begun < 5
        assert all(isinstance(one.exception(), requests.ConnectionError) for one in waiting)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("simulator")] == []


def test_clock_moves_for_all_and_is_wrong_for_one() -> None:
    clock = Clock()
    clock.advance(3600)
    clock.skew["lyon"] = -60
    assert clock.now().tzinfo is not None
    assert 59 < (clock.now("osaka") - clock.now("lyon")).total_seconds() < 61
    assert (clock.now() - Clock().now()).total_seconds() > 3599


def test_keys_of_a_pool_are_valid_and_all_different() -> None:
    pool = KeyPool()
    keys = [pool.take() for _ in range(10)]
    assert len({key.public_key().public_numbers().n for key in keys}) == 10
    assert {key.key_size for key in keys} == {2048}
    for key in keys[:3]:
        key.private_numbers().private_key()  # checks that the numbers fit


def test_connection_to_a_listener_that_closes_is_never_left_hanging(simulator: Simulator) -> None:
    parts = urlsplit(simulator.platform.url)
    context = ssl.create_default_context(cafile=str(simulator.ca_path))
    done = threading.Event()

    def connect() -> int:
        """How many handshakes nobody answered."""
        lost = 0
        while not done.is_set():
            try:
                with (
                    socket.create_connection((parts.hostname, parts.port), timeout=5) as plain,
                    context.wrap_socket(plain, server_hostname=parts.hostname),
                ):
                    pass
            except TimeoutError:
                lost += 1
            except OSError:
                continue
        return lost

    with ThreadPoolExecutor(8) as pool:
        callers = [pool.submit(connect) for _ in range(8)]
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            simulator.faults.add(site="acme", kind="refuse")
            simulator.faults.clear()
            time.sleep(0.005)
        done.set()
        assert [caller.result() for caller in callers] == [0] * 8
