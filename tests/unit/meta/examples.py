# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fenced blocks of the documentation, and who answers for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# How test_examples.py tries a block.
# Playbooks, options, variables and targets of make that they name exist; calls of playbooks are run, one after the
# other, by tests/integration/test_documented_commands.py.
COMMANDS = "commands"
INVENTORY = "inventory"  # an inventory that the collection understands
VARIABLES = "variables"  # variables of the inventory, for an Edge that is otherwise in order
# Ansible checks their syntax, and modules know their options; tests/integration/test_documented_tasks.py runs them.
TASKS = "tasks"
PLAYBOOK = "playbook"
SETTINGS = "settings"  # a configuration of Ansible, whose callback has these options
TRIED = {COMMANDS, INVENTORY, VARIABLES, TASKS, PLAYBOOK, SETTINGS}


@dataclass(frozen=True)
class Reason:
    """Why nothing can try a block."""

    text: str


OUTPUT = Reason("it shows what a run prints; names and times are of the fleet that it was copied from")
TOOLS_OF_OTHERS = Reason("it is for a tool that is not installed where tests run")

# Page: how the block begins: what tries it here, the test that does, or why none can.
CLAIMS: dict[str, dict[str, str | Reason]] = {
    "README.md": {
        "make demo": COMMANDS,
        "ansible-galaxy collection build": Reason("it installs for the user who runs it"),
        "# inventory.yml": INVENTORY,
        "ansible-playbook -i inventory.yml hybrid.jfrog.onboard_edge": COMMANDS,
    },
    "docs/benchmark.md": {"make benchmark": COMMANDS},
    "docs/bridge.md": {
        "edge_connection: bridge": VARIABLES,
        "- name: Register the Edge behind its bridge": TASKS,
        "- name: Create a pairing token for a bridge": TASKS,
    },
    "docs/chaos.md": {"make chaos MINUTES": COMMANDS, "Playbook  ": OUTPUT},
    "docs/federation.md": {
        "lyon:": "tests/integration/test_access_federation_fleet.py",
        "ansible-playbook hybrid.jfrog.federate_access --check": "tests/integration/test_access_federation_fleet.py",
        "ansible-playbook hybrid.jfrog.federate_access -e access_federation_prune": (
            "tests/integration/test_access_federation_fleet.py"
        ),
    },
    "docs/installations.md": {
        f"edge_name: {edge}": "tests/integration/test_installations.py"
        for edge in ("lyon", "osaka", "quito", "rome", "tokyo")
    },
    "docs/keys.md": {"ansible-playbook": COMMANDS, "jfrog_products:": INVENTORY},
    "docs/long_runs.md": {"Read the Edges": OUTPUT, "[defaults]": SETTINGS, "Observe the node": OUTPUT},
    "docs/mtls.md": {
        "# Empty": "tests/integration/test_mtls_page.py",
        "edge_access_config:": "tests/integration/test_mtls_page.py",
    },
    "docs/offboarding.md": {
        "ansible-playbook hybrid.jfrog.offboard_edge -i inventory -e edge_hosts=osaka --check": COMMANDS,
        "ansible-playbook hybrid.jfrog.offboard_edge -i inventory -e edge_hosts=osaka \\": COMMANDS,
    },
    "docs/onboarding.md": {
        "ansible-playbook -i inventory.yml hybrid.jfrog.preflight": COMMANDS,
        "ansible-playbook -i inventory.yml hybrid.jfrog.onboard_edge": COMMANDS,
        "Edge  JPD": OUTPUT,
    },
    "docs/one_side.md": {"- name: Make a pairing token": TASKS},
    "docs/platform.md": {
        "ansible-playbook": COMMANDS,
        "- name: Add the licence buckets": PLAYBOOK,
        "platform_canary_repository": VARIABLES,
    },
    "docs/policy.md": {
        "edge_policy": VARIABLES,
        "ansible-playbook -i inventory.yml hybrid.jfrog.report_drift": COMMANDS,
        "ansible-playbook -i inventory.yml hybrid.jfrog.explain_edge": COMMANDS,
    },
    "docs/rehearsal.md": {"": "tests/integration/test_rehearsal_page.py"},
    "docs/releasing.md": {
        "antsibull-changelog": "tests/package/test_releasing_page.py",
        "tar ": "tests/package/test_releasing_page.py",
        "gpg ": "tests/package/test_releasing_page.py",
        "pipx ": "tests/package/test_releasing_page.py",
    },
    "docs/replication.md": {
        "# group_vars/all.yml": "tests/unit/plugin_utils/replication/test_page.py",
        "ansible-playbook -i inventory hybrid.jfrog.replicate_security --check": COMMANDS,
        "security_replication_policy": "tests/unit/plugin_utils/replication/test_page.py",
        "ansible-playbook -i inventory hybrid.jfrog.replicate_security  ": COMMANDS,
    },
    "docs/replication_plugin.md": {
        "# inventory.yml": INVENTORY,
        "# plugin.yml": "tests/integration/test_replication_plugin.py",
        "ansible-playbook -i inventory.yml plugin.yml --check": "tests/integration/test_replication_plugin.py",
        "replication_plugin_node_urls": VARIABLES,
        "ansible-playbook -i inventory.yml plugin.yml -e entry": "tests/integration/test_replication_plugin.py",
        "- hosts: artifactory_nodes": PLAYBOOK,
    },
    "docs/report-page.md": {"ansible-playbook": COMMANDS},
    "docs/reports.md": {
        "python3 -m pip": COMMANDS,
        "edge-0020": "tests/unit/meta/test_reports_page.py",
        "{\n": "tests/unit/meta/test_reports_page.py",
        "jq ": TOOLS_OF_OTHERS,
        "<testcase": "tests/unit/meta/test_reports_page.py",
        "drift:": COMMANDS,
        "stage('Drift')": COMMANDS,
        "# HELP": "tests/unit/meta/test_reports_page.py",
        '{"version"': "tests/unit/meta/test_reports_page.py",
    },
    "docs/running.md": {"ansible-playbook": COMMANDS},
    "docs/schedules.md": {
        "- name: Look for drift every hour": PLAYBOOK,
        "systemctl": Reason("it asks the systemd of the host on which a schedule was made"),
        "# inventory/zz_groups.yml": "tests/integration/test_slices.py",
        "ansible-playbook": COMMANDS,
        "export": Reason("it runs until it is stopped; tests/integration/test_edge_offline_rulebook.py runs the like"),
        "# eda.yml": VARIABLES,
        "- name: Look after Edges by AWX": Reason("it needs an AWX"),
    },
    "docs/secrets.md": {
        "# group_vars/all/main.yml": "tests/integration/test_secrets_page.py",
        "ansible-vault encrypt": COMMANDS,
        "platform_access_token: \"{{ lookup('ansible.builtin.env'": "tests/integration/test_secrets_page.py",
        "platform_access_token: \"{{ lookup('ansible.builtin.file'": "tests/integration/test_secrets_page.py",
        "platform_access_token: \"{{ lookup('community": "tests/integration/test_secrets_page.py",
    },
    "docs/tls.md": {"osaka:": INVENTORY},
    "docs/tokens.md": {"platform_access_token_file": VARIABLES, "- hybrid.jfrog.pairing_token": TASKS},
    "docs/trust.md": {"accepts": OUTPUT},
    "docs/waves.md": {"# group_vars": VARIABLES, "ansible-playbook": COMMANDS, "wave 1 of 5": OUTPUT},
}


@dataclass(frozen=True)
class Block:
    page: str
    language: str
    text: str

    @property
    def claims(self) -> list[str | Reason]:
        """Who answers for it; the longest beginning that fits goes first."""
        fitting = [start for start in CLAIMS.get(self.page, {}) if self.text.startswith(start)]
        return [CLAIMS[self.page][start] for start in sorted(fitting, key=len, reverse=True)]

    def __str__(self) -> str:
        return f"{self.page}: {self.language}: {self.text.splitlines()[0][:60]}"


def blocks() -> Iterator[Block]:
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for language, text in re.findall(r"^```(\w*)\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL):
            yield Block(path.relative_to(ROOT).as_posix(), language, text)


BLOCKS = tuple(blocks())


def tried_by(claim: str) -> list[Block]:
    return [block for block in BLOCKS if claim in block.claims[:1]]
