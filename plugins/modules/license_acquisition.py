#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: license_acquisition
short_description: Take licence keys out of a bucket for an Edge that the platform does not know
version_added: 1.0.0
description:
  - Acquires licence keys from a bucket under a label, and writes them into a file of mode 0600, one key per line. That
    is the way for an Edge without a network to the platform; there the keys are installed with
    M(hybrid.jfrog.artifactory_license).
  - The platform shows each key once and gives other keys with every call. So a second run acquires nothing while the
    file is there and the bucket counts as many licences under the label.
  - Keys that were acquired and are in no file, after an interruption or a lost answer, are told as leaked. They are
    never acquired a second time; O(state=absent) gives them back to the bucket.
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
      - Whether the keys are to be there. V(absent) releases the label and then removes the file. Use it only when the
        keys are not in use any more.
    type: str
    choices: [present, absent]
    default: present
  bucket:
    description:
      - Name or identifier of the licence bucket.
    type: str
    required: true
  label:
    description:
      - Free text under which the bucket counts the licences, such as the name of the Edge.
    type: str
    required: true
  count:
    description:
      - How many keys to have, one for each node of the Edge.
    type: int
    default: 1
  path:
    description:
      - The file for the keys, on the host that runs the module. Its folder must be there.
    type: path
    required: true
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - It shows how many keys there are, and never a key.
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.artifactory_license
  - module: hybrid.jfrog.license_bucket_info
  - name: Acquire License
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/acquire-license
"""

EXAMPLES = r"""
- name: Get a licence key for the Edge on the ship
  hybrid.jfrog.license_acquisition:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    bucket: edges
    label: ship-7
    path: /srv/licenses/ship-7.keys
  delegate_to: localhost

- name: Give it back when the ship was scrapped
  hybrid.jfrog.license_acquisition:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    bucket: edges
    label: ship-7
    path: /srv/licenses/ship-7.keys
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
path:
  description: The file with the keys.
  returned: success
  type: str
  sample: /srv/licenses/ship-7.keys
keys:
  description: How many keys are in the file, or would be in check mode.
  returned: success
  type: int
  sample: 1
drift:
  description: Names of the managed facts that differed, C(keys), C(mode), C(licenses) and C(keys_in_file).
  returned: success
  type: list
  elements: str
  sample: [keys]
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.acquiring import Acquisition, Stock
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS, required
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.secret_file import SecretFile
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import platform_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError

OPTIONS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "bucket": {"type": "str", "required": True},
    "label": {"type": "str", "required": True},
    "count": {"type": "int", "default": 1},
    "path": {"type": "path", "required": True},
}


def ensure_present(params: Mapping[str, Any], acquisition: Acquisition, stock: Stock, *, check_mode: bool) -> Outcome:
    count = params["count"]
    if count < 1:
        raise InventoryError(f"Cannot acquire {count} licences: give a count of 1 or more, or state=absent.")
    change = acquisition.decide(stock, count)
    if change.changed and not check_mode:
        acquisition.acquire(stock, count)
    return Outcome(
        change,
        {"path": params["path"], "keys": max(count, len(stock.keys))},
        warnings=warnings(params, stock),
        subject=f"licence keys of {params['label']}",
    )


def warnings(params: Mapping[str, Any], stock: Stock) -> list[str]:
    if stock.counted >= len(stock.keys):
        return []
    return [
        f"{params['path']} has {len(stock.keys)} licence keys, and the bucket '{stock.bucket['name']}' counts "
        f"{stock.counted} as '{params['label']}': some are of another bucket or label, or were released."
    ]


def ensure_absent(params: Mapping[str, Any], acquisition: Acquisition, stock: Stock, *, check_mode: bool) -> Outcome:
    change = acquisition.decide_release(stock)
    if change.changed and not check_mode:
        acquisition.release(stock)
    facts = {"path": params["path"], "keys": 0}
    return Outcome(change, facts, subject=f"licence keys of {params['label']}")


def main() -> None:
    module = create_module(required(PLATFORM_OPTIONS, "platform_url", "platform_access_token"), OPTIONS)
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        platform = platform_connection(params)
        warn(module, platform.warnings())
        act = ensure_present if params["state"] == "present" else ensure_absent
        with platform.session(read_only=check_mode) as session:
            acquisition = Acquisition(
                session,
                SecretFile(params["path"], what="the licence keys"),
                bucket=params["bucket"],
                label=params["label"],
                hide=module.no_log_values.add,
                clock=Clock(),
            )
            return act(params, acquisition, acquisition.read(), check_mode=check_mode)

    run(module, ensure)


if __name__ == "__main__":
    main()
