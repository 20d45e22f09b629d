# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where a node lies on its host, how its service is controlled, and where its health is read."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  artifactory_home:
    description:
      - The folder in which Artifactory was installed.
      - This is C($JFROG_HOME/artifactory) for 7.x, the folder that holds C(app) and C(var), and C($ARTIFACTORY_HOME)
        for 6.x.
    type: str
    default: /opt/jfrog/artifactory
notes:
  - Run it as a user who may read and write the node's files, usually with C(become).
"""

    CONTROL = r"""
options:
  control:
    description:
      - How the service is controlled.
      - V(auto) takes the systemd unit where systemd runs the host and the unit exists, else the node's own
        C(artifactoryctl), else V(none).
      - With V(command) and V(none), it cannot be told directly whether the service runs.
    type: str
    choices: [auto, systemd, artifactoryctl, command, none]
    default: auto
  unit:
    description: The systemd unit.
    type: str
    default: artifactory.service
"""

    HEALTH = r"""
options:
  node_url:
    description:
      - URL of this node's own router as the node itself reaches it, for example V(http://127.0.0.1:8082).
      - For 6.x, which has no router, URL of the node's Artifactory.
      - When the router speaks TLS by now, or plain HTTP again, the same port is asked in that way, so the scheme need
        not follow a change of C(security.tls) at once.
      - Without it the health is not read.
    type: str
  node_ca_path:
    description:
      - File on the node with the CA certificates that the TLS certificate of O(node_url) is verified with.
      - When not given, the authorities that the node's Python trusts, and for a loopback address also those that the
        node's own services go by. These are the files in C(etc/security/keys/trusted) and C(etc/access/keys/ca.crt).
      - On a loopback address the name in the certificate is not compared, because a router's certificate is issued for
        the node's address (C(shared.node.ip)).
    type: str
"""
