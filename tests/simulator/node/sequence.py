# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a start, in order (node-files.md 1.3 for 7.x; 1.2, 11 and SEED2 for 6.x).

``at`` is when a step happens, as a fraction of the switch ``start_duration``. Artifactory comes up before Access
(node-files.md 8 'Health', Traps 24), and the router listens only when it got the join key from Access (1.8 last line).
A key is read a little before it is stored, so two first starts at once race as in 1.6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import (
    access_settings,
    admin_token,
    first_admin,
    installation,
    join_key,
    key_pairs,
    master_key,
    registry,
    router,
    settings,
    user_plugins,
)
from .start import Start

ROUTER_UP = "router_up"
ARTIFACTORY_UP = "artifactory_up"
ACCESS_UP = "access_up"


@dataclass(frozen=True)
class Step:
    """One thing that a start does, and a point at which it can die."""

    name: str
    run: Callable[[Start], None]
    at: float = 0.0


def _write_live_files(start: Start) -> None:
    installation.first_start_folders(start.layout, start.version_text)
    join_key.write_live(start)


def _nothing(start: Start) -> None:
    """A service comes up: only the time at which it does matters."""


_UP = (
    Step("join_registry", registry.join, 1 / 3),
    Step("join_services", join_key.join_services, 1 / 3),
    Step(ROUTER_UP, _nothing, 1 / 3),
    Step(ARTIFACTORY_UP, _nothing, 2 / 3),
    Step(ACCESS_UP, _nothing, 1.0),
)

STEPS_7 = (
    Step("read_system_yaml", settings.read),
    Step("find_bootstrap_join_key", join_key.find_bootstrap),
    Step("load_master_key", master_key.load),
    Step("check_master_key", master_key.check, 0.1),
    Step("encrypt_system_yaml", master_key.encrypt_system_yaml, 0.1),
    Step("create_first_admin", first_admin.create, 0.1),
    Step("load_join_key", join_key.load, 0.1),
    Step("store_join_key", join_key.store, 0.2),
    Step("remove_bootstrap_join_key", join_key.remove_bootstrap, 0.2),
    Step("initialise_key_pairs", key_pairs.initialise, 0.2),
    Step("load_access_settings", access_settings.load, 0.2),
    Step("prepare_router", router.prepare, 0.2),
    Step("create_admin_token", admin_token.create, 0.2),
    Step("write_live_files", _write_live_files, 0.2),
    *_UP,
    Step("forget_external_master_key", master_key.forget_external, 1.0),
)

STEPS_6 = (
    Step("load_master_key", master_key.load),
    Step("check_master_key", master_key.check, 0.1),
    Step("create_first_admin", first_admin.create, 0.1),
    Step("load_join_key", join_key.load, 0.1),
    Step("store_join_key", join_key.store, 0.2),
    Step("remove_bootstrap_join_key", join_key.remove_bootstrap, 0.2),
    Step("initialise_key_pairs", key_pairs.initialise_6, 0.2),
    Step("write_live_files", _write_live_files, 0.2),
    Step("load_user_plugins", user_plugins.load_all, 0.2),
    *_UP,
)


def steps_of(generation: str) -> tuple[Step, ...]:
    """The start sequence of a generation."""
    return STEPS_7 if generation == "7" else STEPS_6
