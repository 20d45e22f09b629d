# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in one run of a playbook, drawn from a seed: plain data, and nothing but the seed decides.

A schedule is a tuple of events. An event is a dictionary of plain values, so that it can be shown, kept and replayed:

=============  =====================================================================================================
``where``      what else it has
=============  =====================================================================================================
request        ``kind``, ``site``, ``method``, ``after``, ``times``, ``seconds``: a fault of the simulator, in its words
clock          ``site``, ``seconds``: that site's clock is ahead, or behind
node           ``node``, ``kind``: its next start dies (``crash``, at ``step``), its disk takes so many bytes of a file
               (``disk_full``, ``left``) or none (``read_only``), from the n-th writing on (``after``); somebody
               else writes into its settings (``comment``) or loses its ledger (``ledger_gone``) when the n-th
               module begins (``after``)
platform       ``kind``, ``after``: somebody else edits or deletes a JPD when so many requests were made
controller     ``kind``: ``kill``, ``delay`` seconds after the n-th ``task`` began; ``second``, another controller that
               starts ``delay`` seconds later; ``disk_full`` or ``read_only``, as with a node, where it keeps what is
               its own: keys, tokens, state, reports
=============  =====================================================================================================
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]

PLATFORM, ALONE, HA = "acme", "lyon", "osaka"
NODES = ("lyon-1", "osaka-1", "osaka-2")
# Steps of a start before which it can die, but for those that only a first start has (simulator/node/sequence.py).
STEPS = (
    *("read_system_yaml", "load_master_key", "check_master_key", "load_join_key", "store_join_key"),
    *("remove_bootstrap_join_key", "initialise_key_pairs", "load_access_settings", "prepare_router"),
    *("write_live_files", "join_registry", "router_up", "artifactory_up", "access_up"),
)
ANSWERS = ("401", "403", "409", "500", "503", "502_html", "429", "429_retry_after", "login_page")
SPOILT = ("drop_answer", "cut_body", "truncated", "wrong_type")


@dataclass(frozen=True)
class Ground:
    """What a playbook gives to draw from: about how many requests and tasks a run has, and what it does besides.

    ``methods``: of its requests that write.
    ``writes``: on nodes. ``starts``: nodes. ``registers``: has to do with JPDs.
    """

    requests: int
    tasks: int
    methods: tuple[str, ...] = ()
    writes: bool = False
    starts: bool = False
    registers: bool = False
    reads_only: bool = False


PLAYBOOKS: dict[str, Ground] = {
    "onboard_edge": Ground(100, 34, ("POST", "POST", "PUT"), writes=True, starts=True, registers=True),
    "correct_drift": Ground(72, 24, ("POST", "PUT"), registers=True),
    "rotate_join_key": Ground(14, 15, writes=True, starts=True),
    "enable_tls": Ground(60, 30, writes=True, starts=True),
    "offboard_edge": Ground(60, 35, ("POST", "DELETE"), writes=True, starts=True, registers=True),
    "rotate_root_certificate": Ground(50, 20, writes=True, starts=True),
    "rotate_access_ca": Ground(50, 25, writes=True, starts=True),
    "rotate_access_token": Ground(18, 5, ("POST", "DELETE")),
    "trust_edges": Ground(15, 6, writes=True),
    "federate_access": Ground(18, 2, ("PUT",)),
    "reset_master_key": Ground(30, 16, writes=True, starts=True),
    "prove_distribution": Ground(25, 4, ("POST", "PUT", "DELETE")),
    "replicate_security": Ground(54, 2, ("POST", "PATCH")),
    "report_drift": Ground(14, 8, reads_only=True),
    "explain_edge": Ground(14, 6, reads_only=True),
    "preflight": Ground(19, 5, reads_only=True),
    "report_security": Ground(42, 2, reads_only=True),
}


@dataclass(frozen=True)
class Schedule:
    """What happens in the run of a playbook that a seed stands for."""

    seed: int
    playbook: str
    events: tuple[Event, ...]

    @property
    def kind(self) -> str:
        """``crash``, ``concurrent`` or ``faults``: what it is counted as."""
        kinds = {event["kind"] for event in self.events if event["where"] == "controller"}
        return "crash" if "kill" in kinds else "concurrent" if "second" in kinds else "faults"

    def __str__(self) -> str:
        """On one line, for people."""
        return "; ".join(_told(event) for event in self.events)


