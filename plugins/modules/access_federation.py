#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_federation
short_description: Let a deployment tell others of its users, groups, permissions and tokens
version_added: 1.0.0
description:
  - Configures Access Federation, which sends users, groups, permissions and tokens from a source to its targets. It
    replaced the security replication of older versions.
  - With O(topology=star) one source gets the targets that are listed. With O(topology=mesh) every member becomes a
    source of all others.
  - It goes through Mission Control, where the platform has it. What Mission Control cannot say is done at the source's
    own Access, which is removing a target, different entities for the targets of one source, group filters, whether a
    target is active, and a full broadcast. The source is reached with the options O(edge_url) and so on, unless it is
    the platform itself.
  - Access Federation needs a circle of trust between the deployments whatever their pairing, and base URLs that are
    set. Before a target is added, the source is asked whether that target accepts its tokens, where the source can be
    reached.
  - Mission Control answers a request with success although some of its steps went wrong. The module fails then, and
    names every target and what to do about it. The other targets are federated all the same.
  - Targets that are not listed stay as they are, unless O(prune=true).
  - Not offered by JFrog together with the Distribution Edges add-on.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  state:
    description:
      - Whether the targets that are listed shall be targets of the source.
      - V(absent) removes them at the source, and needs O(topology=star).
    type: str
    choices: [present, absent]
    default: present
  topology:
    description:
      - One source and its targets, or several deployments that are sources of each other.
    type: str
    choices: [star, mesh]
    default: star
  source:
    description:
      - Name or id of the JPD that is the source of a star. The platform itself, when not given.
      - Without O(platform_url) it is a name for messages, and the source is reached with O(edge_url).
    type: str
  targets:
    description:
      - The targets of the source. Required when O(topology=star).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name or id of the JPD. A target that is added at the source itself gets this name there.
        type: str
        required: true
      url:
        description:
          - Base URL of the target, without C(/access). That of the JPD, when not given.
        type: str
      entities:
        description:
          - What is sent to this target. O(entities), when not given.
        type: list
        elements: str
        choices: [users, groups, permissions, tokens]
      permission_filters:
        description:
          - Which permissions are sent to this target. O(permission_filters), when not given.
        type: dict
        suboptions:
          include_patterns:
            description: Regular expressions of the names that are sent. All names, when there are none.
            type: list
            elements: str
            default: []
          exclude_patterns:
            description: Regular expressions of the names that are not sent.
            type: list
            elements: str
            default: []
      group_filters:
        description:
          - Which groups are sent to this target. O(group_filters), when not given.
        type: dict
        suboptions:
          include_patterns:
            description: Regular expressions of the names that are sent. All names, when there are none.
            type: list
            elements: str
            default: []
          exclude_patterns:
            description: Regular expressions of the names that are not sent.
            type: list
            elements: str
            default: []
  members:
    description:
      - Names or ids of the JPDs of a mesh, two or more. Required when O(topology=mesh).
    type: list
    elements: str
  entities:
    description:
      - What is sent. Required when O(state=present), unless every target has its own.
    type: list
    elements: str
    choices: [users, groups, permissions, tokens]
  permission_filters:
    description:
      - Which permissions are sent. Not managed, when not given.
    type: dict
    suboptions:
      include_patterns:
        description: Regular expressions of the names that are sent. All names, when there are none.
        type: list
        elements: str
        default: []
      exclude_patterns:
        description: Regular expressions of the names that are not sent.
        type: list
        elements: str
        default: []
  group_filters:
    description:
      - Which groups are sent. Not managed, when not given. It needs a way to the source itself.
    type: dict
    suboptions:
      include_patterns:
        description: Regular expressions of the names that are sent. All names, when there are none.
        type: list
        elements: str
        default: []
      exclude_patterns:
        description: Regular expressions of the names that are not sent.
        type: list
        elements: str
        default: []
  active:
    description:
      - Whether the targets are sent anything. Not managed, when not given. It needs a way to the source itself.
    type: bool
  prune:
    description:
      - Whether targets of the source that are not listed are removed.
    type: bool
    default: false
  full_broadcast:
    description:
      - Whether the source sends everything to the targets once more, and not only what changes from now on.
      - V(when_changed) does it for targets that were added or changed, V(always) for all that are listed, on every run.
      - That one is running already, or that a target is not eligible, is told and is no failure.
    type: str
    choices: [never, when_changed, always]
    default: never
