# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``serve`` is the simulator, ``up`` and ``down`` have it in the background, ``ctl`` changes it."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import requests

from simulator import background, commands, service
from simulator.faults import KINDS


def main(arguments: Optional[Sequence[str]] = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    if options.part == "serve":
        return service.serve(options)
    if options.part == "up":
        return background.up(options.data, given[1:])
    if options.part == "down":
        return background.down(options.data, lambda: _stop(options.data))
    try:
        result = _control(options)
    except requests.ConnectionError:
        ready = options.data / service.READY
        print(f"Cannot {options.command}: no simulator answers; {ready} is left over from one", file=sys.stderr)
        return 1
    except (OSError, LookupError, ValueError) as error:
        print(f"Cannot {options.command}: {error}", file=sys.stderr)
        return 1
    _show(options.command, result)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A JFrog platform and Edges, simulated.")
    parts = parser.add_subparsers(dest="part", required=True)
    _add_serve(parts.add_parser("serve", help="run until SIGTERM, SIGINT or 'ctl stop'"))
    _add_serve(parts.add_parser("up", help="the same in the background; ends when everything answers"))
    _data(parts.add_parser("down", help="end the one of a folder, if there is one, and wait until it has"))
    ctl = parts.add_parser("ctl", help="change things in a running simulator")
    _data(ctl)
    _add_commands(ctl.add_subparsers(dest="command", required=True))
    return parser


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds everything of this simulator")


def _add_serve(serve: argparse.ArgumentParser) -> None:
    _data(serve)
    serve.add_argument("--host", default="127.0.0.1", help="a loopback address (default %(default)s)")
    serve.add_argument("--port-base", type=int, help="first of consecutive ports; without it the system chooses")
    serve.add_argument(
        "--platform", type=service.platform_options, default=("acme", {}), metavar="NAME[:version=V,saas=no]"
    )
    serve.add_argument(
        "--edge",
        type=service.edge_options,
        action="append",
        default=[],
        metavar="NAME[:nodes=N,version=V,generation=6,started=no]",
    )
    serve.add_argument(
        "--product",
        type=service.product_options,
        action="append",
        default=[],
        metavar="NAME:edge=EDGE[,kind=xray,in_settings=yes]",
    )
    serve.add_argument("--import-delay", type=float, metavar="S", help="the switch trusted_import_delay")
    serve.add_argument("--switch", type=_pair, action="append", default=[], metavar="NAME=VALUE", help="see README.md")


def _add_commands(parsers: Any) -> None:
    def add(name: str, *positional: str) -> Any:
        text = (commands.COMMANDS[name].__doc__ or "").strip()
        parser = parsers.add_parser(name, help=text, description=text)
        for argument in positional:
            parser.add_argument(argument)
        return parser

    add("delete-jpd", "name")
    add("edit-jpd", "name").add_argument("changes", nargs="+", type=_pair, metavar="KEY=VALUE")
    add("break-pairing", "name")
    add("replace-join-key", "edge").add_argument("key", nargs="?")
    add("reset-master-key", "edge")
    add("forget-trusted", "edge")
    add("support-import").add_argument("pem", type=Path, metavar="FILE")
    add("license-bucket").add_argument("quantity", type=int)
    add("license-key").add_argument("kind", nargs="?", default="Edge")
    add("start-node", "node")
    add("stop-node", "node")
    add("node-environment", "node", "name").add_argument("value", nargs="?")
    add("load-balancer", "edge", "scheme")
    add("delivery", "edge", "how")
    add("service", "site", "prefix").add_argument("message", nargs="?")
    calls = add("calls")
    calls.add_argument("--writes", action="store_true", help="only calls that could change something")
    calls.add_argument("--site")
    add("clear-calls")
    fault = add("fault")
    fault.add_argument("kind", choices=KINDS)
    for option in ("--site", "--method", "--path"):
        fault.add_argument(option)
    fault.add_argument("--times", type=int, default=1)
    fault.add_argument("--seconds", type=float)
    fault.add_argument("--after", type=int, default=0)
    add("clear-faults")
    add("advance").add_argument("seconds", type=float)
    add("skew", "site").add_argument("seconds", type=float)
    add("switch", "name", "value")
    token = add("token", "site")
    token.add_argument("--username", default="admin")
    token.add_argument("--scope", default="applied-permissions/admin")
    token.add_argument("--expires-in", type=int, default=3600)
    add("stop")


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _control(options: argparse.Namespace) -> Any:
    """Send a command to the running simulator. Raises ValueError with its complaint."""
    arguments = {key: value for key, value in vars(options).items() if key not in ("part", "data", "command")}
    if "changes" in arguments:
        arguments["changes"] = dict(arguments["changes"])
    if "pem" in arguments:
        arguments["pem"] = arguments["pem"].read_text(encoding="ascii")
    address = service.control_address(options.data)
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{address.url}/control/commands/{options.command}",
            json=arguments,
            headers={"Authorization": f"Bearer {address.token}"},
            timeout=30,
        )
    if answer.status_code != 200:
        raise ValueError(answer.json()["error"])
    return answer.json()["result"]


def _stop(data: Path) -> None:
    """Ask the simulator of a folder to end. One that was killed does not answer, and has ended."""
    with contextlib.suppress(OSError):
        _control(argparse.Namespace(part="ctl", data=data, command="stop"))


def _show(command: str, result: Any) -> None:
    if command == "calls":
        for call in result:
            fault = f"  ({call['fault']})" if call["fault"] else ""
            print(
                f"{call['at']}  {call['site']}  {call['method']} {call['path']}  {call['status']}  {call['who']}{fault}"
            )
    elif isinstance(result, str):
        print(result)
    elif result is not None:
        print(json.dumps(result))
