#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_federation_info
short_description: List who tells whom of its users, groups, permissions and tokens
version_added: 1.0.0
description:
  - Lists the sources of Access Federation and their targets, all of them with one request to Mission Control. What the
    platform itself is a source of is also read at its own Access, which knows more.
  - With O(edge_url) and without O(platform_url), the targets of one source are read at its own Access.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.attributes.api
options:
  source:
    description:
      - Only the source with this name or id.
    type: str
seealso:
  - module: hybrid.jfrog.access_federation
  - name: Get Access Federation Configuration for All JPDs
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/get-access-federation-configuration-for-all-jpds
"""

EXAMPLES = r"""
- name: Read all sources and their targets
  hybrid.jfrog.access_federation_info:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
  delegate_to: localhost
  register: federated
"""

RETURN = r"""
sources:
  description: The sources that have targets, and those that Mission Control could not read.
  returned: success
  type: list
  elements: dict
  contains:
    source:
      description: Name of the JPD.
      type: str
    error:
      description: Why Mission Control could not read it.
      type: str
    targets:
      description:
        - The targets, each with C(name), C(url), C(entities), C(permission_filters), C(group_filters) and C(active).
          What was not told is V(null).
      type: list
      elements: dict
  sample:
    - source: HOME
      error: null
      targets:
        - name: lyon
          url: https://edge-lyon.example.com/
          entities: [groups, users]
          permission_filters: {include_patterns: [], exclude_patterns: []}
          group_filters: {include_patterns: [], exclude_patterns: []}
          active: true
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.federation_sources import Directory, own
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import (
    edge_connection,
    platform_connection,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation import source as sources

OPTIONS: dict[str, dict[str, Any]] = {"source": {"type": "str"}}
SHOWN = ("url", "entities", "permission_filters", "group_filters", "active")


def shown(directory: Directory, found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A source with the names of JPDs, which have others at the source itself."""
    names = {jpd["url"]: jpd["name"] for jpd in directory.jpds}
    targets = [
        {"name": names.get(target["url"], target["name"]), **{key: target[key] for key in SHOWN}}
        for target in found["targets"]
    ]
    return {"source": name, "error": found["error"], "targets": targets}


def listed(directory: Directory) -> list[dict[str, Any]]:
    home = sources.home_of(directory.jpds)
    told = [source for source in directory.listed() if source["source"] != sources.OWN]
    found = []
    for source in told:
        jpd = directory.jpd(source["source"])
        whole = sources.find(directory.listed(), jpd, is_home=jpd is not None and jpd == home) or source
        found.append(shown(directory, whole, jpd["name"] if jpd is not None else source["source"]))
    return found


def main() -> None:
    module = create_module(PLATFORM_OPTIONS, EDGE_OPTIONS, OPTIONS)
    params = module.params

    def read() -> Outcome:
        if not params["platform_url"] and not params["edge_url"]:
            raise InventoryError("Cannot read any federation: set platform_url, or edge_url of a source.")
        connection = platform_connection(params) if params["platform_url"] else edge_connection(params)
        warn(module, connection.warnings())
        with connection.session(read_only=True) as session:
            directory = Directory(session if params["platform_url"] else None)
            if directory.platform is None:
                found = [shown(directory, own(session), params["source"] or connection.url)]
            else:
                found = listed(directory)
        warn(module, directory.warnings)
        wanted = directory.jpd(params["source"]) if params["source"] else None
        name = wanted["name"] if wanted is not None else params["source"]
        return Outcome(facts={"sources": [one for one in found if name in (None, one["source"])]})

    run(module, read)


if __name__ == "__main__":
    main()
