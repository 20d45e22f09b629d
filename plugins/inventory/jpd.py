# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registered JPDs as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: jpd
short_description: Registered deployments of a JFrog platform as hosts
version_added: 1.0.0
description:
  - Makes a host of every JFrog Platform Deployment (JPD) that is registered at the platform, with variables that the
    playbooks of this collection understand, and groups by tag, city, country and status.
  - The platform is asked for its list with one request, however many JPDs there are. Filters are applied here, because
    how the platform compares is not documented.
  - A host stands for an Edge, that is for its REST interface. The platform does not know the nodes of an Edge, so plays
    that work on files of nodes need an inventory of their own.
  - Where an inventory that is read before has a group of the Edge's name, with its nodes, that group stands for the
    Edge. Its nodes come into the groups made here and get the variables, and Ansible warns of the name. Set
    O(hostnames) when the Edge is to be a host of its own beside them.
  - The file of the inventory is YAML, and its name ends with C(jpd.yml) or C(jpd.yaml), for example C(acme.jpd.yml).
  - Every option but O(hostnames), O(compose), O(groups) and O(keyed_groups) may hold templates, with lookups and extra
    variables. Values can be encrypted with Ansible Vault.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - Marks a file as one for this plugin.
    type: str
    required: true
    choices: [hybrid.jfrog.jpd]
  platform_url:
    description:
      - Base URL of the JFrog platform, for example V(https://acme.jfrog.io), without C(/artifactory). Needed.
    type: str
    env:
      - name: JFROG_PLATFORM_URL
  platform_access_token:
    description:
      - Access token of the platform with admin scope. Needed.
      - Take it from the environment, from a lookup or from Ansible Vault. The plugin makes no variable of it, and does
        not put it into the cache. An extra variable that holds it is shown by C(ansible-inventory --list), as all are.
    type: str
    env:
      - name: JFROG_PLATFORM_TOKEN
  platform_ca_path:
    description:
      - File with the CA certificates, in PEM format, that the platform's TLS certificate is verified with.
      - The authorities that Python trusts, when not given.
    type: path
    env:
      - name: JFROG_PLATFORM_CA_PATH
  status:
    description:
      - Only JPDs with one of these statuses. All, when it is empty.
    type: list
    elements: str
    choices: [ONLINE, OFFLINE, PARTIAL, UNAUTHORIZED]
    default: []
  tag:
    description:
      - Only JPDs with at least one of these tags, written exactly so. All, when it is empty.
    type: list
    elements: str
    default: []
  include_home:
    description:
      - Whether the platform itself, the JPD C(HOME), becomes a host as well.
      - It gets no variables of an Edge, so that nothing that is meant for Edges works on it.
    type: bool
    default: false
  hostnames:
    description:
      - What a host is called, as a list that is tried in its order until one gives a name.
      - V(name) is the name of the JPD, V(id) its id, V(url_host) the host in its URL.
      - Anything else is a Jinja2 expression over the variables of the host, for example
        V(edge_location.country_code | lower ~ '-' ~ edge_name).
      - What has a slash, an invisible character or the beginning of a template in it, or more than 200 bytes, is no
        name for a host, and the next entry is tried.
      - Two JPDs with one host name are an error.
    type: list
    elements: str
    default: [name]
  variable_prefix:
    description:
      - What the names of the variables begin with that tell what the platform knows, for example C(jfrog_status).
      - They are C(id), C(name), C(url), C(base_url), C(local), C(status), C(status_message), C(services), C(licenses),
        C(location) and C(tags).
    type: str
    default: jfrog_
  edge_variables:
    description:
      - Whether hosts get the variables of the playbooks of this collection, too, which are C(edge_name), C(edge_url),
        C(edge_location) and C(edge_tags), and for an Edge behind a JFrog Bridge C(edge_connection) and
        C(edge_bridge_id).
      - Behind a bridge the platform may not know the Edge's own URL. Then C(edge_url) is not set.
    type: bool
    default: true
  group_by:
    description:
      - What groups are made of.
    type: list
    elements: str
    choices: [tag, city, country, status]
    default: [tag, city, country, status]
  group_prefix:
    description:
      - What the names of these groups begin with, for example C(jfrog_tag_prod), C(jfrog_city_Lyon),
        C(jfrog_country_FR) or C(jfrog_status_ONLINE).
    type: str
    default: jfrog_
seealso:
  - module: hybrid.jfrog.jpd_info
  - name: Get JPD List
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/get-jpd-list
"""

EXAMPLES = r"""
# acme.jpd.yml: every Edge, with the token from JFROG_PLATFORM_TOKEN
plugin: hybrid.jfrog.jpd
platform_url: https://acme.jfrog.io

---
# production.jpd.yml: what is online in production, named by country, from a cache for ten minutes
plugin: hybrid.jfrog.jpd
platform_url: https://acme.jfrog.io
platform_access_token: "{{ lookup('ansible.builtin.file', '/run/secrets/jfrog-platform-token') }}"
platform_ca_path: /etc/pki/tls/certs/example-ca.pem
status: [ONLINE, PARTIAL]
tag: [prod]
hostnames:
  - edge_location.country_code | lower ~ '-' ~ edge_name
  - name
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/cache/ansible/jfrog
cache_timeout: 600
# What is in neither the platform nor a group is made of what is there.
compose:
  edge_api_host: "'localhost'"
  artifactory_online: (jfrog_services | selectattr('type', 'equalto', 'ARTIFACTORY') | first).status == 'ONLINE'
groups:
  needs_licence: jfrog_licenses | length == 0
keyed_groups:
  - key: edge_location.city_name
    prefix: city
    parent_group: cities
"""

from typing import Any, Iterable, Mapping

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import platform_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import jpd_inventory as jpds
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.jpd_inventory import Known, Selection
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.url import base_url
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.wording import printable
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.inventory import plain

# These hold expressions of their own, which are evaluated for each host.
EXPRESSIONS = ("plugin", "hostnames", "compose", "groups", "keyed_groups")

# A cache that an older release has written may have another form; its number makes it count as none.
CACHE_FORM = 1


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "hybrid.jfrog.jpd"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and str(path).endswith(("jpd.yml", "jpd.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            found = self._known(path, cache)
        except EdgeError as exc:
            raise AnsibleParserError(exc.msg) from exc
        self._populate(found)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Templates first, types second: a template that yields a false value is no truth value before."""
        super().set_options(task_keys=task_keys, var_options=var_options, direct=self._templated(direct or {}))

    def _templated(self, options: Mapping[str, Any]) -> dict[str, Any]:
        self.templar.available_variables = dict(self._vars or {})
        answer = dict(options)
        for name in options.keys() - {*EXPRESSIONS}:
            try:
                answer[name] = plain(self.templar.template(options[name]))
            except AnsibleError as exc:
                # Without the chain: what the template is made of may be shown with it.
                raise AnsibleParserError(
                    f"Cannot read the inventory's option {name}: its template cannot be evaluated: {_reason(exc)}. "
                    "Correct it, or define what it needs with --extra-vars."
                ) from None
        return answer

    def _known(self, path: str, cache: bool) -> list[Known]:
        """The JPDs, of the cache where that is wanted and has them; a new answer replaces what it has."""
        url = base_url(self._needed("platform_url", "JFROG_PLATFORM_URL"), "platform_url")
        if not self.get_option("cache"):
            return self._ask()
        key = self.get_cache_key(path)
        if cache:
            stored = self._cache.get(key)
            # The same file may name another platform by now.
            if isinstance(stored, Mapping) and (stored.get("form"), stored.get("platform")) == (CACHE_FORM, url):
                return list(stored["jpds"])
        found = self._ask()
        self._cache[key] = {"form": CACHE_FORM, "platform": url, "jpds": found}
        return found

    def _needed(self, name: str, variable: str) -> str:
        value = self.get_option(name)
        if not value:
            raise InventoryError(
                f"Cannot ask the platform for its JPDs: {name} is not set. "
                f"Set it in the inventory's file, or the environment variable {variable}.",
                setting=name,
            )
        return str(value)

    def _ask(self) -> list[Known]:
        self._needed("platform_access_token", "JFROG_PLATFORM_TOKEN")
        connection = platform_connection({name: self.get_option(name) for name in PLATFORM_OPTIONS})
        for warning in connection.warnings():
            warn(warning)
        with connection.session(read_only=True) as session:
            return [jpds.known(item) for item in MissionControl(session).list_jpds()]

    def _populate(self, found: Iterable[Known]) -> None:
        selection = Selection(
            statuses=tuple(self.get_option("status")),
            tags=tuple(self.get_option("tag")),
            home=self.get_option("include_home"),
        )
        owners: dict[str, str] = {}
        for known in filter(selection.has, found):
            variables = jpds.variables(known, self.get_option("variable_prefix"))
            if self.get_option("edge_variables"):
                variables.update(jpds.edge_variables(known))
            variables = _no_templates(variables)
            host = self._host_name(known, variables)
            label = f"{known['jpd']['id']} '{known['jpd']['name']}'"
            if host in owners:
                raise AnsibleParserError(
                    printable(f"Cannot make hosts of the JPDs {owners[host]} and {label}: both get the name '{host}'. ")
                    + "Correct hostnames, so that each JPD has a name of its own."
                )
            owners[host] = label
            self._add(host, variables, jpds.group_names(known, self.get_option("group_prefix"), self._kinds()))

    def _kinds(self) -> list[str]:
        return list(self.get_option("group_by"))

    def _add(self, host: str, variables: Mapping[str, Any], groups: Iterable[str]) -> None:
        self.inventory.add_host(host)
        for name, value in variables.items():
            self.inventory.set_variable(host, name, value)
        for group in groups:
            self.inventory.add_child(self.inventory.add_group(self._sanitize_group_name(group)), host)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)

    def _host_name(self, known: Known, variables: Mapping[str, Any]) -> str:
        jpd = known["jpd"]
        ready = {"name": jpd["name"], "id": jpd["id"], "url_host": jpds.url_host(known)}
        reasons = []
        for entry in self.get_option("hostnames"):
            if entry in ready:
                name: Any = ready[entry]
            else:
                try:
                    name = plain(self._compose(entry, variables))
                except Exception as exc:  # an expression of the user may raise anything
                    reasons.append(f"{entry!r}: {_reason(exc)}")
                    continue
            if not isinstance(name, str) or not name.strip():
                reasons.append(f"{entry!r} gives no text")
                continue
            problem = jpds.host_name_problem(name.strip())
            if problem is None:
                return name.strip()
            reasons.append(f"{entry!r} gives a name that {problem}")
        raise AnsibleParserError(
            printable(
                f"Cannot make a host of the JPD {jpd['id'][:80]} '{jpd['name'][:80]}': no entry of hostnames gives it "
                f"a name ({'; '.join(reasons) or 'the list is empty'}). Add name as the last entry, or id where the "
                "name cannot be one."
            )
        )


def _no_templates(value: Any) -> Any:
    """What a server said is data, which ansible-core before 2.19 has to be told. --list shows what is marked so."""
    if isinstance(value, Mapping):
        return {key: _no_templates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_no_templates(item) for item in value]
    return wrap_var(value) if isinstance(value, str) and ("{" in value or value.startswith(jpds.OWN_MARKS)) else value


def _reason(exc: Exception) -> str:
    """The first line of an error, without the excerpt of the file."""
    text = str(getattr(exc, "message", "") or exc).strip()
    return text.splitlines()[0].rstrip(".") if text else type(exc).__name__
