# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated instances with something in them, and the client's way to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.lines import Lines
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.reading import Reading, read_instance
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from simulator.call_log import Call
from simulator.security.state import new_group, new_permission, new_user
from simulator.simulator import Simulator
from simulator.sites import Site

# What serves each kind: at the newest, at one that has no Access v2, and at one that has no permissions v2 either.
VERSIONS = {"access": "7.146.7", "legacy_v2": "7.25.7", "legacy_v1": "6.5.9"}
ALL = {"include_patterns": ["**"], "exclude_patterns": []}
DOCS = {"include_patterns": ["docs/**"], "exclude_patterns": ["docs/private/**"]}


def opener(simulator: Simulator, site: Site, **options: Any) -> Callable[[], JFrogSession]:
    token = options.pop("token", None) or site.admin_token()
    return lambda: JFrogSession(site.url, token, verify=str(simulator.ca_path), **options)


def read(simulator: Simulator, site: Site, *, parallel: int = 4, **options: Any) -> Reading:
    token = options.pop("token", None)
    with Lines(opener(simulator, site, read_only=True, token=token), parallel) as lines:
        return read_instance(lines, **options)


def fill(site: Site) -> None:
    """Two people, two groups and a permission, made as if they had been there before anybody looked."""
    for key, rclass in (("libs", "local"), ("docs", "local"), ("npm", "remote")):
        site.repositories.create(key, site.now(), "admin", {"rclass": rclass})
    state = site.security
    state.put("groups", "dev", new_group(description="Developers"))
    state.put("groups", "ops", new_group(admin_privileges=True))
    state.put("users", "anna", new_user(email="anna@example.com", groups=["dev", "readers"]), password="S3cret-word")
    state.put("users", "bert", new_user(email="bert@example.com", disable_ui_access=True), password="S3cret-word")
    sections = {
        "artifact": {
            "actions": {"users": {"bert": ["READ", "SCAN"]}, "groups": {"dev": ["READ", "WRITE", "DELETE"]}},
            "targets": {"libs": DOCS, "npm": DOCS},
        }
    }
    state.put("permissions", "team docs", new_permission(sections))


def objects_read(simulator: Simulator, site: Site) -> list[str]:
    """The paths of the single objects that were read, each as often as it was."""
    marks = ("/users/", "/groups/", "/permissions/")
    return [call.path for call in calls(simulator, site) if any(mark in call.path for mark in marks)]


def calls(simulator: Simulator, site: Site) -> list[Call]:
    return simulator.calls.find(site=site.name)
