# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control listener, and the simulator as a process of its own."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator import cli
from simulator.licences import Licence
from simulator.platform import Credential
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.free_ports import free_ports

TESTS = Path(__file__).resolve().parents[2]


def order(simulator: Simulator, method: str, path: str, token: str | None = None, **content: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {simulator.control.token if token is None else token}"}
        return session.request(
            method, f"{simulator.control.url}/control/{path}", headers=headers, timeout=10, **content
        )


def test_node_is_controlled_by_its_name(simulator: Simulator, lyon: Edge) -> None:
    def state(method: str, verb: str) -> Any:
        return order(simulator, method, f"nodes/lyon-1/{verb}").json()

    assert state("GET", "status") == {"node": "lyon-1", "state": "running", "reason": None}
    assert state("POST", "stop")["state"] == "stopped"
    assert state("POST", "start")["state"] in ("starting", "running")
    assert state("POST", "restart")["state"] in ("starting", "running")


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        pytest.param("GET", "nodes/nobody/status", None, 404, id="unknown-node"),
        pytest.param("POST", "nodes/lyon-1/explode", None, 404, id="unknown-order"),
        pytest.param("POST", "commands/explode", None, 404, id="unknown-command"),
        pytest.param("GET", "nodes/lyon-1/status", "", 401, id="no-token"),
        pytest.param("POST", "nodes/lyon-1/stop", "guess", 401, id="wrong-token"),
        pytest.param("POST", "commands/stop", "guess", 401, id="wrong-token-for-a-command"),
        pytest.param("POST", "commands/delete-jpd", None, 400, id="argument-missing"),
    ],
)
def test_order_that_cannot_be_carried_out_is_refused(
    simulator: Simulator, lyon: Edge, method: str, path: str, token: str | None, status: int
) -> None:
    assert order(simulator, method, path, token).status_code == status
    assert lyon.nodes[0].state == "running"
    assert not simulator.stop_requested.is_set()


def test_control_script_of_a_node_reaches_the_simulator(simulator: Simulator, lyon: Edge) -> None:
    script = lyon.nodes[0].home / "app/bin/artifactoryctl"

    def run(verb: str) -> int:
        return subprocess.run(
            [sys.executable, str(script), verb], capture_output=True, timeout=20, check=False
        ).returncode

    assert run("status") == 0
    assert run("stop") == 0
    assert lyon.nodes[0].state == "stopped"
    assert run("status") != 0


@pytest.fixture
def folder(simulator: Simulator, lyon: Edge) -> Path:
    """What ``serve`` leaves for ``ctl``, made for a simulator in this process."""
    secrets = simulator.data_dir / "secrets"
    secrets.mkdir()
    (secrets / "control.token").write_text(simulator.control.token + "\n")
    (simulator.data_dir / "ready.json").write_text(json.dumps({"control": simulator.control.url}))
    return simulator.data_dir


@pytest.fixture
def joined(simulator: Simulator, lyon: Edge) -> Edge:
    """An Edge that is registered, as far as the list of JPDs knows."""
    location = {"city_name": "Lyon", "country_code": "FR", "latitude": 1.0, "longitude": 2.0}
    entry = {"name": "lyon", "url": lyon.url + "/", "base_url": lyon.url, "location": location, "tags": []}
    simulator.platform.add_jpd(entry, Credential("x"))
    return lyon


COMMANDS = {
    "delete-jpd": (["delete-jpd", "lyon"], lambda sim: [entry["name"] for entry in sim.platform.jpds], ["HOME"]),
    "edit-jpd": (
        ["edit-jpd", "lyon", "name=paris", "latitude=48.8", "tags=a,b"],
        lambda sim: [(one["name"], one["location"]["latitude"], one["tags"]) for one in sim.platform.jpds[1:]],
        [("paris", 48.8, ["a", "b"])],
    ),
    "break-pairing": (
        ["break-pairing", "lyon"],
        lambda sim: sim.platform.credentials["JPD-2"].master_token,
        None,
    ),
    "replace-join-key": (
        ["replace-join-key", "lyon", "ab" * 16],
        lambda sim: sim.edge("lyon").database.join_key,
        "ab" * 16,
    ),
    "stop-node": (["stop-node", "lyon-1"], lambda sim: sim.node("lyon-1").state, "stopped"),
    "start-node": (["start-node", "lyon-1"], lambda sim: sim.node("lyon-1").state, "running"),
    "service": (["service", "lyon", "jfmd", "is down"], lambda sim: sim.edge("lyon").unhealthy, {"jfmd": "is down"}),
    "service-up": (["service", "lyon", "jfmd"], lambda sim: sim.edge("lyon").unhealthy, {}),
    "fault": (
        ["fault", "503", "--site", "lyon", "--times", "3"],
        lambda sim: sim.faults.take({"lyon"}, "GET", "/").kind,
        "503",
    ),
    "skew": (["skew", "lyon", "-600"], lambda sim: sim.clock.skew, {"lyon": -600.0}),
    "switch": (["switch", "duplicate_jpd_status", "400"], lambda sim: sim.switches.duplicate_jpd_status, 400),
    "switch-flag": (["switch", "anonymous_ping", "false"], lambda sim: sim.switches.anonymous_ping, False),
    "stop": (["stop"], lambda sim: sim.stop_requested.is_set(), True),
}


