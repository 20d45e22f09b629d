#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jpd_info
short_description: List the deployments that are registered at the platform
version_added: 1.0.0
description:
  - Lists the JFrog Platform Deployments (JPDs) of Mission Control, the home deployment included.
  - The list is read with one request and filtered here, because how the platform compares names and URLs is not
    documented. Nothing fails because nothing matches.
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
      - Only the JPD with exactly this name. An asterisk stands for anything, as in V(lyon-*).
    type: str
  url:
    description:
      - Only the JPD with this base URL. Case of the host, default port and trailing slash do not count.
    type: str
  tags:
    description:
      - Only JPDs that have all of these tags.
    type: list
    elements: str
  status:
    description:
      - Only JPDs with one of these status codes.
    type: list
    elements: str
    choices: [ONLINE, OFFLINE, PARTIAL, UNAUTHORIZED]
  city_name:
    description:
      - Only JPDs in this city.
    type: str
  country_code:
    description:
      - Only JPDs in this country, as two letters of ISO 3166-1.
    type: str
  local:
    description:
      - Whether to list only the platform itself, or only all others. All of them, when not given.
    type: bool
seealso:
  - module: hybrid.jfrog.jpd
  - name: Get JPD List
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/get-jpd-list
"""

EXAMPLES = r"""
- name: Read all registered deployments
  hybrid.jfrog.jpd_info:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
  delegate_to: localhost
  register: registered

- name: Look for one Edge
  hybrid.jfrog.jpd_info:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    url: https://edge-lyon.example.com
  delegate_to: localhost

- name: List the productive Edges that the platform cannot use
  hybrid.jfrog.jpd_info:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    tags: [prod]
    status: [OFFLINE, PARTIAL, UNAUTHORIZED]
    local: false
  delegate_to: localhost
"""

RETURN = r"""
jpds:
  description: The JPDs, each as M(hybrid.jfrog.jpd) returns it, in the order of the platform.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the JPD.
      type: str
    name:
      description: Name of the JPD.
      type: str
    url:
      description: Base URL, always with one slash at its end.
      type: str
    status:
      description: The C(code) that the platform shows and its C(message).
      type: dict
    local:
      description: Whether this is the platform itself.
      type: bool
    location:
      description: The C(city_name), C(country_code), C(latitude) and C(longitude).
      type: dict
    tags:
      description: Tags, sorted.
      type: list
      elements: str
    licenses:
      description: Licences of the Edge as the platform knows them.
      type: list
      elements: dict
  sample:
    - id: JPD-7
      name: lyon
      url: https://edge-lyon.example.com/
      status: {code: ONLINE, message: All services are online}
      local: false
      location: {city_name: Lyon, country_code: FR, latitude: 45.764, longitude: 4.8357}
      tags: [hybrid, prod]
      licenses: []
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS, required
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import platform_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import (
    OFFLINE,
    ONLINE,
    PARTIAL,
    from_api,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.jpd_filter import Filter
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pairing import UNAUTHORIZED

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str"},
    "url": {"type": "str"},
    "tags": {"type": "list", "elements": "str"},
    "status": {"type": "list", "elements": "str", "choices": [ONLINE, OFFLINE, PARTIAL, UNAUTHORIZED]},
    "city_name": {"type": "str"},
    "country_code": {"type": "str"},
    "local": {"type": "bool"},
}


def filter_of(params: Mapping[str, Any]) -> Filter:
    return Filter(
        name=params["name"],
        url=params["url"],
        tags=frozenset(params["tags"] or ()),
        status=frozenset(params["status"] or ()),
        city_name=params["city_name"],
        country_code=params["country_code"],
        local=params["local"],
    )


def main() -> None:
    module = create_module(required(PLATFORM_OPTIONS, "platform_url", "platform_access_token"), OPTIONS)
    params = module.params

    def read() -> Outcome:
        platform = platform_connection(params)
        warn(module, platform.warnings())
        with platform.session(read_only=True) as session:
            jpds = [from_api(item) for item in MissionControl(session).list_jpds()]
        wanted = filter_of(params)
        return Outcome(facts={"jpds": [jpd for jpd in jpds if wanted.takes(jpd)]})

    run(module, read)


if __name__ == "__main__":
    main()
