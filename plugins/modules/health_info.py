#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: health_info
short_description: Read the health of a platform, an Edge or one node
version_added: 1.0.0
description:
  - Reads the health page of the router, which knows the services of that node. It needs no access token.
  - A deployment that is unhealthy, or that does not answer, is a result and no failure, unless O(wait=true).
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.attributes.api
options:
  of:
    description:
      - Whose health to read, that of O(platform_url) or that of O(edge_url).
      - To read one node of an Edge, give the URL of the node's router in O(edge_url).
    type: str
    choices: [platform, edge]
    default: platform
  wait:
    description:
      - Whether to wait until everything is healthy, and to fail when it is not in time. Not in check mode.
    type: bool
    default: false
  wait_timeout:
    description:
      - For how many seconds to wait.
    type: float
    default: 300.0
seealso:
  - module: hybrid.jfrog.node_info
  - name: Health Check
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/health-check
"""

EXAMPLES = r"""
- name: Wait until the Edge is healthy
  hybrid.jfrog.health_info:
    of: edge
    edge_url: https://edge-lyon.example.com
    wait: true
    wait_timeout: 600
  delegate_to: localhost

- name: Read the health of one node of an HA Edge
  hybrid.jfrog.health_info:
    of: edge
    edge_url: http://192.0.2.21:8082
  delegate_to: localhost
"""

RETURN = r"""
health:
  description: The health.
  returned: success
  type: dict
  contains:
    url:
      description: Base URL that was asked.
      type: str
    state:
      description: V(HEALTHY), V(UNHEALTHY), or V(UNREACHABLE) when there was no health page.
      type: str
    error:
      description: What is not healthy, or why there was no health page; V(null) when all is well.
      type: str
    services:
      description: The services that the router knows, each with C(service_id), C(state) and C(message).
      type: list
      elements: dict
  sample:
    url: https://edge-lyon.example.com/
    state: UNHEALTHY
    error: jfac@01abc is UNHEALTHY ("starting")
    services:
      - {service_id: jfrt@01abc, state: HEALTHY, message: OK}
      - {service_id: jfac@01abc, state: UNHEALTHY, message: starting}
"""

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import connection_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock, poll
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.health import read_health
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.health import HEALTHY
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Health

PAUSE_SECONDS = 2.0

OPTIONS: dict[str, dict[str, Any]] = {
    "of": {"type": "str", "choices": ["platform", "edge"], "default": "platform"},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "float", "default": 300.0},
}


def check_healthy(health: Health, *, seconds: float) -> None:
    if health["state"] != HEALTHY:
        raise ServiceError(
            f"Cannot wait any longer for {health['url']} to become healthy: after {seconds:g} seconds it is "
            f"{health['state']} ({health['error']}). See the logs of the service that is named.",
            health=health,
        )


def main() -> None:
    module = create_module(
        PLATFORM_OPTIONS,
        EDGE_OPTIONS,
        OPTIONS,
        required_if=[("of", "platform", ["platform_url"]), ("of", "edge", ["edge_url"])],
    )
    params = module.params

    def read() -> Outcome:
        connection = connection_of(params["of"], params).anonymous()
        waits = params["wait"] and not module.check_mode
        with connection.session(read_only=True) as session:
            health = poll(
                lambda: read_health(session),
                lambda seen: seen["state"] == HEALTHY,
                seconds=params["wait_timeout"] if waits else 0.0,
                pause=PAUSE_SECONDS,
                clock=Clock(),
            )
        if waits:
            check_healthy(health, seconds=params["wait_timeout"])
        return Outcome(facts={"health": health})

    run(module, read)


if __name__ == "__main__":
    main()
