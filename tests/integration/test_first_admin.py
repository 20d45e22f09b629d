# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new Edge from its first start to an admin token on the controller, without anybody in its web page."""

from __future__ import annotations

import re
from pathlib import Path

from integration.fleet import Fleet

PASSWORD = "marked-admin-password"
PLAYBOOK = """
- name: Start a new Edge with an administrator and a token
  hosts: edge_nodes
  gather_facts: false
  roles:
    - role: hybrid.jfrog.bootstrap_credentials
    - role: hybrid.jfrog.admin_token
      vars:
        admin_token_nodes: "{{ groups['osaka'] }}"
  tasks:
    - name: Take the password off the disk
      ansible.builtin.include_role:
        name: hybrid.jfrog.bootstrap_credentials
      vars:
        bootstrap_credentials_state: absent
    - name: Use the token
      hybrid.jfrog.root_certificate_info:
        of: edge
        edge_url: "{{ edge_url }}"
        edge_access_token: "{{ edge_access_token }}"
        edge_ca_path: "{{ edge_ca_path }}"
      run_once: true
"""


def test_new_edge_gets_its_administrator_and_its_token_and_a_second_run_starts_nothing(
    fleet: Fleet, tmp_path: Path
) -> None:
    edge = fleet.simulator.add_edge("osaka", nodes=2, started=False)
    store = fleet.folder / "secrets/osaka.token"
    fleet.variables["osaka"] = {
        "edge_name": "osaka",
        "edge_url": edge.url,
        "edge_admin_password": PASSWORD,
        "edge_access_token_file": str(store),
        "edge_access_token": "{{ lookup('ansible.builtin.file', edge_access_token_file) }}",
    }
    playbook = tmp_path / "first_admin.yml"
    playbook.write_text(PLAYBOOK)

    first = fleet.run(str(playbook), "--diff", verbosity=4)
    second = fleet.run(str(playbook), verbosity=4)

    assert (first.code, second.code) == (0, 0), first.output[-3000:] + second.output[-3000:]
    assert edge.database.users["admin"].password == PASSWORD
    assert [node.layout.bootstrap_credentials.exists() for node in edge.nodes] == [False, False]
    told = first.output + second.output
    assert PASSWORD not in told
    assert store.read_text() not in told
    assert re.search(r"eyJ[\w-]{10,}\.eyJ", told) is None
    assert ("admin_token", "osaka-1") in first.changed_steps
    assert second.changed_steps & {("admin_token", "osaka-1"), ("admin_token", "osaka-2")} == set()
