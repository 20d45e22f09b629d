# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes to run the node-side modules on, one row per module and kind of node, for the five-run cycle."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from simulator.certificates import key_to_pem, self_signed, to_pem
from simulator.key_pool import POOL
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart, start
from simulator.simulator import Simulator
from simulator.switches import Switches
from unit.modules.run_module import run_module

KEY = "5ec2e7a1" * 8
OTHER = "0badc0de" * 8
UNCONTROLLED = {"control": "none"}  # nothing listens to the control script of these nodes


@dataclass
class Stage:
    """One module on one node. ``settle`` does what others do after a run, such as a restart; ``tamper`` is what
    somebody does behind our back."""

    module: str
    node: Node
    params: dict[str, Any]
    drift: list[str]
    settle: Callable[[], None]
    tamper: Callable[[], None]
    secrets: list[str] = field(default_factory=list)
    home_option: str = "artifactory_home"

    def run(self, *, check: bool = False, **changes: Any) -> dict[str, Any]:
        return run_module(self.module, {self.home_option: str(self.node.home), **self.params, **changes}, check=check)


def observed(node: Node) -> dict[str, Any]:
    """What node_info tells of a node, for the option peers."""
    found: dict[str, Any] = run_module("node_info", {"artifactory_home": str(node.home), "control": "none"})["node"]
    return found


def join_key(folder: Path, generation: str) -> Stage:
    """A node that was never started; later somebody supplies another key through the documented door.

    On 7.x the node has taken it when we look. 6.x writes no line about that, so there it is found while it waits.
    """
    node = Workbench(folder).node(generation=generation)
    stage: Stage

    def settle() -> None:
        restart(node)
        assert node.database.join_key == KEY
        assert stage.run()["drift"] == ["state"]  # the proof is noted

    def tamper() -> None:
        put(node.layout.bootstrap_join_key, OTHER)
        if generation == "7":
            restart(node)

    drift = ["fingerprint", "state"] if generation == "7" else ["fingerprint"]
    stage = Stage("join_key", node, {"key": KEY}, drift, settle, tamper, [KEY])
    return stage


def join_key_ha(folder: Path) -> Stage:
    """Two nodes that have started; later the key is replaced in their database."""
    bench = Workbench(folder)
    first = bench.started("osaka-1")
    second = bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    stage: Stage

    def settle() -> None:
        restart(first)
        restart(second)
        assert bench.database.join_key == KEY
        assert stage.run()["drift"] == ["state"]

    def tamper() -> None:
        bench.database.join_key = OTHER
        first.tick()

    params = {"key": KEY, "on_unknown": "supply", "peers": [observed(second)]}
    stage = Stage("join_key", first, params, ["fingerprint", "state"], settle, tamper, [KEY])
    return stage


def master_key(folder: Path, generation: str) -> Stage:
    """A node that was never started; later the file is lost."""
    node = Workbench(folder).node(generation=generation)

    def settle() -> None:
        start(node)

    def tamper() -> None:
        node.layout.master_key.unlink()

    drift = ["fingerprint", "group", "mode", "owner"]
    return Stage("master_key", node, {"key": KEY, **UNCONTROLLED}, drift, settle, tamper, [KEY])


def master_key_ha(folder: Path) -> Stage:
    """The second node of an Edge whose first one runs; later its file is opened to everybody."""
    bench = Workbench(folder)
    first, second = bench.node("osaka-1"), bench.node("osaka-2")
    put(first.layout.master_key, KEY)
    start(first)

    def settle() -> None:
        start(second)

    def tamper() -> None:
        second.layout.master_key.chmod(0o644)

    params = {"key": KEY, "peers": [observed(first)], **UNCONTROLLED}
    return Stage("master_key", second, params, ["mode"], settle, tamper, [KEY])


def trusted_certificate(folder: Path, generation: str) -> Stage:
    """A running node; later its database forgets the peer, which a probe tells."""
    node = Workbench(folder).started(generation=generation)
    root = to_pem(self_signed("JFrog Token Issuer", POOL.take()))
    stage: Stage

    def probe() -> None:
        node.tick()
        stage.params["probe"] = bool(node.database.trusted)

    def settle() -> None:
        probe()
        assert stage.params["probe"]

    def tamper() -> None:
        node.database.trusted.clear()
        probe()

    params = {"name": "acme", "content": root, "probe": False}
    stage = Stage("trusted_certificate", node, params, ["accepted"], settle, tamper)
    return stage


def access_config(folder: Path) -> Stage:
    """A running node; later somebody sets a setting back in its database."""
    node = Workbench(folder).started()
    stage: Stage

    def settle() -> None:
        restart(node)
        assert node.database.access_config == stage.params["settings"]
        assert stage.run()["drift"] == ["state"]  # the proof is noted

    def tamper() -> None:
        node.database.access_config = {"token": {"max-expiry": 7200}}
        restart(node)

    stage = Stage(
        "access_config",
        node,
        {"settings": {"token": {"max-expiry": 3600}}},
        ["state", "token.max-expiry"],
        settle,
        tamper,
    )
    return stage


def bootstrap_credentials(folder: Path, generation: str) -> Stage:
    """A node that was never started; later somebody opens the file to everybody, which would stop its first start."""
    node = Workbench(folder).node(generation=generation)

    def tamper() -> None:
        node.layout.bootstrap_credentials.write_text("admin@*=another\n")
        node.layout.bootstrap_credentials.chmod(0o644)

    drift = ["mode", "password"]
    params = {"password": "marked-admin-password"}
    return Stage("bootstrap_credentials", node, params, drift, lambda: None, tamper, ["marked-admin-password"])


