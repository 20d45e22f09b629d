#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: replication_plugin
short_description: Put the old user plugin that replicates security on a node of Artifactory 5.x or 6.x
version_added: 1.0.0
description:
  - Writes C(securityReplication.json) and your own copy of C(securityReplication.groovy) into the folder of user
    plugins.
  - Everything is checked before anything is written. That is the name of the instance, which has to be one of O(urls)
    character for character, the URLs themselves, the cron expression, and that the copy is the plugin.
  - The configuration holds a password in clear. It is written with mode C(0600) for the owner of the folder, and the
    password is never shown.
  - Nothing is loaded by it. Let M(hybrid.jfrog.replication_plugin_distribution) follow. When the cron expression
    changes, the plugin is written again as well, because a reload may skip a file that was not modified.
  - The plugin cannot be loaded by Artifactory 7.x, where this module fails. Use M(hybrid.jfrog.security_replication)
    there.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
  - hybrid.jfrog.replication_plugin
  - hybrid.jfrog.replication_plugin.settings
options:
  state:
    description:
      - With V(absent), both files are removed, and a restart is noted as due for
        M(hybrid.jfrog.artifactory_service), because nothing else unloads the plugin.
    type: str
    choices: [present, absent]
    default: present
  artifactory_home:
    description: C($ARTIFACTORY_HOME), the folder that holds C(etc) and C(tomcat).
    type: str
    default: /var/opt/jfrog/artifactory
  plugins_folder:
    description: The folder of user plugins. C(etc/plugins) of O(artifactory_home), when not given.
    type: str
  whoami:
    description: The URL of the instance that the node belongs to, exactly as in O(urls). Required for V(present).
    type: str
  username:
    description: The account with which the instances call each other, an admin on all of them. Required for V(present).
    type: str
  password:
    description: Its password, or better its API key. Required for V(present).
    type: str
  urls:
    description:
      - The URLs of all instances, with the context of Artifactory and without a slash at the end, in the order of their
        priority. Required for V(present).
    type: list
    elements: str
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Of the password it is told whether it is the wanted one.
  idempotent:
    support: full
notes:
  - The last version of each file is kept in C(hybrid.jfrog/backups) of O(artifactory_home), a folder for the service
    user alone. A configuration that is removed is not kept.
seealso:
  - module: hybrid.jfrog.replication_plugin_distribution
  - module: hybrid.jfrog.replication_plugin_info
  - module: hybrid.jfrog.security_replication
"""

EXAMPLES = r"""
- name: Put the plugin on a node
  hybrid.jfrog.replication_plugin:
    plugin_path: files/securityReplication.groovy
    username: replicator
    password: "{{ vault_replicator_api_key }}"
    credential: api_key
    whoami: https://lyon.example.com/artifactory
    urls:
      - https://lyon.example.com/artifactory
      - https://osaka.example.com/artifactory
    filter: 3
    cron_job: "0 0/30 * * * ?"
  become: true

- name: Take it off a node that leaves the mesh
  hybrid.jfrog.replication_plugin:
    state: absent
  become: true
"""

RETURN = r"""
configuration:
  description: What the configuration says, or would say; V(null) when it is removed.
  returned: success
  type: dict
  sample: {username: replicator, password: as wanted, whoami: "https://lyon.example.com/artifactory", filter: 3}
path:
  description: The configuration.
  returned: success
  type: str
  sample: /var/opt/jfrog/artifactory/etc/plugins/securityReplication.json
version:
  description: The version of the plugin that lies there, or would.
  returned: success
  type: str
  sample: 5.10.4
artifactory_version:
  description: The version of Artifactory by the node's files; V(null) when they do not tell.
  returned: success
  type: str
  sample: 5.10.4
restart_due:
  description: Whether the node is to be started again, because the plugin was taken away.
  returned: success
  type: bool
  sample: false
