# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of system.yaml that give a JFrog product's router a proxy."""

from __future__ import annotations

from typing import Any, Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings.router_proxy import settings_of

DOCUMENTATION = r"""
name: router_proxy_settings
short_description: Settings of system.yaml for the proxy of a router
version_added: 1.0.0
description:
  - Makes the settings V(router.proxy.httpUrl), V(router.proxy.httpsUrl) and V(router.proxy.ignoredHosts) that a JFrog
    product needs so that its router uses a proxy for what is far, and none for what is near.
  - The ignored hosts always have C(localhost), C(127.0.0.1), and the hosts of O(own) and O(peers). They are sorted.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
positional: _input
options:
  _input:
    description:
      - The proxy, with C(http_url), C(https_url) and C(ignored_hosts).
      - A URL that is not given is not managed; an empty one is removed. A URL with a user or a password is refused.
    type: dict
    required: true
  own:
    description: Names and addresses of the host itself.
    type: list
    elements: str
    default: []
  peers:
    description: Names and addresses of the other nodes, and of hosts with other products of the same platform.
    type: list
    elements: str
    default: []
seealso:
  - module: hybrid.jfrog.system_yaml
"""

EXAMPLES = r"""
- name: Give Xray's router the proxy
  hybrid.jfrog.system_yaml:
    path: /opt/jfrog/xray/var/etc/system.yaml
    settings: "{{ edge_router_proxy | hybrid.jfrog.router_proxy_settings(own=['xray-1', '192.0.2.20']) }}"
  become: true
"""

RETURN = r"""
_value:
  description: Settings by their dotted path, for the option settings of M(hybrid.jfrog.system_yaml).
  type: dict
  sample:
    router.proxy.httpUrl: http://proxy.example.com:3128
    router.proxy.ignoredHosts: [localhost, 127.0.0.1, 192.0.2.20, xray-1]
"""


def router_proxy_settings(proxy: Any, own: Any = (), peers: Any = ()) -> dict[str, Any]:
    """See the documentation above. Raises AnsibleFilterError."""
    try:
        return settings_of(proxy, own=own, peers=peers)
    except InventoryError as exc:
        raise AnsibleFilterError(exc.msg) from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"router_proxy_settings": router_proxy_settings}
