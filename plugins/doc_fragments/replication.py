# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The instances whose users, groups and permissions are replicated, and how."""

from __future__ import annotations


class ModuleDocFragment:
    # The options of ``plugin_utils/_replication/options.MESH_OPTIONS``.
    DOCUMENTATION = r"""
options:
  instances:
    description: The instances, in the order of their priority. Two at least.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the instance in results and in the state. It keeps its name when its URL changes.
        type: str
        required: true
      url:
        description: The URL of the instance, without C(/artifactory).
        type: str
        required: true
      access_token:
        description:
          - An access token with the scope of an admin. Its account is never replicated.
          - Every instance needs either this, or O(instances[].username) and O(instances[].password).
        type: str
      username:
        description:
          - An account with admin rights, for an old instance that has no access tokens. It is never replicated.
          - An account can use the legacy API only.
        type: str
      password:
        description: The password or the API key of O(instances[].username).
        type: str
      ca_path:
        description: File with the CA certificates that the instance's certificate is verified with.
        type: path
      validate_certs:
        description: Whether the instance's certificate is verified.
        type: bool
        default: true
      proxy_url:
        description: URL of the proxy through which the instance is called.
        type: str
      no_proxy:
        description: Hosts that are called without the proxy.
        type: list
        elements: str
      client_certificate_path:
        description: File with the certificate that is shown to the instance.
        type: path
      client_key_path:
        description: File with the key of O(instances[].client_certificate_path).
        type: path
      direction:
        description:
          - V(source), nothing is written there. V(target), what people do there goes to nobody.
        type: str
        choices: [both, source, target]
        default: both
      api:
        description:
          - Which API is used. V(auto) takes Access where it answers, and the legacy API otherwise, for each kind.
        type: str
        choices: [auto, access, legacy]
        default: auto
      join:
        description:
          - How the instance joins, when nothing is known of it yet. It confirms what C(join) of O(policy) holds back.
          - V(report) only tells, V(union) gives what only it has to all, V(adopt) gives it what is agreed and leaves it
            what only it has, V(adopt_and_prune) takes that away.
        type: str
        choices: [report, union, adopt, adopt_and_prune]
  mesh:
    description: The name of the instances together. A state is of one mesh.
    type: str
    default: security
  state_path:
    description:
      - File on the controller that holds what was agreed, and what each instance was last seen to hold. It has no
        secrets, and all accounts and rights.
      - A relative path is seen from the folder of the inventory.
    type: str
    required: true
  level:
    description: V(1) are users, V(2) users and groups, V(3) users, groups and permissions.
    type: int
    choices: [1, 2, 3]
    default: 3
  include:
    description:
      - Patterns of names by C(users), C(groups) and C(permissions). A kind without any is replicated whole.
      - A pattern that fits no name on any instance is an error.
    type: dict
    default: {}
  exclude:
    description: Patterns of names by C(users), C(groups) and C(permissions) that are left alone.
    type: dict
    default: {}
  protected:
    description:
      - More patterns of names that are never touched. The product's own accounts and permissions always are, and the
        accounts of the tokens.
    type: dict
    default: {}
  realms:
    description: Realms of users and groups that are replicated; V(*) is any.
    type: list
    elements: str
    default: [internal]
  policy:
    description:
      - What is done where people disagree, or where an instance is missing. A mapping of C(scalar_conflict)
        (C(priority), C(fail), C(keep)), C(delete_against_modify) (C(delete), C(modify), C(fail)), C(create_on_both)
        (C(priority), C(principals_united), C(union), C(fail)), C(actions) (C(elements), C(whole)), C(patterns)
        (C(whole), C(elements)), C(unreachable) (C(skip), C(quorum), C(all), C(no_deletes)), C(join) (C(report),
        C(union), C(adopt), C(adopt_and_prune)), C(references) (C(clean), C(leave)) and C(deletes) (true, false). The
        first of each is the default.
      - V(plugin_compatible) decides as the old user plugin did.
    type: raw
    default: {}
  delete_thresholds:
    description:
      - How much a run may delete on one instance, by C(users), C(groups) and C(permissions), as C(number) and
        C(percent).
      - When one would be exceeded, nothing is deleted anywhere, and the task fails.
      - Without it, C(percent) is 20.
    type: dict
    default: {}
  max_parallel:
    description: How many requests at a time one instance gets.
    type: int
    default: 4
  progress_interval:
    description: Every how many seconds a line says how far the reading is. V(0) means never.
    type: float
    default: 10
  timeout:
    description: How many seconds one answer may take.
    type: float
    default: 60
"""
