#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: artifactory_license
short_description: Install licence keys on an Edge, or remove licences from it
version_added: 1.0.0
description:
  - Installs licence keys over REST, on an Edge of one node as well as on one of several, without a restart.
  - What is installed already is told by reading. Artifactory lists the SHA-1 of each key; where it lists something
    else, a licence of the same type, owner and end counts as the one of the key. Keys that cannot be told at all are
    sent, and Artifactory says of those that it has that they exist already.
  - Licences that are not asked for are left as they are. V(absent) removes licences by key or by hash, for example
    those that were attached once too often.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  edge_url:
    description:
      - Base URL of the Edge, as the host that runs the module reaches it, without C(/artifactory).
    type: str
    required: true
  edge_access_token:
    description:
      - Access token of the Edge with admin scope.
    type: str
    required: true
  state:
    description:
      - Whether the licences are to be there.
    type: str
    choices: [present, absent]
    default: present
  keys:
    description:
      - The licence keys as the vendor sent them, one for each node. Where their lines are broken does not matter.
    type: list
    elements: str
  hashes:
    description:
      - Hashes of the licences to remove, as RV(licenses[].hash) has them. Only when O(state=absent).
    type: list
    elements: str
attributes:
  check_mode:
    support: full
    details:
      - Where Artifactory lists hashes of an unknown form and the key tells nothing of itself, a key that is installed
        already appears as one that would be installed.
  diff_mode:
    support: full
    details:
      - It shows how many of the licences there are, and never a key.
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.jpd_license
  - module: hybrid.jfrog.license_acquisition
  - name: Install HA Cluster Licenses
    description: The REST call that installs keys.
    link: https://jfrog.com/help/r/jfrog-rest-apis/install-ha-cluster-licenses
  - name: HA License Information
    description: The REST call that lists the licences.
    link: https://jfrog.com/help/r/jfrog-rest-apis/ha-license-information
"""

EXAMPLES = r"""
- name: Install the licences of both nodes
  hybrid.jfrog.artifactory_license:
    edge_url: https://edge-osaka.example.com
    edge_access_token: "{{ vault_osaka_access_token }}"
    keys: "{{ vault_osaka_license_keys }}"
  delegate_to: localhost

- name: Remove a licence that was attached once too often
  hybrid.jfrog.artifactory_license:
    edge_url: https://edge-osaka.example.com
    edge_access_token: "{{ vault_osaka_access_token }}"
    state: absent
    hashes: [0a1b2c3d4e5f60718293a4b5c6d7e8f9012345675]
  delegate_to: localhost
"""

RETURN = r"""
licenses:
  description: The licences of the Edge as they are now.
  returned: success
  type: list
  elements: dict
  contains:
    type:
      description: Type of the licence.
      type: str
    valid_through:
      description: Its last day.
      type: str
    licensed_to:
      description: Its owner.
      type: str
    hash:
      description: Its hash; V(null) where the Edge tells none.
      type: str
    node_id:
      description: The node that uses it; V(null) for a spare one.
      type: str
    expired:
      description: Whether it has expired; V(null) where the Edge does not tell.
      type: bool
  sample:
    - type: Edge
      valid_through: "2030-05-15"
      licensed_to: Example Corp
      hash: 0a1b2c3d4e5f60718293a4b5c6d7e8f9012345675
      node_id: osaka-1
      expired: false
drift:
  description: Names of the managed facts that differed, C(licenses).
  returned: success
  type: list
  elements: str
  sample: [licenses]