attributes:
  check_mode:
    support: full
    details:
      - The circle of trust is tested in check mode, too, because that changes nothing.
  diff_mode:
    support: full
    details:
      - Shows the managed facts of the targets by their names, and of several sources by the sources' names.
  idempotent:
    support: partial
    details:
      - With O(full_broadcast=always), everything is sent on every run, which counts as a change.
seealso:
  - module: hybrid.jfrog.access_federation_info
  - module: hybrid.jfrog.access_federation_fleet
  - module: hybrid.jfrog.trusted_certificate
  - name: Configure Access Federation on a JPD
    description: The REST call at Mission Control.
    link: https://jfrog.com/help/r/jfrog-rest-apis/configure-access-federation-on-a-jpd
  - name: Register Access Federation
    description: The REST call at the source itself.
    link: https://jfrog.com/help/r/jfrog-rest-apis/register-access-federation
"""

EXAMPLES = r"""
- name: Let the platform tell two Edges of its users and groups
  hybrid.jfrog.access_federation:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    entities: [users, groups]
    targets:
      - name: lyon
      - name: osaka
  delegate_to: localhost

- name: Send only the permissions of production, and everything once more
  hybrid.jfrog.access_federation:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    entities: [users, groups, permissions]
    permission_filters:
      include_patterns: ["prod-.*"]
    targets:
      - name: lyon
    full_broadcast: when_changed
  delegate_to: localhost

- name: Let three deployments tell each other
  hybrid.jfrog.access_federation:
    platform_url: https://platform.example.com
    platform_access_token: "{{ vault_platform_access_token }}"
    topology: mesh
    members: [lyon, osaka, quito]
    entities: [users, groups, permissions, tokens]
  delegate_to: localhost

- name: Stop an Edge from telling another one
  hybrid.jfrog.access_federation:
    platform_url: https://platform.example.com
    platform_access_token: "{{ vault_platform_access_token }}"
    source: lyon
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    state: absent
    targets:
      - name: quito
  delegate_to: localhost
"""

RETURN = r"""
federation:
  description: By source the targets that were asked for, as they are wanted; none after O(state=absent).
  returned: success
  type: dict
  sample:
    HOME:
      lyon: {url: "https://edge-lyon.example.com/", entities: [groups, users]}
differences:
  description: What was different, or is in check mode, in words.
  returned: success
  type: list
  elements: str
  sample: ["HOME: lyon is no target"]
broadcasts:
  description:
    - The full broadcasts that were asked for, each with C(source), C(target) and C(status), which is C(started),
      C(already running) or C(not eligible).
  returned: success
  type: list
  elements: dict
  sample:
    - {source: HOME, target: lyon, status: started}
drift:
  description:
    - Names of the targets that differ, of a mesh those of the sources, and C(full_broadcast) when that is V(always).
  returned: success
  type: list
  elements: str
  sample: [lyon]
failures:
  description: What could not be federated, each with C(what), C(reason) and C(remedy).
  returned: when something could not be federated
  type: list
  elements: dict