@pytest.mark.parametrize(("arguments", "read", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_command_changes_the_running_simulator(
    simulator: Simulator, folder: Path, joined: Edge, arguments: list[str], read: Any, expected: Any
) -> None:
    assert cli.main(["ctl", "--data", str(folder), *arguments]) == 0
    assert read(simulator) == expected


def test_command_moves_the_clock(simulator: Simulator, folder: Path) -> None:
    before = simulator.clock.now()
    assert cli.main(["ctl", "--data", str(folder), "advance", "3600"]) == 0
    assert (simulator.clock.now() - before).total_seconds() >= 3600


def test_command_makes_the_platform_trust_a_certificate(
    simulator: Simulator, folder: Path, lyon: Edge, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate = lyon.nodes[0].home / "var/etc/access/keys/root.crt"
    assert cli.main(["ctl", "--data", str(folder), "support-import", str(certificate)]) == 0
    assert list(simulator.platform.database.trusted) == [capsys.readouterr().out.strip()]
    lyon.database.trust(simulator.platform.database.root_certificate)
    assert cli.main(["ctl", "--data", str(folder), "forget-trusted", "lyon"]) == 0
    assert lyon.database.trusted == {}


def test_commands_set_a_variable_for_the_next_start_and_what_the_load_balancer_speaks(folder: Path, lyon: Edge) -> None:
    (node,) = lyon.nodes
    command = ["ctl", "--data", str(folder), "node-environment", "lyon-1", "JF_SHARED_NODE_ID"]
    assert cli.main([*command, "edge-0"]) == 0
    node.restart(at_once=True)
    assert node.node_id == "edge-0"
    assert cli.main(command) == 0
    assert node.environment == {}
    assert cli.main(["ctl", "--data", str(folder), "load-balancer", "lyon", "https"]) == 0
    assert lyon.load_balancer == "https"


def test_commands_play_the_vendor_of_licences(
    simulator: Simulator, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(folder)]
    assert cli.main(["ctl", *data, "license-bucket", "4"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert cli.main(["ctl", *data, "license-key", "Enterprise"]) == 0

    file = simulator.platform.bucket_files[made["url"]]
    assert (made["identifier"], made["path"], made["key"]) == (file.identifier, str(file.path), file.key)
    assert Licence.of_key(capsys.readouterr().out).type == "Enterprise"


def test_command_makes_deliveries_to_an_edge_slow(folder: Path, lyon: Edge) -> None:
    assert cli.main(["ctl", "--data", str(folder), "delivery", "lyon", "slow"]) == 0
    assert lyon.delivery == "slow"


def test_command_shows_the_calls(simulator: Simulator, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        path = "/access/api/v1/service_trust/pairing/mission-control"
        headers = {"Authorization": f"Bearer {simulator.edge('lyon').admin_token()}"}
        for method, url in (("GET", simulator.platform.url + "/x"), ("POST", simulator.edge("lyon").url + path)):
            session.request(method, url, headers=headers, verify=str(simulator.ca_path), timeout=10)
    assert cli.main(["ctl", "--data", str(folder), "calls"]) == 0
    everything = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[1:] for line in everything] == [
        ["acme", "GET /x", "404", "-"],
        ["lyon", f"POST {path}", "200", "admin"],
    ]
    assert cli.main(["ctl", "--data", str(folder), "calls", "--writes"]) == 0
    assert capsys.readouterr().out.splitlines() == everything[1:]
    assert cli.main(["ctl", "--data", str(folder), "clear-calls"]) == 0
    assert len(simulator.calls) == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["delete-jpd", "nobody"], "Cannot delete-jpd: there is no 'nobody'", id="unknown-jpd"),
        pytest.param(
            ["replace-join-key", "nobody"], "Cannot replace-join-key: there is no 'nobody'", id="unknown-edge"
        ),
        pytest.param(["edit-jpd", "HOME", "colour=blue"], "Cannot edit-jpd: a JPD has no field colour", id="field"),
        pytest.param(["load-balancer", "lyon", "ftp"], "a load balancer speaks one of any, http, https", id="scheme"),
        pytest.param(["delivery", "lyon", "lost"], "a delivery is one of normal, slow, stuck, file_fails", id="how"),
        pytest.param(
            ["license-key", "nonsense"],
            "a licence is one of Edge, Commercial, Enterprise, Enterprise Plus",
            id="licence",
        ),
        pytest.param(["switch", "colour", "blue"], "Cannot switch: there is no switch 'colour'", id="switch"),
        pytest.param(
            ["switch", "join_key_registration", "maybe"],
            "the switch join_key_registration is one of accepted, refused",
            id="word",
        ),
        pytest.param(["switch", "anonymous_ping", "no"], "the switch anonymous_ping is true or false", id="value"),
    ],
)
def test_command_that_cannot_be_carried_out_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    assert cli.main(["ctl", "--data", str(folder), *arguments]) == 1
    assert text in capsys.readouterr().err


def test_command_without_a_simulator_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ctl", "--data", str(tmp_path), "calls"]) == 1
    assert "ready.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["--edge", "lyon:colour=blue"], "the Edge has no option 'colour'", id="option"),
        pytest.param(["--edge", ":nodes=2"], "the Edge needs a name", id="no-name"),
        pytest.param(["--edge", "a:nodes=x"], "invalid", id="no-number"),
        pytest.param(["--edge", "a:started=maybe"], "'maybe' is neither yes nor no", id="neither-yes-nor-no"),
        pytest.param(["--platform", "acme:nodes=2"], "the platform has no option 'nodes'", id="option-of-an-edge"),
    ],
)
def test_bad_site_is_refused_by_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["serve", "--data", str(tmp_path), *arguments])
    assert text in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["--edge", "a", "--edge", "a"], "there is a site named a already", id="name-twice"),
        pytest.param(["--edge", "a:nodes=0"], "the Edge a has no node", id="no-node"),
        pytest.param(["--edge", "a:version=new"], "'new' is not a version", id="version"),
        pytest.param(["--edge", "a:generation=5"], "there is no generation '5'", id="generation"),
        pytest.param(
            ["--edge", "a:generation=6,version=7.1.0"], "an Edge of version 7.1.0 is not of generation 6", id="both"
        ),
        pytest.param(["--switch", "colour=blue"], "there is no switch 'colour'", id="switch"),
        pytest.param(["--port-base", "99999"], "port must be 0-65535", id="port"),
    ],
)
def test_fleet_that_cannot_be_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    text: str,
) -> None:
    # The process of the tests keeps its own way to end.
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert cli.main(["serve", "--data", str(tmp_path), *arguments]) == 1
    written = capsys.readouterr()
    assert written.err.startswith("Cannot serve: ")
    assert (text in written.err, written.out) == (True, "")


