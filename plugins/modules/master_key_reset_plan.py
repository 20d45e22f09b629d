#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: master_key_reset_plan
short_description: Lead the reset of an Edge's master key
version_added: 1.0.0
description:
  - Tells whether the master key of the Edge of a play can be reset, and which step its nodes do next. The playbook
    C(hybrid.jfrog.reset_master_key) carries that out.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - Fails, before anything is written, with everything that speaks against the reset. Among that is every consequence
    that is not acknowledged, and every value in a settings file that nothing could read after the reset.
  - Writes the statements for the database into a file; they are not run.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
options:
  phase:
    description:
      - With V(begin), what speaks against the reset is told, or the hosts with their groups.
      - With V(statements), the statements for the database and the instructions for people are written and shown.
      - With V(finish), what is left to people is shown.
    type: str
    choices: [begin, statements, finish]
    required: true
  nodes_variable:
    description: The variable in which each host has the result of M(hybrid.jfrog.node_info).
    type: str
    default: edge_observed
  reset_variable:
    description: The variable in which each host has the result of M(hybrid.jfrog.master_key_reset_info).
    type: str
    default: edge_reset_seen
attributes:
  check_mode:
    description: Can run in check mode.
    support: full
    details: No file is written.
  diff_mode:
    description: Returns details on what has changed, or would be changed, in diff mode.
    support: none
    details: The statements are no managed file.
  idempotent:
    description: Running it again changes nothing.
    support: partial
    details: With V(statements), the files are written at every run.
notes:
  - It reads C(edge_name), C(edge_master_key) or C(edge_master_key_file), which hold the new key, and the variables
    C(edge_master_key_reset_acknowledged), C(edge_master_key_reset_database_backup), C(edge_master_key_reset_stop),
    C(edge_master_key_reset_database_done) and C(edge_master_key_reset_dir) of the hosts.
seealso:
  - module: hybrid.jfrog.master_key_reset
  - module: hybrid.jfrog.master_key_reset_info
"""

EXAMPLES = r"""
- name: See whether the master key can be reset
  hybrid.jfrog.master_key_reset_plan:
    phase: begin
  run_once: true
"""

RETURN = r"""
work:
  description: Hosts, the groups that they belong to in this run, and C(edge_plan) for the roles.
  returned: with V(begin)
  type: list
  elements: dict
  sample: [{host: osaka-1, groups: [edge_reset_prepare], edge_plan: {nodes: [osaka-1], restart_for: []}}]
statements_file:
  description: Where the statements for the database are written.
  returned: success
  type: str
  sample: /home/anna/edges/master_key_resets/osaka/statements.sql
obstacles:
  description: Everything that speaks against the reset, each with what to do.
  returned: on failure
  type: list
  elements: str
  sample: [no backup of the database is confirmed]
"""
