# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The old user plugin securityReplication: its copy, its settings, and the way to its instances."""

from __future__ import annotations


class ModuleDocFragment:
    # The options of ``_adapter/replication_plugin_options``.
    DOCUMENTATION = r"""
options:
  plugin_path:
    description:
      - Your copy of C(securityReplication.groovy), a file on the controller. A relative path is as seen from the
        inventory.
      - This collection brings none.
    type: str
  plugin:
    description: The text of your copy, instead of O(plugin_path).
    type: str
  safety:
    description:
      - Whether the plugin refuses to replicate while Artifactory is newer than the plugin. JFrog advises against
        V(false), which is written as C(off).
    type: bool
    default: true
"""

    SETTINGS = r"""
options:
  credential:
    description:
      - What O(password) is. With V(password), the password encryption policy of all instances has to be C(OPTIONAL),
        and a warning says so.
    type: str
    choices: [password, api_key]
    default: password
  filter:
    description: What is replicated, V(1) users, V(2) groups as well, V(3) permissions as well.
    type: int
    choices: [1, 2, 3]
    default: 1
  cron_job:
    description:
      - When it is replicated, as a cron expression of Quartz with six or seven fields. It is checked first.
    type: str
    default: "0 0 0/1 * * ?"
"""

    WAY = r"""
options:
  ca_path:
    description: File with the CA certificates that the certificates of the instances are verified with.
    type: path
  validate_certs:
    description: Whether the certificates of the instances are verified.
    type: bool
    default: true
  proxy_url:
    description: URL of the proxy through which the instances are called.
    type: str
  no_proxy:
    description: Hosts that are called without the proxy.
    type: list
    elements: str
  client_certificate_path:
    description: File with the certificate that is shown to the instances.
    type: path
  client_key_path:
    description: File with the key of O(client_certificate_path).
    type: path
  timeout:
    description: How many seconds an answer may take.
    type: float
    default: 60.0
"""