"""

from contextlib import ExitStack
from typing import Any, Mapping, Optional, Sequence

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.federation import (
    BROADCAST,
    NEVER,
    Federator,
    Task,
    Work,
    refuse_failures,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.federation_sources import (
    Directory,
    change_of,
    facts_of,
    federate,
    gone,
    place_of,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import (
    Connection,
    edge_connection,
    platform_connection,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation.drift import Wanted, wanted_target
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation.target import ENTITIES

FILTERS: dict[str, Any] = {
    "type": "dict",
    "options": {
        name: {"type": "list", "elements": "str", "default": []} for name in ("include_patterns", "exclude_patterns")
    },
}
PER_TARGET: dict[str, dict[str, Any]] = {
    "entities": {"type": "list", "elements": "str", "choices": list(ENTITIES)},
    "permission_filters": FILTERS,
    "group_filters": FILTERS,
}
OPTIONS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "topology": {"type": "str", "choices": ["star", "mesh"], "default": "star"},
    "source": {"type": "str"},
    "targets": {
        "type": "list",
        "elements": "dict",
        "options": {"name": {"type": "str", "required": True}, "url": {"type": "str"}, **PER_TARGET},
    },
    "members": {"type": "list", "elements": "str"},
    **PER_TARGET,
    "active": {"type": "bool"},
    "prune": {"type": "bool", "default": False},
    "full_broadcast": {"type": "str", "choices": list(BROADCAST), "default": NEVER},
}


def wanted_of(directory: Directory, target: Mapping[str, Any], params: Mapping[str, Any]) -> Wanted:
    url, identifier = place_of(directory, target["name"], target.get("url"))
    own = {name: params[name] if target.get(name) is None else target[name] for name in PER_TARGET}
    return wanted_target(
        target["name"],
        url,
        own["entities"] or (),
        own["permission_filters"],
        own["group_filters"],
        active=params["active"],
        id=identifier,
    )


def star(params: Mapping[str, Any], directory: Directory) -> Task:
    if params["state"] == "absent":
        return Task(absent=[gone(directory, target["name"], target["url"]) for target in params["targets"]])
    wanted = [wanted_of(directory, target, params) for target in params["targets"]]
    return Task(wanted, prune=params["prune"], full_broadcast=params["full_broadcast"])


def mesh(params: Mapping[str, Any], directory: Directory) -> dict[str, Task]:
    names = list(dict.fromkeys(params["members"]))
    if params["state"] == "absent" or params["prune"]:
        raise InventoryError(
            "Cannot remove anything from a mesh: Mission Control has no call for that, so it is done at each source. "
            "Use topology=star with each member as the source, or the playbook federate_access."
        )
    if len(names) < 2:
        raise InventoryError("Cannot make a mesh of fewer than two members. Name them in members, or use a star.")
    return {
        source: Task(
            [wanted_of(directory, {"name": name}, params) for name in names if name != source],
            full_broadcast=params["full_broadcast"],
        )
        for source in names
    }


def connections(params: Mapping[str, Any]) -> tuple[Optional[Connection], Optional[Connection]]:
    """To the platform and to the source. Raises InventoryError when there is neither."""
    platform = platform_connection(params) if params["platform_url"] else None
    source = edge_connection(params) if params["edge_url"] else None
    if platform is None and source is None:
        raise InventoryError(
            "Cannot federate: neither platform nor source is known. Set platform_url, or edge_url of the source."
        )
    return platform, source


def ensure(params: Mapping[str, Any], directory: Directory, at_source: Any, *, check_mode: bool) -> list[Work]:
    if params["topology"] == "star":
        tasks = {params["source"]: star(params, directory)}
    else:
        tasks = dict(mesh(params, directory))
        at_source = None  # of which member would it be
    federators = [Federator(directory.source(name, at_source)) for name in tasks]
    return federate(
        federators,
        list(tasks.values()),
        directory,
        check_mode=check_mode,
        mesh=params["topology"] == "mesh",
    )


def subject(works: Sequence[Work]) -> str:
    return f"federation of {', '.join(work.source for work in works)}"


def main() -> None:
    module = create_module(
        PLATFORM_OPTIONS,
        EDGE_OPTIONS,
        OPTIONS,
        required_if=[("topology", "star", ["targets"]), ("topology", "mesh", ["members"])],
    )
    params, check_mode = module.params, module.check_mode

    def work() -> Outcome:
        platform, source = connections(params)
        warn(module, [warning for one in (platform, source) if one is not None for warning in one.warnings()])
        with ExitStack() as stack:
            sessions = [
                stack.enter_context(one.session(read_only=check_mode)) if one is not None else None
                for one in (platform, source)
            ]
            directory = Directory(sessions[0])
            works = ensure(params, directory, sessions[1], check_mode=check_mode)
        warn(module, [*directory.warnings, *(warning for one in works for warning in one.warnings)])
        refuse_failures(works)
        return Outcome(change_of(works), facts_of(works), subject=subject(works))

    run(module, work)


if __name__ == "__main__":
    main()