def test_second_simulator_stays_out_of_a_folder_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ready.json").write_text("{}")
    with (tmp_path / "simulator.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert cli.main(["serve", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"Cannot serve: another simulator uses {tmp_path}.\n"
    assert (tmp_path / "ready.json").exists()


def test_file_of_a_simulator_that_was_killed_is_told_from_a_simulator(
    simulator: Simulator, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.stop()
    assert cli.main(["ctl", "--data", str(folder), "calls"]) == 1
    assert capsys.readouterr().err == f"Cannot calls: no simulator answers; {folder}/ready.json is left over from one\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    base = free_ports(6)
    command = [sys.executable, "-m", "simulator", "serve", "--data", str(tmp_path / "data"), "--port-base", str(base)]
    command += ["--platform", "acme", "--edge", "lyon", "--edge", "osaka:nodes=2", "--edge", "quito:version=7.25.7"]
    command += ["--product", "osaka-xray:edge=osaka", "--import-delay", "0.1", "--switch", "duplicate_jpd_status=400"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process, tmp_path / "data", base
    finally:
        process.kill()
        process.communicate()


def test_process_serves_what_its_files_say_until_it_is_ended(
    served: tuple[subprocess.Popen[str], Path, int],
) -> None:
    process, data, base = served
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    ready = json.loads((data / "ready.json").read_text())
    assert ready["platform"] == {"name": "acme", "url": f"https://127.0.0.1:{base}", "nodes": {}}
    ports = {"lyon": base + 1, "osaka": base + 2, "quito": base + 5}
    assert {name: edge["url"] for name, edge in ready["edges"].items()} == {
        name: f"https://127.0.0.1:{port}" for name, port in ports.items()
    }
    nodes = ready["edges"]["osaka"]["nodes"]
    assert {name: node["url"] for name, node in nodes.items()} == {
        "osaka-1": f"https://127.0.0.1:{base + 3}",
        "osaka-2": f"https://127.0.0.1:{base + 4}",
    }
    assert (Path(nodes["osaka-1"]["home"]) / "app/bin/artifactoryctl").exists()
    keys = [Path(node["home"]) / "var/etc/security/master.key" for node in nodes.values()]
    assert keys[0].read_text() == keys[1].read_text()
    xray = ready["products"]["osaka-xray"]
    assert (xray["kind"], xray["edge"]) == ("xray", "osaka")
    assert (Path(xray["home"]) / "app/bin/xray.sh").exists()
    for site in ("acme", "lyon", "osaka", "quito"):
        token_file = data / "secrets" / f"{site}.token"
        assert token_file.stat().st_mode & 0o777 == 0o600
        with requests.Session() as session:
            session.trust_env = False
            url = ready["platform"]["url"] if site == "acme" else ready["edges"][site]["url"]
            headers = {"Authorization": f"Bearer {token_file.read_text().strip()}"}
            answer = session.get(url + "/access/api/v1/cert/root", headers=headers, verify=ready["ca"], timeout=10)
            assert answer.status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert not (data / "ready.json").exists()


def test_process_that_is_still_adding_edges_ends_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "simulator", "serve", "--data", str(data)]
    command += [part for number in range(2000) for part in ("--edge", f"e{number}")]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(TESTS)}, stdout=subprocess.PIPE, text=True)
    try:
        while not (data / "nodes" / "e2-1").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=10) == ("", None)
        assert process.returncode == 0
        assert not (data / "ready.json").exists()
    finally:
        process.kill()


