#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trusted_signing_key
short_description: Make an Edge trust a public key that signs release bundles
version_added: 1.0.0
description:
  - Adds, replaces and removes public OpenPGP keys that an Edge trusts. An Edge takes a release bundle only when it
    trusts the key that the bundle was signed with.
  - The platform propagates its own keys to the Edges, see M(hybrid.jfrog.signing_key). This module is for keys that
    come from elsewhere, and for platforms that cannot propagate.
  - A key is told from another by its alias and its fingerprint, which is computed from O(public_key). A second run
    changes nothing. An Edge that tells no fingerprint is compared by alias alone, with a warning.
  - A key that the Edge has under another alias is a conflict, because a server takes a key once.
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
  alias:
    description:
      - Name of the key at the Edge.
    type: str
    required: true
  public_key:
    description:
      - The public key, as C(gpg --armor --export) writes it. Required when O(state=present).
      - When O(state=absent) and it is given, the key with this alias must be this one.
    type: str
  state:
    description:
      - Whether the Edge is to trust the key.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Keys appear as their fingerprints.
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.signing_key
  - module: hybrid.jfrog.distribution_canary
"""

EXAMPLES = r"""
- name: Trust the key of the release team
  hybrid.jfrog.trusted_signing_key:
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    alias: release-team
    public_key: "{{ lookup('ansible.builtin.file', 'release-team.asc') }}"
  delegate_to: localhost

- name: Trust it no longer
  hybrid.jfrog.trusted_signing_key:
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    alias: release-team
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
signing_key:
  description: The key as it is now, or as it would be in check mode; V(null) after O(state=absent).
  returned: success
  type: dict
  contains:
    alias:
      description: Its alias.
      type: str
    fingerprint:
      description: Its fingerprint in hexadecimal.
      type: str
  sample:
    alias: release-team
    fingerprint: 0f343b0931126a20f133d67c2b018a3b5c1e2d3f
drift:
  description: Names of the managed facts that differed, C(alias) and C(fingerprint).
  returned: success
  type: list
  elements: str
  sample: [fingerprint]
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import (
    EDGE_OPTIONS,
    PLATFORM_OPTIONS,
    required,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import edge_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.signing_keys import (
    FIELDS,
    SigningKeys,
    read_trusted_signing_keys,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution import trusted_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.openpgp import fingerprint
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    ConflictError,
    EdgeError,
    TransportError,
    TrustError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import SigningKeySeen

OPTIONS: dict[str, dict[str, Any]] = {
    "alias": {"type": "str", "required": True},
    "public_key": {"type": "str", "no_log": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def ensure_present(params: Mapping[str, Any], session: JFrogSession, *, check_mode: bool) -> Outcome:
    alias, wanted = params["alias"], fingerprint(params["public_key"])
    seen = read_trusted_signing_keys(session)
    change = trusted_key.change(seen, alias, wanted, present=True)
    current = trusted_key.find(seen, alias, wanted)
    if change.changed and not check_mode:
        # Interrupted between the two, the next run adds it.
        for former in trusted_key.named(seen, alias):
            remove(session, former)
        add(session, alias, params["public_key"], wanted)
    facts = {"alias": alias, "fingerprint": wanted}
    return Outcome(change, {"signing_key": facts}, warnings=doubts(current), subject=f"trusted signing key {alias}")


def add(session: JFrogSession, alias: str, public_key: str, wanted: str) -> None:
    """Add the key, once; after a refusal or no answer, the Edge's own list decides. Raises the error that counts."""
    keys = SigningKeys(session)
    try:
        keys.add(alias, public_key)
    except (ApiError, TransportError) as exc:
        # A lost answer to a request that was carried out, or somebody who was faster (409).
        if is_there_after(exc, session, alias, wanted):
            return
        if exc.details.get("http_status") != 400:
            raise
        add_by_other_name(keys, alias, public_key, exc)
    if not is_there(session, alias, wanted):
        raise TrustError(
            f"Cannot add the trusted signing key '{alias}' at the Edge {session.url}: it took the key and does not "
            "list it. See artifactory-service.log, and whether the Edge's licence allows signing keys."
        )


def add_by_other_name(keys: SigningKeys, alias: str, public_key: str, refusal: EdgeError) -> None:
    """What was refused was not done. The sources differ in the name of the field, so the other one is tried."""
    first, second = FIELDS
    try:
        keys.add(alias, public_key, field=second)
    except ApiError as exc:
        # A server that misses or does not know the first name tells nothing about the key with it.
        raise exc if first in str(refusal.details.get("api_errors")) else refusal from None


def is_there(session: JFrogSession, alias: str, wanted: str) -> bool:
    return trusted_key.difference(alias, wanted, read_trusted_signing_keys(session)) is None


def is_there_after(exc: EdgeError, session: JFrogSession, alias: str, wanted: str) -> bool:
    """The same after a failure, which says more than that the list cannot be read either. Raises ``exc`` then."""
    try:
        return is_there(session, alias, wanted)
    except (ApiError, TransportError):
        raise exc from None


def remove(session: JFrogSession, current: SigningKeySeen) -> None:
    """Remove the key; the server knows it by its own id. Raises ConflictError when it does not tell that."""
    if current["key_id"] is None:
        raise ConflictError(
            f"Cannot remove the trusted signing key '{current['alias']}' at the Edge {session.url}: it tells no id "
            "for it. Remove it in the Edge's administration, under Security, Keys Management."
        )
    SigningKeys(session).remove(current["key_id"])


def ensure_absent(params: Mapping[str, Any], session: JFrogSession, *, check_mode: bool) -> Outcome:
    alias = params["alias"]
    seen = read_trusted_signing_keys(session)
    current = trusted_key.named(seen, alias)
    if current and params["public_key"]:
        refuse_other_key(seen, alias, fingerprint(params["public_key"]))
    change = trusted_key.change(seen, alias, None, present=False)
    if not check_mode:
        for key in current:
            remove(session, key)
    return Outcome(change, {"signing_key": None}, subject=f"trusted signing key {alias}")


def refuse_other_key(seen: list[SigningKeySeen], alias: str, meant: str) -> None:
    """What is removed has to be meant."""
    difference = trusted_key.difference(alias, meant, seen)
    if difference is not None:
        raise ConflictError(
            f"Cannot remove the trusted signing key '{alias}': {difference}. Leave out public_key, or correct it."
        )


def doubts(current: SigningKeySeen | None) -> list[str]:
    if current is None or current["fingerprint"] is not None:
        return []
    return [
        f"The trusted signing key '{current['alias']}' was compared by its alias alone: the Edge tells no fingerprint. "
        "Remove it with state=absent to have it added anew."
    ]


def main() -> None:
    module = create_module(
        PLATFORM_OPTIONS,
        required(EDGE_OPTIONS, "edge_url", "edge_access_token"),
        OPTIONS,
        required_if=[("state", "present", ["public_key"])],
    )
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        edge = edge_connection(params)
        warn(module, edge.warnings())
        act = ensure_present if params["state"] == "present" else ensure_absent
        with edge.session(read_only=check_mode) as session:
            return act(params, session, check_mode=check_mode)

    run(module, ensure)


if __name__ == "__main__":
    main()