backup_file:
  description: The last version of what was replaced, the plugin's with V(absent); V(null) when there was none.
  returned: when files were changed
  type: str
  sample: /var/opt/jfrog/artifactory/hybrid.jfrog/backups/replication_plugin/securityReplication.json.5be2a0c1.backup
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [cron_job, mode]
"""

from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication_plugin_options import (
    NODE_OPTIONS,
    NODE_RULES,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import Change, reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin import configuration, versions
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import replication_plugin as node
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.replication_plugin import Place, Seen

MODE = f"{node.CONFIGURATION_MODE:04o}"
WANTED = "as wanted"
ANOTHER = "another one"


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Write the files, or take them away. Raises EdgeError before anything is written."""
    if params["state"] == "absent":
        return ensure_absent(
            node.find(params["artifactory_home"], params["plugins_folder"]), now, check_mode=check_mode
        )
    settings = configuration.read(params)
    configuration.check_whoami(params["whoami"], settings.urls)
    if not params["plugin"]:
        raise ConflictError("Cannot put the plugin on the node: plugin_path is missing. Name your copy of it there.")
    version = versions.check_plugin(params["plugin"], params["plugin_path"] or "the text in plugin")
    place = node.find(params["artifactory_home"], params["plugins_folder"])
    seen = node.look(place)
    document = configuration.wanted_facts(settings, params["whoami"])
    change = reconcile(
        facts_of(seen, settings, params["plugin"]),
        {**document, "mode": MODE, "owner": place.account.user, "plugin_version": version, "plugin": WANTED},
    )
    backup = None
    if change.changed and not check_mode:
        with_plugin = bool({"plugin", "cron_job"} & set(change.drift)) or seen.plugin is None
        text = configuration.text(settings, params["whoami"])
        backup = node.write(place, text, params["plugin"], with_plugin=with_plugin)
    warnings = [*configuration.warnings(settings), *version_warnings(place, seen, version, safety=settings.safety)]
    return outcome(place, change, document, version, backup, warnings)


def facts_of(seen: Seen, settings: configuration.Settings, plugin: str) -> Optional[Dict[str, Any]]:
    """The managed facts as they are; None when neither file is there."""
    if seen.configuration is None and seen.plugin is None:
        return None
    document = None if seen.configuration is None else configuration.parsed(seen.configuration)
    found = {"mode": seen.mode, "owner": seen.owner} if seen.configuration is not None else {}
    if seen.plugin is not None:
        found["plugin_version"] = versions.version_in(seen.plugin)
        found["plugin"] = WANTED if seen.plugin == plugin else ANOTHER
    return {**configuration.facts(document, settings), **found}


def version_warnings(place: Place, seen: Seen, version: str, *, safety: bool) -> List[str]:
    """What is risky about this version of the plugin on this node."""
    found = []
    if place.artifactory is not None:
        found += versions.mesh_warnings({"this node": place.artifactory}, version, safety=safety)
    there = versions.version_in(seen.plugin) if seen.plugin is not None else None
    if there is not None and versions.above(there, version):
        found.append(f"Your copy of the plugin ({version}) is older than the one that lies there ({there}).")
    return found


def ensure_absent(place: Place, now: datetime, *, check_mode: bool) -> Outcome:
    """Both files are gone."""
    seen = node.look(place)
    there = seen.configuration is not None or seen.plugin is not None
    version = versions.version_in(seen.plugin) if seen.plugin is not None else None
    change = reconcile({"plugin_version": version, "mode": seen.mode, "owner": seen.owner} if there else None, None)
    backup = node.remove(place, now) if change.changed and not check_mode else None
    return outcome(place, change, None, None, backup, restart_due=change.changed or node.restart_due(place))


def outcome(
    place: Place,
    change: Change,
    document: Optional[Dict[str, Any]],
    version: Optional[str],
    backup: Any,
    warnings: Any = (),
    *,
    restart_due: bool = False,
) -> Outcome:
    """The result."""
    return Outcome(
        change,
        facts={
            "configuration": document,
            "path": str(place.configuration),
            "version": version,
            "artifactory_version": place.artifactory,
            "restart_due": restart_due,
            "backup_file": str(backup) if backup else None,
        },
        warnings=warnings,
        subject=str(place.configuration.parent),
    )


def main() -> None:
    module = create_module(NODE_OPTIONS, **NODE_RULES)
    run(
        module,
        lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode),
    )


if __name__ == "__main__":
    main()