def in_background(part: str, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator", part, "--data", str(data), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def is_served(data: Path) -> bool:
    """Whether some process has the folder."""
    with (data / "simulator.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_up_leaves_a_simulator_that_serves_and_down_ends_it_as_often_as_asked(tmp_path: Path) -> None:
    begun = in_background("up", tmp_path, "--edge", "lyon")
    try:
        assert (begun.returncode, begun.stdout) == (0, f"ready: {tmp_path}\n"), begun.stderr
        assert is_served(tmp_path)
        inventory = json.loads((tmp_path / "inventory.json").read_text())
        host = inventory["edge_nodes"]["children"]["lyon"]["hosts"]["lyon-1"]
        assert host["edge_url"] == json.loads((tmp_path / "ready.json").read_text())["edges"]["lyon"]["url"]
        tokens = [path.read_text().strip() for path in (tmp_path / "secrets").glob("*.token")]
        assert [token for token in tokens if token in json.dumps(inventory)] == []

        second = in_background("up", tmp_path)
        assert (second.returncode, second.stderr) == (1, f"Cannot serve: another simulator uses {tmp_path}.\n")
    finally:
        ended = [in_background("down", tmp_path).returncode for _ in range(2)]
    assert ended == [0, 0]
    assert not is_served(tmp_path)


def test_up_says_why_it_does_not_serve(tmp_path: Path) -> None:
    refused = in_background("up", tmp_path, "--edge", "a", "--edge", "a")

    assert (refused.returncode, refused.stderr) == (1, "Cannot serve: there is a site named a already.\n")


def test_down_after_a_simulator_that_was_killed_has_nothing_to_end(tmp_path: Path) -> None:
    assert in_background("up", tmp_path).returncode == 0
    os.kill(json.loads((tmp_path / "ready.json").read_text())["pid"], signal.SIGKILL)

    assert in_background("down", tmp_path).returncode == 0


def test_service_ends_when_it_is_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only the main thread of a process may say what signals do.
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(cli.main, ["serve", "--data", str(tmp_path)])
        while not (tmp_path / "ready.json").exists():
            assert not ended.done()
            time.sleep(0.02)
        begun = time.monotonic()
        assert cli.main(["ctl", "--data", str(tmp_path), "stop"]) == 0
        assert ended.result(timeout=10) == 0
    assert time.monotonic() - begun < 5
    assert not (tmp_path / "ready.json").exists()


def test_ports_of_another_simulator_are_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with Simulator(tmp_path / "first") as first:
        port = first.add_platform().url.rpartition(":")[2]
        assert cli.main(["serve", "--data", str(tmp_path / "second"), "--port-base", port]) == 1
    assert capsys.readouterr().err == "Cannot serve: Address already in use. Choose another --port-base.\n"
