# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true however a run ended, read from the servers, the disks and the terminal, never from the client.

Each function returns what is not true, as sentences; [] is what everybody hopes for.
"""

from __future__ import annotations

import hmac
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from chaos import stranger
from chaos.applying import COMMENT
from chaos.launching import Ended
from chaos.scenarios import BUCKET, SCENARIOS
from chaos.schedule import PLAYBOOKS, Schedule
from chaos.world import OF_ANSIBLE, World
from integration import leaks
from simulator.urls import normal

# Of Ansible and Python, when something went wrong that nobody thought of.
ACCIDENTS = re.compile(
    r"Traceback \(most recent call last\)|MODULE FAILURE|An exception occurred|Unexpected failure|"
    r"unexpected exception|AssertionError|'(?:dict|str|list|NoneType)(?: object)?' (?:object )?has no attribute|"
    r"is undefined"
)
FAILED = re.compile(r"^(?:fatal|failed): \[[^\]]+\][^{]*=> (\{.*\})$", re.MULTILINE)
# The last task of a playbook sums up what the lines above it say in full, and so does Ansible after a loop. What took
# longer than the inventory allows is ended by Ansible, in its own words.
SUMMARY = re.compile(
    r"\d+ Edges?: |\d+ of \d+ join keys rotated|All \d+ Edges|Security on \d+ instances|Something is left to a person"
    r"|One or more items failed|Task failed: Timed out after"
)
# What was not done, a colon, and why; then at least one more sentence, with what to do.
SENTENCES = re.compile(r"[^.]\S*[.!?](?=\s+\S)")
CODES = (0, 2, 4)
TEMPORARY = re.compile(r"^\.(?!lock$).*|.*\.(?:tmp|part|draft)$")


def of_state(world: World) -> list[str]:
    """What has to be true at every moment, also in the middle of everything."""
    return [*twice(world), *licences(world), *keys(world), *stranger.lost(world)]


def of_files(world: World, schedule: Schedule, *, killed: bool) -> list[str]:
    """Nothing partial, and nothing temporary that a run had the time to remove, on a disk that let it."""
    return [*partial(world), *([] if killed else leftovers(world, schedule)), *ledgers(world)]


def twice(world: World) -> list[str]:
    """Nothing is there twice."""
    platform = world.platform
    found = []
    for what, values in (
        ("names", [jpd["name"] for jpd in platform.jpds]),
        ("URLs", [normal(jpd["url"]) for jpd in platform.jpds]),
    ):
        found += [f"two JPDs with the {what} {value}" for value, number in Counter(values).items() if number > 1]
    ids = {jpd["id"] for jpd in platform.jpds}
    return found + [f"a credential for {one}, which is no JPD" for one in platform.credentials if one not in ids]


def licences(world: World) -> list[str]:
    """What the bucket gave is what the Edges have: none is lost, none is taken twice."""
    if BUCKET not in world.platform.buckets:
        return []
    bucket = world.platform.buckets[BUCKET]
    found = []
    if bucket.quantity != 6:
        found.append(f"the bucket has {bucket.quantity} licences and not 6")
    for edge in world.edges:
        given = sum(len(bucket.given.get(jpd["id"], [])) for jpd in world.platform.jpds if jpd["name"] == edge.name)
        if given > len(edge.nodes):
            found.append(f"{given} licences were given to {edge.name}, which has {len(edge.nodes)} nodes")
    return found


def keys(world: World) -> list[str]:
    """Every key that was in use is somewhere: where it was, or in a backup."""
    texts = {path.read_text(errors="replace").strip() for path in _key_files(world)}
    first = world.notes["first keys"]
    found = [f"a master key of {name} is lost" for name, key in first["master"].items() if key not in texts]
    found += [f"the former join key of {name} is lost" for name, key in first["store"].items() if key not in texts]
    for edge in world.edges:
        if edge.database.join_key not in (first["join"][edge.name], *texts):
            found.append(f"the join key that {edge.name} was given is on no controller")
    return found


def _key_files(world: World) -> Iterator[Path]:
    for folder in [world.fleet.folder, *(node.home for node in world.nodes)]:
        yield from (path for path in folder.rglob("*key*") if path.is_file())


def partial(world: World) -> list[str]:
    """Every file that says what it is holds all of it."""
    found = []
    for path in _files(world):
        text = path.read_text(errors="replace")
        try:
            if path.suffix == ".json":
                json.loads(text)
            elif path.suffix in (".yaml", ".yml") and "template" not in path.name:
                yaml.safe_load(text)
            elif path.suffix in (".crt", ".pem") and text.count("-----BEGIN ") != text.count("-----END "):
                raise ValueError("it ends in the middle")
            elif path.name.endswith((".key", ".token")) and not text.strip():
                raise ValueError("it is empty")
        except (ValueError, yaml.YAMLError) as error:
            found.append(f"{path} is not whole: {str(error).splitlines()[0]}")
    return found


def leftovers(world: World, schedule: Schedule) -> list[str]:
    """Files that were made to be renamed or removed, but for those on disks that became read-only."""
    events = [event for event in schedule.events if event.get("kind") == "read_only"]
    names = {event["node"] for event in events if event["where"] == "node"}
    stuck = [node.home for node in world.nodes if node.name in names]
    stuck += [world.fleet.folder for event in events if event["where"] == "controller"]
    left = [path for path in _files(world) if TEMPORARY.match(path.name)]
    return [f"{path} was left behind" for path in left if not any(home in path.parents for home in stuck)]


def _files(world: World) -> Iterator[Path]:
    """Of the nodes, and of the controller but for what Ansible keeps for itself."""
    for node in world.nodes:
        yield from (path for path in node.home.rglob("*") if path.is_file())
    for path in world.fleet.folder.rglob("*"):
        if path.is_file() and path.relative_to(world.fleet.folder).parts[0] not in OF_ANSIBLE:
            yield path


def ledgers(world: World) -> list[str]:
    """A ledger says nothing of a join key that is not the key which was supplied to this Edge."""
    found = []
    for edge in world.edges:
        known = {path.read_text().strip() for path in world.fleet.folder.glob(f"secrets/{edge.name}.join.key*")}
        known |= {str(edge.database.join_key), str(world.notes.get(edge.name))}
        for node in edge.nodes:
            path = node.layout.var / "hybrid.jfrog/ledger.json"
            entry = json.loads(path.read_text()).get("join_key") if path.exists() else None
            if entry and not any(_is_hash_of(entry, key) for key in known):
                found.append(f"the ledger of {node.name} knows a join key that nobody has")
            elif entry and entry.get("confirmed_at") and not _is_hash_of(entry, str(edge.database.join_key)):
                found.append(f"the ledger of {node.name} has confirmed a join key that the Edge does not have")
    return found


def _is_hash_of(entry: dict[str, Any], key: str) -> bool:
    return bool(entry["hash"] == hmac.new(bytes.fromhex(entry["salt"]), key.encode(), "sha256").hexdigest())


def of_answer(world: World, schedule: Schedule, ended: Ended) -> list[str]:
    """What the terminal said, and the exit code."""
    if ended.code is None:
        return ["the run took too long, and was ended"] if ended.too_long else []
    found = []
    if ended.code not in CODES:
        found.append(f"exit code {ended.code}")
    if accident := ACCIDENTS.search(ended.output):
        found.append(f"an accident on the terminal: {_line_of(ended.output, accident.start())}")
    # What somebody else did when all had been looked at is no run's fault.
    alone = not any(event["where"] == "platform" for event in schedule.events)
    scenario = SCENARIOS[schedule.playbook]
    told = scenario.warning is not None and scenario.warning in ended.output
    if ended.code == 0 and alone and not told and (left := scenario.converged(world)):
        found.append(f"exit code 0, although {', '.join(left)}")
    findings = [finding for edge in ended.report.get("edges", []) for finding in edge.get("findings", [])]
    found += [f"a finding without a remedy: {one['what']}" for one in findings if not one["remedy"]]
    return found + [f"a failure without cause and remedy: {one!r}" for one in messages(ended) if not _helps(one)]


def messages(ended: Ended) -> list[str]:
    """What failed, in the words of the tasks and of the report."""
    told = [str(json.loads(result).get("msg", "")) for result in FAILED.findall(ended.output)]
    for edge in ended.report.get("edges", []):
        told += [failure["message"] for failure in edge.get("failed", [])]
    return [one for one in told if not SUMMARY.match(one)]


def _helps(message: str) -> bool:
    """Whether it says what was not done and why, and then what to do."""
    return ":" in message and SENTENCES.search(message) is not None


def of_secrets(world: World, ended: Ended) -> list[str]:
    """Nothing secret is on the terminal or in the report."""
    secrets = {**leaks.known(world.simulator), **leaks.given({**world.fleet.variables, "all": world.fleet.common})}
    places = {"the terminal": ended.output, "the report": json.dumps(ended.report)}
    return [f"{what} is on {where}" for what, where in leaks.search(secrets, places)]


def of_others(world: World, schedule: Schedule) -> list[str]:
    """What somebody else wrote into a file is still there, or in a backup of it."""
    found = []
    nodes = {node.name: node for node in world.nodes}
    for event in schedule.events:
        # Not each playbook's fleet has each Edge.
        if event.get("kind") == "comment" and (node := nodes.get(event["node"])):
            counter = Path(f"{world.fault_file(node.name)}.{_place(schedule, event)}")
            if not counter.exists() or counter.stat().st_size <= event["after"]:
                continue
            texts = [path.read_text(errors="replace") for path in node.home.rglob("*system*yaml*") if path.is_file()]
            if not any(COMMENT.strip() in text for text in texts):
                found.append(f"what somebody else wrote into system.yaml of {node.name} is lost")
    return found


def _place(schedule: Schedule, event: dict[str, Any]) -> int:
    """The number of an event among those of its node's disk."""
    own = [one for one in schedule.events if one["where"] == "node" and one["node"] == event["node"]]
    return [one for one in own if one["kind"] != "crash"].index(event)


def of_end(world: World, schedule: Schedule, ended: Ended) -> list[str]:
    """After one more run in which nothing goes wrong."""
    found = [f"not converged: {one}" for one in SCENARIOS[schedule.playbook].converged(world)]
    if ended.code != 0:
        found.append(f"the clean run ended with {ended.code}")
    return found


def nothing_written(world: World, schedule: Schedule) -> list[str]:
    """A playbook that only reads has written nothing at any server."""
    if not PLAYBOOKS[schedule.playbook].reads_only:
        return []
    return [f"{call.method} {call.path} at {call.site}" for call in world.simulator.calls.writes if call.by_client]


def _line_of(text: str, place: int) -> str:
    begin = text.rfind("\n", 0, place) + 1
    return text[begin : begin + 400].partition("\n\n")[0]
