#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: license_bucket_info
short_description: Read the licence buckets of the platform and who uses them
version_added: 1.0.0
description:
  - Reads the licence buckets of Mission Control, each with its report. The number of requests grows with the buckets,
    and not with the Edges.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform.required
  - hybrid.jfrog.platform
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.attributes.api
options:
  name:
    description:
      - Name or identifier of one bucket; all are read when it is not given.
    type: str
seealso:
  - module: hybrid.jfrog.license_bucket
  - name: Get Bucket Status
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/get-bucket-status
"""

EXAMPLES = r"""
- name: See how many licences are left
  hybrid.jfrog.license_bucket_info:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
  delegate_to: localhost
  register: buckets
"""

RETURN = r"""
buckets:
  description: The buckets, sorted by name; empty when there is none of this O(name).
  returned: success
  type: list
  elements: dict
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
    - name: edges
      identifier: 5fa8c1d20b7e4a6d93c0ffee
      license_type: EDGE
      size: 10
      used: 3
      available: 7
      valid_through: "2030-02-14"
      jpds: {lyon: 1, osaka: 2}
      unknown_uses: {}
"""

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS, required
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import platform_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.license_buckets import (
    LicenseBuckets,
    read_license_buckets,
)

OPTIONS: dict[str, dict[str, Any]] = {"name": {"type": "str"}}


def main() -> None:
    module = create_module(required(PLATFORM_OPTIONS, "platform_url", "platform_access_token"), OPTIONS)
    params = module.params

    def read() -> Outcome:
        platform = platform_connection(params)
        warn(module, platform.warnings())
        with platform.session(read_only=True) as session:
            if params["name"] is None:
                found = read_license_buckets(session)
            else:
                one = LicenseBuckets(session).find(params["name"])
                found = [] if one is None else [one]
        return Outcome(facts={"buckets": sorted(found, key=lambda bucket: bucket["name"])})

    run(module, read)


if __name__ == "__main__":
    main()
