#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jpd_license
short_description: Attach licences of a bucket to a registered Edge, or release them
version_added: 1.0.0
description:
  - Attaches exactly as many licences of a bucket as the Edge lacks, by what the bucket's report counts for its JPD.
    The platform attaches more with every call, so the call is made once; after an unclear answer the report is read.
  - Licences that are missing in the bucket are told before anything is attached, with who might give some back.
  - Mission Control shows a licence on the JPD some time after it was attached. With O(wait=true) the module waits
    for that.
  - To release, the platform demands that the JPD is C(OFFLINE). So stop the Edge first, release its licences, and
    unregister it last. The Edge itself keeps the licence that it has, which the platform cannot take back.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform.required
  - hybrid.jfrog.platform
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  state:
    description:
      - Whether the Edge is to have licences of the bucket.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the Edge's JPD.
    type: str
    required: true
  jpd_id:
    description:
      - Id that the JPD had, for example V(JPD-7), to release what is still counted for an Edge that is not registered
        any more.
    type: str
  bucket:
    description:
      - Name or identifier of the licence bucket.
    type: str
    required: true
  count:
    description:
      - How many licences the Edge shall have of the bucket, one for each of its nodes.
      - More than that are left as they are, with a warning.
    type: int
    default: 1
  wait:
    description:
      - Whether to wait until the platform sees what is needed. That is an Edge that is reachable and then shows its
        licence, or that is C(OFFLINE) when O(state=absent).
    type: bool
    default: true
  wait_timeout:
    description:
      - For how many seconds to wait.
    type: float
    default: 120.0
attributes:
  check_mode:
    support: full
    details:
      - A JPD or a bucket that is not there is no error in check mode, because an earlier task may make it.
  diff_mode:
    support: full
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.license_bucket
  - module: hybrid.jfrog.jpd
  - name: Attach License
    description: The REST call that attaches licences.
    link: https://jfrog.com/help/r/jfrog-rest-apis/attach-license
  - name: Release License
    description: The REST call that releases them.
    link: https://jfrog.com/help/r/jfrog-rest-apis/release-license
"""

EXAMPLES = r"""
- name: Give a licence to each of the two nodes of an Edge
  hybrid.jfrog.jpd_license:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    name: osaka
    bucket: edges
    count: 2
  delegate_to: localhost

- name: Take back the licences of an Edge that was stopped
  hybrid.jfrog.jpd_license:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    name: quito
    bucket: edges
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
bucket:
  description: The bucket as it is now; V(null) in check mode when there is none.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the bucket.
      type: str
    identifier:
      description: Identifier that the vendor gave to it.
      type: str
    license_type:
      description: Type of its licences, for example V(EDGE).
      type: str
    size:
      description: How many licences it has in all.
      type: int
    used:
      description: How many of them are in use.
      type: int
    available:
      description: How many are free.
      type: int
    valid_through:
      description: Last day of its licences.
      type: str
    jpds:
      description: How many licences each JPD has, by its name.
      type: dict
    unknown_uses:
      description: How many licences were acquired under each label.
      type: dict
  sample:
    name: edges
    identifier: 5fa8c1d20b7e4a6d93c0ffee
    license_type: EDGE
    size: 10
    used: 3
    available: 7
    valid_through: "2030-02-14"
    jpds: {lyon: 1, osaka: 2}
    unknown_uses: {}
licenses:
  description: The licences that the platform shows on the JPD.
  returned: success
  type: list
  elements: dict
  sample:
    - {type: EDGE, expired: false, licensed_to: Example Corp, license_hash: 0a1b2c3d4e5f60718293a4b5c6d7e8f9012345675,
       valid_through: "2030-02-14"}
drift:
  description: Names of the managed facts that differed, C(licenses).
  returned: success
  type: list
  elements: str
  sample: [licenses]
"""

from dataclasses import replace
from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.licensing import Holder, Licensing, Situation
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS, required
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import platform_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license.assignment import Assignment

OPTIONS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "jpd_id": {"type": "str"},
    "bucket": {"type": "str", "required": True},
    "count": {"type": "int", "default": 1},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 120.0},
}


def outcome(params: Mapping[str, Any], seen: Situation, change: Any, warnings: list[str]) -> Outcome:
    facts = {"bucket": seen.bucket, "licenses": seen.jpd["licenses"] if seen.jpd is not None else []}
    return Outcome(change, facts, warnings=warnings, subject=f"licences of JPD {params['name']}")


def surplus(has: Assignment, name: str) -> list[str]:
    if not has.surplus:
        return []
    return [
        f"The bucket '{has.bucket}' counts {has.assigned} licences for the Edge '{name}', and {has.wanted} are wanted. "
        "The platform takes nothing back from a live server: remove the surplus there with artifactory_license."
    ]


def ensure_present(params: Mapping[str, Any], licensing: Licensing, holder: Holder, *, check_mode: bool) -> Outcome:
    if params["count"] < 1:
        raise InventoryError(f"Cannot attach {params['count']} licences: give a count of 1 or more, or state=absent.")
    seen = licensing.read()
    has = seen.assignment(holder, params["count"], params["bucket"])
    if seen.jpd is None:  # what is counted for the name is an earlier registration's, as far as that can be known now
        has = replace(has, assigned=0)
    change = licensing.decide(has)
    seconds = params["wait_timeout"] if params["wait"] else 0.0
    if check_mode:
        if change.changed and seen.jpd is not None and seen.bucket is not None:
            licensing.check(seen, has)
        return outcome(params, seen, change, surplus(has, holder.name))
    jpd, bucket = licensing.check(seen, has)
    if change.changed:
        bucket = licensing.attach(jpd, has, seconds=seconds)
    if params["wait"]:
        jpd = licensing.wait_licensed(jpd, seconds=seconds)
    return outcome(params, Situation(jpd, bucket, seen.jpds), change, surplus(has, holder.name))


def ensure_absent(params: Mapping[str, Any], licensing: Licensing, holder: Holder, *, check_mode: bool) -> Outcome:
    seen = licensing.read()
    has = seen.assignment(holder, 0, params["bucket"])
    change = licensing.decide_release(has)
    if change.changed and not check_mode:
        licensing.release(seen.jpd, has, seconds=params["wait_timeout"] if params["wait"] else 0.0)
        seen = licensing.read()
    return outcome(params, seen, change, [])


def main() -> None:
    module = create_module(required(PLATFORM_OPTIONS, "platform_url", "platform_access_token"), OPTIONS)
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        platform = platform_connection(params)
        warn(module, platform.warnings())
        holder = Holder(params["name"], params["jpd_id"])
        act = ensure_present if params["state"] == "present" else ensure_absent
        with platform.session(read_only=check_mode) as session:
            licensing = Licensing(session, params["bucket"], holder, clock=Clock())
            return act(params, licensing, holder, check_mode=check_mode)

    run(module, ensure)


if __name__ == "__main__":
    main()