def draw(seed: int, playbook: str | None = None) -> Schedule:
    """The schedule of a seed. Without a playbook, the seed chooses it: all of them in turn. Raises KeyError."""
    playbook = playbook or list(PLAYBOOKS)[seed % len(PLAYBOOKS)]
    ground = PLAYBOOKS[playbook]
    # A text, because a tuple's hash is another one in each process.
    rng = random.Random(f"{playbook} {seed}")  # noqa: S311 # nothing secret is drawn
    fate = rng.random()
    if fate < 0.2:
        events = [_kill(rng, ground), *([_fault(rng, ground)] if rng.random() < 0.3 else [])]
    elif fate < 0.3:
        events = [{"where": "controller", "kind": "second", "delay": round(rng.choice((0.0, rng.random() * 4)), 2)}]
    else:
        events = [_fault(rng, ground) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    return Schedule(seed, playbook, tuple(events))


def _kill(rng: random.Random, ground: Ground) -> Event:
    return {
        "where": "controller",
        "kind": "kill",
        "task": rng.randint(1, ground.tasks),
        "delay": rng.choice((0.0, round(rng.random() * 0.4, 3), round(rng.random() * 2, 3))),
    }


def _fault(rng: random.Random, ground: Ground) -> Event:
    drawn = [_request] * 8 + [_clock, _own_disk]
    drawn += [_disk] * 2 * ground.writes + [_crash] * 2 * ground.starts + [_somebody] * ground.writes
    drawn += [_jpd] * ground.registers
    return rng.choice(drawn)(rng, ground)


def _request(rng: random.Random, ground: Ground) -> Event:
    kind = rng.choice((*ANSWERS, *SPOILT, *SPOILT, "hang_up", "hang_up", "slow", "slow", "refuse", "restart"))
    site = rng.choice((None, PLATFORM, PLATFORM, ALONE, HA))
    if kind == "refuse":
        seconds = rng.choice((1.0, 5.0, None))
        return {"where": "request", "kind": kind, "site": site, "seconds": seconds}
    event: Event = {"where": "request", "kind": kind, "site": site}
    if ground.methods and rng.random() < 0.6:
        event["method"] = rng.choice(ground.methods)
        event["after"] = rng.randint(0, 3)
    else:
        event["after"] = rng.randint(0, ground.requests // (1 if site is None else 3))
    if kind == "slow":
        # Longer than anybody is ready to wait, or just slow.
        event["seconds"] = rng.choice((0.5, 2.0, 100.0))
        event["times"] = rng.choice((1, 2))
    elif kind == "restart":
        event["times"] = 1
    else:
        event["times"] = rng.choice((1, 1, 2, 5, None))
    return event


def _clock(rng: random.Random, ground: Ground) -> Event:
    seconds = rng.choice((-7200, -400, 400, 7200))
    # The modules on a node have its clock, which here is that of this machine. So where starts are read from its logs,
    # the Edge's clock is right, as a node agrees with itself.
    site = rng.choice((PLATFORM,) if ground.starts else (PLATFORM, ALONE, HA))
    return {"where": "clock", "site": site, "seconds": seconds}


def _disk(rng: random.Random, ground: Ground) -> Event:
    return {"where": "node", "node": rng.choice(NODES), **_writing(rng)}


def _own_disk(rng: random.Random, ground: Ground) -> Event:
    return {"where": "controller", **_writing(rng)}


def _writing(rng: random.Random) -> Event:
    event: Event = {"after": rng.choice((0, 0, 1, 2, 3, 5))}
    if rng.random() < 0.5:
        return {**event, "kind": "read_only"}
    return {**event, "kind": "disk_full", "left": rng.choice((0, 16, 100))}


def _crash(rng: random.Random, ground: Ground) -> Event:
    return {"where": "node", "kind": "crash", "node": rng.choice(NODES), "step": rng.choice(STEPS)}


def _somebody(rng: random.Random, ground: Ground) -> Event:
    kind = rng.choice(("comment", "comment", "ledger_gone"))
    return {"where": "node", "kind": kind, "node": rng.choice(NODES), "after": rng.randint(1, 6)}


def _jpd(rng: random.Random, ground: Ground) -> Event:
    return {
        "where": "platform",
        "kind": rng.choice(("edit_jpd", "delete_jpd")),
        "site": rng.choice((ALONE, HA)),
        "after": rng.randint(1, ground.requests),
    }


def _told(event: Event) -> str:
    rest = " ".join(f"{name}={value}" for name, value in event.items() if name not in ("where", "kind"))
    return f"{event['where']} {event.get('kind', '')} {rest}".replace("  ", " ").strip()
