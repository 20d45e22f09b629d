# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A schedule at work: its events at the simulator, on the disks of the nodes and at the controller."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from chaos.schedule import Event, Schedule
from chaos.world import OF_ANSIBLE, World

# What somebody else adds to the settings of a node, and wants to find there.
COMMENT = "\n# Changed by somebody else, by hand.\n"
PAUSE = 0.01
CONTROLLER = Path(__file__).with_name("controller")
_OWN = ("where",)


class Chaos:
    """A context in which the events of a schedule happen. At its end all is well again, but for what was done."""

    def __init__(self, world: World, schedule: Schedule) -> None:
        self._world = world
        self._events = schedule.events
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Chaos:
        simulator = self._world.simulator
        simulator.calls.clear()
        for event in self._of("request"):
            told = {name: value for name, value in event.items() if name not in _OWN}
            if event["kind"] == "refuse" and event["site"] is None:
                told["site"] = self._world.platform.name
            simulator.faults.add(**told)
        for event in self._of("clock"):
            simulator.clock.skew[event["site"]] = event["seconds"]
        self._break_nodes()
        self._break_controller()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        simulator = self._world.simulator
        simulator.faults.clear()
        simulator.clock.skew.clear()
        for node in self._world.nodes:
            node.crash_at = None
            self._world.fault_file(node.name).unlink(missing_ok=True)
        self._world.environment.clear()

    def _of(self, where: str) -> list[Event]:
        return [event for event in self._events if event["where"] == where]

    def _break_nodes(self) -> None:
        for node in self._world.nodes:
            events = [event for event in self._of("node") if event["node"] == node.name]
            for event in events:
                if event["kind"] == "crash":
                    node.crash_at = event["step"]
            disk = [self._disk(node, event) for event in events if event["kind"] != "crash"]
            if disk:
                self._world.fault_file(node.name).write_text(json.dumps(disk))

    def _break_controller(self) -> None:
        folder = self._world.fleet.folder
        own = [str(folder / name) for name in OF_ANSIBLE]
        disk = [
            {**event, "home": str(folder), "but_for": own}
            for event in self._of("controller")
            if event["kind"] in ("disk_full", "read_only")
        ]
        if disk:
            path = self._world.fault_file("controller")
            path.write_text(json.dumps(disk))
            self._world.environment.update(PYTHONPATH=str(CONTROLLER), CHAOS_DISK=str(path))

    @staticmethod
    def _disk(node: Any, event: Event) -> dict[str, Any]:
        paths = {
            "home": str(node.home),
            "settings": str(node.layout.system_yaml),
            "ledger": str(node.layout.var / "hybrid.jfrog/ledger.json"),
        }
        return {**event, **paths, "text": COMMENT}

    def _watch(self) -> None:
        """Do what others do at the platform when its moment has come."""
        waiting = self._of("platform")
        while waiting and not self._over.wait(PAUSE):
            made = len(self._world.simulator.calls)
            for event in [one for one in waiting if one["after"] <= made]:
                waiting.remove(event)
                with contextlib.suppress(KeyError):
                    if event["kind"] == "delete_jpd":
                        self._world.platform.delete_jpd(event["site"])
                    else:
                        self._world.platform.edit_jpd(event["site"], tags=["somebody-else"])
