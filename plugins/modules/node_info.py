#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: node_info
short_description: Read everything local about an Artifactory node
version_added: 1.0.0
description:
  - Reads in one execution what an Artifactory or Artifactory Edge node tells about itself on its own host, its
    layout, version, service, health, keys, certificates, and the ledger of what this collection has supplied to it.
  - Shows no secret. Keys appear as short fingerprints that are the same on every host.
  - Does not fail because nothing is installed; then C(installed) in RV(node.layout) is V(false).
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
options:
  from_inventory:
    description:
      - Whether the inventory says what the task leaves out. O(artifactory_home) is then the host's variable
        C(edge_artifactory_home), else C(artifactory_home), else the folder C(artifactory) in C(jfrog_home_directory),
        as the collection C(jfrog.platform) calls them, O(control) is C(edge_service_control),
        O(unit) is C(edge_service_unit), O(node_url) is C(edge_node_url), or V(http://127.0.0.1:8082) without it,
        O(node_ca_path) is C(edge_node_ca_path), and O(timeout) is C(edge_node_timeout).
      - Where its C(edge_node_access) is V(none), as for an Edge on Kubernetes, the host is not connected to at all, and
        RV(node) is V(null).
      - A task that has templates for these would cost each host about as much as the observation itself.
    type: bool
    default: false
  timeout:
    description:
      - For how many seconds the controller waits for the node altogether; then the task fails, and the other nodes are
        observed all the same. V(0) means for ever.
      - A C(timeout) of the task itself, or of Ansible's configuration, counts instead.
    type: float
    default: 120
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.node.control
  - hybrid.jfrog.node.health
  - hybrid.jfrog.attributes.info
notes:
  - Where Ansible pipelines modules, and the task is neither delegated nor asynchronous, the node's Python gets a script
    in place of a module. It does the same, and does without Ansible's own library, which takes most of the time of a
    module.
  - A damaged ledger is a failure, because to go on without it would be a guess.
seealso:
  - module: hybrid.jfrog.fleet_info
  - module: hybrid.jfrog.plan
  - module: hybrid.jfrog.health_info
"""

EXAMPLES = r"""
- name: Observe the node
  hybrid.jfrog.node_info:
    node_url: http://127.0.0.1:8082
  register: edge_observed

- name: Observe the nodes of a fleet as its inventory describes them
  hybrid.jfrog.node_info:
    from_inventory: true
  register: edge_observed

- name: Observe a node of 6.x
  hybrid.jfrog.node_info:
    artifactory_home: /var/opt/jfrog/artifactory
    node_url: http://127.0.0.1:8081
"""

RETURN = r"""
node:
  description: What was observed. V(null) with O(from_inventory) for a host whose C(edge_node_access) is V(none).
  returned: success
  type: dict
  contains:
    layout:
      description:
        - Where the node lies, of which generation it is (V(7) or V(6)), and the service user and group.
        - All but C(installed) and C(home) are V(null) when nothing is installed.
      type: dict
    version:
      description: The product version by the node's files; V(null) when they do not tell it.
      type: str
    service:
      description:
        - How the service is controlled, whether it runs (V(null) when that cannot be told), and whether it has ever
          started.
      type: dict
    health:
      description:
        - The router's health page. C(state) is V(HEALTHY), V(UNHEALTHY), or V(UNREACHABLE) with the reason in
          C(error).
        - V(null) when no O(node_url) was given.
      type: dict
    master_key:
      description: The master key file, whether it is there, its fingerprint, and what is wrong with it.
      type: dict
    join_key:
      description:
        - Whether the encrypted live copy is there, when it was last written, the bootstrap file that waits for the
          next start, when a bootstrap key was last imported, and since when services are refused by it.
      type: dict
    trusted_certificates:
      description:
        - Certificates that wait in the folder for token issuers, by file, SHA-256 of their DER form, and that form in
          base64.
      type: list
      elements: dict
    tls_ca_certificates:
      description: Certificates in the folder for TLS, in the same form.
      type: list
      elements: dict
    access_keys:
      description:
        - The copies that Access wrote of its token signing certificate (C(root)) and its certificate authority
          (C(ca)), in the same form, those that wait in the bootstrap folder for the next start, with their keys or
          without, and whether that start would make a new authority (C(reset_ca)).
      type: dict
    system_yaml:
      description:
        - The settings of C(system.yaml) by their dotted path, as texts and lists of texts.
        - Secrets are told by their paths only, in C(encrypted) when the product has made cipher text of them and in
          C(secrets) when it has not. C(problem) says why the file cannot be compared. C(path) is V(null) on 6.x.
      type: dict
    access_config:
      description:
        - The settings of Access that differ from their defaults, as C(access.config.latest.yml) shows them, which files
          wait for a start, and what the patch among them holds.
        - C(unlisted) are settings that this collection supplied and that Access neither shows nor lists among those
          that it knows.
      type: dict
    server_certificate:
      description:
        - The certificate that the router shows on its port, in the same form with host and port in the place of the
          file (C(served)), why it shows none (C(error)), and the one that waits for the next start (C(pending)).
      type: dict
    environment:
      description:
        - What the environment of the service says in the place of C(system.yaml). These are the names of its C(JF_)
          variables (C(overrides)) and proxy variables (C(proxies)), and the hosts of C(NO_PROXY).
      type: dict
    addresses:
      description: Names and addresses of the host, without those of the loopback.
      type: list
      elements: str
    ledger:
      description:
        - What this collection has supplied, with the times of supply and proof, since when a restart is due for
          which reason, and when this collection last started the node.
        - Keys are salted hashes. C(present) is V(false) when there is no ledger yet.
      type: dict
  sample:
    layout: {installed: true, generation: "7", home: /opt/jfrog/artifactory, var: /opt/jfrog/artifactory/var,
             owner: artifactory, group: artifactory}
    version: 7.104.2
    service: {control: systemd, running: true, ever_started: true}
    health: {url: "http://127.0.0.1:8082", state: HEALTHY, error: null, services: []}
    master_key: {path: /opt/jfrog/artifactory/var/etc/security/master.key, present: true,
                 fingerprint: "sha256:5be2a0c19d3f4471", problem: null}
    join_key:
      live: true
      written_at: "2026-11-22T10:01:52.310Z"
      pending: {path: /opt/jfrog/artifactory/var/bootstrap/access/etc/security/join.key, present: false,
                fingerprint: null, problem: null}
      imported_at: "2026-11-22T10:00:00.000Z"
      refused_at: null
    trusted_certificates: []
    tls_ca_certificates: []
    access_keys: {root: null, ca: null, pending_root: null, pending_ca: null, pending_root_key: false,
                  pending_ca_key: false, reset_ca: false}
    system_yaml: {path: /opt/jfrog/artifactory/var/etc/system.yaml, settings: {shared.node.id: edge-lyon-1},
                  encrypted: [shared.database.password], secrets: [], problem: null}
    access_config: {present: true, settings: {security.tls: "true"}, pending: [], problem: null, patch: {},
                    patch_problem: null, unlisted: []}
    server_certificate: {served: null, error: the router speaks no TLS, pending: null}
    environment: {overrides: [], proxies: [], no_proxy: []}
    addresses: [edge-lyon-1.example.com, 192.0.2.10]
    ledger: {present: false, join_key: null, master_key: null, trusted_certificates: {}, certificates: {},
             restart_due: {}, started_at: null}
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import OBSERVATION_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.observe import observe


def read(params: Mapping[str, Any]) -> Outcome:
    """The observed node."""
    home = params["artifactory_home"]
    service = services.find(layouts.find(home), params["control"], params["unit"])
    node = observe(home, service, node_url=params["node_url"], ca_path=params["node_ca_path"])
    return Outcome(facts={"node": node})


def main() -> None:
    module = create_module(OBSERVATION_OPTIONS)
    run(module, lambda: read(module.params))


if __name__ == "__main__":
    main()
