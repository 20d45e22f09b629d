# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The node's artifactoryctl: texts, exit codes, and what it asks of the simulator (node-files.md 10)."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from simulator.control_address import ControlAddress
from simulator.node import Node
from simulator.node.testing import Workbench

TOKEN = "control-token"


class Listener:
    """Passes the script's orders on to a node, as the simulator does."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.asked: list[str] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve("status")

            def do_POST(self) -> None:
                self._serve(self.path.rsplit("/", 1)[1])

            def _serve(self, verb: str) -> None:
                allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}"
                if not allowed or self.path != f"/control/nodes/lyon-1/{verb}":
                    self.send_error(401 if not allowed else 404)
                    return
                listener.asked.append(verb)
                if verb != "status":
                    getattr(listener.node, verb)()
                body = json.dumps(listener.node.status()).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    node = Workbench(tmp_path).node()
    found = Listener(node)
    node.install(ControlAddress(found.url, TOKEN))
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def run(node: Node, *arguments: str, cwd: Path = Path("/")) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "-E", str(node.layout.control_script), *arguments]
    environment = {"PATH": os.environ["PATH"], "http_proxy": "http://192.0.2.1:3128"}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=30)


def test_start_stop_restart_and_status_drive_the_node(listener: Listener) -> None:
    node = listener.node
    seen = []
    for verb in ("status", "start", "status", "start", "restart", "stop", "status", "stop"):
        done = run(node, verb)
        seen.append((verb, done.returncode, done.stdout.splitlines()[-1], node.state, done.stderr))
    assert seen == [
        ("status", 3, "Artifactory Tomcat stopped", "stopped", ""),
        ("start", 0, "Artifactory Tomcat started in normal mode", "starting", ""),
        ("status", 0, "Artifactory Tomcat running", "starting", ""),
        ("start", 0, "Artifactory Tomcat already started", "starting", ""),
        ("restart", 0, "Artifactory Tomcat started in normal mode", "starting", ""),
        ("stop", 0, "Artifactory Tomcat stopped", "stopped", ""),
        ("status", 3, "Artifactory Tomcat stopped", "stopped", ""),
        ("stop", 0, "Artifactory Tomcat already stopped", "stopped", ""),
    ]
    assert [verb for verb in listener.asked if verb != "status"] == ["start", "restart", "stop"]


def test_status_of_a_failed_node_gives_the_reason(listener: Listener) -> None:
    listener.node.crash_at = "load_master_key"
    listener.node.start(at_once=True)
    done = run(listener.node, "status")
    assert done.returncode == 1
    assert done.stdout.startswith("ERROR: Artifactory is stopped: the process died during the start")


@contextlib.contextmanager
def in_the_foreground(node: Node) -> Iterator[subprocess.Popen[str]]:
    """``artifactoryctl run``, once it has said that the node starts."""
    command = [sys.executable, "-S", "-E", str(node.layout.control_script), "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "Artifactory is starting\n"
            yield process
        finally:
            process.kill()


def test_run_starts_the_node_and_ends_it_with_sigterm(listener: Listener) -> None:
    with in_the_foreground(listener.node) as process:
        assert listener.node.state == "starting"
        process.terminate()
        said, complaints = process.communicate(timeout=30)
    assert (process.returncode, said, complaints) == (0, "Artifactory is stopped\n", "")
    assert listener.node.state == "stopped"


def test_run_ends_when_somebody_else_stops_the_node(listener: Listener) -> None:
    with in_the_foreground(listener.node) as process:
        assert run(listener.node, "stop").returncode == 0
        said, _complaints = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "Artifactory is stopped\n")


def test_run_fails_with_the_reason_when_the_start_fails(listener: Listener) -> None:
    listener.node.crash_at = "load_master_key"
    with in_the_foreground(listener.node) as process:
        listener.node.wait()
        _said, complaints = process.communicate(timeout=30)
    assert process.returncode == 1
    assert complaints.startswith("ERROR: Artifactory is stopped: the process died during the start")


def test_script_is_executable_by_its_own_first_line(listener: Listener) -> None:
    script = listener.node.layout.control_script
    done = subprocess.run([str(script), "--help"], capture_output=True, text=True, cwd="/", timeout=30)
    assert (done.returncode, done.stdout) == (0, "Usage: artifactoryctl {start|stop|restart|status|check|run}\n")


@pytest.mark.parametrize("arguments", [(), ("reload",), ("start", "stop")])
def test_wrong_arguments_show_the_usage(listener: Listener, arguments: tuple[str, ...]) -> None:
    done = run(listener.node, *arguments)
    assert (done.returncode, done.stdout) == (1, "Usage: artifactoryctl {start|stop|restart|status|check|run}\n")
    assert listener.asked == []


def test_unreachable_simulator_is_an_error(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.install(ControlAddress("http://127.0.0.1:1", TOKEN))
    done = run(node, "start")
    assert done.returncode == 1
    assert done.stderr.startswith("ERROR: cannot reach the simulator for node lyon-1: ")


def test_refused_token_is_an_error_that_does_not_show_it(listener: Listener) -> None:
    listener.node.install(ControlAddress(listener.url, "wrong-token"))
    done = run(listener.node, "start")
    assert (done.returncode, listener.node.state) == (1, "stopped")
    assert done.stderr == "ERROR: the simulator answered 401 to status of node lyon-1\n"


def test_script_runs_with_any_working_directory(listener: Listener, tmp_path: Path) -> None:
    done = run(listener.node, "status", cwd=tmp_path)
    assert done.returncode == 3


def test_script_needs_no_more_than_python_3_9_and_its_standard_library(listener: Listener) -> None:
    tree = ast.parse(listener.node.layout.control_script.read_text(), feature_version=(3, 9))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    expected = {"json", "os", "signal", "socket", "sys", "time"}
    assert {alias.name.split(".")[0] for node in imports for alias in node.names} == expected
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
