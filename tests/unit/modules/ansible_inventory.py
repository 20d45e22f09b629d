# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inventory file read by Ansible itself, as an action plugin sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

VAULT_PASSWORD = b"a password for tests"
SECRETS = [("default", vault.VaultSecret(VAULT_PASSWORD))]


def task_vars(inventory: Path) -> dict[str, Any]:
    """The part of an action's variables that says what Ansible knows of the hosts."""
    loader = DataLoader()
    loader.set_vault_secrets(SECRETS)
    # From ansible-core 2.19 on, the secrets are the process's.
    context = getattr(vault, "VaultSecretsContext", None)
    if context is not None and context.current(optional=True) is None:
        context.initialize(context(SECRETS))
    manager = InventoryManager(loader=loader, sources=[str(inventory)])
    variables = VariableManager(loader=loader, inventory=manager)
    hostvars = HostVars(inventory=manager, variable_manager=variables, loader=loader)
    return {
        "hostvars": hostvars,
        "ansible_play_hosts_all": [host.name for host in manager.get_hosts()],
        "groups": manager.get_groups_dict(),
    }
