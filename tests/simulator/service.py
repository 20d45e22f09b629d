# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a process: what it leaves in its folder for those who use it."""

from __future__ import annotations

import argparse
import errno
import fcntl
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from simulator.commands import set_switch
from simulator.control_address import ControlAddress
from simulator.inventory import inventory
from simulator.simulator import Simulator
from simulator.sites import Edge, Site
from simulator.switches import Switches

READY = "ready.json"
INVENTORY = "inventory.json"
LOCK = "simulator.lock"
SECRETS = "secrets"
CONTROL_TOKEN = "control.token"
TOKEN_LIFETIME = 30 * 86_400

Options = tuple[str, dict[str, Any]]


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither yes nor no")
    return text == "yes"


PLATFORM_OPTIONS: dict[str, Callable[[str], Any]] = {"version": str, "saas": _yes, "distribution": str}
EDGE_OPTIONS: dict[str, Callable[[str], Any]] = {
    "version": str,
    "generation": str,
    "nodes": int,
    "started": _yes,
    "routers": _yes,
    "licensed": _yes,
    "join_key": str,
    "master_key": str,
}


PRODUCT_OPTIONS: dict[str, Callable[[str], Any]] = {"kind": str, "edge": str, "in_settings": _yes}


def product_options(text: str) -> Options:
    """``osaka-xray:kind=xray,edge=osaka`` as a name and arguments."""
    name, options = _site_options(text, "product", PRODUCT_OPTIONS)
    if "edge" not in options:
        raise argparse.ArgumentTypeError(f"the product {name} needs edge=NAME")
    return name, options


def platform_options(text: str) -> Options:
    """``acme:saas=no`` as a name and arguments."""
    return _site_options(text, "platform", PLATFORM_OPTIONS)


def edge_options(text: str) -> Options:
    """``osaka:nodes=2,version=7.104.2`` as a name and arguments."""
    return _site_options(text, "Edge", EDGE_OPTIONS)


def _site_options(text: str, what: str, known: dict[str, Callable[[str], Any]]) -> Options:
    name, _, rest = text.partition(":")
    options: dict[str, Any] = {}
    for part in filter(None, rest.split(",")):
        key, separator, value = part.partition("=")
        if not separator:
            raise argparse.ArgumentTypeError(f"{text!r} is not NAME:OPTION=VALUE,OPTION=VALUE")
        if key not in known:
            raise argparse.ArgumentTypeError(f"the {what} has no option {key!r}")
        options[key] = known[key](value)
    if not name:
        raise argparse.ArgumentTypeError(f"the {what} needs a name")
    return name, options


def serve(options: argparse.Namespace) -> int:
    """Run until somebody ends it. Prints "ready" when everything answers."""
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        with (options.data / LOCK).open("w") as lock:
            _lock(lock)
            return _serve(options)
    except OSError as error:
        advice = " Choose another --port-base." if error.errno == errno.EADDRINUSE else ""
        print(f"Cannot serve: {error.strerror or error}.{advice}", file=sys.stderr)
    except (ValueError, OverflowError) as error:
        print(f"Cannot serve: {error}.", file=sys.stderr)
    return 1


def _lock(file: IO[str]) -> None:
    """Two simulators in one folder would take each other's files. The lock ends with the process, however that ends."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ValueError(f"another simulator uses {Path(file.name).parent}") from error


def _serve(options: argparse.Namespace) -> int:
    switches = Switches()
    if options.import_delay is not None:
        switches.trusted_import_delay = options.import_delay
    for name, value in options.switch:
        set_switch(switches, name, value)
    ready = options.data / READY
    ready.unlink(missing_ok=True)
    with Simulator(options.data, switches=switches, host=options.host, port_base=options.port_base) as simulator:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: simulator.stop_requested.set())
        _add_sites(simulator, options)
        if not simulator.stop_requested.is_set():
            _write_secrets(simulator)
            _write(options.data / INVENTORY, inventory(options.data.absolute(), simulator.platform, simulator.edges))
            _write_ready(simulator, ready)
            print("ready", flush=True)
        simulator.stop_requested.wait()
        ready.unlink(missing_ok=True)
    return 0


def _add_sites(simulator: Simulator, options: argparse.Namespace) -> None:
    name, arguments = options.platform
    simulator.add_platform(name, **arguments)
    for name, arguments in options.edge:
        # A large fleet takes a while, and whoever ends the simulator does not want to wait for it.
        if simulator.stop_requested.is_set():
            return
        simulator.add_edge(name, **arguments)
    known = {edge.name for edge in simulator.edges}
    for name, arguments in options.product:
        if arguments["edge"] not in known:
            raise ValueError(f"there is no Edge {arguments['edge']} for the product {name}")
        simulator.add_product(name, **arguments)


def control_address(data: Path) -> ControlAddress:
    """Where the simulator that uses this folder takes commands. Raises OSError when there is none."""
    described = json.loads((data / READY).read_text(encoding="utf-8"))
    return ControlAddress(described["control"], (data / SECRETS / CONTROL_TOKEN).read_text(encoding="ascii").strip())


def _write_secrets(simulator: Simulator) -> None:
    folder = simulator.data_dir / SECRETS
    folder.mkdir(mode=0o700, exist_ok=True)
    _write_private(folder / CONTROL_TOKEN, simulator.control.token)
    for site in simulator.sites:
        _write_private(folder / f"{site.name}.token", site.admin_token(expires_in=TOKEN_LIFETIME))


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="ascii")


def _write_ready(simulator: Simulator, path: Path) -> None:
    """Written last: whoever sees the file can start."""
    described = {
        "pid": os.getpid(),
        "ca": str(simulator.ca_path),
        "control": simulator.control.url,
        "platform": {
            "name": simulator.platform.name,
            "url": simulator.platform.url,
            "nodes": _nodes(simulator.platform),
        },
        "edges": {edge.name: _described(edge) for edge in simulator.edges},
        "products": {
            product.name: {"kind": product.kind, "edge": product.edge.name, "home": str(product.home)}
            for product in simulator.products
        },
    }
    _write(path, described)


def _write(path: Path, described: dict[str, Any]) -> None:
    """In one move, so that nobody reads half of it."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)


def _described(edge: Edge) -> dict[str, Any]:
    return {"url": edge.url, "version": edge.version, "nodes": _nodes(edge)}


def _nodes(site: Site) -> dict[str, Any]:
    return {node.name: {"home": str(node.home), "url": node.url} for node in site.nodes}
