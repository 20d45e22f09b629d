# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh of instances in memory, which takes the writes of a plan as REST APIs do (security-replication.md 5)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication import state as states
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.cycle import Prepared, Reading, prepare
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import Policies
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.safeguards import Threshold
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.scope import Scope
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.writes import without_failed

CONFIRMED = Policies(join="union")
UNLIMITED = {kind: Threshold() for kind in ("users", "groups", "permissions")}
PRINCIPALS = ("users", "groups")


class Refused(Exception):
    """What the instance answers instead of 200."""


def copied(value: Any) -> Any:
    return json.loads(json.dumps(value))


@dataclass
class Instance:
    """``refuses``: names whose writes fail. ``drops``: repositories that it forgets to write, without a word."""

    data: Any
    repositories: dict[str, str] = field(default_factory=lambda: {"r1": "LOCAL", "r2": "LOCAL"})
    refuses: set[str] = field(default_factory=set)
    drops: set[str] = field(default_factory=set)
    up: bool = True
    log: list[tuple[str, str, str]] = field(default_factory=list)

    def write(self, write: Any) -> None:
        kind, name, after = write["kind"], write["name"], copied(write["after"])
        if name in self.refuses:
            raise Refused(f"{name} is refused")
        there = self.data.setdefault(kind, {})
        if (write["action"] == "create") == (name in there):
            raise Refused(f"409 or 404 for {write['action']} {kind} {name}")
        if kind == "permissions":
            self._write_permission(name, after)
        elif after is None:
            del there[name]
            for user in self.data["users"].values() if kind == "groups" else ():
                user["groups"] = [group for group in user["groups"] if group != name]
        else:
            unknown = [group for group in after.get("groups", ()) if group not in self.data.get("groups", {})]
            if unknown:
                raise Refused(f"404: no group {unknown}")
            grants = {key: value for key, value in there.get(name, {}).items() if key in ("permissions", "resources")}
            there[name] = {**({"permissions": {}} if "permissions" in self.data else {}), **grants, **after}
        self.log.append((write["action"], kind, name))

    def _write_permission(self, name: str, after: Any) -> None:
        targets = (after or {}).get("targets", {})
        unknown = [one for kind in PRINCIPALS for one in (after or {}).get(kind, {}) if one not in self.data[kind]]
        if unknown or set(targets) - set(self.repositories):
            raise Refused(f"400: {unknown} or a target of {sorted(targets)} does not exist")
        for kind in PRINCIPALS:
            for principal in self.data[kind].values():
                principal["permissions"].pop(name, None)
        self.data["permissions"].pop(name, None)
        if after is None:
            return
        kept = {repo: value for repo, value in targets.items() if repo not in self.drops}
        self.data["permissions"][name] = {"targets": kept}
        for kind in PRINCIPALS:
            for principal, mask in after[kind].items():
                self.data[kind][principal]["permissions"][name] = mask

    def read(self, kind: str, name: str) -> Any:
        """One object as a write tells it."""
        value = copied(self.data.get(kind, {}).get(name))
        if value is None:
            return None
        if kind != "permissions":
            return {key: inner for key, inner in value.items() if key not in ("permissions", "resources")}
        principals = {
            kind: {
                one: inner["permissions"][name]
                for one, inner in self.data[kind].items()
                if name in inner["permissions"]
            }
            for kind in PRINCIPALS
        }
        return {**value, **principals, "resources": {}}


class Mesh:
    """Instances in the order of their priority, and the state between the runs."""

    def __init__(self, *, scope: Scope | None = None, policies: Policies = CONFIRMED, **instances: Any) -> None:
        self.instances = {
            name: data if isinstance(data, Instance) else Instance(copied(data)) for name, data in instances.items()
        }
        self.scope, self.policies = scope or Scope(), policies
        self.state = states.new_state("mesh", self.scope)
        self.thresholds: Any = UNLIMITED

    def __getattr__(self, name: str) -> Any:
        """The data of an instance."""
        return self.instances[name].data

    def readings(self, **options: Any) -> list[Reading]:
        return [
            Reading(name, copied(one.data), one.repositories, **options.get(name, {}))
            for name, one in self.instances.items()
            if one.up
        ]

    def prepare(self, *, earlier: Any = None, **options: Any) -> Prepared:
        return prepare(
            self.state,
            self.readings(**options),
            self.scope,
            self.policies,
            order=list(self.instances),
            thresholds=self.thresholds,
            earlier=earlier,
        )

    def run(self, *, dies_at: str = "", **options: Any) -> Prepared:
        """One run. Every state goes through JSON, as it does between real runs. ``dies_at``: before that instance."""
        prepared = self.prepare(**options)
        self._save(prepared.state)
        for name, plan in prepared.plans.items():
            if name == dies_at:
                return prepared
            failed, read_back = self._carry_out(self.instances[name], plan.writes)
            self._save(
                states.advance(
                    self.state,
                    name,
                    observed=prepared.observed[name],
                    scope=prepared.scope,
                    writes=plan.writes,
                    read_back=read_back,
                    failed=failed,
                    held=prepared.merged.held,
                    pending=plan.pending,
                    repositories=plan.repositories,
                )
            )
        return prepared

    def _carry_out(self, instance: Instance, writes: Any) -> tuple[Any, Any]:
        failed: dict[str, dict[str, str]] = {}
        read_back: dict[str, dict[str, Any]] = {}
        for write in writes:
            kind, name = write["kind"], write["name"]
            try:
                instance.write(without_failed(write, failed))
            except Refused as exc:
                failed.setdefault(kind, {})[name] = str(exc)
            else:
                read_back.setdefault(kind, {})[name] = instance.read(kind, name)
        return failed, read_back

    def _save(self, state: Any) -> None:
        self.state = states.opened(json.loads(json.dumps(states.sealed(state))), mesh="mesh")

    def writes(self) -> list[tuple[str, str, str]]:
        """What all instances were written since the last time this was asked."""
        log = [entry for one in self.instances.values() for entry in one.log]
        for one in self.instances.values():
            one.log.clear()
        return log

    def names(self, kind: str = "users") -> dict[str, list[str]]:
        return {name: sorted(one.data.get(kind, {})) for name, one in self.instances.items()}

    def pending(self, name: str) -> list[str]:
        known = self.state["instances"].get(name)
        return [" ".join(one["path"]) for one in known["pending"]] if known else []


def user(email: str = "u@example.com", *, groups: Collection[str] = (), **grants: str) -> Any:
    return {"email": email, "admin": False, "groups": sorted(groups), "permissions": dict(grants)}


def group(description: str | None = None, *, admin: bool = False, **grants: str) -> Any:
    return {"description": description, "admin": admin, "permissions": dict(grants)}


def permission(*repositories: str, includes: Collection[str] = ("**",)) -> Any:
    return {"targets": {name: {"includes": sorted(includes), "excludes": []} for name in repositories}}


def security(users: Any = None, groups: Any = None, permissions: Any = None) -> Any:
    """All of an instance; ``boss`` is its admin, so that nobody is ever the last one."""
    boss = {**user("boss@example.com"), "admin": True}
    return {"users": {"boss": boss, **(users or {})}, "groups": groups or {}, "permissions": permissions or {}}