"""

from typing import Any, Mapping, Sequence

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import (
    EDGE_OPTIONS,
    PLATFORM_OPTIONS,
    required,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import edge_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.licenses import Licenses, read_licenses
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import CREATE, DELETE, NONE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    ConflictError,
    EdgeError,
    InventoryError,
    TransportError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license.keys import LicenseKey, check, ends, missing
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license.seen import is_edge_type
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import LicenseSeen

SHORT = 8  # what is not longer may be a word

OPTIONS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "keys": {"type": "list", "elements": "str", "no_log": True},
    "hashes": {"type": "list", "elements": "str"},
}


def keys_of(params: Mapping[str, Any]) -> list[LicenseKey]:
    """The keys, each once. Raises InventoryError for what is none."""
    keys = [check(text, f"entry {number} of keys") for number, text in enumerate(params["keys"] or [], 1)]
    return list({key.compact: key for key in keys}.values())


def install(session: JFrogSession, keys: Sequence[LicenseKey]) -> tuple[bool, list[LicenseSeen]]:
    """Whether something was installed, and the licences then. One attempt; an unclear answer is settled by reading."""
    licenses = Licenses(session)
    try:
        installed = licenses.install(keys)
    except (ApiError, TransportError) as exc:
        if exc.details.get("http_status") == 400 and has_no_list(licenses):
            return True, install_single(session, keys)
        return True, kept_after(session, keys, exc)
    return installed, read_licenses(session)


def has_no_list(licenses: Licenses) -> bool:
    """Whether this server of one node has no list of licences, so that it takes one key by another call."""
    try:
        licenses.list()
    except ApiError as exc:
        return exc.details["http_status"] in (400, 404, 405, 501)
    return False


def install_single(session: JFrogSession, keys: Sequence[LicenseKey]) -> list[LicenseSeen]:
    if len(keys) > 1:
        raise ConflictError(
            f"Cannot install {len(keys)} licence keys on the Edge {session.url}: it has one node and takes one key. "
            "Give the key that it shall have."
        )
    try:
        Licenses(session).install_single(keys[0])
    except (ApiError, TransportError) as exc:
        return kept_after(session, keys, exc)
    return read_licenses(session)


def kept_after(session: JFrogSession, keys: Sequence[LicenseKey], exc: EdgeError) -> list[LicenseSeen]:
    """The licences when all keys are installed although the answer was none of success. Raises ``exc`` when not."""
    now = seen_after(session, exc)
    if now is None or missing(keys, now):
        raise exc
    return now


def seen_after(session: JFrogSession, exc: EdgeError) -> list[LicenseSeen] | None:
    status = exc.details.get("http_status")
    if status is not None and status < 500:
        return None
    try:
        return read_licenses(session)
    except (ApiError, TransportError):
        # The first error says more than that the Edge still does not answer.
        return None


def ensure_present(params: Mapping[str, Any], session: JFrogSession, *, check_mode: bool) -> Outcome:
    keys = keys_of(params)
    if not keys:
        raise InventoryError("Cannot install licences: keys is missing or empty. Give the keys, or state=absent.")
    found = read_licenses(session)
    absent = missing(keys, found)
    before, after = {"licenses": len(keys) - len(absent)}, {"licenses": len(keys)}
    change = Change(CREATE if absent else NONE, before=before, after=after)
    warnings = []
    if absent and not check_mode:
        installed, found = install(session, absent)
        check_kept(session, keys, found)
        if not installed:
            change = Change(NONE, before=after, after=after)
            warnings.append(
                "Artifactory says that it has these licence keys already, and lists them under hashes that are not "
                "theirs; so check mode cannot tell that they are installed."
            )
    return Outcome(
        change, {"licenses": found}, warnings=[*warnings, *unfit(absent)], subject=f"licences of {session.url}"
    )


def check_kept(session: JFrogSession, keys: Sequence[LicenseKey], found: Sequence[LicenseSeen]) -> None:
    """A server of one node may keep the last key alone. Raises ConflictError, because every run would change it."""
    if len(found) < len(keys):
        raise ConflictError(
            f"Cannot keep {len(keys)} licences on the Edge {session.url}: it took the keys and lists "
            f"{len(found)} of them. An Edge of one node has one licence: give the key that it shall have.",
            licenses=list(found),
        )


def unfit(keys: Sequence[LicenseKey]) -> list[str]:
    """What the keys say of themselves, as far as they do."""
    kinds = sorted({kind for kind in (key.told.get("type") for key in keys) if kind and not is_edge_type(kind)})
    return [
        f"A licence key is of the type {kind}, which is none for an Edge; it ends on {last(keys)}." for kind in kinds
    ]


def last(keys: Sequence[LicenseKey]) -> str:
    return max((day for day in map(ends, keys) if day is not None), default="a day that is not told")


def ensure_absent(params: Mapping[str, Any], session: JFrogSession, *, check_mode: bool) -> Outcome:
    keys, hashes = keys_of(params), set(params["hashes"] or [])
    if not keys and not hashes:
        raise InventoryError("Cannot remove licences: neither keys nor hashes are given. Say which are to go.")
    found = read_licenses(session)
    going = [one["hash"] for one in found if one["hash"] and (one["hash"] in hashes or has_key(keys, one))]
    change = Change(DELETE, before={"licenses": len(going)}, after={"licenses": 0}) if going else Change(NONE)
    if going and not check_mode:
        found = remove(session, going)
    return Outcome(change, {"licenses": found}, subject=f"licences of {session.url}")


def has_key(keys: Sequence[LicenseKey], license: LicenseSeen) -> bool:
    return any(key.has_hash(license["hash"]) for key in keys)


def remove(session: JFrogSession, hashes: Sequence[str]) -> list[LicenseSeen]:
    """Remove them; the licences then. A failure that removed them all the same is none."""
    try:
        Licenses(session).delete(hashes)
    except (ApiError, TransportError) as exc:
        now = seen_after(session, exc)
        if now is None or any(one["hash"] in hashes for one in now):
            raise
        return now
    return read_licenses(session)


def main() -> None:
    module = create_module(PLATFORM_OPTIONS, required(EDGE_OPTIONS, "edge_url", "edge_access_token"), OPTIONS)
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        # Artifactory's answers echo a key in lines, of which Ansible knows nothing.
        for line in (line for text in params["keys"] or [] for line in text.split() if len(line) > SHORT):
            module.no_log_values.add(line)
        edge = edge_connection(params)
        warn(module, edge.warnings())
        act = ensure_present if params["state"] == "present" else ensure_absent
        with edge.session(read_only=check_mode) as session:
            return act(params, session, check_mode=check_mode)

    run(module, ensure)


if __name__ == "__main__":
    main()
