# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans the rotation of root certificates, on the controller. Documented in plugins/modules/root_rotation.py."""

from __future__ import annotations

from typing import Any, Iterable

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import root_rotation as domain
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust.root_rotation import Rotation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.wording import printable
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._trust.root_rotation import plan_rotations

display = Display()
SPEC: dict[str, dict[str, Any]] = {
    "hosts": {"type": "list", "elements": "str"},
    "nodes_variable": {"type": "str", "default": "edge_observed"},
    "wait_timeout": {"type": "int", "default": 0},
    "report": {"type": "bool", "default": False},
    "max_parallel": {"type": "int", "default": 32},
}


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=SPEC)
        try:
            planned, seen = plan_rotations(
                task_vars or {},
                hosts=args["hosts"],
                nodes_variable=args["nodes_variable"],
                seconds=0 if self._task.check_mode else args["wait_timeout"],
                max_parallel=args["max_parallel"],
                clock=Clock(),
            )
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        result |= {
            "changed": False,
            "rotations": [_facts(rotation) for rotation in planned],
            "supplies": _by_host((one["host"], one) for rotation in planned for one in rotation.supplies),
            "requests": [_request(rotation, seen) for rotation in planned if rotation.request],
            "settled": [rotation.name for rotation in planned if _is_done(rotation) and not rotation.request],
            "restarts": [{"host": host, "nodes": one.restart} for one in planned for host in one.restart],
            "switches": [rotation.switch for rotation in planned if rotation.switch],
            "forgets": [one for rotation in planned for one in rotation.forget],
            "platform": seen.platform_url,
        }
        if args["report"]:
            display.display("\n".join(_lines(planned)))
            result |= _ending(planned, check_mode=self._task.check_mode)
        return result


def _facts(rotation: Rotation) -> dict[str, Any]:
    told = {name: getattr(rotation, name) for name in ("name", "stage", "reason", "problems", "notes")}
    return {**told, "supplies": [{"host": one["host"], "name": one["name"]} for one in rotation.supplies]}


def _by_host(supplies: Iterable[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each host once: two Edges may rotate at the same time."""
    hosts: dict[str, list[dict[str, Any]]] = {}
    for host, one in supplies:
        hosts.setdefault(host, []).append({"name": one["name"], "content": one["content"]})
    return [{"host": host, "certificates": certificates} for host, certificates in hosts.items()]


def _request(rotation: Rotation, seen: Any) -> dict[str, Any]:
    """An Edge that waits for a platform in the cloud, as support_request takes it."""
    current = seen.mesh["members"][rotation.name]
    found = {"name": rotation.name, "url": current["url"], "certificate": rotation.new["pem"]}
    present = current["root_certificate"]["sha256"]
    return {**found, "present": present} if present != rotation.new["sha256"] else found


def _is_done(rotation: Rotation) -> bool:
    return rotation.stage in (domain.IN_ORDER, domain.FORGET)


def _lines(planned: list[Rotation]) -> list[str]:
    lines = [f"{rotation.name}: {rotation.stage}: {rotation.reason}" for rotation in planned]
    for rotation in planned:
        lines += [f"    problem: {text}." for text in rotation.problems]
        lines += [f"    note: {text}." for text in rotation.notes]
    shown = [printable(line) for line in lines]
    return shown or ["No Edge has edge_token_signing_certificate, so there is nothing to rotate."]


def _ending(planned: list[Rotation], *, check_mode: bool) -> dict[str, Any]:
    """How the run ends. An Edge that waits for the platform after its switch has done what it can."""
    told = {"msg": "; ".join(f"{one.name}: {one.stage}" for one in planned) or "There is nothing to rotate."}
    left = [one for one in planned if one.problems or not (_is_done(one) or one.stage == domain.PROVE)]
    if left and not check_mode:
        told = {"msg": _unfinished(left)}
    if any(one.stage == domain.UNREACHABLE for one in planned):
        return {**told, "unreachable": True}
    return {**told, "failed": bool(left) and not check_mode}


def _unfinished(left: list[Rotation]) -> str:
    """What keeps the rotations from their end, for those who see no more than the message."""
    reasons = (f"{one.name} ({one.stage}): {'; '.join(one.problems) or one.reason}" for one in left)
    return f"Cannot finish all rotations: {'; '.join(reasons)}. Settle that, then run the playbook again: it goes on."
