#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jpd
short_description: Register an Edge at the platform and pair the two
version_added: 1.0.0
description:
  - Registers an Edge as a JFrog Platform Deployment (JPD) in Mission Control, keeps its name, URL, location and tags,
    pairs it again when its pairing is broken, and unregisters it.
  - A pairing token is created on the Edge and given to the platform in the same process, one right after the other.
    It is never returned, logged or stored.
  - A JPD that is there already is adopted when its URL is the wanted one, whatever its name is. One that has only the
    name in common is a conflict, unless O(adopt_by_name=true). The home JPD, which is the platform itself, is never
    touched.
  - An Edge that gets another URL is paired again in the same step, because a pairing holds for the base URL under which
    it was made. Set the Edge's base URL first.
  - A second run changes nothing. Whether a pairing works can be seen from the JPD's status only, so O(repair) says
    what is done about it.
  - Registering is tried once. After an unclear answer the platform's list is read again, so an Edge is never
    registered twice.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform.required
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  state:
    description:
      - Whether the Edge is to be registered.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the JPD. Distribution rules know the Edge by it.
    type: str
    required: true
  url:
    description:
      - Base URL of the Edge, as the platform reaches it, without C(/artifactory).
      - Required when O(state=present). When O(state=absent) and it is given, the JPD must have this URL and O(name).
      - The address of a JFrog Bridge is allowed, for example V(http://localhost:8046/bridge-lyon).
    type: str
  edge_url:
    description:
      - Base URL of the Edge, as the host that runs the module reaches it.
      - The same as O(url), when not given.
    type: str
  location:
    description:
      - Where the Edge is. Distribution rules can select by it. Required when O(state=present).
    type: dict
    suboptions:
      city_name:
        description: Name of the city.
        type: str
        required: true
      country_code:
        description: Country as two letters of ISO 3166-1.
        type: str
        required: true
      latitude:
        description: Latitude in degrees.
        type: float
        required: true
      longitude:
        description: Longitude in degrees.
        type: float
        required: true
  tags:
    description:
      - Tags of the JPD, all of them, in any order.
      - Tags are left as they are, when not given.
    type: list
    elements: str
  trust_method:
    description:
      - How the platform comes to trust the Edge.
      - V(pairing_token) needs Artifactory 7.29.7 on the Edge and O(edge_access_token).
      - V(join_key) registers with O(join_key). Newer platforms refuse it.
      - V(circle_of_trust) is for an older Edge. The trust itself is made with certificates, see
        M(hybrid.jfrog.trusted_certificate); O(join_key) is sent as the credential when it is given.
    type: str
    choices: [pairing_token, join_key, circle_of_trust]
    default: pairing_token
  join_key:
    description:
      - Join key of the Edge, 32 or 64 hexadecimal digits without anything around them.
    type: str
  join_key_file:
    description:
      - File on the controller that holds the join key, plain or encrypted with Ansible Vault, instead of O(join_key).
      - A relative path is seen from the folder of the inventory.
      - It may be missing in check mode, when an earlier task would make it.
    type: str
  repair:
    description:
      - When to pair a registered Edge again.
      - V(when_broken) does it when the platform shows the JPD as C(UNAUTHORIZED), V(always) on every run, V(never)
        leaves a broken pairing as it is.
    type: str
    choices: [never, when_broken, always]
    default: when_broken
  adopt_by_name:
    description:
      - Whether a JPD with the wanted name and another URL is this Edge, and gets its new URL.
    type: bool
    default: false
  recreate_when_unrepairable:
    description:
      - Whether a JPD that stays C(UNAUTHORIZED) after it was paired again is deleted and registered anew.
      - This changes its id; licences that were attached to it and its federation entries are lost.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait, after a change, until the platform shows the JPD as C(ONLINE).
      - When it does not, the error tells what the platform shows of its services, and what the Edge says of its own
        health when it is asked from the host that runs the module.
    type: bool
    default: true
  wait_timeout:
    description:
      - For how many seconds to wait.
    type: float
    default: 120.0
  wait_for_license:
    description:
      - Whether to wait as well until the platform shows a licence of the Edge, which it does some time after the
        registration. It is done on every run on which none is shown, with a time limit of its own of O(wait_timeout).
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - No pairing token is created in check mode, because that would leave a trace on the Edge.
  diff_mode:
    support: full
    details:
      - A pairing appears as V(established), V(broken) or V(renewed).
  idempotent:
    support: partial
    details:
      - With O(repair=always), the Edge is paired again on every run.
seealso:
  - module: hybrid.jfrog.jpd_info
  - module: hybrid.jfrog.trusted_certificate
  - name: Add JPD
    description: The REST call that registers a JPD.
    link: https://jfrog.com/help/r/jfrog-rest-apis/add-jpd
  - name: Create Pairing Token
    description: The REST call that creates a pairing token.
    link: https://jfrog.com/help/r/jfrog-rest-apis/create-pairing-token
"""

EXAMPLES = r"""
- name: Register the Edge and pair it with the platform
  hybrid.jfrog.jpd:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    name: lyon
    url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    location:
      city_name: Lyon
      country_code: FR
      latitude: 45.764
      longitude: 4.8357
    tags: [hybrid, prod]
  delegate_to: localhost

- name: Register an Edge that is older than pairing tokens
  hybrid.jfrog.jpd:
    platform_url: https://platform.example.com
    platform_access_token: "{{ vault_platform_access_token }}"
    platform_ca_path: /etc/pki/tls/certs/example-ca.pem
    name: quito
    url: https://192.0.2.30:8443
    trust_method: join_key
    join_key: "{{ vault_quito_join_key }}"
    location:
      city_name: Quito
      country_code: EC
      latitude: -0.1807
      longitude: -78.4678
  delegate_to: localhost

- name: Unregister an Edge
  hybrid.jfrog.jpd:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    name: osaka
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
jpd:
  description: The JPD as it is now, or as it would be in check mode; V(null) after O(state=absent).
  returned: success
  type: dict
  contains:
    id:
      description: Id of the JPD; empty in check mode when it is not registered yet.
      type: str
    name:
      description: Name of the JPD.
      type: str
    url:
      description: Base URL, always with one slash at its end.
      type: str
    status:
      description:
        - The C(code) that the platform shows, C(ONLINE), C(OFFLINE), C(PARTIAL) or C(UNAUTHORIZED), and its C(message).
      type: dict
    local:
      description: Whether this is the platform itself.
      type: bool
    location:
      description: The C(city_name), C(country_code), C(latitude) and C(longitude).
      type: dict
    tags:
      description: Tags, sorted.
      type: list
      elements: str
    licenses:
      description: Licences of the Edge as the platform knows them. They appear some time after the registration.
      type: list
      elements: dict
  sample:
    id: JPD-7
    name: lyon
    url: https://edge-lyon.example.com/
    status: {code: ONLINE, message: All services are online}
    local: false
    location: {city_name: Lyon, country_code: FR, latitude: 45.764, longitude: 4.8357}
    tags: [hybrid, prod]
    licenses: []
drift:
  description: Names of the managed facts that differed, C(name), C(url), C(location), C(tags) and C(pairing).
  returned: success
  type: list
  elements: str
  sample: [pairing, tags]
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import (
    EDGE_OPTIONS,
    PLATFORM_OPTIONS,
    required,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.registration import Registrar, Wanted
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import (
    edge_connection,
    platform_connection,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import deployment as deployments
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Deployment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired import values
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import JOIN_KEY as JOIN_KEY_KIND
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import check_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Jpd
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pairing import REPAIR, WHEN_BROKEN
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust.trust import JOIN_KEY, METHODS, PAIRING_TOKEN
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.url import base_url

OPTIONS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "url": {"type": "str"},
    "location": {
        "type": "dict",
        "options": {
            "city_name": {"type": "str", "required": True},
            "country_code": {"type": "str", "required": True},
            "latitude": {"type": "float", "required": True},
            "longitude": {"type": "float", "required": True},
        },
    },
    "tags": {"type": "list", "elements": "str"},
    "trust_method": {"type": "str", "choices": list(METHODS), "default": PAIRING_TOKEN},
    "join_key": {"type": "str", "no_log": True},
    "join_key_file": {"type": "str", "no_log": False},
    "repair": {"type": "str", "choices": list(REPAIR), "default": WHEN_BROKEN},
    "adopt_by_name": {"type": "bool", "default": False},
    "recreate_when_unrepairable": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 120.0},
    "wait_for_license": {"type": "bool", "default": False},
}


def location_of(params: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return values.location(params["location"])
    except values.Unusable as exc:
        raise InventoryError(f"Cannot use location: it {'; it '.join(exc.problems)}.") from None


def wanted_of(params: Mapping[str, Any]) -> Wanted:
    tags = params["tags"]
    return Wanted(
        deployment=Deployment(
            name=params["name"],
            url=base_url(params["url"], "url"),
            location=location_of(params),
            tags=None if tags is None else tuple(tags),
        ),
        method=params["trust_method"],
        join_key=params["join_key"],
        repair=params["repair"],
        adopt_by_name=params["adopt_by_name"],
        recreate_when_unrepairable=params["recreate_when_unrepairable"],
    )


def predicted(current: Jpd | None, wanted: Deployment) -> Jpd:
    facts = wanted.as_facts()
    jpd = current or deployments.from_api({})
    return {
        **jpd,
        "name": facts["name"],
        "url": facts["url"],
        "location": facts["location"],
        "tags": facts.get("tags", jpd["tags"]),
    }


def check_credential(params: Mapping[str, Any], *, check_mode: bool) -> None:
    needed = {PAIRING_TOKEN: "edge_access_token", JOIN_KEY: "join_key"}.get(params["trust_method"])
    to_be_made = needed == "join_key" and check_mode and params["join_key_file"]
    if needed is not None and not params[needed] and not to_be_made:
        raise InventoryError(
            f"Cannot register the Edge '{params['name']}' with trust_method={params['trust_method']}: "
            f"{needed} is missing. Give it, or choose another trust_method."
        )
    if params["join_key"] and params["trust_method"] != PAIRING_TOKEN:
        check_key(params["join_key"], JOIN_KEY_KIND)


def ensure_present(params: Mapping[str, Any], registrar: Registrar, *, check_mode: bool) -> tuple[Change, Jpd]:
    check_credential(params, check_mode=check_mode)
    wanted = wanted_of(params)
    current = registrar.find(wanted.deployment, adopt_by_name=wanted.adopt_by_name)
    change = registrar.decide(current, wanted)
    if check_mode and change.changed:
        return change, predicted(current, wanted.deployment)
    if current is None or change.changed:
        current = registrar.apply(current, wanted)
        if params["wait"]:
            current = registrar.wait_online(current, seconds=params["wait_timeout"])
    if params["wait_for_license"] and not check_mode:
        current = registrar.wait_licensed(current, seconds=params["wait_timeout"])
    return change, current


def refuse_other_name(current: Jpd | None, params: Mapping[str, Any]) -> None:
    """What is removed has to be meant: a JPD that only shares the URL may be another Edge's, by a slip of the pen."""
    if current is not None and current["name"] != params["name"]:
        raise ConflictError(
            f"Cannot unregister the Edge '{params['name']}': the JPD with the URL {current['url']} is "
            f"{current['id']} '{current['name']}'. Give that name if it is to go, or correct url."
        )


def ensure_absent(params: Mapping[str, Any], registrar: Registrar, *, check_mode: bool) -> Change:
    if params["url"] is None:
        current = registrar.find_by_name(params["name"])
    else:
        wanted = Deployment(params["name"], base_url(params["url"], "url"), {})
        current = registrar.find(wanted, adopt_by_name=params["adopt_by_name"])
        refuse_other_name(current, params)
    change = deployments.change(current, None)
    if current is not None and not check_mode:
        registrar.unregister(current)
    return change


def main() -> None:
    module = create_module(
        required(PLATFORM_OPTIONS, "platform_url", "platform_access_token"),
        EDGE_OPTIONS,
        OPTIONS,
        required_if=[("state", "present", ["url", "location"])],
    )
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        platform = platform_connection(params)
        # To unregister an Edge, nothing is asked of it, and it may be gone.
        edge = edge_connection(params, url=params["url"]) if params["state"] == "present" else None
        warn(module, [*platform.warnings(), *(edge.warnings() if edge is not None else ())])
        with platform.session(read_only=check_mode) as session:
            registrar = Registrar(session, edge, read_only=check_mode, hide=module.no_log_values.add, clock=Clock())
            if edge is None:
                change, jpd = ensure_absent(params, registrar, check_mode=check_mode), None
            else:
                change, jpd = ensure_present(params, registrar, check_mode=check_mode)
        return Outcome(change, {"jpd": jpd}, subject=f"JPD {params['name']}")

    run(module, ensure)


if __name__ == "__main__":
    main()