def own_pair(folder: Path, module: str, drift: list[str]) -> Stage:
    """A running node; later somebody supplies another pair through the documented door."""
    node = Workbench(folder).started()
    keys = [POOL.take(), POOL.take()]
    pair, other = ((to_pem(self_signed("lyon", key)), key_to_pem(key)) for key in keys)
    names = ("root.crt", "private.key") if module == "token_signing_certificate" else ("ca.crt", "ca.private.key")
    stage: Stage

    def settle() -> None:
        node.tick()
        restart(node)
        assert stage.run()["drift"] == ["state"]  # the proof is noted

    def tamper() -> None:
        for name, text in zip(names, other):
            put(node.home / "var/bootstrap/etc/access/keys" / name, text)
        restart(node)

    params = {"certificate": pair[0], "private_key": pair[1]}
    stage = Stage(module, node, params, drift, settle, tamper, [pair[1]])
    return stage


def access_ca_renewed(folder: Path) -> Stage:
    """A running node whose CA has to be renewed; later it has to be again."""
    node = Workbench(folder).started()
    stage: Stage

    def settle() -> None:
        restart(node)
        assert stage.run()["drift"] == ["sha256", "state"]  # the proof is noted, and the marker taken back
        stage.params["needed"] = False

    def tamper() -> None:
        stage.params["needed"] = True

    stage = Stage("access_ca_certificate", node, {"state": "renewed", "needed": True}, ["state"], settle, tamper)
    return stage


def artifactory_service(folder: Path, stack: ExitStack, *, generation: str = "7", nodes: int = 1) -> Stage:
    """The last node of an Edge that has got its join key there; later somebody stops it."""
    switches = Switches(start_duration=0.05, trusted_import_delay=0.0)
    simulator = stack.enter_context(Simulator(folder / "simulator", switches=switches))
    version = "7.104.2" if generation == "7" else "6.23.1"
    # The control script asks env for its Python; this one starts faster than a version manager's.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    stack.enter_context(mock.patch.dict(os.environ, PATH=path))
    edge = simulator.add_edge("lyon", generation=generation, version=version, nodes=nodes)
    node = edge.nodes[-1]
    home = {"artifactory_home": str(node.home)}
    params = {"node_url": node.url, "node_ca_path": str(simulator.ca_path)}
    assert run_module("join_key", {**home, "key": KEY, "on_unknown": "supply"})["changed"]

    def settle() -> None:
        assert edge.database.join_key == KEY
        settled = run_module("join_key", {**home, **params, "key": KEY})
        assert (settled["changed"], settled["verdict"]["state"]) == (False, "in_order")

    return Stage("artifactory_service", node, params, ["running"], settle, node.stop, [KEY])


def product_join_key(folder: Path, stack: ExitStack, *, in_settings: bool) -> Stage:
    """Xray beside an Edge that has got a new join key; later somebody puts another key there."""
    simulator = stack.enter_context(Simulator(folder / "simulator"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    stack.enter_context(mock.patch.dict(os.environ, PATH=path))
    osaka = simulator.add_edge("osaka")
    xray: Any = simulator.add_product("osaka-xray", "xray", edge="osaka", in_settings=in_settings)
    osaka.replace_join_key_in_database(KEY)

    def settle() -> None:
        assert xray.joined

    def tamper() -> None:
        setting = f'shared:\n  security:\n    joinKey: "{OTHER}"\n'
        put(xray.system_yaml, setting) if in_settings else put(xray.join_key_file, OTHER)

    params = {"product": "xray", "product_home": str(xray.home), "key": KEY, "control": "artifactoryctl"}
    stage = Stage("product_join_key", xray, params, ["fingerprint", "state"], settle, tamper, [KEY])
    stage.home_option = "product_home"
    return stage


STAGES: dict[str, Callable[[Path, ExitStack], Stage]] = {
    "join_key-7": lambda folder, _stack: join_key(folder, "7"),
    "join_key-6": lambda folder, _stack: join_key(folder, "6"),
    "join_key-ha": lambda folder, _stack: join_key_ha(folder),
    "master_key-7": lambda folder, _stack: master_key(folder, "7"),
    "master_key-6": lambda folder, _stack: master_key(folder, "6"),
    "master_key-ha": lambda folder, _stack: master_key_ha(folder),
    "trusted_certificate-7": lambda folder, _stack: trusted_certificate(folder, "7"),
    "trusted_certificate-6": lambda folder, _stack: trusted_certificate(folder, "6"),
    "access_config": lambda folder, _stack: access_config(folder),
    "product_join_key-file": lambda folder, stack: product_join_key(folder, stack, in_settings=False),
    "product_join_key-setting": lambda folder, stack: product_join_key(folder, stack, in_settings=True),
    "bootstrap_credentials-7": lambda folder, _stack: bootstrap_credentials(folder, "7"),
    "bootstrap_credentials-6": lambda folder, _stack: bootstrap_credentials(folder, "6"),
    "token_signing_certificate": lambda folder, _stack: own_pair(
        folder, "token_signing_certificate", ["previous_root_trusted", "sha256", "state"]
    ),
    "access_ca_certificate-present": lambda folder, _stack: own_pair(
        folder, "access_ca_certificate", ["sha256", "state"]
    ),
    "access_ca_certificate-renewed": lambda folder, _stack: access_ca_renewed(folder),
    "artifactory_service-7": artifactory_service,
    "artifactory_service-6": lambda folder, stack: artifactory_service(folder, stack, generation="6"),
    "artifactory_service-ha": lambda folder, stack: artifactory_service(folder, stack, nodes=2),
}
